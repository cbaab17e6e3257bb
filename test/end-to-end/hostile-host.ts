import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ssh2, {type Connection, type ServerChannel} from 'ssh2';
import {knownHostsLine, makeKeyPair} from '../../src/sim/keys.ts';
import {startRogue} from '../ssh/rogue-sql.ts';
import {type SqlAnswer, startSqlServer} from '../ssh/sql-server.ts';

/** What a terminal must never be given, each recognisable: titles, moves, clipboards, device strings, turned writing. */
export const EVIL = [
  '\x1b]0;PWN\x07',
  '\x1b[66;66H',
  '\x9b66;66H',
  '\x1bPPWN\x1b\\',
  '\x1b]52;c;UFdO\x07',
  '\x85\x7f\b\b',
  '\u202e\u2066\u200b\u061c\u{e0041}',
  'PWN',
].join('');

/** Where it is put. */
export const MODES = [
  'greeting',
  'identity',
  'banner',
  'disconnect',
  'no-ssh',
  'key-exchange',
  'login',
  'session',
  'no-shell',
  'noise',
  'forward',
  'look-lines',
  'look-keys',
  'look-error',
  'http-body',
  'http-page',
  'http-redirect',
  'sql-error',
  'sql-greeting',
  'sql-method',
  'sql-rows',
  'sql-columns',
  'sql-file',
] as const;
export type Mode = (typeof MODES)[number];

export type HostileHost = {
  /** Of the inventory: as whom and with what to log in. */
  readonly ssh: Readonly<Record<string, string | number>>;
  stop(): Promise<void>;
};

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};
const counted = (words: string): Buffer => {
  const bytes = Buffer.from(words);
  return Buffer.concat([u32(bytes.length), bytes]);
};
/** A packet as it stands before the keys are exchanged. */
const plainPacket = (payload: Buffer): Buffer => {
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  return Buffer.concat([
    u32(payload.length + padding + 1),
    Buffer.from([padding]),
    payload,
    Buffer.alloc(padding),
  ]);
};

const DISCONNECT = plainPacket(Buffer.concat([Buffer.from([1]), u32(2), counted(EVIL), counted('')]));
const KEXINIT = plainPacket(
  Buffer.concat([
    Buffer.from([20]),
    Buffer.alloc(16),
    ...Array.from({length: 10}, () => counted(EVIL)),
    Buffer.alloc(5),
  ]),
);

/** What hosts say that speak for themselves, before or instead of SSH. */
const RAW: Partial<Record<Mode, readonly (string | Buffer)[]>> = {
  'no-ssh': [`${EVIL}\r\n${EVIL}\r\n`],
  disconnect: ['SSH-2.0-x\r\n', DISCONNECT],
  'key-exchange': ['SSH-2.0-x\r\n', KEXINIT],
};

const IN_LOOKS = [
  'comm',
  'user',
  'exe',
  'arg',
  'env=JAVA_HOME',
  'bin',
  'lib',
  'home',
  'other',
  'version',
  'listen',
  'unit',
];

/** A far sh whose looks say more than they saw. */
const shell = (channel: ServerChannel, mode: Mode): void => {
  const child = spawn('sh', {stdio: ['pipe', 'pipe', 'pipe']});
  child.stdin.on('error', () => {});
  channel.on('error', () => {});
  channel.on('data', (chunk: Buffer) => child.stdin.write(chunk));
  channel.on('close', () => child.stdin.end());
  // A node that lives: only then is more asked of it.
  const lives = ['process=4711', 'ticks=5', 'comm=java'];
  const lines: Partial<Record<Mode, readonly string[]>> = {
    'look-lines': [
      ...lives,
      ...IN_LOOKS.map(key => `${key}=${EVIL}`),
      'process=4712',
      'ticks=6',
      `comm=${EVIL}`,
    ],
    'look-keys': [...lives, `${EVIL}=${EVIL}`, EVIL],
    'look-error': [],
  };
  const said = [...(lines[mode] ?? lives), ''].join('\n');
  child.stdout.on('data', (chunk: Buffer) => {
    const words = chunk.toString();
    // The end of an answer, but not of the first, which says who the shell is.
    const end = /^(lakeup-\w+:(?!1:)\d+:)(\d+)$/m;
    channel.write(
      words.replace(
        end,
        (_, beginning: string, code: string) => `${said}${beginning}${mode === 'look-error' ? 3 : code}`,
      ),
    );
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (mode === 'look-error') channel.stderr.write(`${EVIL}\n`);
    channel.stderr.write(chunk);
  });
};

type Refusing = {_protocol: {channelOpenFail(channel: number, reason: number, words: string): void}};

/** From now on every refusal of a channel says that. */
const refuseWith = (connection: Connection, words: string): void => {
  const {_protocol: protocol} = connection as Connection & Refusing;
  const fail = protocol.channelOpenFail.bind(protocol);
  protocol.channelOpenFail = (channel, reason) => fail(channel, reason, words);
};

const pageOf = (mode: Mode): http.RequestListener => {
  const version = mode === 'http-page' ? EVIL : 'x';
  return (_, response) => {
    // Headers can hold no line breaks; all else gets through.
    if (mode === 'http-redirect')
      response.socket?.end(`HTTP/1.1 307 ${EVIL}\r\nLocation: http://${EVIL}/\r\nConnection: close\r\n\r\n`);
    else if (mode === 'http-body') response.end(EVIL);
    else
      response.end(
        JSON.stringify({msg: version, code: 0, data: {version, status: version}, status: version}),
      );
  };
};

const ROW: Readonly<Record<string, string>> = {
  Name: 'a',
  Host: '127.0.0.1',
  EditLogPort: '9010',
  HeartbeatPort: '9050',
  QueryPort: '9030',
  Role: 'FOLLOWER',
  IsMaster: 'true',
  ClusterId: '1',
  Join: 'true',
  Alive: 'false',
  ReplayedJournalId: '1',
  Version: '3.0.6',
  ErrMsg: 'died',
  '@@version_comment': 'Doris version 3.0.6',
};

const sqlOf = (mode: Mode): SqlAnswer => {
  if (mode === 'sql-error') return {code: 1105, message: EVIL};
  const evil = (words: string): string => words + EVIL;
  const told = ['Version', 'ErrMsg', '@@version_comment'];
  const rows = Object.entries(ROW).map(([name, value]) =>
    told.includes(name) && mode === 'sql-rows' ? evil(value) : value,
  );
  const columns = Object.keys(ROW);
  return {columns: mode === 'sql-columns' ? columns.map(evil) : columns, rows: [rows]};
};

const startSql = (mode: Mode): Promise<{readonly port: number; stop(): Promise<void>}> => {
  switch (mode) {
    case 'sql-greeting':
      return startRogue({greets: EVIL, switchesTo: EVIL});
    case 'sql-method':
      return startRogue({greets: 'mysql_native_password', switchesTo: EVIL});
    case 'sql-file':
      return startRogue({greets: 'mysql_native_password', switchesTo: null, file: `/${EVIL}`});
    default:
      return startSqlServer('', () => sqlOf(mode));
  }
};

const listen = (server: net.Server): Promise<number> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address === null || typeof address === 'string' ? 0 : address.port);
    });
  });

/** Starts a host that wants the operator's terminal. */
export const startHostile = async (mode: Mode): Promise<HostileHost> => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-hostile-'));
  const hostKey = makeKeyPair('host');
  const userKey = makeKeyPair('user');
  const web = http.createServer(pageOf(mode));
  const webPort = await listen(web);
  const sql = await startSql(mode);
  const sockets = new Set<net.Socket>();
  const server = new ssh2.Server(
    {
      hostKeys: [hostKey.privateKey],
      ...(mode === 'banner' ? {banner: EVIL} : {}),
      ...(mode === 'greeting' ? {greeting: EVIL} : {}),
      ...(mode === 'identity' ? {ident: `lakeup ${EVIL}`} : {}),
    },
    connection => {
      connection.on('error', () => {});
      connection.on('authentication', context => {
        if (mode === 'login') context.reject([EVIL as 'password', 'keyboard-interactive']);
        else if (context.method === 'publickey') context.accept();
        else context.reject(['publickey']);
      });
      connection.on('ready', () => {
        if (mode === 'session' || mode === 'forward') refuseWith(connection, EVIL);
        connection.on('session', (accept, reject) => {
          if (mode === 'session') return reject();
          accept().on('exec', acceptExec => {
            const channel = acceptExec();
            if (mode === 'noise' || mode === 'no-shell') {
              channel.write(`${EVIL}\n`);
              channel.stderr.write(`${EVIL}\n`);
            }
            if (mode !== 'no-shell') return shell(channel, mode);
            channel.exit(1);
            channel.end();
          });
        });
        if (mode === 'forward') return;
        connection.on('tcpip', (accept, _, {destPort}) => {
          const channel = accept();
          channel.on('error', () => {});
          const socket = net.connect(destPort === 9030 ? sql.port : webPort, '127.0.0.1');
          socket.on('error', () => channel.close());
          channel.pipe(socket).pipe(channel);
        });
      });
    },
  );
  const raw = RAW[mode];
  const door = net.createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (raw === undefined) return server.injectSocket(socket);
    for (const words of raw) socket.write(words);
    if (mode !== 'key-exchange') socket.end();
  });
  const port = await listen(door);
  writeFileSync(join(dir, 'id'), userKey.privateKey, {mode: 0o600});
  writeFileSync(join(dir, 'known_hosts'), knownHostsLine('127.0.0.1', port, hostKey));
  return {
    ssh: {port, user: 'tester', identityFile: join(dir, 'id'), knownHosts: join(dir, 'known_hosts')},
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      web.closeAllConnections();
      web.close();
      door.close();
      await sql.stop();
      rmSync(dir, {recursive: true, force: true});
    },
  };
};
