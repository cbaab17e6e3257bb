import type {Event} from './event.ts';
import type {PhaseId} from './ids.ts';
import type {Phase} from './plan.ts';
import {laneOver, type RunState} from './state.ts';
import type {Text} from './text.ts';
import {type Wait, waitedMs} from './waits.ts';

export type PhaseReport = {
  readonly id: PhaseId;
  readonly title: Text;
  readonly role: string;
  readonly nodes: number;
  readonly done: number;
  /** When its first node was begun, and the last step of all was done; null while that has not been. */
  readonly from: number | null;
  readonly to: number | null;
  /** How much of it nothing went on but the wait for a person. */
  readonly waitedMs: number;
};

/** What became of each phase of a plan, and when. */
export const phaseReports = (
  state: RunState,
  events: readonly Event[],
  waits: readonly Wait[],
): readonly PhaseReport[] => {
  const {plan} = state;
  const phaseOf = new Map<string, PhaseId>(
    plan.phases.flatMap(({id, lanes}) =>
      lanes.flatMap(({steps}) => steps.map(step => [step.id, id] as const)),
    ),
  );
  const begun = new Map<PhaseId, number>();
  const ended = new Map<PhaseId, number>();
  const done = new Map<PhaseId, Set<string>>();
  for (const event of events) {
    if (event.type === 'lane.begun' && !begun.has(event.phase)) begun.set(event.phase, event.at);
    if (event.type !== 'step.done') continue;
    const phase = phaseOf.get(event.step);
    if (phase === undefined) continue;
    ended.set(phase, event.at);
    done.set(phase, (done.get(phase) ?? new Set()).add(event.step));
  }
  const isDone = ({id, lanes}: Phase): number =>
    lanes.filter(({steps}) => steps.every(step => done.get(id)?.has(step.id) === true)).length;
  return plan.phases.map(phase => {
    const {id, title, role, lanes} = phase;
    const isOver = lanes.every(lane => laneOver(state, lane));
    const [from, to] = [begun.get(id) ?? null, isOver ? (ended.get(id) ?? null) : null];
    const waited = from === null || to === null ? 0 : waitedMs(waits, from, to);
    return {id, title, role, nodes: lanes.length, done: isDone(phase), from, to, waitedMs: waited};
  });
};
