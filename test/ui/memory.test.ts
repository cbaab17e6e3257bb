import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {expect, test} from 'vitest';
import type {Ask, ReplyTo, Request} from '../../src/model/ask.ts';
import type {HostId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {watch} from '../../src/probe/watch.ts';
import {runTicks} from '../../src/store/feed.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../fakes/doris/cluster.ts';
import {memory} from '../fakes/doris/memory.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock} from '../sim/virtual-clock.ts';
import {ownCluster} from './clusters.ts';
import {NIGHT} from './harness.ts';

/*
 * What a screen holds that is open for hours: fourteen nodes are watched all the time, and what was seen of them long ago is let go of.
 */

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What is still needed, in bytes. */
const heldBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

const MINUTE_MS = 60_000;
/** What is remembered, and never grows beyond that, is there by then. */
const SETTLED_MS = 5 * MINUTE_MS;
const LONG_MS = 20 * MINUTE_MS;
/** In bytes: whoever kept every look would hold three times as much more. */
const BUDGET = 1e6;

/** Three MetaServices, a Recycler, six backends, four frontends. */
const FOURTEEN = {ms: 3, rc: 1, be: [3, 3], fe: 4};

/** What a host answers instead at that moment; null: what its nodes do. */
type Instead = (host: HostId, request: Request, now: number) => ReplyTo<Request> | null;

/** How much more is held after a while at a question that nobody answers, and what the screen knows then. */
const watched = async (instead: Instead = () => null) => {
  const clock = makeVirtualClock(NIGHT);
  const chance = seededRandom(1);
  const {store, feed, run} = await ownCluster(FOURTEEN, 'asked')({clock, chance, lang: 'en', theme: 'dark'});
  const groups = {cg_: 3, cg_x: 3};
  const cluster = makeMemoryCluster({ms: 3, recyclers: 1, groups, fe: 4}, '3.1.2', 'lake-demo');
  const fake = memory.boot(cluster, {clock, chance, faults: []});
  const over = new AbortController();
  const ask: Ask = async (host, request) => {
    const reply = await fake.answer(host, request);
    // What is answered instead is of the request's own kind.
    return (instead(host, request, clock.now()) ?? reply) as typeof reply;
  };
  const {signal} = over;
  const looker = {system: doris, cluster, clock, ask};
  void run(signal);
  void runTicks(feed, clock, signal);
  void watch(looker, {
    ...{periodMs: 2_000, slowestMs: 15_000, chance: seededRandom(2), signal},
    onSighting: feed.sighting,
  });
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    void clock.sleep(ms);
    await clock.turnUntil(() => clock.now() >= until, until + MINUTE_MS);
  };
  await pass(SETTLED_MS);
  const before = heldBytes();
  await pass(LONG_MS);
  const grown = heldBytes() - before;
  const state = store.getState();
  over.abort();
  return {grown, state};
};

const NOBODY: ReplyTo<Request> = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
const MUTE: ReplyTo<Request> = {kind: 'lost', trouble: 'timeout', detail: plain('no answer')};

test('at a question that nobody answers nothing more is held as time goes by', async () => {
  const {grown, state} = await watched();
  expect(state.questions).toHaveLength(1);
  expect([...state.looks.values()].every(({status}) => status?.look.kind === 'seen')).toBe(true);
  expect(grown).toBeLessThan(BUDGET);
});

test('beside a node that comes and goes either', async () => {
  const {grown, state} = await watched((host, request, now) => {
    if (!host.endsWith('.5') || Math.floor(now / MINUTE_MS) % 2 === 0) return null;
    if (request.kind !== 'shell') return NOBODY;
    return {kind: 'shell', code: 0, stdout: `self=${host}\n`, stderr: '', cut: false, ms: 5};
  });
  expect(state.log.length).toBeGreaterThan(10);
  expect(grown).toBeLessThan(BUDGET);
});

test('nor beside hosts that do not answer', async () => {
  const {grown, state} = await watched(host => (/[37]$/.test(host) ? MUTE : null));
  const silent = [...state.looks.values()].filter(({status}) => status?.look.kind === 'silent');
  expect(silent.length).toBeGreaterThan(2);
  expect(grown).toBeLessThan(BUDGET);
});
