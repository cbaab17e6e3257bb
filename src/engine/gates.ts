import {describeFact} from '../model/describe-facts.ts';
import type {Failure, Happening} from '../model/event.ts';
import {type Fact, type Facts, isList, meets} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Order} from '../model/order.ts';
import {againOf} from '../model/otherwise.ts';
import type {Check, CheckGate, ConfirmGate, FilledCheck, Lane, Phase} from '../model/plan.ts';
import {describeReasons, type Reason, type Reasons, reason} from '../model/reason.ts';
import {gateState, type RunState} from '../model/state.ts';
import {type Text, text} from '../model/text.ts';
import {lookOnce} from '../probe/look.ts';
import {type Polled, poll, unsettled} from '../probe/poll.ts';
import type {Context} from './context.ts';
import type {ReadyBlast} from './fill.ts';

/** A node that was put back in the queue this often in one phase holds the run: somebody has to look. */
const DEFERRALS_AT_MOST = 10;
/** A gate that opened a step again this often holds the run: what the step is to bring about does not last. */
const ROUNDS_AT_MOST = 10;
const BLAST_WITHIN_MS = 60_000;
/** How many of them are measured side by side. */
const LOOKS_AT_ONCE = 64;

type Measured =
  | {readonly kind: 'measured'; readonly facts: readonly Facts[]}
  /** Somebody did not answer: what would be hit is not known. */
  | {readonly kind: 'silent'; readonly failure: Failure};

/** Measures what a destructive gate would hit: on a thousand nodes not one after the other, or the figures are old before they are shown. */
const measure = async (context: Context, blast: readonly ReadyBlast[]): Promise<Measured> => {
  const facts: Facts[] = [];
  for (let i = 0; i < blast.length; i += LOOKS_AT_ONCE) {
    const sightings = await Promise.all(
      blast
        .slice(i, i + LOOKS_AT_ONCE)
        .map(({node, probe, given}) => lookOnce(context.looker, node, probe, BLAST_WITHIN_MS, given)),
    );
    const reasons = sightings.flatMap(({look}) => (look.kind === 'silent' ? look.reasons : []));
    for (const sighting of sightings) {
      context.onSighting(sighting);
      if (sighting.look.kind === 'seen') facts.push(sighting.look.facts);
    }
    const [first, ...others] = reasons;
    if (first === undefined) continue;
    const detail = describeReasons([first, ...others]);
    return {kind: 'silent', failure: {kind: 'refused', trouble: 'guard', detail}};
  }
  return {kind: 'measured', facts};
};

/** Puts a confirmation before the operator, with what it would destroy measured first. */
export const reach = async (
  context: Context,
  gate: ConfirmGate,
  blast: readonly ReadyBlast[],
): Promise<void> => {
  const measured = await measure(context, blast);
  if (context.signal.aborted) return;
  await context.ledger.emit(
    measured.kind === 'silent'
      ? {type: 'gate.stuck', gate: gate.id, failure: measured.failure}
      : {type: 'gate.reached', gate: gate.id, blast: measured.facts},
  );
};

/**
 * Waits for the operator. A destructive gate is measured again at the key press, and shown again if it drifted. Withdrawn once
 * something holds the run: what was asked may no longer be this run's to decide, and is asked anew after that.
 */
export const confirm = async (
  context: Context,
  gate: ConfirmGate,
  blast: readonly ReadyBlast[],
): Promise<void> => {
  const signal = context.untilHeld();
  const reply = await context.operator.confirm(gate.id, context.ledger.state(), signal);
  if (signal.aborted) return;
  if (reply.answer === 'leave') {
    context.leave();
    return;
  }
  if (gate.phrase !== undefined && reply.typed !== gate.phrase) return;
  const shown = gateState(context.ledger.state(), gate.id);
  const measured = await measure(context, blast);
  if (signal.aborted) return;
  if (measured.kind === 'silent') {
    await context.ledger.emit({type: 'gate.stuck', gate: gate.id, failure: measured.failure});
    return;
  }
  if (shown.status !== 'reached' || JSON.stringify(shown.blast) !== JSON.stringify(measured.facts)) {
    await context.ledger.emit({type: 'gate.drifted', gate: gate.id, blast: measured.facts});
    return;
  }
  await context.ledger.emit({type: 'gate.opened', gate: gate.id, by: 'operator', facts: {}});
};

type At = {readonly phase: Phase; readonly lane: Lane} | null;

const isFact = (value: FilledCheck['expect'][string] | undefined): value is Fact =>
  value !== undefined && (typeof value !== 'object' || isList(value));

/** What earlier steps had found and is seen otherwise by now; a bound is no value that was found. */
const foundOtherwise = (planned: Check, {expect}: FilledCheck, seen: Facts): Facts => {
  const found: Record<string, Fact> = {};
  for (const [name, asked] of Object.entries(planned.expect)) {
    const value = expect[name];
    if (typeof asked === 'object' && 'from' in asked && isFact(value) && !meets(seen, {[name]: value}))
      found[name] = value;
  }
  return found;
};

/** What a check that did not come true leads to. Only what was seen opens a step again or puts a node back: nobody's silence does. */
const ofUnmet = (
  state: RunState,
  gate: CheckGate,
  check: FilledCheck,
  polled: Extract<Polled, {kind: 'unmet'}>,
  at: At,
): Happening => {
  const {id, otherwise} = gate;
  const {seen, silent} = polled;
  const again = againOf(gate);
  const stuck = {type: 'gate.stuck', gate: id, failure: unsettled(check, polled)} as const;
  if (seen === null) return stuck;
  if (otherwise === 'defer')
    return at === null
      ? stuck
      : {type: 'lane.deferred', phase: at.phase.id, node: at.lane.node, gate: id, seen};
  if (again === null) return stuck;
  const isVain = silent !== null || (state.rounds[id] ?? 0) >= ROUNDS_AT_MOST;
  return isVain
    ? stuck
    : {type: 'step.reopened', step: again, gate: id, seen, found: foundOtherwise(gate.check, check, seen)};
};

/**
 * Waits until a check gate may open; otherwise holds the run, puts the lane back in the queue, or opens a step again. Where another gate has
 * opened a step again meanwhile, it was asked of what is no longer so: then nothing comes of it, and it is asked anew in its turn.
 */
export const check = async (context: Context, gate: CheckGate, asked: FilledCheck, at: At): Promise<void> => {
  // What puts a node back in the queue does so at once; a gate may say that only some of it does.
  const {hopeless = {}} = asked;
  const patience = gate.otherwise === 'defer' ? {...asked, hopeless, hopelessAfterMs: 0} : asked;
  const {rounds} = context.ledger.state();
  const isAsked = (state: RunState): boolean => state.rounds === rounds;
  // However long it has been seen to hold: what happened since the last of those looks is seen by this one.
  const before = await context.lookout.take(asked);
  if (context.signal.aborted) return;
  const polled = await poll(context.looker, patience, {...context, before});
  if (polled.kind === 'aborted') return;
  if (polled.kind === 'met') {
    const {facts} = polled;
    await context.ledger.emitWhen(isAsked, {type: 'gate.opened', gate: gate.id, by: 'facts', facts});
    return;
  }
  await context.ledger.emitWhen(isAsked, ofUnmet(context.ledger.state(), gate, asked, polled, at));
};

const rankless = (name: string, fact: Fact | undefined): Text => {
  if (fact === undefined) return text(`does not tell ${name}`, `没有给出 ${name}`);
  const seen = describeFact(fact);
  return text(`${name} is ${seen.en}`, `${name} 为 ${seen.zh}`);
};

type Ranked = {readonly node: NodeId; readonly rank: number};

/**
 * Begins the next lane. An asked order looks at every node that is left, until each has a rank the plan knows, or one has
 * the first: a role that is moving just now has none, and is waited for.
 */
export const order = async (
  context: Context,
  phase: Phase,
  asked: Order,
  nodes: readonly NodeId[],
): Promise<void> => {
  const [listed] = nodes;
  if (listed === undefined) return;
  const deferrals = context.ledger.state().phases[phase.id]?.deferrals ?? 0;
  if (deferrals >= DEFERRALS_AT_MOST) {
    await context.ledger.emit({
      type: 'order.stuck',
      phase: phase.id,
      reasons: [
        reason(
          text(`nodes were put back in the queue ${deferrals} times`, `节点已被退回排队 ${deferrals} 次`),
        ),
      ],
    });
    return;
  }
  if (asked.kind === 'listed') {
    await context.ledger.emit({type: 'lane.begun', phase: phase.id, node: listed, ranks: {}});
    return;
  }
  const {clock} = context.looker;
  const deadline = clock.ticks() + asked.withinMs;
  let unranked: Reason[] = [];
  while (!context.signal.aborted) {
    const ranks: Record<string, string> = {};
    const ranked: Ranked[] = [];
    unranked = [];
    const sightings = await Promise.all(
      nodes.map(node => lookOnce(context.looker, node, asked.probe, asked.withinMs, asked.given)),
    );
    for (const sighting of sightings) {
      context.onSighting(sighting);
      const {node, look} = sighting;
      const fact = look.kind === 'seen' ? look.facts[asked.fact] : undefined;
      const rank = typeof fact === 'string' ? asked.ranks.indexOf(fact) : -1;
      if (typeof fact === 'string') ranks[node] = fact;
      if (rank >= 0) ranked.push({node, rank});
      else if (look.kind === 'silent') unranked.push(...look.reasons);
      else unranked.push(reason(rankless(asked.fact, fact), node));
    }
    const first = ranked.reduce<Ranked | null>(
      (best, next) => (best === null || next.rank < best.rank ? next : best),
      null,
    );
    const [unknown, ...others] = unranked;
    if (first !== null && (unknown === undefined || first.rank === 0)) {
      await context.ledger.emit({type: 'lane.begun', phase: phase.id, node: first.node, ranks});
      return;
    }
    if (clock.ticks() >= deadline) {
      const reasons: Reasons = [unknown ?? reason(text('nobody was asked', '没有询问任何节点')), ...others];
      await context.ledger.emit({type: 'order.stuck', phase: phase.id, reasons});
      return;
    }
    await clock.sleep(asked.pollMs, context.signal);
  }
};
