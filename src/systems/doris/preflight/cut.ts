import {quote} from '../../../lib/sh.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {COMMA, joinTexts, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {eachNode, type Problem, shown, warn} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {partOf} from '../adopt.ts';
import {cutOffOf, isTakenOn, newAlone, newTwice} from '../cut.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {PARTS, type PartName} from '../parse/cut.ts';
import {backupName, stageName} from '../parse/tree.ts';
import {roleScripts} from '../scripts/role.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: a cut between its stop and its start. It is taken on
// (cut.ts), or it is said why not, and what to type.

/** A stage that is not whole yet has `.part` at its end: the node still ran then. */
const STAGE = /^\.lakeup-stage-.+(?<!\.part)$/;
const STAMPED = /^(?:\.lakeup-stage-|bin_backup_|lib_backup_)(.+)(?<!\.part)$/;

const stamps = (facts: Facts): readonly string[] => [
  ...new Set(listOf(facts, 'leftovers').flatMap(name => STAMPED.exec(name)?.[1] ?? [])),
];

const has = (facts: Facts, name: string): boolean => listOf(facts, 'leftovers').includes(name);

/** The stamp of that upgrade, or null where the node is down for another reason, as far as its files tell. */
const cutStamp = (facts: Facts, survey: Survey<Doris>): string | null => {
  const {done, left} = partOf(survey);
  const known = (stamp: string, entries: readonly {readonly facts: Facts}[]): boolean =>
    entries.some(entry => has(entry.facts, backupName('bin', stamp)));
  const isMoved = PARTS.some(part => facts[part] === 'none');
  return (
    stamps(facts).find(stamp => {
      const isKept = PARTS.some(part => has(facts, backupName(part, stamp)));
      if (isMoved && isKept) return true;
      if (has(facts, stageName(stamp)) && facts.pidFile === 'none') return true;
      // New files in place, not started yet: the last upgrade but this one has left such names on every node.
      return isKept && known(stamp, done) && !known(stamp, left);
    }) ?? null
  );
};

/** What brings the files to one version again: forward where the old ones are all put by, else back. */
const moves = (facts: Facts, stamp: string): readonly string[] => {
  const missing = PARTS.filter(part => facts[part] === 'none');
  const isPutBy = PARTS.every(part => has(facts, backupName(part, stamp)));
  const source = (part: PartName): string =>
    isPutBy ? `${stageName(stamp)}/${part}` : backupName(part, stamp);
  return missing.map(part => `mv ${quote(source(part))} ${part}`);
};

/** What all running nodes of a role say, or null where they differ, or none runs. */
const agreed = (survey: Survey<Doris>, role: string, name: string): string | null => {
  const running = surveyed(survey, role).filter(({facts}) => facts.process === 'running');
  const [value, ...others] = [...new Set(running.map(({facts}) => JSON.stringify(facts[name] ?? null)))];
  return value === undefined || others.length > 0 ? null : value;
};

const startCommand = (facts: Facts, node: DorisNode, survey: Survey<Doris>): string => {
  const {role, javaHome} = node.fields;
  const [home = ''] = [facts.homeStart, facts.packageStart, roleScripts(role).starts.at(-1)].filter(
    name => typeof name === 'string' && name !== '',
  );
  const seen: unknown = JSON.parse(agreed(survey, role, 'flags') ?? '[]');
  const flags = Array.isArray(seen) && seen.length > 0 ? seen : role === 'recycler' ? ['--recycler'] : [];
  const java: unknown = javaHome ?? JSON.parse(agreed(survey, role, 'env.JAVA_HOME') ?? 'null');
  return [
    ...(typeof java === 'string' && java !== '' ? [`JAVA_HOME=${quote(java)}`] : []),
    `bash bin/${home} --daemon`,
    ...flags.map(flag => quote(String(flag))),
  ].join(' ');
};

/** The copy of the new files that lies beside files of which nothing was moved; null where there is none. */
const stagedOnly = (facts: Facts): string | null =>
  PARTS.every(part => facts[part] === 'dir')
    ? (listOf(facts, 'leftovers').findLast(name => STAGE.test(name)) ?? null)
    : null;

/** What is told of one that was only staged, and whose pid file tells that no stop of lakeup or of its own script ended it. */
const endedStaged = (copy: string, start: string, {home}: DorisNode): Text => {
  const command = `cd ${quote(home)} && ${start}`;
  return text(
    `It was not stopped by its stop script, or it ended by itself: its pid file is still there, which that script takes away, and of an upgrade only the copy of the new files lies there (${copy}); nothing was moved. Put right what its logs tell of. Then, on its host, as the user it runs as: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
    `它不是由停止脚本停止的，或者是自行退出的：停止脚本会删除的 pid 文件仍在，而某次升级只留下了新文件的副本（${copy}），没有移动任何文件。请先解决其日志所述的问题，然后在其主机上以其运行用户执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
  );
};

/** Beside a newer master an old frontend does not come up again (domain: only the new version brings it back). */
const isLeftBehind = (node: DorisNode, survey: Survey<Doris>): boolean =>
  node.fields.role === 'fe' && partOf(survey).done.some(entry => entry.facts.fe === 'master');

/** Where one of bin and lib lies. */
const where = (facts: Facts, part: PartName, stamp: string): Text => {
  const kept = backupName(part, stamp);
  switch (facts[`cut.${part}`]) {
    case 'moved':
      return text(`${part} is moved away to ${kept}`, `${part} 已移到 ${kept}`);
    case 'new':
      return text(`${part} is the package’s, the old one is ${kept}`, `${part} 来自升级包，旧的是 ${kept}`);
    case 'unclear':
      return text(`nobody knows which version ${part} is`, `无法认定 ${part} 的版本`);
    default:
      return text(`${part} is in its place`, `${part} 在原处`);
  }
};

const cutHere = (stamp: string, what: Text): Text =>
  text(
    `An upgrade was cut here between stop and start (${stamp}). lakeup does not take it on there: ${what.en}.`,
    `一次升级在此节点的停止与启动之间中断（${stamp}）。lakeup 不会从这里继续：${what.zh}。`,
  );

/** Of one of whose bin or lib nobody knows which version it is: nothing is started, and it is said how it becomes known. */
const withUnclear = ({home}: DorisNode, unclear: readonly PartName[], stamp: string, because: Text): Text => {
  const told = cutHere(stamp, because);
  const names = (name: (part: PartName) => string): string =>
    unclear.map(part => `${home}/${name(part)}`).join(', ');
  const [there, kept, staged] = [
    names(part => part),
    names(part => backupName(part, stamp)),
    names(part => `${stageName(stamp)}/${part}`),
  ];
  return text(
    `${told.en} Start nothing there: more than one version may lie in its home. See to it that the old one is ${kept}, that nothing is ${there} (move it out of the home), and that ${staged} is a directory or is not there; then \`lakeup upgrade\` looks at it again.`,
    `${told.zh}请不要在那里启动任何东西：其安装目录中可能有不止一个版本。请确保旧的位于 ${kept}，${there} 处没有任何内容（将其移出安装目录），且 ${staged} 是目录或不存在；之后 \`lakeup upgrade\` 会重新检查。`,
  );
};

/** What makes both of bin and lib the package's; what is the old one's is kept. Nothing lands in what lies there already. */
const forward = (facts: Facts, {fields}: DorisNode, stamp: string): readonly string[] =>
  PARTS.filter(part => !newAlone(facts).includes(part) && facts[`cut.${part}`] !== 'new').flatMap(part => [
    ...(facts[`cut.${part}`] === 'old'
      ? [`[ ! -e ${backupName(part, stamp)} ]`, `mv ${part} ${backupName(part, stamp)}`]
      : []),
    `[ ! -e ${part} ]`,
    `cp -a ${quote(`${fields.package}/${part}`)} ${part}`,
  ]);

/**
 * Of one whose old bin or lib is gone. It comes back from a backup, or from another node of its role; where nobody of that runs the
 * old version any more the node goes forward. Which of them holds is seen; nobody is told to start two versions as one.
 */
const withoutOld = (
  facts: Facts,
  node: DorisNode,
  survey: Survey<Doris>,
  {stamp, start}: {readonly stamp: string; readonly start: string},
): Text | null => {
  const gone = newAlone(facts);
  const cut = cutOffOf(node, survey);
  if (cut?.kind !== 'by hand') return null;
  const rest = PARTS.filter(part => !gone.includes(part)).map(part => where(facts, part, stamp));
  const what = joinTexts([cut.because, ...rest], SEMICOLON);
  const [twin] = partOf(survey).left.filter(
    each => each.node.id !== node.id && each.node.role === node.role && each.facts.process === 'running',
  );
  const told = cutHere(stamp, what);
  if (twin !== undefined && gone.length < PARTS.length) {
    // Beside the package's in the stage a kept one would be one too many: there the old one goes straight to its place.
    const twice = newTwice(facts);
    const [names, back, of] = [
      gone.join(', '),
      gone.map(part => `${node.home}/${twice.includes(part) ? part : backupName(part, stamp)}`).join(', '),
      gone.map(part => `${twin.node.home}/${part}`).join(', '),
    ];
    const away = twice.map(part => `${node.home}/${part}`).join(', ');
    const first =
      twice.length === 0
        ? text('', '')
        : text(
            ` Move ${away} out of the home: the package’s lies in ${stageName(stamp)} too.`,
            `请将 ${away} 移出安装目录：${stageName(stamp)} 中也有升级包的那一份。`,
          );
    return text(
      `${told.en}${first.en} Bring the old ${names} (${twin.version}) back as ${back}, from a backup of yours, or as a copy of ${of} of ${twin.node.id} with its times and without its pid file; \`lakeup upgrade\` takes it on from there.`,
      `${told.zh}${first.zh}请将旧的 ${names}（${twin.version}）恢复为 ${back}：用您的备份，或复制 ${twin.node.id} 的 ${of}（保留时间，不含 pid 文件）；之后 \`lakeup upgrade\` 会从那里继续。`,
    );
  }
  const command = [`cd ${quote(node.home)}`, ...forward(facts, node, stamp), start].join(' && ');
  const why =
    twin === undefined
      ? text(
          'Nobody of its role runs the old version any more, so it goes forward;',
          '同角色已没有节点运行旧版本，因此只能向前；',
        )
      : text('Both are the package’s, so it goes forward;', '两者都来自升级包，因此只能向前；');
  return text(
    `${told.en} ${why.en} on its host, as the user it runs as: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
    `${told.zh}${why.zh}请在其主机上以其运行用户执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
  );
};

/** How a node that is down in the middle of an upgrade is brought up by hand, so that lakeup can take on from there; or null. */
export const cutAdvice = (facts: Facts, node: DorisNode, survey: Survey<Doris>): Text | null => {
  // Every node is asked for this, and most of them run.
  if (facts.process !== 'none') return null;
  const cut = cutOffOf(node, survey);
  if (cut?.kind === 'taken on') return null;
  const told = facts['cut.stamp'];
  const stamp = typeof told === 'string' ? told : cutStamp(facts, survey);
  const start = startCommand(facts, node, survey);
  if (stamp === null) {
    if (!isLeftBehind(node, survey)) {
      const copy = stagedOnly(facts);
      return copy === null ? null : endedStaged(copy, start, node);
    }
    const time = '$(date +%Y%m%d_%H%M%S)';
    const put = PARTS.map(
      part => `mv ${part} ${part}_backup_$t && cp -a ${quote(`${node.fields.package}/${part}`)} .`,
    );
    const command = `cd ${quote(node.home)} && t=${time} && ${[...put, start].join(' && ')}`;
    return text(
      `A frontend of the new version is the master: this one comes up with the new version alone. On its host: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
      `主 FE 已是新版本：此节点只能以新版本启动。请在其主机上执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
    );
  }
  const unclear = PARTS.filter(part => facts[`cut.${part}`] === 'unclear');
  if (cut !== null && unclear.length > 0) return withUnclear(node, unclear, stamp, cut.because);
  if (cut !== null && newAlone(facts).length > 0) return withoutOld(facts, node, survey, {stamp, start});
  const command = [`cd ${quote(node.home)}`, ...moves(facts, stamp), start].join(' && ');
  const why =
    cut === null
      ? text('', '')
      : text(
          ` lakeup does not take it on there: ${cut.because.en}.`,
          `lakeup 不会从这里继续：${cut.because.zh}。`,
        );
  return text(
    `An upgrade was cut here between stop and start (${stamp}); nothing is lost.${why.en} On its host, as the user it runs as: ${command}. Once it is healthy, \`lakeup upgrade\` takes on from there.`,
    `一次升级在此节点的停止与启动之间中断（${stamp}）；没有丢失任何东西。${why.zh}请在其主机上以其运行用户执行：${command}。待其健康后，\`lakeup upgrade\` 会从那里继续。`,
  );
};

/** Whether a node is down in the middle of an upgrade: that is told once, and explains what else is missing of it. */
export const isCut = (facts: Facts, node: DorisNode, survey: Survey<Doris>): boolean =>
  isTakenOn(node, survey) || cutAdvice(facts, node, survey) !== null;

/** What was found of a node that is taken on in the middle, and what will be done with it first. */
const found = (facts: Facts, node: DorisNode, survey: Survey<Doris>): Problem | null => {
  if (!isTakenOn(node, survey)) return null;
  const [stamp, old] = [String(facts['cut.stamp']), shown(facts, 'cut.version').en];
  const isWhole = PARTS.every(part => facts[`cut.${part}`] === 'old');
  const seen = [
    text('no process of it runs', '没有它的进程在运行'),
    ...(isWhole ? [text('its pid file is gone, as after a stop', '其 pid 文件已不在，与停止之后一致')] : []),
    ...PARTS.map(part => where(facts, part, stamp)),
    ...(facts['cut.stage'] === 'whole'
      ? [text(`the copy of the new files is ${stageName(stamp)}`, `新文件的副本是 ${stageName(stamp)}`)]
      : []),
    text(`the old ones call themselves ${old}`, `旧文件报告的版本为 ${old}`),
  ];
  return warn(
    joinTexts(seen, COMMA),
    text(
      `It goes first, before anybody else is stopped: the old bin and lib go back to their places, and it is upgraded from there. It is started as the running nodes of its role were. Where the journal of that upgrade (${stamp}) can be read, \`lakeup resume\` on that machine is the better way.`,
      `它最先处理，在此之前不会停止任何其他节点：旧的 bin 和 lib 先放回原处，再从那里升级。启动方式与同角色运行中的节点相同。若那次升级（${stamp}）的日志仍可读取，在那台机器上用 \`lakeup resume\` 更好。`,
    ),
  );
};

/** Said of each node that is taken on in the middle of an upgrade: with what was seen there, before anybody is asked. */
export const TAKEN_ON: Preflight<Doris> = eachNode<Doris>(
  'taken-on',
  text('No upgrade was cut off here', '此处没有中断的升级'),
  found,
);
