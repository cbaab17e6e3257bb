import {execFileSync, spawn} from 'node:child_process';
import {createHash, generateKeyPairSync, sign} from 'node:crypto';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {until} from './fixtures.ts';

/** Agents of tests: a real one, and one that holds what no file of a test can. */

export type Agent = {readonly socket: string; stop(): Promise<void>};
export type RealAgent = Agent & {
  /** `ssh-add` with those arguments; what it printed. */
  add(...args: readonly string[]): string;
};

/** A real ssh-agent that holds nothing. */
export const startAgent = async (): Promise<RealAgent> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-agent-'));
  const socket = join(dir, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
  const gone = new Promise<void>(resolve => agent.once('exit', () => resolve()));
  const add = (...args: readonly string[]): string =>
    execFileSync('ssh-add', args, {
      encoding: 'utf8',
      env: {...process.env, SSH_AUTH_SOCK: socket},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  await until(() => {
    try {
      add('-l');
      return true;
    } catch (error) {
      // 1: it answers, and holds nothing yet.
      return error instanceof Error && 'status' in error && error.status === 1;
    }
  }, 'the agent');
  return {
    socket,
    add,
    stop: async () => {
      agent.kill();
      await gone;
      await rm(dir, {recursive: true, force: true});
    },
  };
};

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const field = (value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u32(bytes.length), bytes]);
};

/** One key of a made-up agent: its public bytes, and the whole signature that it makes, in its time; null: it does not want to. */
export type Held = {readonly blob: Buffer; readonly sign: (data: Buffer) => Buffer | null | Promise<Buffer>};

/** A signature as an agent sends it, whatever it is worth. */
export const signatureOf = (type: string, bytes: string): Buffer =>
  Buffer.concat([field(type), field(bytes)]);

/** A key that has a type nobody knows. */
export const unheardOf = (type: string): Held => ({
  blob: Buffer.concat([field(type), field('anything')]),
  sign: () => null,
});

/** A security key without the hardware: it signs as the protocol (PROTOCOL.u2f of OpenSSH) says one does that was touched. */
export const securityKey = (): {
  readonly blob: Buffer;
  sign(data: Buffer): Buffer;
  readonly publicLine: string;
} => {
  const type = 'sk-ssh-ed25519@openssh.com';
  const application = 'ssh:';
  const {publicKey, privateKey} = generateKeyPairSync('ed25519');
  const bytes = publicKey.export({format: 'der', type: 'spki'}).subarray(-32);
  const blob = Buffer.concat([field(type), field(bytes), field(application)]);
  const hash = (data: Buffer | string) => createHash('sha256').update(data).digest();
  const touched = Buffer.concat([Buffer.from([1]), u32(7)]);
  return {
    blob,
    publicLine: `${type} ${blob.toString('base64')} key\n`,
    sign: data =>
      Buffer.concat([
        field(type),
        field(sign(null, Buffer.concat([hash(application), touched, hash(data)]), privateKey)),
        touched,
      ]),
  };
};

/** An agent that holds what it is given. */
export const fakeAgent = async (held: readonly Held[]): Promise<Agent> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-agent-'));
  const socket = join(dir, 'socket');
  const answer = async (request: Buffer): Promise<Buffer> => {
    if (request[0] === 11)
      return Buffer.concat([
        Buffer.from([12]),
        u32(held.length),
        ...held.flatMap(({blob}) => [field(blob), field('a comment')]),
      ]);
    const blob = request.subarray(5, 5 + request.readUInt32BE(1));
    const rest = request.subarray(5 + blob.length);
    const data = rest.subarray(4, 4 + rest.readUInt32BE(0));
    const key = held.find(one => one.blob.equals(blob));
    const signature = request[0] === 13 ? ((await key?.sign(data)) ?? null) : null;
    return signature === null ? Buffer.from([5]) : Buffer.concat([Buffer.from([14]), field(signature)]);
  };
  const sockets = new Set<net.Socket>();
  const server = net.createServer(peer => {
    sockets.add(peer.on('error', () => {}).once('close', () => sockets.delete(peer)));
    let heard = Buffer.alloc(0);
    peer.on('data', chunk => {
      heard = Buffer.concat([heard, Buffer.from(chunk)]);
      while (heard.length >= 4 && heard.length >= 4 + heard.readUInt32BE(0)) {
        const length = heard.readUInt32BE(0);
        void answer(heard.subarray(4, 4 + length)).then(said => peer.writable && peer.write(field(said)));
        heard = heard.subarray(4 + length);
      }
    });
  });
  await new Promise<void>(resolve => server.listen(socket, resolve));
  return {
    socket,
    stop: async () => {
      for (const peer of sockets) peer.destroy();
      await new Promise(resolve => server.close(resolve));
      await rm(dir, {recursive: true, force: true});
    },
  };
};
