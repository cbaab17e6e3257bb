import {never} from '../lib/never.ts';
import type {AwaitedAnswers} from '../model/awaited.ts';
import type {Event, Happening} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import type {Headway} from '../model/headway.ts';
import {heldAlike} from '../model/held-alike.ts';
import type {StepId} from '../model/ids.ts';
import type {Cluster} from '../model/inventory.ts';
import {foldEvents} from '../model/reduce.ts';
import {betweenNodes, gateState, type Hold, type RunState, stepState} from '../model/state.ts';
import type {System} from '../model/system.ts';
import type {Text} from '../model/text.ts';
import type {Operator, World} from '../model/world.ts';
import {sharing} from '../probe/look.ts';
import {act, recover} from './act.ts';
import {gatesBehind, heldMeanwhile, THINKS_MS} from './ahead.ts';
import type {Context} from './context.ts';
import {type Decision, decide} from './decide.ts';
import {makeEarly} from './early.ts';
import {makeFanOuts} from './fan-out.ts';
import {fillGate, fillMeasures, fillStep, fillVerification} from './fill.ts';
import {check, confirm, order, reach} from './gates.ts';
import {keepDown, type ListenDown} from './keep-down.ts';
import {lapsed, lapseStarted} from './lapse.ts';
import {end, verify} from './last-looks.ts';
import type {Lease} from './lease.ts';
import {openLedger, type Publish} from './ledger.ts';
import {makeLookout} from './lookout.ts';
import {UnkeptEvent} from './read-back.ts';
import {skipNodes, toldOfSkipped} from './skip.ts';
import {endLease, takeLease} from './take-lease.ts';
import {heldByUnkept} from './unkept.ts';

/** A new run begins with run.planned; a resumed one with what is in its journal. */
export type Beginning =
  | {readonly kind: 'new'; readonly planned: Extract<Happening, {type: 'run.planned'}>}
  | {readonly kind: 'resumed'; readonly events: readonly Event[]; readonly lakeup: string};

export type RunOptions = {
  readonly world: World;
  readonly system: System;
  readonly cluster: Cluster;
  /** What makes this run the only one; null where nobody else can be there. */
  readonly lease: Lease | null;
  readonly publish: Publish;
  /** Every look the engine takes, for the screen; not kept. */
  readonly onSighting: (sighting: Sighting) => void;
  /** How far an action is that is at it, for the screen; not kept. Null: nobody hears it any more, and it may still be. */
  readonly onHeadway: (step: StepId, headway: Headway | null) => void;
  /** Whose answers a look waits for that takes long, for the screen; not kept. */
  readonly onAwaited?: (awaited: AwaitedAnswers) => void;
  /** Who goes down by itself, as whoever watches the nodes sees it: kept while the run goes on. */
  readonly listenDown?: ListenDown;
};

/** `kept`: leases that could not be given back, a sentence each. */
export type RunEnd = {
  readonly state: RunState;
  readonly end: 'ended' | 'left';
  readonly kept: readonly Text[];
};

/** The last looks at many nodes at once ask a frontend for its rows once in this time. */
const SHARED_MS = 1_000;

const stuck = async (context: Context, happening: Happening): Promise<void> => {
  await context.ledger.emit(happening);
};

const resolveHold = async (context: Context, hold: Hold): Promise<void> => {
  const answer = await context.operator.choose(context.ledger.state(), context.signal);
  if (context.signal.aborted) return;
  if (answer === 'leave') {
    context.leave();
    return;
  }
  if (answer !== 'retry' && 'skip' in answer) return skipNodes(context, answer);
  // Whoever retries has perhaps put right what refused the login.
  context.retryLogins();
  await lapseStarted(context, hold);
  if (context.signal.aborted) return;
  const released = answer === 'retry' ? 1 : Math.min(answer.retry, heldAlike(context.ledger.state()));
  for (let i = 0; i < released; i += 1) await context.ledger.emit({type: 'run.released'});
};

/** Begins what was decided, with the facts of earlier steps filled in: here, and nowhere else. */
const carryOut = async (context: Context, decision: Decision): Promise<void> => {
  const {ledger} = context;
  const state = ledger.state();
  switch (decision.kind) {
    case 'resolve':
      return resolveHold(context, decision.hold);
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
      const {looker} = context;
      const asked = toldOfSkipped(state, looker.system, filled.value);
      if (lane === null) return check(context, gate, asked, null);
      // All nodes of a fan-out are at their gates at once, and ask much the same: each question is put once for them.
      if (lane.phase.fanOut !== undefined)
        return check({...context, looker: context.sharingLooker}, gate, asked, lane);
      // One look sooner is worth nothing where the gate before it takes its time.
      if (gate.check.steadyMs === undefined)
        context.early.begin(looker, gatesBehind(state, looker.system, lane.lane.steps, gate));
      return check(context, gate, asked, lane);
    }
    case 'order':
      return order(context, decision.phase, decision.order, decision.nodes);
    case 'lease':
      return takeLease(context);
    case 'recover':
    case 'act': {
      const {step} = decision;
      const filled = fillStep(state, step);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'step.failed', step: step.id, failure: filled.failure});
      const {system} = context.looker;
      const safe = filled.value.safe.map(each => toldOfSkipped(state, system, each));
      const ready = {...filled.value, safe};
      if (decision.kind === 'recover') return recover(context, ready);
      if (await lapsed(context, ready)) return;
      return act(context, ready, stepState(state, step.id));
    }
    case 'verify': {
      const {node} = decision;
      const filled = fillVerification(state, node);
      if (filled.kind === 'missing')
        return stuck(context, {type: 'node.unverified', node, failure: filled.failure});
      await verify(context, node, filled.value);
      return;
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
  const {world, system, cluster, lease, publish, onSighting, onHeadway, onAwaited} = options;
  const past = beginning.kind === 'new' ? null : foldEvents(beginning.events);
  let wake = (): void => undefined;
  let questions = new AbortController();
  const ledger = openLedger(past, world.journal, world.clock, (event, state) => {
    publish(event, state);
    if (state.holds.length > 0) {
      questions.abort();
      questions = new AbortController();
    }
    // What is waited for after its action may wait for others itself.
    if (event.type === 'step.acted' || event.type === 'step.reattached') wake();
  });
  if (beginning.kind === 'new') await ledger.emit(beginning.planned);
  else if (past?.verdict === null) {
    await ledger.emit({type: 'run.resumed', lakeup: beginning.lakeup});
    lease?.attend();
  }

  const waiting = new AbortController();
  const inHand = new Map<string, Decision>();
  const failures: unknown[] = [];
  let leaving = false;
  const stirred = (): Promise<void> => new Promise(resolve => (wake = resolve));

  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    waiting.abort();
    wake();
  };
  const fanOuts = makeFanOuts();
  const early = makeEarly();
  const {ask} = world.transport;
  const looker = {system, cluster, clock: world.clock, ask, begun: early.take, onAwaited};
  const sharingLooker = sharing(looker, SHARED_MS);
  const context: Context = {
    ledger,
    copy: world.transport.copy,
    together: (of, ready) => fanOuts.join(context, of, ready),
    early,
    lookout: makeLookout(sharingLooker, waiting.signal),
    lease,
    operator: world.operator,
    chance: world.chance,
    looker,
    sharingLooker,
    retryLogins: () => world.transport.retryLogins(),
    signal: waiting.signal,
    untilHeld: () => AbortSignal.any([waiting.signal, questions.signal]),
    onSighting,
    onHeadway,
    leave,
  };
  const begin = (decision: Decision): void => {
    if (inHand.has(decision.key)) return;
    inHand.set(decision.key, decision);
    const held = heldMeanwhile(ledger.state(), system, decision);
    void context.lookout
      .during(held, () => carryOut(context, decision), THINKS_MS)
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
  const heed = async (wish: ReturnType<Operator['wish']>): Promise<void> => {
    if (wish === 'leave') leave();
    const held = ledger.state().holds.length > 0;
    // Once its answer is on disk nothing waits for the operator any more: what it allows would begin.
    const asking = [...inHand.values()].some(
      each => each.kind === 'confirm' && gateState(ledger.state(), each.gate.id).status !== 'open',
    );
    const isDue = wish === 'hold' || (wish === 'hold-node' && betweenNodes(ledger.state()));
    if (isDue && !held && !asking && !leaving) await ledger.emit({type: 'run.held'});
  };

  lease?.onLost(failure => {
    void ledger
      .emitWhen(state => state.lease.held && state.verdict === null, {type: 'lease.refused', failure})
      .then(wake, () => undefined);
  });
  const stopListening = world.operator.onWish(() => wake());
  const stopKeepingDown = keepDown(ledger, options.listenDown);
  try {
    while (true) {
      const stir = stirred();
      // Looked at once a round: one that changed in between would let nothing begin, as if the run were over.
      const wish = world.operator.wish();
      await heed(wish);
      const due = leaving ? [] : decide(ledger.state(), lease !== null);
      // A hold that waits for the answer to a question: nothing else begins before it.
      const decisions = due.filter(({kind}) =>
        wish === 'hold' ? kind === 'confirm' || kind === 'resolve' : wish !== 'hold-node' || kind !== 'order',
      );
      decisions.forEach(begin);
      if (inHand.size === 0 && decisions.length === 0) break;
      await stir;
    }
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    const kept = await endLease(lease, ledger.state());
    if (ledger.state().verdict !== null) return {state: ledger.state(), end: 'ended', kept};
    return {state: await ledger.emit({type: 'run.left'}), end: 'left', kept};
  } finally {
    lease?.rest();
    stopListening();
    stopKeepingDown();
    waiting.abort();
  }
};
