import {Duplex} from 'node:stream';
import {expect, test, vi} from 'vitest';
import type {Lost, Refused, SqlReply} from '../../../src/model/ask.ts';
import {sqlThrough} from '../../../src/transport/sql.ts';
import {seededRandom} from '../../sim/random.ts';
import {realClock} from '../../ssh/fixtures.ts';

const SEEDS = 400;

const packet = (seq: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head[3] = seq;
  return Buffer.concat([head, payload]);
};
const counted = (words: string): Buffer => Buffer.from([words.length, ...Buffer.from(words)]);

const GREETING = Buffer.concat([
  Buffer.from('\x0a5.7.99\0\x01\0\0\0SALTsalt\0'),
  Buffer.from([0xff, 0xf7, 45, 2, 0, 0xff, 0xdf, 21]),
  Buffer.alloc(10),
  Buffer.from('SALTsaltSALT\0mysql_native_password\0'),
]);
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const END = Buffer.from([0xfe, 0, 0, 2, 0]);
/** Of JSON: mysql2 has words for those. */
const JSON_TYPE = 0xf5;
const column = (name: string): Buffer =>
  Buffer.concat([
    ...['def', '', '', '', name, name].map(counted),
    Buffer.from([12, 45, 0, 0, 4, 0, 0, JSON_TYPE, 0, 0, 0, 0, 0]),
  ]);
const NAMES = ['Name', '__proto__', 'x"];process.exit(9);//'];

/** A server that answers one query, and says some of it wrongly. */
const garbage = (seed: number): Duplex => {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const spoilt = (good: Buffer): Buffer => {
    if (random() < 0.7) return good;
    const bad = Buffer.from(good);
    for (let left = 1 + below(4); left > 0; left--) bad[below(bad.length)] = below(256);
    return random() < 0.3 ? bad.subarray(0, below(bad.length)) : bad;
  };
  /** The beginning of an error that nobody asked for. */
  const tail = random() < 0.3 ? [Buffer.from([0xff])] : [];
  const answers = [
    () => packet(2, spoilt(OK)),
    () =>
      Buffer.concat(
        [Buffer.from([1]), column(NAMES[below(NAMES.length)] ?? ''), END, counted('v'), END, ...tail].map(
          (part, i) => packet(i + 1, spoilt(part)),
        ),
      ),
  ];
  const channel = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => {
      const answer = answers.shift()?.() ?? null;
      // Not within the write: a wire takes its time.
      setImmediate(() => channel.destroyed || channel.push(answer));
      done();
    },
  });
  channel.push(packet(0, spoilt(GREETING)));
  return channel;
};

const ask = (seed: number): Promise<SqlReply | Refused | Lost> =>
  sqlThrough(
    garbage(seed),
    {kind: 'sql', port: 1, user: 'root', query: 'SHOW', timeoutMs: 20},
    {clock: realClock, password: 'secret', mayHavePassword: null, maxBytes: 100_000, signal: undefined},
  );

// What is thrown where nobody catches it fails the test run, as it would end the program.
test(`${SEEDS} servers that say something wrong: each is answered for, and ends nothing but its connection`, async () => {
  // mysql2 prints a trace of what it cannot read.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const kinds = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed++) kinds.add((await ask(seed)).kind);
  expect([...kinds].toSorted()).toEqual(expect.arrayContaining(['lost', 'refused', 'sql']));
});
