import {expect, it} from 'vitest';
import {sharedAsk} from '../../../src/host/shared-ask.ts';
import {sh} from '../../../src/lib/sh.ts';
import type {
  HttpRequest,
  Refused,
  ReplyTo,
  Request,
  ShellRequest,
  SqlRequest,
} from '../../../src/model/ask.ts';
import {HostId} from '../../../src/model/ids.ts';
import {bare} from '../../../src/model/script.ts';
import {plain} from '../../../src/model/text.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {START_MS} from '../engine/toy.ts';

const [a, b] = [HostId.parse('a'), HostId.parse('b')];

const rows: SqlRequest = {kind: 'sql', port: 9030, user: 'root', query: 'SHOW BACKENDS', timeoutMs: 1_000};
const page: HttpRequest = {kind: 'http', port: 8030, path: '/health', timeoutMs: 1_000};
const look: ShellRequest = {
  kind: 'shell',
  shell: 'look',
  script: bare('x', sh`true`),
  timeoutMs: 1_000,
  maxBytes: 10,
};

const make = () => {
  const clock = makeVirtualClock(START_MS);
  const asked: string[] = [];
  const ask = async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    asked.push(`${host} ${request.kind}`);
    const reply: Refused = {kind: 'refused', trouble: 'timeout', detail: plain(String(asked.length))};
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
  expect(await shared(a, page)).toMatchObject({detail: plain('2')});
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
