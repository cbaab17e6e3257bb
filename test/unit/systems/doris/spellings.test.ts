import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {parseBusyPorts} from '../../../../src/host/sockets.ts';
import type {Request} from '../../../../src/model/ask.ts';
import {type DorisNode, ROLE_FIELDS} from '../../../../src/systems/doris/fields.ts';
import {factsOf, surveyAll} from './memory.ts';
import {changed, healthy, told} from './surveyed.ts';
import {boot, sqlOf, type World} from './worlds.ts';

const isRows = (request: Request): boolean => /^show (frontends|backends)$/.test(sqlOf(request));

/** A cluster whose inventory knows a node by one address, and whose rows and pages tell another. */
const spelled = (id: string, inventory: string | null, rows: string): World => {
  const world = boot();
  const host = world.cluster.nodes.find(node => node.id === id)?.host;
  const change = (node: DorisNode): DorisNode => {
    const {role, package: path} = node.fields;
    return node.id === id && inventory !== null
      ? {...node, fields: ROLE_FIELDS[role].parse({package: path, address: inventory})}
      : node;
  };
  return {
    ...world,
    cluster: {...world.cluster, nodes: world.cluster.nodes.map(change)},
    ask: (async (asked, request) => {
      const reply = await world.ask(asked, request);
      if (reply.kind !== 'sql' || !isRows(request)) return reply;
      return {...reply, rows: reply.rows.map(row => (row.Host === host ? {...row, Host: rows} : row))};
    }) as World['ask'],
  };
};

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['2001:db8::b', '2001:db8:0:0:0:0:0:b'],
  ['2001:DB8:0:0::B', '2001:db8::b'],
  ['[2001:db8::b]', '2001:0db8:0000:0000:0000:0000:0000:000b'],
  ['10.20.0.11', '::ffff:10.20.0.11'],
  ['::ffff:10.20.0.11', '10.20.0.11'],
  ['node-1.lake.example', 'NODE-1.Lake.Example'],
  ['node-1.lake.example', 'node-1.lake.example.'],
];

describe('one address in two spellings, in the inventory and in the rows', () => {
  test.each(SPELLINGS)('of a backend: %s, %s', async (inventory, rows) => {
    const world = spelled('be-2', inventory, rows);
    expect(told(await surveyAll(world))).toEqual([]);
    expect(await factsOf(world, 'be-2', 'be-row')).toMatchObject({row: 'there', alive: true});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toMatchObject({standIns: 2, othersDown: []});
  });

  test.each(SPELLINGS)('of the master: %s, %s', async (inventory, rows) => {
    const world = spelled('fe-1', inventory, rows);
    expect(told(await surveyAll(world))).toEqual([]);
    expect(await factsOf(world, 'fe-1', 'fe-order')).toEqual({fe: 'master'});
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toMatchObject({othersDown: [], quorumKept: true});
  });

  test('of a host without an address of its own: without case', async () => {
    const world = boot();
    expect(await factsOf(world, 'be-2', 'status')).toMatchObject({health: 'ok'});
    expect(await factsOf(spelled('be-2', null, '::ffff:10.77.0.6'), 'be-2', 'status')).toMatchObject({
      health: 'ok',
    });
  });

  test.each([
    ['2001:db8::b', '2001:db8::c'],
    ['10.20.0.11', '10.20.0.110'],
    ['node-1.lake.example', 'node-1'],
  ])('two addresses stay two: %s, %s', async (inventory, rows) => {
    const world = spelled('be-2', inventory, rows);
    expect(told(await surveyAll(world)).map(line => line.split(':')[0])).toContain(
      'backends-known block be-2',
    );
  });

  test.each([
    ['10.77.0.11', '::ffff:10.77.0.11', true],
    ['2001:db8::b', '2001:db8:0:0:0:0:0:b', true],
    ['fe-1.lake.example', 'FE-1.lake.example.', true],
    ['10.77.0.11', '10.77.0.99', false],
  ])('of the master as SHOW_HA names it: %s and %s, no split is %s', async (one, other, same) => {
    const world = boot();
    const third = world.cluster.nodes.find(({id}) => id === 'fe-3')?.host;
    const page = (master: string) => ({
      ...{kind: 'http', status: 200},
      body: JSON.stringify({msg: 'success', code: 0, data: {role: 'FOLLOWER', master}, count: 0}),
    });
    const ask = (async (host, request) =>
      request.kind === 'http' && request.path.includes('SHOW_HA')
        ? page(host === third ? other : one)
        : world.ask(host, request)) as World['ask'];
    const lines = told(await surveyAll({...world, ask}));
    expect(lines.map(line => line.split(':')[0])).toEqual(same ? [] : ['frontends-agree block -']);
  });
});

describe('a node that the cluster knows by another name', () => {
  test.each([
    ['be-2', 'backends-known'],
    ['fe-3', 'frontends-known'],
  ])(
    '%s: whose process runs is never to be removed; what the cluster calls it may be is told',
    async (id, check) => {
      const lines = told(await surveyAll(spelled(id, null, 'lake-7.example')));
      const own = lines.filter(line => line.startsWith(`${check} block ${id}:`));
      expect(own).toHaveLength(1);
      expect(own[0]).toMatch(/its process \d+ runs/);
      expect(own[0]).toContain('At this node, write where the cluster has it: `address: lake-7.example`');
      expect(lines.join('\n')).not.toMatch(/[Rr]emove it/);
    },
  );

  test('and is not what the answer of its master marks at the host of another one', async () => {
    const world = spelled('fe-3', null, 'lake-7.example');
    const ask = (async (host, request) => {
      const reply = await world.ask(host, request);
      if (reply.kind !== 'sql' || !isRows(request)) return reply;
      return {
        ...reply,
        rows: reply.rows.map(row => ({...row, CurrentConnected: row.IsMaster === 'true' ? 'Yes' : 'No'})),
      };
    }) as World['ask'];
    const facts = await factsOf({...world, ask}, 'fe-3', 'status');
    expect(facts).toMatchObject({health: 'degraded', causes: ['row=missing']});
    expect(facts).not.toHaveProperty('fe');
    expect(facts).not.toHaveProperty('knownAs');
  });

  test('whose process does not run may have been dropped: both ways are told', () => {
    const gone = changed(healthy, 'be-2', {
      ...{alive: undefined, health: 'down', process: 'none', pid: undefined, busyPorts: []},
    });
    const line = told(gone).find(each => each.startsWith('backends-known block be-2')) ?? '';
    expect(line).toMatch(/Remove it from the inventory.*`address`/);
  });

  test('at whose port somebody listens is not to be removed either', () => {
    const foreign = changed(healthy, 'be-2', {
      ...{alive: undefined, health: 'down', process: 'none', pid: undefined, busyPorts: [9050]},
    });
    const line = told(foreign).find(each => each.startsWith('backends-known block be-2')) ?? '';
    expect(line).not.toMatch(/[Rr]emove it/);
    expect(line).toMatch(/port 9050/);
  });
});

describe('a socket on the address lakeup reached the host by', () => {
  test.each([
    ['::1', '00000000000000000000000001000000:1388'],
    ['0:0:0:0:0:0:0:1', '00000000000000000000000001000000:1388'],
    ['::ffff:127.0.0.1', '0100007F:1388'],
    ['127.0.0.1', '0000000000000000FFFF00000100007F:1388'],
  ])('%s is its own, in whatever spelling: %s', (self, listen) => {
    expect(parseBusyPorts(parseLines(`self=${self}\nlisten=${listen}`), [5000])).toEqual([5000]);
  });

  test('another loopback address is another host that shares the machine', () => {
    expect(parseBusyPorts(parseLines('self=127.0.0.2\nlisten=0100007F:1388'), [5000])).toEqual([]);
    expect(
      parseBusyPorts(parseLines('self=::2\nlisten=00000000000000000000000001000000:1388'), [5000]),
    ).toEqual([]);
  });
});
