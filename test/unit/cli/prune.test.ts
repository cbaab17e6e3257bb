import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createRunDir} from '../../../src/cli/state-dir.ts';
import {createJournal} from '../../../src/engine/journal.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {PhaseId, RunId} from '../../../src/model/ids.ts';
import type {Plan, Step} from '../../../src/model/plan.ts';
import type {System} from '../../../src/model/system.ts';
import {vault} from '../../systems/vault/system.ts';
import {runCli} from './outside.ts';
import {a, b, check, done, eventsOf, planOf, RUN, started} from './small-run.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-prune-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

const PRUNE = RunId.parse('20260102-000000-prun');
const OTHER = RunId.parse('20260103-000000-othe');

/** Whatever its plan does is right: what is asked here are the runs. */
const system: System = {
  ...(vault as System),
  planProblems: () => [],
  probes: {
    ...(vault as System).probes,
    status: {roles: ['store', 'router'], look: () => Promise.reject(new Error('asked'))},
  },
  back: {around: () => [], verify: ({id}) => [check(id, {health: 'ok'})]},
  prune: {
    around: () => [],
    inUse: () => ({used: [], closed: []}),
    body: () => {
      throw new Error('nothing is removed here');
    },
    vars: () => ({}),
  },
};

const inventory = (): string => `clusters:
  toys:
    system: vault
    ssh: {user: nobody, port: 1, identityFile: ${base}/key, knownHosts: ${base}/known_hosts}
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 127.0.0.1, home: /srv/a}, {name: b, host: 127.0.0.1, home: /srv/b}]}
      router: {package: /srv/package, nodes: [{name: c, host: 127.0.0.1, home: /srv/c}]}
`;

const keep = async (id: RunId, events: readonly Event[]) => {
  const dir = await createRunDir({XDG_STATE_HOME: base}, id, inventory());
  const journal = await createJournal(dir.journal);
  for (const event of events)
    await journal.append(event.type === 'run.planned' ? {...event, run: id} : event);
  await journal.close();
  return dir;
};

const through = (node: typeof a): Happening[] => [
  {type: 'lane.begun', phase: PhaseId.parse('p'), node, ranks: {}},
  ...['stage', 'stop', 'start'].flatMap(name => [started(name, node), done(name, node)]),
];

const ENDED: readonly Happening[] = [
  ...through(a),
  ...through(b),
  {type: 'run.ended', verdict: {verified: [a, b]}},
];

const undoable = (): Plan => {
  const plan = planOf([a, b]);
  const back = (step: Step): Step => ({
    ...step,
    undo: {kind: 'action', action: step.action, done: [check(step.node, {[step.name]: false})]},
  });
  return {
    ...plan,
    phases: plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(({node, steps: [first, ...others]}) => ({
        node,
        steps: [back(first), ...others.map(back)] as const,
      })),
    })),
  };
};

/** Whatever it does: which run it prunes is what matters here. Each of its steps removes something of that name. */
const prunes = (): Plan => {
  const plan = planOf([a, b]);
  const removing = (step: Step): Step => ({
    ...step,
    action: {
      kind: 'script',
      body: 'x.prune',
      vars: {path: `/kept/${step.name}`},
      timeoutMs: 1,
      trust: 'exit',
    },
  });
  return {
    ...plan,
    from: plan.to,
    prunes: {run: RUN, whole: true},
    phases: plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(({node, steps: [first, ...others]}) => ({
        node,
        steps: [removing(first), ...others.map(removing)] as const,
      })),
    })),
  };
};

const cli = (...argv: readonly string[]) => runCli(argv, {XDG_STATE_HOME: base}, {systems: [system]});

const ended = (...more: readonly Happening[]) => keep(RUN, eventsOf(undoable(), ...ENDED, ...more));
const journalOf = (): string => readFileSync(join(base, 'lakeup/runs', RUN, 'journal.ndjson'), 'utf8');

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
    ['that has not ended', through(a), /has not ended.*Nothing was changed/s],
    ['that is being taken back', [...ENDED, {type: 'run.yielded', to: OTHER}], /was being taken back/],
    [
      'that was taken back',
      [...ENDED, {type: 'run.takenBack', by: OTHER, steps: [], whole: true}],
      /was taken back/,
    ],
    ['that was given up', [...through(a), {type: 'run.abandoned', because: 'no time'}], /was given up/],
    [
      'that left out a node',
      [
        ...through(a),
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
    await keep(OTHER, eventsOf(undoable(), ...through(a)));
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
    rmSync(join(base, 'lakeup/runs', RUN), {recursive: true});
    await ended(pruning, {type: 'run.yielded', to: OTHER});
    const {code, stderr} = await cli('resume', PRUNE);
    expect(code).toBe(2);
    expect(stderr).toContain(`make it anew: lakeup prune ${RUN}`);
  });

  it('cannot once that one has begun, also where it died half way, or was given up there', async () => {
    await ended(pruning);
    const half: readonly Happening[] = through(a).slice(0, 2);
    await keep(PRUNE, eventsOf(prunes(), ...half));
    const {code, stderr} = await cli('undo', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${PRUNE} has begun to remove`);
    expect(stderr).toContain(`lakeup resume ${PRUNE}`);
    expect((await cli('prune', RUN)).stderr).toContain(
      `go on with it: lakeup resume ${PRUNE}; or give it up`,
    );
    expect((await cli('runs')).stdout).toContain(`run ${PRUNE} prunes it`);
    rmSync(join(base, 'lakeup/runs', PRUNE), {recursive: true});
    await keep(PRUNE, eventsOf(prunes(), ...half, {type: 'run.abandoned', because: 'no time'}));
    expect((await cli('undo', RUN)).stderr).toContain(`run ${PRUNE} has begun to remove`);
    // What is left of it may be pruned by another.
    expect((await cli('prune', RUN)).stderr).toMatch(/terminal/);
    rmSync(join(base, 'lakeup/runs', PRUNE), {recursive: true});
    expect((await cli('undo', RUN)).stderr).toContain('there is none any more');
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
});
