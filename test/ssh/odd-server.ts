import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ssh2, {type AuthenticationType, type Connection, type ServerChannel} from 'ssh2';
import {knownHostsLine, makeKeyPair} from '../../src/sim/keys.ts';
import type {HostFields} from './fixtures.ts';

/** What an SSH server in this process may do wrong. */
export type Oddity = {
  /** Close this many connections before a word is said. */
  readonly closeFirst?: number;
  /** Wait this long before accepting a login. */
  readonly loginMs?: number;
  readonly login?: 'accept' | 'refuse';
  /** A second factor beside the key, which asks nothing or for a code; `first`: it has to come before the key. */
  readonly factor?: {readonly asks: 'nothing' | 'a code'; readonly first?: boolean};
  /** What `exec` gets: a real sh, silence, a message and the end as nologin does, or a refusal. */
  readonly exec?: 'sh' | 'silence' | 'nologin' | 'reject';
  /** What a shell finds in its PATH; what the machine has by default. */
  readonly programs?: 'none';
  /** Printed on both streams before the shell starts. */
  readonly noise?: string;
  /** End the connection once this many bytes of a shell's stdin have been passed on. */
  readonly dropAfterBytes?: number;
  /** Read at the login. */
  readonly forward?: 'allow' | 'deny';
  /** Shells of one connection that may be open at once. */
  readonly maxSessions?: number;
  /** What held at the login holds for the connection, whatever is set later: so it is with sshd and its configuration. */
  readonly heldFromLogin?: boolean;
};

export type OddServer = {
  readonly host: HostFields;
  /** How often a client has connected, tried to log in by a signature, and how many handshakes were open at most. */
  readonly seen: {
    connections: number;
    logins: number;
    open: number;
    openMost: number;
    shells: number;
    /** Shells that were asked something. */
    asked: number;
    shellsEnded: number;
  };
  set(oddity: Oddity): void;
  openSockets(): number;
  /** Ends every connection. */
  drop(): void;
  stop(): Promise<void>;
};

const pipeShell = (
  channel: ServerChannel,
  oddity: Oddity,
  connection: Connection,
  seen: OddServer['seen'],
): void => {
  const shell = spawn('/bin/sh', {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: {...process.env, ...(oddity.programs === 'none' ? {PATH: '/nonexistent'} : {})},
  });
  let passed = 0;
  const end = () => {
    try {
      process.kill(-(shell.pid ?? 0), 'SIGKILL');
    } catch {
      // It ended before.
    }
  };
  shell.stdin.on('error', () => {});
  channel.on('data', (chunk: Buffer) => {
    const room = (oddity.dropAfterBytes ?? Number.POSITIVE_INFINITY) - passed;
    passed += chunk.length;
    shell.stdin.write(chunk.subarray(0, Math.max(0, room)));
    if (chunk.length < room) return;
    // As when a link dies: the shell sees the end of what had come through, and the client nothing more.
    shell.stdin.end();
    connection.end();
  });
  // A shell whose link was cut lives on to do what it was given, as under a real sshd.
  if (oddity.dropAfterBytes === undefined) channel.on('close', end);
  shell.stdout.on('data', (chunk: Buffer) => channel.write(chunk));
  shell.stderr.on('data', (chunk: Buffer) => channel.stderr.write(chunk));
  shell.on('close', code => {
    seen.shellsEnded++;
    channel.exit(code ?? 1);
    channel.end();
  });
};

const serve = (connection: Connection, oddity: () => Oddity, seen: OddServer['seen']): void => {
  let sessions = 0;
  connection.on('session', accept => {
    const session = accept();
    session.on('exec', (acceptExec: () => ServerChannel, reject: () => void) => {
      seen.shells++;
      const {exec = 'sh', noise = '', maxSessions = Number.POSITIVE_INFINITY} = oddity();
      if (exec === 'reject' || sessions >= maxSessions) return reject();
      const channel = acceptExec();
      sessions++;
      channel.once('close', () => sessions--);
      channel.on('error', () => {});
      channel.once('data', () => {
        seen.asked++;
      });
      channel.write(noise);
      channel.stderr.write(noise);
      if (exec === 'sh') pipeShell(channel, oddity(), connection, seen);
      if (exec !== 'nologin') return;
      channel.write('This account is currently not available.\n');
      channel.exit(1);
      channel.end();
    });
  });
  // With nobody to listen ssh2 answers as sshd does where its configuration forbids it.
  if (oddity().forward === 'deny') return;
  connection.on('tcpip', (accept, reject, {destIP, destPort}) => {
    const socket = net.connect({host: destIP, port: destPort});
    socket.once('connect', () => {
      const channel = accept();
      channel.on('error', () => {});
      channel.pipe(socket).pipe(channel);
    });
    socket.once('error', () => reject());
  });
};

const FACTOR = 'keyboard-interactive';

/** Starts an SSH server that can misbehave, on a port of its own. */
export const startOddServer = async (first: Oddity = {}): Promise<OddServer> => {
  let oddity = first;
  const sockets = new Set<net.Socket>();
  const seen = {
    connections: 0,
    logins: 0,
    open: 0,
    openMost: 0,
    shells: 0,
    asked: 0,
    shellsEnded: 0,
    openSockets: () => sockets.size,
  };
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-odd-'));
  const hostKey = makeKeyPair('odd-host');
  const userKey = makeKeyPair('odd-user');

  const server = new ssh2.Server({hostKeys: [hostKey.privateKey]}, connection => {
    connection.on('error', () => {});
    const passed = new Set<AuthenticationType>();
    connection.on('authentication', context => {
      const {factor} = oddity;
      const wanted: AuthenticationType[] = factor === undefined ? ['publickey'] : ['publickey', FACTOR];
      const order = factor?.first === true ? wanted.toReversed() : wanted;
      const [next = 'publickey'] = order.filter(method => !passed.has(method));
      if (context.method !== next) {
        context.reject([next]);
        return;
      }
      const pass = () => {
        passed.add(next);
        const left = order.filter(method => !passed.has(method));
        if (left.length === 0) context.accept();
        else context.reject(left.slice(0, 1), true);
      };
      if (context.method === 'keyboard-interactive') {
        const prompts = factor?.asks === 'a code' ? [{prompt: 'Verification code: ', echo: false}] : [];
        context.prompt(prompts, answers => (answers.length === prompts.length ? pass() : context.reject()));
      } else if (context.method === 'publickey' && context.signature === undefined) context.accept();
      else {
        seen.logins++;
        const answer = () => (oddity.login === 'refuse' ? context.reject() : pass());
        setTimeout(answer, oddity.loginMs ?? 0);
      }
    });
    connection.on('ready', () => {
      const atLogin = oddity;
      serve(connection, () => (atLogin.heldFromLogin === true ? atLogin : oddity), seen);
    });
  });
  const door = net.createServer(socket => {
    seen.connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (seen.connections <= (oddity.closeFirst ?? 0)) {
      socket.destroy();
      return;
    }
    seen.open++;
    seen.openMost = Math.max(seen.openMost, seen.open);
    server.injectSocket(socket);
  });
  server.on('connection', connection => {
    const over = () => {
      seen.open--;
    };
    connection.once('ready', over);
  });
  await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  await writeFile(join(dir, 'id'), userKey.privateKey, {mode: 0o600});
  await writeFile(join(dir, 'known_hosts'), knownHostsLine('127.0.0.1', port, hostKey));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: {port, user: 'tester', identityFiles: [join(dir, 'id')], knownHostsFile: join(dir, 'known_hosts')},
    seen,
    set: next => {
      oddity = next;
    },
    openSockets: () => sockets.size,
    drop,
    stop: async () => {
      drop();
      await new Promise<void>(resolve => door.close(() => resolve()));
      await rm(dir, {recursive: true, force: true});
    },
  };
};
