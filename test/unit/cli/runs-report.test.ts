import {appendFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {z} from 'zod';
import {createRunDir} from '../../../src/cli/state-dir.ts';
import {createJournal} from '../../../src/engine/journal.ts';
import {lockRun} from '../../../src/engine/run-lock.ts';
import type {Event, Happening} from '../../../src/model/event.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {runCli} from './outside.ts';
import {a, b, done, eventsOf, planOf, RUN, START_MS, started} from './small-run.ts';
import {begun} from './undoable.ts';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lakeup-report-'));
});
afterEach(() => rmSync(base, {recursive: true, force: true}));

const INVENTORY = `clusters:
  toys:
    system: vault
    roles:
      store: {package: /srv/package, nodes: [{name: a, host: 10.0.0.1, home: /srv/a}, {name: b, host: 10.0.0.2, home: /srv/b}]}
      router: {package: /srv/package, nodes: [{name: c, host: 10.0.0.3, home: /srv/c}]}
`;

const keptOf = (plan: Plan, inventory: string, ...happenings: readonly Happening[]) =>
  keptEvents(eventsOf(plan, ...happenings), inventory);

const keptEvents = async (events: readonly Event[], inventory: string) => {
  const dir = await createRunDir({XDG_STATE_HOME: base}, RUN, inventory);
  const journal = await createJournal(dir.journal);
  for (const event of events) await journal.append(event);
  await journal.close();
  return dir;
};

const kept = (inventory: string, ...happenings: readonly Happening[]) =>
  keptOf(planOf([a, b]), inventory, ...happenings);

const runs = (...argv: string[]) => runCli(['runs', RUN, ...argv], {XDG_STATE_HOME: base});

const STOPPED = [started('stop'), done('stop'), {type: 'run.left'}] as const;

describe('the report of a run', () => {
  it('is printed in either language, with hosts out of the inventory that was kept', async () => {
    await kept(INVENTORY, ...STOPPED);
    const {code, stdout} = await runs();
    expect(code).toBe(0);
    expect(stdout).toContain(`lakeup: run ${RUN}`);
    expect(stdout).toMatch(/a +10\.0\.0\.1 +\d\d:\d\d:\d\d still out/);
    expect((await runs('--lang', 'zh')).stdout).toContain('未结束即离开，可恢复');
  });

  it('of one that somebody is at says who, and not that it can be resumed', async () => {
    const dir = await kept(INVENTORY, ...STOPPED);
    const lock = await lockRun(dir.lock, '2026-01-01T00:00:00.000Z');
    const {stdout} = await runs();
    expect(stdout).toMatch(
      new RegExp(`end +not ended; in hand: process ${process.pid}, since (2026-)?01-01 00:00:00\n`),
    );
    expect(stdout).not.toContain('resumed');
    expect((await runs('--lang', 'zh')).stdout).toContain(`未结束，执行中：进程 ${process.pid}`);
    expect(JSON.parse((await runs('--json')).stdout)).toMatchObject({
      inHand: {pid: process.pid, since: '2026-01-01T00:00:00.000Z'},
    });
    if (lock.kind === 'locked') await lock.release();
    expect((await runs()).stdout).toContain('it can be resumed');
  });

  it('is asked for in full of a run that is named: without one nothing is printed, and where to find it is said', async () => {
    const dir = await kept(INVENTORY, ...STOPPED);
    const told = await runCli(['runs', '--all'], {XDG_STATE_HOME: base});
    expect(told).toMatchObject({code: 2, stdout: ''});
    expect(told.stderr).toContain('--all is for the report on one run, and no run is named');
    expect(told.stderr).toContain('`lakeup runs` lists them');
    const listed = await runCli(['runs'], {XDG_STATE_HOME: base});
    const [named = ''] = listed.stdout.split(' ');
    expect(named).toBe(dir.id);
    expect((await runs('--all')).code).toBe(0);
  });

  it('says of who was out when it began that this was so before that', async () => {
    await keptOf({...planOf([a, b]), out: [a]}, INVENTORY, ...STOPPED);
    const {stdout} = await runs();
    expect(stdout).toMatch(/a +10\.0\.0\.1 +before \d\d:\d\d:\d\d still out +> \d/);
  });

  it('says since when, where the run before it knows that', async () => {
    const plan = {...planOf([a, b]), out: [a], outSince: {[a]: START_MS - 90_000}};
    await keptOf(plan, INVENTORY, started('start'), done('start'));
    const {stdout} = await runs();
    expect(stdout).toMatch(/a +10\.0\.0\.1 +[\d: -]+ +1m 32s /);
    expect(stdout).not.toMatch(/before| > /);
  });

  it('says in its summary, too, who was out for longer than is known', async () => {
    await keptOf({...planOf([a, b]), out: [a]}, INVENTORY, ...STOPPED);
    expect((await runs()).stdout).toMatch(/stores +1\/2 +> 3s +> 3s +> 3s/);
  });

  it('says of who is only perhaps out that the span is so too, and of who was not begun no span', async () => {
    await kept(INVENTORY, started('stop'), {type: 'run.left'});
    const {stdout} = await runs();
    expect(stdout).toMatch(/a +10\.0\.0\.1 +00:00:01 perhaps out +perhaps > 1s\n/);
    expect(stdout).toMatch(/b +10\.0\.0\.2 +-\n/);
    expect((await runs('--lang', 'zh')).stdout).toContain('可能 > 1s');
  });

  it('names the day of what was not on the day on which the run began', async () => {
    const late = 24 * 3_600_000 - 2_000;
    const events = eventsOf(
      planOf([a, b]),
      begun(a),
      started('stop'),
      done('stop'),
      started('start'),
      done('start'),
      begun(b),
      started('stop', b),
      done('stop', b),
      {type: 'run.held'},
      {type: 'run.left'},
    );
    await keptEvents(
      events.map(event => ({...event, at: event.at + late})),
      INVENTORY,
    );
    const {stdout} = await runs();
    expect(stdout).toMatch(/^Toys +23:59:59 /m);
    expect(stdout).toMatch(/a +10\.0\.0\.1 +01-02 00:00:00-00:00:03 /);
    expect(stdout).toMatch(/b +10\.0\.0\.2 +01-02 00:00:05 still out /);
    expect(stdout).toMatch(/^ {2}01-02 00:00:07 /m);
  });

  it('says so of who is back by now too', async () => {
    await keptOf({...planOf([a, b]), out: [a]}, INVENTORY, started('start'), done('start'));
    const {stdout} = await runs();
    expect(stdout).toMatch(/a +10\.0\.0\.1 +before \d\d:\d\d:\d\d-\d\d:\d\d:\d\d +> \d/);
  });

  it('is one line of JSON where that is asked for', async () => {
    await kept(INVENTORY, ...STOPPED);
    const Printed = z.object({
      type: z.literal('report'),
      run: z.string(),
      nodes: z.array(z.object({node: z.string()})),
    });
    const printed = Printed.parse(JSON.parse((await runs('--json')).stdout));
    expect(printed.nodes.map(({node}) => node)).toEqual(['a', 'b']);
  });

  it('is made without hosts where the inventory that was kept is of no use any more', async () => {
    await kept('clusters: [', ...STOPPED);
    const {code, stdout} = await runs();
    expect(code).toBe(0);
    expect(stdout).toMatch(/a +\d\d:\d\d:\d\d still out/);
  });

  it('says that there is no such run, and where all of them are listed', async () => {
    const {code, stderr} = await runs();
    expect(code).toBe(2);
    expect(stderr).toContain(`there is no run ${RUN}`);
    expect(stderr).toContain('lakeup runs');
  });

  it('says what is wrong with a journal that cannot be read', async () => {
    const {journal} = await kept(INVENTORY, ...STOPPED);
    appendFileSync(journal, '{"type":"nonsense"}\n{"type":"nonsense"}\n');
    const {code, stdout, stderr} = await runs();
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`run ${RUN}`);
  });
});
