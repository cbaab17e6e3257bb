import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../src/model/ask.ts';
import type {Facts} from '../../src/model/facts.ts';
import {NodeId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {standsWords} from '../../src/ui/at-hand.ts';
import {outageLines} from '../../src/ui/dialogs/meanwhile.ts';
import {penOf} from '../../src/ui/pen.ts';
import {skipSaid} from '../../src/ui/skipping.ts';
import {
  type Answers,
  factsOf as alluxioFacts,
  LED,
  late,
  NOT_FOUND,
  page,
  reset,
  running,
} from '../unit/systems/alluxio/asked.ts';
import {factsOf} from '../unit/systems/doris/memory.ts';
import {boot, but, lost, sqlOf, type World} from '../unit/systems/doris/worlds.ts';
import {type Opened, withScenario} from './harness.ts';

// Every way in which a node can be neither well nor down, and what the screen makes of it: whom it counts as serving.

const answering =
  (...changes: readonly (readonly [(request: Request) => boolean, ReplyTo<Request>])[]) =>
  (id: string): World =>
    but(boot(), (node, request) => (node === id ? (changes.find(([is]) => is(request))?.[1] ?? null) : null));

const http = (request: Request): boolean => request.kind === 'http' && !request.path.includes('SHOW_HA');
const sql = (request: Request): boolean => request.kind === 'sql';
const look = (request: Request): boolean => request.kind === 'shell';
const own = (request: Request): boolean => sqlOf(request) === 'show frontends';
const another: ReplyTo<Request> = {kind: 'http', status: 503, body: 'no'};
const empty: ReplyTo<Request> = {kind: 'shell', code: 0, stdout: '', stderr: '', cut: false, ms: 1};
const closed: ReplyTo<Request> = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};

/** Every frontend's SQL is mute: nobody tells of a backend. */
const nobodyTells = (): World => but(boot(), (_, request) => (sql(request) ? lost : null));
const drains = (id: string): World => {
  const world = boot();
  const host = world.cluster.nodes.find(node => node.id === id)?.host;
  return {
    ...world,
    ask: (async (asked, request) => {
      const reply = await world.ask(asked, request);
      if (reply.kind !== 'sql' || sqlOf(request) !== 'show backends') return reply;
      const rows = reply.rows.map(row => (row.Host === host ? {...row, Status: '{"isShutdown":true}'} : row));
      return {...reply, rows};
    }) as World['ask'],
  };
};

type Form = readonly [node: string, what: string, world: (id: string) => World, health: string];

const NOT_SERVING: readonly Form[] = [
  ['ms-2', 'hangs', answering([http, lost]), 'not-serving'],
  ['ms-2', 'answers as another program', answering([http, another]), 'not-serving'],
  ['ms-2', 'is gone, and somebody answers on its port', answering([look, empty]), 'not-serving'],
  ['be-2', 'hangs', answering([http, lost]), 'not-serving'],
  ['be-2', 'answers as another program', answering([http, another]), 'not-serving'],
  ['be-2', 'is gone, and somebody answers on its port', answering([look, empty]), 'not-serving'],
  ['be-2', 'is about to go', drains, 'not-serving'],
  ['fe-2', 'hangs', answering([http, lost], [sql, lost]), 'not-serving'],
  ['fe-2', 'has a page, and its SQL is mute', answering([sql, lost]), 'not-serving'],
  ['fe-2', 'answers as another program', answering([http, another], [sql, lost]), 'not-serving'],
  ['fe-2', 'is gone, and somebody answers on its port', answering([look, empty]), 'not-serving'],
];

const SERVING: readonly Form[] = [
  ['be-2', 'answers, and no frontend tells of it', nobodyTells, 'degraded'],
  ['fe-2', 'answers SQL, and its page is mute', answering([http, lost]), 'degraded'],
  ['fe-2', 'answers SQL, and its page is gone', answering([http, closed]), 'degraded'],
  ['fe-2', 'answers, and does not tell the group', answering([own, lost]), 'degraded'],
];

const seen = async (opened: Opened, node: NodeId, facts: Facts) => {
  const at = opened.hand.clock.now();
  opened.feed.sighting({node, probe: 'status', at, look: {kind: 'seen', facts}});
  opened.feed.tick();
  await opened.settle();
  const state = opened.store.getState();
  const {run} = state;
  const role = state.cluster.nodes.find(({id}) => id === node)?.role;
  const phase = run?.plan.phases.find(each => each.role === role);
  const gate = phase?.gates.find(each => each.kind === 'confirm');
  if (run === null || phase === undefined || gate?.kind !== 'confirm')
    throw new Error(`no ${role} is asked about`);
  const saidIn = (lang: 'en' | 'zh'): string =>
    outageLines({...gate, outages: []}, state, phase, penOf(lang, 'plain'), 500)
      .map(line => line.map(({text}) => text).join(''))
      .join(' ');
  const skip = skipSaid(state, [node]);
  return {
    count: standsWords(state, node),
    outage: {en: saidIn('en'), zh: saidIn('zh')},
    agreed: skip?.kind === 'may' ? skip.down : skip?.because.en,
  };
};

describe('whoever answers no request', () => {
  test.each(NOT_SERVING)(
    '%s %s: it is not counted, an outage is not ruled out, and it is skipped by name alone',
    async (id, _, world, health) => {
      const node = NodeId.parse(id);
      const facts = await factsOf(world(id), id, 'status');
      expect(facts.health).toBe(health);
      await withScenario('start', {size: [120, 40]}, async opened => {
        const {count, outage, agreed} = await seen(opened, node, facts);
        const [all = 0, others = 0] = {ms: [3, 2], be: [4, 3], fe: [4, 3]}[id.slice(0, 2)] ?? [];
        expect(count.en).toMatch(new RegExp(`; ${others} of ${all} \\D+ serve: `));
        expect(count.en.split('serve:')[1]).not.toContain(id);
        expect(count.zh).toMatch(new RegExp(`${all} 个.*中有 ${others} 个在提供服务`));
        expect(outage.en).toMatch(new RegExp(`not seen to serve just now: ${id}\\.`));
        expect(outage.zh).toContain(`目前未看到以下节点提供服务：${id}`);
        expect(agreed).toEqual([node]);
      });
    },
  );
});

describe('whoever answers a request, and lacks a witness', () => {
  test.each(SERVING)('%s %s: it is counted, and degraded', async (id, _, world, health) => {
    const node = NodeId.parse(id);
    const facts = await factsOf(world(id), id, 'status');
    expect(facts.health).toBe(health);
    await withScenario('start', {size: [120, 40]}, async opened => {
      const {count, outage, agreed} = await seen(opened, node, facts);
      expect(count.en.split('serve:')[1]).toContain(id);
      expect(outage.en).toContain('no outage is expected');
      expect(agreed).not.toEqual([node]);
    });
  });
});

/** The leader's page, with that worker among the lost. */
const LOST = page(
  JSON.stringify({
    ...{version: '2.9.4', startTimeMs: 1, workers: [], mountPoints: {}},
    lostWorkers: [{address: {host: 'w1.lab'}}],
  }),
);
const MASTER = 'm1 19999/api/v1/master/info';
const JOB_MASTER = {'m1 job-master.look.process': running('2.9.4', 20001, 20002)};
const JOB_WORKER = {'w1 job-worker.look.process': running('2.9.4', 30001, 30003)};

/** Who is asked, what is answered, and how many of their role serve then on the screen. */
const OF_ALLUXIO: readonly (readonly [
  node: string,
  what: string,
  role: string,
  answers: Answers,
  serve: string,
])[] = [
  ['m-1', 'hangs', 'master', {...LED, [MASTER]: late}, '2 of 3 Masters'],
  ['m-1', 'answers as another program', 'master', {...LED, [MASTER]: page('hello')}, '2 of 3 Masters'],
  ['w-1', 'hangs', 'worker', {...LED, 'w1 30000/api/v1/worker/info': late}, '3 of 4 Workers'],
  [
    'w-1',
    'answers as another program',
    'worker',
    {...LED, 'w1 30000/api/v1/worker/info': NOT_FOUND},
    '3 of 4 Workers',
  ],
  ['w-1', 'is lost to the leader', 'worker', {...LED, 'm2 19999/api/v1/master/info': LOST}, '3 of 4 Workers'],
  [
    'jm-1',
    'hangs',
    'job-master',
    {...JOB_MASTER, 'm1 20002/api/v1/job_master/info': late},
    '2 of 3 Job masters',
  ],
  ['jw-1', 'hangs', 'job-worker', {...JOB_WORKER, 'w1 30003/': late}, '3 of 4 Job workers'],
  ['jw-1', 'drops who asks', 'job-worker', {...JOB_WORKER, 'w1 30003/': reset}, '3 of 4 Job workers'],
];

describe('a node of Alluxio that answers no request', () => {
  test.each(OF_ALLUXIO)(
    '%s %s: it is not counted, and its cell says so',
    async (asked, _, role, answers, serve) => {
      const facts = await alluxioFacts(asked, 'status', answers);
      expect(facts.health).toBe('not-serving');
      await withScenario('all-out', {size: [120, 40]}, async opened => {
        const {nodes, roles} = opened.store.getState().cluster;
        const node = nodes.find(each => each.role === role)?.id;
        const probe = roles.find(({name}) => name === role)?.status;
        if (node === undefined || probe === undefined) throw new Error(`no ${role} is on the screen`);
        const cell = (): string => opened.lines().find(row => row.includes(` ${node} `)) ?? '';
        expect(cell()).not.toContain(`▼ ${node} `);
        const at = opened.hand.clock.now();
        opened.feed.sighting({node, probe, at, look: {kind: 'seen', facts}});
        opened.feed.tick();
        await opened.settle();
        const {en, zh} = standsWords(opened.store.getState(), node);
        expect(en).toContain(`; ${serve} serve: `);
        expect(en.split('serve:')[1]).not.toContain(node);
        expect(zh).toMatch(/\d 个 \D+ 中有 \d 个在提供服务：/);
        expect(cell()).toContain(`▼ ${node} `);
      });
    },
  );
});
