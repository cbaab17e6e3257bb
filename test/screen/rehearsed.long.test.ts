import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {bootCluster, CLUSTER, FOUR_PHASES, hostsTree} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {asked} from '../terminal/person.ts';

let cluster: DemoCluster;
let desk: Desk;

beforeAll(async () => {
  desk = makeDesk();
  cluster = await bootCluster(FOUR_PHASES.filter(({role}) => role !== 'recycler'));
});
afterAll(async () => {
  await desk?.close();
  await cluster?.stop();
});

test('an upgrade says that its very plan was rehearsed, and how that came out', {
  timeout: 900_000,
}, async () => {
  const before = hostsTree(cluster);
  const twin = await desk.open([
    'rehearse',
    CLUSTER,
    '-i',
    cluster.inventory,
    '--autopilot',
    '--speed',
    '50',
  ]);
  expect(await twin.exited()).toBe(0);
  expect(hostsTree(cluster), 'nothing reaches the real hosts').toEqual(before);

  const upgrade = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
  const question = (await asked(upgrade, 1)).replace(/[│┃\s]+/g, ' ');
  expect(question).toMatch(
    /This very plan was rehearsed on a twin, \d{4}-\d\d-\d\d [\d:]{8}: 4 of 4 nodes verified\./,
  );
});
