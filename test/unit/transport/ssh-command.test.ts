import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {quote} from '../../../src/lib/sh.ts';
import {HostId} from '../../../src/model/ids.ts';
import type {Host} from '../../../src/model/inventory.ts';
import {sshCommand} from '../../../src/transport/ssh-command.ts';

const host = (more: Partial<Host> = {}): Host => ({
  id: HostId.parse('db-1.example'),
  identityFiles: [],
  ...more,
});

test.each<[string, Host, string]>([
  ['nothing but the name: all else is ssh’s own configuration', host(), 'ssh -- db-1.example'],
  [
    'what the inventory says, a key it names alone',
    host({port: 2222, user: 'doris', identityFiles: ['~/.ssh/lake', '/keys/b c']}),
    "ssh -p 2222 -l doris -i '~/.ssh/lake' -i '/keys/b c' -o IdentitiesOnly=yes -- db-1.example",
  ],
  [
    'a file of known hosts with a blank in its name is one file',
    host({knownHostsFile: '/a b/known_hosts'}),
    `ssh -o 'UserKnownHostsFile="/a b/known_hosts"' -- db-1.example`,
  ],
])('%s', (_, given, line) => {
  expect(sshCommand(given, {}).map(quote).join(' ')).toBe(line);
});

test('the configuration that lakeup reads is the one that ssh is told', () => {
  expect(sshCommand(host(), {sshConfig: '/x/config'}).slice(0, 3)).toEqual(['ssh', '-F', '/x/config']);
  expect(sshCommand(host(), {sshConfig: null}).slice(0, 3)).toEqual(['ssh', '-F', 'none']);
});

test('ssh itself reads the line so', () => {
  const command = sshCommand(host({port: 2222, user: 'doris', knownHostsFile: '/a b/known_hosts'}), {});
  const [program = '', ...args] = command;
  let said = '';
  try {
    said = execFileSync(program, ['-G', ...args], {encoding: 'utf8'});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  expect(said).toContain('port 2222\n');
  expect(said).toContain('user doris\n');
  expect(said).toMatch(/^userknownhostsfile "?\/a b\/known_hosts"?$/m);
});
