import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {boot, script} from './support.ts';

describe('files that only workers hold', () => {
  let cluster: DemoCluster;
  beforeAll(async () => {
    cluster = await boot({from: '2.3.0', to: '2.9.4', layout: 'small'});
  });
  afterAll(async () => {
    await cluster.stop();
  });

  test('are persisted by the product’s own command, which says so, and once', async () => {
    const list = async (): Promise<string> => (await script(cluster, 'm-1', 'alluxio fs ls -R /')).stdout;
    expect(await list()).toMatch(/NOT_PERSISTED .* \/models\/draft/);
    const said = await script(cluster, 'm-1', 'alluxio fs persist /models/draft /models/current');
    expect(said).toMatchObject({
      code: 0,
      stdout: 'persisted file /models/draft with size 131072\n/models/current is already persisted\n',
    });
    expect(await list()).not.toMatch(/NOT_PERSISTED/);
    const none = await script(cluster, 'm-1', 'alluxio fs persist /nowhere');
    expect(none).toMatchObject({code: 255});
  });
});
