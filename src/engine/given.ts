import {quote, raw, type Sh, sh} from '../lib/sh.ts';
import type {Failure} from '../model/event.ts';
import {type FactRef, type Facts, resolve} from '../model/facts.ts';
import type {Check, Given, ScriptAction} from '../model/plan.ts';
import {resolveGiven} from '../model/refs.ts';
import type {RunState} from '../model/state.ts';

/** What a step that is done found; nothing of any other. */
const factsOf =
  (state: RunState) =>
  (step: string): Facts | undefined => {
    const found = Object.entries(state.steps).find(([id]) => id === step)?.[1];
    return found?.status === 'done' ? found.facts : undefined;
  };

/** Why something cannot begin that takes facts of earlier steps: one of them was not left. Null when all are there. */
export const missingFact = (state: RunState, refs: readonly FactRef[]): Failure | null => {
  const missing = refs.find(({step, fact}) => factsOf(state)(step)?.[fact] === undefined);
  return missing === undefined
    ? null
    : {
        kind: 'refused',
        trouble: 'guard',
        detail: `the step ${missing.step} left no fact "${missing.fact}"`,
      };
};

/** What a probe is told, with facts of earlier steps filled in. */
export const givenOf = (state: RunState, given: Given | undefined): Facts =>
  resolveGiven(given, factsOf(state));

/** A check with every fact of an earlier step filled in. Throws when one is missing: see missingFact. */
export const filled = (state: RunState, check: Check): Check => {
  const lookUp = factsOf(state);
  return {
    ...check,
    expect: resolve(check.expect, lookUp),
    ...(check.given === undefined ? {} : {given: givenOf(state, check.given)}),
    ...(check.pending === undefined ? {} : {pending: resolve(check.pending, lookUp)}),
    ...(check.hopeless === undefined ? {} : {hopeless: resolve(check.hopeless, lookUp)}),
  };
};

/** Puts the facts of earlier steps before the script, as quoted shell variables. Throws when one is missing. */
export const withGiven = (state: RunState, action: ScriptAction): Sh => {
  const variables = Object.entries(action.given ?? {}).map(([name, {step, fact}]) => {
    const value = factsOf(state)(step)?.[fact];
    if (value === undefined) throw new Error(`step ${step} left no fact "${fact}" for ${action.name}`);
    return `${name}=${quote(String(value))}\n`;
  });
  return sh`${raw(variables.join('') as Sh)}${raw(action.script)}`;
};
