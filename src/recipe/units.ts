import {quote} from '../lib/sh.ts';
import {yamlLine} from '../lib/yaml-line.ts';
import {type Facts, listOf} from '../model/facts.ts';
import {type Text, text} from '../model/text.ts';
import {block, type Problem, warn} from './finding.ts';

// Whether the service manager starts a process again: by what its unit says of its end, or by another unit that starts that one.

export const textOf = (facts: Facts, name: string): string | null => {
  const value = facts[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** The line by which a site says that it knows better. */
export const harmlessIs = (name: string): string => `\`${yamlLine('harmlessUnit', name)}\``;

/** Units whose cgroup a process stays in because somebody logged in there: none of them knows of it. */
const LOGINS = /^(ssh|sshd|dropbear)(@.*)?\.service$|^(user@.*|atd)\.service$/;
export const CRON = /^(cron|crond|anacron|cronie|fcron)\.service$/;

/** As it is typed to the manager that has the unit. */
const systemctl = (facts: Facts, ...words: readonly string[]): string =>
  `\`systemctl ${[...(facts.unitUser === true ? ['--user'] : []), ...words].join(' ')}\``;

/** A target is up as long as the machine is: from its hands a unit is taken by what is written there. */
const isTarget = (name: string): boolean => name.endsWith('.target');

/** What starts a unit again whatever its Restart= says: a timer, a path, a socket, or who upholds it. */
const startersProblem = (unit: string, facts: Facts): Problem | null => {
  const [triggers, upheld] = [listOf(facts, 'unitTriggers'), listOf(facts, 'unitUpheldBy')];
  const all = [...triggers, ...upheld];
  if (all.length === 0) return null;
  const stops = all.filter(name => !isTarget(name)).map(quote);
  const targets = all.filter(isTarget);
  const stop = text(
    `Stop what starts it, for the upgrade: ${systemctl(facts, 'stop', ...stops)}. Afterwards restart the node through ${unit}, if it is to be that unit’s again, and then ${systemctl(facts, 'start', ...stops)}. `,
    `升级期间请停止会启动它的单元：${systemctl(facts, 'stop', ...stops)}。升级后若仍由 ${unit} 管理该节点，请先通过它重新启动节点，再执行 ${systemctl(facts, 'start', ...stops)}。`,
  );
  const take = targets.map(name =>
    text(
      `Take \`Upholds=${unit}\` out of ${name} for the upgrade (${systemctl(facts, 'cat', quote(name))} shows where it stands), then ${systemctl(facts, 'daemon-reload')}; put it back afterwards. `,
      `升级期间请从 ${name} 中去掉 \`Upholds=${unit}\`（${systemctl(facts, 'cat', quote(name))} 会显示其所在位置），然后执行 ${systemctl(facts, 'daemon-reload')}；升级后再恢复。`,
    ),
  );
  const ways = [...(stops.length === 0 ? [] : [stop]), ...take];
  const names = all.join(', ');
  return block(
    text(
      `the process belongs to ${unit}, which ${names} ${all.length === 1 ? 'starts' : 'start'} again`,
      `该进程属于 ${unit}，而 ${names} 会重新启动它`,
    ),
    text(
      `${ways.map(({en}) => en).join('')}Where nothing there starts what was stopped, write ${harmlessIs(unit)} at the node.`,
      `${ways.map(({zh}) => zh).join('')}若其中没有会启动已停止进程的单元，请在节点上写 ${harmlessIs(unit)}。`,
    ),
  );
};

/** A unit that nothing starts again. What was stopped for the upgrade is started after it. */
const leftAlone = (unit: string, facts: Facts): Problem => {
  const off = listOf(facts, 'unitTriggersOff');
  const are = off.length === 1 ? 'is' : 'are';
  const stopped =
    off.length === 0
      ? text('', '')
      : text(`; ${off.join(', ')} ${are} stopped`, `；${off.join(', ')} 已停止`);
  const start = systemctl(facts, 'start', ...off.map(quote));
  const again =
    off.length === 0
      ? text('', '')
      : text(
          ` What starts it is started after that, where it is to be: ${start}.`,
          `之后再启动会启动它的单元（若需要）：${start}。`,
        );
  return warn(
    text(
      `the process belongs to ${unit}, which does not start it again${stopped.en}`,
      `该进程属于 ${unit}，它不会重新启动该进程${stopped.zh}`,
    ),
    text(
      `After the upgrade the process no longer belongs to ${unit}; restart it through the unit when that suits you.${again.en}`,
      `升级后该进程不再属于 ${unit}；可在方便时通过该服务单元重新启动。${again.zh}`,
    ),
  );
};

const ASKED = ['Restart', 'TriggeredBy', 'UpheldBy'].flatMap(name => ['-p', name]);

/** Many units run the start script and are done (MainPID 0), or watch the daemon; a supervisor is neither. */
export const unitProblem = (facts: Facts, harmless: string | undefined): Problem | null => {
  const {unit, unitRestart, unitMain} = facts;
  if (typeof unit !== 'string' || LOGINS.test(unit) || CRON.test(unit) || unit === harmless) return null;
  const belongs = text(`the process belongs to ${unit}`, `该进程属于 ${unit}`);
  const seen = (en: string, zh: string): Text => text(`${belongs.en}${en}`, `${belongs.zh}${zh}`);
  if (unitRestart === undefined)
    return block(
      seen(
        '; whether it starts it again cannot be seen from this login',
        '；用此登录无法看到它是否会重新启动进程',
      ),
      text(
        `Ask ${systemctl(facts, 'show', ...ASKED, quote(unit))}. If nothing there starts the process again, write ${harmlessIs(unit)} at the node.`,
        `请查看 ${systemctl(facts, 'show', ...ASKED, quote(unit))}。若其中没有会重新启动该进程的设置，请在节点上写 ${harmlessIs(unit)}。`,
      ),
    );
  // What Restart= says is about the unit's own process: it tells nothing of another one's end.
  if (unitMain !== 0 && unitMain !== facts.pid && facts.unitMainOwn !== true) {
    const program = textOf(facts, 'unitMainProgram');
    const main = `${unitMain ?? '-'}${program === null ? '' : ` (${program})`}`;
    return block(
      seen(`, whose own process is ${main}`, `，而它自己的进程是 ${main}`),
      text(
        `If that is a supervisor, tell it to leave this process alone for the upgrade; then, or if it is none, write ${harmlessIs(unit)} at the node.`,
        `若它是进程守护程序，请让它在升级期间不要管理该进程；之后（或它并非守护程序时）在节点上写 ${harmlessIs(unit)}。`,
      ),
    );
  }
  if (unitRestart !== 'no')
    return block(
      seen(`, which has Restart=${unitRestart}`, `，其 Restart=${unitRestart}`),
      text(
        'Set Restart=no for the upgrade (a drop-in and `systemctl daemon-reload`), or it starts the process again while its files are moved.',
        '升级期间请设置 Restart=no（drop-in 加 `systemctl daemon-reload`），否则移动文件时它会重新启动该进程。',
      ),
    );
  if (facts.unitTriggers === undefined)
    return block(
      seen(
        '; whether a timer or another unit starts it again is not told here',
        '；此处的 systemd 没有说明是否有定时器或其他单元会重新启动它',
      ),
      text(
        `Look at ${systemctl(facts, 'list-timers', '--all')} and at the path units beside them. If none of them starts it again, write ${harmlessIs(unit)} at the node.`,
        `请查看 ${systemctl(facts, 'list-timers', '--all')} 以及 path 单元。若它们都不会重新启动该进程，请在节点上写 ${harmlessIs(unit)}。`,
      ),
    );
  return startersProblem(unit, facts) ?? leftAlone(unit, facts);
};
