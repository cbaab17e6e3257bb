import {chmod, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {z} from 'zod';
import {FIRST_SUM, openLine, sealLine} from '../engine/journal-line.ts';
import type {Plan} from '../model/plan.ts';
import {RehearsalEnd, type Rehearsed} from '../model/rehearsed.ts';
import type {Report} from '../model/report.ts';
import type {Outside} from './outside.ts';
import {planSum} from './plan-sum.ts';
import {makeFolder, makeRunId, runsDir} from './state-dir.ts';

/**
 * What is kept of a rehearsal, beside the runs: what was rehearsed, and how it came out. `plan`: the sum of the real cluster's plan; null
 * where nothing looked at that cluster, or something blocked it. `usualMs`: what that plan usually takes. Times of phases are the twin's
 * own, without the wait for a person; null for one that was not seen through.
 */
const Rehearsal = RehearsalEnd.extend({
  format: z.literal(1),
  cluster: z.string(),
  system: z.string(),
  from: z.string(),
  to: z.string(),
  lakeup: z.string(),
  inventory: z.string(),
  plan: z.string().nullable(),
  usualMs: z.number().nullable(),
  speed: z.number(),
  phases: z.array(z.object({id: z.string(), wallMs: z.number().nullable()})).readonly(),
}).readonly();
export type Rehearsal = z.infer<typeof Rehearsal>;

const rehearsalsDir = (env: Outside['env']): string => join(dirname(runsDir(env)), 'rehearsals');

/** How many are kept of all clusters: the oldest go. */
const MOST = 200;

const namesIn = async (dir: string): Promise<readonly string[]> => {
  const names = await readdir(dir).catch(() => []);
  return names.filter(name => name.endsWith('.json')).toSorted();
};

/** Whether it was seen through: one that somebody takes back, or gave up, was left. */
const endOf = (end: Report['end']): Rehearsal['end'] =>
  end === 'takenBack' || end === 'yielded' || end === 'abandoned' ? 'left' : end;

/** How a twin's run came out, by the report of its own journal. */
export const outcomeOf = ({
  at,
  end,
  nodes,
  phases,
}: Report): Pick<Rehearsal, 'at' | 'end' | 'verified' | 'of' | 'phases'> => ({
  at,
  end: endOf(end),
  verified: nodes.filter(node => node.end === 'verified').length,
  of: nodes.length,
  phases: phases.map(({id, from, to, waitedMs}) => ({
    id,
    wallMs: from === null || to === null ? null : Math.max(0, to - from - waitedMs),
  })),
});

/** Keeps it, whole or not at all. Says where. */
export const keepRehearsal = async (env: Outside['env'], rehearsal: Rehearsal): Promise<string> => {
  const dir = rehearsalsDir(env);
  await makeFolder(dir);
  await chmod(dir, 0o700);
  const file = join(dir, `${makeRunId(rehearsal.at, Math.random)}.json`);
  const draft = `${file}.${process.pid}`;
  try {
    const {line} = sealLine(FIRST_SUM, JSON.stringify(rehearsal));
    await writeFile(draft, `${line}\n`, {mode: 0o600});
    await rename(draft, file);
  } catch (error) {
    await rm(draft, {force: true}).catch(() => undefined);
    throw error;
  }
  for (const name of (await namesIn(dir)).slice(0, -MOST)) await rm(join(dir, name), {force: true});
  return file;
};

/** One that is damaged, or of another lakeup, counts as none: it is no more than a memory. */
const readRehearsal = async (file: string): Promise<Rehearsal | null> => {
  try {
    const {kind, event} = openLine(FIRST_SUM, (await readFile(file, 'utf8')).trimEnd());
    return kind === 'sealed' ? Rehearsal.parse(JSON.parse(event)) : null;
  } catch {
    return null;
  }
};

/** Whether this plan was rehearsed on this machine: the last time that it was, else the last of its cluster. */
export const rehearsedOf = async (env: Outside['env'], plan: Plan): Promise<Rehearsed> => {
  const dir = rehearsalsDir(env);
  const all = await Promise.all((await namesIn(dir)).map(name => readRehearsal(join(dir, name))));
  const own = all
    .flatMap(found => found ?? [])
    .filter(({cluster, system}) => cluster === plan.cluster && system === plan.system)
    .toSorted((one, other) => other.at - one.at);
  const sum = planSum(plan);
  const same = own.find(found => found.plan === sum);
  const last = same ?? own[0];
  if (last === undefined) return {is: 'never'};
  const {at, end, verified, of, faults} = last;
  return {is: same === undefined ? 'another' : 'this', at, end, verified, of, faults};
};
