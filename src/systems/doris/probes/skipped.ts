import {type Facts, type Look, listOf} from '../../../model/facts.ts';

/** Whom nobody waits for any more: the operator has taken them out of the run, down as they are. */
export const skippedIn = (given: Facts): ReadonlySet<string> => new Set(listOf(given, 'skipped'));

/** Whether that look shows nothing that runs. Whoever runs again is counted like everybody else. */
export const isAway = (look: Look): boolean => look.kind === 'silent' || look.facts.health === 'down';

/** Who was left out, so that it stands in the journal what was not asked for. */
export const skippedFact = (away: readonly string[]): Facts =>
  away.length === 0 ? {} : {skipped: [...away].toSorted()};
