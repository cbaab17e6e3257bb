import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {z} from 'zod';
import {timeOfDay} from '../../src/lib/moment.ts';
import type {Place} from '../../src/model/kit.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import type {Standing} from './reading.ts';
import type {Terminal} from './terminal.ts';

/** What a story reads of an event of a journal. */
const KEPT = z.object({
  event: z.object({
    type: z.string(),
    at: z.number(),
    step: z.string().optional(),
    gate: z.string().optional(),
    phase: z.string().optional(),
    node: z.string().optional(),
  }),
});
export type Kept = z.infer<typeof KEPT>['event'];

const read = new Map<string, {readonly size: number; readonly kept: readonly Kept[]}>();

/** The events that a run has kept so far, but for a line that is still being written. */
export const keptIn = (run: string): readonly Kept[] => {
  const journal = join(run, 'journal.ndjson');
  const {size} = statSync(journal);
  const known = read.get(journal);
  if (known?.size === size) return known.kept;
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  const before = known?.kept ?? [];
  const kept = [...before, ...lines.slice(before.length).map(line => KEPT.parse(JSON.parse(line)).event)];
  read.set(journal, {size, kept});
  return kept;
};

/** Waits until a run has kept such an event. */
export const whenKept = async (
  run: string,
  terminal: Terminal,
  is: (event: Kept) => boolean,
  withinMs = 300_000,
): Promise<void> => {
  const end = Date.now() + withinMs;
  while (!keptIn(run).some(is)) {
    if (Date.now() > end) throw new Error(`it was not kept\n${terminal.screen().join('\n')}`);
    await pause(1);
  }
};

/** Who of a cluster runs, as its processes themselves say it. */
const isDown = (cluster: DemoCluster, node: string): boolean =>
  cluster
    .events()
    .findLast(event => event.node === node && /^process (begins|ends)/.test(event.what))
    ?.what.startsWith('process ends') === true;

const stopOf = (run: string, node: string): Kept | undefined =>
  keptIn(run).find(
    ({type, step}) => type === 'step.started' && /\/stop@(.*)$/.exec(step ?? '')?.[1] === node,
  );

/** When the run has begun to stop a node, as a screen says it. */
export const stoppedAt = (run: string, node: string): string => {
  const stop = stopOf(run, node);
  if (stop === undefined) throw new Error(`nobody has stopped ${node}`);
  return timeOfDay(stop.at);
};

/**
 * Who is down and who serves: who runs by their own word, since when by the journal. `quorum`: of that role none serves as long as
 * fewer than so many run.
 */
export const standingOf = (
  cluster: DemoCluster,
  run: string,
  quorum?: {readonly role: string; readonly least: number},
): Standing => {
  const kindOf = ({role, group = ''}: Place): string => `${role} ${group}`;
  const kinds = Map.groupBy(cluster.places, kindOf);
  const runs = ({name}: Place): boolean => !isDown(cluster, name);
  const members = cluster.places.filter(({role}) => role === quorum?.role);
  const isLame = quorum !== undefined && members.filter(runs).length < quorum.least;
  const serves = (place: Place): boolean => runs(place) && !(isLame && place.role === quorum.role);
  // Who never was stopped is not out by the run, whatever keeps it from serving.
  const out = cluster.places.filter(
    place => !serves(place) && (!runs(place) || stopOf(run, place.name) !== undefined),
  );
  return {
    all: cluster.places.length,
    out: out.map(({name, address}) => ({node: name, host: address, since: stoppedAt(run, name)})),
    beside: [...new Set(out.map(kindOf))].map(kind => {
      const all = kinds.get(kind) ?? [];
      return {serve: all.filter(serves).map(({name}) => name), of: all.length};
    }),
  };
};
