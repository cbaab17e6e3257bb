import {never} from '../lib/never.ts';
import type {Event} from './event.ts';
import type {GateId, StepId} from './ids.ts';
import {planSteps} from './plan.ts';
import {type GateState, phaseDone, phaseState, type RunState, type StepState, stepState} from './state.ts';

const withStep = (state: RunState, step: StepId, next: StepState): RunState => ({
  ...state,
  steps: {...state.steps, [step]: next},
});

const withGate = (state: RunState, gate: GateId, next: GateState): RunState => ({
  ...state,
  gates: {...state.gates, [gate]: next},
});

const outcomeOf = (step: StepState) =>
  step.status === 'waiting' || step.status === 'interrupted' ? null : step.outcome;

/** Shuts gates. One that holds the run stays stuck, with its reason, until its own hold is released. */
const withoutGates = (state: RunState, shut: ReadonlySet<string>): RunState => {
  const holding = new Set<string>(state.holds.flatMap(hold => (hold.kind === 'gate' ? [hold.gate] : [])));
  const kept = Object.entries(state.gates).filter(([gate]) => !shut.has(gate) || holding.has(gate));
  return {...state, gates: Object.fromEntries(kept)};
};

/**
 * After a new process took over, what is not done is looked at and asked again. A phase in the middle of its work is
 * confirmed again, but its checks stay open: they speak of the cluster before the phase, which is no longer so.
 */
const shutOpenEnds = (state: RunState): RunState => {
  const openPhases = state.plan.phases.filter(phase => !phaseDone(state, phase));
  const phaseGates = openPhases.flatMap(phase =>
    phase.gates.filter(gate => gate.kind === 'confirm' || phaseState(state, phase.id).begun.length === 0),
  );
  const stepGates = planSteps(state.plan)
    .filter(step => stepState(state, step.id).status !== 'done')
    .flatMap(step => step.gates);
  return withoutGates(state, new Set([...phaseGates, ...stepGates].map(({id}) => id)));
};

const shutStepGates = (state: RunState, steps: readonly StepId[]): RunState => {
  const gates = planSteps(state.plan)
    .filter(({id}) => steps.includes(id))
    .flatMap(step => step.gates.map(({id}) => id));
  return withoutGates(state, new Set<string>(gates));
};

/**
 * What was looked at before anything was begun has to be looked at again after a hold, which lasts as long as a person
 * takes: a frontend may have become the master meanwhile, another node may be down. A key press still counts.
 */
const shutLooks = (state: RunState): RunState => {
  const idle = state.plan.phases.filter(phase => phaseState(state, phase.id).begun.length === 0);
  const looks = idle.flatMap(phase => phase.gates.filter(({kind}) => kind === 'check'));
  const stepGates = planSteps(state.plan)
    .filter(({id}) => !['done', 'running'].includes(stepState(state, id).status))
    .flatMap(step => step.gates);
  return withoutGates(state, new Set([...looks, ...stepGates].map(({id}) => id)));
};

/**
 * Last looks grow old while the run is held or left, so the good ones are taken again; one that holds the run is kept until
 * its own hold is released.
 */
const withoutVerdicts = (state: RunState): RunState => {
  const holding = new Set<string>(state.holds.flatMap(hold => (hold.kind === 'node' ? [hold.node] : [])));
  return {
    ...state,
    nodes: Object.fromEntries(Object.entries(state.nodes).filter(([id]) => holding.has(id))),
  };
};

/** Takes away the first hold: what failed is tried again, and what was only looked at is looked at again. */
const release = (state: RunState): RunState => {
  const [hold, ...holds] = state.holds;
  if (hold === undefined) throw new Error('the run was released, but nothing held it');
  const next = withoutVerdicts(shutLooks({...state, holds}));
  switch (hold.kind) {
    case 'operator':
    case 'step':
    case 'node':
      return next;
    case 'gate':
      return withGate(next, hold.gate, {status: 'shut'});
    case 'order':
      return {
        ...next,
        phases: {...next.phases, [hold.phase]: {...phaseState(next, hold.phase), stuck: null, deferrals: 0}},
      };
    default:
      return never(hold);
  }
};

/** The state before the first event is null; run.planned makes one. */
export const reduce = (state: RunState | null, event: Event): RunState => {
  if (event.type === 'run.planned') {
    if (state !== null) throw new Error('run.planned stands twice in the journal');
    return {
      run: event.run,
      inventory: event.inventory,
      plan: event.plan,
      seq: event.seq,
      startedAt: event.at,
      at: event.at,
      phases: {},
      gates: {},
      steps: {},
      nodes: {},
      holds: [],
      left: false,
      verdict: null,
    };
  }
  if (state === null) throw new Error(`the journal begins with ${event.type}, not with run.planned`);
  if (event.seq !== state.seq + 1) throw new Error(`event ${state.seq + 1} is missing before ${event.seq}`);
  return apply({...state, seq: event.seq, at: event.at}, event);
};

const apply = (state: RunState, event: Exclude<Event, {type: 'run.planned'}>): RunState => {
  switch (event.type) {
    case 'run.resumed': {
      const steps = Object.fromEntries(
        Object.entries(state.steps).map(([id, step]) => [
          id,
          step.status === 'running'
            ? {status: 'interrupted' as const, attempt: step.attempt, at: event.at}
            : step,
        ]),
      );
      return withoutVerdicts(shutOpenEnds({...state, steps, left: false}));
    }
    case 'gate.reached':
      return withGate(state, event.gate, {
        status: 'reached',
        at: event.at,
        blast: event.blast,
        drifted: false,
      });
    case 'gate.drifted':
      return withGate(state, event.gate, {
        status: 'reached',
        at: event.at,
        blast: event.blast,
        drifted: true,
      });
    case 'gate.opened':
      return withGate(state, event.gate, {status: 'open', at: event.at});
    case 'gate.stuck':
      return {
        ...withGate(state, event.gate, {status: 'stuck', at: event.at, failure: event.failure}),
        holds: [...state.holds, {kind: 'gate', gate: event.gate}],
      };
    case 'lane.begun': {
      const phase = phaseState(state, event.phase);
      return {
        ...state,
        phases: {...state.phases, [event.phase]: {...phase, begun: [...phase.begun, event.node]}},
      };
    }
    case 'lane.deferred': {
      const phase = phaseState(state, event.phase);
      const begun = phase.begun.filter(node => node !== event.node);
      const lane = state.plan.phases
        .find(({id}) => id === event.phase)
        ?.lanes.find(({node}) => node === event.node);
      const left = lane?.steps.map(({id}) => id).filter(id => stepState(state, id).status !== 'done') ?? [];
      return {
        ...shutStepGates(state, left),
        phases: {...state.phases, [event.phase]: {...phase, begun, deferrals: phase.deferrals + 1}},
      };
    }
    case 'order.stuck':
      return {
        ...state,
        phases: {...state.phases, [event.phase]: {...phaseState(state, event.phase), stuck: event.reason}},
        holds: [...state.holds, {kind: 'order', phase: event.phase}],
      };
    case 'step.started':
      return withStep(state, event.step, {
        status: 'running',
        attempt: event.attempt,
        at: event.at,
        outcome: null,
      });
    case 'step.acted': {
      const step = stepState(state, event.step);
      if (step.status !== 'running') throw new Error(`${event.step} acted while ${step.status}`);
      return withStep(state, event.step, {...step, outcome: event.outcome});
    }
    case 'step.done': {
      const step = stepState(state, event.step);
      const startedAt = step.status === 'running' ? step.at : event.at;
      return withStep(state, event.step, {
        status: 'done',
        attempt: step.attempt,
        at: event.at,
        ms: event.at - startedAt,
        already: event.already,
        facts: event.facts,
        outcome: outcomeOf(step),
      });
    }
    case 'step.busy':
      return state;
    case 'step.reset':
      return shutStepGates(
        withStep(state, event.step, {status: 'waiting', attempt: stepState(state, event.step).attempt}),
        [event.step],
      );
    case 'step.failed': {
      const step = stepState(state, event.step);
      const failed = {attempt: step.attempt, at: event.at, failure: event.failure, outcome: outcomeOf(step)};
      return {
        ...withStep(state, event.step, {status: 'failed', ...failed}),
        holds: [...state.holds, {kind: 'step', step: event.step}],
      };
    }
    case 'run.held':
      return {...state, holds: [...state.holds, {kind: 'operator'}]};
    case 'run.released':
      return release(state);
    case 'run.left':
      return {...state, left: true};
    case 'node.verified':
      return {...state, nodes: {...state.nodes, [event.node]: {verified: true, facts: event.facts}}};
    case 'node.unverified':
      return {
        ...state,
        nodes: {...state.nodes, [event.node]: {verified: false, at: event.at, failure: event.failure}},
        holds: [...state.holds, {kind: 'node', node: event.node}],
      };
    case 'run.ended':
      return {...state, verdict: event.verdict};
    default:
      return never(event);
  }
};

/** Folds a whole journal. */
export const foldEvents = (events: readonly Event[]): RunState => {
  const state = events.reduce<RunState | null>(reduce, null);
  if (state === null) throw new Error('the journal is empty');
  return state;
};
