import {type Facts, listOf} from './facts.ts';

/** The fact that names all who say that they lead, where they are several. */
export const LEADING = 'leading';

/** Whether several say that they lead: which of them is right no wait tells. */
export const contradicts = (facts: Facts): boolean => listOf(facts, LEADING).length > 1;

/** Who they are, where several say so. */
export const whoLead = (facts: Facts): Facts =>
  contradicts(facts) ? {[LEADING]: listOf(facts, LEADING)} : {};
