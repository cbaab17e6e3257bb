import {compareVersions, sameMinor} from '../../../lib/version.ts';
import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {block, type Problem, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {ORDER} from '../upgrade/names.ts';

type Entry = {readonly node: DorisNode; readonly facts: Facts; readonly version: string};

const entriesOf = (survey: Survey<Doris>): Entry[] =>
  surveyed(survey).flatMap(({node, facts}) =>
    typeof facts.version === 'string' ? [{node, facts, version: facts.version}] : [],
  );

const names = (entries: readonly Entry[]): string => entries.map(({node}) => node.id).join(' ');

/** Which nodes run what, the newest first: "3.1.2: ms-1 ms-2; 3.0.6: fe-1". */
const byVersion = (entries: readonly Entry[]): Text => {
  const groups = [...Map.groupBy(entries, ({version}) => version)].toSorted(([a], [b]) =>
    compareVersions(b, a),
  );
  return joinTexts(
    groups.map(([version, group]) => text(`${version}: ${names(group)}`, `${version}：${names(group)}`)),
    SEMICOLON,
  );
};

const STAGE = /^\.lakeup-stage-(.+?)(\.part)?$/;
const BACKUP = /^bin_backup_(.+)$/;

const stampsOf = ({facts}: Entry, pattern: RegExp): string[] =>
  listOf(facts, 'leftovers').flatMap(name => pattern.exec(name)?.[1] ?? []);

/**
 * The stamp of a run of lakeup's that did not come to its end here, or null: a stage lies somewhere, or several of those
 * that are done have backups of one stamp that none of the others has. By hand each node gets a time of its own.
 */
const unfinishedRun = (done: readonly Entry[], left: readonly Entry[]): string | null => {
  const [staged] = [...done, ...left].flatMap(entry => stampsOf(entry, STAGE));
  if (staged !== undefined) return staged;
  const older = new Set(left.flatMap(entry => stampsOf(entry, BACKUP)));
  const stamps = done.flatMap(entry => [...new Set(stampsOf(entry, BACKUP))]);
  return stamps.find((stamp, i) => !older.has(stamp) && stamps.indexOf(stamp) !== i) ?? null;
};

const FE_ORDER = ['observer', 'follower', 'master'];
const rank = ({node, facts}: Entry): number =>
  ORDER.indexOf(node.fields.role) * 10 + Math.max(0, FE_ORDER.indexOf(String(facts.fe ?? '')));

/** The guide's order: roles one after the other, observers before followers, the master last. */
const inOrder = (left: readonly Entry[]): Text => {
  const ordered = left.toSorted((a, b) => rank(a) - rank(b));
  const [en, zh] = (['en', 'zh'] as const).map(lang =>
    ordered
      .map(({node, facts}) =>
        facts.fe === 'master' ? `${node.id} ${lang === 'en' ? '(the master)' : '（主节点）'}` : node.id,
      )
      .join(lang === 'en' ? ', ' : '、'),
  );
  return text(en ?? '', zh ?? '');
};

/** Domain: beside a new master the old frontends end at its first CREATE DATABASE, and the cure is to upgrade them next. */
const newMaster = (done: readonly Entry[], left: readonly Entry[]): Text => {
  const master = done.find(({facts}) => facts.fe === 'master');
  return master === undefined || !left.some(({node}) => node.role === 'fe')
    ? text('', '')
    : text(
        ` Do not wait: ${master.node.id} is the master and runs the new version; frontends of the old one may end when it writes.`,
        `请勿等待：主节点 ${master.node.id} 已是新版本，它写入元数据时旧版本的 FE 可能会退出。`,
      );
};

const wayBack = (done: readonly Entry[], from: string, to: string): Text =>
  sameMinor(from, to) || !done.some(({node}) => node.role === 'fe')
    ? text(
        ` Or go back: give ${names(done)} the bin and lib of ${from} again, the last one first; lakeup then upgrades all of them.`,
        `也可以退回：按相反的顺序，让 ${names(done)} 恢复 ${from} 的 bin 和 lib；之后由 lakeup 升级全部节点。`,
      )
    : text(
        ` There is no way back: a frontend runs ${to}, and ${from} cannot read what it writes.`,
        `无法退回：已有 FE 运行 ${to}，而 ${from} 无法读取它写入的元数据。`,
      );

const mixedProblem = (entries: readonly Entry[], to: string): Problem => {
  const seen = byVersion(entries);
  const [done, left] = [
    entries.filter(({version}) => version === to),
    entries.filter(({version}) => version !== to),
  ];
  const stamp = unfinishedRun(done, left);
  if (stamp !== null)
    return block(
      text(
        `${seen.en}. A run of lakeup’s left its files here (${stamp}).`,
        `${seen.zh}。lakeup 的一次运行在此留有文件（${stamp}）。`,
      ),
      text(
        '`lakeup runs`, on the machine it was begun from, names the run that has not ended: `lakeup resume RUN` goes on with it.',
        '在发起该运行的机器上，`lakeup runs` 会列出尚未结束的运行：用 `lakeup resume RUN` 继续。',
      ),
    );
  const [from, ...more] = [...new Set(left.map(({version}) => version))];
  if (from === undefined || done.length === 0 || more.length > 0 || compareVersions(from, to) > 0)
    return block(
      seen,
      text(
        `An upgrade begins at one version older than ${to} on every node. Bring them to one by hand, in the order of the upgrade guide, or correct \`version\`; then look again.`,
        `升级须从所有节点都相同且低于 ${to} 的版本开始。请按升级指南的顺序手工统一版本，或更正 \`version\`；然后重新查看。`,
      ),
    );
  const [order, master, back] = [inOrder(left), newMaster(done, left), wayBack(done, from, to)];
  return block(
    text(
      `${seen.en}. It was upgraded in part, and nothing here is of a run of lakeup’s.`,
      `${seen.zh}。集群只升级了一部分，且没有 lakeup 运行留下的痕迹。`,
    ),
    text(
      `Finish by hand, in the order of the upgrade guide, one at a time, each seen healthy before the next: ${order.en}.${master.en}${back.en}`,
      `请按升级指南的顺序手工完成，逐个进行，确认健康后再处理下一个：${order.zh}。${master.zh}${back.zh}`,
    ),
  );
};

/** Where an upgrade can begin: every node runs one version. Whether a way leads on from there is the choice's. */
export const VERSION_CHECKS: readonly Preflight<Doris>[] = [
  wholeCluster<Doris>('one-version', text('All nodes run one version', '所有节点版本相同'), survey => {
    const entries = entriesOf(survey);
    return new Set(entries.map(({version}) => version)).size <= 1
      ? []
      : [mixedProblem(entries, survey.cluster.settings.version)];
  }),
];
