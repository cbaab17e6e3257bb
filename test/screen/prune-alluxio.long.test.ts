import {basename, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {alluxioKit} from '../../src/fakes/alluxio/kit.ts';
import {type DemoCluster, startDemoCluster} from '../../src/sim/demo-cluster.ts';
import {tree} from '../end-to-end/cluster.ts';
import {type Desk, makeDesk} from '../terminal/desk.ts';
import {agreeToAll, finish, pressed, typed} from '../terminal/person.ts';
import {lastLine} from '../terminal/terminal.ts';

const STORY_MS = 900_000;
const CLUSTER = 'lake-cache';
const KINDS = ['old versions', 'copies of journals', 'backups'];

/** What servers that run write by themselves; a lease says who was there last. */
const LIVING = ['logs', 'journal', 'metastore', 'ramdisk'];
const isOurs = (name: string): boolean => name.includes('.lakeup-lease');

describe('an upgrade of Alluxio that has ended is pruned in a terminal', () => {
  let cluster: DemoCluster;
  let desk: Desk;
  let run = '';

  beforeAll(async () => {
    desk = makeDesk();
    cluster = await startDemoCluster({
      kit: alluxioKit,
      cluster: CLUSTER,
      program: join(import.meta.dirname, '../../dist/fake-alluxio.mjs'),
      speed: 20,
      layout: 'small',
      from: '2.8.0',
      bootWithinMs: 240_000,
      toYaml: stringify,
    });
    const terminal = await desk.open(['upgrade', CLUSTER, '-i', cluster.inventory]);
    expect(await agreeToAll(terminal)).toBe(0);
    run = basename(desk.runs().at(-1) ?? '');
  }, STORY_MS);
  afterAll(async () => {
    await desk?.close();
    await cluster?.stop();
  });

  test(
    'asks for each kind by itself, the backup last, and leaves what is live',
    async () => {
      const before = tree(cluster.dir, LIVING);
      const terminal = await desk.open(['prune', run], {columns: 140, rows: 60});
      const places: string[] = [];
      for (const [i, kind] of KINDS.entries()) {
        const title = new RegExp(`[╭┏][─━] Phase ${i + 1} of ${KINDS.length} · Remove ${kind}`);
        const screen = await terminal.waitFor(title, STORY_MS);
        places.push(...[...screen.matchAll(/ (\/tmp\/lakeup-sim-\S+)/g)].map(([, path]) => path ?? ''));
        await typed(terminal, CLUSTER);
        await pressed(terminal, title);
      }
      expect(await finish(terminal)).toBe(0);
      expect(lastLine(terminal)).toContain(
        `${CLUSTER} runs 2.9.4, and what run ${run} had kept on the hosts is gone`,
      );
      const own = places.map(path => path.slice(cluster.dir.length + 1));
      const isKept = (name: string): boolean =>
        own.some(path => name === path || name.startsWith(`${path}/`));
      const [kept, others] = [
        Object.keys(before).filter(isKept),
        Object.keys(before).filter(name => !isKept(name) && !isOurs(name)),
      ];
      expect(kept.length).toBeGreaterThan(10);
      const after = tree(cluster.dir, LIVING);
      expect(Object.keys(after).filter(isKept)).toEqual([]);
      expect(others.filter(name => after[name] === undefined)).toEqual([]);
      const undo = await desk.open(['undo', run]);
      expect(await undo.exited()).toBe(2);
    },
    STORY_MS,
  );
});
