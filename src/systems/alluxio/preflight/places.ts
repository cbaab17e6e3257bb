import {yamlLine} from '../../../lib/yaml-line.ts';
import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, eachNode, type Problem, warn} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import type {ServerNode, Servers} from '../fields.ts';
import {
  BLOCK_STORE,
  confOf,
  DATA_FOLDER,
  JOURNAL_FOLDER,
  LEVELS,
  localFolder,
  METASTORE_DIR,
  OLD_ROOT_UFS,
  PAGE_DIRS,
  ROOT_UFS,
  setTo,
  TIER_PATHS,
  WORKER_DEFAULTS,
  within,
} from '../properties.ts';
import {siteProblem} from './site.ts';

/** Something that must be the same place for the new version as for the old. */
type Kept = {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
  readonly what: Text;
};

export const foldersIn = (value: string | undefined): readonly string[] =>
  (value ?? '').split(',').flatMap(item => localFolder(item.trim()) ?? []);

export const factText = (facts: Facts, name: string): string => {
  const value = facts[name];
  return typeof value === 'string' ? value : '';
};

const keptBy = (facts: Facts, {fields}: ServerNode): readonly Kept[] => {
  if (fields.role === 'master')
    return [
      {
        keys: [JOURNAL_FOLDER],
        folders: foldersIn(factText(facts, 'journalFolder')),
        what: text('the journal', '日志'),
      },
      {
        keys: [ROOT_UFS, OLD_ROOT_UFS],
        folders: foldersIn(factText(facts, 'rootUfs')),
        what: text('the root under store', '根底层存储'),
      },
      {
        keys: [METASTORE_DIR],
        folders: foldersIn(factText(facts, 'metastoreDir')),
        what: text('the metastore', '元存储'),
      },
    ];
  if (fields.role !== 'worker') return [];
  const stores = facts.pages === true ? [PAGE_DIRS] : TIER_PATHS;
  const told = facts.pages === true ? [BLOCK_STORE] : [BLOCK_STORE, LEVELS, DATA_FOLDER];
  const what = text('a tier of the cache', '缓存层');
  return [
    ...stores.map(key => ({keys: [key], folders: foldersIn(confOf(facts, key)), what})),
    // No folders, and yet without them what lies there is not found.
    ...told.map(key => ({keys: [key], folders: [], what})),
  ];
};

const alike = new WeakMap<Survey<Servers>, Map<string, boolean>>();

/**
 * What `conf` says it says to every node: it can name only what all nodes of a role have in common. Kept for as long as the survey
 * is: each of a thousand workers would compare them all.
 */
const isAlike = (survey: Survey<Servers>, {role}: ServerNode, key: string): boolean => {
  const known = alike.get(survey) ?? new Map<string, boolean>();
  alike.set(survey, known);
  const folders = () =>
    surveyed(survey, role).map(({node, facts}) =>
      keptBy(facts, node)
        .find(({keys}) => keys.includes(key))
        ?.folders.join(),
    );
  const is = known.get(key) ?? new Set(folders()).size <= 1;
  known.set(key, is);
  return is;
};

/**
 * Defaults lie below the home, and mean the new version's own folders, which are empty (domain 0.5). In the old version of
 * a link home they stay, so naming them is enough; a home that is a directory takes them along when it is set aside.
 */
const movesWithHome = (facts: Facts, node: ServerNode, survey: Survey<Servers>): Problem | null => {
  const {settings} = survey.cluster;
  const real = typeof facts.homeReal === 'string' ? facts.homeReal : node.home;
  const kept = keptBy(facts, node).flatMap(({keys, folders, what}) => {
    const inside = folders.filter(folder => within(folder, node.home) || within(folder, real));
    const named = foldersIn(setTo(settings, ...keys));
    const moves = inside.filter(folder => within(folder, node.home) || !named.includes(folder));
    return moves.map(folder => ({key: keys[0] ?? '', folder, what, all: folders.join(',')}));
  });
  const [first] = kept;
  if (first === undefined) return null;
  const places = kept.map(({folder}) => folder).join(' ');
  // A property is written once, with all that it has now: what is left out of it would not be found.
  const lines = [...new Map(kept.map(({key, all}) => [key, `\`${yamlLine(key, all)}\``])).values()];
  const keys = [...new Set(kept.map(({key}) => `\`${key}\``))];
  const seen = text(
    `${first.what.en} lies below the home, and would move with it: ${places}`,
    `${first.what.zh}位于安装目录之下，会随之移走：${places}`,
  );
  return block(
    seen,
    facts.homeKind === 'link' &&
      kept.every(({folder}) => !within(folder, node.home)) &&
      kept.every(({key}) => isAlike(survey, node, key))
      ? text(
          `Name them under \`conf\` in the inventory, so that the new version goes on with them: ${lines.join(', ')}. Or move them out of the home first.`,
          `请在清单的 \`conf\` 下写明，使新版本继续使用：${lines.join('，')}。或先把它们移出安装目录。`,
        )
      : text(
          `Move them out of the home first: stop what uses them, \`mv\` them, write the new place of ${keys.join(', ')} in conf/alluxio-site.properties, and start again.`,
          `请先把它们移出安装目录：停止使用它们的进程，\`mv\` 之后在 conf/alluxio-site.properties 中写入 ${keys.join('，')} 的新位置，再启动。`,
        ),
  );
};

/** Under stores and caches are not moved by an upgrade: what is elsewhere is not found. */
const movedByConf = (
  facts: Facts,
  node: ServerNode,
  {settings}: Survey<Servers>['cluster'],
): Problem | null => {
  const moved = keptBy(facts, node).flatMap(({keys, folders}) => {
    const [key] = keys;
    const value = setTo(settings, ...keys);
    // The journal's folder has a check of its own, and a metastore is made anew from it.
    if (key === undefined || key === JOURNAL_FOLDER || key === METASTORE_DIR || value === undefined)
      return [];
    const before =
      key === ROOT_UFS ? factText(facts, 'rootUfs') : (confOf(facts, key) ?? WORKER_DEFAULTS[key] ?? '');
    const same = before === value || (folders.length > 0 && folders.join() === foldersIn(value).join());
    return same ? [] : [{key, before, value}];
  });
  const [first] = moved;
  return first === undefined
    ? null
    : block(
        text(
          `${first.key} is ${first.before || '-'}, and \`conf\` makes it ${first.value}`,
          `${first.key} 为 ${first.before || '-'}，而 \`conf\` 将其改为 ${first.value}`,
        ),
        text(
          `Take \`${first.key}\` out of \`conf\`: the new version would not find what is there. Change it before or after the upgrade.`,
          `请从 \`conf\` 中删除 \`${first.key}\`：新版本会找不到原有的内容。请在升级之前或之后更改。`,
        ),
      );
};

/** Where the data are, and that they stay there. */
export const PLACE_CHECKS: readonly Preflight<Servers>[] = [
  eachNode<Servers>(
    'outside-home',
    text('Journal, stores and tiers lie outside the home', '日志、存储与缓存层位于安装目录之外'),
    movesWithHome,
  ),
  eachNode<Servers>(
    'stores-stay',
    text('Under store and tiers stay where they are', '底层存储与缓存层保持原位'),
    (facts, node, {cluster}) => movedByConf(facts, node, cluster),
  ),
  eachNode<Servers>(
    'ramdisk',
    text('Each ramdisk is mounted by itself', '每个内存盘均已单独挂载'),
    (facts, node, survey) => {
      const unmounted = listOf(facts, 'unmounted');
      // Without its own configuration its tiers are none of its own.
      return unmounted.length === 0 || siteProblem(node, facts, survey) !== null
        ? null
        : warn(
            text(
              `no file system of its own is mounted at ${unmounted.join(' ')}`,
              `${unmounted.join(' ')} 没有单独挂载文件系统`,
            ),
            text(
              'The start script may take a tmpfs above it for the ramdisk, or refuse to start the worker. Where that is not meant so, mount it as root by `bin/alluxio-mount.sh Mount local` while the worker is stopped: what lies in the folder now is hidden by that.',
              '启动脚本可能会把上级的 tmpfs 当作内存盘，或拒绝启动该 worker。若这并非所需，请在 worker 停止时以 root 执行 `bin/alluxio-mount.sh Mount local` 挂载：目录中现有的内容会因此被遮住。',
            ),
          );
    },
  ),
];
