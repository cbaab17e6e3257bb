import {createHash, randomBytes, timingSafeEqual} from 'node:crypto';
import {createServer, type Server, type Socket} from 'node:net';
import type {Table} from './process-tables.ts';

/**
 * The server's side of the MySQL protocol as far as a Doris frontend needs it: native password, COM_QUERY with text
 * results, COM_PING, COM_INIT_DB. Written here because mysql2's own server half is untyped and costs every frontend a
 * third of its memory.
 */
export type Answered =
  | {readonly kind: 'table'; readonly table: Table}
  | {readonly kind: 'ok'}
  | {readonly kind: 'error'; readonly code: number; readonly message: string};

export type MysqlDoor = {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Called once per connection: what it returns answers that connection's statements, one after the other. */
  session(): (statement: string) => Promise<Answered>;
};

const CAN = {
  protocol41: 0x200,
  withDb: 0x8,
  secure: 0x8000,
  pluginAuth: 0x8_0000,
  lenencAuth: 0x20_0000,
} as const;
const OFFERED = 0x1 | 0x4 | CAN.withDb | CAN.protocol41 | 0x2000 | CAN.secure | CAN.pluginAuth;
const NATIVE = 'mysql_native_password';
const UTF8 = 33;

const sha1 = (...pieces: readonly Buffer[]): Buffer =>
  createHash('sha1').update(Buffer.concat(pieces)).digest();
const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`);
const int = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
};
const lenenc = (value: number): Buffer => {
  if (value < 251) return int(value, 1);
  return value < 0x1_0000
    ? Buffer.concat([int(0xfc, 1), int(value, 2)])
    : Buffer.concat([int(0xfd, 1), int(value, 3)]);
};
const word = (text: string | null): Buffer => {
  if (text === null) return Buffer.from([0xfb]);
  const bytes = Buffer.from(text);
  return Buffer.concat([lenenc(bytes.length), bytes]);
};

const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const EOF = Buffer.from([0xfe, 0, 0, 2, 0]);
const problem = (code: number, state: string, message: string): Buffer =>
  Buffer.concat([Buffer.from([0xff]), int(code, 2), Buffer.from(`#${state}${message}`)]);

const hello = (id: number, scramble: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([10]),
    zeroEnded('5.7.99'),
    int(id, 4),
    scramble.subarray(0, 8),
    Buffer.from([0]),
    int(OFFERED & 0xffff, 2),
    Buffer.from([UTF8]),
    int(2, 2),
    int(OFFERED >>> 16, 2),
    Buffer.from([21]),
    Buffer.alloc(10),
    scramble.subarray(8),
    Buffer.from([0]),
    zeroEnded(NATIVE),
  ]);

const columnPacket = (name: string): Buffer =>
  Buffer.concat([
    word('def'),
    word(''),
    word(''),
    word(''),
    word(name),
    word(name),
    Buffer.from([0x0c]),
    int(UTF8, 2),
    int(1024, 4),
    Buffer.from([253, 0, 0, 0, 0, 0]),
  ]);

const resultPackets = (table: Table): Buffer[] => [
  lenenc(table.columns.length),
  ...table.columns.map(columnPacket),
  EOF,
  ...table.rows.map(row => Buffer.concat(row.map(word))),
  EOF,
];

type Login = {readonly user: string; readonly token: Buffer; readonly plugin: string};

const readLogin = (packet: Buffer): Login => {
  const can = packet.readUInt32LE(0);
  const userEnd = packet.indexOf(0, 32);
  const length = packet.readUInt8(userEnd + 1);
  let at = userEnd + 2 + length;
  if (can & CAN.withDb) at = packet.indexOf(0, at) + 1;
  const pluginEnd = packet.indexOf(0, at);
  return {
    user: packet.toString('utf8', 32, userEnd),
    token: packet.subarray(userEnd + 2, userEnd + 2 + length),
    plugin: can & CAN.pluginAuth && pluginEnd > at ? packet.toString('utf8', at, pluginEnd) : NATIVE,
  };
};

const rightToken = (token: Buffer, password: string, scramble: Buffer): boolean => {
  if (password === '') return token.length === 0;
  if (token.length !== 20) return false;
  const twice = sha1(sha1(Buffer.from(password)));
  const mask = sha1(scramble, twice);
  const once = token.map((byte, i) => byte ^ (mask[i] ?? 0));
  return timingSafeEqual(sha1(Buffer.from(once)), twice);
};

/** Whole packets out of a stream of bytes, each with its sequence number. */
const makeReader = (onPacket: (packet: Buffer, sequence: number) => void): ((chunk: Buffer) => void) => {
  let waiting = Buffer.alloc(0);
  return chunk => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4) {
      const length = waiting.readUIntLE(0, 3);
      if (waiting.length < 4 + length) return;
      const packet = waiting.subarray(4, 4 + length);
      const sequence = waiting.readUInt8(3);
      waiting = waiting.subarray(4 + length);
      onPacket(packet, sequence);
    }
  };
};

const packetsOf = (answered: Answered): Buffer[] => {
  if (answered.kind === 'table') return resultPackets(answered.table);
  return [answered.kind === 'ok' ? OK : problem(answered.code, 'HY000', answered.message)];
};

let connections = 0;

const attend = (socket: Socket, door: MysqlDoor): void => {
  const scramble = randomBytes(20).map(byte => (byte % 94) + 33);
  const answer = door.session();
  let stage: 'login' | 'switched' | 'commands' = 'login';
  let user = '';
  const send = (first: number, packets: readonly Buffer[]): void => {
    const framed = packets.flatMap((packet, i) => [
      int(packet.length, 3),
      int((first + i) & 0xff, 1),
      packet,
    ]);
    if (socket.writable) socket.write(Buffer.concat(framed));
  };
  const judge = (token: Buffer, sequence: number): void => {
    if (user === door.user && rightToken(token, door.password, Buffer.from(scramble))) {
      stage = 'commands';
      send(sequence + 1, [OK]);
      return;
    }
    const using = token.length > 0 ? 'YES' : 'NO';
    const text = `Access denied for user '${user}@${socket.remoteAddress}' (using password: ${using})`;
    send(sequence + 1, [problem(1045, '28000', text)]);
    socket.end();
  };
  const command = async (packet: Buffer, sequence: number): Promise<void> => {
    const code = packet[0];
    if (code === 1) socket.end();
    else if (code === 2 || code === 14) send(sequence + 1, [OK]);
    else if (code === 3) send(sequence + 1, packetsOf(await answer(packet.toString('utf8', 1))));
    else send(sequence + 1, [problem(1047, '08S01', `Unsupported command(COMMAND ${code})`)]);
  };
  let busy = Promise.resolve();
  const onPacket = (packet: Buffer, sequence: number): void => {
    if (stage === 'commands') {
      busy = busy
        .then(() => command(packet, sequence))
        .catch(() => {
          socket.destroy();
        });
      return;
    }
    if (stage === 'switched') {
      judge(packet, sequence);
      return;
    }
    const login = readLogin(packet);
    user = login.user;
    if (login.plugin === NATIVE) {
      judge(login.token, sequence);
      return;
    }
    stage = 'switched';
    send(sequence + 1, [Buffer.concat([Buffer.from([0xfe]), zeroEnded(NATIVE), scramble, Buffer.from([0])])]);
  };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on(
    'data',
    makeReader((packet, sequence) => {
      try {
        onPacket(packet, sequence);
      } catch {
        socket.destroy();
      }
    }),
  );
  connections += 1;
  send(0, [hello(connections, Buffer.from(scramble))]);
};

/** Opens the door; rejects when the port is taken. */
export const openMysql = (door: MysqlDoor): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(socket => attend(socket, door));
    server.once('error', reject);
    server.listen(door.port, door.address, () => resolve(server));
  });
