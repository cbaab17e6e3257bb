import {quote} from '../../../lib/sh.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {block, type Problem, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Alluxio, Servers} from '../fields.ts';
import {serversOf} from '../parse/servers.ts';
import {journalOf} from '../scripts/journal.ts';
import {surveyOfServers} from '../servers.ts';
import {asideOf, type Entry, isMaster, leadBack, runs, startAgain, typed} from './cut-off-typed.ts';

// An upgrade that was cut while everything was stopped, and whose journal nobody has. It is not taken on: what was counted and
// backed up before cannot be proved any more, and a master that is started on the wrong journal makes every worker delete its blocks.
// What stands on the hosts tells how far it came, and so what may be typed. Only what neither a run that ended nor one that was taken
// back leaves counts: old versions that were put aside, and folders of runs, lie in a cluster that is merely down, too.

/** Also one that is not the node's own, or of another user: whatever it is, it may write in a journal. */
const masterRuns = ({facts}: Entry): boolean =>
  serversOf(facts).some(({role}) => role === 'master' || role === 'secondary-master');

/** The new version as a run has put it there, and not in use: beside a home that is a link, or under a name of the run. */
const stagedAt = ({node, facts}: Entry, {version}: Servers['settings']): string | null => {
  if (facts.homeKind === 'link')
    return facts.newPlace === 'dir' && facts.staged === true ? `${node.home}-${version}` : null;
  const stage = listOf(facts, 'leftovers').find(name => /.\.lakeup-\d{8}_\d{6}$/.test(name));
  return stage === undefined ? null : `${node.home.slice(0, node.home.lastIndexOf('/'))}/${stage}`;
};

/** Between the two renames of an exchange there is no home. */
const isHalf = (entry: Entry): boolean => entry.facts.homeKind === 'none' && asideOf(entry) !== null;

/** At most so many names stand in a sentence that only tells. */
const NAMES = 12;

const namesOf = (entries: readonly Entry[]): Text => {
  const names = entries.slice(0, NAMES).map(({node}) => node.id);
  const more = entries.length - names.length;
  return more === 0
    ? text(names.join(', '), names.join('、'))
    : text(`${names.join(', ')} and ${more} more`, `${names.join('、')} 等另外 ${more} 个`);
};

const nothingExchanged = (
  entries: readonly Entry[],
  survey: Survey<Servers>,
  old: string,
  staged: string,
): Problem => {
  const {version: to} = survey.cluster.settings;
  const start = startAgain(entries, survey, old);
  return block(
    text(
      `no master runs, and every home is still ${old}: an upgrade was cut before it exchanged any (its new version lies in ${staged})`,
      `没有 master 在运行，且所有安装目录仍是 ${old}：一次升级在切换任何目录之前中断（其新版本位于 ${staged}）`,
    ),
    text(
      `Nothing was exchanged, so no journal was formatted or written by ${to}. ${start.en}`,
      `尚未切换任何目录，因此没有日志被格式化，也没有被 ${to} 写入。${start.zh}`,
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
  const [fresh, halves] = [entries.filter(({facts}) => facts.homeVersion === to), entries.filter(isHalf)];
  const [back, start] = [leadBack([...fresh, ...halves], old, from), startAgain(entries, survey, from)];
  const groups = [
    {label: text(to, to), group: fresh},
    {label: text('none', '无'), group: halves},
    {label: text(from, from), group: old},
  ].filter(({group}) => group.length > 0);
  const seen = joinTexts(
    groups.map(({label, group}) => {
      const names = namesOf(group);
      return text(`${label.en}: ${names.en}`, `${label.zh}：${names.zh}`);
    }),
    SEMICOLON,
  );
  return block(
    text(
      `no master runs; ${seen.en}: an upgrade was cut while it exchanged the homes`,
      `没有 master 在运行；${seen.zh}：一次升级在切换安装目录时中断`,
    ),
    text(
      `lakeup formats no journal, and starts no master, before every home is exchanged: unless somebody did so by hand, the journals are those of ${from}. ${back.en} ${start.en}`,
      `在所有安装目录切换完成之前，lakeup 不会格式化日志，也不会启动 master：若无人手工操作过，日志仍属于 ${from}。${back.zh}${start.zh}`,
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
      `Start nothing yet, unless you know that the upgrade to ${to} had ended and the cluster served since: then it is merely down. If an upgrade was cut here, its journals may be formatted and empty: a master that starts on one leads an empty cluster, and workers then delete their blocks. See on each master whether a copy that ends in _copy_ and a stamp lies beside its journal, and whether the journal holds anything: ${copies.en}. docs/alluxio.md, "Without its journal", says for each case what to do.`,
      `请先不要启动任何进程，除非您确知到 ${to} 的升级已结束，且集群此后提供过服务：那它只是停机了。若升级在此中断，日志可能已被格式化而为空：在其上启动的 master 会成为空集群的 leader，worker 随后会删除自己的块。请在每个 master 上查看日志旁是否有以 _copy_ 加时间戳结尾的副本，以及日志中是否有内容：${copies.zh}。各种情况的处理见 docs/alluxio.md 的 “Without its journal”。`,
    ),
  );
};

/** How far an upgrade had come that was cut while no master ran; null where one runs, or nothing tells of one that was cut. */
const problemOf = (survey: Survey<Servers>): Problem | null => {
  const entries = surveyed(survey);
  const masters = entries.filter(isMaster);
  // Who was not seen may run: nothing is said of the others then.
  if (masters.length === 0 || entries.length < survey.cluster.nodes.length) return null;
  if (masters.some(runs) || entries.some(masterRuns)) return null;
  const {version: to} = survey.cluster.settings;
  const isOld = ({facts}: Entry): boolean =>
    typeof facts.homeVersion === 'string' && facts.homeVersion !== to;
  const [old, halves] = [entries.filter(isOld), entries.filter(isHalf)];
  const fresh = entries.filter(({facts}) => facts.homeVersion === to);
  // Of a home that tells no version nobody knows how far it came.
  if (old.length + halves.length + fresh.length < entries.length) return null;
  const [from, ...others] = new Set([
    ...old.map(({facts}) => String(facts.homeVersion)),
    ...halves.flatMap(entry => asideOf(entry)?.version ?? []),
  ]);
  if (others.length > 0) return null;
  if (from === undefined) return allExchanged(entries, survey);
  if (old.length < entries.length) return partlyExchanged(entries, survey, old, from);
  const [staged] = entries.flatMap(entry => stagedAt(entry, survey.cluster.settings) ?? []);
  return staged === undefined ? null : nothingExchanged(entries, survey, from, staged);
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
