import type {Trouble} from '../../../src/model/ask.ts';

/** Troubles that no host brings about alone: their advice is followed in a run that is held by them, by holds.test.ts. */
export const IN_RUNS = [
  'cancelled',
  'cut-off',
  'guard',
  'leased',
  'still-running',
  'unkept',
] as const satisfies readonly Trouble[];
