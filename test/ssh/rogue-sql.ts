import {constants, createHash, generateKeyPairSync, privateDecrypt} from 'node:crypto';
import net from 'node:net';

/** What a rogue does once a client has introduced itself. */
export type Rogue = {
  /** The method that the greeting names. */
  readonly greets: string;
  /** Then it asks for this one; null: it stays with that of the greeting. */
  readonly switchesTo: string | null;
  /** How it asks: as for another method, as for a second factor, or with the one byte of servers before 4.1. */
  readonly how?: 'switch' | 'factor' | 'old';
  /** Once the client is in, each query is answered by asking for this file of its own. */
  readonly file?: string;
  /** Pretends to be MariaDB. */
  readonly mariadb?: boolean;
};

export type RogueServer = {
  readonly port: number;
  /** The packets of all clients, in order, without their heads. */
  readonly heard: Buffer[];
  /** Whether the password can be read from what came. */
  learned(password: string): boolean;
  stop(): Promise<void>;
};

const SALT = Buffer.from('ROGUErogueROGUErogue');
const KEY = generateKeyPairSync('rsa', {modulusLength: 2048});
const PUBLIC = Buffer.from(KEY.publicKey.export({type: 'spki', format: 'pem'}).toString());

/** Everything that a server of today can do, TLS and a second factor included. */
const FLAGS = 0xffffffff ^ 0x20;

const packet = (seq: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head[3] = seq;
  return Buffer.concat([head, payload]);
};

const greeting = ({greets, mariadb}: Rogue): Buffer => {
  const flags = mariadb === true ? FLAGS ^ 1 : FLAGS;
  const numbers = Buffer.alloc(31);
  SALT.copy(numbers, 4, 0, 8);
  numbers.writeUInt16LE(flags & 0xffff, 13);
  numbers[15] = 45;
  numbers.writeUInt16LE(2, 16);
  numbers.writeUInt16LE(flags >>> 16, 18);
  numbers[20] = 21;
  return Buffer.concat([
    Buffer.from(`\x0a${mariadb === true ? '5.5.5-10.11.6-MariaDB' : '8.0.40'}\0`),
    numbers,
    SALT.subarray(8),
    Buffer.from(`\0${greets}\0`),
  ]);
};

const asking = ({switchesTo, how = 'switch'}: Rogue): Buffer => {
  if (how === 'old') return Buffer.from([0xfe]);
  const first = Buffer.from([how === 'factor' ? 0x02 : 0xfe]);
  return Buffer.concat([first, Buffer.from(`${switchesTo}\0`), SALT, Buffer.from([0])]);
};

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const MORE = 0x01;
/** Of caching_sha2_password: a hash is not enough, give the password. */
const FULL = Buffer.from([MORE, 0x04]);

/** The next thing that gets more out of a client, by what it said last. */
const next = (said: Buffer, round: number, rogue: Rogue): Buffer => {
  if (round === 0 && (rogue.switchesTo !== null || rogue.how === 'old')) return asking(rogue);
  if (said.length === 1) return Buffer.concat([Buffer.from([MORE]), PUBLIC]);
  return round < 3 ? FULL : OK;
};

const unscrambled = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, i) => byte ^ (SALT[i % SALT.length] ?? 0)));

/** What the rogue's own key makes of bytes: nothing where they were not for it. */
const opened = (bytes: Buffer): Buffer => {
  try {
    return privateDecrypt({key: KEY.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING}, bytes);
  } catch {
    return Buffer.alloc(0);
  }
};

/** Everything that is ever sent to be hashed with the password. */
export const SALTS: readonly Buffer[] = [SALT, FULL.subarray(1)];

/** What a client that knows the password may answer to a salt (mysql_native_password). */
export const proofOf = (password: string, salt: Buffer): Buffer => {
  const sha1 = (...parts: readonly Buffer[]) => createHash('sha1').update(Buffer.concat(parts)).digest();
  const once = sha1(Buffer.from(password));
  const mask = sha1(salt, sha1(once));
  return Buffer.from(once.map((byte, i) => byte ^ (mask[i] ?? 0)));
};

/** A program that listens where a frontend should, and wants its password. */
export const startRogue = (rogue: Rogue): Promise<RogueServer> => {
  const heard: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    let buffer = Buffer.alloc(0);
    let round = 0;
    socket.write(packet(0, greeting(rogue)));
    socket.on('data', chunk => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUIntLE(0, 3)) {
        const length = buffer.readUIntLE(0, 3);
        const seq = buffer[3] ?? 0;
        const said = buffer.subarray(4, 4 + length);
        buffer = buffer.subarray(4 + length);
        heard.push(Buffer.from(said));
        const inside = round > 3 || (rogue.file !== undefined && round > 0);
        const file = Buffer.from(`\xfb${rogue.file}`, 'latin1');
        const answer = rogue.file === undefined ? next(said, round, rogue) : inside ? file : OK;
        socket.write(packet(seq + 1, answer));
        round++;
      }
    });
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: address === null || typeof address === 'string' ? 0 : address.port,
        heard,
        learned: password => {
          const all = Buffer.concat(heard);
          const read = [all, ...heard.flatMap(said => [said, opened(said)])];
          return read.some(bytes => bytes.includes(password) || unscrambled(bytes).includes(password));
        },
        stop: () =>
          new Promise(done => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
};
