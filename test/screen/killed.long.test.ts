import {afterAll, beforeAll, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {eachOnce, stopsAndStarts} from '../end-to-end/calls.ts';
import {bootCluster, CLUSTER, FOUR_PHASES} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {killBetween} from '../terminal/killing.ts';
import {agree, agreeToAll} from '../terminal/person.ts';
import {lastLine} from '../terminal/terminal.ts';

/** One node of each role but two backends: one is killed at its stop, the other at its start. */
const NODES = FOUR_PHASES.filter(({role}) => role !== 'recycler');

let cluster: DemoCluster;
let desk: Desk;

beforeAll(async () => {
  desk = makeDesk();
  // Its stop takes seconds, so that lakeup is frozen before it knows of the end.
  cluster = await bootCluster(NODES, {knobs: {'be-1': {DRAIN_MS: '200000'}}});
});
afterAll(async () => {
  await desk?.close();
  await cluster?.stop();
});

/** What became of the processes themselves, whoever called for it. */
const effects = (): string[] =>
  cluster
    .events()
    .filter(({what}) => /^process (begins|ends)/.test(what))
    .map(({node, what}) => `${what.split(' ')[1]} ${node}`);

test('lakeup killed at a stop and again at a start goes on, and each happened exactly once', {
  timeout: 900_000,
}, async () => {
  const first = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
  await agree(first, 1);
  await agree(first, 2);
  await killBetween(cluster, first, 'be-1', /^call stop_be/, /^exit stop_be/);

  // A resumed run looks first what became of the stop, and asks before it goes on.
  const second = await desk.open(['resume']);
  expect(await agree(second, 2)).toMatch(/be-1 stop ✓/);
  await killBetween(cluster, second, 'be-2', /^call start_be/, /^process begins/);

  const third = await desk.open(['resume']);
  expect(await agreeToAll(third)).toBe(0);
  expect(lastLine(third)).toBe('4 of 4 nodes verified: lake-doris runs 3.1.2');
  const nodes = ['ms-1', 'be-1', 'be-2', 'fe-1'];
  expect(effects()).toEqual(nodes.flatMap(node => [`ends ${node}`, `begins ${node}`]));
  expect(stopsAndStarts(cluster.events())).toEqual(eachOnce(...nodes));
});
