import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createRunDir} from '../../../src/cli/state-dir.ts';
import {tellHeadway} from '../../../src/cli/tell-headway.ts';
import {readJournal} from '../../../src/engine/journal.ts';
import {lockRun} from '../../../src/engine/run-lock.ts';
import {Event, type Happening} from '../../../src/model/event.ts';
import {saidHeadway} from '../../../src/model/headway.ts';
import {NodeId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {NEWEST, readKept} from '../../journals/files.ts';
import {vault} from '../../systems/vault/system.ts';
import {printed, type Seen, SHAPES} from './json-page.ts';
import {differences} from './json-schema.ts';
import {runCli} from './outside.ts';
import {a, b, eventsOf, planOf, RUN, started} from './small-run.ts';
import {ALL, BACK, inStateDir, keep, look, prunes, stateDir, through, undoable} from './undoable.ts';

/*
 * What is printed with --json is what docs/json.md names: no field that it does not name, and none that nobody prints.
 */

inStateDir();

const SYSTEMS: readonly System[] = [vault as System, doris as System, alluxio as System];

const json = async (...argv: readonly string[]): Promise<unknown> =>
  JSON.parse((await runCli([...argv, '--json'], {XDG_STATE_HOME: stateDir()}, {systems: SYSTEMS})).stdout);

/** Fails where something is printed that the page does not name. */
const takes = (name: string, value: unknown, seen: Seen): void => {
  const read = printed(name, seen).safeParse(value);
  expect(read.error?.issues ?? [], JSON.stringify(value).slice(0, 2_000)).toEqual([]);
};

/** What the tables of these names say that was not printed. */
const unprinted = (seen: Seen, ...names: readonly string[]): readonly string[] =>
  names.flatMap(name => {
    const fields = Object.keys(SHAPES.get(name)?.kinds.get('') ?? {});
    return fields.map(field => `${name}.${field}`).filter(field => !seen.has(field));
  });

/** The later the number, the later it began. */
const run = (number: number): RunId => RunId.parse(`20260201-0000${String(number).padStart(2, '0')}-run0`);
const abandoned: Happening = {type: 'run.abandoned', because: 'no time'};
const down: Happening = {type: 'node.down', node: b, since: Date.UTC(2026, 0, 1), atLeast: true};
const skipped: Happening = {
  type: 'nodes.skipped',
  nodes: [{node: a, as: 'out', agreedDown: true}],
  because: 'its disk is broken',
};
const skippedEnd: Happening = {
  type: 'run.ended',
  verdict: {verified: [b], skipped: [{node: a, as: 'out', because: 'its disk is broken'}]},
};
const back: Plan = {
  ...planOf([a, b]),
  direction: 'back',
  takesBack: {run: RUN, steps: [], whole: true},
  out: [a],
};

describe('each field that is printed is named, and each that is named is printed', () => {
  it('by doctor', async () => {
    const seen: Seen = new Set();
    const needs = await json('doctor');
    if (!Array.isArray(needs)) throw new Error('no list');
    for (const need of needs) takes('need', need, seen);
    expect(unprinted(seen, 'need')).toEqual([]);
  });

  it('by status: of who answers, who does not, and who is down, since when that is known or not', async () => {
    const seen: Seen = new Set();
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage', 'stop'), down, abandoned));
    const sees: Probe = {
      roles: ['store', 'router'],
      look: async ({id}) =>
        id === 'a'
          ? {kind: 'silent', reasons: [{node: a, words: plain('no answer')}]}
          : {kind: 'seen', facts: {health: 'down', version: '1.0', causes: ['x'], pid: 1, up: false}},
    };
    const probes = Object.fromEntries(Object.keys(vault.probes).map(name => [name, sees]));
    const {stdout} = await look([{...(vault as System), probes}], '--json');
    takes('status', JSON.parse(stdout), seen);
    expect(unprinted(seen, 'status', 'status node', 'down now', 'kind')).toEqual([]);
  });

  it('by runs', async () => {
    const seen: Seen = new Set();
    const half = through(a, 'stage', 'stop');
    await keep(RUN, eventsOf(undoable(), ...half, {type: 'run.yielded', to: BACK}));
    await keep(BACK, eventsOf(back, down));
    await keep(run(2), eventsOf(undoable(), ...half, down, skipped, ...through(b, ...ALL), skippedEnd));
    await keep(run(3), eventsOf(undoable(), ...half, down, abandoned));
    const ended: Happening = {type: 'run.ended', verdict: {verified: [a, b]}};
    const pruning: Happening = {type: 'run.pruning', by: run(5)};
    await keep(run(4), eventsOf(undoable(), ...through(a, ...ALL), ...through(b, ...ALL), ended, pruning));
    const {lock} = await keep(run(5), eventsOf({...prunes(), prunes: {run: run(4), whole: true}}));
    await keep(run(7), eventsOf(back, down));
    await keep(run(8), eventsOf(undoable(), ...through(a, 'stage'), started('stop')));
    const locked = await lockRun(lock, new Date().toISOString());
    const spoilt = await keep(run(6), eventsOf(undoable(), ...half));
    await json('runs');
    writeFileSync(spoilt.journal, 'x\n');
    const all = await json('runs');
    if (locked.kind === 'locked') await locked.release();
    if (!Array.isArray(all)) throw new Error('no list');
    expect(all).toHaveLength(9);
    for (const each of all) takes('unreadable' in each ? 'unreadable run' : 'run', each, seen);
    expect(
      unprinted(
        seen,
        ...['run', 'unreadable run', 'last known', 'skipped node', 'out node', 'down node', 'taken back'],
        ...['step at work', 'over', 'pruned run', 'pruned by', 'process'],
      ),
    ).toEqual([]);
  });

  it('by the report of a run, and by its events', async () => {
    const seen: Seen = new Set();
    // A thousand nodes say nothing that fourteen do not.
    for (const [i, name] of readdirSync(NEWEST)
      .filter(each => each !== 'thousand')
      .entries()) {
      const {journal, inventory} = readKept(join(NEWEST, name));
      const dir = await createRunDir({XDG_STATE_HOME: stateDir()}, run(i), inventory);
      writeFileSync(dir.journal, journal);
      takes('report', await json('runs', dir.id), seen);
      for (const event of (await readJournal(dir.journal)).events) takes('event', event, seen);
    }
    const pruned: Happening[] = [
      {type: 'run.pruning', by: BACK},
      {type: 'run.pruned', by: BACK, removed: []},
    ];
    await keep(BACK, eventsOf(back, down, ...pruned));
    takes('report', await json('runs', BACK), seen);
    expect(
      unprinted(
        seen,
        ...['report', 'waits', 'phase', 'report node', 'outage', 'down time', 'leader', 'finding', 'trouble'],
        ...['kept', 'place', 'gone'],
      ),
    ).toEqual([]);
  });

  it('of how far an action is', () => {
    const seen: Seen = new Set();
    const tell = tellHeadway({
      ...{json: true, lang: 'en', now: () => Date.UTC(2026, 0, 1)},
      print: line => takes('headway', JSON.parse(line), seen),
    });
    const step = {id: StepId.parse('backup/backup@m-1'), node: NodeId.parse('m-1')};
    tell(step, {...saidHeadway('10 entries'), stage: 'running'});
    tell(step, {
      ...{stage: 'writing', words: plain('10 entries'), done: 10},
      total: {amount: 1_000, bound: 'about'},
    });
    expect(unprinted(seen, 'headway', 'total')).toEqual([]);
  });
});

it('what the journal may hold is named, and nothing else', () => {
  expect(differences('event', Event)).toEqual([]);
});
