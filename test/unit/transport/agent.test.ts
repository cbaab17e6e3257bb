import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {agentKeys} from '../../../src/transport/agent.ts';
import {transportDoctor} from '../../../src/transport/doctor.ts';
import {field, readBlob, readPublicLine} from '../../../src/transport/key-blob.ts';
import {readKey} from '../../../src/transport/key-files.ts';
import {fakeAgent, securityKey, unheardOf} from '../../ssh/agents.ts';
import {realClock, testEnv} from '../../ssh/fixtures.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-agent-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

let count = 0;
/** An agent that answers every question with these bytes, in the pieces they come in, and then ends or waits. */
const answering = async (pieces: readonly Buffer[], ends = false): Promise<string> => {
  const path = join(dir, `agent-${count++}`);
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket.on('error', () => {}));
    socket.once('data', () => {
      for (const piece of pieces) socket.write(piece);
      if (ends) socket.end();
    });
  });
  await new Promise<void>(resolve => server.listen(path, resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
};
const ask = (socket: string, ms = 20_000) => agentKeys({socket, clock: realClock, ms});

const u32 = (value: number): Buffer => field(Buffer.alloc(value)).subarray(0, 4);
const listed = (number: number, ...fields: readonly Buffer[]): Buffer =>
  field(Buffer.concat([Buffer.from([12]), u32(number), ...fields]));
const PLAIN = Buffer.concat([field('ssh-ed25519'), field(Buffer.alloc(32, 7))]);

describe('what an agent answers', () => {
  test('a list in many pieces, and what nobody here knows by its type', async () => {
    const list = listed(
      3,
      ...[PLAIN, 'mine', unheardOf('ssh-xmss@openssh.com').blob, '', Buffer.from('x'), 'no key'].map(field),
    );
    const socket = await answering([...list].map(byte => Buffer.from([byte])));
    expect(await ask(socket)).toMatchObject({
      kind: 'keys',
      keys: [{blob: {type: 'ssh-ed25519', certifies: null}}],
      others: ['ssh-xmss@openssh.com', ''],
    });
  });

  test.each([
    ['fewer keys than it says', listed(2, field(PLAIN), field(''))],
    ['a key that is longer than the list', listed(1, u32(9_999), PLAIN)],
    ['a key without a comment', listed(1, field(PLAIN))],
    ['another message', field(Buffer.from([5]))],
    ['nothing in its message', field('')],
    ['more than it may', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ])('%s: it is none to talk to', async (_, bytes) => {
    expect(await ask(await answering([bytes]))).toEqual({kind: 'none', said: expect.any(String)});
  });

  test('half an answer and the end; half an answer and silence', async () => {
    const half = listed(1, field(PLAIN), field('')).subarray(0, 20);
    expect(await ask(await answering([half], true))).toEqual({
      kind: 'none',
      said: 'it closed the connection',
    });
    expect(await ask(await answering([half]), 100)).toEqual({kind: 'silent'});
  });

  test('what it called itself does not reach the screen as it is', async () => {
    const {blob} = unheardOf('\u001b[2Jx');
    expect(await ask(await answering([listed(1, field(blob), field(''))]))).toMatchObject({
      others: ['?[2Jx'],
    });
  });

  test('doctor counts what can be offered, and names the rest', async () => {
    const agent = await fakeAgent([securityKey(), unheardOf('x')]);
    cleanups.push(agent.stop);
    const vars = {HOME: dir, PATH: dir, SSH_AUTH_SOCK: agent.socket};
    const facts = await transportDoctor(testEnv({}, {vars}));
    expect(facts.find(({about}) => about === 'agent')).toMatchObject({
      ok: true,
      detail: {
        en: '1 keys usable; of types that lakeup cannot offer: x',
        zh: '可用密钥 1 个；lakeup 无法使用的类型：“x”',
      },
    });
  });
});

describe('the bytes of a key', () => {
  const certificate = (whom: number): Buffer =>
    Buffer.concat([
      ...['ssh-ed25519-cert-v01@openssh.com', 'a nonce', Buffer.alloc(32, 7)].map(field),
      ...[u32(0), u32(1), u32(whom)],
      field('and so on'),
    ]);

  test('of a certificate: the key that it is of, and whom it is for', () => {
    expect(readBlob(certificate(1))).toMatchObject({
      certifies: 'user',
      key: {type: 'ssh-ed25519', bytes: PLAIN},
    });
    expect(readBlob(certificate(2))).toMatchObject({certifies: 'host'});
  });

  test('cut anywhere before it says for whom: none', () => {
    const whole = certificate(1);
    for (let cut = 0; cut < whole.length - field('and so on').length; cut++)
      expect(readBlob(whole.subarray(0, cut)), `cut at ${cut}`).toBeNull();
  });

  test.each(['', 'toString', 'constructor', 'ssh-ed25519-cert-v00@openssh.com', 'ssh-ed448'])(
    'of type “%s”: none',
    type => {
      expect(readBlob(Buffer.concat([field(type), field(Buffer.alloc(32))]))).toBeNull();
    },
  );

  test('of a line: the type that is written has to be the one in it', () => {
    const base64 = PLAIN.toString('base64');
    expect(readPublicLine(`ssh-ed25519 ${base64} me@here\n`)?.bytes).toEqual(PLAIN);
    for (const line of [
      `ssh-rsa ${base64}`,
      'ssh-ed25519',
      `ssh-ed25519 ${base64}!`,
      '',
      '-----BEGIN X-----',
    ])
      expect(readPublicLine(line), line).toBeNull();
  });
});

test('the file of a security key: what it is, and what to do', async () => {
  const {blob} = securityKey();
  const secret = Buffer.concat([u32(1), u32(1), blob, field('what the key holds'), field('a comment')]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(field),
    u32(1),
    field(blob),
    field(
      Buffer.concat([secret, Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8)]),
    ),
  ]);
  const path = join(dir, 'id_ed25519_sk');
  const lines = file.toString('base64').replace(/.{70}/g, '$&\n');
  writeFileSync(path, `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`);
  expect(await readKey(path)).toMatchObject({
    kind: 'unusable',
    because: {
      en: `${path} belongs to a security key: add it to an agent with ssh-add`,
      zh: `${path} 属于硬件安全密钥：请用 ssh-add 将其加入 ssh-agent`,
    },
  });
});
