import {run} from '../../src/engine/run.ts';
import {seededRandom} from '../../src/lib/random.ts';
import {stamp} from '../../src/lib/stamp.ts';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Event} from '../../src/model/event.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type NodeId, RunId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Clock, Operator, World} from '../../src/model/world.ts';
import {makePlan} from '../../src/plan/make-plan.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {lookOnce} from '../../src/probe/look.ts';
import {type FaultyNetwork, makeFaultyNetwork, NO_FAULTS} from '../../src/sim/faulty-network.ts';
import {makeVirtualClock} from '../../src/sim/virtual-clock.ts';
import {downProblems, eventProblems, onceProblems, shownProblems} from './checkers.ts';
import type {Subject, Trace} from './subject.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
/** Faults stop after this much simulated time, or this many crashes. */
const FAULTS_WITHIN_MS = 3 * HOUR_MS;
const CRASHES_AT_MOST = 6;
/** A healed run must end within this. */
const END_WITHIN_MS = 4 * HOUR_MS;

/** What one seed switches on: swarm testing leaves some kinds of fault out altogether. */
export type Swarm = {
  readonly refused: number;
  readonly dropped: number;
  readonly answerLost: number;
  readonly slow: number;
  readonly crash: number;
  readonly disturb: number;
  readonly leave: number;
  readonly hold: number;
  readonly wrongWord: number;
};

const makeSwarm = (chance: () => number): Swarm => {
  const some = (most: number): number => (chance() < 0.5 ? 0 : most * chance());
  return {
    refused: some(0.06),
    dropped: some(0.05),
    answerLost: some(0.08),
    slow: some(0.1),
    crash: some(0.04),
    disturb: some(0.02),
    leave: some(0.1),
    hold: some(0.01),
    wrongWord: some(0.5),
  };
};

export type Story = {
  readonly seed: number;
  readonly subject: string;
  readonly swarm: Swarm;
  readonly problems: readonly string[];
  readonly lines: readonly string[];
  readonly events: number;
  readonly crashes: number;
  readonly simulatedMs: number;
  readonly verified: number;
};

const describeEvent = (event: Event): string => {
  const {type, seq, at, ...rest} = event;
  return `${String(seq).padStart(4)} ${((at - START_MS) / 1000).toFixed(1).padStart(9)} s  ${type} ${type === 'run.planned' ? '' : JSON.stringify(rest)}`;
};

const surveyAll = async (
  subject: Subject,
  network: FaultyNetwork,
  clock: Clock,
): Promise<ReadonlyMap<NodeId, Facts>> => {
  const looker = {
    ...subject,
    clock,
    ask: <R extends Request>(node: NodeId, request: R) => network.ask(node, request),
  };
  const facts = new Map<NodeId, Facts>();
  for (const {id} of subject.cluster.nodes) {
    const {look} = await lookOnce(looker, id, subject.system.survey, 60_000);
    if (look.kind === 'silent') throw new Error(`the survey of ${id} brought nothing: ${look.reason}`);
    facts.set(id, look.facts);
  }
  return facts;
};

/** Surveys the healthy cluster and makes the plan, as the program does. Throws on preflight blocks and plan problems. */
export const planFor = async (subject: Subject, network: FaultyNetwork, clock: Clock): Promise<Plan> => {
  const {system, cluster} = subject;
  const facts = await surveyAll(subject, network, clock);
  const blocks = system.preflight
    .flatMap(({find}) => find({cluster, facts}))
    .filter(({level}) => level === 'block');
  if (blocks.length > 0)
    throw new Error(
      `preflight blocks: ${blocks.map(({check, node, seen}) => `${check} ${node}: ${seen}`).join('; ')}`,
    );
  const procedure = system.procedures.upgrade;
  if (procedure === undefined) throw new Error(`${system.name} has no upgrade`);
  const target = {...system.target({cluster, facts}), stamp: stamp(START_MS)};
  const plan = makePlan(procedure, {cluster, facts, target});
  const problems = planProblems(plan, system, cluster);
  if (problems.length > 0) throw new Error(`the plan is wrong: ${problems.join(' ')}`);
  return plan;
};

const NEVER = new Promise<never>(() => undefined);

/**
 * One whole upgrade by the real engine, with everything going wrong that the seed asks for: connections, answers, roles
 * that move, an operator who answers anything, lakeup dying before and after every append. Checkers look after every
 * event and effect. Then all faults stop, and the run must end with every node verified.
 */
export const simulate = async (subject: Subject, seed: number): Promise<Story> => {
  const chance = seededRandom(seed);
  const swarm = makeSwarm(chance);
  const clock = makeVirtualClock(START_MS);
  const nodes = subject.cluster.nodes;
  const faults = subject.faults.flatMap(fault => {
    const node = nodes[Math.floor(chance() * nodes.length)];
    return chance() < 0.4 && node !== undefined ? [{fault, node: node.id}] : [];
  });
  const fake = subject.system.fake.boot(subject.cluster, {clock, chance, faults});
  const problems: string[] = [];
  const lines: string[] = [
    `faults: ${faults.map(({fault, node}) => `${fault}@${node}`).join(', ') || 'none'}`,
  ];
  const disturbances: {at: number; what: string}[] = [];
  const synced: Event[] = [];
  let folded: RunState | null = null;
  let healed = false;
  let crashes = 0;
  let effectsSeen = 0;

  const tell = (line: string): void =>
    void lines.push(`     ${((clock.now() - START_MS) / 1000).toFixed(1).padStart(9)} s  ${line}`);
  const blame = (found: readonly string[]): void => {
    for (const problem of found) {
      if (problems.includes(problem)) continue;
      problems.push(problem);
      tell(`BROKEN: ${problem}`);
    }
  };
  const disturb = (): void => {
    const what = fake.disturb();
    if (what === null) return;
    disturbances.push({at: clock.now(), what});
    tell(`outside: ${what}`);
  };

  const calm = makeFaultyNetwork(fake, clock, chance, NO_FAULTS);
  let plan: Plan | null = null;
  const planned = planFor(subject, calm, clock).then(made => void (plan = made));
  let planFailure: unknown = null;
  planned.catch(error => void (planFailure = error));
  await clock.turnUntil(() => plan !== null || planFailure !== null, START_MS + HOUR_MS);
  await planned;
  if (plan === null) throw new Error('no plan was made');
  const thePlan: Plan = plan;
  const network = makeFaultyNetwork(fake, clock, chance, {...swarm, slowestMs: 15_000});
  const trace = (): Trace => ({
    cluster: subject.cluster,
    plan: thePlan,
    events: synced,
    effects: fake.effects,
    disturbances,
  });
  const lookAround = (): void => {
    blame(downProblems(subject.cluster, fake));
    if (fake.effects.length === effectsSeen) return;
    for (const {node, effect} of fake.effects.slice(effectsSeen)) tell(`${node}: ${effect}`);
    effectsSeen = fake.effects.length;
    blame(subject.broken(trace()));
  };

  /** One life of lakeup, from start to crash, leave or end. */
  const live = async (): Promise<'crashed' | 'left' | 'ended'> => {
    let dead = false;
    let over: 'crashed' | 'left' | 'ended' | null = null;
    let wish: 'go' | 'hold' | 'leave' = 'go';
    let listeners: (() => void)[] = [];
    const crash = (): Promise<never> => {
      dead = true;
      over = 'crashed';
      crashes += 1;
      tell('lakeup crashes');
      return NEVER;
    };
    const ours = <T>(promise: Promise<T>): Promise<T> => promise.then(value => (dead ? NEVER : value));
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      dead ? NEVER : ours(clock.sleep(ms, signal));
    const operator: Operator = {
      confirm: async (_gate, state, signal) => {
        await sleep(chance() * 60_000, signal);
        if (!healed && chance() < swarm.leave) return {answer: 'leave'};
        return {answer: 'yes', typed: !healed && chance() < swarm.wrongWord ? 'wrong' : state.plan.cluster};
      },
      choose: async (_state, signal) => {
        await sleep(chance() * 120_000, signal);
        if (!healed && chance() < swarm.leave) return 'leave';
        wish = 'go';
        return 'retry';
      },
      manual: async (_step, _state, signal) => {
        await sleep(chance() * 120_000, signal);
        return 'done';
      },
      wish: () => wish,
      onWish: listener => {
        listeners = [...listeners, listener];
        return () => void (listeners = listeners.filter(known => known !== listener));
      },
    };
    const world: World = {
      clock: {now: clock.now, sleep},
      chance,
      operator,
      journal: {
        append: async event => {
          if (dead) return NEVER;
          await sleep(1);
          if (!healed && chance() < swarm.crash / 2) return crash();
          const before = folded;
          // What was kept is a copy, as on a disk: nobody can change it any more.
          const kept: Event = structuredClone(event);
          blame(eventProblems(before, kept));
          synced.push(kept);
          folded = reduce(before, kept);
          lines.push(describeEvent(kept));
          if (!healed && chance() < swarm.crash / 2) return crash();
        },
      },
      transport: {
        ask: async <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> => {
          if (dead) return NEVER;
          if (!healed && chance() < swarm.disturb) disturb();
          const reply = await network.ask(node, request);
          lookAround();
          return dead ? NEVER : reply;
        },
        close: async () => undefined,
      },
    };
    const wishSomething = (): void => {
      if (healed || wish !== 'go' || chance() >= swarm.hold) return;
      wish = chance() < 0.5 ? 'hold' : 'leave';
      for (const listener of listeners) listener();
    };
    const beginning =
      synced.length === 0
        ? ({
            kind: 'new',
            planned: {
              type: 'run.planned',
              run: RunId.parse('20260101-000000-sim0'),
              lakeup: 'sim',
              inventory: 'sim',
              plan: thePlan,
            },
          } as const)
        : ({kind: 'resumed', events: structuredClone(synced), lakeup: 'sim'} as const);
    run(beginning, {
      world,
      system: subject.system,
      cluster: subject.cluster,
      onSighting: () => undefined,
      publish: (event, state) => {
        blame(shownProblems(synced, folded, event, state));
        lookAround();
        wishSomething();
      },
    }).then(
      ({end}) => void (over ??= end),
      error => {
        blame([`the engine threw: ${error instanceof Error ? error.stack : String(error)}`]);
        over ??= 'left';
      },
    );
    const healWhenDue = (): boolean => {
      if (!healed && (clock.now() - START_MS > FAULTS_WITHIN_MS || crashes >= CRASHES_AT_MOST)) {
        healed = true;
        network.heal();
        fake.heal();
        tell('all faults stop');
      }
      return over !== null;
    };
    await clock.turnUntil(healWhenDue, START_MS + FAULTS_WITHIN_MS + END_WITHIN_MS);
    lookAround();
    return over ?? 'left';
  };

  try {
    for (let lives = 0; ; lives += 1) {
      const end = await live();
      if (end === 'ended' || problems.length > 0) break;
      if (lives > 60) throw new Error('lakeup was started 60 times and the run has not ended');
      if (end === 'left') tell('lakeup was left');
    }
  } catch (error) {
    blame([error instanceof Error ? error.message : String(error)]);
  }
  const state = folded as RunState | null;
  const verified = state?.verdict?.verified.length ?? 0;
  if (problems.length === 0) {
    blame(onceProblems(trace()));
    blame(fake.down().map(node => `the run ended verified, and ${node} is down`));
    if (verified !== nodes.length)
      blame([`the run ended with ${verified} of ${nodes.length} nodes verified`]);
  }
  return {
    seed,
    subject: subject.name,
    swarm,
    problems,
    lines,
    events: synced.length,
    crashes,
    simulatedMs: clock.now() - START_MS,
    verified,
  };
};
