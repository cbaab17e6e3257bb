import {type Facts, listOf} from '../../../model/facts.ts';
import type {Context, ServerNode} from '../fields.ts';
import type {JournalType} from '../pairs.ts';
import {journalOf as placesOf} from '../scripts/journal.ts';
import {journalTypeOf, newJournalType} from './journal.ts';

// What a plan takes from the survey.

const factsOf = ({facts}: Context, {id}: ServerNode): Facts => facts.get(id) ?? {};

export const surveyOf = factsOf;

/** Where a master keeps its journal, on its own disks or on a mounted one; '' where it is a URI. */
export const journalOf = (node: ServerNode, context: Context): string => placesOf(node, context).journal;

/** Where its metastore lies; '' for one in memory. */
export const metastoreOf = (node: ServerNode, context: Context): string => placesOf(node, context).metastore;

export const typesOf = (context: Context): {readonly before: JournalType; readonly after: JournalType} => {
  const before = journalTypeOf(context) ?? 'EMBEDDED';
  return {before, after: newJournalType(context, context.target.to) ?? before};
};

/** The directories of all tiers of a worker, and those of them that have to be ramdisks of their own. */
export const tiersOf = (
  node: ServerNode,
  context: Context,
): {readonly dirs: readonly string[]; readonly ramdisks: readonly string[]} => {
  const facts = factsOf(context, node);
  return {dirs: listOf(facts, 'tierDirs'), ramdisks: listOf(facts, 'ramdisks')};
};
