import {sharedAsk} from '../host/shared-ask.ts';
import {never} from '../lib/never.ts';
import type {Event, Happening} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import type {Headway} from '../model/headway.ts';
import type {StepId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {betweenNodes, type RunState, stepState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import type {World} from '../model/world.ts';
import {act, recover} from './act.ts';
import type {Context} from './context.ts';
import {type Decision, decide} from './decide.ts';
import {fillGate, fillMeasures, fillStep, fillVerification} from './fill.ts';
import {check, confirm, order, reach} from './gates.ts';
import {end, verify} from './last-looks.ts';
import {openLedger, type Publish} from './ledger.ts';
import {UnkeptEvent} from './read-back.ts';
import {heldByUnkept} from './unkept.ts';

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
  /** How far an action is that is at it, for the screen; not kept. Null: nobody hears it any more, and it may still be. */
  readonly onHeadway: (step: StepId, headway: Headway | null) => void;
};

export type RunEnd = {readonly state: RunState; readonly end: 'ended' | 'left'};

/** The last looks at many nodes at once ask a frontend for its rows once in this time. */
const SHARED_MS = 1_000;

const stuck = async (context: Context, happening: Happening): Promise<void> => {
  await context.ledger.emit(happening);
};

const resolveHold = async (context: Context): Promise<void> => {
  const answer = await context.operator.choose(context.ledger.state(), context.signal);
  if (context.signal.aborted) return;
  if (answer === 'leave') {
    context.leave();
    return;
  }
  // Whoever retries has perhaps put right what refused the login.
  context.retryLogins();
  await context.ledger.emit({type: 'run.released'});
};

/** Begins what was decided, with the facts of earlier steps filled in: here, and nowhere else. */
const carryOut = async (context: Context, decision: Decision): Promise<void> => {
  const {ledger} = context;
  const state = ledger.state();
  switch (decision.kind) {
    case 'resolve':
      return resolveHold(context);
    case 'reach':
    case 'confirm': {
      const {gate} = decision;
      const filled = fillMeasures(state, gate);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'gate.stuck', gate: gate.id, failure: filled.failure});
      return decision.kind === 'reach'
        ? reach(context, gate, filled.value)
        : confirm(context, gate, filled.value);
    }
    case 'check': {
      const {gate, lane} = decision;
      const filled = fillGate(state, gate);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'gate.stuck', gate: gate.id, failure: filled.failure});
      return check(context, gate, filled.value, lane);
    }
    case 'order':
      return order(context, decision.phase, decision.order, decision.nodes);
    case 'recover':
    case 'act': {
      const {step} = decision;
      const filled = fillStep(state, step);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'step.failed', step: step.id, failure: filled.failure});
      return decision.kind === 'recover'
        ? recover(context, filled.value)
        : act(context, filled.value, stepState(state, step.id));
    }
    case 'verify': {
      const {node} = decision;
      const filled = fillVerification(state, node);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'node.unverified', node, failure: filled.failure});
      return verify(context, node, filled.value);
    }
    case 'end':
      return end(context);
    default:
      return never(decision);
  }
};

/**
 * The one loop: decide, carry out, fold, decide again, until the run has ended or the operator leaves. Every event is on
 * disk before it changes anything here. Rejects when an event cannot be kept: then nothing further is begun.
 */
export const run = async (beginning: Beginning, options: RunOptions): Promise<RunEnd> => {
  const {world, system, cluster, publish, onSighting, onHeadway} = options;
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
  const context: Context = {
    ledger,
    copy: world.transport.copy,
    operator: world.operator,
    chance: world.chance,
    looker: {system, cluster, clock: world.clock, ask: world.transport.ask},
    lastLooker: {
      system,
      cluster,
      clock: world.clock,
      ask: sharedAsk(world.transport.ask, world.clock, SHARED_MS),
    },
    retryLogins: () => world.transport.retryLogins(),
    signal: waiting.signal,
    onSighting,
    onHeadway,
    leave,
  };
  const begin = (decision: Decision): void => {
    if (inHand.has(decision.key)) return;
    inHand.set(decision.key, decision);
    void carryOut(context, decision)
      .catch(async error => {
        const held = error instanceof UnkeptEvent ? heldByUnkept(decision, ledger.state(), error) : null;
        if (held === null) throw error;
        await ledger.emit(held);
      })
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
    const isDue = wish === 'hold' || (wish === 'hold-node' && betweenNodes(ledger.state()));
    if (isDue && !held && !asking && !leaving) await ledger.emit({type: 'run.held'});
  };

  const stopListening = world.operator.onWish(() => wake());
  try {
    while (true) {
      const stir = stirred();
      await heed();
      const waits = world.operator.wish() === 'hold-node';
      const decisions = leaving ? [] : decide(ledger.state()).filter(({kind}) => !waits || kind !== 'order');
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
