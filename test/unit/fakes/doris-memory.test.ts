import {beforeEach, describe, expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import type {ShellReply} from '../../../src/model/ask.ts';
import {findNode} from '../../../src/model/inventory.ts';
import type {Vars} from '../../../src/model/script.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import {memory} from '../../fakes/doris/memory.ts';
import type {FakeCluster} from '../../fakes/memory.ts';
import {seededRandom} from '../../sim/random.ts';

const STAMP = '20261122_010203';
const STAGE = `.lakeup-stage-${STAMP}`;

/** A Recycler on its MetaService's host, and two backends and a frontend on one. */
const cluster = makeMemoryCluster({
  ...{ms: 1, recyclers: 1, groups: {cg: 2}, fe: 2},
  beside: {'rc-1': 'ms-1', 'be-2': 'be-1', 'fe-2': 'be-1'},
});

let fake: FakeCluster;
beforeEach(() => {
  let now = Date.UTC(2026, 0, 1);
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
  };
  fake = memory.boot(cluster, {
    clock: {now: () => now, ticks: () => now, sleep},
    chance: seededRandom(1),
    faults: [],
  });
});

const of = (id: string) => {
  const node = findNode(cluster, id);
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
};

const shell = async (id: string, name: string, vars: Vars = {}): Promise<ShellReply> => {
  const {host, home} = of(id);
  const reply = await fake.answer(host, {
    kind: 'shell',
    shell: name.includes('.look.') ? 'look' : 'act',
    script: {body: {name, text: sh`:`}, vars: {home, ...vars}},
    timeoutMs: 1_000,
    maxBytes: 1_000,
  });
  if (reply.kind !== 'shell') throw new Error(reply.kind);
  return reply;
};

const act = async (id: string, name: string, vars: Vars = {}): Promise<string> => {
  const {code, stdout, stderr} = await shell(id, name, {stamp: STAMP, ...vars});
  return `${code} ${stdout}${stderr}`.trim();
};

const look = async (id: string, name: string, vars: Vars = {}): Promise<readonly string[]> =>
  (await shell(id, name, vars)).stdout.trimEnd().split('\n');

const page = async (id: string, port: number, path: string): Promise<string> => {
  const reply = await fake.answer(of(id).host, {kind: 'http', port, path, timeoutMs: 1_000});
  return reply.kind === 'http' ? `${reply.status} ${reply.body.trim()}` : `${reply.kind} ${reply.trouble}`;
};

const rows = async (id: string, port: number, query: string): Promise<readonly string[]> => {
  const reply = await fake.answer(of(id).host, {kind: 'sql', port, user: 'root', query, timeoutMs: 1_000});
  return reply.kind === 'sql' ? reply.rows.map(row => JSON.stringify(row)) : [reply.kind];
};

describe('several nodes on one host', () => {
  it('are hosts of their own no longer: homes and ports differ there', () => {
    expect(cluster.hosts).toHaveLength(3);
    expect(cluster.nodes.map(({id, host, home}) => `${id} ${host} ${home}`)).toEqual([
      'ms-1 10.77.0.1 /opt/doris/ms',
      'rc-1 10.77.0.1 /opt/doris/rc-1',
      'be-1 10.77.0.3 /opt/doris/be',
      'be-2 10.77.0.3 /opt/doris/be-2',
      'fe-1 10.77.0.5 /opt/doris/fe',
      'fe-2 10.77.0.3 /opt/doris/fe-2',
    ]);
  });

  it('are told apart by the home a script works on', async () => {
    expect(await act('be-2', 'doris.be.stage')).toBe(`0 staged ${STAGE}`);
    expect(await act('be-2', 'doris.be.stop')).toMatch(/^0 process \d+ has ended$/);
    expect(fake.down()).toEqual(['be-2']);
    expect(await act('be-2', 'doris.be.backup')).toMatch(/^0 backed up/);
    expect(await act('be-2', 'doris.be.deploy')).toBe('0 deployed');
    expect(await look('be-2', 'doris.be.look.home-version')).toEqual([
      expect.stringContaining('doris-3.1.2-'),
    ]);
    expect(await look('be-1', 'doris.be.look.home-version')).toEqual([
      expect.stringContaining('doris-3.0.6-'),
    ]);
    expect(fake.effects.map(({node, effect}) => `${node} ${effect}`)).toEqual([
      'be-2 stage',
      'be-2 stop',
      'be-2 backup',
      'be-2 deploy',
    ]);
  });

  it('are told apart by the port a page or a query is asked on', async () => {
    await act('ms-1', 'doris.cloud.stop');
    expect(await page('ms-1', 5000, '/health')).toBe('refused port-refused');
    expect(await page('ms-1', 5100, '/health')).toBe('200 OK');
    expect(await page('be-1', 8040, '/api/health')).toContain('200 ');
    expect(await page('be-1', 8140, '/api/health')).toContain('200 ');
    expect(await page('be-1', 8140, '/nothing')).toBe('404 not found');
    expect(await page('be-1', 9999, '/api/health')).toBe('refused port-refused');
    expect(await rows('be-1', 9030, 'show frontends')).toEqual(['refused']);
    expect(await rows('be-1', 9230, 'show frontends')).toHaveLength(2);
  });

  it('see each other where they are MetaService and Recycler', async () => {
    const beside = async (id: string, name: string): Promise<readonly string[]> =>
      (await look(id, name)).filter(line => line.startsWith('beside='));
    expect(await beside('ms-1', 'doris.cloud.look.survey')).toEqual([
      expect.stringMatching(/^beside=\d+ --recycler \/opt\/doris\/rc-1$/),
    ]);
    expect(await beside('be-1', 'doris.be.look.survey')).toEqual([]);
  });
});

describe('a script', () => {
  it('is told its stamp, and a start its flags', async () => {
    await act('rc-1', 'doris.cloud.stop');
    await act('rc-1', 'doris.cloud.start', {flags: ['--recycler']});
    expect(await look('rc-1', 'doris.cloud.look.alive')).toContain('arg=--recycler');
    await act('be-1', 'doris.be.stop');
    await act('be-1', 'doris.be.start', {flags: []});
    expect((await look('be-1', 'doris.be.look.alive')).filter(line => line.startsWith('arg=--'))).toEqual([]);
  });

  it('is told which copy is meant', async () => {
    await act('be-1', 'doris.be.stage');
    expect(await look('be-1', 'doris.be.look.stage-version', {stage: STAGE})).toEqual([
      expect.stringContaining('doris-3.1.2-'),
    ]);
    expect(await look('be-1', 'doris.be.look.stage-version', {stage: '.lakeup-stage-other'})).toEqual(['']);
  });

  it.each([
    ['be-1', 'doris.be.dance', {stamp: STAMP}],
    ['be-1', 'doris.be.look.moon', {}],
    ['be-1', 'doris.fe.look.alive', {}],
    ['be-1', 'doris.be.stop', {}],
    ['be-1', 'doris.be.look.alive', {home: '/elsewhere'}],
  ] as const)('%s, %s, %o: what the fake does not know, it does not make up', async (id, name, vars) => {
    await expect(shell(id, name, vars)).rejects.toThrow(name);
  });
});
