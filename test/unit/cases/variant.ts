import type {Field, Met} from './met.ts';

/** A variant that is met here: the world, what is said in it, and what was done. */
export type Ran = {
  readonly name: string;
  readonly field: Field;
  readonly end: Met['end'];
  readonly says: readonly RegExp[];
  /** Everybody who was stopped, in order: whoever is not named was left alone. */
  readonly stopped: string;
  /** What was done beyond that and must not have been, a sentence each. */
  readonly wrong?: (met: Met) => readonly string[];
};

/** A variant that needs a shell, an sshd or a terminal: another test shows it, and holds these words. */
export type Named = {readonly file: string; readonly title: string; readonly says: readonly string[]};

export type Variant = Ran | Named;

/** At least three. */
export type Variants = readonly [Variant, Variant, Variant, ...Variant[]];

/** Preflight says no: nobody was touched, and no action was sent. */
export const refused = (name: string, turn: NonNullable<Field['turn']>, ...says: readonly RegExp[]): Ran => ({
  ...{name, field: {turn}, end: 'refused', says, stopped: ''},
});

/** Preflight warns, and the upgrade goes to its end as if nothing were. */
export const warned = (name: string, turn: NonNullable<Field['turn']>, ...says: readonly RegExp[]): Ran => ({
  ...{name, field: {turn}, end: 'ended', says, stopped: ALL},
});

/** The run is held after these were stopped. */
export const held = (name: string, field: Field, stopped: string, ...says: readonly RegExp[]): Ran => ({
  ...{name, field, end: 'held', says, stopped},
});

export const named = (file: string, title: string, ...says: readonly string[]): Named => ({
  ...{file, title, says},
});

/** Something happens beside the run as soon as a step is done. */
export const after = (
  step: string,
  does: (beside: Parameters<NonNullable<Field['beside']>>[1]) => void,
): Field => ({
  beside: (event, beside) => {
    if (event.type === 'step.done' && event.step === step) does(beside);
  },
});

export const MS = 'ms-1 ms-2 ms-3';
export const CLOUD = `${MS} rc-1`;
export const BACKENDS = `${CLOUD} be-1 be-2 be-3 be-4 be-5 be-6`;
/** An upgrade of the cluster in memory: fe-1 is the master, fe-4 an observer. */
export const ALL = `${BACKENDS} fe-4 fe-2 fe-3 fe-1`;
