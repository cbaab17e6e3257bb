import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
import {a, b, eventsOf, RUN} from './small-run.ts';
import {ALL, cli, inStateDir, keep, prunes, stateDir, through, undoable} from './undoable.ts';

inStateDir();

const PRUNE = RunId.parse('20260102-000000-prun');
const OTHER = RunId.parse('20260103-000000-othe');

const ENDED: readonly Happening[] = [
  ...through(a, ...ALL),
  ...through(b, ...ALL),
  {type: 'run.ended', verdict: {verified: [a, b]}},
];

const ended = (...more: readonly Happening[]) => keep(RUN, eventsOf(undoable(), ...ENDED, ...more));
const journalOf = (): string => readFileSync(join(stateDir(), 'lakeup/runs', RUN, 'journal.ndjson'), 'utf8');

describe('lakeup prune', () => {
  it('goes as far as the terminal it needs, of the run that is named or of the only one there is', async () => {
    await ended();
    for (const argv of [['prune'], ['prune', RUN]]) {
      const {code, stderr} = await cli(...argv);
      expect(code).toBe(2);
      expect(stderr).toMatch(/terminal/);
    }
    expect(journalOf()).not.toContain('run.pruning');
  });

  it.each<[string, readonly Happening[], RegExp]>([
    ['that has not ended', through(a, ...ALL), /has not ended.*Nothing was changed/s],
    ['that is being taken back', [...ENDED, {type: 'run.yielded', to: OTHER}], /was being taken back/],
    [
      'that was taken back',
      [...ENDED, {type: 'run.takenBack', by: OTHER, steps: [], whole: true}],
      /was taken back/,
    ],
    [
      'that was given up',
      [...through(a, ...ALL), {type: 'run.abandoned', because: 'no time'}],
      /was given up/,
    ],
    [
      'that left out a node',
      [
        ...through(a, ...ALL),
        {type: 'nodes.skipped', nodes: [{node: b, as: 'untouched', agreedDown: true}], because: 'dead'},
        {
          type: 'run.ended',
          verdict: {verified: [a], skipped: [{node: b, as: 'untouched', because: 'dead'}]},
        },
      ],
      /has not taken every node all the way/,
    ],
  ])('refuses one %s', async (_, happenings, says) => {
    await keep(RUN, eventsOf(undoable(), ...happenings));
    const {code, stderr} = await cli('prune', RUN);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('refuses what leads back, what prunes, and what another run has worked on since', async () => {
    await ended();
    await keep(OTHER, eventsOf(prunes(), ...ENDED));
    expect((await cli('prune', OTHER)).stderr).toMatch(/is no upgrade/);
    const later = RunId.parse('20260104-000000-late');
    await keep(later, eventsOf(undoable(), ...ENDED));
    expect((await cli('prune', RUN)).stderr).toContain(
      `run ${later} has changed this cluster after run ${RUN}`,
    );
    expect((await cli('prune')).stderr).toMatch(/several runs may be pruned/);
  });

  it('refuses while any run of the cluster is open', async () => {
    await ended();
    await keep(OTHER, eventsOf(undoable(), ...through(a, ...ALL)));
    const {code, stderr} = await cli('prune', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${OTHER} (1 → 2) has begun to change this cluster and has not ended`);
  });
});

it('a kind to keep that there is none of is refused: what was meant would be removed', async () => {
  await ended();
  for (const argv of [
    ['--keep', 'backups'],
    ['--keep', 'backup', '--keep', ''],
  ]) {
    const {code, stderr} = await cli('prune', RUN, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain('one of version, journal, cache, backup');
  }
  expect((await cli('prune', RUN, '--keep', 'backup', '--keep', 'version')).stderr).toMatch(/terminal/);
});

describe('a run that another one prunes', () => {
  const pruning: Happening = {type: 'run.pruning', by: PRUNE};

  it('can still be taken back while that one has only asked, which then has no say any more', async () => {
    await ended(pruning);
    await keep(PRUNE, eventsOf(prunes()));
    expect((await cli('undo', RUN)).stderr).toMatch(/terminal/);
    rmSync(join(stateDir(), 'lakeup/runs', RUN), {recursive: true});
    await ended(pruning, {type: 'run.yielded', to: OTHER});
    const {code, stderr} = await cli('resume', PRUNE);
    expect(code).toBe(2);
    expect(stderr).toContain(`make it anew: lakeup prune ${RUN}`);
  });

  it('is made anew, where this one has only asked, and after it was given up, where it has begun', async () => {
    await ended(pruning);
    await keep(PRUNE, eventsOf(prunes()));
    expect((await cli('prune', RUN)).stderr).toMatch(/terminal/);
    rmSync(join(stateDir(), 'lakeup/runs', PRUNE), {recursive: true});
    await keep(PRUNE, eventsOf(prunes(), ...through(a, 'stage')));
    expect((await cli('prune', RUN)).stderr).toContain(PRUNE);
    expect(await cli('abandon', PRUNE, '--because', 'it is made anew')).toMatchObject({code: 0});
    expect((await cli('prune', RUN)).stderr).toMatch(/terminal/);
  });

  it('cannot once that one has begun, also where it died half way, or was given up there', async () => {
    await ended(pruning);
    const half: readonly Happening[] = through(a, ...ALL).slice(0, 2);
    await keep(PRUNE, eventsOf(prunes(), ...half));
    const {code, stderr} = await cli('undo', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${PRUNE} has begun to remove`);
    expect(stderr).toContain(`lakeup resume ${PRUNE}`);
    expect((await cli('prune', RUN)).stderr).toContain(
      `go on with it: lakeup resume ${PRUNE}; or give it up`,
    );
    expect((await cli('runs')).stdout).toContain(`run ${PRUNE} prunes it`);
    rmSync(join(stateDir(), 'lakeup/runs', PRUNE), {recursive: true});
    await keep(PRUNE, eventsOf(prunes(), ...half, {type: 'run.abandoned', because: 'no time'}));
    expect((await cli('undo', RUN)).stderr).toContain(`run ${PRUNE} has begun to remove`);
    // What is left of it may be pruned by another.
    expect((await cli('prune', RUN)).stderr).toMatch(/terminal/);
    rmSync(join(stateDir(), 'lakeup/runs', PRUNE), {recursive: true});
    expect((await cli('undo', RUN)).stderr).toContain('does not take it back any more');
  });

  it('hears of its end, also where lakeup died between the two journals, and says what is gone', async () => {
    await ended(pruning);
    await keep(PRUNE, eventsOf(prunes(), ...ENDED));
    const {code, stderr} = await cli('undo', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${PRUNE} has removed from the hosts what run ${RUN} had kept`);
    const told = journalOf().trim().split('\n').at(-1) ?? '';
    expect(told).toContain('run.pruned');
    expect(told).toContain('/kept/stage');
    const {stdout} = await cli('runs');
    expect(stdout).toContain(`pruned by run ${PRUNE}`);
    expect(stdout).toContain(`(prune ${RUN})`);
    expect((await cli('prune')).stderr).toMatch(/no run that could be pruned/);
    const {stdout: words} = await cli('resume', PRUNE);
    expect(words).toContain(`toys runs 2, and what run ${RUN} had kept on the hosts is gone`);
  });

  it('is meant where no run is named as long as something stays, or nobody knows any more whether it does', async () => {
    const meant = async (): Promise<string> => (await cli('prune')).stderr;
    await ended(pruning);
    await keep(PRUNE, eventsOf(prunes(false), ...ENDED));
    expect(await meant()).toMatch(/terminal/);
    expect(journalOf()).toContain('run.pruned');
    rmSync(join(stateDir(), 'lakeup/runs', PRUNE), {recursive: true});
    expect(await meant()).toMatch(/terminal/);
    await keep(PRUNE, eventsOf(prunes(), ...ENDED));
    expect(await meant()).toMatch(/no run that could be pruned/);
  });
});
