import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {knownRun} from '../../src/cli/known-run.ts';
import {createRunDir} from '../../src/cli/state-dir.ts';
import {decide} from '../../src/engine/decide.ts';
import {createJournal, reopenJournal} from '../../src/engine/journal.ts';
import {Event} from '../../src/model/event.ts';
import {RunId} from '../../src/model/ids.ts';
import type {Plan} from '../../src/model/plan.ts';
import {foldEvents, reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {planProblems} from '../../src/plan/plan-problems.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {alluxioPlanOf, bigAlluxioSurvey} from '../lib/big-alluxio.ts';
import {bigSurvey, planned, planOf, START_MS, wholeRun} from '../lib/big-plan.ts';
import {lookRows, skipRows} from '../lib/held-rows.ts';
import type {Bench, Part} from '../lib/part.ts';
import {plainRow, type Row} from '../lib/rows.ts';
import {median} from '../lib/stats.ts';

const SIZES = [14, 104, 1_000] as const;
const LARGEST = 1_000;
const RUNS = 20;

const took = <T>(work: () => T): {readonly ms: number; readonly value: T} => {
  const begun = performance.now();
  const value = work();
  return {ms: performance.now() - begun, value};
};

type Sizes = {readonly bytes: number[]; readonly make: number[]; readonly read: number[]};

/** Makes the plan and reads its line back, as often as there are rounds. */
const measure = (makePlan: () => Plan, rounds: number): Sizes => {
  const sizes: Sizes = {bytes: [], make: [], read: []};
  for (let round = 0; round < rounds; round += 1) {
    const made = took(makePlan);
    const line = JSON.stringify({...planned(made.value), seq: 0, at: START_MS});
    sizes.make.push(made.ms);
    sizes.bytes.push(line.length / 1e6);
    sizes.read.push(took(() => Event.parse(JSON.parse(line))).ms);
  }
  return sizes;
};

const planRows = async (rounds: number): Promise<Row[]> => {
  const rows: Row[] = [];
  const perNode = new Map<number, number>();
  for (const nodes of SIZES) {
    const survey = await bigSurvey(nodes);
    const {bytes, make, read} = measure(() => planOf(survey), rounds);
    const most = (budget: number): number | null => (nodes === LARGEST ? budget : null);
    perNode.set(nodes, (median(make) + median(read)) / nodes);
    rows.push(
      plainRow(
        {what: `plan for ${nodes} nodes: the journal's first line`, unit: 'MB', samples: bytes},
        most(12),
      ),
      plainRow(
        {what: `plan for ${nodes} nodes: chosen, made, checked`, unit: 'ms', samples: make},
        most(1_000),
      ),
      plainRow({what: `plan for ${nodes} nodes: read back`, unit: 'ms', samples: read}, most(500)),
    );
  }
  const [small = 1, large = 1] = [perNode.get(104), perNode.get(LARGEST)];
  rows.push(
    plainRow(
      {what: 'made and read back, per node: 1,000 nodes against 104', unit: '×', samples: [large / small]},
      1.2,
    ),
  );
  return rows;
};

/** The same budgets for each thousand nodes. */
const alluxioRows = async (rounds: number): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const nodes of [LARGEST, 2 * LARGEST]) {
    const survey = await bigAlluxioSurvey(nodes);
    const {bytes, make, read} = measure(() => alluxioPlanOf(survey), rounds);
    const [what, thousands] = [`Alluxio, plan for ${nodes} nodes`, nodes / LARGEST];
    rows.push(
      plainRow({what: `${what}: the journal's first line`, unit: 'MB', samples: bytes}, 12 * thousands),
      plainRow({what: `${what}: chosen, made, checked`, unit: 'ms', samples: make}, 1_000 * thousands),
      plainRow({what: `${what}: read back`, unit: 'ms', samples: read}, 500 * thousands),
    );
  }
  return rows;
};

/** What the fold and the decision cost for one event in the middle of a run. */
const eventRows = async (quick: boolean): Promise<Row[]> => {
  const plan = planOf(await bigSurvey(LARGEST));
  const [counted, from] = quick ? [50, 1_000] : [1_000, 8_000];
  const fold: number[] = [];
  const next: number[] = [];
  let state: RunState | null = null;
  let seq = 0;
  for (const happening of wholeRun(plan)) {
    const event: Event = {...happening, seq, at: START_MS + seq * 1_000};
    const reduced = took(() => reduce(state, event));
    state = reduced.value;
    if (seq >= from) {
      const now = state;
      fold.push(reduced.ms);
      next.push(took(() => decide(now)).ms);
    }
    seq += 1;
    if (seq >= from + counted) break;
  }
  return [
    plainRow({what: 'one event at 1,000 nodes: reduce', unit: 'ms', samples: [median(fold)]}, null),
    plainRow({what: 'one event at 1,000 nodes: decide', unit: 'ms', samples: [median(next)]}, null),
  ];
};

/** Twenty finished runs of 1,000 nodes in one state folder, and how long it takes to list them. */
const runsRows = async ({quick, scratch, say}: Bench): Promise<Row[]> => {
  const state = mkdtempSync(join(scratch, 'runs-'));
  const plan = planOf(await bigSurvey(quick ? 104 : LARGEST));
  const lines = [...wholeRun(plan)].map((happening, seq) =>
    JSON.stringify({...happening, seq, at: START_MS + seq * 1_000}),
  );
  const journal = `${lines.join('\n')}\n`;
  for (let i = 0; i < RUNS; i += 1) {
    const dir = join(state, 'lakeup/runs', `20260101-0000${String(i).padStart(2, '0')}-aaaa`);
    mkdirSync(dir, {recursive: true, mode: 0o700});
    writeFileSync(join(dir, 'journal.ndjson'), journal, {mode: 0o600});
    writeFileSync(join(dir, 'inventory.yaml'), '', {mode: 0o600});
  }
  const list = (): number => {
    const program = join(import.meta.dirname, '../../dist/lakeup.mjs');
    const env = {...process.env, XDG_STATE_HOME: state};
    const {ms, value} = took(() => spawnSync(process.execPath, [program, 'runs'], {env, encoding: 'utf8'}));
    const listed = value.stdout.split('\n').filter(line => line.includes('verified')).length;
    if (listed !== RUNS) throw new Error(`${listed} of ${RUNS} runs were listed: ${value.stderr}`);
    return ms;
  };
  say(`plan: ${RUNS} journals of ${(journal.length / 1e6).toFixed(1)} MB, listed the first time`);
  const first = list();
  const again = Array.from({length: quick ? 2 : 7}, list);
  rmSync(state, {recursive: true});
  return [
    plainRow(
      {what: `lakeup runs, ${RUNS} runs of 1,000 nodes that were never listed`, unit: 'ms', samples: [first]},
      null,
    ),
    plainRow({what: `lakeup runs, ${RUNS} runs of 1,000 nodes`, unit: 'ms', samples: again}, 400),
  ];
};

/** A run of 1,000 nodes whose lakeup was killed near its end: what resuming it costs before the first host is logged in to. */
const resumeRows = async ({quick, scratch}: Bench): Promise<Row[]> => {
  const survey = await bigSurvey(quick ? 104 : LARGEST);
  const happenings = [...wholeRun(planOf(survey))];
  const env = {XDG_STATE_HOME: mkdtempSync(join(scratch, 'resume-'))};
  const dir = await createRunDir(env, RunId.parse('20260101-000000-aaaa'), '');
  const journal = await createJournal(dir.journal);
  for (const [seq, happening] of happenings.slice(0, Math.floor(happenings.length * 0.95)).entries())
    await journal.append({...happening, seq, at: START_MS + seq * 1_000});
  await journal.close();
  const samples: number[] = [];
  for (let round = 0; round < (quick ? 2 : 7); round += 1) {
    rmSync(dir.standing, {force: true});
    const begun = performance.now();
    const run = await knownRun(dir);
    if (run.kind !== 'known') throw new Error(run.because.en);
    const opened = await reopenJournal(dir.journal, run.journal);
    const {plan} = foldEvents(opened.events);
    planProblems(plan, doris, survey.cluster);
    // The engine folds what it is given once more.
    decide(foldEvents(opened.events));
    samples.push(performance.now() - begun);
    await opened.journal.close();
  }
  rmSync(env.XDG_STATE_HOME, {recursive: true});
  return [
    plainRow({what: 'resume of a killed run of 1,000 nodes, up to the logins', unit: 'ms', samples}, 2_000),
  ];
};

/** What a plan weighs. */
export const plan: Part = {
  name: 'plan',
  title: 'Plans',
  method: `Plans for Doris clusters of 14, 104 and 1,000 nodes, and for Alluxio clusters of 1,000 and 2,000 (half of them workers, half job
workers), each node seen as the first of its role in the fake: chosen, made and checked; written as the journal's first line; parsed again as on resume. One event: the median over events in the middle of a run.
\`lakeup runs\` is the built program, over twenty whole runs, their lines without sums. Resuming: the journal is read, folded twice, and its plan checked. A skip is asked for where a start in the middle of the backends holds the run. The looks are answered at once by the fake in memory, whose own work is in them.`,
  needs: [],
  beside: [],
  run: async bench => [
    ...(await planRows(bench.quick ? 2 : 7)),
    ...(await alluxioRows(bench.quick ? 2 : 7)),
    ...(await eventRows(bench.quick)),
    ...(await runsRows(bench)),
    ...(await resumeRows(bench)),
    ...(await skipRows(bench.quick ? 2 : 7)),
    ...(await lookRows(bench.quick ? 2 : 7)),
  ],
};
