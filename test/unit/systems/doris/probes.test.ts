import {describe, expect, test} from 'vitest';
import type {Ask, ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import type {Reason} from '../../../../src/model/reason.ts';
import {plain} from '../../../../src/model/text.ts';
import type {Doris} from '../../../../src/systems/doris/fields.ts';
import {findMaster} from '../../../../src/systems/doris/probes/master.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris-cluster.ts';
import {bootFake, dorisInMemory, type Fake, factsOf, lookAt, STAMP} from './memory.ts';

type World = Fake<Doris>;
const boot = (seed = 1): World => bootFake(dorisInMemory, makeMemoryCluster(), [], seed);

const stop = async (world: World, id: string): Promise<void> => {
  const node = world.cluster.nodes.find(found => found.id === id);
  if (node === undefined) throw new Error(`no node ${id}`);
  await world.fake.answer(node.host, {
    kind: 'shell',
    shell: 'act',
    script: {body: stopBody(node.fields.role), vars: stopVars(node, STAMP)},
    timeoutMs: 1,
    maxBytes: 1,
  });
};

/** Answers some requests in another way than the fake would. */
const but = (world: World, change: (node: string, request: Request) => ReplyTo<Request> | null): World => {
  const nodeOf = (host: HostId): string => world.cluster.nodes.find(node => node.host === host)?.id ?? '';
  return {
    ...world,
    // The changed answer is of the request's own kind.
    ask: (async (host: HostId, request: Request) =>
      change(nodeOf(host), request) ?? world.ask(host, request)) as Ask,
  };
};

/** A reason that says so in English, in whatever way in Chinese. */
const because = (words: string | RegExp, node: string | null = null): Reason =>
  expect.objectContaining({
    node: node === null ? null : node,
    words: expect.objectContaining({en: expect.stringMatching(words)}),
  });

const sqlOf = (request: Request): string => (request.kind === 'sql' ? request.query.toLowerCase() : '');
const lost: ReplyTo<Request> = {kind: 'lost', trouble: 'timeout', detail: plain('no answer')};

describe('the master', () => {
  test('is the one that says so itself', async () => {
    const {ask, cluster} = boot();
    expect(await findMaster(ask, cluster)).toMatchObject({ok: true, value: {node: {id: 'fe-1'}}});
  });

  test('is found through the next frontend when the first is down, and where it moved', async () => {
    const world = boot();
    expect(world.fake.disturb()).toContain('from fe-1');
    await stop(world, 'fe-1');
    const found = await findMaster(world.ask, world.cluster);
    expect(found).toMatchObject({ok: true, value: {node: {id: expect.stringMatching(/^fe-[23]$/)}}});
  });

  test('is nobody during an election, and every question about it is silent', async () => {
    const world = boot();
    await stop(world, 'fe-1');
    for (const probe of ['fe-order', 'fe-turn', 'fe-safe-to-stop', 'fe-row'])
      expect(await lookAt(world, 'fe-2', probe), probe).toMatchObject({kind: 'silent'});
    for (const probe of ['be-row', 'be-safe-to-stop'])
      expect(await lookAt(world, 'be-1', probe), probe).toMatchObject({kind: 'silent'});
    await world.clock.sleep(20_000);
    expect(await lookAt(world, 'fe-2', 'fe-order')).toMatchObject({kind: 'seen'});
  });

  test('is not believed when the one that is named does not agree', async () => {
    const world = boot();
    world.fake.disturb();
    const stale = but(world, (node, request) => {
      if (node !== 'fe-1' || sqlOf(request) !== 'show frontends') return null;
      return {
        kind: 'sql',
        rows: world.cluster.nodes
          .filter(({role}) => role === 'fe')
          .map(({host, id}) => ({
            Host: host,
            EditLogPort: '9010',
            Role: 'FOLLOWER',
            IsMaster: String(id === 'fe-4'),
            Alive: 'true',
          })),
      };
    });
    expect(await findMaster(stale.ask, stale.cluster)).toMatchObject({
      ok: false,
      reasons: [because('does not say so itself')],
    });
  });

  test('that the inventory does not know is no answer', async () => {
    const world = boot();
    const nodes = world.cluster.nodes.filter(({id}) => id !== 'fe-1');
    expect(await findMaster(world.ask, {...world.cluster, nodes})).toMatchObject({
      ok: false,
      reasons: [because('not in the inventory')],
    });
  });
});

describe('what a frontend holds of the group by itself', () => {
  test('is asked without its master, which answers for it otherwise', async () => {
    const world = boot();
    const asked: Request[] = [];
    const listening = but(world, (_, request) => {
      if (sqlOf(request) === 'show frontends') asked.push(request);
      return null;
    });
    const {sees, seesMaster} = await factsOf(listening, 'fe-3', 'survey');
    expect(sees).toHaveLength(4);
    expect(seesMaster).toEqual([expect.stringMatching(/:9010$/)]);
    expect(asked).toContainEqual(expect.objectContaining({first: 'SET forward_to_master = false'}));
  });

  test('is told apart from what the master says through it', async () => {
    const world = boot();
    const split = but(world, (node, request) =>
      node === 'fe-3' && request.kind === 'sql' && request.first !== undefined
        ? {
            kind: 'sql',
            rows: [
              {Host: '10.9.9.9', EditLogPort: '9010', Role: 'FOLLOWER', IsMaster: 'true', Alive: 'true'},
            ],
          }
        : null,
    );
    expect(await factsOf(split, 'fe-3', 'survey')).toMatchObject({
      sees: ['10.9.9.9:9010/follower'],
      seesMaster: ['10.9.9.9:9010'],
      fe: 'follower',
    });
  });

  test('where it cannot be asked, the group is known from the master, and that is said', async () => {
    const world = boot();
    const old = but(world, (node, request) =>
      node === 'fe-3' && request.kind === 'sql' && request.first !== undefined
        ? {kind: 'sql-error', code: 1193, message: 'Unknown system variable'}
        : null,
    );
    const facts = await factsOf(old, 'fe-3', 'survey');
    expect(facts.viewUnknown).toBe('sql-1193');
    expect(facts.sees).toHaveLength(4);
  });
});

describe('whose turn it is', () => {
  test('roles are asked live', async () => {
    const world = boot();
    const roles = async (): Promise<unknown[]> =>
      Promise.all(
        ['fe-1', 'fe-2', 'fe-3', 'fe-4'].map(async id => (await factsOf(world, id, 'fe-order')).fe),
      );
    expect(await roles()).toEqual(['master', 'follower', 'follower', 'observer']);
    world.fake.disturb();
    expect((await roles()).toSorted()).toEqual(['follower', 'follower', 'master', 'observer']);
    expect((await roles())[0]).toBe('follower');
  });

  test('a master waits for those that run its version', async () => {
    const world = boot();
    expect(await factsOf(world, 'fe-1', 'fe-turn')).toMatchObject({turn: 'later'});
    expect(await factsOf(world, 'fe-2', 'fe-turn')).toMatchObject({turn: 'now', fe: 'follower'});
    const upgraded = but(world, (node, request) => {
      if (sqlOf(request) !== 'show frontends') return null;
      return {
        kind: 'sql',
        rows: world.cluster.nodes
          .filter(({role}) => role === 'fe')
          .map(({host, id}) => ({
            Host: host,
            EditLogPort: '9010',
            Role: 'FOLLOWER',
            IsMaster: String(id === 'fe-1'),
            Alive: 'true',
            Version: id === 'fe-1' ? 'doris-3.0.6' : 'doris-3.1.2',
            CurrentConnected: id === node ? 'Yes' : 'No',
          })),
      };
    });
    expect(await factsOf(upgraded, 'fe-1', 'fe-turn')).toMatchObject({turn: 'now', fe: 'master'});
  });

  test('a master whose own row tells no version is not taken for the last of it', async () => {
    const world = boot();
    const unknown = but(world, (_, request) => {
      if (sqlOf(request) !== 'show frontends') return null;
      return {
        kind: 'sql',
        rows: world.cluster.nodes
          .filter(({role}) => role === 'fe')
          .map(({host, id}) => ({
            ...{Host: host, EditLogPort: '9010', Role: 'FOLLOWER', IsMaster: String(id === 'fe-1')},
            ...{Alive: 'true', Version: id === 'fe-1' ? null : 'doris-3.0.6'},
          })),
      };
    });
    expect(await lookAt(unknown, 'fe-1', 'fe-turn')).toMatchObject({
      kind: 'silent',
      reasons: [because('no version', 'fe-1')],
    });
    expect(await factsOf(unknown, 'fe-2', 'fe-turn')).toMatchObject({turn: 'now'});
  });

  test('the last look before a stop counts the others once more', async () => {
    const world = boot();
    expect(await factsOf(world, 'fe-2', 'fe-turn')).toMatchObject({othersDown: [], quorumKept: true});
    await stop(world, 'fe-3');
    expect(await factsOf(world, 'fe-2', 'fe-turn')).toMatchObject({
      turn: 'now',
      othersDown: ['fe-3'],
      quorumKept: false,
    });
  });
});

describe('safe to stop', () => {
  test('all is well', async () => {
    const world = boot();
    expect(await factsOf(world, 'ms-1', 'ms-safe-to-stop')).toEqual({othersOk: 2, othersDown: []});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toEqual({
      groupOthersAlive: 2,
      othersDown: [],
    });
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toEqual({
      followers: 3,
      aliveAfter: 2,
      majority: 2,
      quorumKept: true,
      othersDown: [],
    });
  });

  test('one that just went down counts at once, before any heartbeat tells of it', async () => {
    const world = boot();
    await stop(world, 'be-2');
    await stop(world, 'ms-2');
    expect(await factsOf(world, 'be-1', 'be-row')).toMatchObject({alive: true});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toEqual({
      groupOthersAlive: 1,
      othersDown: ['be-2'],
    });
    expect(await factsOf(world, 'be-5', 'be-safe-to-stop')).toMatchObject({
      groupOthersAlive: 2,
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

  test('a page that does not answer is neither health nor illness, and no other version is taken for it', async () => {
    const world = but(boot(), (_, request) => (request.kind === 'http' ? lost : null));
    const facts = await factsOf(world, 'ms-1', 'status');
    expect(facts).toMatchObject({health: 'degraded', process: 'running'});
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
    expect((await factsOf(world, 'ms-1', 'cluster'))['be.unwell']).toContain('be-1 degraded');
  });
});
