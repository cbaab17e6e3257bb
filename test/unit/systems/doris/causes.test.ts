import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../../../src/model/ask.ts';
import {listOf} from '../../../../src/model/facts.ts';
import {plain} from '../../../../src/model/text.ts';
import type {Row} from '../../../../src/systems/doris/parse/rows.ts';
import {ready, started, verified} from '../../../../src/systems/doris/upgrade/checks.ts';
import {factsOf, surveyAll} from './memory.ts';
import {told} from './surveyed.ts';
import {boot, but, lost, sqlOf, stop, type World} from './worlds.ts';

const refused: ReplyTo<Request> = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
const page = (body: string, status = 200): ReplyTo<Request> => ({kind: 'http', status, body});

/** One node's answer of one kind is another. */
const answering = (id: string, is: (request: Request) => boolean, reply: ReplyTo<Request>): World => {
  const world = boot();
  return but(world, (node, request) => (node === id && is(request) ? reply : null));
};

/** One node's row, whoever tells it, is another. */
const withRow = (id: string, change: Row): World => {
  const world = boot();
  const host = world.cluster.nodes.find(node => node.id === id)?.host;
  return {
    ...world,
    ask: (async (asked, request) => {
      const reply = await world.ask(asked, request);
      if (reply.kind !== 'sql' || !sqlOf(request).startsWith('show ')) return reply;
      return {...reply, rows: reply.rows.map(row => (row.Host === host ? {...row, ...change} : row))};
    }) as World['ask'],
  };
};

const http = (request: Request): boolean => request.kind === 'http' && !request.path.includes('SHOW_HA');
const sql = (request: Request): boolean => request.kind === 'sql';
const comment = (request: Request): boolean => sqlOf(request).includes('version_comment');
const frontends = (request: Request): boolean => sqlOf(request) === 'show frontends';
const REFUSED = 'java.net.ConnectException: Connection refused';

type Case = readonly [what: string, id: string, world: World, health: string, causes: readonly string[]];

const CASES: readonly Case[] = [
  [
    'a frontend that serves and has not joined',
    'fe-2',
    withRow('fe-2', {Join: 'false'}),
    'degraded',
    ['join=false'],
  ],
  [
    'a frontend the master does not see',
    'fe-2',
    withRow('fe-2', {Alive: 'false', ErrMsg: REFUSED}),
    'starting',
    [`alive=false: ${REFUSED}`],
  ],
  [
    'a frontend that is neither',
    'fe-2',
    withRow('fe-2', {Alive: 'false', Join: 'false'}),
    'starting',
    ['alive=false', 'join=false'],
  ],
  [
    'a frontend whose page is not ready',
    'fe-2',
    answering('fe-2', http, page('{"msg":"Error","code":1,"data":"not ready","count":0}')),
    'starting',
    ['http=not-ready'],
  ],
  [
    'a frontend whose page is something else',
    'fe-2',
    answering('fe-2', http, page('', 302)),
    'degraded',
    ['http=other'],
  ],
  [
    'a frontend whose page does not answer',
    'fe-2',
    answering('fe-2', http, lost),
    'degraded',
    ['http=timeout'],
  ],
  [
    'a frontend whose SQL port refuses',
    'fe-2',
    answering('fe-2', sql, refused),
    'starting',
    ['sql=port-refused', 'rows=port-refused'],
  ],
  [
    'a frontend whose SQL is mute',
    'fe-2',
    answering('fe-2', sql, lost),
    'not-serving',
    ['sql=timeout', 'rows=timeout'],
  ],
  [
    'a frontend that does not know its master',
    'fe-2',
    answering('fe-2', frontends, {kind: 'sql-error', code: 1105, message: 'Master FE is not ready'}),
    'degraded',
    ['rows=sql-1105: Master FE is not ready'],
  ],
  [
    'a frontend that answers with an error',
    'fe-2',
    answering('fe-2', comment, {kind: 'sql-error', code: 1105, message: 'Node catalog is not ready'}),
    'starting',
    ['sql=sql-1105: Node catalog is not ready'],
  ],
  [
    'a frontend that knows no row of its own',
    'fe-2',
    withRow('fe-2', {Host: '10.9.9.9', CurrentConnected: 'No'}),
    'degraded',
    ['row=missing'],
  ],
  [
    'a backend the master does not see',
    'be-2',
    withRow('be-2', {Alive: 'false', ErrMsg: REFUSED}),
    'starting',
    [`alive=false: ${REFUSED}`],
  ],
  [
    'a backend the master does not see, and does not say why',
    'be-2',
    withRow('be-2', {Alive: 'false', ErrMsg: ''}),
    'starting',
    ['alive=false'],
  ],
  [
    'a backend the master does not see, and says why at length, with what nobody may know',
    'be-2',
    withRow('be-2', {Alive: 'false', ErrMsg: `invalid cluster\n  token=abc, ${'x'.repeat(900)}`}),
    'starting',
    [`alive=false: invalid cluster token=…, ${'x'.repeat(175)}`],
  ],
  [
    'a backend the master saw, with an error of before',
    'be-2',
    withRow('be-2', {Alive: 'true', ErrMsg: REFUSED, Status: '{"isShutdown":true}'}),
    'not-serving',
    ['unfit=shutdown'],
  ],
  [
    'a backend that drains',
    'be-2',
    withRow('be-2', {Status: '{"isShutdown":true}'}),
    'not-serving',
    ['unfit=shutdown'],
  ],
  ['a backend whose page is nowhere', 'be-2', answering('be-2', http, refused), 'starting', ['http=closed']],
  [
    'a backend that is not available',
    'be-2',
    answering('be-2', http, page('{"status": "OK","msg": "Server is not available"}')),
    'starting',
    ['http=not-ready'],
  ],
  [
    'a backend that no row tells of',
    'be-2',
    withRow('be-2', {Host: '10.9.9.9'}),
    'starting',
    ['row=missing'],
  ],
  [
    'a MetaService whose page is something else',
    'ms-2',
    answering('ms-2', http, page('no', 503)),
    'not-serving',
    ['http=other'],
  ],
  [
    'a MetaService whose page is nowhere',
    'ms-2',
    answering('ms-2', http, refused),
    'starting',
    ['http=closed'],
  ],
];

describe('what kept a node from being well', () => {
  test.each(CASES)('%s', async (_, id, world, health, causes) => {
    const facts = await factsOf(world, id, 'status');
    expect(facts).toMatchObject({health, causes});
  });

  test.each(CASES)('%s: that is the evidence before the plan', async (_, id, world, health, causes) => {
    const line = told(await surveyAll(world)).find(each => each.startsWith(`healthy block ${id}:`)) ?? '';
    const evidence = line.split(' | ')[0] ?? '';
    expect(evidence).toContain(`health=${health}`);
    // Of a page it is told in words of its own.
    for (const cause of causes) if (!cause.startsWith('http=')) expect(evidence).toContain(cause);
    if (causes.some(cause => cause.startsWith('http='))) expect(evidence).toMatch(/port \d+/);
    for (const other of ['alive=true', 'join=true', 'errors=']) expect(evidence).not.toContain(other);
  });

  test.each(CASES)('%s: and what a gate of the whole cluster shows', async (_, id, world, health, causes) => {
    const {role} = world.cluster.nodes.find(node => node.id === id) ?? {role: ''};
    const unwell = listOf(await factsOf(world, 'ms-1', 'cluster'), `${role}.unwell`);
    expect(unwell).toContain(`${id} ${health} (${causes.join(', ')})`);
  });

  test('a node that is down needs no cause beside it', async () => {
    const world = boot();
    await stop(world, 'be-2');
    expect((await factsOf(world, 'ms-1', 'cluster'))['be.unwell']).toEqual(['be-2 down']);
    expect((await factsOf(world, 'be-2', 'status')).causes).toContain('process=none');
  });

  test('of one that is down the error is no cause: nobody could be heard', async () => {
    const down = withRow('be-2', {Alive: 'false', ErrMsg: REFUSED});
    await stop(down, 'be-2');
    expect((await factsOf(down, 'be-2', 'status')).causes).toEqual([
      'process=none',
      'http=closed',
      'alive=false',
    ]);
  });

  test('a node is well exactly when nothing kept it from it', async () => {
    const worlds = [boot(), ...CASES.map(([, , world]) => world)];
    for (const world of worlds)
      for (const {id} of world.cluster.nodes) {
        const {health, causes} = await factsOf(world, id, 'status');
        expect([id, health === 'ok']).toEqual([
          id,
          listOf({causes: causes ?? 'none'}, 'causes').length === 0,
        ]);
      }
  });

  test('every check of health asks for the causes too, so that they are shown where it fails', () => {
    const {cluster} = boot();
    for (const node of cluster.nodes)
      for (const check of [
        ready(node, cluster, {from: '3.0.6', to: '3.1.2'}),
        ...started(node, cluster, '3.1.2', {}),
        ...verified(node, cluster, '3.1.2'),
      ])
        if ('health' in check.expect) expect(check.expect).toMatchObject({health: 'ok', causes: []});
  });
});
