import {lookForPrune} from '../../src/cli/prune-survey.ts';
import {makeLease} from '../../src/engine/lease.ts';
import {type Beginning, run} from '../../src/engine/run.ts';
import {stamp} from '../../src/lib/stamp.ts';
import type {Copy} from '../../src/model/copy.ts';
import type {Event} from '../../src/model/event.ts';
import {type HostId, RunId} from '../../src/model/ids.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import {Plan} from '../../src/model/plan.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {type Ended, keptPlaces} from '../../src/plan/kept-places.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {prunePlan} from '../../src/plan/prune.ts';
import {type Disks, type Lying, type ScriptBugs, withKept} from '../fakes/common/memory-kept.ts';
import {withLeases} from '../fakes/common/memory-leases.ts';
import type {FakeCluster} from '../fakes/memory.ts';
import {drive, fresh, inTime, planFor} from '../walks/drive.ts';
import {makeFaultyNetwork} from './faulty-network.ts';
import {makeFreshRule} from './gates-fresh.ts';
import {makeLife} from './life.ts';
import {makeMeasuredRule} from './measured.ts';
import {makeQuestionRule} from './questions.ts';
import {seededRandom} from './random.ts';
import type {Subject} from './subject.ts';
import {makeSwarm} from './swarm.ts';
import {makeVirtualClock} from './virtual-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const FAULTS_WITHIN_MS = HOUR_MS;
const LIVES_AT_MOST = 60;
const HOLDS_AT_MOST = 12;

const PRUNE = RunId.parse('20260102-000000-prun');

export type PruneStory = {
  readonly problems: readonly string[];
  readonly lines: () => string[];
  readonly crashes: number;
  /** Every node was verified, and all that was to go is gone; else it is held, because of what was done to a place meanwhile. */
  readonly ended: boolean;
};

/** Bugs that are put in: in the scripts of the hosts, and in the plan. */
export type Planted = {readonly scripts?: ScriptBugs; readonly planned?: (plan: Plan) => Plan};

/** Others meddle before so many requests, if they do: at any time from the first question to the end. */
const MEDDLES_WITHIN = 500;

/** What is done to a place by others while the run is at it: each of it must keep the place. */
const MEDDLING = ['changes', 'link', 'process', 'exchanged', 'removed by hand'] as const;
type Meddling = (typeof MEDDLING)[number];

const meddle = (disks: Disks, how: Meddling, host: HostId, path: string): boolean => {
  const lying = disks.lying(host, path);
  if (lying === null) return false;
  switch (how) {
    case 'changes':
      disks.put(host, path, {
        ...lying,
        files: lying.files + 1,
        bytes: lying.bytes + 10,
        newest: lying.newest + 60,
      });
      return true;
    case 'link':
      disks.put(host, path, {...lying, kind: 'symlink', leads: `/live/${host}`});
      return true;
    case 'process':
      disks.put(host, path, {...lying, at: 1});
      return true;
    case 'exchanged':
      disks.put(host, path, {...lying, id: lying.id + 1_000});
      return true;
    case 'removed by hand':
      disks.take(host, path);
      return true;
  }
};

const copyOf =
  ({copy}: FakeCluster): Copy =>
  (request, onProgress, signal = new AbortController().signal) => {
    if (copy === undefined) throw new Error('this fake copies no files');
    return copy(request, onProgress, signal);
  };

/** Everything else on the disks is as it was. */
const bystanders = (disks: Disks): string =>
  JSON.stringify(disks.places().filter(({path}) => path.startsWith('/live/') || path.startsWith('/others/')));

/**
 * A run that ended well is pruned by the real engine, by a plan of what was seen, with everything going wrong that the seed asks for:
 * connections, answers, lakeup dying at any append and in the middle of a removal, an operator who answers anything, and others
 * who change what lies there. Nothing may vanish but what the journal of the first run names, and that only as the last question
 * showed it.
 */
export const simulatePrune = async (
  subject: Pick<Subject, 'system' | 'cluster' | 'fake'>,
  seed: number,
  {scripts: bugs = {}, planned = plan => plan}: Planted = {},
): Promise<PruneStory> => {
  const {system, cluster} = subject;
  const chance = seededRandom(seed);
  const swarm = makeSwarm(chance);
  const clock = makeVirtualClock(START_MS);
  const fake = withKept(
    withLeases(subject.fake.boot(cluster, {clock, chance: seededRandom(seed + 1), faults: []}), clock, {
      chance: seededRandom(seed + 2),
    }),
    clock,
    bugs,
  );
  const {disks} = fake;
  const driving = {system, cluster, clock, ask: fake.answer, copy: copyOf(fake)};
  const upgrade = await drive(fresh(await planFor(driving)), driving);
  if (upgrade.state.verdict === null) throw new Error('the upgrade did not end');
  const ended: Ended = {state: upgrade.state, system, cluster};
  const {places} = keptPlaces(ended);
  const named = new Set<string>();
  for (const [i, {node, path, kind, bytes}] of places.entries()) {
    const {host} = nodeOf(cluster, node);
    named.add(`${host} ${path}`);
    const size = bytes ?? 50_000 + i;
    const lying: Lying = {
      kind: kind === 'backup' ? 'file' : 'dir',
      id: 100 + i,
      files: 40,
      bytes: size,
      newest: 1_000,
      at: 0,
    };
    disks.put(host, path, lying);
  }
  for (const {id: host} of cluster.hosts)
    for (const path of [`/live/${host}`, `/others/${host}`])
      disks.put(host, path, {kind: 'dir', id: 1, files: 9, bytes: 9, newest: 9, at: 1});
  const untouched = bystanders(disks);

  const looked = await inTime(clock, lookForPrune(driving, ended));
  if (looked.problems.length > 0)
    throw new Error(
      looked.problems.map(({node, title, seen}) => `${node} ${title.en}: ${seen?.en}`).join('; '),
    );
  const made = prunePlan(ended, looked.survey, stamp(clock.now()));
  if (made === null) throw new Error('there is nothing to prune');
  const whole = Plan.parse(JSON.parse(JSON.stringify(made)));
  const broken = planProblems(whole, system, cluster);
  if (broken.length > 0) throw new Error(broken.map(({en}) => en).join(' '));
  const plan = planned(whole);

  const problems: string[] = [];
  const told: string[] = [];
  const tell = (line: string): void =>
    void told.push(`${((clock.now() - START_MS) / 1000).toFixed(1)} s  ${line}`);
  const blame = (found: readonly string[]): void => {
    for (const problem of found.filter(each => !problems.includes(each))) {
      problems.push(problem);
      tell(`BROKEN: ${problem}`);
    }
  };
  const synced: Event[] = [];
  let folded: RunState | null = null;
  let crashes = 0;
  let healed = false;
  let holds = 0;
  let vanishedSeen = 0;
  let meddled: {readonly how: Meddling; readonly host: HostId; readonly path: string} | null = null;
  const begunAt = clock.now();
  const unasked = makeQuestionRule(plan);
  const fresher = makeFreshRule(plan);
  const measured = makeMeasuredRule(plan);
  const shown = new Map<string, string>();

  const lookAround = (): void => {
    if (bystanders(disks) !== untouched) blame(['something vanished or changed that no journal names']);
    for (const {host, path, was} of disks.vanished.slice(vanishedSeen)) {
      tell(`${host}: ${path} goes`);
      const its = path.replace(/\.lakeup-going-\d{8}_\d{6}-/, '');
      if (!named.has(`${host} ${its}`)) blame([`${path} on ${host} vanished, and no journal names it`]);
      if (path !== its) continue;
      if (shown.get(`${host} ${path}`) !== `${was.files} ${was.bytes}`)
        blame([
          `${path} on ${host} vanished with ${was.files} files and ${was.bytes} bytes; the question showed ${shown.get(`${host} ${path}`) ?? 'nothing'}`,
        ]);
      if (was.at > 0) blame([`${path} on ${host} vanished while a process was at work in it`]);
      if (was.kind === 'symlink') blame([`${path} on ${host} was a link, and was removed`]);
    }
    vanishedSeen = disks.vanished.length;
  };
  const noteShown = (event: Event): void => {
    if (event.type !== 'gate.reached') return;
    const gate = plan.phases.flatMap(({gates}) => gates).find(({id}) => id === event.gate);
    if (gate?.kind !== 'confirm') return;
    for (const [i, facts] of event.blast.entries()) {
      const node = gate.blast[i]?.node;
      if (node === undefined) continue;
      shown.set(
        `${nodeOf(cluster, node).host} ${String(facts.path)}`,
        `${String(facts.files)} ${String(facts.bytes)}`,
      );
    }
  };

  const network = makeFaultyNetwork(fake, clock, chance, {...swarm, slowestMs: 15_000});
  const leaseChance = seededRandom(seed + 3);
  let untilMeddling = chance() < 0.6 ? Math.floor(chance() * MEDDLES_WITHIN) : Number.POSITIVE_INFINITY;
  const live = async (): Promise<'crashed' | 'left' | 'ended' | 'held'> => {
    let over: 'left' | 'ended' | null = null;
    const life = makeLife({
      clock,
      dateOff: () => 0,
      chance,
      swarm: {...swarm, disturb: 0},
      network,
      healed: () => healed,
      keep: event => {
        blame(unasked(event));
        blame(fresher.happened(event));
        blame(measured.happened(event));
        noteShown(event);
        synced.push(event);
        folded = reduce(folded, event);
        const {type, seq, at: _, ...rest} = event;
        tell(`${seq} ${type}${type === 'run.planned' ? '' : ` ${JSON.stringify(rest).slice(0, 300)}`}`);
      },
      beforeRequest: () => {
        untilMeddling -= 1;
        if (untilMeddling > 0 || meddled !== null || healed) return;
        const place = places[Math.floor(chance() * places.length)];
        const how = MEDDLING[Math.floor(chance() * MEDDLING.length)];
        if (place === undefined || how === undefined) return;
        const {host} = nodeOf(cluster, place.node);
        if (!meddle(disks, how, host, place.path)) return;
        meddled = {how, host, path: place.path};
        tell(`outside: ${how}: ${place.path} on ${host}`);
      },
      afterRequest: lookAround,
      onHold: () => {
        holds += healed ? 1 : 0;
        return null;
      },
      thinksMs: () => 0,
      blame,
      onCrash: () => {
        crashes += 1;
        tell('lakeup crashes');
      },
    });
    const beginning: Beginning =
      synced.length === 0
        ? {
            kind: 'new',
            planned: {type: 'run.planned', run: PRUNE, lakeup: 'sim', inventory: 'sim', plan, findings: []},
          }
        : {kind: 'resumed', events: [...synced], lakeup: 'sim'};
    void run(beginning, {
      world: life.world,
      system,
      cluster,
      onSighting: sighting => {
        fresher.saw(sighting, clock.now());
        measured.saw(sighting);
      },
      lease: makeLease(
        {ask: life.world.transport.ask, clock: life.world.clock, chance: leaseChance},
        {system, cluster},
        {
          run: PRUNE,
          owner: 'sim',
          reason: () => ({reason: 'sim', stamp: plan.stamp}),
          seen: {},
          known: folded?.lease ?? {token: 0, hands: []},
          over: [],
          kin: [],
        },
      ),
      onHeadway: () => undefined,
      publish: () => lookAround(),
    }).then(
      ({end}) => {
        over = end;
      },
      error => {
        blame([`the engine threw: ${error instanceof Error ? error.stack : String(error)}`]);
        over = 'left';
      },
    );
    await clock.turnUntil(
      () => {
        if (!healed && (clock.now() - begunAt > FAULTS_WITHIN_MS || crashes >= 8)) {
          healed = true;
          network.heal();
          fake.heal();
          tell('all faults stop');
        }
        return over !== null || life.crashed() || problems.length > 0 || holds > HOLDS_AT_MOST;
      },
      begunAt + FAULTS_WITHIN_MS + 12 * HOUR_MS,
    );
    lookAround();
    if (holds > HOLDS_AT_MOST) {
      life.kill();
      return 'held';
    }
    return life.crashed() ? 'crashed' : (over ?? 'left');
  };

  let end: Awaited<ReturnType<typeof live>> = 'left';
  try {
    for (let lives = 1; lives <= LIVES_AT_MOST && problems.length === 0; lives += 1) {
      end = await live();
      if (end === 'ended' || end === 'held') break;
    }
  } catch (error) {
    blame([error instanceof Error ? error.message : String(error)]);
  }
  const how = (meddled as {readonly how: Meddling} | null)?.how ?? null;
  if (problems.length === 0) {
    const left = disks
      .places()
      .filter(({path}) => !path.startsWith('/live/') && !path.startsWith('/others/'));
    if (end === 'ended' && left.length > 0)
      blame([`it ended, and ${left.map(({path}) => path).join()} is there`]);
    if (end !== 'ended' && (how === null || how === 'removed by hand'))
      blame([`it did not end, and nothing that is left explains it: ${end}`]);
  }
  return {problems, lines: () => told, crashes, ended: end === 'ended'};
};
