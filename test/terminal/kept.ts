import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {timeOfDay} from '../../src/lib/moment.ts';
import type {Place} from '../../src/model/kit.ts';
import type {DemoCluster} from '../../src/sim/demo-cluster.ts';
import type {Standing} from './reading.ts';

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

/** Who of a cluster runs, as its processes themselves say it. */
const isDown = (cluster: DemoCluster, node: string): boolean =>
  cluster
    .events()
    .findLast(event => event.node === node && /^process (begins|ends)/.test(event.what))
    ?.what.startsWith('process ends') === true;

/** When the run has begun to stop a node, as a screen says it. */
const stoppedAt = (run: string, node: string): string => {
  const stop = keptIn(run).find(
    ({type, step}) => type === 'step.started' && /\/stop@(.*)$/.exec(step ?? '')?.[1] === node,
  );
  if (stop === undefined) throw new Error(`nobody has stopped ${node}`);
  return timeOfDay(stop.at);
};

/** Who is down and who serves: who runs by their own word, since when by the journal. */
export const standingOf = (cluster: DemoCluster, run: string): Standing => {
  const kindOf = ({role, group = ''}: Place): string => `${role} ${group}`;
  const kinds = Map.groupBy(cluster.places, kindOf);
  const isOut = ({name}: Place): boolean => isDown(cluster, name);
  const out = cluster.places.filter(isOut);
  return {
    all: cluster.places.length,
    out: out.map(({name, address}) => ({node: name, host: address, since: stoppedAt(run, name)})),
    beside: [...new Set(out.map(kindOf))].map(kind => {
      const all = kinds.get(kind) ?? [];
      return {serve: all.filter(each => !isOut(each)).map(({name}) => name), of: all.length};
    }),
  };
};
