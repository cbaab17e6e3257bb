import {makeLease, type Wanted} from '../../src/engine/lease.ts';
import {changesSeen, isForeign, lookAtLeases} from '../../src/engine/look-lease.ts';
import {type Beginning, run} from '../../src/engine/run.ts';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import {type HostId, RunId} from '../../src/model/ids.ts';
import {leasePlaces} from '../../src/model/lease.ts';
import type {Plan} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Transport} from '../../src/model/world.ts';
import {type Deed, withLeases} from '../fakes/common/memory-leases.ts';
import {downAtEndProblems, downProblems, eventProblems, onceProblems} from './checkers.ts';
import {makeFaultyNetwork, NO_FAULTS} from './faulty-network.ts';
import {makeLife} from './life.ts';
import {planFor} from './plan-for.ts';
import {seededRandom} from './random.ts';
import {makeSleeper, type Sleeper} from './sleeper.ts';
import type {Subject} from './subject.ts';
import {makeSwarm} from './swarm.ts';
import {makeVirtualClock} from './virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The first one works for this long at most before its machine is closed. */
const CLOSED_WITHIN_MS = 15 * MINUTE_MS;
/** All faults stop after this, and everything must end within the time after it. */
const FAULTS_WITHIN_MS = 2 * HOUR_MS;
const END_WITHIN_MS = 6 * HOUR_MS;
/** What is done under another's lease may come this long after. */
const LOOKED_AT_FOR_MS = 30 * MINUTE_MS;
/** One that is told of another's lease so often is given up by its operator. */
const REFUSALS_AT_MOST = 4;

const FIRST = RunId.parse('20260101-000000-aaaa');
const OTHER = RunId.parse('20260101-010000-bbbb');

/** `again`: the same run, resumed elsewhere with a copy of its journal. `over`: another run, that takes over. `shy`: one that does not. */
const SECONDS = ['again', 'over', 'shy'] as const;
type Second = (typeof SECONDS)[number];

export type TwoHands = {
  readonly problems: readonly string[];
  readonly second: Second;
  /** Which run verified every node; null where both stay held. */
  readonly ended: string | null;
  readonly refusals: number;
  readonly lines: readonly string[];
};

export type Bugs = {
  /** Hosts carry out whatever they are sent. */
  readonly fences?: boolean;
  /** Runs do not take a lease. */
  readonly leases?: boolean;
  /** Who takes over does not wait for what is at work. */
  readonly waits?: boolean;
  /** Nothing that is asked is withdrawn. */
  readonly withdraws?: boolean;
};

/** Actions of two runs, or of two numbers, that were at work on one host at the same time. */
export const writersProblems = (deeds: readonly Deed[]): string[] => {
  const problems: string[] = [];
  const byHost = Map.groupBy(deeds, ({host}) => host);
  for (const [host, there] of byHost) {
    const sorted = there.toSorted((a, b) => a.begunAt - b.begunAt);
    let last: Deed | undefined;
    for (const deed of sorted) {
      const end = last?.endedAt ?? 0;
      if (last !== undefined && deed.begunAt < end && deed.sentBy !== last.sentBy)
        problems.push(
          `${host} had two writers: ${last.name} of the ${last.sentBy} and ${deed.name} of the ${deed.sentBy}`,
        );
      if (last === undefined || (deed.endedAt ?? 0) > end) last = deed;
    }
  }
  return problems;
};

/** Actions that began after another run, or another number, had the lease of the whole cluster. */
const olderProblems = (
  deeds: readonly Deed[],
  reigns: readonly {readonly at: number; readonly run: string; readonly token: number}[],
): string[] =>
  deeds.flatMap(deed => {
    const reign = reigns.findLast(({at}) => at < deed.begunAt);
    return reign === undefined || (reign.run === deed.run && reign.token === deed.token)
      ? []
      : [
          `${deed.name} of ${deed.run} (${deed.token}) was carried out under the lease of ${reign.run} (${reign.token})`,
        ];
  });

/** The same way to the hosts, with who sends each action; `deaf`: nobody there says whether its lease still stands. */
const sentBy = (name: string, network: Transport, deaf: boolean): Transport => ({
  ...network,
  ask: <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind !== 'shell') return network.ask(host, request);
    const {body, vars} = request.script;
    if (deaf && body.name === 'lease.beat') return network.ask(host, {...request, timeoutMs: 1});
    return request.shell === 'act' && !body.name.startsWith('lease.')
      ? network.ask(host, {...request, script: {body, vars: {...vars, sent_by: name}}})
      : network.ask(host, request);
  },
});

type Hand = {
  readonly sleeper: Sleeper;
  readonly kept: Event[];
  state: RunState | null;
  over: 'ended' | 'left' | 'gave up' | null;
  refusals: number;
};

/**
 * One run whose machine is closed in the middle of whatever it is at, and a second lakeup that comes meanwhile: the same run
 * resumed elsewhere, another one that takes over, or one that asks and goes. Then the first machine is opened again. Never are two
 * at work on a host, nothing is done under an older number, and one of the two ends with every node verified.
 */
export const simulateTwo = async (subject: Subject, seed: number, bugs: Bugs = {}): Promise<TwoHands> => {
  const {fences = true, leases = true, waits = true, withdraws = true} = bugs;
  const {system, cluster} = subject;
  const chance = seededRandom(seed);
  const swarm = {...makeSwarm(chance), crash: 0, leave: 0, wish: 0, disturb: 0};
  const clock = makeVirtualClock(START_MS);
  const fake = withLeases(subject.fake.boot(cluster, {clock, chance, faults: []}), clock, {fences});
  const network = makeFaultyNetwork(fake, clock, chance, {...swarm, slowestMs: 15_000});
  const still = makeFaultyNetwork(fake, clock, chance, NO_FAULTS);
  const places = leasePlaces(system, cluster.nodes);
  const second = SECONDS[Math.floor(chance() * SECONDS.length)] ?? 'over';
  const closedAt = START_MS + CLOSED_WITHIN_MS * chance() ** 3;
  const secondAt = closedAt + (chance() < 0.5 ? 10_000 : 5 * MINUTE_MS) * chance();
  const openedAt = secondAt + (chance() < 0.5 ? 2 * MINUTE_MS : 40 * MINUTE_MS) * chance();
  /** No answer to what it asks of its lease comes through: then only the hosts themselves stand in its way. */
  const isDeaf = chance() < 0.5;
  // A stream of its own. While a question stands, the run behind it may lose its lease.
  const thinkChance = seededRandom(seed + 0x7417);
  const problems: string[] = [];
  const lines: string[] = [];
  const reigns: {at: number; run: string; token: number}[] = [];
  let healed = false;

  const tell = (words: string): void => {
    lines.push(`${((clock.now() - START_MS) / 1_000).toFixed(1).padStart(8)} s  ${words}`);
  };
  const blame = (found: readonly string[]): void => {
    for (const problem of found.filter(known => !problems.includes(known))) {
      problems.push(problem);
      tell(`BROKEN: ${problem}`);
    }
  };
  const lookAround = (): void => {
    if (subject.rolling) blame(downProblems(cluster, fake));
  };

  const begin = (
    name: string,
    id: RunId,
    plan: Plan,
    past: readonly Event[],
    seen: Readonly<Record<string, number>>,
    over: readonly RunId[],
    lease: Pick<Wanted, 'token' | 'hand'> | null = null,
  ): Hand => {
    const kept = [...past];
    const life = makeLife({
      clock,
      dateOff: () => 0,
      chance,
      swarm,
      network: sentBy(name, network, name === 'first' && isDeaf),
      healed: () => healed,
      keep: event => {
        blame(eventProblems(hand.state, event).map(problem => `${name}: ${problem}`));
        kept.push(event);
        hand.state = reduce(hand.state, event);
        const {type, seq: _seq, at: _at, ...rest} = event;
        tell(`${name} ${type}${type === 'run.planned' ? '' : ` ${JSON.stringify(rest)}`}`);
        if (event.type === 'lease.taken') reigns.push({at: clock.now(), run: id, token: event.token});
      },
      beforeRequest: () => undefined,
      afterRequest: lookAround,
      onHold: ({holds}) => {
        if (holds[0]?.kind === 'lease') hand.refusals += 1;
        if (hand.refusals > REFUSALS_AT_MOST) hand.over ??= 'gave up';
        return null;
      },
      blame,
      thinksMs: () => (thinkChance() < 0.3 ? 10 * MINUTE_MS * thinkChance() : 0),
      onCrash: () => undefined,
    });
    const {operator} = life.world;
    const confirm: typeof operator.confirm = (gate, state, signal) =>
      operator.confirm(gate, state, withdraws ? signal : new AbortController().signal);
    const sleeper = makeSleeper({...life.world, operator: {...operator, confirm}});
    const hand: Hand = {
      sleeper,
      kept,
      state: past.length === 0 ? null : past.reduce<RunState | null>(reduce, null),
      over: null,
      refusals: 0,
    };
    const {world} = sleeper;
    const beginning: Beginning =
      past.length === 0
        ? {
            kind: 'new',
            planned: {type: 'run.planned', run: id, lakeup: 'sim', inventory: 'sim', plan, findings: []},
          }
        : {kind: 'resumed', events: [...past], lakeup: 'sim'};
    const its = leases
      ? makeLease(
          {ask: world.transport.ask, clock: world.clock, chance},
          {system, cluster},
          {
            run: id,
            owner: name,
            reason: () => ({reason: 'sim', stamp: plan.stamp}),
            seen,
            known: hand.state?.lease ?? {token: lease?.token ?? 0, hands: lease === null ? [] : [lease.hand]},
            over,
          },
        )
      : null;
    void run(beginning, {
      world,
      system,
      cluster,
      lease: its,
      onSighting: () => undefined,
      onHeadway: () => undefined,
      publish: lookAround,
    }).then(
      ({end}) => {
        hand.over ??= end;
      },
      error => {
        blame([`${name}: the engine threw: ${error instanceof Error ? error.stack : String(error)}`]);
      },
    );
    return hand;
  };

  const planned = async (): Promise<Plan | null> =>
    (await planFor(subject, still, clock).catch(() => null))?.plan ?? null;
  const until = (done: () => boolean): Promise<void> =>
    clock.turnUntil(
      () => {
        if (!healed && clock.now() - START_MS > FAULTS_WITHIN_MS) {
          healed = true;
          network.heal();
          fake.heal();
          tell('all faults stop');
        }
        return done() || problems.length > 0;
      },
      START_MS + FAULTS_WITHIN_MS + END_WITHIN_MS,
    );
  const waitFor = async <T>(work: Promise<T>): Promise<T | null> => {
    const box: {value: T | null; done: boolean} = {value: null, done: false};
    void work.then(value => {
      box.value = value;
      box.done = true;
    });
    await until(() => box.done);
    return box.value;
  };

  // Time goes by also where nobody waits for anything.
  const story = new AbortController();
  void (async () => {
    while (!story.signal.aborted) await clock.sleep(1_000, story.signal);
  })();
  const plan = await waitFor(planned());
  if (plan === null) throw new Error('no plan was made');
  const first = begin('first', FIRST, plan, [], {}, []);
  await until(() => clock.now() >= closedAt || first.over !== null);
  first.sleeper.sleep();
  tell('the first machine is closed');
  await until(() => clock.now() >= secondAt);

  /** As `lakeup upgrade` does: whose lease is it, take over, wait, look, plan; or give it back. */
  const comeOver = async (agreed: boolean): Promise<Hand | null> => {
    const world = {ask: still.ask, clock, chance};
    const looked = leases ? await lookAtLeases(world, places) : [];
    const met = looked.some(each => each.kind === 'seen' && isForeign(each.seen, OTHER, []));
    if (met && !agreed) return null;
    const over = met ? [FIRST] : [];
    const seen = changesSeen(looked);
    const reason = () => ({reason: 'sim', stamp: ''});
    const claim = {run: OTHER, owner: 'second', reason, seen, known: {token: 0, hands: []}, over};
    const lease = makeLease(world, {system, cluster}, claim);
    if (met) {
      const taken = await lease.take(false, async () => undefined);
      tell(`the second takes over: ${taken.kind}`);
      if (taken.kind === 'refused') return null;
      reigns.push({at: clock.now(), run: OTHER, token: taken.token});
      if (waits) await lease.quiet(busy => tell(`waits for ${busy.join(', ')}`));
    }
    const its = await planned();
    if (its === null) {
      tell('the second sees no plan, and gives it back');
      await lease.free(false);
      reigns.pop();
      return null;
    }
    lease.rest();
    return begin('second', OTHER, its, [], seen, over, lease.wanted());
  };

  const other =
    first.over !== null
      ? null
      : second === 'again'
        ? begin('first elsewhere', FIRST, plan, first.kept, {}, [])
        : await waitFor(comeOver(second === 'over'));
  await until(() => clock.now() >= openedAt);
  first.sleeper.wake();
  tell('the first machine is opened');

  const done = (hand: Hand | null): boolean =>
    hand === null || hand.over === 'ended' || hand.over === 'gave up';
  try {
    await until(() => first.over === 'ended' || other?.over === 'ended' || (done(first) && done(other)));
    const looksUntil = clock.now() + LOOKED_AT_FOR_MS;
    await until(() => clock.now() >= looksUntil);
  } catch (error) {
    blame([error instanceof Error ? error.message : String(error)]);
  }
  story.abort();
  const ended = first.over === 'ended' ? 'first' : other?.over === 'ended' ? 'second' : null;
  blame(writersProblems(fake.deeds));
  blame(olderProblems(fake.deeds, reigns));
  if (ended === null && problems.length === 0)
    blame(['no run ended, and nothing is left that keeps both from it']);
  if (problems.length === 0) {
    blame(downAtEndProblems(fake, clock.now(), new Set()));
    if (subject.rolling)
      blame(
        onceProblems({
          cluster,
          plan,
          events: [],
          past: [],
          effects: fake.effects,
          down: fake.down,
          disturbances: [],
        }),
      );
  }
  return {problems, second, ended, refusals: first.refusals + (other?.refusals ?? 0), lines};
};
