import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {HostId} from '../../src/model/ids.ts';
import type {Link} from '../../src/model/world.ts';
import {requestText} from '../../src/transport/shell-loop.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {
  clusterOf,
  type HostFields,
  holdLimit,
  look,
  N1,
  NOBODY,
  type TestEnv,
  testEnv,
  until,
} from './fixtures.ts';
import {type Oddity, type OddServer, startOddServer} from './odd-server.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const open = (
  host: HostFields,
  limits: Parameters<typeof testEnv>[0] = {},
  more: Parameters<typeof testEnv>[1] = {},
): {transport: SshTransport; env: TestEnv} => {
  const env = testEnv(limits, more);
  const transport = openTransport(clusterOf(host), env);
  cleanups.push(transport.close);
  return {transport, env};
};

const start = async (oddity: Oddity = {}): Promise<OddServer> => {
  const server = await startOddServer(oddity);
  cleanups.push(server.stop);
  return server;
};

const LOCAL = HostId.parse('127.0.0.1');

describe('a login that is refused', () => {
  test('is tried once, and again only when asked for', async () => {
    const server = await start({login: 'refuse'});
    const {transport} = open(server.host);
    for (let i = 0; i < 3; i++)
      expect(await transport.ask(N1, look('echo'))).toMatchObject({
        kind: 'refused',
        trouble: 'login-refused',
      });
    expect(server.seen).toMatchObject({connections: 1, logins: 1});
    server.set({});
    transport.forget(LOCAL);
    expect(await transport.ask(N1, look('echo in'))).toMatchObject({stdout: 'in\n'});
    expect(server.seen.logins).toBe(2);
  });

  test('many who ask at once share the one try', async () => {
    const server = await start({login: 'refuse'});
    const {transport} = open(server.host);
    const replies = await Promise.all(Array.from({length: 10}, () => transport.ask(N1, look('echo'))));
    expect(new Set(replies.map(reply => reply.kind))).toEqual(new Set(['refused']));
    expect(server.seen.logins).toBe(1);
  });
});

describe('an sshd that closes before the handshake', () => {
  test('is tried again until it answers', async () => {
    const server = await start({closeFirst: 3});
    const {transport} = open(server.host, {backoffMs: 1});
    expect(await transport.ask(N1, look('echo in'))).toMatchObject({stdout: 'in\n'});
    expect(server.seen.connections).toBe(4);
  });

  test('is given up after the tries that are allowed', async () => {
    const server = await start({closeFirst: 100});
    const {transport} = open(server.host, {backoffMs: 1, tries: 4});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'closed-before-handshake',
      detail: expect.stringContaining('4 tries'),
    });
    expect(server.seen.connections).toBe(4);
  });
});

describe('hosts that cannot be reached', () => {
  const plain = {identityFiles: [], knownHostsFile: '/dev/null'};

  test('nothing listens', async () => {
    const server = await start();
    const {transport} = open({...server.host, port: NOBODY});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'connect-refused',
    });
  });

  test('a name that nobody knows', async () => {
    const server = await start();
    const {transport} = open({...server.host, id: 'no-such-host.invalid'});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({kind: 'refused', trouble: 'name-unknown'});
  });

  test('a port that is silent', async () => {
    const silent = net.createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    cleanups.push(async () => void silent.close());
    const address = silent.address();
    const server = await start();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const {transport} = open({...server.host, port}, {connectMs: 200});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({kind: 'refused', trouble: 'timeout'});
  });

  test('no key to offer', async () => {
    const {transport} = open({...plain, port: 1, identityFiles: ['/nonexistent/id']});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'no-credentials',
      detail: expect.stringContaining('/nonexistent/id does not exist'),
    });
  });
});

describe('shells', () => {
  test('what a profile prints does not reach the answer', async () => {
    const server = await start({noise: 'Welcome!\nlakeup-000:1:0\n€ half a line'});
    const {transport} = open(server.host);
    expect(await transport.ask(N1, look('echo out; echo err >&2'))).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('no login shell: what it said is told', async () => {
    const server = await start({exec: 'nologin'});
    const {transport} = open(server.host);
    expect(await transport.ask(N1, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'no-shell',
      detail: expect.stringContaining('currently not available'),
    });
  });

  test('a shell that says nothing', async () => {
    const server = await start({exec: 'silence'});
    const limit = holdLimit();
    const {transport} = open(server.host, {shellReadyMs: limit.ms}, {clock: limit.clock});
    const asked = transport.ask(N1, look('echo'));
    await until(() => server.seen.asked === 1, 'the question whether it is ready');
    await limit.runOut();
    expect(await asked).toMatchObject({kind: 'refused', trouble: 'no-shell'});
    server.set({});
    expect(await transport.ask(N1, look('echo now'))).toMatchObject({stdout: 'now\n'});
    expect(server.seen.connections).toBe(1);
  });

  test('a host that gives no session', async () => {
    const server = await start({exec: 'reject'});
    const {transport} = open(server.host);
    expect(await transport.ask(N1, look('echo'))).toMatchObject({
      kind: 'refused',
      trouble: 'channel-refused',
    });
  });

  test('one shell and one connection serve all looks', async () => {
    const server = await start();
    const {transport} = open(server.host);
    await Promise.all(Array.from({length: 20}, () => transport.ask(N1, look('echo'))));
    expect(server.seen).toMatchObject({connections: 1, shells: 1});
    await transport.ask(N1, look('echo', {lane: 'act'}));
    expect(server.seen).toMatchObject({connections: 1, shells: 2});
  });

  test('whoever stands in line too long is refused, not lost', async () => {
    const server = await start();
    const {transport} = open(server.host, {lineMs: {look: 100, act: 100}});
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-line-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    const first = transport.ask(N1, look(`while [ ! -e ${dir}/go ]; do sleep 0.05; done`));
    expect(await transport.ask(N1, look('echo'))).toMatchObject({kind: 'refused', trouble: 'timeout'});
    await writeFile(join(dir, 'go'), '');
    expect(await first).toMatchObject({kind: 'shell', code: 0});
    expect(await transport.ask(N1, look('echo free'))).toMatchObject({stdout: 'free\n'});
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
      const {transport} = open(server.host, {backoffMs: 1});
      const reply = await transport.ask(N1, look(script));
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
    const {transport} = open(server.host, {backoffMs: 1});
    const links: Link['status'][] = [];
    transport.onLink(link => links.push(link.status));
    expect(await transport.ask(N1, look('echo'))).toMatchObject({kind: 'shell'});
    const asked = transport.ask(N1, look('sleep 600'));
    await until(() => server.seen.shells === 1, 'the shell');
    server.drop();
    expect(await asked).toMatchObject({kind: 'lost', trouble: 'dropped'});
    expect(transport.links()).toEqual([{host: LOCAL, status: 'down', reason: expect.any(String)}]);
    expect(await transport.ask(N1, look('echo on'))).toMatchObject({stdout: 'on\n'});
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
    const cluster = clusterOf(...Array.from({length: 30}, (_, i) => ({...server.host, id: `h${i}`})));
    const transport = openTransport(cluster, env);
    cleanups.push(transport.close);
    const replies = await Promise.all(cluster.nodes.map(node => transport.ask(node.id, look('echo'))));
    expect(replies.map(reply => reply.kind)).toEqual(Array(30).fill('shell'));
    expect(server.seen.openMost).toBeLessThanOrEqual(5);
    expect(server.seen.openMost).toBeGreaterThan(1);
  });

  test('fewer still through one jump host, over one connection to it', async () => {
    const jump = await start();
    const server = await start({loginMs: 30});
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-jump-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    await writeFile(
      join(dir, 'config'),
      `Host jump\n  HostName 127.0.0.1\n  Port ${jump.host.port}\n  IdentityFile ${jump.host.identityFiles[0]}\n` +
        `  UserKnownHostsFile ${jump.host.knownHostsFile}\nHost h*\n  HostName 127.0.0.1\n  ProxyJump jump\n`,
    );
    const cluster = clusterOf(...Array.from({length: 12}, (_, i) => ({...server.host, id: `h${i}`})));
    const transport = openTransport(
      cluster,
      testEnv({handshakesPerJump: 3}, {sshConfig: join(dir, 'config')}),
    );
    cleanups.push(transport.close);
    const replies = await Promise.all(cluster.nodes.map(node => transport.ask(node.id, look('echo'))));
    expect(replies.map(reply => reply.kind)).toEqual(Array(12).fill('shell'));
    expect(server.seen.openMost).toBeLessThanOrEqual(3);
    expect(jump.seen.connections).toBe(1);
  });
});

describe('closing', () => {
  test('gives up what is on its way', async () => {
    const server = await start({loginMs: 60_000});
    const {transport} = open(server.host);
    const asked = transport.ask(N1, look('echo'));
    await until(() => server.seen.logins === 1, 'the login');
    await transport.close();
    expect(await asked).toMatchObject({kind: 'refused'});
    expect(await transport.ask(N1, look('echo'))).toMatchObject({kind: 'refused', trouble: 'cancelled'});
    await until(() => server.openSockets() === 0, 'the socket to close');
  });
});

describe('the command log', () => {
  test('tells what was asked and how it ended', async () => {
    const server = await start();
    const {transport, env} = open(server.host);
    await transport.ask(N1, look('exit 4', {name: 'status'}));
    expect(env.lines).toEqual([
      {
        at: expect.any(Number),
        host: LOCAL,
        node: N1,
        kind: 'shell',
        what: 'status',
        outcome: 'exit 4',
        ms: expect.any(Number),
      },
    ]);
  });
});
