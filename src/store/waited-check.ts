import {type Expect, type Facts, mismatches, type Sighting} from '../model/facts.ts';
import {checkRefs, fillCheck, missingRef} from '../model/given.ts';
import type {Check, PlannedExpect, Step} from '../model/plan.ts';
import {factsOfStep, type RunState} from '../model/state.ts';
import type {State} from './state.ts';

/** What a check waits for; where an earlier step has not brought its fact yet, the reference to it. */
export const wantedOf = (run: RunState, check: Check): Pick<Check, 'expect' | 'or'> => {
  const factsOf = factsOfStep(run);
  return missingRef(checkRefs(check), factsOf) === null ? fillCheck(check, factsOf) : check;
};

const isKnown = (entry: [string, PlannedExpect[string]]): entry is [string, Expect[string]] =>
  typeof entry[1] !== 'object' || !('from' in entry[1]);

/** The names of what is not seen to be so. What is only known later is not. */
export const unmet = (facts: Facts, expect: PlannedExpect): ReadonlySet<string> => {
  const known = Object.fromEntries(Object.entries(expect).filter(isKnown));
  const later = Object.keys(expect).filter(name => !Object.hasOwn(known, name));
  return new Set([...later, ...mismatches(facts, known).map(({name}) => name)]);
};

export const isMet = (run: RunState, check: Check, facts: Facts): boolean => {
  const {expect, or = []} = wantedOf(run, check);
  return [expect, ...or].some(each => unmet(facts, each).size === 0);
};

/** The check of a running step that is not met yet, with its newest sighting since the step began. */
export const waitedCheck = (
  {run, looks}: Pick<State, 'run' | 'looks'>,
  step: Step,
  since: number,
): {readonly check: Check; readonly seen: Sighting | null} | null => {
  if (run === null) return null;
  for (const check of step.done) {
    const seen = looks.get(check.node)?.probes[check.probe];
    const fresh = seen !== undefined && seen.at >= since ? seen : null;
    const met = fresh?.look.kind === 'seen' && isMet(run, check, fresh.look.facts);
    if (!met) return {check, seen: fresh};
  }
  return null;
};
