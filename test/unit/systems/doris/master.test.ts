import {describe, expect, test} from 'vitest';
import type {Ask, ReplyTo, Request, SqlReply} from '../../../../src/model/ask.ts';
import {serves} from '../../../../src/model/facts.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import {findMaster} from '../../../../src/systems/doris/probes/master.ts';
import {makeMemoryCluster, STANDARD} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, factsOf, lookAt} from './memory.ts';
import {because, boot, but, lost, sqlOf, stop, type World} from './worlds.ts';

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

  /** A view that names this one, in the words of SHOW FRONTENDS. */
  const naming = (world: World, master: string | null): SqlReply => ({
    kind: 'sql',
    rows: world.cluster.nodes
      .filter(({role}) => role === 'fe')
      .map(({host, id}) => ({
        ...{Host: host, EditLogPort: '9010', Role: id === 'fe-4' ? 'OBSERVER' : 'FOLLOWER'},
        ...{IsMaster: String(id === master), Alive: 'true', Join: 'true'},
      })),
  });
  /** A group in which fe-1 is the master, and some hold another view, or answer in another way. */
  const split = (views: Readonly<Record<string, string | null | ReplyTo<Request>>>): World => {
    const world = boot();
    return but(world, (node, request) => {
      const view = views[node];
      if (view === undefined || sqlOf(request) !== 'show frontends') return null;
      return view === null || typeof view === 'string' ? naming(world, view) : view;
    });
  };

  test.each<[string, Readonly<Record<string, string | null | ReplyTo<Request>>>, string | RegExp]>([
    [
      'the one that is named does not agree',
      {'fe-1': 'fe-2'},
      'fe-1 names fe-2 as the master, which does not say so',
    ],
    [
      'the one that is named does not answer',
      {'fe-1': lost},
      /^fe-2 names fe-1 as the master, which does not answer: .*no answer/,
    ],
    ['another one is named', {'fe-3': 'fe-2'}, 'fe-1 says that it is the master, fe-3 names fe-2'],
    ['an observer names another one', {'fe-4': 'fe-2'}, 'fe-1 says that it is the master, fe-4 names fe-2'],
    ['two say so', {'fe-2': 'fe-2'}, 'fe-1, fe-2 each say that they are the master'],
    [
      'two say so, and the first is the wrong one',
      {'fe-1': 'fe-1', 'fe-2': 'fe-2', 'fe-3': 'fe-2', 'fe-4': 'fe-2'},
      'fe-1, fe-2 each say',
    ],
    [
      'it is cut off from those that could agree',
      {'fe-2': lost, 'fe-3': lost, 'fe-4': lost},
      'of 3 followers 1 agree, 2 are needed',
    ],
    [
      'the others are just electing',
      {'fe-2': null, 'fe-3': null, 'fe-4': null},
      'of 3 followers 1 agree, 2 are needed',
    ],
    ['only an observer agrees', {'fe-2': null, 'fe-3': lost}, 'of 3 followers 1 agree, 2 are needed'],
  ])('is not believed when %s', async (_, views, words) => {
    const {ask, cluster} = split(views);
    expect(await findMaster(ask, cluster)).toMatchObject({ok: false, reasons: [because(words)]});
  });

  test.each<[string, Readonly<Record<string, string | null | ReplyTo<Request>>>]>([
    ['one follower does not answer', {'fe-3': lost}],
    ['one has not heard of it yet', {'fe-2': null}],
    ['the observer is gone', {'fe-4': lost}],
  ])('is found when %s', async (_, views) => {
    const {ask, cluster} = split(views);
    expect(await findMaster(ask, cluster)).toMatchObject({ok: true, value: {node: {id: 'fe-1'}}});
  });

  test.each(['fe-order', 'fe-turn', 'fe-left-behind', 'fe-safe-to-stop'])(
    'or another one that hangs is waited for once in a look at %s: it would be cut, and its reason with it',
    async probe => {
      for (const mute of ['fe-1', 'fe-3']) {
        const world = boot();
        const {sqlTimeoutMs} = world.cluster.settings;
        const host = world.cluster.nodes.find(({id}) => id === mute)?.host;
        const hangs: World = {
          ...world,
          ask: (async (asked: HostId, request: Request) => {
            if (asked !== host || request.kind !== 'sql') return world.ask(asked, request);
            await world.clock.sleep(sqlTimeoutMs);
            return lost;
          }) as Ask,
        };
        const began = world.clock.ticks();
        const look = await lookAt(hangs, 'fe-2', probe, {to: '3.1.2'});
        expect(world.clock.ticks() - began, mute).toBeLessThan(1.5 * sqlTimeoutMs);
        if (look.kind === 'silent') expect(look.reasons[0].words.en).toContain('no answer');
      }
    },
  );

  test('is found where frontends cannot be asked for their own views, by what they say then', async () => {
    const world = but(boot(), (_, request) =>
      request.kind === 'sql' && request.first !== undefined
        ? {kind: 'sql-error', code: 1193, message: 'Unknown system variable'}
        : null,
    );
    expect(await findMaster(world.ask, world.cluster)).toMatchObject({ok: true, value: {node: {id: 'fe-1'}}});
  });

  test('is found in a group of one', async () => {
    const world = bootFake(dorisInMemory, makeMemoryCluster({...STANDARD, fe: 1}));
    expect(await findMaster(world.ask, world.cluster)).toMatchObject({ok: true, value: {node: {id: 'fe-1'}}});
  });

  test.each([
    [{'fe-2': 'fe-2'}, ['fe-1', 'fe-2']],
    [{'fe-2': 'fe-2', 'fe-3': 'fe-3'}, ['fe-1', 'fe-2', 'fe-3']],
  ])(
    'is not well beside others that say so too: each of them names all, and serves on',
    async (views, leading) => {
      const world = split(views);
      for (const id of leading) {
        const facts = await factsOf(world, id, 'status');
        expect(facts, id).toMatchObject({
          health: 'degraded',
          causes: ['many-masters'],
          leading,
        });
        expect(serves(facts)).toBe(true);
      }
      const follower = await factsOf(world, 'fe-4', 'status');
      expect(follower).toMatchObject({health: 'ok', causes: []});
      expect(follower).not.toHaveProperty('leading');
    },
  );

  test('is well where another one names somebody else: that one does not say that it is the master', async () => {
    expect(await factsOf(split({'fe-3': 'fe-2'}), 'fe-1', 'status')).toMatchObject({
      health: 'ok',
      causes: [],
    });
  });

  test('is looked at in time while another one hangs: a status is asked all the time', async () => {
    const world = boot();
    const host = world.cluster.nodes.find(({id}) => id === 'fe-3')?.host;
    const hangs: World = {
      ...world,
      ask: (async (asked: HostId, request: Request) => {
        if (asked !== host || request.kind !== 'sql') return world.ask(asked, request);
        await world.clock.sleep(request.timeoutMs);
        return lost;
      }) as Ask,
    };
    const began = world.clock.ticks();
    expect(await factsOf(hangs, 'fe-1', 'status')).toMatchObject({health: 'ok'});
    expect(world.clock.ticks() - began).toBeLessThan(5_000);
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
    expect(facts.viewUnknown).toBe('sql-1193: Unknown system variable');
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
