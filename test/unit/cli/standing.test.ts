import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {knownRun} from '../../../src/cli/known-run.ts';
import {
  keepStanding,
  readStanding,
  type Standing,
  standingOf,
  writeStanding,
} from '../../../src/cli/standing.ts';
import {createRunDir, type RunDir} from '../../../src/cli/state-dir.ts';
import {createJournal, reopenJournal} from '../../../src/engine/journal.ts';
import {lockHolder, lockRun} from '../../../src/engine/run-lock.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import {PLAN_FORMAT} from '../../../src/model/plan.ts';
import {foldEvents, reduce} from '../../../src/model/reduce.ts';
import {outOfService, type RunState} from '../../../src/model/state.ts';
import {runCli} from './outside.ts';
import {a, b, done, eventsOf, planOf, RUN, started} from './small-run.ts';

let base = '';
let dir: RunDir;
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-standing-'));
  dir = await createRunDir({XDG_STATE_HOME: base}, RUN, 'clusters: {}\n');
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

const plan = planOf([a, b]);
const stopped = [started('stop'), done('stop')] as const;

const keepJournal = async (...happenings: readonly Happening[]): Promise<readonly Event[]> => {
  const events = eventsOf(plan, ...happenings);
  const journal = await createJournal(dir.journal);
  for (const event of events) await journal.append(event);
  await journal.close();
  return events;
};

const sizeNow = (): number => statSync(dir.journal).size;

const seen = async (): Promise<Standing> => {
  const run = await knownRun(dir);
  if (run.kind !== 'known') throw new Error(run.because.en);
  return run.standing;
};

const EDITED = 'is not as lakeup wrote it: its sum does not match; it was edited, or the disk has damaged it';
const SHORT = {bytes: 1, writtenAt: 0};

/** As it is said in the year of the run. */
const told = (words: string): string => words.replaceAll(/\d{4}-(?=\d\d-\d\d \d\d:)/g, '');

/** Something that only a file which is believed would say. */
const invented = (standing: Standing): Standing => ({...standing, cluster: 'invented'});

describe('where a run stands', () => {
  it('is folded from the journal where nothing was kept, and kept for the next time, for its owner alone', async () => {
    await keepJournal(...stopped);
    expect(await seen()).toEqual({
      format: 1,
      run: RUN,
      cluster: 'toys',
      from: '1',
      to: '2',
      verified: null,
      held: false,
      begun: true,
      outOfService: [{node: a, since: expect.any(Number), certain: true}],
      journalBytes: sizeNow(),
      journalWrittenAt: statSync(dir.journal).mtimeMs,
      writer: null,
      planFormat: PLAN_FORMAT,
    });
    expect(statSync(dir.standing).mode & 0o777).toBe(0o600);
    await writeStanding(dir, invented(await seen()));
    expect((await seen()).cluster, 'what was kept is believed: the journal has the same size').toBe(
      'invented',
    );
  });

  it('is folded anew once the journal has grown', async () => {
    const events = await keepJournal(...stopped);
    await writeStanding(dir, invented(await seen()));
    const next: Event = {type: 'run.held', seq: events.length, at: 0};
    const {journal} = await reopenJournal(dir.journal);
    await journal.append(next);
    await journal.close();
    expect(await seen()).toMatchObject({cluster: 'toys', held: true, journalBytes: sizeNow()});
    expect(await readStanding(dir)).toMatchObject({cluster: 'toys', held: true});
  });

  it('is folded anew once the journal was written again, though it has the same size', async () => {
    await keepJournal(...stopped);
    await writeStanding(dir, invented(await seen()));
    const later = new Date(Date.now() + 60_000);
    utimesSync(dir.journal, later, later);
    expect(await seen()).toMatchObject({cluster: 'toys'});
  });

  it('is not known of a journal that was edited, and the line is named', async () => {
    await keepJournal(...stopped);
    await seen();
    const words = readFileSync(dir.journal, 'utf8');
    writeFileSync(dir.journal, words.replace('"echo ', '"acho '));
    const later = new Date(Date.now() + 60_000);
    utimesSync(dir.journal, later, later);
    expect(await knownRun(dir)).toMatchObject({
      kind: 'unreadable',
      because: {en: `${dir.journal}:1: ${EDITED}`},
    });
  });

  it('is not known of a journal that has lost its end', async () => {
    await keepJournal(...stopped);
    const {journalBytes} = await seen();
    const lines = readFileSync(dir.journal, 'utf8').split('\n');
    const shorter = `${lines.slice(0, 2).join('\n')}\n`;
    writeFileSync(dir.journal, shorter);
    expect(await knownRun(dir)).toMatchObject({
      kind: 'unreadable',
      because: {
        en: expect.stringContaining(
          `the last ${journalBytes - Buffer.byteLength(shorter)} bytes of ${dir.journal} are missing`,
        ),
      },
    });
  });

  it('counts whole lines alone: a line that a crash has cut is no loss once it was cut off', async () => {
    await keepJournal(...stopped);
    appendFileSync(dir.journal, '{"sum":"0');
    await seen();
    const {journal} = await reopenJournal(dir.journal);
    await journal.close();
    expect(await seen()).toMatchObject({cluster: 'toys'});
  });

  it('does not believe a file of which one bit was changed', async () => {
    await keepJournal(...stopped);
    await writeStanding(dir, invented(await seen()));
    const words = readFileSync(dir.standing, 'utf8');
    writeFileSync(dir.standing, words.replace('invented', 'inventeb'));
    expect(await seen()).toMatchObject({cluster: 'toys'});
  });

  it.each([
    ['not JSON', '{"format":1'],
    ['empty', ''],
    ['of another format', '{"format":2}'],
    ['without its nodes', JSON.stringify({format: 1, run: RUN, cluster: 'x', from: '1', to: '2'})],
  ])('does not believe a file that is damaged: %s', async (_, words) => {
    await keepJournal(...stopped);
    writeFileSync(dir.standing, words);
    expect(await seen()).toMatchObject({cluster: 'toys', held: false});
    expect(await readStanding(dir)).toMatchObject({cluster: 'toys'});
  });

  it.each([
    ['another', {planFormat: PLAN_FORMAT - 1}],
    ['none, as older ones have kept it', {planFormat: undefined}],
  ])('does not believe that a run can be resumed whose plan has another format: %s', async (_, other) => {
    await keepJournal(...stopped);
    writeFileSync(dir.standing, JSON.stringify({...invented(await seen()), ...other}));
    expect(await seen()).toMatchObject({cluster: 'toys', planFormat: PLAN_FORMAT});
  });

  it('believes that a run has ended, whatever format its plan has', async () => {
    await keepJournal(...stopped);
    const kept = {...invented(await seen()), verified: 2, planFormat: undefined};
    writeFileSync(dir.standing, JSON.stringify(kept));
    expect(await seen()).toMatchObject({cluster: 'invented', verified: 2});
  });

  it('does not believe what was kept of another run', async () => {
    await keepJournal(...stopped);
    const other = {...invented(await seen()), run: '20250101-000000-othr'};
    writeFileSync(dir.standing, JSON.stringify(other));
    expect(await seen()).toMatchObject({cluster: 'toys', run: RUN});
  });
});

describe('a run that a living process carries out', () => {
  it('is told by what that process keeps, however long the journal has become meanwhile', async () => {
    const [planned, ...more] = await keepJournal(...stopped);
    if (planned === undefined) throw new Error('no events');
    const lock = await lockRun(dir.lock, '2026-01-01T00:00:00.000Z');
    const me = await lockHolder(dir.lock);
    if (lock.kind !== 'locked' || me === null) throw new Error('not locked');
    await writeStanding(dir, invented(standingOf(dir, foldEvents([planned, ...more]), SHORT, me)));
    expect(await seen()).toMatchObject({cluster: 'invented'});
    await writeStanding(dir, invented(standingOf(dir, foldEvents([planned]), SHORT, {...me, started: '1'})));
    expect(await seen(), 'another process with that number has kept it').toMatchObject({cluster: 'toys'});
    expect(await readStanding(dir), 'who only reads does not write over who carries out').toMatchObject({
      cluster: 'invented',
    });
    await lock.release();
    expect(await seen()).toMatchObject({cluster: 'toys', writer: null});
  });

  it('is in hand, as text and JSON say, with its nodes that do not serve', async () => {
    await keepJournal(...stopped, started('stop', b), {type: 'run.held'});
    const env = {XDG_STATE_HOME: base};
    const idle = await runCli(['runs'], env);
    expect(told(idle.stdout)).toBe(
      `${RUN}  toys  1 → 2  held, can be resumed; begun, and its end not seen: "stop" on b at 01-01 00:00:03, which may be at work there still; resume looks first; 1 node was left out of service: a since 01-01 00:00:01; perhaps also b since 01-01 00:00:03\n`,
    );
    const zh = await runCli(['runs', '--lang', 'zh'], env);
    expect(told(zh.stdout)).toBe(
      `${RUN}  toys  1 → 2  已暂停，可恢复；已开始但未看到结束：b 的“stop”（01-01 00:00:03），可能仍在主机上执行；resume 会先查看；1 个节点被留在停服状态：a（自 01-01 00:00:01 起）；可能还有 b（自 01-01 00:00:03 起）\n`,
    );
    const lock = await lockRun(dir.lock, '2026-01-01T00:00:00.000Z');
    const text = await runCli(['runs'], env);
    expect(told(text.stdout)).toBe(
      `${RUN}  toys  1 → 2  in hand: process ${process.pid}, since 01-01 00:00:00; held; 1 node is not serving: a since 01-01 00:00:01; perhaps also b since 01-01 00:00:03\n`,
    );
    const json = await runCli(['runs', '--json'], env);
    expect(JSON.parse(json.stdout)).toEqual([
      {
        run: RUN,
        cluster: 'toys',
        from: '1',
        to: '2',
        ended: false,
        verified: null,
        skipped: [],
        held: true,
        outOfService: [
          {node: 'a', since: expect.any(Number), certain: true},
          {node: 'b', since: expect.any(Number), certain: false},
        ],
        down: [],
        watchedAt: null,
        atWork: [],
        takesBack: null,
        yieldedTo: null,
        prunes: null,
        pruned: null,
        over: null,
        inHand: {pid: process.pid, since: '2026-01-01T00:00:00.000Z'},
      },
    ]);
    if (lock.kind === 'locked') await lock.release();
  });

  it('has ended when every node was verified', async () => {
    await keepJournal({type: 'run.ended', verdict: {verified: [a, b]}});
    const {stdout} = await runCli(['runs'], {XDG_STATE_HOME: base});
    expect(stdout).toBe(`${RUN}  toys  1 → 2  ended: 2 of 2 verified\n`);
  });
});

describe('who carries out a run', () => {
  const carryOut = async (
    happenings: readonly Happening[],
    heard: (state: RunState) => Promise<void> | void,
  ) => {
    const journal = await createJournal(dir.journal);
    let state: RunState | null = null;
    for (const event of eventsOf(plan, ...happenings)) {
      await journal.append(event);
      state = reduce(state, event);
      await heard(state);
    }
    await journal.close();
  };

  it('keeps it whenever it changes, and at the end with the size of the whole journal', async () => {
    const keeper = keepStanding(dir, {pid: process.pid, started: '1', at: 'now'});
    const kept: string[] = [];
    await carryOut(
      [...stopped, {type: 'run.held'}, {type: 'run.released'}, {type: 'run.left'}],
      async state => {
        keeper.note(state);
        await expect
          .poll(() => readStanding(dir))
          .toMatchObject({
            held: state.holds.length > 0,
            outOfService: outOfService(state),
          });
        kept.push(readFileSync(dir.standing, 'utf8'));
      },
    );
    expect(new Set(kept).size, 'run.left changes nothing that is kept').toBe(5);
    expect(await keeper.close()).toBe(null);
    expect(await readStanding(dir)).toMatchObject({
      held: false,
      journalBytes: sizeNow(),
      writer: {started: '1'},
    });
  });

  it('says what kept it from doing so, and leaves nothing behind that is no longer true', async () => {
    const keeper = keepStanding(dir, null);
    await carryOut(stopped, async state => {
      keeper.note(state);
    });
    expect(await keeper.close()).toBe(null);
    rmSync(dir.standing);
    await mkdir(join(dir.standing, 'in-the-way'), {recursive: true});
    const [planned] = eventsOf(plan);
    if (planned === undefined) throw new Error('no event');
    keeper.note(reduce(null, planned));
    expect(await keeper.close()).toMatchObject({code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/)});
  });
});
