import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Duplex, PassThrough} from 'node:stream';
import ssh2 from 'ssh2';
import {afterAll, describe, expect, test} from 'vitest';
import {type Lost, type Refused, type ShellReply, TROUBLES} from '../../../src/model/ask.ts';
import type {Text} from '../../../src/model/text.ts';
import {describeTrouble} from '../../../src/model/trouble.ts';
import {makeKeyPair} from '../../../src/sim/keys.ts';
import {makeConnector} from '../../../src/transport/connector.ts';
import {transportDoctor} from '../../../src/transport/doctor.ts';
import {DEFAULT_LIMITS} from '../../../src/transport/env.ts';
import {hostKeyRefusal} from '../../../src/transport/host-key.ts';
import {httpThrough} from '../../../src/transport/http.ts';
import {httpOnHost} from '../../../src/transport/http-on-host.ts';
import {makeKeyRing} from '../../../src/transport/keys.ts';
import type {KeyVerdict, KnownKey} from '../../../src/transport/known-hosts.ts';
import * as replies from '../../../src/transport/replies.ts';
import type {Settings} from '../../../src/transport/settings.ts';
import {makeShell} from '../../../src/transport/shell.ts';
import {openLoop, type Pipes} from '../../../src/transport/shell-loop.ts';
import {sqlThrough} from '../../../src/transport/sql.ts';
import {
  agentTrouble,
  channelTrouble,
  connectTrouble,
  jumpTrouble,
  onwardTrouble,
  socketTrouble,
} from '../../../src/transport/ssh-trouble.ts';
import {openTransport} from '../../../src/transport/transport.ts';
import {asWritten, hostsOf, LOCAL, look, realClock, testEnv} from '../../ssh/fixtures.ts';

/** What stands in a Chinese sentence as it is: names, commands, files, words of a configuration. */
const NAMES = new Set(
  [
    'lakeup DNS CA HTTP SQL SSH POSIX CPU',
    'ssh sshd sh shell bash curl wget mysql printf nologin ssh-add ssh-agent ssh-keygen ssh2',
    'known_hosts sshd_config authorized_keys cert-authority revoked DB_PASSWORD SSH_AUTH_SOCK',
    'AllowTcpForwarding PermitOpen DisableForwarding MaxSessions MaxStartups PerSourcePenalties Match ProxyCommand ProxyJump',
    'bastion be-1 doris ssh-ed25519 ecdsa-sha2-nistp256 EACCES EISDIR SIGKILL',
  ]
    .join(' ')
    .split(' '),
);

/** Words of a Chinese sentence that are English, and neither quoted nor a name. */
const english = (zh: string): readonly string[] => {
  const own = zh
    .replace(/“[^”]*”|`[^`]*`/gs, ' ')
    .replace(/SHA256:[\w+/]+/g, ' ')
    .replace(/~?\/[\w./-]+/g, ' ');
  return (own.match(/[A-Za-z][\w-]*/g) ?? []).filter(word => !NAMES.has(word));
};

const inBoth = ({en, zh}: Text): void => {
  expect(en).not.toMatch(/\p{Script=Han}/u);
  expect(en.trim()).not.toBe('');
  // What is all somebody else's words needs none of ours.
  if (!/^“[^”]*”$/s.test(zh)) expect(zh).toMatch(/\p{Script=Han}/u);
  expect(english(zh), zh).toEqual([]);
};

const dir = mkdtempSync(join(tmpdir(), 'lakeup-words-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

test('the check finds English that is neither quoted nor a name', () => {
  expect(english('主机拒绝了 login，it said “all fine”，请运行 `ssh host`，见 /etc/hosts')).toEqual([
    'login',
    'it',
    'said',
  ]);
});

test.each(TROUBLES)('trouble %s', trouble => {
  const {what, todo} = describeTrouble(trouble);
  inBoth(what);
  inBoth(todo);
});

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const WHO = {user: 'doris', name: 'be-1'};
const VIA = {user: 'doris', name: 'bastion', address: '10.0.0.5', port: 22};
const TO = {address: '10.0.0.1', port: 22};
const AUTH = error('All configured authentication methods failed', {level: 'client-authentication'});

describe('what ssh2 said', () => {
  test.each<[string, Refused]>([
    ['no connection', socketTrouble(error('connect ECONNREFUSED 10.0.0.1:22', {code: 'ECONNREFUSED'}))],
    ['no words at all', socketTrouble(error('', {code: 'ECONNREFUSED'}))],
    ['no handshake in time', connectTrouble('greeting', null, WHO, 20_000)],
    ['no login in time', connectTrouble('login', null, WHO, 20_000)],
    ['closed before a word', connectTrouble('greeting', null, WHO, null)],
    [
      'no handshake',
      connectTrouble('greeting', error('no matching cipher', {level: 'handshake'}), WHO, null),
    ],
    ['refused', connectTrouble('login', AUTH, WHO, null)],
    ['cut at the login', connectTrouble('login', null, WHO, null)],
    ['no channel', channelTrouble(error('(SSH) Channel open failure: open failed', {reason: 2}))],
    ['an agent that waits', agentTrouble(20_000)],
    ['forbidden by a jump host', onwardTrouble(channelTrouble(error('x', {reason: 1})), VIA, TO)],
    ['beyond a jump host', onwardTrouble(channelTrouble(error('x', {reason: 2})), VIA, TO)],
    ['at a jump host', jumpTrouble(connectTrouble('login', AUTH, WHO, null), VIA)],
  ])('%s', (_, {detail}) => inBoth(detail));
});

const at: KnownKey = {
  marker: null,
  names: ['be-1'],
  type: 'ecdsa-sha2-nistp256',
  key: 'AAAA',
  file: '/k/known_hosts',
  line: 3,
};
const KEY = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36)]);
const VERDICTS: readonly KeyVerdict[] = [
  {kind: 'unknown'},
  {kind: 'other', at},
  {kind: 'changed', at},
  {kind: 'revoked', at},
  {kind: 'ca-only', at},
];

describe('a host key', () => {
  const refusal = (
    verdict: KeyVerdict,
    port: number,
    files: readonly string[],
    unreadable: readonly string[],
  ) => hostKeyRefusal(verdict, {host: 'be-1', port, alias: null}, KEY, {files, unreadable});

  test.each(VERDICTS)('$kind', verdict => {
    for (const port of [22, 2222]) {
      const detail = refusal(verdict, port, ['/k/known_hosts', '/k/more'], [])?.detail;
      expect(detail).toBeDefined();
      if (detail !== undefined) inBoth(detail);
    }
  });

  test('no file to look into, and one that cannot be read', () => {
    const none = refusal({kind: 'unknown'}, 22, [], [])?.detail;
    expect(none?.en).toContain('no known_hosts file is configured');
    const hidden = refusal({kind: 'unknown'}, 22, ['/k/known_hosts'], ['/k/known_hosts (EACCES)'])?.detail;
    expect(hidden?.zh).toContain('无法读取：/k/known_hosts (EACCES)');
    for (const detail of [none, hidden]) if (detail !== undefined) inBoth(detail);
  });
});

test('no key to log in with: the reason for each file and for the agent', async () => {
  const path = (name: string) => join(dir, name);
  const locked = ssh2.utils.generateKeyPairSync('ed25519', {
    cipher: 'aes256-cbc',
    passphrase: 'secret',
    rounds: 4,
  });
  writeFileSync(path('locked'), locked.private);
  writeFileSync(path('public'), makeKeyPair('public').publicLine);
  writeFileSync(path('noise'), 'no key at all');
  const files = ['locked', 'public', 'noise', 'absent', '.'].map(name => ({path: path(name), asked: true}));
  const settings = (agentSocket: string | null): Settings => ({
    ...{
      name: 'be-1',
      address: 'be-1',
      port: 22,
      user: 'doris',
      keyAlias: null,
      jumps: [],
      proxyCommand: null,
      knownHostsCommand: null,
    },
    ...{identityFiles: files, certificateFiles: [], identitiesOnly: true, agentSocket, knownHostsFiles: []},
  });
  for (const agent of [null, path('no-agent')]) {
    const answer = await makeKeyRing(testEnv())(settings(agent));
    if (!('kind' in answer)) throw new Error('there should be no key');
    inBoth(answer.detail);
    for (const said of ['locked is encrypted', 'public is a public key', 'absent does not exist', 'EISDIR'])
      expect(answer.detail.en).toContain(said);
  }
});

/** A host whose shell always answers the same. */
const always =
  (code: number, stdout: string, stderr: string, cut = false) =>
  async (): Promise<ShellReply> => ({kind: 'shell', code, stdout, stderr, cut, ms: 1});

describe('ports that are asked on the host', () => {
  const get = (shell: ReturnType<typeof always>, addresses = ['10.0.0.1']) =>
    httpOnHost({kind: 'http', port: 8030, path: '/', timeoutMs: 1_000}, addresses, DEFAULT_LIMITS, shell);

  test.each<[string, Promise<{readonly kind: string; readonly detail?: Text}>]>([
    ['no tool for HTTP', get(always(117, '', ''))],
    ['no connection', get(always(118, '', ''))],
    ['no answer in time', get(always(119, '', ''))],
    ['no HTTP', get(always(0, '220 mail ready', ''))],
    ['too much', get(always(0, 'HTTP/1.1 200 OK', '', true))],
    ['no address', get(always(0, '', ''), [])],
  ])('%s', async (_, asked) => {
    const {kind, detail} = await asked;
    expect(['refused', 'lost']).toContain(kind);
    if (detail !== undefined) inBoth(detail);
  });
});

describe('ports through a channel', () => {
  /** A channel on which this comes back; null: nothing but its end. */
  const channel = (back: string | null): Duplex =>
    new Duplex({
      read() {},
      write(_chunk, _encoding, done) {
        this.push(back);
        done();
      },
    });
  const silent = () => new Duplex({read() {}, write: (_chunk, _encoding, done) => done()});
  const http = {kind: 'http', port: 1, path: '/', timeoutMs: 50} as const;
  const sql = {kind: 'sql', port: 1, user: 'doris', query: 'SHOW', timeoutMs: 50} as const;
  const get = (through: Duplex, signal?: AbortSignal, maxBytes = 10) =>
    httpThrough(through, http, {clock: realClock, maxBytes, signal});
  const query = (through: Duplex, signal?: AbortSignal) =>
    sqlThrough(through, sql, {
      clock: realClock,
      password: '',
      mayHavePassword: null,
      maxBytes: 1_000,
      signal,
    });
  const LONG = 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789';

  test.each<[string, () => Promise<{readonly kind: string; readonly detail?: Text}>]>([
    ['no HTTP', () => get(channel('220 mail ready\r\n'))],
    ['the end', () => get(channel(null))],
    ['too much', () => get(channel(LONG))],
    ['silence', () => get(silent())],
    ['called off', () => get(silent(), AbortSignal.timeout(10))],
    [
      'a path that is none',
      () => httpThrough(silent(), {...http, path: '/ '}, {clock: realClock, maxBytes: 1, signal: undefined}),
    ],
    ['SQL: silence', () => query(silent())],
    ['SQL: called off', () => query(silent(), AbortSignal.timeout(10))],
    [
      'SQL: the end',
      () => {
        const through = silent();
        setTimeout(() => through.destroy(), 10);
        return query(through);
      },
    ],
  ])('%s', async (_, ask) => {
    const {kind, detail} = await ask();
    expect(['refused', 'lost']).toContain(kind);
    if (detail !== undefined) inBoth(detail);
  });
});

describe('a far shell', () => {
  const pipes = (): Pipes & {readonly stdout: PassThrough; end(reason: Text): void} => {
    const ends: ((reason: Text) => void)[] = [];
    return {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      onEnd: listener => void ends.push(listener),
      drop: () => undefined,
      end: reason => {
        for (const listener of ends) listener(reason);
      },
    };
  };
  const open = (far: Pipes) =>
    openLoop(far, {clock: realClock, nonce: 'lakeup-w', readyMs: 50, noiseBytes: 1_000});
  const detailOf = (answer: object): Text => {
    if ('detail' in answer) return (answer as Refused | Lost).detail;
    throw new Error(`no detail in ${JSON.stringify(answer)}`);
  };

  test('that never answers, with and without a word, and one that ends', async () => {
    inBoth(detailOf(await open(pipes())));
    const noisy = pipes();
    noisy.stdout.write('This account is currently not available.\n');
    const said = detailOf(await open(noisy));
    expect(said.zh).toContain('“This account is currently not available.”');
    inBoth(said);
    const ending = pipes();
    const opening = open(ending);
    ending.end(replies.CLOSED_FROM_HERE);
    inBoth(detailOf(await opening));
  });

  test('that others keep busy', async () => {
    const never = makeShell({clock: realClock, queueMs: 20, open: () => new Promise(() => undefined)});
    const request = {script: asWritten(':'), timeoutMs: 10, maxBytes: 10, kill: true};
    void never.run(request);
    inBoth(detailOf(await never.run(request)));
    inBoth(detailOf(await never.run(request, AbortSignal.abort())));
  });
});

test('a connection that was tried several times', async () => {
  const reasons: Text[] = [];
  const {connected} = makeConnector({
    env: testEnv({tries: 2, backoffMs: 1}),
    connect: async () => connectTrouble('greeting', null, WHO, null),
    knownStamp: async () => '',
    report: (_, reason) => void (reason !== null && reasons.push(reason)),
  });
  const answer = await connected();
  expect(answer).toMatchObject({detail: {zh: '主机关闭了连接（已尝试 2 次）'}});
  expect(reasons).toHaveLength(2);
  for (const reason of reasons) inBoth(reason);
});

test('what the transport refuses by itself', async () => {
  const transport = openTransport(
    hostsOf({port: 1, identityFiles: [], knownHostsFile: '/dev/null'}),
    testEnv(),
  );
  const sql = {
    kind: 'sql',
    port: 1,
    user: 'doris',
    passwordEnv: 'DB_PASSWORD',
    query: '',
    timeoutMs: 1,
  } as const;
  const unset = await transport.ask(LOCAL, sql);
  await transport.close();
  const late = await transport.ask(LOCAL, look(':'));
  for (const answer of [unset, late])
    if (answer.kind === 'refused') inBoth(answer.detail);
    else throw new Error(answer.kind);
});

test('every fact of doctor', async () => {
  writeFileSync(join(dir, 'config'), `UserKnownHostsFile ${dir}/known ${dir}/more\n`);
  writeFileSync(join(dir, 'known'), 'be-1 ssh-ed25519 AAAA\n');
  const bare = {HOME: dir, PATH: dir};
  for (const [vars, sshConfig] of [
    [bare, null],
    [{...process.env, SSH_AUTH_SOCK: join(dir, 'no-agent')}, join(dir, 'config')],
  ] as const)
    for (const {name, detail} of await transportDoctor(testEnv({}, {vars, sshConfig}))) {
      expect(english(name.zh)).toEqual([]);
      // What `ssh -V` says are names and numbers.
      inBoth({...detail, zh: detail.zh.replace(/已找到：.*/, '已找到')});
    }
});

test('what is said for every request', () => {
  for (const words of [
    replies.noAnswerWithin(1_500),
    replies.tooLong(100).detail,
    replies.closed.detail,
    replies.noAddress.detail,
    replies.CALLED_OFF_SENT,
    replies.CALLED_OFF_UNSENT,
    replies.CLOSED_FROM_HERE,
    replies.quoted('Connection lost'),
    replies.quoted(' \n'),
  ])
    inBoth(words);
  expect(replies.noAnswerWithin(1_500)).toEqual({en: 'no answer within 1.5 s', zh: '1.5 秒内没有响应'});
  expect(replies.quoted('x'.repeat(500)).en).toHaveLength(401);
});
