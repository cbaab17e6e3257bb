import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {runMain} from '../../src/cli/run-main.ts';
import {type DemoCluster, startDemoCluster} from '../../src/sim/demo-cluster.ts';
import {makeKeyPair} from '../../src/sim/keys.ts';
import {doris} from '../../src/systems/doris/system.ts';

const dir = mkdtempSync(join(tmpdir(), 'lakeup-refusals-'));
const program = join(import.meta.dirname, '../../dist/fake-doris.mjs');
let cluster: DemoCluster;
let inventory = '';

beforeAll(async () => {
  cluster = await startDemoCluster({kit: doris.kit, cluster: 'lake', program, layout: 'small', speed: 20});
  inventory = readFileSync(cluster.inventory, 'utf8');
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(dir, {recursive: true, force: true});
});

/** `lakeup upgrade` at a terminal, on an inventory that was changed; it is expected to end before any screen. */
const upgrade = async (change: (text: string) => string) => {
  const file = join(dir, 'inventory.yaml');
  writeFileSync(file, change(inventory));
  let said = '';
  const terminal = () => {
    const stream = Object.assign(new PassThrough(), {isTTY: true, columns: 120, rows: 40});
    stream.on('data', chunk => {
      said += chunk;
    });
    return stream as unknown as NodeJS.WriteStream & NodeJS.ReadStream;
  };
  const code = await runMain(['upgrade', 'lake', '-i', file], {
    systems: async () => [doris],
    fakeProgram: () => program,
    env: {PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: join(dir, 'state'), TERM: 'xterm'},
    stdin: terminal(),
    stdout: terminal(),
    stderr: terminal(),
  });
  return {code, said};
};

const replace = (from: string | RegExp, to: string) => (text: string) => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${from} is not in the inventory`);
  return changed;
};

const emptyFile = (): string => {
  const file = join(dir, 'empty');
  writeFileSync(file, '');
  return file;
};

const strangerKey = (): string => {
  const file = join(dir, 'stranger');
  writeFileSync(file, makeKeyPair('stranger').privateKey, {mode: 0o600});
  return file;
};

it.each<[string, () => (text: string) => string, RegExp]>([
  [
    'an unknown host key',
    () => replace(cluster.knownHosts, emptyFile()),
    /known_hosts file holds[\s\S]*seen:[\s\S]*fix:/,
  ],
  ['a refused login', () => replace(cluster.identity, strangerKey()), /login|key|refused/i],
  [
    'a missing package',
    () => replace(/("package": "[^"]*)\/be"/, '$1/no-such-be"'),
    /✗ be-1[\s\S]*seen:[\s\S]*fix:/,
  ],
  [
    'a port where no sshd listens',
    () => replace(/("ssh": \{[^}]*"port": )\d+/, '$11'),
    /nothing listens on its SSH port/,
  ],
])('%s: says what and what to do, and changes nothing', async (_, change, words) => {
  const {code, said} = await upgrade(change());
  expect(code, said).toBe(2);
  expect(said).toMatch(words);
  expect(said).toMatch(/Nothing was changed\./);
  expect(cluster.events().filter(({what}) => /^call .*(stop|start)/.test(what))).toEqual([]);
  expect(readdirSync(dir)).not.toContain('state');
});

it('a node that is already down is named, with what was seen', async () => {
  const place = cluster.places.find(({name}) => name === 'be-2');
  process.kill(Number(readFileSync(`${place?.home}/bin/be.pid`, 'utf8')), 'SIGKILL');
  const {code, said} = await upgrade(text => text);
  expect(code, said).toBe(2);
  expect(said).toMatch(/✗ be-2/);
  expect(said).toMatch(/Nothing was changed\./);
});
