import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import mysql from 'mysql2';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Lost, Refused, SqlReply} from '../../src/model/ask.ts';
import type {Script} from '../../src/model/script.ts';
import {sqlThrough} from '../../src/transport/sql.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {asWritten, hostOf, hostsOf, LOCAL, realClock, testEnv} from './fixtures.ts';
import {type RealSshd, sshdMissing, startSshd} from './real-sshd.ts';
import {proofOf, type Rogue, type RogueServer, SALTS, startRogue} from './rogue-sql.ts';

const PASSWORD = `pa'ss "w$rd\\n\nsecond line`;
const REQUEST = {kind: 'sql', user: 'root', query: 'SHOW FRONTENDS', timeoutMs: 60_000} as const;

/** Methods that a client of MySQL or MariaDB knows, and names that are something else in JavaScript. */
const NAMES = [
  ...Object.keys(mysql.authPlugins),
  'dialog',
  'mysql_old_password',
  'client_ed25519',
  'parsec',
  'auth_gssapi_client',
  'authentication_ldap_sasl_client',
  'authentication_oci_client',
  'authentication_webauthn_client',
  '__proto__',
  'toString',
  'constructor',
  '',
];

const ROGUES: readonly Rogue[] = [
  ...NAMES.flatMap((name): readonly Rogue[] => [
    {greets: name, switchesTo: null},
    {greets: 'mysql_native_password', switchesTo: name},
    {greets: name, switchesTo: name, how: 'factor'},
    {greets: 'caching_sha2_password', switchesTo: name, mariadb: true},
  ]),
  {greets: 'mysql_native_password', switchesTo: null, how: 'old'},
];

const told = (rogue: Rogue): string =>
  `${rogue.greets} → ${rogue.switchesTo ?? '-'} ${rogue.how ?? 'switch'}${rogue.mariadb ? ' MariaDB' : ''}`;

const ask = ({port}: RogueServer): Promise<SqlReply | Refused | Lost> =>
  sqlThrough(
    net.connect(port, '127.0.0.1'),
    {...REQUEST, port},
    {clock: realClock, password: PASSWORD, mayHavePassword: null, maxBytes: 100_000, signal: undefined},
  );

/** Nothing but the proof may be answered: not even another hash, which a faster guess could be made from. */
const onlyProofs = ({heard: [first, ...answers]}: RogueServer): void => {
  const proofs = SALTS.map(salt => proofOf(PASSWORD, salt));
  expect(proofs.some(proof => first?.includes(proof))).toBe(true);
  for (const answer of answers) {
    // Once it is in, the client asks and leaves.
    if (answer[0] === 0x03 || answer[0] === 0x01) continue;
    expect(
      proofs.some(proof => proof.equals(answer)),
      answer.toString('hex'),
    ).toBe(true);
  }
};

const noPassword = (words: string): void => {
  for (const piece of [PASSWORD, ...PASSWORD.split('\n')]) expect(words).not.toContain(piece);
};

describe('whoever listens on a frontend’s port', () => {
  test.each(ROGUES.map(rogue => [told(rogue), rogue] as const))('%s', async (_, rogue) => {
    const said = (['log', 'info', 'warn', 'error'] as const).map(way => vi.spyOn(console, way));
    const server = await startRogue(rogue);
    const reply = await ask(server);
    await server.stop();
    expect(server.learned(PASSWORD)).toBe(false);
    onlyProofs(server);
    noPassword(JSON.stringify(reply));
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    const asked = rogue.how === 'old' ? '' : rogue.switchesTo;
    if (asked === null || asked === 'mysql_native_password') return;
    expect(reply).toMatchObject({kind: 'refused', trouble: 'password-asked'});
    if (reply.kind === 'refused')
      for (const words of Object.values(reply.detail)) expect(words).toContain(asked || 'mysql_old_password');
  });

  test('a file of the operator is not given', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lakeup-file-'));
    const file = join(dir, 'secret');
    writeFileSync(file, 'what only the operator knows');
    const server = await startRogue({greets: 'mysql_native_password', switchesTo: null, file});
    const reply = await ask(server);
    await server.stop();
    rmSync(dir, {recursive: true});
    expect(reply.kind).toBe('lost');
    expect(Buffer.concat(server.heard).includes('only the operator')).toBe(false);
  });
});

/** Its own port's owner, as a look prints it; `changes`: another one at the second look. */
const ownerLook = (counter: string, second: string) =>
  asWritten(
    `echo look >>'${counter}'; if [ "$(wc -l <'${counter}')" -gt 1 ]; then echo ${second}; else echo 7; fi`,
  );

const missing = sshdMissing();

describe.skipIf(missing !== null).each(['yes', 'no'])('over SSH, forwarding %s', forwarding => {
  let sshd: RealSshd;
  let transport: SshTransport;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lakeup-owner-'));
    sshd = await startSshd({config: `AllowTcpForwarding ${forwarding}`});
    const vars = {HOME: '/nonexistent', DB_PASSWORD: PASSWORD};
    transport = openTransport(hostsOf(hostOf(sshd)), testEnv({}, {vars}));
  });
  afterAll(async () => {
    await transport.close();
    await sshd.stop();
    rmSync(dir, {recursive: true});
  });

  const through = (server: RogueServer, inClearTo?: Script) =>
    transport.ask(LOCAL, {
      ...REQUEST,
      port: server.port,
      passwordEnv: 'DB_PASSWORD',
      ...(inClearTo === undefined ? {} : {inClearTo}),
    });

  test.each(ROGUES.filter(({how}) => how === undefined).map(rogue => [told(rogue), rogue] as const))(
    '%s',
    async (_, rogue) => {
      const server = await startRogue(rogue);
      const reply = await through(server);
      await server.stop();
      expect(server.heard.length).toBeGreaterThan(0);
      expect(server.learned(PASSWORD)).toBe(false);
      onlyProofs(server);
      noPassword(JSON.stringify(reply));
    },
  );

  test.each([
    ['nobody’s', 'mysql_clear_password', asWritten('exit 0'), false],
    ['somebody else’s after the connection', 'mysql_clear_password', null, false],
    ['the node’s', 'mysql_clear_password', asWritten('echo 7'), true],
    ['the node’s, but another method', 'sha256_password', asWritten('echo 7'), false],
    ['the node’s, but the dialog of PAM', 'dialog', asWritten('echo 7'), false],
    ['the node’s, but a look that fails', 'mysql_clear_password', asWritten('echo 7; exit 1'), false],
  ])('the password itself where the port is %s', async (_, switchesTo, owner, given) => {
    const server = await startRogue({greets: 'mysql_native_password', switchesTo});
    const reply = await through(server, owner ?? ownerLook(join(dir, 'looks'), '8'));
    await server.stop();
    expect(server.learned(PASSWORD)).toBe(given);
    if (!given) expect(reply).toMatchObject({kind: 'refused', trouble: 'password-asked'});
    noPassword(JSON.stringify(reply));
  });
});
