import type {Event} from '../../src/model/event.ts';
import type {Sighting} from '../../src/model/facts.ts';
import type {GateId, StepId} from '../../src/model/ids.ts';
import type {CheckGate, Gate, Phase, Plan, Step} from '../../src/model/plan.ts';

/** A gate may have opened this long before its step begins, and a moment for what is written between; later all are looked at again. */
const OLD_MS = 5_000 + 1_000;

type Opened = {readonly seq: number; readonly at: number};

const looksOf = (gates: readonly Gate[]): readonly CheckGate[] => gates.filter(gate => gate.kind === 'check');

/**
 * What opened a step's gates was seen since the run was released, or resumed, last; and where one of them opened long before
 * the step begins, all are seen once more after the last of them opened. Told by the journal and by what was looked at:
 * what the engine holds to be open is not believed. To be told every sighting and every event, at the time it happened.
 */
export const makeFreshRule = (plan: Plan) => {
  const opened = new Map<GateId, Opened>();
  const lookedAt = new Map<string, number>();
  /** When a step was done, or may have begun something, first. */
  const touched = new Map<StepId, number>();
  /** Steps at work that had begun nothing before. */
  const fresh = new Set<StepId>();
  let since = {seq: -1, what: 'began'};

  const places = new Map<StepId, {readonly phase: Phase; readonly step: Step}>(
    plan.phases.flatMap(phase =>
      phase.lanes.flatMap(({steps}) => steps.map(step => [step.id, {phase, step}] as const)),
    ),
  );
  const touch = (step: StepId, seq: number): void => {
    if (!touched.has(step)) touched.set(step, seq);
  };
  const start = (step: StepId, seq: number): void => {
    if (!touched.has(step)) fresh.add(step);
    touch(step, seq);
  };
  /** What was turned away, or refused, began nothing. */
  const untouch = (step: StepId): void => {
    if (fresh.delete(step)) touched.delete(step);
  };
  /** Until something of a phase is done, or may have begun, what was looked at before it speaks of the cluster as it is. */
  const begunAt = ({lanes}: Phase): number =>
    Math.min(...lanes.flatMap(({steps}) => steps.map(({id}) => touched.get(id) ?? Number.POSITIVE_INFINITY)));
  const stale = ({phase, step}: {readonly phase: Phase; readonly step: Step}): string[] => {
    const own = begunAt(phase) > since.seq ? looksOf(phase.gates) : [];
    return [...own, ...looksOf(step.gates)]
      .filter(({id}) => (opened.get(id)?.seq ?? since.seq) < since.seq)
      .map(({id}) => `${step.id} began by ${id}, which opened before the run was ${since.what}`);
  };
  const unseen = ({gates, id: step}: Step, now: number): string[] => {
    const all = gates.flatMap(({id}) => opened.get(id)?.at ?? []);
    if (all.length < gates.length || now - Math.min(...all) <= OLD_MS) return [];
    const last = Math.max(...all);
    return looksOf(gates)
      .filter(({check: {node, probe}}) => (lookedAt.get(`${node} ${probe}`) ?? 0) < last)
      .map(({id}) => `${step} began, and nobody had looked again at ${id}, which had opened long before`);
  };
  return {
    saw: ({node, probe}: Sighting, now: number): void => void lookedAt.set(`${node} ${probe}`, now),
    happened: (event: Event): readonly string[] => {
      switch (event.type) {
        case 'run.released':
        case 'run.resumed':
        case 'nodes.skipped':
          since = {seq: event.seq, what: event.type === 'run.resumed' ? 'resumed' : 'released'};
          // What an earlier process was at may have begun.
          if (event.type === 'run.resumed') fresh.clear();
          return [];
        case 'gate.opened':
          opened.set(event.gate, event);
          return [];
        case 'step.done':
          fresh.delete(event.step);
          touch(event.step, event.seq);
          return [];
        case 'step.reset':
          untouch(event.step);
          return [];
        case 'step.failed':
          if (event.failure.kind === 'refused') untouch(event.step);
          else fresh.delete(event.step);
          return [];
        case 'step.started': {
          const place = places.get(event.step);
          const found = place === undefined ? [] : [...stale(place), ...unseen(place.step, event.at)];
          start(event.step, event.seq);
          return found;
        }
        default:
          return [];
      }
    },
  };
};
