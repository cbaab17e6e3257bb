import type {DownThen, Failure, Outcome, Verdict} from './event.ts';
import type {Fact, Facts} from './facts.ts';
import type {Finding} from './finding.ts';
import type {FactsOf} from './given.ts';
import type {GateId, NodeId, PhaseId, RunId, StepId} from './ids.ts';
import type {PrunedBy} from './kept.ts';
import {outBefore} from './outages.ts';
import type {Over} from './over.ts';
import {type FanOut, type Gate, type Lane, type Phase, type Plan, planSteps, type Step} from './plan.ts';
import type {Reasons} from './reason.ts';
import type {Rehearsed} from './rehearsed.ts';
import type {SkippedAs} from './skipped-as.ts';
import {stepsOfNodes} from './steps-of-nodes.ts';

export type GateState =
  | {readonly status: 'shut'}
  | {
      readonly status: 'reached';
      readonly at: number;
      readonly blast: readonly Facts[];
      readonly drifted: boolean;
    }
  /** `facts`: what was seen when it opened; none where a person opened it. */
  | {readonly status: 'open'; readonly at: number; readonly facts: Facts}
  | {readonly status: 'stuck'; readonly failure: Failure};

/** What stays known of a step that is not done, over all its attempts. */
export type Past = {
  /** When an attempt that ended may have begun to change something, the first of them; null while certainly none has. */
  readonly touchedAt: number | null;
  /** A gate opened it again: what is there from before counts for nothing, only what an action brings about since. */
  readonly reopened?: true;
  /** It was done, and somebody has undone it since: its phase was begun, though no attempt may ever have been made. */
  readonly lapsed?: true;
};

export type StepState =
  /**
   * `resets`: how often it was put back before its gates since it last held the run. `unheard`: nobody will hear how its action
   * ends. `found`: how its action stood when it was found again, so that what it prints is in part from before.
   */
  | ({readonly status: 'waiting'; readonly attempt: number; readonly resets: number} & Past)
  | ({
      readonly status: 'running';
      readonly attempt: number;
      readonly at: number;
      readonly outcome: Outcome | null;
      readonly resets: number;
      readonly unheard?: true;
      readonly found?: 'running' | 'ended';
    } & Past)
  /** lakeup died during it: looked at before anything is done. */
  | ({readonly status: 'interrupted'; readonly attempt: number; readonly at: number} & Past)
  | ({
      readonly status: 'failed';
      readonly attempt: number;
      readonly at: number;
      readonly failure: Failure;
      readonly outcome: Outcome | null;
    } & Past)
  | {
      readonly status: 'done';
      readonly attempt: number;
      readonly at: number;
      readonly ms: number;
      /** When the first attempt began that may have changed something; when it was found done, where none was made. */
      readonly touchedAt: number;
      readonly already: boolean;
      readonly facts: Facts;
      readonly outcome: Outcome | null;
    };

/** Begun lanes are in flight until all their steps are done. */
export type PhaseState = {
  readonly begun: readonly NodeId[];
  readonly stuck: Reasons | null;
  readonly deferrals: number;
  /** Of a phase with a command for many: it was sent; or passed over, so that each step goes by its own action since. */
  readonly fanOut?: 'sent' | 'passed';
};

/** Why the run waits for the operator, and since when. */
export type Hold = {readonly at: number} & (
  | {readonly kind: 'step'; readonly step: StepId}
  | {readonly kind: 'gate'; readonly gate: GateId}
  | {readonly kind: 'order'; readonly phase: PhaseId}
  /** A last look at a node that did not find what it should. */
  | {readonly kind: 'node'; readonly node: NodeId}
  | {readonly kind: 'lease'}
  | {readonly kind: 'operator'}
);

/** What a run knows as its own lease: the last number it wanted (0: none), and every word that one of its processes made up. */
export type LeaseKnown = {readonly token: number; readonly hands: readonly string[]};

/** The same, whether this process holds it, and why not. */
export type LeaseState = LeaseKnown & {
  /** Whose it was, where it is being taken over: what was begun under it is waited for. */
  readonly from: RunId | null;
  readonly held: boolean;
  readonly failure: Failure | null;
};

export type NodeVerdict =
  | {readonly verified: true; readonly at: number; readonly facts: Facts}
  | {readonly verified: false; readonly failure: Failure};

/** A node that the operator took out of the run. `agreedDown`: that it is down they agreed to, and nobody waits for it. */
export type Skipped = {
  readonly because: string;
  readonly as: SkippedAs;
  readonly agreedDown: boolean;
  readonly at: number;
};

/** Where a run stands: the fold of its events, and nothing else. */
export type RunState = {
  readonly run: RunId;
  readonly inventory: string;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** Whether the plan was rehearsed before; null where the run does not say. */
  readonly rehearsed: Rehearsed | null;
  readonly seq: number;
  readonly startedAt: number;
  readonly at: number;
  readonly phases: Readonly<Record<PhaseId, PhaseState>>;
  readonly gates: Readonly<Record<GateId, GateState>>;
  readonly steps: Readonly<Record<StepId, StepState>>;
  readonly nodes: Readonly<Record<NodeId, NodeVerdict>>;
  /** Nodes that nothing is done on any more, by the operator's word. */
  readonly skipped: Readonly<Record<NodeId, Skipped>>;
  /** How often each gate opened a step again, since it last held the run. */
  readonly rounds: Readonly<Record<GateId, number>>;
  /** What each gate that opened a step again saw otherwise the last time, and what that was, where the journal tells. */
  readonly otherwise: Readonly<Record<GateId, {readonly seen: Facts; readonly found: Facts}>>;
  readonly lease: LeaseState;
  /** Under which number each place was changed last when it was surveyed; null where nobody looked. */
  readonly leasesSeen: Readonly<Record<string, number>> | null;
  /** What has to be answered before anything new begins, in order. */
  readonly holds: readonly Hold[];
  readonly left: boolean;
  /** The run that takes this one back just now; null where none does. */
  readonly yieldedTo: RunId | null;
  /** Every run that this one ever gave way to. */
  readonly yielded: readonly RunId[];
  readonly pruned: PrunedBy | null;
  /** Why nothing more is done in it, before every node was verified; null while that may be. */
  readonly over: Over | null;
  readonly verdict: Verdict | null;
  /** Who was down, and not because of the run, when the nodes were watched last; and when that was. */
  readonly down: Readonly<Record<NodeId, DownThen>>;
  readonly watchedAt: number;
};

export const stepState = (state: RunState, step: StepId): StepState =>
  state.steps[step] ?? {status: 'waiting', attempt: 0, touchedAt: null, resets: 0};
export const gateState = (state: RunState, gate: GateId): GateState => state.gates[gate] ?? {status: 'shut'};
export const phaseState = (state: RunState, phase: PhaseId): PhaseState =>
  state.phases[phase] ?? {begun: [], stuck: null, deferrals: 0};

export const stepDone = (state: RunState, step: Step): boolean => stepState(state, step.id).status === 'done';
export const laneDone = (state: RunState, lane: Lane): boolean =>
  lane.steps.every(step => stepDone(state, step));
/** Whether what is there of a step counts for nothing until it was carried out once more. */
export const isReopened = (step: StepState): boolean => step.status !== 'done' && step.reopened === true;
export const isSkipped = ({skipped}: RunState, node: NodeId): boolean => skipped[node] !== undefined;
/** Whether nothing more is done in a lane: all of it is, or its node was taken out of the run. */
export const laneOver = (state: RunState, lane: Lane): boolean =>
  isSkipped(state, lane.node) || laneDone(state, lane);
export const phaseDone = (state: RunState, phase: Phase): boolean =>
  phase.lanes.every(lane => laneOver(state, lane));

/** What the step that is done found: what later steps may take. */
export const factsOfStep =
  (state: RunState): FactsOf =>
  step => {
    const found = state.steps[step];
    return found?.status === 'done' ? found.facts : undefined;
  };

/** What a step's gates saw under that name when they opened, the last of them that found it; undefined where none did. */
export const seenByGates = (state: RunState, {gates}: Step, name: string): Fact | undefined =>
  gates
    .flatMap(({id}) => {
      const gate = gateState(state, id);
      const fact = gate.status === 'open' && Object.hasOwn(gate.facts, name) ? gate.facts[name] : undefined;
      return fact === undefined ? [] : [fact];
    })
    .at(-1);

/** A node out of service, by this run or before it began: since when, and whether it certainly came so far. */
export type OutOfService = {
  readonly node: NodeId;
  readonly since: number;
  /** It was so when the run began already, so that it has been for longer. */
  readonly atLeast?: true | undefined;
  /** False while it is not known whether the step that stops it has come to that. */
  readonly certain: boolean;
};

/** Since when a step that is not done may have changed something; null while it certainly has not. */
export const touchedSince = (step: Exclude<StepState, {status: 'done'}>): number | null =>
  step.touchedAt ?? (step.status === 'running' ? step.at : null);

/** The command of its phase by which a step is carried out together with others, and that phase; null where it goes by itself. */
export const fanOutOf = (
  {phases}: Plan,
  id: StepId,
): {readonly phase: Phase; readonly fanOut: FanOut} | null => {
  for (const phase of phases)
    if (phase.fanOut?.steps.includes(id) === true) return {phase, fanOut: phase.fanOut};
  return null;
};

/** The command for many that a step is, or was last, carried out by; null where it goes by its own action. */
export const carriedOutBy = (state: RunState, id: StepId): FanOut | null => {
  const found = fanOutOf(state.plan, id);
  if (found === null || phaseState(state, found.phase.id).fanOut !== 'sent') return null;
  return ['running', 'failed'].includes(stepState(state, id).status) ? found.fanOut : null;
};

const NO_STEPS: ReadonlySet<StepId> = new Set();

const stepsSkipped = (state: RunState): ReadonlySet<StepId> =>
  Object.keys(state.skipped).length === 0
    ? NO_STEPS
    : new Set(
        planSteps(state.plan)
          .filter(({node}) => isSkipped(state, node))
          .map(({id}) => id),
      );

/**
 * The first of the steps of a fan-out that was done, or may have been begun, already, or whose node is skipped: then each goes by
 * itself. The command would reach all of them, and nobody is left to come together with the others.
 */
export const strayOf = (state: RunState, {steps}: FanOut): StepId | null =>
  steps.find(id => {
    if (stepsSkipped(state).has(id)) return true;
    const seen = stepState(state, id);
    return seen.status === 'done' || touchedSince(seen) !== null;
  }) ?? null;

const serviceOf = (state: RunState, node: NodeId, steps: readonly Step[]): OutOfService | null => {
  let out: OutOfService | null = state.plan.out.includes(node)
    ? {node, ...outBefore(state.plan, node, state.startedAt), certain: true}
    : null;
  for (const step of steps) {
    if (step.service === undefined) continue;
    const seen = stepState(state, step.id);
    if (seen.status === 'done') {
      if (step.service !== 'leaves') out = null;
      else out ??= {node, since: seen.touchedAt, certain: true};
      continue;
    }
    const since = touchedSince(seen);
    if (step.service !== 'returns' && since !== null) out ??= {node, since, certain: false};
  }
  return out;
};

/** Nodes that were out when this run began or that it took out, and has not brought back, over all phases, longest first. */
export const outOfService = (state: RunState): readonly OutOfService[] =>
  [...stepsOfNodes(state.plan)]
    .flatMap(([node, steps]) => serviceOf(state, node, steps) ?? [])
    .toSorted((a, b) => a.since - b.since);

/** The first gate that is not open, or null. Gates open in order. */
export const nextGate = (state: RunState, gates: readonly Gate[]): Gate | null =>
  gates.find(gate => gateState(state, gate.id).status !== 'open') ?? null;

/** The phase in hand: the first that is not done; null when all are. */
export const currentPhase = (state: RunState): Phase | null =>
  state.plan.phases.find(phase => !phaseDone(state, phase)) ?? null;

/** Whether a step may have changed something: one that was never tried, or was certainly refused, has changed nothing. */
export const hasBegun = ({steps}: RunState): boolean =>
  Object.values(steps).some(step =>
    step.status === 'done' ? step.attempt > 0 : touchedSince(step) !== null,
  );

/** Whether none of a lane's steps is at it: who waits for a command for many waits for lanes that are not begun. */
const isIdle = (state: RunState, {steps}: Lane): boolean =>
  steps.every(({id}) => {
    const seen = stepState(state, id);
    return seen.status === 'done' || (seen.status === 'waiting' && seen.touchedAt === null);
  });

/** Whether no node of the phase in hand is in the middle of its steps. */
export const betweenNodes = (state: RunState): boolean => {
  const phase = currentPhase(state);
  if (phase === null) return true;
  const {begun} = phaseState(state, phase.id);
  const gathers = phase.fanOut !== undefined;
  return phase.lanes.every(
    lane => !begun.includes(lane.node) || laneOver(state, lane) || (gathers && isIdle(state, lane)),
  );
};
