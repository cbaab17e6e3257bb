import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {parse, stringify} from 'yaml';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {makeKeyPair} from '../../src/sim/keys.ts';
import {page, placeOf, run, until} from '../sim-cluster/support.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {stopsAndStarts} from './calls.ts';
import {bootCluster, CLUSTER, hostsTree} from './cluster.ts';

// biome-ignore lint/suspicious/noExplicitAny: an inventory that is about to be made wrong has no type.
type Loose = any;

/** Wide enough that no sentence is broken. */
const WIDE = {columns: 400, rows: 80};

let cluster: DemoCluster;
let desk: Desk;
let inventory = '';

beforeAll(async () => {
  desk = makeDesk();
  cluster = await bootCluster('small');
  inventory = readFileSync(cluster.inventory, 'utf8');
});
afterAll(async () => {
  await desk?.close();
  await cluster?.stop();
});

/** The inventory with its one cluster's block changed. */
const changed = (change: (block: Loose) => void): string => {
  const all = parse(inventory);
  change(all.clusters[CLUSTER]);
  return stringify(all);
};

const fileWith = (name: string, text: string): string => {
  const path = join(desk.dir, name);
  writeFileSync(path, text, {mode: 0o600});
  return path;
};

/** `lakeup upgrade` in a terminal: what it says when it refuses, and that nothing came of it. */
const refused = async (text: string, name: string = CLUSTER): Promise<string> => {
  const before = hostsTree(cluster);
  const calls = stopsAndStarts(cluster.events());
  const file = fileWith('inventory.yaml', text);
  const terminal = await desk.open(['upgrade', name, '-i', file], WIDE);
  const code = await terminal.exited();
  const said = terminal.screen().join('\n').trim();
  expect(code, said).toBe(2);
  expect(terminal.alternate()).toBe(false);
  expect(hostsTree(cluster)).toEqual(before);
  expect(stopsAndStarts(cluster.events())).toEqual(calls);
  expect(desk.runs(), 'no run was begun').toEqual([]);
  return said;
};

/** A role's first node. */
const first = (block: Loose, role: string): Loose => block.roles[role].nodes[0];

describe('an inventory that is wrong is refused with file, line, column, and what to write', () => {
  test.each<[string, string, () => string, readonly RegExp[]]>([
    [
      'broken YAML',
      '     settings:',
      () => inventory.replace(/^ {4}settings:$/m, '     settings:'),
      [/not indented like its neighbours/, /→ begin it in the same column/],
    ],
    [
      'a tab',
      '\tsettings:',
      () => inventory.replace(/^ {4}settings:$/m, '\tsettings:'),
      [/a tab stands where YAML wants spaces/, /→ .*two spaces/],
    ],
    [
      'an unknown key of a node',
      'hoem:',
      () => changed(block => Object.assign(first(block, 'be'), {hoem: '/opt/doris/be'})),
      [/: clusters\.lake-doris\.roles\.be\.nodes\[0\]\.hoem: unknown key/, /→ did you mean "home"\?/],
    ],
    [
      'an unknown key of the cluster',
      'setings:',
      () => changed(block => Object.assign(block, {setings: {}})),
      [/: clusters\.lake-doris\.setings: unknown key/, /→ did you mean "settings"\?/],
    ],
    [
      'two nodes of one name',
      'be-1',
      () => changed(block => Object.assign(block.roles.be.nodes[1], {name: 'be-1'})),
      [
        /\.roles\.be\.nodes\[1\]\.name: line \d+ has a node named be-1 too/,
        /→ give each node .* a name of its own/,
      ],
    ],
    [
      'two nodes in one place',
      '127.',
      () =>
        changed(block => {
          const {host, home} = first(block, 'be');
          Object.assign(block.roles.be.nodes[1], {host, home});
        }),
      [
        /be-2 is in the same place as be-1 \(line \d+\): \/\S+ on 127\./,
        /→ give one of them its own host or its own home/,
      ],
    ],
    ...(
      [
        ['an empty home', '""', '', 'is empty'],
        ['a relative home', 'opt/doris/be', 'opt/doris/be', 'is relative; write the whole path'],
        ['the root as home', '/', '/', 'is the root directory'],
      ] as const
    ).map(([name, at, home, words]): [string, string, () => string, readonly RegExp[]] => [
      name,
      at,
      () => changed(block => Object.assign(first(block, 'be'), {home})),
      [new RegExp(`\\.nodes\\[0\\]\\.home: "${home}" ${words}`), /→ .*inventory\.example\.yaml/],
    ]),
  ])('%s', async (_, at, text, words) => {
    const wrong = text();
    const said = await refused(wrong);
    for (const word of words) expect(said).toMatch(word);
    const [, line = '', column = ''] = /^\/\S+\/inventory\.yaml:(\d+):(\d+): /.exec(said) ?? [];
    const from = wrong.split('\n')[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
    expect(from.startsWith(at), `${line}:${column} is ${from}`).toBe(true);
    expect(said).toMatch(/\d problems? in the inventory; nothing was changed\.$/);
  });

  test('a cluster that the file does not have', async () => {
    const said = await refused(inventory, 'lake-dorsi');
    expect(said).toMatch(/:1:1: .*there is no cluster "lake-dorsi"\n.*did you mean "lake-doris"/);
  });
});

describe('a cluster that is not as it should be is refused with node, what was seen, and what to do', () => {
  const strange = (): string => fileWith('stranger', makeKeyPair('stranger').privateKey);

  test.each<[string, () => string, readonly RegExp[]]>([
    [
      'a missing package',
      () => changed(block => Object.assign(first(block, 'be'), {package: '/nowhere/be'})),
      [
        /✗ be-1: not so: The package lies ready/,
        /seen: \/nowhere\/be: bin is none, lib is none/,
        /to do: Unpack the new package/,
      ],
    ],
    [
      'an unknown host key',
      () => changed(block => Object.assign(block.ssh, {knownHosts: fileWith('empty', '')})),
      [/✗ .*shows a key that no known_hosts file holds/, /seen: .*SHA256:/, /to do: Compare the fingerprint/],
    ],
    [
      'a port where no sshd listens',
      () => changed(block => Object.assign(block.ssh, {port: 1})),
      [/✗ .*nothing listens on its SSH port/, /to do: Check that sshd runs there/],
    ],
    [
      'a refused login',
      () => changed(block => Object.assign(block.ssh, {identityFile: strange()})),
      [/✗ .*refused the login/, /to do: Check the user and the key/],
    ],
  ])('%s', async (_, text, words) => {
    const said = await refused(text());
    for (const word of words) expect(said).toMatch(word);
    expect(said).toMatch(/Preflight: \d+ blocked.*Nothing was changed\.$/);
  });

  const happened = (node: string, what: RegExp): Promise<unknown> =>
    until(
      () =>
        cluster
          .events()
          .filter(event => event.node === node)
          .at(-1)?.what ?? '',
      last => what.test(last),
    );
  const script = async (node: string, name: string): Promise<void> => {
    const ran = await run(cluster, node, `bash '${placeOf(cluster, node).home}/bin/${name}`);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  };

  test('a node that is down already', async () => {
    await script('be-2', "stop_be.sh'");
    const said = await refused(inventory);
    expect(said).toMatch(/✗ be-2: not so: Every process is up and healthy/);
    expect(said).toMatch(/seen: .*process=none/);
    expect(said).toMatch(/to do: Bring the node up and healthy first/);
    await script('be-2', "start_be.sh' --daemon");
    await happened('be-2', /^process up/);
  });

  test('frontends that disagree: one of them holds another group, which the master answers for', async () => {
    const fe = placeOf(cluster, 'fe-3');
    const file = join(fe.home, 'doris-meta/image/members.json');
    const members = readFileSync(file, 'utf8');
    const held: Loose = JSON.parse(members);
    const ghost = {...held.frontends[0], name: 'fe_ghost', host: '127.9.9.9', role: 'OBSERVER'};
    const restart = async (text: string): Promise<void> => {
      await script('fe-3', "stop_fe.sh'");
      writeFileSync(file, text);
      await script('fe-3', "start_fe.sh' --daemon");
      await until(
        () => page(cluster, 'fe-3', 'httpPort', '/api/bootstrap'),
        answer => answer?.includes('"msg":"success"') === true,
      );
    };
    await restart(JSON.stringify({...held, frontends: [...held.frontends, ghost]}));
    const said = await refused(inventory);
    expect(said).toMatch(/✗ not so: The frontends agree about the group/);
    expect(said).toMatch(/seen: .*fe-3: .*127\.9\.9\.9:\d+\/observer/);
    expect(said).toMatch(/to do: Frontends that see different groups or masters are split/);
    await restart(members);
  });

  test('frontends that disagree: one of them belongs to another cluster', async () => {
    const other = await bootCluster([{name: 'fe-1', role: 'fe'}]);
    onTestFinished(other.stop);
    const {address, home, package: pack} = placeOf(other, 'fe-1');
    const said = await refused(
      changed(block =>
        Object.assign(block.roles.fe.nodes[2], {
          ...{host: address, home, package: pack},
          ssh: {identityFile: other.identity, knownHosts: other.knownHosts},
        }),
      ),
    );
    expect(said).toMatch(/✗ not so: The frontends agree about the group/);
    const master = `${address}:9010`.replaceAll('.', '\\.');
    expect(said).toMatch(new RegExp(`seen: fe-1: (\\S+:\\d+); fe-2: \\1; fe-3: ${master}$`, 'm'));
    expect(said).toMatch(/to do: Frontends that see different groups or masters are split/);
    expect(said).toMatch(/Preflight: \d+ blocked.*Nothing was changed\.$/);
    expect(stopsAndStarts(other.events())).toEqual([]);
  });
});
