import {execFileSync} from 'node:child_process';
import {appendFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import type {Request, Trouble} from '../../src/model/ask.ts';
import {HostId} from '../../src/model/ids.ts';
import {describeTrouble} from '../../src/model/trouble.ts';
import type {TransportEnv} from '../../src/transport/env.ts';
import {requestText} from '../../src/transport/shell-loop.ts';
import {sqlThrough} from '../../src/transport/sql.ts';
import {openTransport} from '../../src/transport/transport.ts';
import type {IN_RUNS} from '../unit/advice/in-runs.ts';
import {fakeAgent, securityKey, startAgent} from './agents.ts';
import {type HostFields, holdLimit, hostOf, hostsOf, look, RELAY, realClock, testEnv} from './fixtures.ts';
import {startOddServer} from './odd-server.ts';
import {makeKey, type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';
import {startRogue} from './rogue-sql.ts';

/*
 * Every advice about reaching a host, trusting it and asking it is followed: the trouble is there, the sentence says what to do, it is done, and
 * the same transport goes on when the operator presses `r`. What is done may not need more than the sentence says.
 */

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A trouble as it is met, and what its advice says to do. */
type Met = {
  readonly host: HostFields;
  readonly ask?: Request;
  readonly env?: Partial<TransportEnv>;
  readonly limits?: Parameters<typeof testEnv>[0];
  /** Words of the sentence that is followed. */
  readonly says: RegExp;
  follow(): unknown;
};

const folder = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-advice-'));
  cleanups.push(() => rm(dir, {recursive: true, force: true}));
  return dir;
};
const sshd = async (...options: Parameters<typeof startSshd>): Promise<RealSshd> => {
  const server = await startSshd(...options);
  cleanups.push(server.stop);
  return server;
};
const odd = async (...options: Parameters<typeof startOddServer>) => {
  const server = await startOddServer(...options);
  cleanups.push(server.stop);
  return server;
};

/** A port of this machine that nobody listens on until `open` is called. */
const closedPort = async (answer: (socket: net.Socket) => void) => {
  const sockets = new Set<net.Socket>();
  const listen = (port: number): Promise<net.Server> =>
    new Promise((resolve, reject) => {
      const server = net.createServer(socket => {
        sockets.add(socket.on('error', () => {}));
        answer(socket);
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  const first = await listen(0);
  const address = first.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  await new Promise(resolve => first.close(resolve));
  return {
    port,
    open: async () => {
      const server = await listen(port);
      cleanups.push(() => {
        for (const socket of sockets) socket.destroy();
        return new Promise(resolve => server.close(resolve));
      });
    },
  };
};

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell';
const page = (socket: net.Socket): void => void socket.once('data', () => socket.end(PAGE));
const passOnTo =
  (port: number) =>
  (socket: net.Socket): void =>
    void socket.pipe(net.connect(port, '127.0.0.1').on('error', () => socket.destroy())).pipe(socket);
const get = (port: number): Request => ({kind: 'http', port, path: '/', timeoutMs: 10_000});

const write = (file: string, words: string, mode = 0o644) => writeFile(file, words, {mode});

const knowing = async (...lines: readonly string[]): Promise<string> => {
  const known = join(await folder(), 'known_hosts');
  await write(known, lines.join(''));
  return known;
};
const keyLine = (server: RealSshd): Promise<string> => readFile(server.knownHosts, 'utf8');

/** The host gets a new key, and the operator the line for it. */
const newKey = async (server: RealSshd, known: string): Promise<void> => {
  const key = join(server.dir, 'new_key');
  makeKey(key);
  await server.reconfigure(config => config.replace(/^HostKey .*$/m, `HostKey ${key}`));
  await write(known, `[${server.host}]:${server.port} ${await readFile(`${key}.pub`, 'utf8')}`);
};

const FOLLOWED = {
  'connect-refused': async () => {
    const server = await sshd();
    const {port, open} = await closedPort(passOnTo(server.port));
    const known = await knowing((await keyLine(server)).replace(`:${server.port} `, `:${port} `));
    return {
      host: {...hostOf(server), port, knownHostsFile: known},
      says: /Check that sshd runs there/,
      follow: open,
    };
  },
  unreachable: async () => {
    // A jump host tells of a port that is shut as of a host that is away.
    const [jump, server] = [await odd(), await sshd()];
    const {port, open} = await closedPort(passOnTo(server.port));
    const known = await knowing((await keyLine(server)).replace(`:${server.port} `, `:${port} `));
    const config = join(await folder(), 'config');
    await write(
      config,
      `Host jump\n  HostName 127.0.0.1\n  Port ${jump.host.port}\n  IdentityFile ${jump.host.identityFiles[0]}\n` +
        `  UserKnownHostsFile ${jump.host.knownHostsFile}\n` +
        `Host target\n  HostName 127.0.0.1\n  ProxyJump jump\n`,
    );
    return {
      host: {...hostOf(server), id: 'target', port, knownHostsFile: known},
      env: {sshConfig: config},
      says: /Check power, network and firewall/,
      follow: open,
    };
  },
  'name-unknown': async () => {
    const server = await sshd();
    const config = join(await folder(), 'config');
    await write(config, 'Host target\n  HostName no-such-host.invalid\n');
    return {
      host: {...hostOf(server), id: 'target'},
      env: {sshConfig: config},
      says: /~\/\.ssh\/config/,
      follow: () => write(config, 'Host target\n  HostName 127.0.0.1\n'),
    };
  },
  'closed-before-handshake': async () => {
    const server = await odd({closeFirst: 100});
    return {
      host: server.host,
      limits: {tries: 2, backoffMs: 1},
      says: /wait a minute, then try again/,
      follow: () => server.set({}),
    };
  },
  'handshake-failed': async () => {
    const server = await sshd({config: 'Ciphers 3des-cbc'});
    return {
      host: hostOf(server),
      says: /cipher settings/,
      follow: () => server.reconfigure(config => config.replace('Ciphers 3des-cbc', '')),
    };
  },
  'login-refused': async () => {
    const server = await sshd();
    const other = join(await folder(), 'other');
    makeKey(other);
    return {
      host: {...hostOf(server), identityFiles: [other]},
      says: /the user and the key with plain ssh/,
      follow: async () =>
        appendFile(join(server.dir, 'authorized_keys'), await readFile(`${other}.pub`, 'utf8')),
    };
  },
  'second-factor': async () => {
    const server = await odd({factor: {asks: 'a code'}});
    return {
      host: server.host,
      says: /`AuthenticationMethods publickey`/,
      follow: () => server.set({}),
    };
  },
  'config-command': async () => {
    const server = await sshd();
    const config = join(await folder(), 'config');
    const relay = `${process.execPath} -e "${RELAY}" %h %p`;
    await write(config, 'ProxyCommand /nonexistent/relay %h %p\n');
    return {
      host: hostOf(server),
      env: {sshConfig: config},
      says: /mend it, or the line of ~\/\.ssh\/config/,
      follow: () => write(config, `ProxyCommand ${relay}\n`),
    };
  },
  'jump-denied': async () => {
    const [bastion, target] = [await sshd({config: 'AllowTcpForwarding no'}), await sshd()];
    const config = join(await folder(), 'config');
    await write(
      config,
      `Host bastion\n  HostName 127.0.0.1\n  Port ${bastion.port}\n  IdentityFile ${bastion.identity}\n` +
        `  UserKnownHostsFile ${bastion.knownHosts}\n` +
        `Host target\n  HostName 127.0.0.1\n  ProxyJump bastion\n`,
    );
    return {
      host: {...hostOf(target), id: 'target'},
      env: {sshConfig: config},
      says: /let this user go on: AllowTcpForwarding.*Reload sshd there and try again/,
      follow: () =>
        bastion.reconfigure(now => now.replace('AllowTcpForwarding no', 'AllowTcpForwarding yes')),
    };
  },
  'no-credentials': async () => {
    const server = await sshd();
    const key = join(await folder(), 'id');
    return {
      host: {...hostOf(server), identityFiles: [key]},
      says: /an identity file/,
      follow: async () => write(key, await readFile(server.identity, 'utf8'), 0o600),
    };
  },
  'agent-waits': async () => {
    const [server, key, limit] = [await sshd(), securityKey(), holdLimit()];
    await write(join(server.dir, 'authorized_keys'), key.publicLine);
    let touched = false;
    const agent = await fakeAgent([
      {
        blob: key.blob,
        sign: data => {
          if (touched) return key.sign(data);
          void limit.runOut();
          return new Promise<Buffer>(() => undefined);
        },
      },
    ]);
    cleanups.push(agent.stop);
    return {
      host: {...hostOf(server), identityFiles: []},
      env: {clock: limit.clock, vars: {HOME: '/nonexistent', SSH_AUTH_SOCK: agent.socket}},
      limits: {connectMs: limit.ms},
      says: /touch the security key/,
      follow: () => {
        touched = true;
      },
    };
  },
  'host-key-unknown': async () => {
    const server = await sshd();
    const known = await knowing();
    const {user, host, port, identity} = server;
    return {
      host: {...hostOf(server), knownHostsFile: known},
      says: /connect once with ssh to add it/,
      follow: () =>
        execFileSync(
          'ssh',
          [
            ...[
              '-F',
              '/dev/null',
              '-o',
              `UserKnownHostsFile=${known}`,
              '-o',
              'StrictHostKeyChecking=accept-new',
            ],
            ...['-i', identity, '-p', String(port), `${user}@${host}`, 'true'],
          ],
          {stdio: 'ignore'},
        ),
    };
  },
  'host-key-changed': async () => {
    const server = await sshd();
    const dir = await folder();
    makeKey(join(dir, 'other'));
    const known = await knowing(
      `[${server.host}]:${server.port} ${await readFile(join(dir, 'other.pub'), 'utf8')}`,
    );
    return {
      host: {...hostOf(server), knownHostsFile: known},
      says: /`ssh-keygen -R` and add the new key/,
      follow: async () => {
        const name = `[${server.host}]:${server.port}`;
        execFileSync('ssh-keygen', ['-R', name, '-f', known], {stdio: 'ignore'});
        await appendFile(known, await keyLine(server));
      },
    };
  },
  'host-key-revoked': async () => {
    const server = await sshd();
    const line = await keyLine(server);
    const known = await knowing(line, `@revoked ${line}`);
    return {
      host: {...hostOf(server), knownHostsFile: known},
      says: /give the host a new key/,
      follow: () => newKey(server, known),
    };
  },
  'host-key-ca-only': async () => {
    const server = await sshd();
    const line = await keyLine(server);
    const known = await knowing(`@cert-authority ${line}`);
    return {
      host: {...hostOf(server), knownHostsFile: known},
      says: /beside the @cert-authority line/,
      follow: () => appendFile(known, line),
    };
  },
  'no-shell': async () => {
    const server = await odd({exec: 'nologin', heldFromLogin: true});
    return {host: server.host, says: /a login shell that can run `sh`/, follow: () => server.set({})};
  },
  'channel-refused': async () => {
    const server = await sshd({config: 'MaxSessions 0'});
    return {
      host: hostOf(server),
      says: /Raise MaxSessions in its sshd_config and reload sshd/,
      follow: () => server.reconfigure(config => config.replace('MaxSessions 0', 'MaxSessions 10')),
    };
  },
  'forward-denied': async () => {
    const server = await odd({forward: 'deny', heldFromLogin: true, programs: 'none'});
    const on = await closedPort(page);
    await on.open();
    return {
      host: server.host,
      ask: get(on.port),
      says: /Allow AllowTcpForwarding for this user/,
      follow: () => server.set({}),
    };
  },
  'port-refused': async () => {
    const server = await sshd();
    const on = await closedPort(page);
    return {
      host: hostOf(server),
      ask: get(on.port),
      says: /still starting/,
      follow: on.open,
    };
  },
  protocol: async () => {
    const server = await sshd();
    let speaks: 'http' | 'other' = 'other';
    const on = await closedPort(socket => (speaks === 'http' ? page(socket) : socket.end('220 ready\r\n')));
    await on.open();
    return {
      host: hostOf(server),
      ask: get(on.port),
      says: /the port belongs to the service/,
      follow: () => {
        speaks = 'http';
      },
    };
  },
  dropped: async () => {
    // The first request of a shell is the one that finds it ready; the second is cut.
    const ready = Buffer.byteLength(requestText('lakeup-'.padEnd(39, '0'), 1, 'echo $$'));
    const server = await odd({dropAfterBytes: ready + 5});
    return {
      host: server.host,
      limits: {backoffMs: 1},
      says: /Nothing to do if it comes back by itself/,
      follow: () => server.set({}),
    };
  },
  timeout: async () => {
    const server = await sshd();
    const dir = await folder();
    return {
      host: hostOf(server),
      ask: look(`[ -e ${dir}/free ] || sleep 30; echo in`, {timeoutMs: 300}),
      says: /the load of the host/,
      follow: () => write(join(dir, 'free'), ''),
    };
  },
} satisfies Record<Exclude<Trouble, Elsewhere>, () => Promise<Met>>;

/** Troubles whose advice is followed elsewhere. Of a password: whom the server asks for the proof alone is never asked for it. */
type Elsewhere = (typeof IN_RUNS)[number] | 'password-asked';

test('another user, who logs in by mysql_native_password, is not asked for the password itself', async () => {
  const words = describeTrouble('password-asked').todo.en;
  expect(words).toMatch(/use a user that logs in by `mysql_native_password`/);
  const asked = async (switchesTo: string | null) => {
    const server = await startRogue({greets: 'mysql_native_password', switchesTo});
    cleanups.push(server.stop);
    const reply = await sqlThrough(
      net.connect(server.port, '127.0.0.1'),
      {
        kind: 'sql',
        port: server.port,
        user: 'lake',
        passwordEnv: 'P',
        query: 'SHOW FRONTENDS',
        timeoutMs: 20_000,
      },
      {clock: realClock, password: 'secret', mayHavePassword: null, maxBytes: 1_000, signal: undefined},
    );
    return 'trouble' in reply ? reply.trouble : reply.kind;
  };
  expect(await asked('mysql_clear_password')).toBe('password-asked');
  expect(await asked('mysql_native_password')).not.toBe('password-asked');
});

test.skipIf(sshdMissing() !== null)('a key that is encrypted is added to an agent, and lets in', async () => {
  const [server, dir, agent] = [await sshd(), await folder(), await startAgent()];
  cleanups.push(agent.stop);
  const key = join(dir, 'locked');
  await writeFile(key, await readFile(server.identity), {mode: 0o600});
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret words', '-f', key]);
  const asks = join(dir, 'asks');
  await write(asks, '#!/bin/sh\necho secret words\n', 0o755);
  const host = {...hostOf(server), identityFiles: [key]};
  const vars = {HOME: '/nonexistent', SSH_AUTH_SOCK: agent.socket};
  const transport = openTransport(hostsOf(host), testEnv({}, {vars}));
  cleanups.push(transport.close);
  const id = HostId.parse(host.id ?? '127.0.0.1');
  expect(await transport.ask(id, look('echo in'))).toMatchObject({
    trouble: 'no-credentials',
    detail: {en: expect.stringMatching(/locked is encrypted: add it to an agent with ssh-add/)},
  });
  execFileSync('ssh-add', ['-q', key], {
    env: {...process.env, SSH_AUTH_SOCK: agent.socket, SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force'},
    stdio: 'ignore',
  });
  transport.retryLogins();
  expect(await transport.ask(id, look('echo in'))).toMatchObject({stdout: 'in\n'});
});

describe.skipIf(sshdMissing() !== null)('the advice is followed, and it goes on', () => {
  test.each(Object.entries(FOLLOWED))('%s', async (trouble, meet) => {
    const met: Met = await meet();
    const hosts = hostsOf(met.host);
    const transport = openTransport(hosts, testEnv(met.limits ?? {}, met.env ?? {}));
    cleanups.push(transport.close);
    const id = HostId.parse(met.host.id ?? '127.0.0.1');
    const ask = met.ask ?? look('echo in');
    const before = await transport.ask(id, ask);
    expect(before).toMatchObject({trouble});
    expect(describeTrouble(trouble as Trouble).todo.en).toMatch(met.says);
    await met.follow();
    transport.retryLogins();
    const after = await transport.ask(id, ask);
    expect(after).toMatchObject(ask.kind === 'http' ? {status: 200, body: 'well'} : {stdout: 'in\n'});
  });
});
