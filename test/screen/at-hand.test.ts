import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {stopsAndStarts} from '../end-to-end/calls.ts';
import {bootCluster, CLUSTER, FOUR_PHASES} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {asked, KEY} from '../terminal/person.ts';

describe('a shell on the host of a node', () => {
  let cluster: DemoCluster;
  let desk: Desk;

  beforeAll(async () => {
    desk = makeDesk();
    cluster = await bootCluster(FOUR_PHASES);
  });
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  test('is left as it was entered: nothing that was typed there answers, and the screen is whole', async () => {
    const terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
    await asked(terminal, 1);
    terminal.press('s');
    await terminal.waitFor(/ssh -p \d+ -l /, 20_000);
    terminal.press(KEY.enter);
    await terminal.waitFor(() => !terminal.alternate(), 20_000);
    terminal.press('echo on-the-$((40 + 2))\r');
    await terminal.waitFor('on-the-42', 20_000);
    terminal.resize(100, 30);
    // What comes with the end of the shell is for nobody.
    terminal.press('exit\ryyyy');
    await terminal.waitFor(() => terminal.alternate(), 20_000);
    await terminal.waitFor('back from', 20_000);
    await asked(terminal, 1);
    expect(terminal.screen()[0]).toContain('lakeup');
    expect(stopsAndStarts(cluster.events())).toEqual([]);
    terminal.press('n');
    expect(await terminal.exited()).toBe(3);
  }, 120_000);
});
