import {compareVersions} from '../../../lib/version.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import {type Context, nodesOf, type ServerNode} from '../fields.ts';
import type {JournalType} from '../pairs.ts';
import type {Tiers} from '../scripts/look-cache.ts';
import {journalTypeOf, newJournalType} from './journal.ts';

// What a plan takes from the survey.

/** What was surveyed of a node. */
export const surveyOf = ({facts}: Context, {id}: ServerNode): Facts => facts.get(id) ?? {};

export const typesOf = (context: Context): {readonly before: JournalType; readonly after: JournalType} => {
  const before = journalTypeOf(context) ?? 'EMBEDDED';
  return {before, after: newJournalType(context, context.target.to) ?? before};
};

/**
 * The directories of all tiers of a worker, those in memory (`memories`), and those of them that are mounted by themselves
 * (`ramdisks`): one that was a plain directory before need be nothing else afterwards.
 */
export const tiersOf = (node: ServerNode, context: Pick<Context, 'facts'>): Tiers => {
  const facts = context.facts.get(node.id) ?? {};
  const [memories, unmounted] = [listOf(facts, 'ramdisks'), listOf(facts, 'unmounted')];
  return {
    dirs: listOf(facts, 'tierDirs'),
    memories,
    ramdisks: memories.filter(dir => !unmounted.includes(dir)),
  };
};

/** Where a worker's ramdisks are to be copied to; null where nothing is to be copied. */
export const cachePathOf = (node: ServerNode, context: Context): string | null => {
  const {fields} = node;
  const copies = context.cluster.settings.caches === 'copy' && tiersOf(node, context).memories.length > 0;
  return copies && fields.role === 'worker' ? (fields.cachePath ?? null) : null;
};

/** Stop scripts know `-c`, which saves ramdisks, from 2.6.2 on (its issue 13817); older ones ignore it, with exit 0 (recorded). */
export const knowsCopies = (version: string): boolean => compareVersions(version, '2.6.2') >= 0;

/** Whether the old version's own script is to copy a worker's ramdisks. */
export const savedByScripts = (node: ServerNode, context: Context): boolean =>
  cachePathOf(node, context) !== null &&
  context.cluster.settings.copyBy === 'scripts' &&
  knowsCopies(context.target.from);

/** Whether the old version's backup command says how many entries it wrote: not before 2.2 or so (domain 2.1). */
export const tellsEntries = ({target}: Pick<Context, 'target'>): boolean =>
  compareVersions(target.from, '2.3.0') >= 0;

/** The old leader says itself how many files are pinned. */
export const tellsPins = (context: Context): boolean =>
  nodesOf(context.cluster, 'master').some(master => surveyOf(context, master).pinned !== undefined);
