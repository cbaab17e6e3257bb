import {expect} from 'vitest';
import type {Ask, ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import type {Reason} from '../../../../src/model/reason.ts';
import {plain} from '../../../../src/model/text.ts';
import type {Doris} from '../../../../src/systems/doris/fields.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, type Fake, STAMP} from './memory.ts';

export type World = Fake<Doris>;
/** The standard cluster, in which all is well. */
export const boot = (seed = 1): World => bootFake(dorisInMemory, makeMemoryCluster(), [], seed);

/** Stops a node as its stop step does. */
export const stop = async (world: World, id: string): Promise<void> => {
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
export const but = (
  world: World,
  change: (node: string, request: Request) => ReplyTo<Request> | null,
): World => {
  const nodeOf = (host: HostId): string => world.cluster.nodes.find(node => node.host === host)?.id ?? '';
  return {
    ...world,
    // The changed answer is of the request's own kind.
    ask: (async (host: HostId, request: Request) =>
      change(nodeOf(host), request) ?? world.ask(host, request)) as Ask,
  };
};

/** A reason that says so in English, in whatever way in Chinese. */
export const because = (words: string | RegExp, node: string | null = null): Reason =>
  expect.objectContaining({
    node: node === null ? null : node,
    words: expect.objectContaining({en: expect.stringMatching(words)}),
  });

/** A query that was sent, in small letters; nothing for another request. */
export const sqlOf = (request: Request): string =>
  request.kind === 'sql' ? request.query.toLowerCase() : '';
/** No answer came. */
export const lost: ReplyTo<Request> = {kind: 'lost', trouble: 'timeout', detail: plain('no answer')};
