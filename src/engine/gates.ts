import type {Facts} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {CheckGate, ConfirmGate, Gate, Lane, Order, Phase} from '../model/plan.ts';
import {gateRefs} from '../model/refs.ts';
import {gateState} from '../model/state.ts';
import {lookOnce} from '../probe/look.ts';
import {settle} from '../probe/settle.ts';
import {filled, givenOf, missingFact} from './given.ts';
import type {Hands} from './hands.ts';

/** A node that was put back in line this often in one phase holds the run: somebody has to look. */
const DEFERRALS_AT_MOST = 10;
const BLAST_WITHIN_MS = 60_000;

/** Measures what a destructive gate would hit, or says who did not answer. */
const measure = async (hands: Hands, gate: ConfirmGate): Promise<Facts[] | {silent: string}> => {
  const measured: Facts[] = [];
  for (const {node, probe, given} of gate.blast) {
    const told = givenOf(hands.ledger.state(), given);
    const sighting = await lookOnce(hands.looker, node, probe, BLAST_WITHIN_MS, told);
    hands.onSighting(sighting);
    if (sighting.look.kind === 'silent') return {silent: `${node}: ${sighting.look.reason}`};
    measured.push(sighting.look.facts);
  }
  return measured;
};

const stuckBlast = async (hands: Hands, gate: ConfirmGate, silent: string): Promise<void> => {
  const failure = {kind: 'refused', trouble: 'guard', detail: silent} as const;
  await hands.ledger.emit({type: 'gate.stuck', gate: gate.id, failure});
};

/** A gate that takes a fact which no step left does not open, and says so. */
const lacksFact = async (hands: Hands, gate: Gate): Promise<boolean> => {
  const failure = missingFact(hands.ledger.state(), gateRefs(gate));
  if (failure !== null) await hands.ledger.emit({type: 'gate.stuck', gate: gate.id, failure});
  return failure !== null;
};

/** Puts a confirmation before the operator, with what it would destroy measured first. */
export const reach = async (hands: Hands, gate: ConfirmGate): Promise<void> => {
  if (await lacksFact(hands, gate)) return;
  const blast = await measure(hands, gate);
  if (hands.signal.aborted) return;
  if ('silent' in blast) await stuckBlast(hands, gate, blast.silent);
  else await hands.ledger.emit({type: 'gate.reached', gate: gate.id, blast});
};

/** Waits for the operator. A destructive gate is measured again at the key press, and shown again if it drifted. */
export const confirm = async (hands: Hands, gate: ConfirmGate): Promise<void> => {
  const reply = await hands.operator.confirm(gate.id, hands.ledger.state(), hands.signal);
  if (hands.signal.aborted) return;
  if (reply.answer === 'leave') {
    hands.leave();
    return;
  }
  if (gate.phrase !== undefined && reply.typed !== gate.phrase) return;
  const shown = gateState(hands.ledger.state(), gate.id);
  const blast = await measure(hands, gate);
  if ('silent' in blast) return stuckBlast(hands, gate, blast.silent);
  if (shown.status !== 'reached' || JSON.stringify(shown.blast) !== JSON.stringify(blast)) {
    await hands.ledger.emit({type: 'gate.drifted', gate: gate.id, blast});
    return;
  }
  await hands.ledger.emit({type: 'gate.opened', gate: gate.id, by: 'operator', facts: {}});
};

/** Waits until a check gate may open; otherwise holds the run, or puts the lane back in line. */
export const check = async (
  hands: Hands,
  gate: CheckGate,
  at: {readonly phase: Phase; readonly lane: Lane} | null,
): Promise<void> => {
  if (await lacksFact(hands, gate)) return;
  const asked = filled(hands.ledger.state(), gate.check);
  // What puts a node back in line does so at once; a gate may say that only some of it does.
  const {hopeless = {}} = asked;
  const patience = gate.otherwise === 'defer' ? {...asked, hopeless, hopelessAfterMs: 0} : asked;
  const settled = await settle(hands.looker, patience, hands);
  if (settled.kind === 'aborted') return;
  if (settled.kind === 'met') {
    await hands.ledger.emit({type: 'gate.opened', gate: gate.id, by: 'facts', facts: settled.facts});
  } else if (gate.otherwise === 'defer' && at !== null && settled.seen !== null) {
    const {phase, lane} = at;
    await hands.ledger.emit({
      type: 'lane.deferred',
      phase: phase.id,
      node: lane.node,
      gate: gate.id,
      seen: settled.seen,
    });
  } else {
    const failure = {
      kind: 'unsettled',
      check: asked,
      seen: settled.seen,
      silent: settled.silent,
    } as const;
    await hands.ledger.emit({type: 'gate.stuck', gate: gate.id, failure});
  }
};

type Ranked = {readonly node: NodeId; readonly rank: number};

/**
 * Begins the next lane. An asked order looks at every node that is left, until each has a rank the plan knows: a role
 * that is moving just now has none, and is waited for.
 */
export const order = async (
  hands: Hands,
  phase: Phase,
  asked: Order,
  nodes: readonly NodeId[],
): Promise<void> => {
  const [listed] = nodes;
  if (listed === undefined) return;
  if (asked.kind === 'listed') {
    await hands.ledger.emit({type: 'lane.begun', phase: phase.id, node: listed, ranks: {}});
    return;
  }
  const deferrals = hands.ledger.state().phases[phase.id]?.deferrals ?? 0;
  if (deferrals >= DEFERRALS_AT_MOST) {
    await hands.ledger.emit({
      type: 'order.stuck',
      phase: phase.id,
      reason: `nodes were put back in line ${deferrals} times`,
    });
    return;
  }
  const {clock} = hands.looker;
  const deadline = clock.now() + asked.withinMs;
  let reason = '';
  while (!hands.signal.aborted) {
    const ranks: Record<string, string> = {};
    const ranked: Ranked[] = [];
    for (const node of nodes) {
      const sighting = await lookOnce(hands.looker, node, asked.probe, asked.withinMs);
      hands.onSighting(sighting);
      const {look} = sighting;
      const fact = look.kind === 'seen' ? look.facts[asked.fact] : undefined;
      const rank = typeof fact === 'string' ? asked.ranks.indexOf(fact) : -1;
      if (typeof fact === 'string') ranks[node] = fact;
      if (rank >= 0) ranked.push({node, rank});
      else reason = `${node}: ${look.kind === 'silent' ? look.reason : `${asked.fact} is ${String(fact)}`}`;
    }
    const first = ranked.reduce<Ranked | null>(
      (best, next) => (best === null || next.rank < best.rank ? next : best),
      null,
    );
    if (first !== null && ranked.length === nodes.length) {
      await hands.ledger.emit({type: 'lane.begun', phase: phase.id, node: first.node, ranks});
      return;
    }
    if (clock.now() >= deadline) {
      await hands.ledger.emit({type: 'order.stuck', phase: phase.id, reason});
      return;
    }
    await clock.sleep(asked.pollMs, hands.signal);
  }
};
