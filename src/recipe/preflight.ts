import {formatBytes} from '../lib/bytes.ts';
import {quote} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {listOf} from '../model/facts.ts';
import type {Node, Product} from '../model/inventory.ts';
import type {Survey} from '../model/survey.ts';
import type {Preflight} from '../model/system.ts';
import {both, joinTexts, plain, SEMICOLON, type Text, text} from '../model/text.ts';
import {block, eachNode, numberOf, type Problem, shown, warn, wholeCluster} from './finding.ts';

// Checks that hold for any product: they read the facts of src/host and the names every survey shares (version,
// packageVersion, health). Those of the login and of who starts a process again have files of their own.
export {outlives, sameLimits, sameUser, writable} from './login.ts';
export {unit, watchdog} from './starters.ts';

/** Nodes and what was seen of them, as evidence: "be-1: 3.0.6; be-2: 3.0.5". */
export const told = (entries: readonly {readonly node: Node; readonly facts: Facts}[], name: string): Text =>
  joinTexts(
    entries.map(({node, facts}) =>
      both((pick, lang) => `${node.id}${lang === 'en' ? ': ' : '：'}${pick(shown(facts, name))}`),
    ),
    SEMICOLON,
  );

/** The nodes that were seen, all or of one role, with their facts. */
export const surveyed = <P extends Product>(
  survey: Survey<P>,
  role?: string,
): {readonly node: Node<P>; readonly facts: Facts}[] =>
  survey.cluster.nodes
    .filter(node => role === undefined || node.role === role)
    .flatMap(node => {
      const facts = survey.facts.get(node.id);
      return facts === undefined ? [] : [{node, facts}];
    });

/** The different values of a fact, as text. */
export const valuesOf = (entries: readonly {readonly facts: Facts}[], name: string): string[] => [
  ...new Set(entries.flatMap(({facts}) => (facts[name] === undefined ? [] : [String(facts[name])]))),
];

/** Every node was seen. What was not blocks here, and is left out everywhere else. */
export const reachable: Preflight = wholeCluster(
  'reachable',
  text('Every node answers', '所有节点均有应答'),
  survey =>
    survey.cluster.nodes
      .filter(({id}) => !survey.facts.has(id))
      .map(node => ({
        ...block(
          text(`${node.host} did not answer`, `${node.host} 没有应答`),
          text(
            `Make the host reachable (\`lakeup status ${quote(survey.cluster.name)} -i FILE\` says in the node’s line why it is not) and look again.`,
            `先让该主机可达（\`lakeup status ${quote(survey.cluster.name)} -i 文件\` 会在该节点的行中说明原因），然后重新查看。`,
          ),
        ),
        node,
      })),
);

/**
 * An upgrade begins at one version.
 * @public a check of its own, for systems that say no more of it
 */
export const oneVersion: Preflight = wholeCluster(
  'one-version',
  text('All nodes run one version', '所有节点版本相同'),
  survey => {
    const entries = surveyed(survey);
    if (valuesOf(entries, 'version').length <= 1) return [];
    return [
      block(
        told(entries, 'version'),
        text(
          'An upgrade begins at one version. Where `lakeup runs` lists a run of this cluster that has not ended, resume it; otherwise bring the nodes to one version first.',
          '升级须从同一版本开始。若 `lakeup runs` 列出该集群尚未结束的运行，请恢复它；否则请先统一版本。',
        ),
      ),
    ];
  },
);

export const onePackage: Preflight = wholeCluster(
  'one-package',
  text('All packages are one version', '所有升级包版本相同'),
  survey => {
    const entries = surveyed(survey);
    return valuesOf(entries, 'packageVersion').length <= 1
      ? []
      : [
          block(
            told(entries, 'packageVersion'),
            text('Put the same package on every host.', '请在每台主机放置相同的升级包。'),
          ),
        ];
  },
);

/** Of a node that does not run it is told that it does not. */
export const versionKnown: Preflight = eachNode(
  'version-known',
  text('The running version is known', '已知运行版本'),
  facts =>
    typeof facts.version === 'string' || facts.process === 'none'
      ? null
      : block(
          text('no version was reported', '没有报告版本'),
          text(
            'Look at the node with `lakeup status`; without its version nothing can be compared.',
            '用 `lakeup status` 查看该节点；不知道版本就无法比较。',
          ),
        ),
);

export const oneProcess: Preflight = eachNode(
  'one-process',
  text('One process per home', '每个目录只有一个进程'),
  (facts, {home}) => {
    const count = numberOf(facts, 'count') ?? 0;
    const pid = shown(facts, 'pid');
    const command = `ps -ef | grep -F -e ${quote(String(home))}`;
    return count > 1
      ? block(
          text(`${count} processes, the oldest is ${pid.en}`, `${count} 个进程，最早的是 ${pid.zh}`),
          text(
            `\`${command}\` shows them. End the one that does not serve, by its pid (\`kill PID\`), and look again.`,
            `\`${command}\` 会列出它们。请按进程号结束不提供服务的那个（\`kill PID\`），然后重新查看。`,
          ),
        )
      : null;
  },
);

/** Copying needs the new files' size once more, a tenth for the file system, and some room to live. */
const neededKb = (sizeKb: number): number => Math.ceil(sizeKb * 1.1) + 100 * 1024;

/** Room beside the home for a copy of the new files: `freeKb` against `packageKb`. */
export const disk: Preflight = eachNode(
  'disk',
  text('There is room for the new files', '磁盘空间足够'),
  facts => {
    const [free, size] = [numberOf(facts, 'freeKb'), numberOf(facts, 'packageKb')];
    if (free === null || size === null || free >= neededKb(size)) return null;
    const [has, needs] = [formatBytes(free * 1024), formatBytes(neededKb(size) * 1024)];
    return block(
      text(`${has} free, ${needs} needed`, `可用 ${has}，需要 ${needs}`),
      text(
        'Make room on the file system of the home, for example by removing old backups.',
        '请在安装目录所在文件系统腾出空间，例如删除旧备份。',
      ),
    );
  },
);

/** Nothing of an earlier run lies beside the home under a name that begins so. */
export const leftovers = (prefix: string): Preflight =>
  eachNode(
    'leftovers',
    text('No stage of an earlier run is left', '没有之前运行遗留的暂存目录'),
    (facts, {home}) => {
      const stages = listOf(facts, 'leftovers').filter(name => name.startsWith(prefix));
      return stages.length === 0 ? null : leftBehind(stages, name => `${home}/${name}`);
    },
  );

/** What an earlier run has left, by its names there, and where each lies. */
export const leftBehind = (names: readonly string[], placeOf: (name: string) => string): Problem => {
  const command = `rm -r ${names.map(name => quote(placeOf(name))).join(' ')}`;
  return warn(
    plain(names.join(' ')),
    text(
      `Resume that run, where \`lakeup runs\` says that it can be. Where it was given up or taken back, or has ended, remove what it left, on this host: \`${command}\`.`,
      `若 \`lakeup runs\` 表明那次运行可以恢复，请恢复它；若已放弃、已撤销或已结束，请在该主机上删除其遗留：\`${command}\`。`,
    ),
  );
};
