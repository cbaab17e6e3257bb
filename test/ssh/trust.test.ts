import {execFileSync, spawn} from 'node:child_process';
import {appendFile, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {HostId} from '../../src/model/ids.ts';
import type {TransportEnv} from '../../src/transport/env.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {type HostFields, hostOf, hostsOf, LOCAL, look, testEnv, until} from './fixtures.ts';
import {makeKey, type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const open = (
  host: HostFields,
  limits: Parameters<typeof testEnv>[0] = {},
  more: Partial<TransportEnv> = {},
): SshTransport => {
  const transport = openTransport(hostsOf(host), testEnv(limits, more));
  cleanups.push(transport.close);
  return transport;
};

const ok = look('echo in');
const IN = {kind: 'shell', stdout: 'in\n'};

const print = (file: string): string =>
  /SHA256:\S+/.exec(execFileSync('ssh-keygen', ['-lf', file], {encoding: 'utf8'}))?.[0] ?? 'none';

describe.skipIf(sshdMissing() !== null)('whom it trusts, on a real sshd', () => {
  let sshd: RealSshd;
  let dir: string;
  beforeAll(async () => {
    sshd = await startSshd();
    dir = await mkdtemp(join(tmpdir(), 'lakeup-trust-'));
    makeKey(join(dir, 'other'));
  });
  afterAll(async () => {
    await sshd.stop();
    await rm(dir, {recursive: true, force: true});
  });

  const logins = async () => ((await sshd.log()).match(/Accepted publickey/g) ?? []).length;

  test('an unknown host key: refused with its fingerprint; known later: accepted without asking', async () => {
    const known = join(dir, 'empty');
    await writeFile(known, '');
    const before = await logins();
    const transport = open({...hostOf(sshd), knownHostsFile: known});
    const reply = await transport.ask(LOCAL, ok);
    expect(reply).toMatchObject({kind: 'refused', trouble: 'host-key-unknown'});
    const detail = reply.kind === 'refused' ? reply.detail.en : '';
    expect(detail).toContain(print(join(sshd.dir, 'host_key.pub')));
    expect(detail).toContain(known);
    expect(detail).toContain(`ssh -p ${sshd.port} ${sshd.host}`);
    expect(await transport.ask(LOCAL, ok)).toMatchObject({kind: 'refused', trouble: 'host-key-unknown'});
    expect(await logins()).toBe(before);
    await appendFile(known, await readFile(sshd.knownHosts, 'utf8'));
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
  });

  test('a refused host key is not looked at again while known_hosts stay as they are', async () => {
    const connections = async () => ((await sshd.log()).match(/^Connection from/gm) ?? []).length;
    const before = await connections();
    const transport = open({...hostOf(sshd), knownHostsFile: '/dev/null'});
    for (let i = 0; i < 4; i++) expect(await transport.ask(LOCAL, ok)).toMatchObject({kind: 'refused'});
    expect(await connections()).toBe(before + 1);
  });

  test('a changed host key: both fingerprints, file and line', async () => {
    const known = join(dir, 'changed');
    await writeFile(
      known,
      `# kept\n[${sshd.host}]:${sshd.port} ${await readFile(join(dir, 'other.pub'), 'utf8')}`,
    );
    const before = await logins();
    const reply = await open({...hostOf(sshd), knownHostsFile: known}).ask(LOCAL, ok);
    expect(reply).toMatchObject({kind: 'refused', trouble: 'host-key-changed'});
    const detail = reply.kind === 'refused' ? reply.detail.en : '';
    for (const part of [print(join(sshd.dir, 'host_key.pub')), print(join(dir, 'other.pub')), `${known}:2`])
      expect(detail).toContain(part);
    expect(await logins()).toBe(before);
  });

  test('revoked, and known by an authority only', async () => {
    const known = join(dir, 'revoked');
    const line = await readFile(sshd.knownHosts, 'utf8');
    await writeFile(known, `${line}@revoked ${line}`);
    expect(await open({...hostOf(sshd), knownHostsFile: known}).ask(LOCAL, ok)).toMatchObject({
      trouble: 'host-key-revoked',
    });
    await writeFile(join(dir, 'ca'), `@cert-authority ${line}`);
    expect(await open({...hostOf(sshd), knownHostsFile: join(dir, 'ca')}).ask(LOCAL, ok)).toMatchObject({
      trouble: 'host-key-ca-only',
    });
  });

  test('hashed names are found', async () => {
    const known = join(dir, 'hashed');
    await writeFile(known, await readFile(sshd.knownHosts, 'utf8'));
    execFileSync('ssh-keygen', ['-H', '-f', known], {stdio: 'ignore'});
    expect(await readFile(known, 'utf8')).toContain('|1|');
    expect(await open({...hostOf(sshd), knownHostsFile: known}).ask(LOCAL, ok)).toMatchObject(IN);
  });

  test('a host that has several keys is asked for the one that is known', async () => {
    makeKey(join(dir, 'ecdsa_host'), 'ecdsa');
    const two = await startSshd({config: `HostKey ${join(dir, 'ecdsa_host')}`});
    cleanups.push(two.stop);
    const known = join(dir, 'ecdsa_known');
    await writeFile(
      known,
      `[${two.host}]:${two.port} ${await readFile(join(dir, 'ecdsa_host.pub'), 'utf8')}`,
    );
    expect(await open({...hostOf(two), knownHostsFile: known}).ask(LOCAL, ok)).toMatchObject(IN);
    expect(await open(hostOf(two)).ask(LOCAL, ok)).toMatchObject(IN);
  });

  test('a key that the host does not take: one login, the reason, no second try', async () => {
    const failures = async () =>
      ((await sshd.log()).match(/Connection (closed|reset) by authenticating user/g) ?? []).length;
    const before = await failures();
    const transport = open({...hostOf(sshd), identityFiles: [join(dir, 'other')]});
    for (let i = 0; i < 3; i++)
      expect(await transport.ask(LOCAL, ok)).toMatchObject({
        kind: 'refused',
        trouble: 'login-refused',
        detail: {en: expect.stringContaining(sshd.user), zh: expect.stringContaining(sshd.user)},
      });
    await until(async () => (await failures()) > before, 'the log');
    expect(await failures()).toBe(before + 1);
  });

  test('an encrypted key without an agent: said so, and nothing is dialled', async () => {
    makeKey(join(dir, 'locked'), 'ed25519', 'secret words');
    expect(
      await open({...hostOf(sshd), port: 1, identityFiles: [join(dir, 'locked')]}).ask(LOCAL, ok),
    ).toMatchObject({
      kind: 'refused',
      trouble: 'no-credentials',
      detail: {en: expect.stringMatching(/locked is encrypted.*ssh-add/)},
    });
  });

  describe('with an agent', () => {
    let socket: string;
    let stop: () => void;
    beforeAll(async () => {
      socket = join(dir, 'agent.sock');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: 'ignore'});
      stop = () => void agent.kill();
      await until(() => {
        try {
          execFileSync('ssh-add', ['-l'], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'});
          return true;
        } catch (error) {
          // 1: it answers, and holds nothing yet.
          return error instanceof Error && 'status' in error && error.status === 1;
        }
      }, 'the agent');
      const add = (key: string) =>
        execFileSync('ssh-add', ['-q', key], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'});
      for (let i = 0; i < 8; i++) {
        makeKey(join(dir, `wrong${i}`));
        add(join(dir, `wrong${i}`));
      }
      add(sshd.identity);
    });
    afterAll(() => stop());
    const vars = () => ({HOME: '/nonexistent', SSH_AUTH_SOCK: socket});

    test('only the wanted one of its nine keys is offered', async () => {
      await writeFile(join(dir, 'mine.pub'), await readFile(`${sshd.identity}.pub`));
      const host = {...hostOf(sshd), identityFiles: [join(dir, 'mine')]};
      expect(await open(host, {}, {vars: vars()}).ask(LOCAL, ok)).toMatchObject(IN);
    });

    test('without a word about keys all are offered, and the host has enough of it', async () => {
      const host = {...hostOf(sshd), identityFiles: []};
      expect(await open(host, {}, {vars: vars()}).ask(LOCAL, ok)).toMatchObject({
        kind: 'refused',
        trouble: 'login-refused',
      });
    });

    test('an agent that is gone does not matter when there is a key', async () => {
      const gone = {HOME: '/nonexistent', SSH_AUTH_SOCK: '/nonexistent/agent'};
      expect(await open(hostOf(sshd), {}, {vars: gone}).ask(LOCAL, ok)).toMatchObject(IN);
    });
  });

  describe('through jump hosts', () => {
    const TARGET = HostId.parse('target');

    test('two hops, each verified under its own name; the last closes when the first does', async () => {
      const bastion = await startSshd();
      const inner = await startSshd();
      cleanups.push(bastion.stop, inner.stop);
      const known = join(dir, 'hops');
      await writeFile(
        known,
        (await readFile(bastion.knownHosts, 'utf8')) + (await readFile(inner.knownHosts, 'utf8')),
      );
      const config = join(dir, 'hops.config');
      await writeFile(
        config,
        `Host bastion\n  HostName ${bastion.host}\n  Port ${bastion.port}\n  IdentityFile ${bastion.identity}\n` +
          `Host inner\n  HostName ${inner.host}\n  Port ${inner.port}\n  IdentityFile ${inner.identity}\n  ProxyJump bastion\n` +
          `Host target\n  HostName ${sshd.host}\n  ProxyJump inner\n` +
          `Host *\n  User ${sshd.user}\n  UserKnownHostsFile ${known}\n`,
      );
      const transport = open({...hostOf(sshd), id: TARGET}, {backoffMs: 1}, {sshConfig: config});
      expect(await transport.ask(TARGET, look('echo $SSH_CONNECTION'))).toMatchObject({
        kind: 'shell',
        code: 0,
      });
      expect(await bastion.log()).toContain('Accepted publickey');
      expect(await inner.log()).toContain('Accepted publickey');
      const asked = transport.ask(TARGET, look(`while [ -d ${dir} ]; do sleep 0.2; done`));
      await transport.ask(TARGET, look('echo', {shell: 'act'}));
      bastion.killSessions();
      expect(await asked).toMatchObject({kind: 'lost', trouble: 'dropped'});
      expect(await transport.ask(TARGET, ok)).toMatchObject(IN);
    });

    test('an unknown key of the jump host stops the way there', async () => {
      const config = join(dir, 'unknown.config');
      await writeFile(
        config,
        `Host target\n  HostName ${sshd.host}\n  ProxyJump ${sshd.user}@${sshd.host}:${sshd.port}\nHost *\n  UserKnownHostsFile /dev/null\n  IdentityFile ${sshd.identity}\n`,
      );
      expect(
        await open({...hostOf(sshd), id: TARGET}, {}, {sshConfig: config}).ask(TARGET, ok),
      ).toMatchObject({
        kind: 'refused',
        trouble: 'host-key-unknown',
        detail: {en: expect.stringContaining(`through ${sshd.host}`)},
      });
    });

    test('a port that is shut behind the jump host; jump hosts in a circle', async () => {
      const config = join(dir, 'shut.config');
      const way = `Host bastion\n  HostName ${sshd.host}\n  Port ${sshd.port}\n  IdentityFile ${sshd.identity}\n  UserKnownHostsFile ${sshd.knownHosts}\n`;
      await writeFile(config, `${way}Host target\n  HostName ${sshd.host}\n  ProxyJump bastion\n`);
      expect(
        await open({...hostOf(sshd), id: TARGET, port: 1}, {}, {sshConfig: config}).ask(TARGET, ok),
      ).toMatchObject({
        kind: 'refused',
        trouble: 'connect-refused',
      });
      await writeFile(config, 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
      const circle = HostId.parse('a');
      expect(
        await open({...hostOf(sshd), id: circle}, {}, {sshConfig: config}).ask(circle, ok),
      ).toMatchObject({
        kind: 'refused',
        detail: {en: expect.stringContaining('circle')},
      });
    });
  });

  test('a peer that falls silent is noticed, the request is lost, and the next connects anew', async () => {
    const own = await startSshd();
    cleanups.push(own.stop);
    // Long enough that a busy machine's sshd is not taken for a silent one.
    const transport = open(hostOf(own), {keepaliveMs: 1_500, keepaliveCount: 2, backoffMs: 1});
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
    const asked = transport.ask(
      LOCAL,
      look(`while [ -d ${own.dir} ]; do sleep 0.2; done`, {timeoutMs: 60_000}),
    );
    own.signalSessions('SIGSTOP');
    expect(await asked).toMatchObject({
      kind: 'lost',
      trouble: 'dropped',
      detail: {en: expect.stringMatching(/keepalive/i)},
    });
    expect(transport.links()[0]).toMatchObject({host: LOCAL, status: 'down'});
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
  });

  test('a host that gives only one session, until its administrator gives more', async () => {
    const own = await startSshd({config: 'MaxSessions 1'});
    cleanups.push(own.stop);
    const transport = open(hostOf(own));
    const act = look('echo in', {shell: 'act'});
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
    expect(await transport.ask(LOCAL, act)).toMatchObject({kind: 'refused', trouble: 'channel-refused'});
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
    await own.reconfigure(config => config.replace('MaxSessions 1', 'MaxSessions 10'));
    expect(await transport.ask(LOCAL, act)).toMatchObject({kind: 'refused', trouble: 'channel-refused'});
    transport.retryLogins();
    expect(await transport.ask(LOCAL, act)).toMatchObject(IN);
    expect(await transport.ask(LOCAL, ok)).toMatchObject(IN);
  });
});
