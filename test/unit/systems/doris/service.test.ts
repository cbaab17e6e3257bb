import {describe, expect, test} from 'vitest';
import type {ReplyTo, Request} from '../../../../src/model/ask.ts';
import {meets} from '../../../../src/model/facts.ts';
import {plain} from '../../../../src/model/text.ts';
import {started, verified} from '../../../../src/systems/doris/upgrade/checks.ts';
import {factsOf, lookAt} from './memory.ts';
import {because, boot, but, lost, sqlOf, stop, type World} from './worlds.ts';

const refused: ReplyTo<Request> = {kind: 'refused', trouble: 'port-refused', detail: plain('refused')};
const unreachable: ReplyTo<Request> = {kind: 'refused', trouble: 'unreachable', detail: plain('no route')};
const notReady: ReplyTo<Request> = {
  ...{kind: 'http', status: 200},
  body: '{"msg":"Error","code":1,"data":"not ready","count":0}',
};
const electing: ReplyTo<Request> = {kind: 'sql-error', code: 1105, message: 'Node catalog is not ready'};

/** One node answers a part of what it is asked in another way; its rows stay as they are, as rows do for a while. */
const part = (id: string, kind: Request['kind'], reply: ReplyTo<Request>): World => {
  const world = boot();
  return but(world, (node, request) => {
    if (node !== id || request.kind !== kind) return null;
    // What it holds of the group can be asked: only its own service is in question.
    return sqlOf(request) === 'show frontends' && reply.kind === 'sql-error' ? null : reply;
  });
};

describe('a frontend whose row says Alive', () => {
  test.each<[string, Request['kind'], ReplyTo<Request>]>([
    ['whose SQL port refuses', 'sql', refused],
    ['whose SQL answers that it is not ready', 'sql', electing],
    ['whose page refuses', 'http', refused],
    ['whose page is not ready', 'http', notReady],
    ['at whose page something else answers', 'http', {kind: 'http', status: 302, body: ''}],
  ])('%s does not serve, and nobody counts on it', async (_, kind, reply) => {
    const world = part('fe-3', kind, reply);
    expect(await factsOf(world, 'fe-3', 'fe-row')).toMatchObject({alive: true, join: true, serves: false});
    for (const probe of ['fe-safe-to-stop', 'fe-turn'])
      expect(await factsOf(world, 'fe-2', probe)).toMatchObject({
        othersDown: ['fe-3'],
        aliveAfter: 1,
        quorumKept: false,
      });
  });

  test.each<[string, Request['kind'], ReplyTo<Request>]>([
    ['whose SQL does not answer in time', 'sql', lost],
    ['whose page does not answer in time', 'http', lost],
    ['whose host cannot be reached', 'http', unreachable],
  ])('%s: no answer is not called down, it is silence with its reason', async (_, kind, reply) => {
    const world = part('fe-3', kind, reply);
    const {serves} = await factsOf(world, 'fe-3', 'fe-row');
    expect(serves).toBeUndefined();
    for (const probe of ['fe-safe-to-stop', 'fe-turn'])
      expect(await lookAt(world, 'fe-2', probe)).toEqual({kind: 'silent', reasons: [because(/./, 'fe-3')]});
  });

  test('one that is known to be down is told, whoever else is silent', async () => {
    const world = part('fe-3', 'http', lost);
    await stop(world, 'fe-4');
    expect(await factsOf(world, 'fe-2', 'fe-safe-to-stop')).toMatchObject({othersDown: ['fe-4']});
  });
});

describe('a frontend that the inventory does not know', () => {
  test('cannot be asked, so that it is no part of a majority', async () => {
    const world = boot();
    const cluster = {...world.cluster, nodes: world.cluster.nodes.filter(({id}) => id !== 'fe-3')};
    expect(await factsOf({...world, cluster}, 'fe-2', 'fe-safe-to-stop')).toMatchObject({
      followers: 3,
      aliveAfter: 1,
      quorumKept: false,
      othersDown: [],
    });
  });
});

describe('a backend whose row says Alive', () => {
  test.each<[string, ReplyTo<Request>]>([
    ['nobody listens', refused],
    ['it drains', {kind: 'http', status: 200, body: '{"status": "OK","msg": "Server is not available"}'}],
    ['something else answers', {kind: 'http', status: 404, body: 'not found'}],
  ])('does not serve where %s', async (_, reply) => {
    const world = part('be-2', 'http', reply);
    expect(await factsOf(world, 'be-2', 'be-row')).toMatchObject({alive: true, serves: false});
    expect(await factsOf(world, 'be-1', 'be-safe-to-stop')).toMatchObject({othersDown: ['be-2']});
  });

  test('is not called down when its host does not answer', async () => {
    const world = part('be-2', 'http', lost);
    const {serves} = await factsOf(world, 'be-2', 'be-row');
    expect(serves).toBeUndefined();
    expect(await lookAt(world, 'be-1', 'be-safe-to-stop')).toEqual({
      kind: 'silent',
      reasons: [because(/No answer came in time/, 'be-2')],
    });
  });
});

describe('a MetaService', () => {
  test('is not called down when its host does not answer', async () => {
    const world = but(boot(), (node, request) => (node === 'ms-2' && request.kind === 'shell' ? lost : null));
    expect(await lookAt(world, 'ms-1', 'ms-safe-to-stop')).toEqual({
      kind: 'silent',
      reasons: [because(/No answer came in time/, 'ms-2')],
    });
    await stop(world, 'ms-3');
    expect(await factsOf(world, 'ms-1', 'ms-safe-to-stop')).toMatchObject({othersDown: ['ms-3']});
  });
});

describe('a start that is done', () => {
  test.each(['fe-3', 'be-2'])('of %s is seen by its own service, not by its row', async id => {
    const world = boot();
    const node = world.cluster.nodes.find(found => found.id === id);
    if (node === undefined) throw new Error(`no node ${id}`);
    const probe = `${node.role}-row`;
    const mute = part(id, 'http', refused);
    for (const checks of [
      started(node, world.cluster, '3.0.6', {}),
      verified(node, world.cluster, '3.0.6'),
    ]) {
      const check = checks.find(each => each.probe === probe);
      if (check === undefined) throw new Error(`no check asks ${probe}`);
      const expected = check.expect as Parameters<typeof meets>[1];
      expect(meets(await factsOf(world, id, probe), expected)).toBe(true);
      expect(meets(await factsOf(mute, id, probe), expected)).toBe(false);
    }
  });
});
