import type {Event} from '../../src/model/event.ts';
import type {StepId} from '../../src/model/ids.ts';
import {planSteps} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';

const isLast = (events: readonly Event[], i: number): boolean => i === events.length - 1;

/** The last of those events, by its place; none when there is none, or nothing comes after it. */
const placeOf = (events: readonly Event[], wanted: (event: Event, state: RunState) => boolean): number[] => {
  let state: RunState | null = null;
  let found = -1;
  for (const [i, event] of events.entries()) {
    state = reduce(state, event);
    if (wanted(event, state)) found = i;
  }
  return found < 0 || isLast(events, found) ? [] : [found];
};

const serviceOf = (step: StepId, {plan}: RunState): string | undefined =>
  planSteps(plan).find(({id}) => id === step)?.service;

const HOLDS: readonly Event['type'][] = ['step.failed', 'gate.stuck', 'order.stuck', 'node.unverified'];

/** Where a journal is cut: in the middle of what leaves and of what returns, at a question, at each kind of hold. */
export const cutsOf = (events: readonly Event[]): ReadonlyMap<string, readonly Event[]> => {
  const half = events.slice(0, Math.floor(events.length / 2));
  const first = (type: Event['type']): number[] => {
    const i = events.findIndex(event => event.type === type);
    return i < 0 ? [] : [i];
  };
  const places: Readonly<Record<string, readonly number[]>> = {
    'a stop that was begun': placeOf(
      half,
      (event, state) => event.type === 'step.started' && serviceOf(event.step, state) === 'leaves',
    ),
    'a stop that ran': placeOf(
      events,
      (event, state) => event.type === 'step.acted' && serviceOf(event.step, state) === 'leaves',
    ),
    'a start that was begun': placeOf(
      events,
      (event, state) => event.type === 'step.started' && serviceOf(event.step, state) === 'returns',
    ),
    'a start that ran': placeOf(
      half,
      (event, state) => event.type === 'step.acted' && serviceOf(event.step, state) === 'returns',
    ),
    'a question': placeOf(events, event => event.type === 'gate.reached'),
    'the beginning': [0],
    'its end': events.at(-1)?.type === 'run.ended' ? [] : [events.length - 1],
    leaving: first('run.left'),
    ...Object.fromEntries(HOLDS.map(type => [type, first(type)])),
  };
  return new Map(
    Object.entries(places).flatMap(([name, at]) => at.map(i => [name, events.slice(0, i + 1)] as const)),
  );
};
