import {describe, expect, test} from 'vitest';
import {sharedAsk} from '../../../../src/host/shared-ask.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {type AlluxioCluster, nodesOf, type ServerNode} from '../../../../src/systems/alluxio/fields.ts';
import {probes} from '../../../../src/systems/alluxio/probes/all.ts';
import {askWith, CLUSTER, LED, page} from './asked.ts';

const COUNT = 1_000;
const [template] = nodesOf(CLUSTER, 'worker');

const workers: ServerNode[] = Array.from({length: COUNT}, (_, i) => {
  if (template === undefined) throw new Error('no worker');
  return {...template, id: NodeId.parse(`w-${i}`), host: HostId.parse(`w${i}.rack${i % 40}`)};
});
const cluster: AlluxioCluster = {
  ...CLUSTER,
  nodes: [...CLUSTER.nodes.filter(({role}) => role === 'master'), ...workers],
};
const BODY = JSON.stringify({
  version: '2.9.4',
  startTimeMs: 1,
  workers: workers.map(({host}) => ({
    address: {host: `${host}.lab`, rpcPort: 29999},
    state: 'ACTIVE',
    usedBytes: 1,
    blockCount: 1,
    version: '2.9.4',
    padding: 'x'.repeat(800),
  })),
  lostWorkers: [],
  mountPoints: {},
});

describe('a thousand workers', () => {
  test('are watched in one sweep that reads the leader’s page once', async () => {
    const ask = sharedAsk(askWith({...LED, 'm2 19999/api/v1/master/info': page(BODY)}));
    const began = performance.now();
    const looks = await Promise.all(
      workers.map(
        node => probes.status?.look(node, cluster, ask, {}) ?? Promise.reject(new Error('no status')),
      ),
    );
    const facts = looks.map(look => (look.kind === 'seen' ? look.facts : {}));
    expect(facts.filter(({stillRegistered}) => stillRegistered === true).length).toBe(COUNT);
    // A sweep is to be done in seconds, also on a busy machine: read by each of them it would take minutes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('are all told as live, in the inventory’s order', async () => {
    const ask = askWith({...LED, 'm2 19999/api/v1/master/info': page(BODY)});
    const [master] = cluster.nodes;
    if (master === undefined) throw new Error('no master');
    const look = await probes.cluster?.look(master, cluster, ask, {});
    expect(look).toMatchObject({
      facts: {live: workers.map(({id}) => id), missing: [], strange: [], usedBytes: COUNT, blocks: COUNT},
    });
  });
});
