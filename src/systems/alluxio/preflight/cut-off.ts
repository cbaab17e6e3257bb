import {quote} from '../../../lib/sh.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {both, type Text, text} from '../../../model/text.ts';
import {block, type Problem, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Alluxio, ServerNode, Servers} from '../fields.ts';
import {serversOf} from '../parse/servers.ts';
import {journalOf} from '../scripts/journal.ts';
import {WORDS} from '../scripts/role.ts';
import {surveyOfServers} from '../servers.ts';

// An upgrade that was cut while everything was stopped, and whose journal nobody has. It is not taken on: what was counted and
// backed up before cannot be proved any more, and a master that is started on the wrong journal makes every worker delete its blocks.
// What stands on the hosts tells how far it came, and so what may be typed.

type Entry = {readonly node: ServerNode; readonly facts: Facts};

const isMaster = ({node}: Entry): boolean => node.fields.role === 'master';
const runs = ({facts}: Entry): boolean => facts.process === 'running';
/** Also one that is not the node's own, or of another user: whatever it is, it may write in a journal. */
const masterRuns = ({facts}: Entry): boolean =>
  serversOf(facts).some(({role}) => role === 'master' || role === 'secondary-master');

/** The stamp of a run whose folder lies in a home, whose stage lies beside one, or that put an old home aside. */
const stampIn = ({facts}: Entry): string | undefined =>
  listOf(facts, 'leftovers').flatMap(name => /(?:\.lakeup-|_backup_)(\d{8}_\d{6})$/.exec(name)?.[1] ?? [])[0];

/** What a run leaves where nothing is exchanged yet: its own names, or the new version beside a home that is a link. */
const traceOf = (entry: Entry, {package: path, version}: Servers['settings']): string | undefined => {
  const place = `${entry.node.home}-${version}`;
  const isStaged = entry.facts.homeKind === 'link' && entry.facts.newPlace === 'dir' && path !== place;
  return stampIn(entry) ?? (isStaged ? place : undefined);
};

/** At most so many names stand before a command. */
const NAMES = 12;

const namesOf = (entries: readonly Entry[]): Text => {
  const names = entries.slice(0, NAMES).map(({node}) => node.id);
  const more = entries.length - names.length;
  return more === 0
    ? text(names.join(', '), names.join('、'))
    : text(`${names.join(', ')} and ${more} more`, `${names.join('、')} 等另外 ${more} 个`);
};

/** What is typed where: nodes with the same command stand before it together. */
const typed = (entries: readonly Entry[], commandOf: (entry: Entry) => string): Text => {
  const groups = [...Map.groupBy(entries, commandOf)];
  return both((pick, lang) =>
    groups
      .map(([command, group]) =>
        lang === 'en' ? `${pick(namesOf(group))}: \`${command}\`` : `${pick(namesOf(group))}：\`${command}\``,
      )
      .join(lang === 'en' ? '; ' : '；'),
  );
};

/** A master that finds no journal formats the whole cluster (recorded), so that is looked at in the same line. */
const startLine =
  (survey: Survey<Servers>) =>
  ({node}: Entry): string => {
    const {role, javaHome} = node.fields;
    const {journal} = role === 'master' ? journalOf(node, survey) : {journal: ''};
    return [
      ...(journal === '' ? [] : [`test -d ${quote(journal)}`]),
      `cd ${quote(node.home)}`,
      `${javaHome === undefined ? '' : `JAVA_HOME=${quote(javaHome)} `}bin/alluxio-start.sh ${WORDS[role]}${role === 'worker' ? ' NoMount' : ''}`,
    ].join(' && ');
  };

/** Masters side by side, for one alone has no majority; everybody else once they hold what they held. */
const startAgain = (entries: readonly Entry[], survey: Survey<Servers>, version: string): Text => {
  const down = entries.filter(entry => !runs(entry));
  const [masters, others] = [down.filter(isMaster), down.filter(entry => !isMaster(entry))];
  const [first, then] = [typed(masters, startLine(survey)), typed(others, startLine(survey))];
  return text(
    `Start ${version} again, as the user it runs as. All masters at once: ${first.en}. Once one of them leads and \`bin/alluxio fsadmin report summary\` tells what the cluster held${others.length === 0 ? '' : `, the others: ${then.en}`}. Then look again.`,
    `请以其运行用户重新启动 ${version}。所有 master 同时启动：${first.zh}。待其中之一成为 leader，且 \`bin/alluxio fsadmin report summary\` 与之前的内容一致${others.length === 0 ? '' : `，再启动其他：${then.zh}`}。然后重新查看。`,
  );
};

/** How an exchanged home is led back to the old version: the link leads there, or two directories change their names. */
const backLine =
  (old: readonly Entry[]) =>
  (entry: Entry): string => {
    const {node, facts} = entry;
    const home = quote(node.home);
    if (facts.homeKind === 'link') {
      const known = old.find(
        other => other.node.home === node.home && typeof other.facts.homeReal === 'string',
      );
      return `ln -sfn ${known === undefined ? 'OLD' : quote(String(known.facts.homeReal))} ${home}`;
    }
    const stamp = stampIn(entry);
    return stamp === undefined
      ? `mv ${home} ${quote(`${node.home}.new`)} && mv OLD ${home}`
      : `mv ${home} ${quote(`${node.home}.lakeup-${stamp}`)} && mv ${quote(`${node.home}_backup_${stamp}`)} ${home}`;
  };

const nothingExchanged = (
  entries: readonly Entry[],
  survey: Survey<Servers>,
  old: string,
  trace: string,
): Problem => {
  const start = startAgain(entries, survey, old);
  return block(
    text(
      `no master runs, and every home is still ${old}: an upgrade was cut after its stop (${trace})`,
      `没有 master 在运行，且所有安装目录仍是 ${old}：一次升级在停止之后中断（${trace}）`,
    ),
    text(
      `Nothing was exchanged, so no journal was formatted or written by ${survey.cluster.settings.version}. ${start.en}`,
      `尚未切换任何目录，因此没有日志被格式化，也没有被 ${survey.cluster.settings.version} 写入。${start.zh}`,
    ),
  );
};

const partlyExchanged = (
  entries: readonly Entry[],
  survey: Survey<Servers>,
  old: readonly Entry[],
  from: string,
): Problem => {
  const {version: to} = survey.cluster.settings;
  // Several roles of one host have one home, which is led back once.
  const homes = new Map(
    entries
      .filter(({facts}) => facts.homeVersion === to)
      .map(entry => [`${entry.node.host} ${entry.node.home}`, entry]),
  );
  const [back, start] = [typed([...homes.values()], backLine(old)), startAgain(entries, survey, from)];
  const names = [namesOf(entries.filter(({facts}) => facts.homeVersion === to)), namesOf(old)] as const;
  return block(
    text(
      `no master runs; ${to}: ${names[0].en}; ${from}: ${names[1].en}: an upgrade was cut while it exchanged the homes`,
      `没有 master 在运行；${to}：${names[0].zh}；${from}：${names[1].zh}：一次升级在切换安装目录时中断`,
    ),
    text(
      `lakeup formats no journal, and starts no master, before every home is exchanged: unless somebody did so by hand, the journals are those of ${from}. Lead the homes back (OLD is the directory of ${from}): ${back.en}. ${start.en}`,
      `在所有安装目录切换完成之前，lakeup 不会格式化日志，也不会启动 master：若无人手工操作过，日志仍属于 ${from}。请让安装目录指回旧版本（OLD 为 ${from} 的目录）：${back.zh}。${start.zh}`,
    ),
  );
};

const allExchanged = (entries: readonly Entry[], survey: Survey<Servers>): Problem => {
  const {version: to} = survey.cluster.settings;
  const copies = typed(entries.filter(isMaster), ({node}) => {
    const {journal} = journalOf(node, survey);
    return journal === '' ? 'alluxio.master.journal.folder' : `ls -d ${quote(journal)}*`;
  });
  return block(
    text(`no master runs, and every home is ${to} already`, `没有 master 在运行，且所有安装目录已是 ${to}`),
    text(
      `Start nothing yet. If an upgrade was cut here, its journals may be formatted and empty: a master that starts on one leads an empty cluster, and workers then delete their blocks. See on each master whether a copy that ends in _copy_ and a stamp lies beside its journal, and whether the journal holds anything: ${copies.en}. docs/alluxio.md, "Without its journal", says for each case what to do.`,
      `请先不要启动任何进程。若升级在此中断，日志可能已被格式化而为空：在其上启动的 master 会成为空集群的 leader，worker 随后会删除自己的块。请在每个 master 上查看日志旁是否有以 _copy_ 加时间戳结尾的副本，以及日志中是否有内容：${copies.zh}。各种情况的处理见 docs/alluxio.md 的 “Without its journal”。`,
    ),
  );
};

/** How far an upgrade had come that was cut while no master ran; null where one runs, or nothing tells of an upgrade. */
const problemOf = (survey: Survey<Servers>): Problem | null => {
  const entries = surveyed(survey);
  const masters = entries.filter(isMaster);
  // Who was not seen may run: nothing is said of the others then.
  if (masters.length === 0 || entries.length < survey.cluster.nodes.length) return null;
  if (masters.some(runs) || entries.some(masterRuns)) return null;
  const {version: to} = survey.cluster.settings;
  const old = entries.filter(({facts}) => typeof facts.homeVersion === 'string' && facts.homeVersion !== to);
  const [from, ...others] = [...new Set(old.map(({facts}) => String(facts.homeVersion)))];
  if (others.length > 0) return null;
  if (from === undefined)
    return entries.every(({facts}) => facts.homeVersion === to) ? allExchanged(entries, survey) : null;
  if (old.length < entries.length) return partlyExchanged(entries, survey, old, from);
  const [trace] = entries.flatMap(entry => traceOf(entry, survey.cluster.settings) ?? []);
  return trace === undefined ? null : nothingExchanged(entries, survey, from, trace);
};

export const CUT_OFF: Preflight<Servers> = wholeCluster<Servers>(
  'cut-off',
  text('No upgrade was cut while everything was stopped', '没有在全部停止期间中断的升级'),
  survey => {
    const problem = problemOf(survey);
    return problem === null ? [] : [problem];
  },
);

/** Where that is told, it explains all the rest: who is down, who leads nobody, and what cannot be asked. */
export const unlessCutOff = ({name, find}: Preflight<Alluxio>): Preflight<Alluxio> => ({
  name,
  find: survey =>
    problemOf(surveyOfServers(survey)) === null
      ? find(survey)
      : find(survey).filter(({level}) => level === 'pass'),
});
