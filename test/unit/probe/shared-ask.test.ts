import {expect, it} from 'vitest';
import {sh} from '../../../src/lib/sh.ts';
import type {HttpRequest, ReplyTo, Request, ShellRequest, SqlRequest} from '../../../src/model/ask.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import {sharedAsk} from '../../../src/probe/shared-ask.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {a, b, START_MS} from '../engine/toy.ts';

const rows: SqlRequest = {kind: 'sql', port: 9030, user: 'root', query: 'SHOW BACKENDS', timeoutMs: 1_000};
const page: HttpRequest = {kind: 'http', port: 8030, path: '/health', timeoutMs: 1_000};
const look: ShellRequest = {
  kind: 'shell',
  lane: 'look',
  name: 'x',
  script: sh`true`,
  timeoutMs: 1_000,
  maxBytes: 10,
};

const make = () => {
  const clock = makeVirtualClock(START_MS);
  const asked: string[] = [];
  const ask = async <R extends Request>(node: NodeId, request: R): Promise<ReplyTo<R>> => {
    asked.push(`${node} ${request.kind}`);
    const reply = {kind: 'refused', trouble: 'timeout', detail: String(asked.length)} as const;
    return reply as ReplyTo<R>;
  };
  const pass = (ms: number): Promise<void> => {
    const over = {yes: false};
    void clock.sleep(ms).then(() => {
      over.yes = true;
    });
    return clock.turnUntil(() => over.yes, clock.now() + ms);
  };
  return {asked, pass, shared: sharedAsk(ask, clock, 1_000)};
};

it('asks one question once, also while the answer is still on its way', async () => {
  const {asked, shared} = make();
  const [first, second] = await Promise.all([shared(a, rows), shared(a, {...rows})]);
  expect(asked).toEqual(['a sql']);
  expect(second).toBe(first);
});

it('asks again when the answer is no longer fresh', async () => {
  const {asked, pass, shared} = make();
  await shared(a, page);
  await pass(999);
  await shared(a, page);
  expect(asked).toHaveLength(1);
  await pass(1);
  expect(await shared(a, page)).toMatchObject({detail: '2'});
});

it('never takes one question for another', async () => {
  const {asked, shared} = make();
  await shared(a, rows);
  await shared(b, rows);
  await shared(a, {...rows, query: 'SHOW FRONTENDS'});
  await shared(a, {...rows, user: 'admin'});
  await shared(a, page);
  await shared(a, {...page, port: 8031});
  expect(asked).toHaveLength(6);
});

it('runs every script itself', async () => {
  const {asked, shared} = make();
  await Promise.all([shared(a, look), shared(a, look)]);
  expect(asked).toHaveLength(2);
});
