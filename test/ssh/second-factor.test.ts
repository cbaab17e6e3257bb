import {execFileSync, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {type HostFields, hostsOf, LOCAL, look, testEnv, until} from './fixtures.ts';
import {type Oddity, type OddServer, startOddServer} from './odd-server.ts';
import {makeKey} from './real-sshd.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const start = async (oddity: Oddity): Promise<OddServer> => {
  const server = await startOddServer(oddity);
  cleanups.push(server.stop);
  return server;
};

const open = (host: HostFields, vars: Readonly<Record<string, string>> = {}): SshTransport => {
  const env = testEnv();
  const transport = openTransport(hostsOf(host), {...env, vars: {...env.vars, ...vars}});
  cleanups.push(transport.close);
  return transport;
};

/** An agent with that key, behind some that the host does not know. */
const agentWith = async (identity: string): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-agent-'));
  cleanups.push(() => rm(dir, {recursive: true, force: true}));
  const socket = join(dir, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
  cleanups.push(() => agent.kill());
  await until(() => existsSync(socket), 'the agent');
  execFileSync('ssh-add', ['-q', identity], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'});
  return socket;
};

const IN = {kind: 'shell', stdout: 'in\n'};
const ASKED = {
  kind: 'refused',
  trouble: 'second-factor',
  detail: {en: '127.0.0.1 asks tester for more than a key: “Verification code:”'},
};

describe.each([
  ['after the key', false],
  ['before the key', true],
])('a second factor %s', (_, first) => {
  test('is passed by a key of a file where it asks nothing', async () => {
    const server = await start({factor: {asks: 'nothing', first}});
    expect(await open(server.host).ask(LOCAL, look('echo in'))).toMatchObject(IN);
  });

  test('is passed by a key of an agent where it asks nothing', async () => {
    const server = await start({factor: {asks: 'nothing', first}});
    const [identity = ''] = server.host.identityFiles;
    const transport = open(
      {...server.host, identityFiles: []},
      {SSH_AUTH_SOCK: await agentWith(identity), HOME: '/nonexistent'},
    );
    expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(IN);
  });

  test('that asks for a code is told as that, and asked for once', async () => {
    const server = await start({factor: {asks: 'a code', first}});
    const transport = open(server.host);
    for (let i = 0; i < 3; i++) expect(await transport.ask(LOCAL, look('echo in'))).toMatchObject(ASKED);
    expect(server.seen.connections).toBe(1);
  });
});

test('a key that is refused is told as refused where a password would do, too', async () => {
  const server = await start({factor: {asks: 'nothing'}});
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-other-'));
  cleanups.push(() => rm(dir, {recursive: true, force: true}));
  makeKey(join(dir, 'other'));
  server.set({login: 'refuse'});
  const reply = await open({...server.host, identityFiles: [join(dir, 'other')]}).ask(LOCAL, look('echo in'));
  expect(reply).toMatchObject({kind: 'refused', trouble: 'login-refused'});
});
