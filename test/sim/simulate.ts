import {makeLease} from '../../src/engine/lease.ts';
import type {Kin} from '../../src/engine/look-lease.ts';
import {type Beginning, run} from '../../src/engine/run.ts';
import type {Event} from '../../src/model/event.ts';
import {RunId} from '../../src/model/ids.ts';
import {Plan, planSteps} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import {startLineOf} from '../../src/model/start-by-hand.ts';
import type {RunState} from '../../src/model/state.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {takeBack} from '../../src/plan/take-back.ts';
import {withLeases} from '../fakes/common/memory-leases.ts';
import {makeCarer} from './carer.ts';
import {
  actedProblems,
  downAtEndProblems,
  downProblems,
  eventProblems,
  lostJustBefore,
  onceProblems,
  shownProblems,
} from './checkers.ts';
import {changedProblems, compared} from './compared.ts';
import {makeFaultyNetwork, NO_FAULTS} from './faulty-network.ts';
import {makeFreshRule} from './gates-fresh.ts';
import {makeLieRule, NO_LIE_RULE} from './lie-rule.ts';
import {calmed, describeLies, foretold, LIES_WITHIN_MS, plantLies} from './lies.ts';
import {makeLife} from './life.ts';
import {makePatienceRule} from './patience.ts';
import {Blocked, planFor} from './plan-for.ts';
import {makeQuestionRule} from './questions.ts';
import {seededRandom} from './random.ts';
import {makeSendRule} from './sends.ts';
import {makeSkipper, makeSkipRule, withoutSkipped} from './skips.ts';
import type {Subject, Trace} from './subject.ts';
import {makeSwarm, type Swarm} from './swarm.ts';
import {makeUntrueRule} from './untrue-words.ts';
import {makeVirtualClock, turned} from './virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
/** Faults stop after this much simulated time, or this many crashes, or when nothing else helps. */
const FAULTS_WITHIN_MS = 2 * HOUR_MS;
const CRASHES_AT_MOST = 8;
const LIVES_AT_MOST = 80;
/** A healed run must end within this. */
const END_WITHIN_MS = 4 * HOUR_MS;
const SLOWEST_MS = 15_000;
/** Faults that are untrue words, and no trouble otherwise. */
const LIES: readonly string[] = ['flaps', 'journal-stands'];
/** The date is set by this much at most. */
const DATE_OFF_MS = HOUR_MS;
/** Retries of a healed run's holds, after which it counts as held for good: each of a cluster's nodes may hold it at the end. */
const RETRIES_AT_MOST = 20;

export type Story = {
  readonly seed: number;
  readonly subject: string;
  readonly swarm: Swarm;
  /** What must never happen and did, each a sentence; the run stops at the first. */
  readonly problems: readonly string[];
  /** What happened, line by line; worded only when asked, for most seeds end well. */
  readonly lines: () => string[];
  readonly events: number;
  readonly crashes: number;
  readonly simulatedMs: number;
};

const seconds = (at: number): string => `${((at - START_MS) / 1000).toFixed(1).padStart(9)} s`;

const eventLine = (event: Event): string => {
  const {type, seq, at, ...rest} = event;
  return `${String(seq).padStart(4)} ${seconds(at)}  ${type}${type === 'run.planned' ? '' : ` ${JSON.stringify(rest)}`}`;
};

/**
 * One whole upgrade by the real engine, with everything going wrong that the seed asks for: connections, answers, roles
 * that move, an operator who answers anything, lakeup dying before and after every append and being resumed from what
 * was on disk. Checkers look after every event and effect. Then all faults stop, and the run must end with every node
 * verified, or held for a true reason. The same seed makes the same story.
 */
export const simulate = async (subject: Subject, seed: number): Promise<Story> => {
  const {system, cluster} = subject;
  const chance = seededRandom(seed);
  const swarm = subject.lies === undefined ? makeSwarm(chance) : calmed(makeSwarm(chance), seed);
  const clock = makeVirtualClock(START_MS);
  const faults = subject.faults.flatMap(fault => {
    const node = cluster.nodes[Math.floor(chance() * cluster.nodes.length)];
    const planted = chance() < 0.4 && node !== undefined;
    // Looks that take long see little of what comes and goes: lies are told where they can be seen.
    const seen = swarm.slow === 0 || !LIES.includes(fault);
    return planted && seen ? [{fault, node: node.id}] : [];
  });
  const lies = plantLies(subject.lies ?? [], cluster, {seed, startMs: START_MS});
  const lied = describeLies(lies, START_MS);
  // A stream of its own, as of the date.
  const receiptChance = seededRandom(seed + 0x4ece1);
  const {before} = subject;
  const booted = subject.fake.boot(cluster, {
    clock,
    chance,
    faults: before === undefined ? faults : [],
    lies,
  });
  const whole = await compared(subject, booted.answer, clock);
  if (before !== undefined) {
    await turned(clock, before({system, cluster, fake: booted, clock, seed}));
    if (booted.plant === undefined) throw new Error(`${subject.name}: no fault can be planted there later`);
    booted.plant(faults);
  }
  const beganAt = clock.now();
  const fake = withLeases(booted, clock, {chance: receiptChance});
  const problems: string[] = [];
  const planted = faults.map(({fault, node}) => `${fault}@${node}`).join(', ') || 'none';
  const told: (string | Event)[] = [];
  const disturbances: {at: number; what: string}[] = [];
  // A stream of its own: what the date does changes nothing else in a story.
  const dateChance = seededRandom(~seed);
  const leaseChance = seededRandom(seed + 0x1ea5e);
  const dateIsSet = dateChance() < 0.5 ? 0 : 0.02 * dateChance();
  let dateOff = 0;
  const faultsWithinMs = subject.lies === undefined ? FAULTS_WITHIN_MS : LIES_WITHIN_MS;
  let healed = false;
  let crashes = 0;
  let effectsSeen = 0;
  let holdsHealed = 0;
  let held: RunState | null = null;

  const tell = (line: string): void => {
    told.push(`     ${seconds(clock.now())}  ${line}`);
  };
  const blame = (found: readonly string[]): void => {
    for (const problem of found.filter(known => !problems.includes(known))) {
      problems.push(problem);
      tell(`BROKEN: ${problem}`);
    }
  };

  let plan: Plan | Error | null = null;
  void planFor(subject, makeFaultyNetwork(fake, clock, chance, NO_FAULTS), clock).then(
    made => {
      ({plan} = made);
    },
    error => {
      plan = error instanceof Error ? error : new Error(String(error));
    },
  );
  await clock.turnUntil(() => plan !== null, clock.now() + HOUR_MS);
  const planned = plan as Plan | Error | null;
  // Nothing was changed, and nothing has to be checked.
  if (planned instanceof Blocked && foretold(subject.lies ?? [], lies, planned.nodes, START_MS))
    return {
      ...{seed, subject: subject.name, swarm, problems, lines: () => [...lied, planned.message]},
      ...{events: 0, crashes: 0, simulatedMs: clock.now() - START_MS},
    };
  if (planned === null || planned instanceof Error) throw planned ?? new Error('no plan was made');

  // Whoever is in the middle of another upgrade goes back to what they were before that one.
  const known = new Map([
    ...(await compared(subject, fake.answer, clock)),
    ...[...whole].filter(([name]) => planned.out.some(node => name.startsWith(`${node} `))),
  ]);
  /** What is carried out: the upgrade, and later perhaps what takes it back. */
  const carry = (what: Plan, run: string, broken: Subject['broken'], kin: readonly Kin[] = []) => {
    const past = [...fake.effects];
    /** The same as synced at the time they were kept, whatever the date of lakeup's machine said. */
    const happened: Event[] = [];
    const trace: Trace = {
      cluster,
      plan: what,
      events: happened,
      past,
      get effects() {
        return past.length === 0 ? fake.effects : fake.effects.slice(past.length);
      },
      down: fake.down,
      disturbances,
    };
    return {
      plan: what,
      run: RunId.parse(run),
      broken,
      kin,
      synced: [] as Event[],
      happened,
      trace,
      unasked: makeQuestionRule(what),
      skipped: makeSkipRule(subject, planSteps(what)),
      impatient: makePatienceRule(),
      fresh: makeFreshRule(what),
      lied:
        subject.lies === undefined
          ? NO_LIE_RULE
          : makeLieRule(subject, lies, trace, {startMs: START_MS, swarm}),
      sends: makeSendRule(what, cluster, found => blame(found)),
      folded: null as RunState | null,
    };
  };
  let now = carry(planned, '20260101-000000-sim0', subject.broken);
  // A stream of its own: stories without a way back stay what they were.
  const turnsAt =
    subject.back === undefined
      ? null
      : 5 + Math.floor(seededRandom(seed * 31 + 7)() * (subject.back.withinEvents ?? 250));
  let isTurned = turnsAt === null;
  const isDue = (): boolean => !isTurned && turnsAt !== null && now.synced.length >= turnsAt;
  const network = makeFaultyNetwork(fake, clock, chance, {...swarm, slowestMs: SLOWEST_MS});
  const untrue = makeUntrueRule(fake);
  const lookAround = (): void => {
    if (fake.effects.length === effectsSeen) return;
    if (subject.rolling) blame(downProblems(withoutSkipped(now.trace, 'down').cluster, fake));
    for (const {node, effect, as} of fake.effects.slice(effectsSeen))
      tell(`${node}: ${effect}${as ? ` (${as})` : ''}`);
    effectsSeen = fake.effects.length;
    untrue.note(clock.now());
    blame(now.lied.done());
    blame(now.broken(now.trace));
  };

  const carer = makeCarer(cluster.nodes, fake);
  const skipper = subject.skips === true ? makeSkipper(subject, seed, fake.down) : () => null;
  /** The operator does what the question says of nodes that ended by themselves. */
  const startEnded = (state: RunState): void => {
    for (const node of fake.typed === undefined ? [] : fake.down()) {
      const line = startLineOf(state, system, node);
      if (line === null) continue;
      tell(`${node}, by hand: ${line}`);
      fake.typed?.(node, line);
    }
  };

  const live = async (): Promise<'crashed' | 'left' | 'ended' | 'held'> => {
    let over: 'left' | 'ended' | null = null;
    const life = makeLife({
      clock,
      dateOff: () => dateOff,
      chance,
      swarm,
      network: now.sends.watched(network),
      healed: () => healed,
      keep: event => {
        blame(eventProblems(now.folded, event));
        blame(untrue.happened(event, now.folded, clock.now()));
        blame(actedProblems(now.run, now.folded, event, fake.deeds));
        blame(now.unasked(event));
        blame(now.skipped(event));
        const then = {...event, at: clock.now()};
        blame(now.impatient(then));
        blame(now.fresh.happened(then));
        blame(now.lied.happened(then));
        now.sends.happened(then);
        now.synced.push(event);
        now.happened.push(then);
        now.folded = reduce(now.folded, event);
        told.push(then);
      },
      beforeRequest: () => {
        if (!healed && dateChance() < dateIsSet) {
          dateOff += (2 * dateChance() - 1) * DATE_OFF_MS;
          tell(`the date is set: ${Math.round(dateOff / 1000)} s off`);
        }
        const what = !healed && chance() < swarm.disturb ? fake.disturb() : null;
        if (what === null) return;
        disturbances.push({at: clock.now(), what});
        tell(`outside: ${what}`);
      },
      afterRequest: lookAround,
      onHold: state => {
        const mended = healed ? [] : carer.held(state);
        for (const node of mended) tell(`${node} is put right`);
        if (healed || mended.length > 0) startEnded(state);
        holdsHealed += healed ? 1 : 0;
        if (holdsHealed > RETRIES_AT_MOST) held = state;
        return skipper(state, holdsHealed);
      },
      blame,
      thinksMs: () => 0,
      onCrash: () => {
        crashes += 1;
        tell('lakeup crashes');
      },
    });
    const beginning: Beginning =
      now.synced.length === 0
        ? {
            kind: 'new',
            planned: {
              type: 'run.planned',
              run: now.run,
              lakeup: 'sim',
              inventory: 'sim',
              plan: now.plan,
              findings: [],
            },
          }
        : {kind: 'resumed', events: [...now.synced], lakeup: 'sim'};
    void run(beginning, {
      world: life.world,
      system,
      cluster,
      onSighting: sighting => now.fresh.saw(sighting, clock.now()),
      lease: makeLease(
        {ask: life.world.transport.ask, clock: life.world.clock, chance: leaseChance},
        {system, cluster},
        {
          run: now.run,
          owner: 'sim',
          reason: () => ({reason: 'sim', stamp: planned.stamp}),
          seen: {},
          known: now.folded?.lease ?? {token: 0, hands: []},
          over: [],
          kin: now.kin,
        },
      ),
      onHeadway: () => undefined,
      publish: (event, state) => {
        blame(shownProblems(now.synced, now.folded, event, state));
        lookAround();
        life.maybeWish();
      },
    }).then(
      ({end}) => {
        over = end;
      },
      error => {
        blame([`the engine threw: ${error instanceof Error ? error.stack : String(error)}`]);
        over = 'left';
      },
    );
    const overOrHealed = (): boolean => {
      const isEnough = clock.now() - beganAt > faultsWithinMs || crashes >= CRASHES_AT_MOST;
      if (!healed && (isEnough || carer.givesUp())) {
        healed = true;
        network.heal();
        lies.heal(clock.now());
        fake.heal();
        tell('all faults stop');
      }
      if (isDue()) life.kill();
      return over !== null || held !== null || life.crashed() || problems.length > 0;
    };
    await clock.turnUntil(overOrHealed, beganAt + FAULTS_WITHIN_MS + END_WITHIN_MS);
    lookAround();
    if (held !== null) return 'held';
    return life.crashed() ? 'crashed' : (over ?? 'left');
  };
  const goOn = (end: Awaited<ReturnType<typeof live>>): boolean =>
    (end === 'crashed' || end === 'left') && problems.length === 0;

  /** The run is left as it is, and taken back; where there is no way back it goes on. */
  const turn = (): boolean => {
    isTurned = true;
    if (now.folded === null || subject.back === undefined) return false;
    const taken = takeBack({state: now.folded, system, cluster}, {kind: 'run'});
    const refusals = taken.kind === 'refused' ? [taken.because] : planProblems(taken.plan, system, cluster);
    if (taken.kind === 'refused' || refusals.length > 0) {
      tell(`there is no way back: ${refusals.map(({en}) => en).join(' ')}`);
      return false;
    }
    tell('the run is taken back');
    now = carry(
      Plan.parse(JSON.parse(JSON.stringify(taken.plan))),
      '20260101-000000-sim1',
      subject.back.broken,
      [{run: now.run, hands: now.folded.lease.hands}],
    );
    return true;
  };

  try {
    for (let lives = 1; ; lives += 1) {
      const end = await live();
      const wasDue = isDue() || (end === 'ended' && !isTurned);
      const turns = wasDue && problems.length === 0 && turn();
      if (!turns && !goOn(end)) break;
      if (!turns) tell('lakeup is resumed');
      if (lives >= LIVES_AT_MOST) blame([`lakeup was resumed ${lives} times and the run has not ended`]);
    }
  } catch (error) {
    blame([error instanceof Error ? error.message : String(error)]);
  }
  if (held !== null && problems.length === 0) {
    if (!subject.heldTruly(held, faults) && !now.lied.explains(held))
      blame(['the run stays held, and nothing that is left of the faults explains it']);
    else tell('the run is held for a true reason');
  } else if (problems.length === 0) {
    const verified = now.folded?.verdict?.verified ?? [];
    blame(now.broken(now.trace));
    // Before nodes are compared, which takes time too.
    const gone = lostJustBefore(fake, clock.now());
    const skipped = new Set<string>(now.folded === null ? [] : Object.keys(now.folded.skipped));
    const down = downAtEndProblems(fake, clock.now(), skipped);
    if (now.plan.direction === 'forward')
      blame(onceProblems(now.lied.counted(withoutSkipped(now.trace, 'all'))));
    else blame(changedProblems(known, await compared(subject, fake.answer, clock, gone)));
    blame(down);
    blame(
      cluster.nodes
        .filter(({id}) => !verified.includes(id) && !skipped.has(id))
        .map(({id}) => `the run ended without ${id} verified`),
    );
  }
  const simulatedMs = clock.now() - START_MS;
  const lines = (): string[] => [
    `faults: ${planted}`,
    ...lied,
    ...told.map(line => (typeof line === 'string' ? line : eventLine(line))),
  ];
  return {
    seed,
    subject: subject.name,
    swarm,
    problems,
    lines,
    events: now.synced.length,
    crashes,
    simulatedMs,
  };
};
