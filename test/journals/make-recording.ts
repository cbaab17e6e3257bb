import {makeRunId} from '../../src/cli/state-dir.ts';
import {type Beginning, type RunEnd, run} from '../../src/engine/run.ts';
import {sharedAsk} from '../../src/host/shared-ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {Sighting} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';
import type {System} from '../../src/model/system.ts';
import type {Clock, Operator} from '../../src/model/world.ts';
import {watch} from '../../src/probe/watch.ts';
import {type ScreenCluster, sameLook} from '../../src/store/state.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {makeFaultyNetwork, NO_FAULTS} from '../sim/faulty-network.ts';
import {planFor} from '../sim/plan-for.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock, turned, type VirtualClock} from '../sim/virtual-clock.ts';
import {makeHands, readCluster} from './hands.ts';
import {journalOf} from './sealed.ts';
import {type Hands, type Recording, START_MS, type Take} from './take.ts';

/** Each request takes up to this long on its way. */
const SLOWEST_MS = 60;
/** As often as the program itself looks. */
const WATCH_MS = 2_000;
const SLOWEST_WATCH_MS = 15_000;
/** Of a large cluster: how often it is looked at, and how long an answer is shared. */
const LARGE_WATCH_MS = 60_000;
const SHARED_MS = 1_000;
/** How long the operator reads before they answer, repairs before they try again, and stays away when they leave. */
const READING_MS = 8_000;
const REPAIR_MS = 40_000;
const AWAY_MS = 600_000;

/** Keeps the sightings that say something else than the one before of the same node and probe. */
const makeWitness = () => {
  const last = new Map<string, Sighting>();
  const kept: Sighting[] = [];
  const see = (sighting: Sighting): void => {
    const key = `${sighting.node}\0${sighting.probe}`;
    const before = last.get(key);
    if (before !== undefined && sameLook(before.look, sighting.look)) return;
    last.set(key, sighting);
    kept.push(sighting);
  };
  return {kept, see};
};

/** What the screen knows of a cluster, and nothing else. */
const screenCluster = ({name, nodes}: Cluster, {roles}: System): ScreenCluster => ({
  name,
  nodes: nodes.map(({id, role, host, group}) => ({id, role, host, ...(group === undefined ? {} : {group})})),
  roles: roles.map(({name: role, title, status, columns}) => ({name: role, title, status, columns})),
});

/** Says yes to everything, types what is wanted, and does by hand what the take says. */
const makeOperator = (take: Take, clock: Clock, hands: () => Hands) => {
  let wish: ReturnType<Operator['wish']> = 'go';
  const listeners = new Set<() => void>();
  const operator: Operator = {
    confirm: async (_gate, {plan}, signal) => {
      await clock.sleep(READING_MS, signal);
      return {answer: 'yes', typed: plan.cluster};
    },
    choose: async (_state, signal) => {
      await clock.sleep(REPAIR_MS, signal);
      await take.putRight?.(hands());
      return 'retry';
    },
    manual: async (step, _state, signal) => {
      await clock.sleep(REPAIR_MS, signal);
      await take.byHand?.(step, hands());
      return 'done';
    },
    wish: () => wish,
    onWish: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const setWish: Hands['wish'] = next => {
    wish = next;
    for (const listener of listeners) listener();
  };
  return {operator, setWish};
};

/** Everything of one take: the product that pretends, the way to it, and what is kept of it. */
const setUp = (take: Take) => {
  const {system, seed, large = false} = take;
  const cluster = readCluster(take);
  const turning = makeVirtualClock(START_MS);
  // Whole milliseconds, as a real clock has them.
  const clock = {
    now: () => Math.floor(turning.now()),
    ticks: () => Math.floor(turning.now()),
    sleep: turning.sleep,
    alarm: turning.alarm,
  };
  // One stream for each, so that what one of them does more or less changes nothing for the others.
  const chance = (stream: number): (() => number) => seededRandom(seed * 10 + stream);
  const faults = (take.faults ?? []).map(({fault, node}) => ({fault, node: NodeId.parse(node)}));
  const fake = take.memory.boot(cluster, {clock, chance: chance(1), faults});
  const network = makeFaultyNetwork(fake, clock, chance(2), {...NO_FAULTS, slow: 1, slowestMs: SLOWEST_MS});
  const transport = large ? {...network, ask: sharedAsk(network.ask, clock, SHARED_MS)} : network;
  const looker = {system, cluster, clock, ask: transport.ask};
  const witness = makeWitness();
  const [engineChance, watchChance] = [chance(3), chance(4)];
  const watching = (signal: AbortSignal): Promise<void> =>
    watch(looker, {
      periodMs: large ? LARGE_WATCH_MS : WATCH_MS,
      slowestMs: SLOWEST_WATCH_MS,
      chance: watchChance,
      signal,
      onSighting: witness.see,
    });
  return {cluster, turning, clock, fake, transport, witness, engineChance, watching};
};

const NEVER = new Promise<never>(() => undefined);

/** A take that was carried out: to its end, or up to so many events. */
export type Recorded = {
  readonly events: readonly Event[];
  readonly sightings: readonly Sighting[];
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly fake: FakeCluster;
};

/**
 * Carries a take out: the real engine and the real watch over a product that pretends in memory, in simulated time. Once
 * `most` events are kept lakeup is killed, and nobody begins it again.
 */
export const carryOut = async (take: Take, most = Number.POSITIVE_INFINITY): Promise<Recorded> => {
  const {system, beside, until = () => false, killedAfter = () => false} = take;
  const {cluster, turning, clock, fake, transport, witness, engineChance, watching} = setUp(take);
  const events: Event[] = [];
  const failures: unknown[] = [];
  let isOver = false;
  let isDead = false;
  const done = <T>(work: Promise<T>): Promise<T | null> =>
    turned(turning, work, () => isOver || isDead || failures.length > 0);

  const planned = await done(planFor({system, cluster}, transport, clock));
  if (planned === null) throw new Error('nothing was planned');
  const {plan, findings} = planned;
  const {operator, setWish} = makeOperator(take, clock, () => hands);
  const hands = makeHands({fake, clock, cluster, plan, wish: setWish});

  /** One process of lakeup: it watches as long as it runs. One that was killed neither asks nor keeps anything more. */
  const live = async (beginning: Beginning): Promise<RunEnd | null> => {
    const closed = new AbortController();
    const {signal} = closed;
    isDead = false;
    watching(signal).catch(error => failures.push(error));
    const end = await done(
      run(beginning, {
        system,
        cluster,
        onSighting: sighting => {
          if (!signal.aborted) witness.see(sighting);
        },
        lease: null,
        onHeadway: () => undefined,
        publish: event => {
          isOver ||= until(event);
          void beside?.(event, hands).catch(error => failures.push(error));
        },
        world: {
          clock,
          chance: engineChance,
          transport: {...transport, ask: (...asked) => (signal.aborted ? NEVER : transport.ask(...asked))},
          operator,
          journal: {
            append: async event => {
              if (isOver) return undefined;
              if (signal.aborted || isDead) return NEVER;
              events.push(structuredClone(event));
              if (events.length < most && !killedAfter(event)) return undefined;
              isDead = true;
              return NEVER;
            },
          },
        },
      }),
    );
    closed.abort();
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    return end;
  };

  const id = makeRunId(clock.now(), engineChance);
  const first = {
    type: 'run.planned',
    run: id,
    lakeup: 'recorded',
    inventory: 'inventory.yaml',
    plan,
    findings,
  } as const;
  let end = await live({kind: 'new', planned: first});
  while (end?.end === 'left' || (isDead && events.length < most)) {
    setWish('go');
    isDead = false;
    await done(clock.sleep(AWAY_MS));
    end = await live({kind: 'resumed', events: [...events], lakeup: 'recorded'});
  }
  return {events, sightings: witness.kept, cluster, clock: turning, fake};
};

/** Records a take. The same take makes the same recording, byte for byte. */
export const makeRecording = async (take: Take): Promise<Recording> => {
  const {events, sightings, cluster} = await carryOut(take);
  const last = events.at(-1)?.at ?? START_MS;
  return {
    journal: journalOf(events),
    sightings: sightings
      .filter(({at}) => at <= last)
      .map(sighting => `${JSON.stringify(sighting)}\n`)
      .join(''),
    inventory: take.inventory,
    cluster: `${JSON.stringify(screenCluster(cluster, take.system))}\n`,
  };
};
