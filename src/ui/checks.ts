import {describeExpected} from '../model/describe.ts';
import {type Expect, type Facts, mismatches, resolve, type Sighting} from '../model/facts.ts';
import {StepId} from '../model/ids.ts';
import type {Check, Step} from '../model/plan.ts';
import {type RunState, stepState} from '../model/state.ts';
import type {State} from '../store/state.ts';
import {visible} from './control.ts';
import {type Line, line, span, wrapped} from './line.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {pad} from './width.ts';

const filled = (run: RunState, expect: Expect): Expect => {
  const factsOf = (id: string): Facts | undefined => {
    const step = stepState(run, StepId.parse(id));
    return step.status === 'done' ? step.facts : undefined;
  };
  try {
    return resolve(expect, factsOf);
  } catch {
    // An earlier step has not brought its fact yet: the reference is shown instead.
    return expect;
  }
};

const open = (facts: Facts, expect: Expect): ReturnType<typeof mismatches> => {
  const known = Object.fromEntries(
    Object.entries(expect).filter(([, want]) => typeof want !== 'object' || !('from' in want)),
  );
  return mismatches(facts, known);
};

/** What a check waits for, line by line: name, expected, seen. */
export const checkLines = (
  check: Check,
  seen: Sighting | null,
  run: RunState,
  pen: Pen,
  width: number,
): Line[] => {
  const expect = filled(run, check.expect);
  const facts = seen?.look.kind === 'seen' ? seen.look.facts : null;
  const missed = new Set(facts === null ? Object.keys(expect) : open(facts, expect).map(({name}) => name));
  const {marks} = pen.theme;
  const nameWidth = Math.min(24, Math.max(...Object.keys(expect).map(name => name.length)));
  const lines = Object.entries(expect).map(([name, want]) => {
    const value = facts?.[name];
    const shown = value === undefined ? pen.t(messages.seenNothing) : visible(String(value));
    const met = !missed.has(name);
    return line(
      '   ',
      span(met ? `${marks.yes} ` : `${marks.dot} `, met ? 'good' : 'muted'),
      span(pad(name, nameWidth)),
      span(`  ${pen.t(messages.expected)} `, 'muted'),
      span(pen.t(describeExpected(want))),
      ...(facts === null
        ? []
        : [span(`  ${pen.t(messages.seen)} `, 'muted'), span(shown, met ? 'good' : 'warn')]),
    );
  });
  if (seen === null) return [...lines, line('   ', pen.say(messages.notLooked, 'muted'))];
  if (seen.look.kind === 'seen') return lines;
  return [
    ...lines,
    ...wrapped(pen.t(messages.silent(visible(seen.look.reason))), width, 'warn', line('   ')),
  ];
};

/** The check of a running step that is not met yet, with its newest sighting since the step began. */
export const waitedCheck = (
  state: State,
  step: Step,
  since: number,
): {readonly check: Check; readonly seen: Sighting | null} | null => {
  const {run} = state;
  if (run === null) return null;
  for (const check of step.done) {
    const seen = state.looks.get(check.node)?.probes[check.probe];
    const fresh = seen !== undefined && seen.at >= since ? seen : null;
    const met = fresh?.look.kind === 'seen' && open(fresh.look.facts, filled(run, check.expect)).length === 0;
    if (!met) return {check, seen: fresh};
  }
  return null;
};
