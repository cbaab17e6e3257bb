import {isList, type Look} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import {type Check, type CheckGate, type Gate, type Lane, type Phase, planSteps} from '../model/plan.ts';
import {
  currentPhase,
  gateState,
  laneOver,
  nextGate,
  phaseState,
  type RunState,
  stepDone,
  stepState,
} from '../model/state.ts';
import type {State} from '../store/state.ts';
import {isMet, unmet, waitedCheck, wantedOf} from '../store/waited-check.ts';

// What the whole run waits for, since when, for how long at most, and who is missing.

/** A gate that comes next, and the lane it stands in; null for one of the phase. */
type Next = {readonly gate: Gate; readonly phase: Phase; readonly lane: Lane | null};

const gatesNext = (run: RunState): readonly Next[] => {
  const phase = currentPhase(run);
  if (phase === null) return [];
  const before = nextGate(run, phase.gates);
  if (before !== null) return [{gate: before, phase, lane: null}];
  const {begun} = phaseState(run, phase.id);
  return phase.lanes.flatMap(lane => {
    const step = begun.includes(lane.node) ? lane.steps.find(each => !stepDone(run, each)) : undefined;
    const gate = step === undefined ? null : nextGate(run, step.gates);
    return gate === null ? [] : [{gate, phase, lane}];
  });
};

/** When its turn came: after the last that happened; where others are worked on beside it, the last of its own lane. */
const turnOf = (run: RunState, {phase, lane}: Next): number => {
  if (lane === null || phase.width === 1) return run.at;
  const own = lane.steps.flatMap(step => [
    ...step.gates.flatMap(({id}) => {
      const gate = gateState(run, id);
      return gate.status === 'open' ? [gate.at] : [];
    }),
    ...[stepState(run, step.id)].flatMap(seen => (seen.status === 'done' ? [seen.at] : [])),
  ]);
  return own.length === 0 ? run.at : Math.max(...own);
};

type Running = State & {readonly run: RunState};

const isQuiet = (state: State): state is Running => {
  const {run, questions} = state;
  if (run === null || run.verdict !== null || run.left || run.holds.length > 0) return false;
  return questions.length === 0;
};

const isAtWork = (run: RunState): boolean =>
  Object.values(run.steps).some(({status}) => status === 'running' || status === 'interrupted');

/** What is left of a wait, never less than nothing: the last look may take longer. */
const leftOf = (now: number, since: number, withinMs: number): number => Math.max(0, since + withinMs - now);

type WaitedGate = {
  readonly gate: CheckGate;
  readonly leftMs: number;
  readonly missing: readonly NodeId[];
};

/**
 * Who keeps a check from holding: the nodes that a list names which should be empty, whoever did not answer, or the node that is
 * looked at where its own state is asked for. Nobody where that is not known.
 */
const missingOf = ({run, cluster}: Running, check: Check, look: Look, role: string): readonly NodeId[] => {
  if (look.kind === 'silent') return [...new Set(look.reasons.flatMap(({node}) => node ?? []))];
  const {facts} = look;
  const named = [...unmet(facts, wantedOf(run, check).expect)].flatMap(name => {
    const [wanted, seen] = [check.expect[name], facts[name]];
    return isList(wanted) && wanted.length === 0 && isList(seen) ? seen.map(String) : [];
  });
  // "be-2 down": the name, and how it is.
  const names = new Set(named.map(words => words.split(' ')[0]));
  const nodes = cluster.nodes.map(({id}) => id).filter(id => names.has(id));
  if (nodes.length > 0) return nodes;
  return check.probe === cluster.roles.find(({name}) => name === role)?.status ? [check.node] : [];
};

/** The gate all work waits for, whose check was looked at and does not hold; null while something runs or the operator is asked. */
export const waitedGate = (state: State): WaitedGate | null => {
  if (!isQuiet(state) || isAtWork(state.run)) return null;
  const {run, looks, now} = state;
  for (const next of gatesNext(run)) {
    const {gate} = next;
    if (gate.kind !== 'check') continue;
    const {check} = gate;
    const look = looks.get(check.node)?.probes[check.probe]?.look;
    if (look === undefined || (look.kind === 'seen' && isMet(run, check, look.facts))) continue;
    return {
      gate,
      leftMs: leftOf(now, turnOf(run, next), check.withinMs),
      missing: missingOf(state, check, look, next.phase.role),
    };
  }
  return null;
};

/** An answer comes sooner as a rule; then nobody has to be told that it is waited for. */
const ASKED_AFTER_MS = 3_000;

/** What is left of the wait until it is known who goes next; null where nobody is waited for. */
export const waitedOrder = (state: State): number | null => {
  if (!isQuiet(state) || isAtWork(state.run)) return null;
  const {run, now} = state;
  const phase = currentPhase(run);
  if (phase === null || phase.order.kind !== 'asked' || nextGate(run, phase.gates) !== null) return null;
  const {begun} = phaseState(run, phase.id);
  const open = phase.lanes.filter(lane => !laneOver(run, lane));
  if (open.length === 0 || open.some(({node}) => begun.includes(node))) return null;
  const {withinMs} = phase.order;
  return now - run.at < ASKED_AFTER_MS ? null : leftOf(now, run.at, withinMs);
};

/** A look: by which probe, at which node. */
export type LookAt = Pick<Check, 'node' | 'probe'>;

/**
 * What is looked at just now: for steps that run, for gates that come next, for who goes next, and at the end. Nothing while somebody
 * is asked.
 */
export const looksInHand = (state: State): readonly LookAt[] => {
  if (!isQuiet(state)) return [];
  const {run, looks} = state;
  const running = planSteps(run.plan).flatMap(step => {
    const seen = stepState(run, step.id);
    const waited = seen.status === 'running' ? waitedCheck({run, looks}, step, seen.at) : null;
    return waited === null ? [] : [waited.check];
  });
  const gates = isAtWork(run)
    ? []
    : gatesNext(run).flatMap(({gate}) => (gate.kind === 'check' ? [gate.check] : []));
  const last =
    currentPhase(run) === null
      ? run.plan.verify.flatMap(({node, checks}) => (run.nodes[node]?.verified === true ? [] : checks))
      : [];
  const phase = waitedOrder(state) === null ? null : currentPhase(run);
  const {order, lanes = []} = phase ?? {};
  const asked = order?.kind === 'asked' ? lanes.map(({node}) => ({node, probe: order.probe})) : [];
  return [...running, ...gates, ...asked, ...last];
};

/** How long the last looks that are left may take, side by side. */
export const lastLooksMs = (run: RunState): number =>
  Math.max(
    0,
    ...run.plan.verify
      .filter(({node}) => run.nodes[node]?.verified !== true)
      .map(({checks}) => checks.reduce((sum, {withinMs}) => sum + withinMs, 0)),
  );
