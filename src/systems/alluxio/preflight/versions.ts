import {compareVersions} from '../../../lib/version.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {joinTexts, SEMICOLON, type Text, text} from '../../../model/text.ts';
import {block, eachNode, shown, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerNode, Servers} from '../fields.ts';

type Entry = {readonly node: ServerNode; readonly version: string; readonly leftovers: readonly string[]};

const entriesOf = (survey: Survey<Servers>): Entry[] =>
  surveyed(survey).flatMap(({node, facts}) =>
    typeof facts.version === 'string'
      ? [{node, version: facts.version, leftovers: listOf(facts, 'leftovers')}]
      : [],
  );

/** Which nodes run what, the newest first: "2.9.4: m-1 m-2; 2.3.0: w-1". */
const byVersion = (entries: readonly Entry[]): Text =>
  joinTexts(
    [...Map.groupBy(entries, ({version}) => version)]
      .toSorted(([a], [b]) => compareVersions(b, a))
      .map(([version, group]) => {
        const names = group.map(({node}) => node.id).join(' ');
        return text(`${version}: ${names}`, `${version}：${names}`);
      }),
    SEMICOLON,
  );

/** The stamp of a run whose folder lies in a home, or whose stage lies beside one. */
const stampOf = (entries: readonly Entry[]): string | null => {
  const [stamp] = entries.flatMap(({leftovers}) =>
    leftovers.flatMap(name => /\.lakeup-(\d{8}_\d{6})$/.exec(name)?.[1] ?? []),
  );
  return stamp ?? null;
};

/** Where an upgrade can begin: every node runs one version, and out of the home that the inventory names. */
export const VERSION_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>('one-version', text('All nodes run one version', '所有节点版本相同'), survey => {
    const entries = entriesOf(survey);
    if (new Set(entries.map(({version}) => version)).size <= 1) return [];
    const [seen, stamp] = [byVersion(entries), stampOf(entries)];
    return [
      stamp === null
        ? block(
            seen,
            text(
              'Masters and workers of several versions lose each other’s blocks. Bring every node to one version by hand first, masters before workers; then look again.',
              '版本不同的 master 与 worker 会丢失彼此的块。请先手工统一版本（先 master 后 worker），然后重新查看。',
            ),
          )
        : block(
            text(
              `${seen.en}. A run of lakeup’s left its files here (${stamp}).`,
              `${seen.zh}。lakeup 的一次运行在此留有文件（${stamp}）。`,
            ),
            text(
              '`lakeup runs`, on the machine it was begun from, names the run that has not ended: `lakeup resume RUN` goes on with it. Where its journal is gone, docs/alluxio.md, "Without its journal", says what to do.',
              '在发起该运行的机器上，`lakeup runs` 会列出尚未结束的运行：用 `lakeup resume RUN` 继续。若其日志已丢失，处理方法见 docs/alluxio.md 的 “Without its journal”。',
            ),
          ),
    ];
  }),
  eachNode<Servers>(
    'of-home',
    text('The process runs what lies in its home', '进程与其安装目录一致'),
    (facts, {home}) => {
      const {version, homeVersion, at, homeReal} = facts;
      if (facts.process !== 'running') return null;
      const again = text(
        'Restart it from there by hand, or lead the home back to what runs; then look again.',
        '请手工从该目录重新启动，或让该目录指回正在运行的版本；然后重新查看。',
      );
      if (typeof at === 'string' && typeof homeReal === 'string' && at !== homeReal)
        return block(
          text(
            `the process runs out of ${at}, and ${home} is ${homeReal}`,
            `进程运行自 ${at}，而 ${home} 是 ${homeReal}`,
          ),
          again,
        );
      if (version === undefined || homeVersion === undefined || version === homeVersion) return null;
      const [runs, lies] = [shown(facts, 'version').en, shown(facts, 'homeVersion').en];
      return block(
        text(`the process is ${runs}, its home is ${lies}`, `进程为 ${runs}，其安装目录为 ${lies}`),
        again,
      );
    },
  ),
];
