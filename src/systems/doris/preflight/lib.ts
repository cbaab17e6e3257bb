import {quote} from '../../../lib/sh.ts';
import {sameMinor} from '../../../lib/version.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {numberOf, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {type Versioned, versioned} from '../adopt.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {roleTitle} from '../upgrade/names.ts';

/** A node with how many files of its lib the package has neither by their name nor in another version. */
type Counted = {readonly node: DorisNode; readonly version: string; readonly count: number};

const counted = ({node, facts, version}: Versioned): readonly Counted[] => {
  const count = numberOf(facts, 'libOthers');
  return count === null ? [] : [{node, version, count}];
};

const files = (count: number, more: Text): Text =>
  text(
    `lib holds ${count}${more.en} ${count === 1 ? 'file' : 'files'}`,
    `lib 中有 ${count} 个${more.zh}文件`,
  );

const listing = ({home, fields}: DorisNode): string =>
  `\`diff -rq ${quote(`${home}/lib`)} ${quote(`${fields.package}/lib`)}\``;

/** What one has and another of its role and version has not is none of the release's. */
const moreThan = ({node, count}: Counted, {node: other, count: least}: Counted): Problem => {
  const held = files(count - least, text(' more', '额外'));
  return warn(
    text(
      `${held.en} than that of ${other.id} which the package has neither by their name nor in another version`,
      `${held.zh}是 ${other.id} 的 lib 中没有的，升级包中既没有同名文件，也没有其他版本`,
    ),
    text(
      `They go into the backup with lib, and do not come with the upgrade. ${listing(node)} lists them, among those of other versions. Put what is yours where an upgrade leaves it (${node.home}/custom_lib).`,
      `它们会随 lib 进入备份，升级后不再存在。${listing(node)} 会列出它们（以及其他版本的文件）。请把自行放置的文件放到升级不会改动的位置（${node.home}/custom_lib）。`,
    ),
  );
};

/** Within one minor version little is dropped: what all of a role have may be the site's, brought to each. */
const allHave = (all: readonly Counted[], {node, count}: Counted): Problem => {
  const held = files(count, text('', ''));
  const title = roleTitle(node.fields.role);
  const who = all.length === 1 ? text(node.id, node.id) : title;
  return warn(
    text(
      `${who.en}: ${held.en} that the package has neither by their name nor in another version`,
      `${who.zh}：${held.zh}，升级包中既没有同名文件，也没有其他版本`,
    ),
    text(
      `The release dropped them, or they are yours: they go into the backup with lib, and do not come with the upgrade. On ${node.id} ${listing(node)} lists them, among those of other versions.`,
      `它们可能是新版本不再包含的，也可能是自行放置的：会随 lib 进入备份，升级后不再存在。在 ${node.id} 上执行 ${listing(node)} 会列出它们（以及其他版本的文件）。`,
    ),
  );
};

/**
 * Files of lib that may be the site's though nothing tells: they are as old as they always were. A new minor version drops so many of
 * its own that there only what one node has before the others of its role is told.
 */
export const leftOutOfLib: Preflight<Doris> = wholeCluster<Doris>(
  'lib-left-out',
  text('Nothing else of lib is left out by the package', '升级包没有缺少 lib 中的其他文件'),
  survey => {
    const {version: to} = survey.cluster.settings;
    const left = versioned(survey)
      .filter(({version}) => version !== to)
      .flatMap(counted);
    const groups = Map.groupBy(left, ({node, version}) => `${node.role} ${version}`);
    return [...groups.values()].flatMap(all => {
      const [least] = all.toSorted((a, b) => a.count - b.count);
      if (least === undefined) return [];
      const more = all
        .filter(({count}) => count > least.count)
        .map(each => ({...moreThan(each, least), node: each.node}));
      return least.count > 0 && sameMinor(least.version, to) ? [allHave(all, least), ...more] : more;
    });
  },
);
