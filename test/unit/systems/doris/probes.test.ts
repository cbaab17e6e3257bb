import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {fillCheck} from '../../../../src/model/given.ts';
import type {Check} from '../../../../src/model/plan.ts';
import {plain} from '../../../../src/model/text.ts';
import {started, stopped} from '../../../../src/systems/doris/upgrade/checks.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, factsOf, lookAt} from './memory.ts';
import {because, boot, but, lost, sqlOf, stop, type World} from './worlds.ts';

describe('the cluster', () => {
  test('is told by role: who is not well, and which versions run', async () => {
    const world = boot();
    await stop(world, 'ms-2');
    expect(await factsOf(world, 'be-1', 'cluster')).toMatchObject({
      'ms.unwell': ['ms-2 down'],
      'fe.unwell': [],
      'be.versions': ['3.0.6'],
    });
  });

  test('is asked only of the roles that are asked for', async () => {
    const world = boot();
    const asked = new Set<string>();
    const watched = but(world, node => {
      asked.add(node.replace(/-.*/, ''));
      return null;
    });
    const facts = await factsOf(watched, 'be-1', 'cluster', {roles: ['ms', 'recycler']});
    expect(Object.keys(facts)).toEqual(['ms.unwell', 'ms.versions', 'recycler.unwell', 'recycler.versions']);
    expect([...asked].toSorted()).toEqual(['ms', 'rc']);
  });
});

describe('the cluster in one look', () => {
  test('asks a frontend for its rows once, not once for each backend', async () => {
    const world = boot();
    const queries: string[] = [];
    const watched = but(world, (node, request) => {
      if (sqlOf(request).includes('show backends')) queries.push(node);
      return null;
    });
    expect((await factsOf(watched, 'ms-1', 'cluster', {roles: ['be']}))['be.unwell']).toEqual([]);
    expect(queries).toEqual(['fe-1']);
  });

  test('a single frontend that tells of a backend is believed, also where it is not looked at itself', async () => {
    const cluster = makeMemoryCluster({...STANDARD, fe: 1});
    const world = bootFake(dorisInMemory, cluster);
    const sick = but(world, (_node, request) =>
      sqlOf(request).includes('show backends') ? {kind: 'sql', rows: []} : null,
    );
    const [one] = (await factsOf(sick, 'fe-1', 'cluster', {roles: ['be']}))['be.unwell'] as string[];
    expect(one).toMatch(/^be-1 .*row=missing/);
  });
});

describe('safe to stop', () => {
  /** A cluster in which the hosts of some MetaServices have lost the way to their store: they run, and say that they are well. */
  const storeless = (...nodes: readonly string[]): World =>
    but(boot(), (node, request) =>
      nodes.includes(node) &&
      request.kind === 'shell' &&
      request.script.body.name === 'doris.cloud.look.store'
        ? {kind: 'shell', code: 0, stdout: 'coordinator=no 10.0.0.9:4500\n', stderr: '', cut: false, ms: 1}
        : null,
    );

  test('of MetaService are judged by their store too: the last one that has it is not stopped', async () => {
    const world = storeless('ms-2', 'ms-3');
    expect(await factsOf(world, 'ms-1', 'store')).toMatchObject({store: 'reached'});
    expect(await factsOf(world, 'ms-1', 'ms-safe-to-stop')).toEqual({
      othersOk: 0,
      othersDown: ['ms-2', 'ms-3'],
    });
  });

  test('of another role count a MetaService without its store as not well', async () => {
    expect(await factsOf(storeless('ms-2'), 'be-1', 'cluster')).toMatchObject({
      'ms.unwell': ['ms-2 not-serving (store=away: 10.0.0.9:4500 (no connection))'],
    });
  });

  test('all is well', async () => {
    const world = boot();
    expect(await factsOf(world, 'ms-1', 'ms-safe-to-stop')).toEqual({othersOk: 2, othersDown: []});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toEqual({
      standIns: 2,
      unfit: [],
      othersDown: [],
    });
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toEqual({
      slowest: 'fe-3',
      slowestJournal: expect.any(Number),
      masterJournal: expect.any(Number),
      followers: 3,
      aliveAfter: 2,
      majority: 2,
      quorumKept: true,
      othersDown: [],
      otherGroup: [],
      voters: [expect.stringMatching(/:9010$/), expect.stringMatching(/:9010$/)],
    });
  });

  test('one that just went down counts at once, before any heartbeat tells of it', async () => {
    const world = boot();
    await stop(world, 'be-2');
    await stop(world, 'ms-2');
    expect(await factsOf(world, 'be-1', 'be-row')).toMatchObject({alive: true});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toEqual({
      standIns: 1,
      unfit: [],
      othersDown: ['be-2'],
    });
    expect(await factsOf(world, 'be-5', 'be-safe-to-stop')).toMatchObject({
      standIns: 2,
      othersDown: ['be-2'],
    });
    expect(await factsOf(world, 'ms-1', 'ms-safe-to-stop')).toEqual({othersOk: 1, othersDown: ['ms-2']});
  });

  test('a follower is kept when another is gone', async () => {
    const world = boot();
    await stop(world, 'fe-3');
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toMatchObject({
      quorumKept: false,
      othersDown: ['fe-3'],
    });
    expect(await factsOf(world, 'fe-4', 'fe-safe-to-stop')).toMatchObject({
      quorumKept: true,
      othersDown: ['fe-3'],
    });
  });
});

describe('status', () => {
  test.each([
    ['ms-1', {health: 'ok', version: '3.0.6', process: 'running', roles: 'ms'}],
    ['rc-1', {health: 'ok', version: '3.0.6', roles: 'recycler'}],
    ['be-4', {health: 'ok', version: '3.0.6', alive: true, group: 'cg_bi', errors: [], own: 'ok'}],
    ['fe-1', {health: 'ok', version: '3.0.6', fe: 'master', join: true, lag: 0, cloud: true}],
    ['fe-4', {health: 'ok', fe: 'observer', rowVersion: '3.0.6'}],
  ])('of %s', async (id, facts) => {
    expect(await factsOf(boot(), id, 'status')).toMatchObject(facts);
  });

  test.each(['ms-1', 'be-1', 'fe-2'])('%s is down when its process is gone', async id => {
    const world = boot();
    await stop(world, id);
    expect(await factsOf(world, id, 'status')).toMatchObject({health: 'down', process: 'none'});
  });

  /** A node of which no process is seen, whoever answers at its ports and in the rows. */
  const unseen = (id: string, pages: ReplyTo<Request> | null): World => {
    const world = boot();
    return but(world, (node, request) => {
      if (node !== id) return null;
      if (request.kind !== 'shell') return request.kind === 'http' ? pages : null;
      return {kind: 'shell', code: 0, stdout: '', stderr: '', cut: false, ms: 1};
    });
  };
  const closed: ReplyTo<Request> = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};

  test.each<[string, World, object]>([
    ['be-1', unseen('be-1', closed), {health: 'down', rowVersion: '3.0.6', alive: true}],
    ['be-1', unseen('be-1', null), {health: 'not-serving', rowVersion: '3.0.6', alive: true}],
    ['fe-2', unseen('fe-2', null), {health: 'not-serving', rowVersion: '3.0.6', portVersion: '3.0.6'}],
    ['ms-1', unseen('ms-1', null), {health: 'not-serving', portVersion: '3.0.6'}],
    ['rc-1', unseen('rc-1', null), {health: 'not-serving', portVersion: '3.0.6'}],
  ])('%s without a process has no version of its own, whoever tells one of it', async (id, world, facts) => {
    for (const probe of ['status', 'survey']) {
      const seen = await factsOf(world, id, probe);
      expect(seen).toMatchObject({process: 'none', ...facts});
      expect(seen).not.toHaveProperty('version');
    }
    const {role} = world.cluster.nodes.find(node => node.id === id) ?? {role: ''};
    expect((await factsOf(world, 'ms-2', 'cluster'))[`${role}.versions`]).toContain('?');
  });

  const ENDED = "lastWords=be.out (11-22 01:02:03): it's password=abc\nlastWords=be.INFO: gone\n";
  const said = (stdout: string): World =>
    but(boot(), (_, request) =>
      request.kind === 'shell' ? {kind: 'shell', code: 0, stdout, stderr: '', cut: false, ms: 1} : null,
    );
  const givenTo = (check: Check): Facts => fillCheck(check, () => ({})).given ?? {};
  const words = ["be.out (11-22 01:02:03): it's password=…", 'be.INFO: gone'];

  test.each(['ms-1', 'rc-1', 'be-1', 'fe-2'])('of %s without a process its last words are told', async id => {
    expect(await factsOf(said(ENDED), id, 'status')).toMatchObject({process: 'none', lastWords: words});
    expect(await factsOf(said(''), id, 'status')).not.toHaveProperty('lastWords');
    expect(await factsOf(boot(), id, 'status')).not.toHaveProperty('lastWords');
  });

  test.each(['ms-1', 'rc-1', 'be-1', 'fe-2'])('after a start of %s, and of no stop', async id => {
    const {cluster} = boot();
    const node = cluster.nodes.find(each => each.id === id);
    if (node === undefined) throw new Error(`no ${id}`);
    const [runs] = started(node, cluster, '3.1.2', {});
    expect(await factsOf(said(ENDED), id, runs.probe, givenTo(runs))).toMatchObject({
      running: false,
      lastWords: words,
    });
    const gone = stopped(node);
    expect(await factsOf(said(ENDED), id, gone.probe, givenTo(gone))).not.toHaveProperty('lastWords');
  });

  test('a page that does not answer is neither health nor illness, and no other version is taken for it', async () => {
    const world = but(boot(), (_, request) => (request.kind === 'http' ? lost : null));
    const facts = await factsOf(world, 'ms-1', 'status');
    expect(facts).toMatchObject({health: 'not-serving', process: 'running'});
    expect(facts.version).toBeUndefined();
  });

  test('a variable that is not served is read from the log of the running process', async () => {
    const world = but(boot(), (_, request) =>
      request.kind === 'http' && request.path.startsWith('/vars')
        ? {kind: 'http', status: 404, body: 'not found'}
        : null,
    );
    expect(await factsOf(world, 'ms-1', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
  });

  test('a node whose host does not answer is silent', async () => {
    const world = but(boot(), (_, request) => (request.kind === 'shell' ? lost : null));
    for (const id of ['ms-1', 'be-1', 'fe-1'])
      expect(await lookAt(world, id, 'status')).toEqual({
        kind: 'silent',
        reasons: [because(/No answer came in time.*no answer/, id)],
      });
  });

  test.each<[string, ReplyTo<Request>]>([
    ['a wrong password', {kind: 'sql-error', code: 1045, message: 'Access denied for user root'}],
    [
      'a password that is not set',
      {kind: 'refused', trouble: 'no-credentials', detail: plain('PW is not set')},
    ],
    ['a missing privilege', {kind: 'sql-error', code: 1227, message: 'Access denied; you need ADMIN'}],
  ])(
    'with %s nothing is known: no frontend is told as starting, no backend as degraded',
    async (_, denied) => {
      let asked = 0;
      const world = but(boot(), (_node, request) => {
        if (request.kind !== 'sql') return null;
        asked += 1;
        return denied;
      });
      const silent = {
        kind: 'silent',
        reasons: expect.arrayContaining([because(/Access denied|PW is not set/, 'fe-1')]),
      };
      expect(await lookAt(world, 'fe-1', 'status')).toEqual(silent);
      asked = 0;
      expect(await lookAt(world, 'be-1', 'status')).toEqual(silent);
      if (denied.kind === 'sql-error') expect(asked, 'a login is not tried again at the next').toBe(1);
      expect(await lookAt(world, 'be-1', 'be-row')).toEqual(silent);
    },
  );

  test('a backend no frontend tells of is degraded, and says so', async () => {
    const world = but(boot(), (_, request) => (request.kind === 'sql' ? lost : null));
    const facts = await factsOf(world, 'be-1', 'status');
    expect(facts).toMatchObject({health: 'degraded', own: 'ok'});
    expect(facts.alive).toBeUndefined();
  });
});

describe('who is the master', () => {
  test('is asked one frontend after the other until the login was let in, of all at once from then on, and no more of all once it is denied', async () => {
    const world = boot();
    let denies = false;
    let inHand = 0;
    const atOnce: number[] = [];
    const watched = but(world, (_, request) => {
      if (request.kind !== 'sql' || request.first === undefined) return null;
      inHand += 1;
      atOnce.push(inHand);
      void world.clock.sleep(1).then(() => {
        inHand -= 1;
      });
      return denies ? {kind: 'sql-error', code: 1045, message: 'Access denied for user root'} : null;
    });
    const look = async (): Promise<readonly number[]> => {
      atOnce.length = 0;
      await lookAt(watched, 'be-1', 'be-row');
      return [...atOnce];
    };
    expect(await look(), 'the first alone').toEqual([1, 1, 2, 3]);
    expect(await look()).toEqual([1, 2, 3, 4]);
    denies = true;
    expect(await look()).toEqual([1, 2, 3, 4]);
    expect(await look()).toEqual([1]);
    denies = false;
    expect(await look()).toEqual([1, 1, 2, 3]);
  });
});

describe('the whole cluster', () => {
  test('names who is unwell, by role', async () => {
    const world = boot();
    await stop(world, 'be-2');
    expect(await factsOf(world, 'ms-1', 'cluster')).toMatchObject({
      'ms.unwell': [],
      'ms.versions': ['3.0.6'],
      'be.unwell': ['be-2 down'],
      'fe.unwell': [],
    });
  });

  test('with its only frontend being upgraded, backends speak for themselves', async () => {
    const world = bootFake(dorisInMemory, makeMemoryCluster({...STANDARD, fe: 1}));
    await stop(world, 'fe-1');
    expect(await factsOf(world, 'ms-1', 'cluster')).toMatchObject({
      'be.unwell': [],
      'be.versions': ['3.0.6'],
      'fe.unwell': ['fe-1 down'],
    });
  });

  test('with four frontends, a silent group leaves backends unproven', async () => {
    const world = but(boot(), (_, request) => (request.kind === 'sql' ? lost : null));
    expect((await factsOf(world, 'ms-1', 'cluster'))['be.unwell']).toContain(
      'be-1 degraded (rows=fe-1 timeout; fe-2 timeout; fe-3 timeout; fe-4 timeout)',
    );
  });
});
