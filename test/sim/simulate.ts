import {type Beginning, run} from '../../src/engine/run.ts';
import type {Event} from '../../src/model/event.ts';
import {RunId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {
  downAtEndProblems,
  downProblems,
  eventProblems,
  liedProblems,
  onceProblems,
  shownProblems,
} from './checkers.ts';
import {makeFaultyNetwork, NO_FAULTS} from './faulty-network.ts';
import {makeFreshRule} from './gates-fresh.ts';
import {makeLife} from './life.ts';
import {makePatienceRule} from './patience.ts';
import {planFor} from './plan-for.ts';
import {makeQuestionRule} from './questions.ts';
import {seededRandom} from './random.ts';
import {makeSendRule} from './sends.ts';
import type {Subject, Trace} from './subject.ts';
import {makeSwarm, type Swarm} from './swarm.ts';
import {makeVirtualClock} from './virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
/** Faults stop after this much simulated time, or this many crashes. */
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
  const swarm = makeSwarm(chance);
  const clock = makeVirtualClock(START_MS);
  const faults = subject.faults.flatMap(fault => {
    const node = cluster.nodes[Math.floor(chance() * cluster.nodes.length)];
    const planted = chance() < 0.4 && node !== undefined;
    // Looks that take long see little of what comes and goes: lies are told where they can be seen.
    const seen = swarm.slow === 0 || !LIES.includes(fault);
    return planted && seen ? [{fault, node: node.id}] : [];
  });
  const fake = subject.fake.boot(cluster, {clock, chance, faults});
  const problems: string[] = [];
  const planted = faults.map(({fault, node}) => `${fault}@${node}`).join(', ') || 'none';
  const told: (string | Event)[] = [];
  const disturbances: {at: number; what: string}[] = [];
  const synced: Event[] = [];
  /** The same at the time they were kept, whatever the date of lakeup's machine said. */
  const happened: Event[] = [];
  // A stream of its own: what the date does changes nothing else in a story.
  const dateChance = seededRandom(~seed);
  const dateIsSet = dateChance() < 0.5 ? 0 : 0.02 * dateChance();
  let dateOff = 0;
  let folded: RunState | null = null;
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
  await clock.turnUntil(() => plan !== null, START_MS + HOUR_MS);
  const planned = plan as Plan | Error | null;
  if (planned === null || planned instanceof Error) throw planned ?? new Error('no plan was made');

  const unasked = makeQuestionRule(planned);
  const impatient = makePatienceRule();
  const fresh = makeFreshRule(planned);
  const sends = makeSendRule(planned, cluster, found => blame(found));
  const network = makeFaultyNetwork(fake, clock, chance, {...swarm, slowestMs: SLOWEST_MS});
  const trace: Trace = {
    cluster,
    plan: planned,
    events: happened,
    effects: fake.effects,
    down: fake.down,
    disturbances,
  };
  const lookAround = (): void => {
    if (fake.effects.length === effectsSeen) return;
    if (subject.rolling) blame(downProblems(cluster, fake));
    for (const {node, effect, as} of fake.effects.slice(effectsSeen))
      tell(`${node}: ${effect}${as ? ` (${as})` : ''}`);
    effectsSeen = fake.effects.length;
    blame(subject.broken(trace));
  };

  const live = async (): Promise<'crashed' | 'left' | 'ended' | 'held'> => {
    let over: 'left' | 'ended' | null = null;
    const life = makeLife({
      clock,
      dateOff: () => dateOff,
      chance,
      swarm,
      network: sends.watched(network),
      healed: () => healed,
      keep: event => {
        blame(eventProblems(folded, event));
        blame(liedProblems(event, fake.lies()));
        blame(unasked(event));
        const then = {...event, at: clock.now()};
        blame(impatient(then));
        blame(fresh.happened(then));
        sends.happened(then);
        synced.push(event);
        happened.push(then);
        folded = reduce(folded, event);
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
        holdsHealed += healed ? 1 : 0;
        if (holdsHealed > RETRIES_AT_MOST) held = state;
      },
      onCrash: () => {
        crashes += 1;
        tell('lakeup crashes');
      },
    });
    const run0 = RunId.parse('20260101-000000-sim0');
    const beginning: Beginning =
      synced.length === 0
        ? {
            kind: 'new',
            planned: {
              type: 'run.planned',
              run: run0,
              lakeup: 'sim',
              inventory: 'sim',
              plan: planned,
              findings: [],
            },
          }
        : {kind: 'resumed', events: [...synced], lakeup: 'sim'};
    void run(beginning, {
      world: life.world,
      system,
      cluster,
      onSighting: sighting => fresh.saw(sighting, clock.now()),
      onHeadway: () => undefined,
      publish: (event, state) => {
        blame(shownProblems(synced, folded, event, state));
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
      if (!healed && (clock.now() - START_MS > FAULTS_WITHIN_MS || crashes >= CRASHES_AT_MOST)) {
        healed = true;
        network.heal();
        fake.heal();
        tell('all faults stop');
      }
      return over !== null || held !== null || life.crashed() || problems.length > 0;
    };
    await clock.turnUntil(overOrHealed, START_MS + FAULTS_WITHIN_MS + END_WITHIN_MS);
    lookAround();
    if (held !== null) return 'held';
    return life.crashed() ? 'crashed' : (over ?? 'left');
  };
  const goOn = (end: Awaited<ReturnType<typeof live>>): boolean =>
    (end === 'crashed' || end === 'left') && problems.length === 0;

  try {
    for (let lives = 1; goOn(await live()); lives += 1) {
      tell('lakeup is resumed');
      if (lives >= LIVES_AT_MOST) blame([`lakeup was resumed ${lives} times and the run has not ended`]);
    }
  } catch (error) {
    blame([error instanceof Error ? error.message : String(error)]);
  }
  if (held !== null && problems.length === 0) {
    if (!subject.heldTruly(held, faults))
      blame(['the run stays held, and nothing that is left of the faults explains it']);
    else tell('the run is held for a true reason');
  } else if (problems.length === 0) {
    const verified = (folded as RunState | null)?.verdict?.verified ?? [];
    blame(subject.broken(trace));
    blame(onceProblems(trace));
    blame(downAtEndProblems(fake, clock.now()));
    blame(
      cluster.nodes
        .filter(({id}) => !verified.includes(id))
        .map(({id}) => `the run ended without ${id} verified`),
    );
  }
  const simulatedMs = clock.now() - START_MS;
  const lines = (): string[] => [
    `faults: ${planted}`,
    ...told.map(line => (typeof line === 'string' ? line : eventLine(line))),
  ];
  return {seed, subject: subject.name, swarm, problems, lines, events: synced.length, crashes, simulatedMs};
};
