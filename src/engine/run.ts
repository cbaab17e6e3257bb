import {never} from '../lib/never.ts';
import type {Event, Happening} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {checkRefs} from '../model/refs.ts';
import {type RunState, stepState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import type {World} from '../model/world.ts';
import {settle} from '../probe/settle.ts';
import {act, recover} from './act.ts';
import {type Decision, decide} from './decide.ts';
import {check, confirm, order, reach} from './gates.ts';
import {filled, missingFact} from './given.ts';
import type {Hands} from './hands.ts';
import {openLedger, type Publish} from './ledger.ts';

/** A new run begins with run.planned; a resumed one with what is in its journal. */
export type Beginning =
  | {readonly kind: 'new'; readonly planned: Extract<Happening, {type: 'run.planned'}>}
  | {readonly kind: 'resumed'; readonly events: readonly Event[]; readonly lakeup: string};

export type RunOptions = {
  readonly world: World;
  readonly system: System;
  readonly cluster: Cluster;
  readonly publish: Publish;
  /** Every look the engine takes, for the screen; not kept. */
  readonly onSighting: (sighting: Sighting) => void;
};

export type RunEnd = {readonly state: RunState; readonly end: 'ended' | 'left'};

const verify = async (hands: Hands, node: NodeId): Promise<void> => {
  const verification = hands.ledger.state().plan.verify.find(({node: id}) => id === node);
  let facts = {};
  for (const wanted of verification?.checks ?? []) {
    const missing = missingFact(hands.ledger.state(), checkRefs(wanted));
    if (missing !== null) {
      await hands.ledger.emit({type: 'node.unverified', node, failure: missing});
      return;
    }
    const last = filled(hands.ledger.state(), wanted);
    const settled = await settle(hands.looker, last, hands);
    if (settled.kind === 'aborted') return;
    if (settled.kind === 'unmet') {
      const failure = {kind: 'unsettled', check: last, seen: settled.seen, silent: settled.silent} as const;
      await hands.ledger.emit({type: 'node.unverified', node, failure});
      return;
    }
    facts = {...facts, ...settled.facts};
  }
  await hands.ledger.emit({type: 'node.verified', node, facts});
};

const end = async (hands: Hands): Promise<void> => {
  const verified = hands.ledger.state().plan.verify.map(({node}) => node);
  await hands.ledger.emit({type: 'run.ended', verdict: {verified}});
};

const resolveHold = async (hands: Hands): Promise<void> => {
  const answer = await hands.operator.choose(hands.ledger.state(), hands.signal);
  if (hands.signal.aborted) return;
  if (answer === 'leave') hands.leave();
  else await hands.ledger.emit({type: 'run.released'});
};

const carryOut = (hands: Hands, decision: Decision): Promise<void> => {
  switch (decision.kind) {
    case 'resolve':
      return resolveHold(hands);
    case 'reach':
      return reach(hands, decision.gate);
    case 'confirm':
      return confirm(hands, decision.gate);
    case 'check':
      return check(hands, decision.gate, decision.lane);
    case 'order':
      return order(hands, decision.phase, decision.order, decision.nodes);
    case 'recover':
      return recover(hands, decision.step);
    case 'act':
      return act(hands, decision.step, stepState(hands.ledger.state(), decision.step.id));
    case 'verify':
      return verify(hands, decision.node);
    case 'end':
      return end(hands);
    default:
      return never(decision);
  }
};

/**
 * The one loop: decide, carry out, fold, decide again, until the run has ended or the operator leaves. Every event is on
 * disk before it changes anything here. Rejects when an event cannot be kept: then nothing further is begun.
 */
export const run = async (beginning: Beginning, options: RunOptions): Promise<RunEnd> => {
  const {world, system, cluster, publish, onSighting} = options;
  const past = beginning.kind === 'new' ? null : foldEvents(beginning.events);
  const ledger = openLedger(past, world.journal, world.clock, publish);
  if (beginning.kind === 'new') await ledger.emit(beginning.planned);
  else if (past?.verdict === null) await ledger.emit({type: 'run.resumed', lakeup: beginning.lakeup});

  const waiting = new AbortController();
  const inHand = new Map<string, Decision>();
  const failures: unknown[] = [];
  let leaving = false;
  let wake = (): void => undefined;
  const stirred = (): Promise<void> => new Promise(resolve => (wake = resolve));

  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    waiting.abort();
    wake();
  };
  const hands: Hands = {
    ledger,
    operator: world.operator,
    chance: world.chance,
    looker: {system, cluster, clock: world.clock, ask: (node, request) => world.transport.ask(node, request)},
    signal: waiting.signal,
    onSighting,
    leave,
  };
  const begin = (decision: Decision): void => {
    if (inHand.has(decision.key)) return;
    inHand.set(decision.key, decision);
    void carryOut(hands, decision)
      .catch(error => {
        failures.push(error);
        leave();
      })
      .finally(() => {
        inHand.delete(decision.key);
        wake();
      });
  };
  const heed = async (): Promise<void> => {
    const wish = world.operator.wish();
    if (wish === 'leave') leave();
    const held = ledger.state().holds.length > 0;
    const asking = [...inHand.values()].some(({kind}) => kind === 'confirm');
    if (wish === 'hold' && !held && !asking && !leaving) await ledger.emit({type: 'run.held'});
  };

  const stopListening = world.operator.onWish(() => wake());
  try {
    while (true) {
      const stir = stirred();
      await heed();
      const decisions = leaving ? [] : decide(ledger.state());
      decisions.forEach(begin);
      if (inHand.size === 0 && decisions.length === 0) break;
      await stir;
    }
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    if (ledger.state().verdict !== null) return {state: ledger.state(), end: 'ended'};
    return {state: await ledger.emit({type: 'run.left'}), end: 'left'};
  } finally {
    stopListening();
    waiting.abort();
  }
};
