import {z} from 'zod';
import {knownStarter} from '../host/starter.ts';
import {quote} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {listOf} from '../model/facts.ts';
import type {Product} from '../model/inventory.ts';
import type {Preflight} from '../model/system.ts';
import {COMMA, joinTexts, plain, type Text, text} from '../model/text.ts';
import {block, eachNode, type Problem, shown, warn} from './finding.ts';
import {CRON, harmlessIs, textOf, unitProblem} from './units.ts';

// Who would start a process again while its files are moved: what stands above it, the unit it is in, and what looks
// after it from time to time.

/**
 * The field of a role by which a site says that it knows better. Every role whose processes these checks look at has it,
 * for what they advise is to write it.
 */
export const harmlessUnit = z
  .exactOptional(z.string().regex(/^\S(.*\S)?$/, 'a unit such as agent.service, or a program such as monit'))
  .meta({
    description:
      'The service unit the process is in, or the program that looks after it (supervisord, monit, cron), where you know that nothing there starts it again',
  });

/** A system with that field, though not every role of it may have one. */
type Looked = Product & {readonly fields: {readonly harmlessUnit?: string}};

/** The inventory names a unit, or a program; a unit named after a program is that program. */
const isNamed = (harmless: string | undefined, ...names: readonly string[]): boolean =>
  harmless !== undefined && names.some(name => harmless === name || harmless === `${name}.service`);

const supervisorctl = (facts: Facts, verb: string): string => {
  const [conf, service] = [textOf(facts, 'starterConf'), textOf(facts, 'starterService')];
  return `supervisorctl${conf === null ? '' : ` -c ${quote(conf)}`} ${verb} ${quote(service ?? 'NAME')}`;
};

/** What makes each kind of starter leave a running process alone, and look after it again. */
const remedy = (facts: Facts, program: string): Text => {
  const service = quote(textOf(facts, 'starterService') ?? 'NAME');
  const pid = shown(facts, 'starterPid').en;
  const named = harmlessIs(program);
  const unnamed =
    textOf(facts, 'starterService') === null
      ? text(' (`supervisorctl status` tells the NAME)', '（`supervisorctl status` 会列出 NAME）')
      : text('', '');
  const leaveAlone = (command: string, again: string): Text =>
    text(
      `\`${command}\` makes it leave the process alone (\`${again}\` after the upgrade). Then write ${named} at the node.`,
      `\`${command}\` 可让它不再管理该进程（升级后用 \`${again}\` 恢复）。然后在节点上写 ${named}。`,
    );
  switch (facts.starter) {
    case 'supervisord':
      return text(
        `Take it out of its hands: \`${supervisorctl(facts, 'stop')}\`${unnamed.en}; where that ends the node, start it again by its own start script. Hand it back after the upgrade. Where nothing there starts it again, write ${named} at the node.`,
        `请让它不再管理该节点：\`${supervisorctl(facts, 'stop')}\`${unnamed.zh}；若节点随之结束，请用其自己的启动脚本重新启动。升级后再交还。若它不会重新启动该进程，请在节点上写 ${named}。`,
      );
    case 'runsv':
      return leaveAlone(`sv once ${service}`, `sv up ${service}`);
    case 's6-supervise':
      return leaveAlone(`s6-svc -O ${service}`, `s6-svc -u ${service}`);
    case 'supervise':
      return leaveAlone(`svc -o ${service}`, `svc -u ${service}`);
    case 'monit':
      return leaveAlone('monit unmonitor NAME', 'monit monitor NAME');
    case 'shell':
      return text(
        `\`kill ${pid}\` ends that script alone; the node goes on. Start it again after the upgrade. Where it starts nothing again, write ${named} at the node.`,
        `\`kill ${pid}\` 只结束该脚本，节点继续运行；升级后再启动它。若它不会重新启动进程，请在节点上写 ${named}。`,
      );
    default:
      return text(
        `Look what it is (\`ps -fp ${pid}\`), and tell it to leave this process alone for the upgrade; then, or where it starts nothing again, write ${named} at the node.`,
        `请查看它是什么（\`ps -fp ${pid}\`），并让它在升级期间不要管理该进程；之后（或它不会重新启动进程时）在节点上写 ${named}。`,
      );
  }
};

const starterProblem = (facts: Facts, harmless: string | undefined): Problem | null => {
  const program = textOf(facts, 'starterProgram');
  if (program === null || facts.starter === 'cron') return null;
  if (isNamed(harmless, program, ...(textOf(facts, 'unit') === null ? [] : [String(facts.unit)])))
    return null;
  const pid = shown(facts, 'starterPid').en;
  const runs = textOf(facts, 'starterRuns');
  const called = runs === null || runs === program || runs === '-c' ? program : `${program}: ${runs}`;
  const who = `${called} (${pid})`;
  if (facts.starter === 'other')
    return warn(
      text(
        `process ${who} stands above it; whether it starts it again is not known`,
        `它的上级进程是 ${who}；不知道它是否会重新启动该进程`,
      ),
      remedy(facts, program),
    );
  return block(
    facts.starter === 'shell'
      ? text(
          `a shell script stands above it, which may start it again: ${who}`,
          `它的上级进程是一个 shell 脚本，可能会重新启动它：${who}`,
        )
      : text(`${who} watches over it, and starts again what ends`, `${who} 在守护它，并会重新启动结束的进程`),
    remedy(facts, program),
  );
};

/**
 * Nothing that stands above the process starts it again, and no unit does; the site may know better
 * (`harmlessUnit`).
 */
export const unit = <P extends Looked>(): Preflight<P> =>
  eachNode<P>(
    'unit',
    text('No service manager starts it again', '没有服务管理器会重新启动它'),
    (facts, node) => {
      const starter = starterProblem(facts, node.fields.harmlessUnit);
      const known = knownStarter(textOf(facts, 'starterProgram') ?? '');
      // One cause, one finding: a supervisor is the unit's own process, or the site has said that it is harmless.
      if (starter?.level === 'block') return starter;
      if (starter === null && known !== null && known !== 'cron') return null;
      return unitProblem(facts, node.fields.harmlessUnit) ?? starter;
    },
  );

const cronProblem = (facts: Facts, harmless: string | undefined): Problem | null => {
  const unitName = textOf(facts, 'unit');
  const inCron = unitName !== null && CRON.test(unitName) ? unitName : null;
  if (isNamed(harmless, 'cron', 'crond', ...(inCron === null ? [] : [inCron]))) return null;
  const name = inCron ?? 'cron';
  const entries = listOf(facts, 'cron');
  if (entries.length > 0) {
    const where = joinTexts(entries.map(plain), COMMA);
    return block(
      text(`cron runs what starts this node: ${where.en}`, `cron 会运行启动该节点的任务：${where.zh}`),
      text(
        `Take these entries out for the upgrade (a # before the line: \`crontab -e\`). Where they start nothing that was stopped, write ${harmlessIs(name)} at the node.`,
        `升级期间请停用这些条目（在行首加 #：\`crontab -e\`）。若它们不会启动已停止的进程，请在节点上写 ${harmlessIs(name)}。`,
      ),
    );
  }
  if ((inCron === null && facts.starter !== 'cron') || listOf(facts, 'cronBoot').length > 0) return null;
  return block(
    text(
      `cron started this process (it is in ${name}), and no table this login can read says how`,
      `该进程由 cron 启动（位于 ${name}），而此登录能读到的任务表中没有相应条目`,
    ),
    text(
      `Look into the other tables (\`crontab -l\` as root and as the user of the process). Where nothing there starts it when it is stopped, write ${harmlessIs(name)} at the node.`,
      `请查看其他任务表（以 root 和进程所属用户执行 \`crontab -l\`）。若其中没有会在它停止后再启动它的条目，请在节点上写 ${harmlessIs(name)}。`,
    ),
  );
};

const monitProblem = (facts: Facts, harmless: string | undefined): Problem | null => {
  if (isNamed(harmless, 'monit')) return null;
  const fix = text(
    '`monit summary` tells its name there; `monit unmonitor NAME` makes monit leave it alone (`monit monitor NAME` after the upgrade). Then write `harmlessUnit: monit` at the node.',
    '`monit summary` 会列出其名称；`monit unmonitor NAME` 可让 monit 不再管理它（升级后用 `monit monitor NAME` 恢复）。然后在节点上写 `harmlessUnit: monit`。',
  );
  if (facts.monit === 'names') {
    const file = shown(facts, 'monitFile').en;
    return block(
      text(`monit runs here, and ${file} starts this node`, `monit 正在运行，且 ${file} 会启动该节点`),
      fix,
    );
  }
  return facts.monit === 'hidden'
    ? warn(
        text(
          'monit runs here, and this login cannot read what it watches',
          'monit 正在运行，而此登录无法读取它守护了什么',
        ),
        fix,
      )
    : null;
};

/** Nothing looks from time to time whether the process is there, to start it: cron, monit. */
export const watchdog = <P extends Looked>(): Preflight<P> =>
  eachNode<P>(
    'watchdog',
    text('Nothing looks after it from time to time', '没有定时任务会重新启动它'),
    (facts, {fields}) => cronProblem(facts, fields.harmlessUnit) ?? monitProblem(facts, fields.harmlessUnit),
  );
