import {stepOfHold} from '../model/describe.ts';
import {type Headways, headwayLeftMs} from '../model/headway.ts';
import type {NodeId, StepId} from '../model/ids.ts';
import type {Gate, Lane, Phase, Plan, Step} from '../model/plan.ts';
import {
  gateState,
  isSkipped,
  type OutOfService,
  outOfService,
  phaseState,
  type RunState,
  stepState,
} from '../model/state.ts';

/** What the run is doing with a node. */
export type Doing =
  | {
      readonly kind: 'waiting' | 'upgraded' | 'taken-back' | 'verified' | 'unverified' | 'skipped';
      readonly step: null;
      readonly since: null;
    }
  | {readonly kind: 'working'; readonly step: Step; readonly since: number | null}
  | {readonly kind: 'held' | 'asking' | 'failed' | 'interrupted'; readonly step: Step; readonly since: null};

export type PhaseProgress = {
  readonly phase: Phase;
  readonly done: number;
  readonly total: number;
  readonly status: 'done' | 'now' | 'next';
};

/** Where a run stands, counted once per state. Times are ms of work, not of waiting for the operator. */
export type Progress = {
  readonly doing: ReadonlyMap<NodeId, Doing>;
  /** Nodes that do not serve because of the run, longest first. */
  readonly out: ReadonlyMap<NodeId, OutOfService>;
  readonly phases: readonly PhaseProgress[];
  /** Nodes in flight, in the order they were begun. */
  readonly inHand: readonly NodeId[];
  readonly running: readonly Running[];
  /** What a step takes, by all that is known of its role by now. */
  readonly usualMs: (step: Step) => number;
  readonly leftMs: number;
  /** The same by the plan alone, whatever this run has measured since: what is done is never less than before. */
  readonly planned: {readonly allMs: number; readonly leftMs: number};
};

/** A step at work, and how many nodes of its phase are worked on beside it. */
type Running = {
  readonly step: Step;
  readonly since: number;
  readonly usualMs: number;
  readonly plannedMs: number;
  readonly width: number;
};

const NONE: Headways = new Map();

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const kindsOfSteps = new WeakMap<Plan, ReadonlyMap<StepId, string>>();

/** Role and name of every step: steps of one kind take about the same time. */
const kindsOf = (plan: Plan): ReadonlyMap<StepId, string> => {
  const known =
    kindsOfSteps.get(plan) ??
    new Map(
      plan.phases.flatMap(({role, lanes}) =>
        lanes.flatMap(({steps}) => steps.map(({id, name}) => [id, `${role}\0${name}`] as const)),
      ),
    );
  kindsOfSteps.set(plan, known);
  return known;
};

/** What a step takes by the plan; what is done by hand is no work of the run. */
const plannedMs = ({action, typicalMs}: Step): number => (action.kind === 'manual' ? 0 : typicalMs);

/**
 * What a step takes: what this run has measured of its role and name, else what the plan says. What is done by hand takes as long
 * as a person takes: that is no work of the run, and would hide how far it is.
 */
const usualTimes = (run: RunState): ((step: Step) => number) => {
  const kinds = kindsOf(run.plan);
  const measured = new Map<string, number[]>();
  for (const [id, kind] of kinds) {
    const step = stepState(run, id);
    if (step.status !== 'done' || step.already) continue;
    const times = measured.get(kind) ?? [];
    times.push(step.ms);
    measured.set(kind, times);
  }
  const usual = new Map([...measured].map(([kind, times]) => [kind, median(times)]));
  return step =>
    step.action.kind === 'manual' ? 0 : (usual.get(kinds.get(step.id) ?? '') ?? plannedMs(step));
};

/** How many nodes of a phase are worked on at once. */
const widthOf = ({width, lanes}: Phase): number => Math.max(1, Math.min(width, lanes.length));

const doingIn = (run: RunState, lane: Lane, begun: boolean): Doing | null => {
  const step = lane.steps.find(candidate => stepState(run, candidate.id).status !== 'done');
  if (step === undefined) return null;
  const state = stepState(run, step.id);
  if (state.status === 'running') return {kind: 'working', step, since: state.at};
  if (state.status === 'failed' || state.status === 'interrupted')
    return {kind: state.status, step, since: null};
  if (step.gates.some(gate => gateState(run, gate.id).status === 'stuck'))
    return {kind: 'held', step, since: null};
  if (step.gates.some(gate => gate.kind === 'confirm' && gateState(run, gate.id).status === 'reached'))
    return {kind: 'asking', step, since: null};
  if (!begun) return {kind: 'waiting', step: null, since: null};
  return run.holds.length > 0 ? {kind: 'held', step, since: null} : {kind: 'working', step, since: null};
};

/** How long what is looked at has to stay so, gate after gate: nothing goes on meanwhile. */
const gatesMs = (gates: readonly Gate[]): number =>
  gates.reduce((ms, gate) => ms + (gate.kind === 'check' ? (gate.check.steadyMs ?? 0) : 0), 0);

const shutGates = (run: RunState, gates: readonly Gate[]): readonly Gate[] =>
  gates.filter(({id}) => gateState(run, id).status !== 'open');

/** How long nothing goes on before a step: what has to hold is looked at side by side, and while the step before it goes on. */
const waitMs = (gates: readonly Gate[], beforeMs: number): number => {
  const held = gates.map(gate => (gate.kind === 'check' ? (gate.check.steadyMs ?? 0) : 0));
  return Math.max(0, Math.max(0, ...held) - beforeMs);
};

const lastLooks = new WeakMap<Plan, number>();

/** The last looks go on side by side: the longest counts. */
const lastLooksMs = (plan: Plan): number => {
  const known =
    lastLooks.get(plan) ??
    plan.verify.reduce(
      (most, {checks}) => checks.reduce((ms, {steadyMs = 0}) => Math.max(ms, steadyMs), most),
      0,
    );
  lastLooks.set(plan, known);
  return known;
};

const count = (run: RunState): Progress => {
  const doing = new Map<NodeId, Doing>();
  const inHand: NodeId[] = [];
  const running: Running[] = [];
  const phases: PhaseProgress[] = [];
  const usualMs = usualTimes(run);
  const endMs = lastLooksMs(run.plan);
  const over = run.plan.takesBack === undefined ? 'upgraded' : 'taken-back';
  let leftMs = run.verdict === null ? endMs : 0;
  const planned = {allMs: endMs, leftMs};
  let current = false;

  for (const phase of run.plan.phases) {
    // Of a phase before which an earlier one is done again, nobody is worked on meanwhile.
    const begun = new Set(current ? [] : phaseState(run, phase.id).begun);
    const width = widthOf(phase);
    // Of a phase that is asked for again, as after a resume, nobody is worked on before the answer.
    const isAsked = phase.gates.some(
      ({id, kind}) => kind === 'confirm' && gateState(run, id).status !== 'open',
    );
    let done = 0;
    let skipped = 0;
    for (const lane of phase.lanes) {
      if (isSkipped(run, lane.node)) {
        doing.set(lane.node, {kind: 'skipped', step: null, since: null});
        skipped += 1;
        // It is over, as far as this run goes.
        planned.allMs += lane.steps.reduce((ms, step) => ms + plannedMs(step), 0) / width;
        continue;
      }
      const now = doingIn(run, lane, begun.has(lane.node) && !isAsked);
      if (now === null) done += 1;
      else {
        if (begun.has(lane.node)) inHand.push(lane.node);
        if (now.kind === 'working' && now.since !== null)
          running.push({
            ...{step: now.step, since: now.since, width},
            ...{usualMs: usualMs(now.step), plannedMs: plannedMs(now.step)},
          });
      }
      if (now !== null && (doing.get(lane.node)?.kind ?? over) === over) doing.set(lane.node, now);
      else if (now === null && !doing.has(lane.node))
        doing.set(lane.node, {kind: over, step: null, since: null});
      let beforeMs = 0;
      for (const step of lane.steps) {
        const ms = usualMs(step);
        const isLeft = now !== null && stepState(run, step.id).status !== 'done';
        if (isLeft) leftMs += (ms + waitMs(shutGates(run, step.gates), beforeMs)) / width;
        planned.allMs += plannedMs(step) / width;
        if (isLeft) planned.leftMs += plannedMs(step) / width;
        beforeMs = ms;
      }
    }
    const finished = done + skipped === phase.lanes.length;
    if (!finished) leftMs += gatesMs(shutGates(run, phase.gates));
    phases.push({
      phase,
      done,
      total: phase.lanes.length,
      status: finished ? 'done' : current ? 'next' : 'now',
    });
    current ||= !finished;
  }
  for (const [node, verdict] of Object.entries(run.nodes))
    doing.set(node as NodeId, {kind: verdict.verified ? 'verified' : 'unverified', step: null, since: null});
  for (const node of Object.keys(run.skipped))
    doing.set(node as NodeId, {kind: 'skipped', step: null, since: null});
  const out = new Map(outOfService(run).map(each => [each.node, each] as const));
  return {doing, out, phases, inHand, running, usualMs, leftMs, planned};
};

const counted = new WeakMap<RunState, Progress>();

/** Counts a state, once. */
export const progressOf = (run: RunState): Progress => {
  const known = counted.get(run) ?? count(run);
  counted.set(run, known);
  return known;
};

/** How many steps of a phase are done by hand. */
export const stepsByHand = ({lanes}: Phase): number =>
  lanes.reduce((sum, {steps}) => sum + steps.filter(({action}) => action.kind === 'manual').length, 0);

/** What a whole phase takes from now on, in ms: what has to be seen before it as well. */
export const phaseMs = (run: RunState, phase: Phase): number => {
  const {usualMs} = progressOf(run);
  const all = phase.lanes
    .flatMap(({steps}) =>
      steps.map((step, i) => {
        const before = steps[i - 1];
        return usualMs(step) + waitMs(step.gates, before === undefined ? 0 : usualMs(before));
      }),
    )
    .reduce((sum, ms) => sum + ms, 0);
  return gatesMs(shutGates(run, phase.gates)) + all / widthOf(phase);
};

/**
 * Work left, in ms, at that moment; what a running step has used already is taken off. One that says itself how far it is
 * takes as long as it says, whatever is usual.
 */
export const timeLeftMs = (run: RunState, now: number, headways: Headways = NONE): number => {
  const {leftMs, running} = progressOf(run);
  const used = running.reduce((sum, {step, since, usualMs, width}) => {
    const heard = headways.get(step.id);
    const ownMs = heard === undefined ? null : headwayLeftMs(heard, now);
    const own = ownMs === null ? Math.min(usualMs, Math.max(0, now - since)) : usualMs - ownMs;
    return sum + own / width;
  }, 0);
  return Math.max(0, leftMs - used);
};

/**
 * Share of the work that is done, 0 to 1, by what the plan says of each step: it goes back only where something has to be done
 * again. All of it is done once every node was verified, and not before.
 */
export const shareDone = (run: RunState, now: number): number => {
  if (run.verdict !== null) return 1;
  const {planned, running} = progressOf(run);
  const used = running.reduce(
    (sum, {since, plannedMs: ms, width}) => sum + Math.min(ms, Math.max(0, now - since)) / width,
    0,
  );
  const share = planned.allMs === 0 ? 0 : 1 - (planned.leftMs - used) / planned.allMs;
  return Math.min(0.99, Math.max(0, share));
};

/** The node the screen is about: the one that was chosen, else the one in hand, else the next that waits. */
export const nodeInHand = (run: RunState): NodeId | null => {
  const {inHand, phases} = progressOf(run);
  const [hold] = run.holds;
  const held = hold === undefined ? null : hold.kind === 'node' ? hold.node : stepOfHold(hold, run)?.node;
  return (
    held ??
    inHand[0] ??
    phases
      .find(({status}) => status === 'now')
      ?.phase.lanes.find(({node}) => progressOf(run).doing.get(node)?.kind === 'waiting')?.node ??
    null
  );
};
