import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {transportDoctor} from '../../../src/transport/doctor.ts';
import {testEnv} from '../../ssh/fixtures.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-doctor-'));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

test('nothing here: each fact says what is missing', async () => {
  const facts = await transportDoctor(testEnv({}, {vars: {HOME: dir, PATH: dir}, sshConfig: null}));
  expect(facts.map(({about, ok}) => [about, ok])).toEqual([
    ['ssh', false],
    ['agent', false],
    ['ssh2', true],
    ['known-hosts', expect.any(Boolean)],
    ['open-files', expect.any(Boolean)],
  ]);
});

test('an agent that does not answer, and known_hosts that are there', async () => {
  const config = join(dir, 'config');
  const known = join(dir, 'known');
  writeFileSync(config, `UserKnownHostsFile ${known}\nGlobalKnownHostsFile none\n`);
  writeFileSync(known, '# two\na ssh-ed25519 AAAA\nb ssh-ed25519 AAAA\n');
  const facts = await transportDoctor(
    testEnv({}, {vars: {HOME: dir, SSH_AUTH_SOCK: join(dir, 'no-agent')}, sshConfig: config}),
  );
  expect(facts.find(({about}) => about === 'agent')).toMatchObject({
    ok: false,
    detail: {en: expect.stringContaining('no-agent')},
  });
  expect(facts.find(({about}) => about === 'known-hosts')).toMatchObject({
    ok: true,
    detail: {en: `keys in ${known} (2)`},
  });
});
