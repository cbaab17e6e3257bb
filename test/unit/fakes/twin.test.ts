import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {alluxioKit} from '../../../src/fakes/alluxio/kit.ts';
import {dorisKit} from '../../../src/fakes/doris/kit.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {NodeId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import {hostOf, type Kit, type KitNode} from '../../../src/model/kit.ts';
import {systems} from '../../../src/systems/index.ts';

const EXAMPLE = readFileSync(new URL('../../../inventory.example.yaml', import.meta.url), 'utf8');

const clusterOf = (name: string, inventory = EXAMPLE): Cluster => {
  const read = parseCluster(inventory, 'inventory.yaml', name, systems);
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.cluster;
};

const seenOf = (facts: Readonly<Record<string, Facts>>): ReadonlyMap<NodeId, Facts> =>
  new Map(Object.entries(facts).map(([id, each]) => [NodeId.parse(id), each]));

const named = (nodes: readonly KitNode[], name: string): KitNode | undefined =>
  nodes.find(node => node.name === name);

test.each([
  ['lake-doris', dorisKit],
  ['lake-alluxio', alluxioKit],
] as const)('%s: every node of the inventory is there, by its name, role and group', (name, kit: Kit) => {
  const cluster = clusterOf(name);
  const twin = kit.twin(cluster, new Map());
  expect(twin.map(node => [node.name, node.role, node.group])).toEqual(
    cluster.nodes.map(({id, role, group}) => [id, role, group]),
  );
  // Where the fake has room for them nodes share hosts as the real ones do.
  const taken = twin.flatMap(node => Object.values(kit.ports(node)).map(port => `${hostOf(node)}:${port}`));
  expect(new Set(taken).size).toBe(taken.length);
});

test('a frontend that was seen to observe observes; the others follow', () => {
  const cluster = clusterOf('lake-doris');
  const [first, second] = cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id);
  const twin = dorisKit.twin(cluster, seenOf({[String(second)]: {fe: 'observer'}}));
  expect(named(twin, String(second))?.kind).toBe('observer');
  expect(named(twin, String(first))?.kind).toBeUndefined();
});

test('masters keep their journal as the real ones were seen to', () => {
  const cluster = clusterOf('lake-alluxio');
  const masters = cluster.nodes.filter(({role}) => role === 'master');
  const kinds = (type: string): unknown[] => {
    const facts = Object.fromEntries(masters.map(({id}) => [id, {journalType: type}]));
    return alluxioKit
      .twin(cluster, seenOf(facts))
      .flatMap(({role, kind}) => (role === 'master' ? [kind] : []));
  };
  expect(kinds('EMBEDDED')).toEqual(masters.map(() => undefined));
  expect(kinds('UFS')).toEqual(masters.map(() => 'zookeeper'));
  const one = {
    ...cluster,
    nodes: cluster.nodes.filter(({id}) => id !== masters[1]?.id && id !== masters[2]?.id),
  };
  expect(
    named(
      alluxioKit.twin(one, seenOf({[String(masters[0]?.id)]: {journalType: 'UFS'}})),
      String(masters[0]?.id),
    ),
  ).toMatchObject({kind: 'ufs'});
});

test('who would take a port of a host a second time stands on a host of its own, named after it', () => {
  const cluster = clusterOf(
    'two',
    `clusters:
  two:
    system: doris
    settings: {version: 3.1.2}
    roles:
      ms: {home: /opt/doris/ms, package: /opt/pkg/ms, nodes: [{name: ms-1, host: h1}]}
      recycler: {home: /opt/doris/rc, package: /opt/pkg/ms, nodes: [{name: rc-1, host: h1, port: 5100}]}
      be:
        package: /opt/pkg/be
        nodes:
          - {name: be-1, host: h1, home: /opt/doris/be1, group: a}
          - {name: be-2, host: h1, home: /opt/doris/be2, group: a, heartbeatPort: 9051, webPort: 8041}
      fe: {home: /opt/doris/fe, package: /opt/pkg/fe, nodes: [{name: fe-1, host: h1}]}
`,
  );
  expect(dorisKit.twin(cluster, new Map()).map(node => [node.name, hostOf(node)])).toEqual([
    ['ms-1', 'h1'],
    ['rc-1', 'h1-rc-1'],
    ['be-1', 'h1'],
    ['be-2', 'h1-be-2'],
    ['fe-1', 'h1'],
  ]);
});
