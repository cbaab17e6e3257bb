import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {makeSettings, makeSettingsReader, parseHop, type Wanted} from '../../../src/transport/settings.ts';
import {configValues, parseConfigLine, parseSshG, readConfig} from '../../../src/transport/ssh-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-config-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

let files = 0;
const config = (text: string): string => {
  const file = join(dir, `config-${files++}`);
  writeFileSync(file, text);
  return file;
};

const wanted = (name: string, more: Partial<Wanted> = {}): Wanted => ({name, identityFiles: [], ...more});

const RICH = `
# everything
Host be-* !be-9
  User doris
  Port=2222
  IdentityFile "~/.ssh/lake key"
  IdentityFile "~/.ssh/%r at %h"
Host be-1 fe-1
  HostName 10.0.0.1
  User second
  ProxyJump ops@bastion:2200,inner
Host fe-*
  HostName %h.lake.example
  IdentitiesOnly yes
  UserKnownHostsFile ~/.ssh/lake_hosts /etc/lake_hosts
  HostKeyAlias lake-key
Host *
  user nobody
  ServerAliveInterval 5
`;

const sshBinary = spawnSync('ssh', ['-V']).status === 0;

describe('the reader of ssh’s configuration', () => {
  test.each([
    ['User doris', {key: 'user', words: ['doris']}],
    ['  USER\tdoris  ', {key: 'user', words: ['doris']}],
    ['User=doris', {key: 'user', words: ['doris']}],
    ['User = doris', {key: 'user', words: ['doris']}],
    ['IdentityFile "a b" c', {key: 'identityfile', words: ['a b', 'c']}],
    ['User doris # me', {key: 'user', words: ['doris']}],
    ['# comment', null],
    ['', null],
  ])('line %j', (line, expected) => {
    expect(parseConfigLine(line)).toEqual(expected);
  });

  test('the first value wins, lists grow, negation shuts out', async () => {
    const {lines, beyond} = await readConfig(config(RICH), '/home/me');
    expect(beyond).toBeNull();
    const of = (host: string, key: string) => configValues(lines, host).get(key)?.[0]?.join(' ');
    expect([of('be-1', 'user'), of('be-1', 'port'), of('be-1', 'hostname')]).toEqual([
      'doris',
      '2222',
      '10.0.0.1',
    ]);
    expect([of('be-9', 'user'), of('be-9', 'port'), of('fe-1', 'user')]).toEqual([
      'nobody',
      undefined,
      'second',
    ]);
    expect(configValues(lines, 'be-2').get('identityfile')).toHaveLength(2);
  });

  test('includes stand in their place and under their Host', async () => {
    mkdirSync(join(dir, 'more.d'), {recursive: true});
    writeFileSync(join(dir, 'more.d', 'a.conf'), 'User included\nHost other\n  Port 1\n');
    writeFileSync(join(dir, 'more.d', 'b.conf'), 'Port 99\n');
    writeFileSync(join(dir, 'more.d', '.hidden.conf'), 'Port 98\n');
    const {lines, beyond} = await readConfig(
      config('Host be-1\n  Include more.d/*.conf\n  HostName h\nHost *\n  User last\n'),
      '/home/me',
    );
    expect(beyond).toBeNull();
    expect(Object.fromEntries(configValues(lines, 'be-1'))).toEqual({
      user: [['included'], ['last']],
      port: [['99']],
      hostname: [['h']],
    });
    expect(Object.fromEntries(configValues(lines, 'other'))).toEqual({user: [['last']]});
  });

  test.each(['Match user root\n', 'CanonicalizeHostname yes\n', 'Include /etc/*/ssh\n', 'Include %d/x\n'])(
    '%j is beyond it',
    async text => {
      expect((await readConfig(config(text), '/home/me')).beyond).not.toBeNull();
    },
  );

  test('a file that is not there is empty', async () => {
    expect(await readConfig('/nonexistent/config', '/home/me')).toEqual({lines: [], beyond: null});
  });

  test.skipIf(!sshBinary).each(['be-1', 'be-2', 'be-9', 'fe-1', 'fe-2', 'other'])(
    'ssh -G agrees about %s',
    async name => {
      const file = config(RICH);
      const {lines} = await readConfig(file, '/home/me');
      const theirs = parseSshG(execFileSync('ssh', ['-T', '-F', file, '-G', name], {encoding: 'utf8'}));
      const make = (values: ReturnType<typeof parseSshG>) =>
        makeSettings(wanted(name), values, {}, userInfo().homedir, userInfo().username);
      const ours = make(configValues(lines, name));
      // Where the file names no key ssh lists all it would try, those of unusable kinds too.
      const keys = ours.identityFiles.some(({asked}) => asked) ? {} : {identityFiles: expect.anything()};
      expect(ours).toEqual({...make(theirs), ...keys});
    },
  );
});

describe('settings', () => {
  const of = (text: string, name: string, more: Partial<Wanted> = {}, vars: Record<string, string> = {}) =>
    makeSettingsReader({vars: {HOME: '/home/me', USER: 'me', ...vars}, sshConfig: config(text)})(
      wanted(name, more),
    );

  test('nothing said: ssh’s defaults', async () => {
    expect(await of('', 'be-1')).toEqual({
      name: 'be-1',
      address: 'be-1',
      port: 22,
      user: 'me',
      identityFiles: ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map(key => ({
        path: `/home/me/.ssh/${key}`,
        asked: false,
      })),
      certificateFiles: [],
      identitiesOnly: false,
      agentSocket: null,
      knownHostsFiles: [
        '/home/me/.ssh/known_hosts',
        '/home/me/.ssh/known_hosts2',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      keyAlias: null,
      jumps: [],
      proxyCommand: null,
      knownHostsCommand: null,
    });
  });

  test('the inventory wins', async () => {
    expect(
      await of(
        RICH,
        'be-1',
        {port: 22, user: 'root', identityFiles: ['~/k'], knownHostsFile: '/kh'},
        {SSH_AUTH_SOCK: '/agent'},
      ),
    ).toMatchObject({
      address: '10.0.0.1',
      port: 22,
      user: 'root',
      identityFiles: [{path: '/home/me/k', asked: true}],
      identitiesOnly: true,
      agentSocket: '/agent',
      knownHostsFiles: ['/kh'],
    });
  });

  test('certificates that are named, beside whatever keys the inventory names', async () => {
    const lines = 'CertificateFile ~/.ssh/%r-cert.pub\nCertificateFile none\nCertificateFile "/a b"\n';
    for (const more of [{}, {identityFiles: ['~/k']}])
      expect(await of(lines, 'be-1', more)).toMatchObject({
        certificateFiles: ['/home/me/.ssh/me-cert.pub', '/a b'],
      });
  });

  test('the configuration fills the rest, with ~ and tokens', async () => {
    expect(await of(RICH, 'be-1')).toMatchObject({
      user: 'doris',
      port: 2222,
      identityFiles: [
        {path: '/home/me/.ssh/lake key', asked: true},
        {path: '/home/me/.ssh/doris at 10.0.0.1', asked: true},
      ],
      jumps: [
        {name: 'bastion', user: 'ops', port: 2200},
        {name: 'inner', user: null, port: null},
      ],
    });
    expect(await of(RICH, 'fe-2')).toMatchObject({
      address: 'fe-2.lake.example',
      knownHostsFiles: [
        '/home/me/.ssh/lake_hosts',
        '/etc/lake_hosts',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      keyAlias: 'lake-key',
    });
  });

  test.each(['', 'IdentityAgent SSH_AUTH_SOCK'])('a variable without a value is no agent: %j', async text => {
    expect(await of(text, 'be-1', {}, {SSH_AUTH_SOCK: ''})).toMatchObject({agentSocket: null});
  });

  test.each([
    ['IdentityAgent none', null],
    ['IdentityAgent ~/a.sock', '/home/me/a.sock'],
    ['IdentityAgent SSH_AUTH_SOCK', '/agent'],
    ['IdentityAgent $OTHER', '/other'],
    ['', '/agent'],
  ])('agent: %j', async (text, socket) => {
    expect(await of(text, 'be-1', {}, {SSH_AUTH_SOCK: '/agent', OTHER: '/other'})).toMatchObject({
      agentSocket: socket,
    });
  });

  test('ProxyJump none, ProxyCommand', async () => {
    expect(await of('ProxyJump none\n', 'be-1')).toMatchObject({jumps: [], proxyCommand: null});
    expect(await of('ProxyCommand nc %h %p\n', 'be-1')).toMatchObject({proxyCommand: 'nc %h %p'});
    expect(await of('ProxyCommand none\n', 'be-1')).toMatchObject({proxyCommand: null});
  });

  test.each([
    ['ProxyCommand a %h\nProxyJump b\n', {jumps: [], proxyCommand: 'a %h'}],
    ['ProxyJump b\nProxyCommand a %h\n', {jumps: [{name: 'b', user: null, port: null}], proxyCommand: null}],
    ['ProxyCommand none\nProxyJump b\n', {jumps: [], proxyCommand: null}],
    ['ProxyJump none\nProxyCommand a %h\n', {jumps: [], proxyCommand: null}],
  ])('of two ways the first counts: %j', async (config, way) => {
    expect(await of(config, 'be-1')).toMatchObject(way);
  });

  test.each([
    ['ProxyCommand', 'proxyCommand'],
    ['KnownHostsCommand', 'knownHostsCommand'],
  ])('%s stands as it is, quotes, blanks and # too', async (keyword, name) => {
    const line = `/bin/sh -c "a  'b' # \\"c\\"" %h`;
    for (const between of [' ', '=', ' = ', '\t'])
      expect(await of(`${keyword}${between}${line}\n`, 'be-1')).toMatchObject({[name]: line});
  });

  test.skipIf(!sshBinary)('what the reader cannot follow is asked of ssh', async () => {
    expect(await of('Match host be-* exec true\n  Port 2022\n  User matched\n', 'be-1')).toMatchObject({
      port: 2022,
      user: 'matched',
    });
    expect(await of('Match host be-* exec false\n  Port 2022\n', 'be-1')).toMatchObject({port: 22});
  });

  test.each([
    ['bastion', {name: 'bastion', user: null, port: null}],
    ['ops@bastion:2200', {name: 'bastion', user: 'ops', port: 2200}],
    ['ssh://ops@bastion:2200', {name: 'bastion', user: 'ops', port: 2200}],
    ['[fe80::1]:2200', {name: 'fe80::1', user: null, port: 2200}],
    ['a@b@c', {name: 'c', user: 'a@b', port: null}],
  ])('hop %s', (text, hop) => {
    expect(parseHop(text)).toEqual(hop);
  });
});
