import {readdirSync, renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import {bootCluster, CLUSTER, FOUR_PHASES, homesOf} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {killBetween} from '../terminal/killing.ts';
import {agree, agreeToAll, asked} from '../terminal/person.ts';
import {lastLine} from '../terminal/terminal.ts';

// A run is killed in the middle of a backend, on real processes, and the disk that held its journal is gone with it.

const NODES = FOUR_PHASES.filter(({role}) => role !== 'recycler');

let cluster: DemoCluster;
let desk: Desk;

beforeEach(async () => {
  desk = makeDesk();
  cluster = await bootCluster(NODES, {knobs: {'be-1': {DRAIN_MS: '200000'}}});
});
afterEach(async () => {
  await desk?.close();
  await cluster?.stop();
});

/** What the renames of an upgrade bring about below a home, up to so many. */
const rename = (home: string, most: number): void => {
  const stage = readdirSync(home).find(name => name.startsWith('.lakeup-stage-')) ?? '';
  const stamp = stage.replace('.lakeup-stage-', '');
  const all = [
    ['bin', `bin_backup_${stamp}`],
    ['lib', `lib_backup_${stamp}`],
    [`${stage}/bin`, 'bin'],
  ] as const;
  for (const [from, to] of all.slice(0, most)) renameSync(join(home, from), join(home, to));
};

test.each([0, 3])(
  'an upgrade that lost its journal in the middle of a node, %i renames behind its stop, is taken on',
  {
    timeout: 900_000,
  },
  async renames => {
    const first = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
    await agree(first, 1);
    await agree(first, 2);
    await killBetween(cluster, first, 'be-1', /^call stop_be/, /^exit stop_be/);
    const [lost = ''] = desk.runs();
    rmSync(lost, {recursive: true});
    const [home = ''] = homesOf(cluster, 'be');
    rename(home, renames);

    const second = await desk.open([
      'upgrade',
      CLUSTER,
      '-i',
      cluster.inventory,
      '--take-over',
      basename(lost),
    ]);
    const question = await asked(second, 1);
    expect(question.replace(/[│┃\s]+/g, ' ')).toMatch(
      /be-1 is down in the middle of an earlier upgrade, which this run does not go on with/,
    );
    expect(await agreeToAll(second)).toBe(0);
    expect(lastLine(second)).toBe('4 of 4 nodes verified: lake-doris runs 3.1.2');

    const names = homesOf(cluster, 'be').map(home =>
      readdirSync(home).filter(name => /backup|lakeup-stage/.test(name)),
    );
    expect(names.map(each => each.map(name => name.replace(/_\d{8}_\d{6}$/, '')).toSorted())).toEqual([
      ['bin_backup', 'lib_backup'],
      ['bin_backup', 'lib_backup'],
    ]);
    // It was stopped once, by the first run, and started once, by the second.
    const lives = cluster
      .events()
      .filter(({node, what}) => node === 'be-1' && /^process (begins|ends)/.test(what));
    expect(lives.map(({what}) => what.split(' ')[1])).toEqual(['ends', 'begins']);
  },
);
