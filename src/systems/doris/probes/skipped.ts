import {type Facts, type Look, listOf} from '../../../model/facts.ts';

/** Whom nobody waits for any more, for the operator has taken them out of the run; `stopping`: those whose stop may still be at work. */
export type Skipped = {readonly nodes: ReadonlySet<string>; readonly stopping: ReadonlySet<string>};

export const skippedIn = (given: Facts): Skipped => ({
  nodes: new Set(listOf(given, 'skipped')),
  stopping: new Set(listOf(given, 'stopping')),
});

/**
 * Whether nobody may count on it before a stop. Whoever serves again is counted like everybody else; who still does so in the middle of
 * its own stop is not.
 */
export const countsAsDown = ({nodes, stopping}: Skipped, node: string, back: boolean): boolean =>
  nodes.has(node) && (stopping.has(node) || !back);

/** Whether that look shows nobody who serves, or may be about to. */
export const isAway = (look: Look): boolean =>
  look.kind === 'silent' || look.facts.health === 'down' || look.facts.health === 'not-serving';

/** Who was left out, so that it stands in the journal what was not asked for. */
export const skippedFact = (away: readonly string[]): Facts =>
  away.length === 0 ? {} : {skipped: [...away].toSorted()};
