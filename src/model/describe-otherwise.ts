import {describeFacts} from './describe-facts.ts';
import {type Fact, type Facts, meets} from './facts.ts';
import type {Check, Gate} from './plan.ts';
import type {Text} from './text.ts';

/**
 * Of what a look saw, what a check asks for and did not find so, as far as the plan itself says it. `found`: what earlier steps had
 * found of what is otherwise now, where the event tells.
 */
export const notAsChecked = (seen: Facts, {expect}: Check, found?: Facts): Facts => {
  const isSo = (name: string, value: Fact): boolean => {
    const wanted = expect[name];
    if (wanted === undefined) return true;
    if (found !== undefined && typeof wanted === 'object' && 'from' in wanted && wanted.bound === undefined)
      return found[name] === undefined;
    return (typeof wanted !== 'object' || !('from' in wanted)) && meets({[name]: value}, {[name]: wanted});
  };
  return Object.fromEntries(Object.entries(seen).filter(([name, value]) => !isSo(name, value)));
};

export const notAsWanted = (seen: Facts, gate: Gate | undefined, found?: Facts): Facts =>
  gate?.kind === 'check' ? notAsChecked(seen, gate.check, found) : seen;

/** Why a gate opened a step again: what it saw otherwise, and what that was before. */
export const describeReopened = (
  {seen, found}: {seen: Facts; found?: Facts | undefined},
  gate: Gate | undefined,
): Text => describeFacts(notAsWanted(seen, gate, found), found);
