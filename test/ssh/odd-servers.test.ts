import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {HostId} from '../../src/model/ids.ts';
import type {Link} from '../../src/model/world.ts';
import {requestText} from '../../src/transport/shell-loop.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {type HostFields, holdLimit, hostsOf, LOCAL, look, NOBODY, testEnv, until} from './fixtures.ts';
import {type Oddity, type OddServer, startOddServer} from './odd-server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const open = (
  host: HostFields,
  limits: Parameters<typeof testEnv>[0] = {},
  more: Parameters<typeof testEnv>[1] = {},
): SshTransport => {
  const transport = openTransport(hostsOf(host), testEnv(limits, more));
  cleanups.push(transport.close);
  return transport;
};

const start = async (oddity: Oddity = {}): Promise<OddServer> => {
  const server = await startOddServer(oddity);
  cleanups.push(server.stop);
  return server;
};

describe('a login that is refused', () => {
  test('is tried once, and again only when asked for', async () => {
    const server = await start({login: 'refuse'});
    const transport = open(server.host);
    for (let i = 0; i < 3; i++)
      expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
        kind: 'refused',
        trouble: 'login-refused',
      });
    expect(server.seen).toMatchObject({connections: 1, logins: 1});
    server.set({});
    transport.retryLogins();
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject({stdout: 'in\n'});
    expect(server.seen.logins).toBe(2);
  });

  test('many who ask at once share the one try', async () => {
    const server = await start({login: 'refuse'});
    const transport = open(server.host);
    const replies = await Promise.all(Array.from({length: 10}, () => transport.ask(LOCAL, look('echo'))));
    expect(new Set(replies.map(reply => reply.kind))).toEqual(new Set(['refused']));
    expect(server.seen.logins).toBe(1);
  });
});

test('a host that the transport was not opened for is a mistake of the program', async () => {
  const server = await start();
  const transport = open(server.host);
  await expect(transport.ask(HostId.parse('elsewhere'), look('echo'))).rejects.toThrow(/elsewhere/);
});

/** A way over a jump host, in the words of ssh's configuration. */
const over = async (jump: OddServer, names: string): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-jump-'));
  cleanups.push(() => rm(dir, {recursive: true, force: true}));
  const {port, identityFiles, knownHostsFile} = jump.host;
  const config = join(dir, 'config');
  await writeFile(
    config,
    `Host jump\n  HostName 127.0.0.1\n  Port ${port}\n  IdentityFile ${identityFiles[0]}\n` +
      `  UserKnownHostsFile ${knownHostsFile}\nHost ${names}\n  HostName 127.0.0.1\n  ProxyJump jump\n`,
  );
  return config;
};

describe('what was refused is tried anew when the operator wants it', () => {
  const SLOW = {backoffMs: 600_000, backoffMaxMs: 600_000};
  const always = {chance: () => 1};
  const IN = {kind: 'shell', stdout: 'in\n'};
  const TARGET = HostId.parse('target');

  test.each([
    ['a session', {exec: 'reject'}, 'channel-refused'],
    ['a shell', {exec: 'nologin'}, 'no-shell'],
  ] as const)('%s: on a connection of its own', async (_, oddity, trouble) => {
    const server = await start({...oddity, heldFromLogin: true});
    const transport = open(server.host);
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'refused', trouble});
    server.set({});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'refused', trouble});
    transport.retryLogins();
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
    expect(server.seen.connections).toBe(2);
    await until(() => server.openSockets() === 1, 'the old connection to close');
  });

  test('what is in hand goes on where it runs, and the old connection closes after it', async () => {
    const server = await start({maxSessions: 1, heldFromLogin: true});
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-anew-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const transport = open(server.host);
    const inHand = transport.ask(LOCAL, look(`while [ ! -e ${dir}/go ]; do sleep 0.05; done; echo done`));
    await until(() => server.seen.shells === 1, 'the look to begin');
    const act = look('echo in', {shell: 'act'});
    expect(await transport.ask(LOCAL, act)).toMatchObject({kind: 'refused', trouble: 'channel-refused'});
    server.set({});
    transport.retryLogins();
    const waiting = transport.ask(LOCAL, look('echo in'));
    expect(await transport.ask(LOCAL, act)).toMatchObject(IN);
    expect(server.openSockets()).toBe(2);
    await writeFile(join(dir, 'go'), '');
    expect(await inHand).toMatchObject({kind: 'shell', stdout: 'done\n'});
    expect(await waiting).toMatchObject(IN);
    await until(() => server.openSockets() === 1, 'the old connection to close');
    expect(transport.links()).toEqual([{host: LOCAL, status: 'up', reason: null}]);
  });

  test('nothing was refused: the connection stays', async () => {
    const server = await start();
    const transport = open(server.host);
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
    transport.retryLogins();
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
    expect(server.seen).toMatchObject({connections: 1, shells: 1});
  });

  test('forwarding is forbidden and the port was asked on the host: the connection stays', async () => {
    const web = http.createServer((_, response) => response.end('well'));
    await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => void web.close());
    const address = web.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const server = await start({forward: 'deny'});
    const transport = open(server.host);
    const get = {kind: 'http', port, path: '/', timeoutMs: 10_000} as const;
    expect(await transport.ask(LOCAL, get)).toEqual({kind: 'http', status: 200, body: 'well'});
    transport.retryLogins();
    expect(await transport.ask(LOCAL, get)).toEqual({kind: 'http', status: 200, body: 'well'});
    expect(server.seen.connections).toBe(1);
  });

  test('a back-off is not waited out any more, neither before a try nor between two', async () => {
    const silent = await start({closeFirst: 1});
    const transport = open(silent.host, SLOW, always);
    const asked = transport.ask(LOCAL, look('echo in'));
    await until(() => silent.seen.connections === 1, 'the first try');
    transport.retryLogins();
    expect(await asked).toMatchObject(IN);

    const refusing = await start({login: 'refuse'});
    const other = open({...refusing.host, knownHostsFile: '/dev/null'}, SLOW, always);
    expect(await other.ask(LOCAL, look('echo'))).toMatchObject({trouble: 'host-key-unknown'});
    other.retryLogins();
    expect(await other.ask(LOCAL, look('echo'))).toMatchObject({trouble: 'host-key-unknown'});
    expect(refusing.seen.connections).toBe(2);
  });

  test('a login that a jump host refused', async () => {
    const [jump, server] = [await start({login: 'refuse'}), await start()];
    const sshConfig = await over(jump, 'target');
    const transport = open({...server.host, id: TARGET}, {}, {sshConfig});
    for (let i = 0; i < 2; i++)
      expect(await transport.ask(TARGET, look('echo'))).toMatchObject({trouble: 'login-refused'});
    expect(jump.seen.logins).toBe(1);
    jump.set({});
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('a way on that a jump host forbade', async () => {
    const [jump, server] = [await start({forward: 'deny'}), await start()];
    const sshConfig = await over(jump, 'target');
    const transport = open({...server.host, id: TARGET}, {backoffMs: 1}, {sshConfig});
    const words = `jump (127.0.0.1:${jump.host.port}) forbids ${userInfo().username} a connection to 127.0.0.1:${server.host.port}`;
    const forbidden = {
      kind: 'refused',
      trouble: 'jump-denied',
      detail: {en: expect.stringContaining(words), zh: expect.stringMatching(/^jump（.*）禁止用户/)},
    };
    expect(await transport.ask(TARGET, look('echo'))).toMatchObject(forbidden);
    jump.set({});
    expect(await transport.ask(TARGET, look('echo'))).toMatchObject(forbidden);
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
    expect(jump.seen.connections).toBe(2);
    await until(() => jump.openSockets() === 1, 'the old connection to close');
  });

  test('other hosts behind a jump host go on while its connection is made anew', async () => {
    const [jump, server] = [await start(), await start()];
    const sshConfig = await over(jump, 'near far');
    const [near, far] = [HostId.parse('near'), HostId.parse('far')];
    const hosts = hostsOf({...server.host, id: near}, {...server.host, id: far, port: NOBODY});
    const transport = openTransport(hosts, testEnv({backoffMs: 1}, {sshConfig}));
    cleanups.push(transport.close);
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-anew-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const inHand = transport.ask(near, look(`while [ ! -e ${dir}/go ]; do sleep 0.05; done; echo in`));
    await until(() => server.seen.shells === 1, 'the look to begin');
    // This server tells a port that is shut as sshd tells many things: by a channel that it did not open.
    expect(await transport.ask(far, look('echo'))).toMatchObject({kind: 'refused', trouble: 'unreachable'});
    transport.retryLogins();
    expect(await transport.ask(far, look('echo'))).toMatchObject({kind: 'refused', trouble: 'unreachable'});
    expect(jump.openSockets()).toBe(2);
    await writeFile(join(dir, 'go'), '');
    expect(await inHand).toMatchObject(IN);
    expect(await transport.ask(near, look('echo in'))).toMatchObject(IN);
    expect(server.seen.connections).toBe(1);
  });

  test('ssh’s configuration is read anew', async () => {
    const server = await start();
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-config-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const sshConfig = join(dir, 'config');
    const write = (address: string) => writeFile(sshConfig, `Host target\n  HostName ${address}\n`);
    await write('no-such-host.invalid');
    const transport = open({...server.host, id: TARGET}, {backoffMs: 1}, {sshConfig});
    expect(await transport.ask(TARGET, look('echo'))).toMatchObject({trouble: 'name-unknown'});
    await write('127.0.0.1');
    expect(await transport.ask(TARGET, look('echo'))).toMatchObject({trouble: 'name-unknown'});
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });
});

describe('an sshd that closes before the handshake', () => {
  test('is tried again until it answers', async () => {
    const server = await start({closeFirst: 3});
    const transport = open(server.host, {backoffMs: 1});
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject({stdout: 'in\n'});
    expect(server.seen.connections).toBe(4);
  });

  test('is given up after the tries that are allowed', async () => {
    const server = await start({closeFirst: 100});
    const transport = open(server.host, {backoffMs: 1, tries: 4});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'closed-before-handshake',
      detail: {en: expect.stringContaining('4 tries'), zh: expect.stringContaining('4 次')},
    });
    expect(server.seen.connections).toBe(4);
  });
});

describe('hosts that cannot be reached', () => {
  const plain = {identityFiles: [], knownHostsFile: '/dev/null'};

  test('nothing listens', async () => {
    const server = await start();
    const transport = open({...server.host, port: NOBODY});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'connect-refused',
    });
  });

  test('a name that nobody knows', async () => {
    const server = await start();
    const id = HostId.parse('no-such-host.invalid');
    const transport = open({...server.host, id});
    expect(await transport.ask(id, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'name-unknown',
    });
  });

  test('a port that is silent', async () => {
    const silent = net.createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => void silent.close());
    const address = silent.address();
    const server = await start();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const transport = open({...server.host, port}, {connectMs: 200});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'refused', trouble: 'timeout'});
  });

  test('no key to offer', async () => {
    const transport = open({...plain, port: 1, identityFiles: ['/nonexistent/id']});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'no-credentials',
      detail: {en: expect.stringContaining('/nonexistent/id does not exist')},
    });
  });
});

describe('shells', () => {
  test('what a profile prints does not reach the answer', async () => {
    const server = await start({noise: 'Welcome!\nlakeup-000:1:0\n€ half a line'});
    const transport = open(server.host);
    expect(await transport.ask(LOCAL, look('echo out; echo err >&2'))).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('no login shell: what it said is told', async () => {
    const server = await start({exec: 'nologin'});
    const transport = open(server.host);
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'no-shell',
      detail: {
        en: expect.stringContaining('currently not available'),
        zh: expect.stringMatching(/输出是“[^”]*currently not available/),
      },
    });
  });

  test('a shell that says nothing', async () => {
    const server = await start({exec: 'silence'});
    const limit = holdLimit();
    const transport = open(server.host, {shellReadyMs: limit.ms}, {clock: limit.clock});
    const asked = transport.ask(LOCAL, look('echo'));
    await until(() => server.seen.asked === 1, 'the question whether it is ready');
    await limit.runOut();
    expect(await asked).toMatchObject({kind: 'refused', trouble: 'no-shell'});
    server.set({});
    expect(await transport.ask(LOCAL, look('echo now'))).toMatchObject({stdout: 'now\n'});
    expect(server.seen.connections).toBe(1);
  });

  test('a host that gives no session', async () => {
    const server = await start({exec: 'reject'});
    const transport = open(server.host);
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'channel-refused',
    });
  });

  test('one shell and one connection serve all looks', async () => {
    const server = await start();
    const transport = open(server.host);
    await Promise.all(Array.from({length: 20}, () => transport.ask(LOCAL, look('echo'))));
    expect(server.seen).toMatchObject({connections: 1, shells: 1});
    await transport.ask(LOCAL, look('echo', {shell: 'act'}));
    expect(server.seen).toMatchObject({connections: 1, shells: 2});
  });

  test('whoever waits too long behind others is refused, not lost', async () => {
    const server = await start();
    const transport = open(server.host, {queueMs: {look: 100, act: 100, copy: 100}});
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-queue-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const first = transport.ask(LOCAL, look(`while [ ! -e ${dir}/go ]; do sleep 0.05; done`));
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'refused', trouble: 'timeout'});
    await writeFile(join(dir, 'go'), '');
    expect(await first).toMatchObject({kind: 'shell', code: 0});
    expect(await transport.ask(LOCAL, look('echo free'))).toMatchObject({stdout: 'free\n'});
  });
});

describe('a link that dies while a request is on its way', () => {
  test('a request that arrived in part does not run in part, wherever it is cut', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-cut-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const server = await start();
    const script = `: >${dir}/one\n: >${dir}/two\nrm -rf ${dir}/keep`;
    // The first request of a loop is the one that finds the shell ready.
    const before = Buffer.byteLength(requestText('lakeup-'.padEnd(39, '0'), 1, 'echo $$'));
    const whole = Buffer.byteLength(requestText('lakeup-'.padEnd(39, '0'), 2, script));
    for (let cut = 1; cut < whole - 2; cut += 17) {
      await writeFile(join(dir, 'keep'), '');
      server.set({dropAfterBytes: before + cut});
      const transport = open(server.host, {backoffMs: 1});
      const reply = await transport.ask(LOCAL, look(script));
      expect(reply, `cut at ${cut}`).toMatchObject({kind: 'lost'});
      await until(() => server.seen.shellsEnded === server.seen.shells, 'the shell to end');
      expect([
        existsSync(join(dir, 'one')),
        existsSync(join(dir, 'two')),
        existsSync(join(dir, 'keep')),
      ]).toEqual([false, false, true]);
      await transport.close();
    }
  });

  test('the loss is told at once, the reason is kept, and the next request connects again', async () => {
    const server = await start();
    const transport = open(server.host, {backoffMs: 1});
    const links: Link['status'][] = [];
    transport.onLink(link => links.push(link.status));
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'shell'});
    const asked = transport.ask(LOCAL, look('sleep 600'));
    await until(() => server.seen.shells === 1, 'the shell');
    server.drop();
    expect(await asked).toMatchObject({kind: 'lost', trouble: 'dropped'});
    expect(transport.links()).toEqual([
      {host: LOCAL, status: 'down', reason: {en: expect.any(String), zh: expect.any(String)}},
    ]);
    expect(await transport.ask(LOCAL, look('echo on'))).toMatchObject({stdout: 'on\n'});
    expect(links).toEqual(['connecting', 'up', 'down', 'connecting', 'up']);
  });
});

describe('limits', () => {
  test('never more handshakes in flight than allowed', async () => {
    const server = await start({loginMs: 30});
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-many-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    await writeFile(join(dir, 'config'), 'Host h*\n  HostName 127.0.0.1\n');
    const env = testEnv({handshakes: 5}, {sshConfig: join(dir, 'config')});
    const hosts = hostsOf(...Array.from({length: 30}, (_, i) => ({...server.host, id: `h${i}`})));
    const transport = openTransport(hosts, env);
    cleanups.push(transport.close);
    const replies = await Promise.all(hosts.map(({id}) => transport.ask(id, look('echo'))));
    expect(replies.map(reply => reply.kind)).toEqual(Array(30).fill('shell'));
    expect(server.seen.openMost).toBeLessThanOrEqual(5);
    expect(server.seen.openMost).toBeGreaterThan(1);
  });

  test('fewer still through one jump host, over one connection to it', async () => {
    const jump = await start();
    const server = await start({loginMs: 30});
    const sshConfig = await over(jump, 'h*');
    const hosts = hostsOf(...Array.from({length: 12}, (_, i) => ({...server.host, id: `h${i}`})));
    const transport = openTransport(hosts, testEnv({handshakesPerJump: 3}, {sshConfig}));
    cleanups.push(transport.close);
    const replies = await Promise.all(hosts.map(({id}) => transport.ask(id, look('echo'))));
    expect(replies.map(reply => reply.kind)).toEqual(Array(12).fill('shell'));
    expect(server.seen.openMost).toBeLessThanOrEqual(3);
    expect(jump.seen.connections).toBe(1);
  });
});

describe('closing', () => {
  test('gives up what is on its way', async () => {
    const server = await start({loginMs: 60_000});
    const transport = open(server.host);
    const asked = transport.ask(LOCAL, look('echo'));
    await until(() => server.seen.logins === 1, 'the login');
    await transport.close();
    expect(await asked).toMatchObject({kind: 'refused'});
    expect(await transport.ask(LOCAL, look('echo'))).toMatchObject({kind: 'refused', trouble: 'cancelled'});
    await until(() => server.openSockets() === 0, 'the socket to close');
  });
});
