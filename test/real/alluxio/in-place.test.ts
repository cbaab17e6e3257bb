import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest';
import {agreeUntil, agreeUpTo} from '../../terminal/person.ts';
import {HARD_DISK, JOURNAL, RAMDISK} from './layout.ts';
import {beginStory, type Story} from './story.ts';

const prepared = inject('prepared');

describe.skipIf(prepared === null)('Alluxio 2.7.3 with an embedded journal', () => {
  let story: Story;

  beforeAll(async () => {
    if (prepared === null) return;
    story = await beginStory(prepared, {
      from: '2.7.3',
      to: '2.9.4',
      journal: 'EMBEDDED',
      masters: 3,
      jobs: true,
    });
  }, 900_000);

  afterAll(() => story?.end());

  test('is seen as it is, by every way of looking', {timeout: 600_000}, async () => {
    const {before} = story;
    const well = {health: 'ok', causes: [], version: '2.7.3'};
    const all = await story.sees('status', ['master', 'job-master', 'worker', 'job-worker']);
    expect(Object.keys(all)).toHaveLength(10);
    for (const [node, facts] of Object.entries(all)) expect(facts, node).toMatchObject(well);
    const named = (role: string) => Object.entries(all).filter(([, {master}]) => master === role);
    expect(named('leader')).toHaveLength(2);
    expect(named('standby')).toHaveLength(4);

    const {'m-1': whole} = await story.sees('cluster', ['m-1']);
    expect(whole).toMatchObject({
      leaders: 1,
      live: before.workers,
      mounts: before.mounts,
      // The root is one of them.
      paths: before.paths.length + 1,
      missing: [],
      lost: [],
      strange: [],
    });
    const {'m-1': namespace} = await story.sees('namespace', ['m-1']);
    expect(namespace).toMatchObject({
      paths: before.paths.length + 1,
      notPersisted: 2,
      lost: 0,
      examples: ['/data/only-cached', '/data/only-cached-below'],
    });
    const {'m-1': quorum} = await story.sees('quorum', ['m-1']);
    expect(quorum).toMatchObject({size: 3, available: 3, unavailable: []});
    const {'m-2': journal} = await story.sees('journal', ['m-2'], {journal: JOURNAL});
    expect(journal).toMatchObject({layout: 'raft', foreign: []});
    const caches = Object.values(
      await story.sees('cache', ['worker'], {dirs: [RAMDISK, HARD_DISK], ramdisks: [RAMDISK]}),
    );
    const sum = (name: string): number => caches.reduce((all, facts) => all + Number(facts[name]), 0);
    expect(`${sum('blocks')} blocks, ${sum('bytes')} bytes`).toBe(before.blocks);
    expect(caches.map(({unmounted}) => unmounted)).toEqual([[], []]);
  });

  test('is 2.9.4 afterwards, on its own journal, with every byte, cached or not', {
    timeout: 3_600_000,
  }, async () => {
    const terminal = await story.run('upgrade');
    const first = await agreeUpTo(terminal, 'Unpack the new version', 900_000);
    expect(first).toContain('the new masters read the old journal');
    const masters = await agreeUpTo(terminal, 'Start the masters', 900_000);
    expect(masters).toContain('Workers stay down until the content is proved');
    await agreeUntil(terminal, 'Start workers and services', 900_000);
    await story.cachesUntouched();
    await agreeUpTo(terminal, 'Start workers and services');
    await story.endsWell(900_000);
  });
});
