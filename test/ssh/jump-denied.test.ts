import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import type {Refused, Request} from '../../src/model/ask.ts';
import {HostId} from '../../src/model/ids.ts';
import {describeTrouble} from '../../src/model/trouble.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {hostOf, hostsOf, look, testEnv} from './fixtures.ts';
import {startOddServer} from './odd-server.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';

/*
 * A machine on the way that forbids going on: it is named, and not the host behind it, which nobody has reached.
 */

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const sshd = async (config = ''): Promise<RealSshd> => {
  const server = await startSshd({config});
  cleanups.push(server.stop);
  return server;
};

const TARGET = HostId.parse('target');
const IN = {kind: 'shell', stdout: 'in\n'};

const section = (name: string, {port, user, identity, knownHosts}: RealSshd): string =>
  `Host ${name}\n  HostName 127.0.0.1\n  Port ${port}\n  User ${user}\n  IdentityFile ${identity}\n` +
  `  IdentitiesOnly yes\n  UserKnownHostsFile ${knownHosts}\n`;

/** The way to `target` over those machines, by their names in ssh's configuration. */
const behind = async (
  target: RealSshd,
  jumps: Readonly<Record<string, RealSshd>>,
): Promise<{readonly transport: SshTransport; readonly config: string}> => {
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-jump-'));
  cleanups.push(() => rm(dir, {recursive: true, force: true}));
  const config = join(dir, 'config');
  const sections = Object.entries(jumps).map(([name, server]) => section(name, server));
  const way = `Host target\n  HostName 127.0.0.1\n  ProxyJump ${Object.keys(jumps).join(',')}\n`;
  await writeFile(config, [...sections, way].join(''));
  const hosts = hostsOf({...hostOf(target), id: TARGET});
  const transport = openTransport(hosts, testEnv({backoffMs: 1}, {sshConfig: config}));
  cleanups.push(transport.close);
  return {transport, config};
};

const refusal = async (transport: SshTransport, request: Request = look('echo in')): Promise<Refused> => {
  const reply = await transport.ask(TARGET, request);
  if (reply.kind !== 'refused') throw new Error(`not refused: ${JSON.stringify(reply)}`);
  return reply;
};

/** The words of a bastion that lets nobody go on to the target. */
const said = (bastion: RealSshd, name: string, target: RealSshd) => ({
  kind: 'refused',
  trouble: 'jump-denied',
  detail: {
    en: `${name} (127.0.0.1:${bastion.port}) forbids ${bastion.user} a connection to 127.0.0.1:${target.port}: Channel open failure: open failed`,
    zh: `${name}（127.0.0.1:${bastion.port}）禁止用户 ${bastion.user} 连接 127.0.0.1:${target.port}：“Channel open failure: open failed”`,
  },
});

describe.skipIf(sshdMissing() !== null)('a jump host that forbids going on', () => {
  test.each([
    ['AllowTcpForwarding no', 'AllowTcpForwarding yes'],
    ['AllowTcpForwarding remote', 'AllowTcpForwarding local'],
    ['PermitOpen none', 'PermitOpen any'],
    ['PermitOpen 127.0.0.1:1 10.0.0.1:22', 'PermitOpen 127.0.0.1:*'],
    ['DisableForwarding yes', 'DisableForwarding no'],
  ])('%s: is named, and lets go on once it says %s', async (line, allowed) => {
    const [bastion, target] = [await sshd(line), await sshd()];
    const {transport} = await behind(target, {bastion});
    expect(await refusal(transport)).toEqual(said(bastion, 'bastion', target));
    expect(await target.log()).not.toContain('Accepted publickey');
    await bastion.reconfigure(config => config.replace(line, allowed));
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('by `restrict` in its authorized_keys', async () => {
    const [bastion, target] = [await sshd(), await sshd()];
    const keys = join(bastion.dir, 'authorized_keys');
    const plain = await readFile(keys, 'utf8');
    await writeFile(keys, `restrict ${plain}`);
    const {transport} = await behind(target, {bastion});
    expect(await refusal(transport)).toEqual(said(bastion, 'bastion', target));
    await writeFile(keys, `restrict,permitopen="127.0.0.1:${target.port}",port-forwarding ${plain}`);
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('the second of two: it is named, not the first', async () => {
    const [outer, inner, target] = [await sshd(), await sshd('AllowTcpForwarding no'), await sshd()];
    const {transport} = await behind(target, {outer, inner});
    expect(await refusal(transport)).toEqual(said(inner, 'inner', target));
    await inner.reconfigure(config => config.replace('AllowTcpForwarding no', ''));
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('the first of two: it is named, with the second as what it forbids', async () => {
    const [outer, inner, target] = [await sshd('AllowTcpForwarding no'), await sshd(), await sshd()];
    const {transport} = await behind(target, {outer, inner});
    const {detail} = said(outer, 'outer', inner);
    expect(await refusal(transport)).toEqual({
      kind: 'refused',
      trouble: 'jump-denied',
      detail: {en: `through inner: ${detail.en}`, zh: `经由 inner：${detail.zh}`},
    });
    await outer.reconfigure(config => config.replace('AllowTcpForwarding no', ''));
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('the advice speaks of the jump host, and another one is a way on as well', async () => {
    const [bastion, other, target] = [await sshd('AllowTcpForwarding no'), await sshd(), await sshd()];
    const {transport, config} = await behind(target, {bastion});
    const {what, todo} = describeTrouble((await refusal(transport)).trouble);
    expect(what.en).toMatch(/jump host/);
    expect(what.zh).toMatch(/跳板机/);
    expect(todo.en).toMatch(/jump host that the detail names.*AllowTcpForwarding.*name another way/);
    expect(todo.zh).toMatch(/跳板机.*AllowTcpForwarding/);
    for (const words of [what.en, what.zh, todo.en, todo.zh]) expect(words).not.toMatch(/curl|bash/);
    const lines = await readFile(config, 'utf8');
    await writeFile(config, section('other', other) + lines.replace('ProxyJump bastion', 'ProxyJump other'));
    transport.retryLogins();
    expect(await transport.ask(TARGET, look('echo in'))).toMatchObject(IN);
  });

  test('the host itself forbids forwarding: the old words stay', async () => {
    const web = http.createServer((_, response) => response.end('well'));
    await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => web.close());
    const address = web.address();
    const port = address === null || typeof address === 'string' ? 0 : address.port;
    const [bastion, target] = [await sshd(), await startOddServer({forward: 'deny', programs: 'none'})];
    cleanups.push(target.stop);
    const dir = await mkdtemp(join(tmpdir(), 'lakeup-jump-'));
    cleanups.push(() => rm(dir, {recursive: true, force: true}));
    await writeFile(
      join(dir, 'config'),
      `${section('bastion', bastion)}Host target\n  HostName 127.0.0.1\n  ProxyJump bastion\n`,
    );
    const transport = openTransport(
      hostsOf({...target.host, id: TARGET}),
      testEnv({}, {sshConfig: join(dir, 'config')}),
    );
    cleanups.push(transport.close);
    const reply = await refusal(transport, {kind: 'http', port, path: '/', timeoutMs: 10_000});
    expect(reply.trouble).toBe('forward-denied');
    expect(describeTrouble(reply.trouble).todo.en).toMatch(/install curl \(HTTP\) or bash \(SQL\) there/);
  });
});
