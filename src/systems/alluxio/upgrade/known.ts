import {type Facts, listOf} from '../../../model/facts.ts';
import type {AlluxioNode, Context} from '../fields.ts';
import type {JournalType} from '../pairs.ts';
import {journalTypeOf, newJournalFolder, newJournalType} from './journal.ts';

// What a plan takes from the survey.

const factsOf = ({facts}: Context, {id}: AlluxioNode): Facts => facts.get(id) ?? {};

const textOf = (facts: Facts, name: string): string => {
  const value = facts[name];
  return typeof value === 'string' ? value : '';
};

/** A path on the masters' own disks; '' for a URI, which the product alone can reach. */
const localPath = (place: string): string => (place.startsWith('/') ? place : '');

export const surveyOf = factsOf;

/** The real directory that a home led to when it was surveyed: where the old version stays. */
export const oldHomeOf = (node: AlluxioNode, context: Context): string =>
  textOf(factsOf(context, node), 'homeReal') || node.home;

/** Where a master keeps its journal, on its own disks or on a mounted one; '' where it is a URI. */
export const journalOf = (node: AlluxioNode, context: Context): string =>
  localPath(textOf(factsOf(context, node), 'journalFolder'));

/** Where its metastore lies; '' for one in memory. */
export const metastoreOf = (node: AlluxioNode, context: Context): string =>
  localPath(textOf(factsOf(context, node), 'metastoreDir'));

/** Where the new version's journal will lie; '' where that is a URI. */
export const newJournalOf = (context: Context): string => localPath(newJournalFolder(context));

export const typesOf = (context: Context): {readonly before: JournalType; readonly after: JournalType} => {
  const before = journalTypeOf(context) ?? 'EMBEDDED';
  return {before, after: newJournalType(context, context.target.to) ?? before};
};

/** The directories of all tiers of a worker, and those of them that have to be ramdisks of their own. */
export const tiersOf = (
  node: AlluxioNode,
  context: Context,
): {readonly dirs: readonly string[]; readonly ramdisks: readonly string[]} => {
  const facts = factsOf(context, node);
  return {dirs: listOf(facts, 'tierDirs'), ramdisks: listOf(facts, 'ramdisks')};
};
