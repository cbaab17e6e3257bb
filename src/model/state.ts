import type {Failure, Outcome, Verdict} from './event.ts';
import type {Facts} from './facts.ts';
import type {GateId, NodeId, PhaseId, RunId, StepId} from './ids.ts';
import type {Gate, Lane, Phase, Plan, Step} from './plan.ts';

export type GateState =
  | {readonly status: 'shut'}
  | {
      readonly status: 'reached';
      readonly at: number;
      readonly blast: readonly Facts[];
      readonly drifted: boolean;
    }
  | {readonly status: 'open'; readonly at: number}
  | {readonly status: 'stuck'; readonly at: number; readonly failure: Failure};

export type StepState =
  | {readonly status: 'waiting'; readonly attempt: number}
  | {
      readonly status: 'running';
      readonly attempt: number;
      readonly at: number;
      readonly outcome: Outcome | null;
    }
  /** lakeup died during it: looked at before anything is done. */
  | {readonly status: 'interrupted'; readonly attempt: number; readonly at: number}
  | {
      readonly status: 'failed';
      readonly attempt: number;
      readonly at: number;
      readonly failure: Failure;
      readonly outcome: Outcome | null;
    }
  | {
      readonly status: 'done';
      readonly attempt: number;
      readonly at: number;
      readonly ms: number;
      readonly already: boolean;
      readonly facts: Facts;
      readonly outcome: Outcome | null;
    };

/** Begun lanes are in flight until all their steps are done. */
export type PhaseState = {
  readonly begun: readonly NodeId[];
  readonly stuck: string | null;
  readonly deferrals: number;
};

/** Why the run waits for the operator. */
export type Hold =
  | {readonly kind: 'step'; readonly step: StepId}
  | {readonly kind: 'gate'; readonly gate: GateId}
  | {readonly kind: 'order'; readonly phase: PhaseId}
  /** A last look at a node that did not find what it should. */
  | {readonly kind: 'node'; readonly node: NodeId}
  | {readonly kind: 'operator'};

export type NodeVerdict =
  | {readonly verified: true; readonly facts: Facts}
  | {readonly verified: false; readonly at: number; readonly failure: Failure};

/** Where a run stands: the fold of its events, and nothing else. */
export type RunState = {
  readonly run: RunId;
  readonly inventory: string;
  readonly plan: Plan;
  readonly seq: number;
  readonly startedAt: number;
  readonly at: number;
  readonly phases: Readonly<Record<PhaseId, PhaseState>>;
  readonly gates: Readonly<Record<GateId, GateState>>;
  readonly steps: Readonly<Record<StepId, StepState>>;
  readonly nodes: Readonly<Record<NodeId, NodeVerdict>>;
  /** What has to be answered before anything new begins, in order. */
  readonly holds: readonly Hold[];
  readonly left: boolean;
  readonly verdict: Verdict | null;
};

export const stepState = (state: RunState, step: StepId): StepState =>
  state.steps[step] ?? {status: 'waiting', attempt: 0};
export const gateState = (state: RunState, gate: GateId): GateState => state.gates[gate] ?? {status: 'shut'};
export const phaseState = (state: RunState, phase: PhaseId): PhaseState =>
  state.phases[phase] ?? {begun: [], stuck: null, deferrals: 0};

export const stepDone = (state: RunState, step: Step): boolean => stepState(state, step.id).status === 'done';
export const laneDone = (state: RunState, lane: Lane): boolean =>
  lane.steps.every(step => stepDone(state, step));
export const phaseDone = (state: RunState, phase: Phase): boolean =>
  phase.lanes.every(lane => laneDone(state, lane));

/** Nodes that were taken out of service and are in the middle of their steps: they serve again after the last one. */
export const nodesDown = (state: RunState): readonly NodeId[] =>
  state.plan.phases.flatMap(({lanes}) =>
    lanes
      .filter(lane => !laneDone(state, lane))
      .filter(({steps}) => steps.some(step => step.down && stepDone(state, step)))
      .map(({node}) => node),
  );

/** The first gate that is not open, or null. Gates open in order. */
export const nextGate = (state: RunState, gates: readonly Gate[]): Gate | null =>
  gates.find(gate => gateState(state, gate.id).status !== 'open') ?? null;

/** The phase in hand: the first that is not done; null when all are. */
export const currentPhase = (state: RunState): Phase | null =>
  state.plan.phases.find(phase => !phaseDone(state, phase)) ?? null;
