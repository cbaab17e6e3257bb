import {execFileSync} from 'node:child_process';
import {createHmac, randomBytes} from 'node:crypto';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {judgeHostKey, keyAlgorithms} from '../../../src/transport/host-key.ts';
import {judgeKey, knownName, makeKnownHosts, parseKnownHosts} from '../../../src/transport/known-hosts.ts';
import {makeKnownHostsFiles} from '../../../src/transport/known-hosts-files.ts';
import {seededRandom} from '../../sim/random.ts';

/** A key in base64 with a type in front, as it stands in the file; `seed` makes it another one. */
const key = (seed: string, type = 'ssh-ed25519'): string => {
  const name = Buffer.from(type);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(name.length);
  const body = Buffer.alloc(36);
  body.writeUInt32BE(32);
  body.write(seed, 4);
  return Buffer.concat([size, name, body]).toString('base64');
};

const hashed = (name: string, salt = Buffer.from('saltsaltsaltsaltsalt')): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

const A = key('a');
const B = key('b');
const E = key('e', 'ecdsa-sha2-nistp256');

const verdict = (text: string, host: string, port = 22, shown = A, type = 'ssh-ed25519'): string =>
  judgeKey(makeKnownHosts(parseKnownHosts(text, 'kh')), knownName(host, port), type, shown).kind;

describe('known_hosts', () => {
  test.each<[string, string, string, number, string]>([
    ['plain name', `be-1 ssh-ed25519 ${A}`, 'be-1', 22, 'ok'],
    ['another host', `be-1 ssh-ed25519 ${A}`, 'be-2', 22, 'unknown'],
    ['upper case in the file', `BE-1 ssh-ed25519 ${A}`, 'be-1', 22, 'ok'],
    ['upper case asked', `be-1 ssh-ed25519 ${A}`, 'BE-1', 22, 'ok'],
    ['list', `be-1,10.0.0.1 ssh-ed25519 ${A} comment here`, '10.0.0.1', 22, 'ok'],
    ['changed', `be-1 ssh-ed25519 ${B}`, 'be-1', 22, 'changed'],
    ['changed beside the right one', `be-1 ssh-ed25519 ${B}\nbe-1 ssh-ed25519 ${A}`, 'be-1', 22, 'ok'],
    ['another type only', `be-1 ecdsa-sha2-nistp256 ${E}`, 'be-1', 22, 'other'],
    ['port', `[be-1]:2222 ssh-ed25519 ${A}`, 'be-1', 2222, 'ok'],
    ['port, asked without', `[be-1]:2222 ssh-ed25519 ${A}`, 'be-1', 22, 'unknown'],
    ['star', `*.lake.example ssh-ed25519 ${A}`, 'be-1.lake.example', 22, 'ok'],
    ['star does not fit part of a name', `be-* ssh-ed25519 ${A}`, 'fe-be-1', 22, 'unknown'],
    ['question mark', `be-? ssh-ed25519 ${A}`, 'be-12', 22, 'unknown'],
    ['a dot is a dot', `a.c ssh-ed25519 ${A}`, 'abc', 22, 'unknown'],
    ['negation', `*.lake,!be-9.lake ssh-ed25519 ${A}`, 'be-9.lake', 22, 'unknown'],
    ['negation of another', `*.lake,!be-9.lake ssh-ed25519 ${A}`, 'be-1.lake', 22, 'ok'],
    ['negation alone', `!be-9 ssh-ed25519 ${A}`, 'be-1', 22, 'unknown'],
    ['hashed', `${hashed('be-1')} ssh-ed25519 ${A}`, 'be-1', 22, 'ok'],
    ['hashed, another', `${hashed('be-1')} ssh-ed25519 ${A}`, 'be-2', 22, 'unknown'],
    ['hashed with port', `${hashed('[be-1]:2222')} ssh-ed25519 ${A}`, 'be-1', 2222, 'ok'],
    ['hashed, changed', `${hashed('be-1')} ssh-ed25519 ${B}`, 'be-1', 22, 'changed'],
    ['revoked', `@revoked be-1 ssh-ed25519 ${A}`, 'be-1', 22, 'revoked'],
    ['revoked before known', `be-1 ssh-ed25519 ${A}\n@revoked * ssh-ed25519 ${A}`, 'be-1', 22, 'revoked'],
    ['another key revoked', `be-1 ssh-ed25519 ${A}\n@revoked * ssh-ed25519 ${B}`, 'be-1', 22, 'ok'],
    ['only a CA', `@cert-authority * ssh-ed25519 ${A}`, 'be-1', 22, 'ca-only'],
    ['a CA and the key', `@cert-authority * ssh-ed25519 ${B}\nbe-1 ssh-ed25519 ${A}`, 'be-1', 22, 'ok'],
    ['unknown marker', `@strange be-1 ssh-ed25519 ${A}`, 'be-1', 22, 'unknown'],
    ['comment and blank', `# be-1 ssh-ed25519 ${A}\n\n  \n`, 'be-1', 22, 'unknown'],
    ['indented, tabs', `  be-1\tssh-ed25519\t${A}`, 'be-1', 22, 'ok'],
    ['CRLF', `be-1 ssh-ed25519 ${A}\r\n`, 'be-1', 22, 'ok'],
    ['broken lines', `be-1\nbe-1 ssh-ed25519\n|1|x ssh-ed25519 ${A}`, 'be-1', 22, 'unknown'],
  ])('%s', (_, text, host, port, expected) => {
    expect(verdict(text, host, port)).toBe(expected);
  });

  test('a refusal names file and line', () => {
    const known = makeKnownHosts(parseKnownHosts(`# first\n\nbe-1 ssh-ed25519 ${B}`, '/k'));
    expect(judgeKey(known, 'be-1', 'ssh-ed25519', A)).toMatchObject({
      kind: 'changed',
      at: {file: '/k', line: 3},
    });
  });

  test('types that are known are asked for first', () => {
    const known = makeKnownHosts(parseKnownHosts(`be-1 ssh-rsa ${A}\nbe-1 ecdsa-sha2-nistp256 ${E}`, 'kh'));
    expect(keyAlgorithms(known, {host: 'be-1', port: 22, alias: null})).toEqual([
      'ecdsa-sha2-nistp256',
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
    ]);
  });

  test('an alias stands alone; a port falls back to the plain name only for the very same key', () => {
    const known = makeKnownHosts(parseKnownHosts(`alias ssh-ed25519 ${A}\nbe-1 ssh-ed25519 ${B}`, 'kh'));
    const judge = (host: string, port: number, alias: string | null, shown: string) =>
      judgeHostKey(known, {host, port, alias}, Buffer.from(shown, 'base64')).kind;
    expect(judge('be-7', 2222, 'Alias', A)).toBe('ok');
    expect(judge('be-1', 2222, null, B)).toBe('ok');
    expect(judge('be-1', 2222, null, A)).toBe('unknown');
  });
});

test('a file that is not there holds nothing; one that cannot be read is told', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-kh-'));
  try {
    const [here, folder, absent] = [join(dir, 'here'), join(dir, '.'), join(dir, 'absent')];
    writeFileSync(here, `be-1 ssh-ed25519 ${A}\n`);
    const files = makeKnownHostsFiles();
    const read = await files.read([here, folder, absent]);
    expect(read).toMatchObject({files: [here, folder, absent], unreadable: [`${folder} (EISDIR)`]});
    expect(read.hosts.of('be-1')).toHaveLength(1);
    expect(await files.read([here, folder, absent])).toBe(read);
    const before = await files.stamp([here]);
    chmodSync(here, 0o400);
    expect(await files.stamp([here])).not.toBe(before);
  } finally {
    rmSync(dir, {recursive: true, force: true});
  }
});

const keygen = (() => {
  try {
    execFileSync('ssh-keygen', ['-F', 'x', '-f', '/dev/null'], {stdio: 'ignore'});
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
})();

describe.skipIf(!keygen)('ssh-keygen -F agrees', () => {
  test('on generated files', () => {
    const chance = seededRandom(7);
    const pick = <T>(...list: readonly [T, ...T[]]): T => list[Math.floor(chance() * list.length)] ?? list[0];
    const name = () =>
      pick('be-1', 'be-2', 'fe-1.lake', '10.0.0.1', '[be-1]:2222', '[10.0.0.1]:2200', 'BE-3');
    const pattern = () => pick('be-*', '*', '*.lake', 'be-?', '!be-1', '!*.lake', '[be-1]:*', '10.0.0.?');
    const names = () => {
      if (chance() < 0.3) return hashed(name().toLowerCase(), randomBytes(20));
      return Array.from({length: 1 + Math.floor(chance() * 3)}, () =>
        chance() < 0.4 ? pattern() : name(),
      ).join(',');
    };
    const dir = mkdtempSync(join(tmpdir(), 'lakeup-kh-'));
    try {
      const file = join(dir, 'known_hosts');
      for (let round = 0; round < 25; round++) {
        const text = Array.from(
          {length: 6},
          () => `${pick('', '', '@revoked ', '@cert-authority ')}${names()} ssh-ed25519 ${A}`,
        ).join('\n');
        writeFileSync(file, `${text}\n`);
        const known = makeKnownHosts(parseKnownHosts(text, file));
        for (const asked of [
          'be-1',
          'be-2',
          'fe-1.lake',
          '10.0.0.1',
          '[be-1]:2222',
          '[10.0.0.1]:2200',
          'be-3',
          'other',
        ]) {
          let out = '';
          try {
            out = execFileSync('ssh-keygen', ['-F', asked, '-f', file], {
              encoding: 'utf8',
              stdio: ['ignore', 'pipe', 'ignore'],
            });
          } catch {
            // Not found: exit code 1.
          }
          const theirs = [...out.matchAll(/found: line (\d+)/g)].map(([, line]) => Number(line));
          const ours = known
            .of(asked)
            .map(({line}) => line)
            .sort((a, b) => a - b);
          expect(ours, `${asked} in\n${text}`).toEqual(theirs);
        }
      }
    } finally {
      rmSync(dir, {recursive: true, force: true});
    }
  });
});
