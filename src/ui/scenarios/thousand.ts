import type {NodeId} from '../../model/ids.ts';
import {text} from '../../model/text.ts';
import type {Clock} from '../../model/world.ts';
import type {Feed} from '../../store/feed.ts';
import type {Cast} from './cast.ts';
import {makeStage, type Stage} from './plan.ts';

const THOUSAND: readonly Cast[] = [
  {role: 'ms', title: text('Metadata', '元数据'), groups: [{name: null, count: 12}]},
  {
    role: 'be',
    title: text('Backend', '后端'),
    groups: ['a', 'b', 'c', 'd', 'e', 'f'].map(name => ({name: `zone_${name}`, count: 160})),
  },
  {
    role: 'fe',
    title: text('Frontend', '前端'),
    groups: [{name: null, count: 28}],
    marks: ['master'],
    asked: ['', 'master'],
  },
];

/** A cluster of 1,000 nodes; eight of a phase go at once. */
export const thousandStage = (): Stage => makeStage(THOUSAND, 8);

export type ThousandOptions = {
  readonly stage: Stage;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly chance: () => number;
  readonly signal: AbortSignal;
  readonly perSecond: number;
};

const HEALTHS = [...Array.from({length: 37}, () => 'ok' as const), 'degraded', 'starting', 'down'] as const;

/** Sightings of nodes taken by chance, so many a second, in portions of 50 ms. */
export const chatter = async ({
  stage,
  feed,
  clock,
  chance,
  signal,
  perSecond,
}: ThousandOptions): Promise<void> => {
  const nodes: readonly NodeId[] = stage.cluster.nodes.map(({id}) => id);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(chance() * all.length)];
  while (!signal.aborted) {
    for (let i = 0; i < perSecond / 20; i += 1) {
      const node = pick(nodes);
      const health = pick(HEALTHS);
      if (node === undefined || health === undefined) continue;
      const role = stage.marks.get(node) ?? '';
      const facts = {
        health,
        version: chance() < 0.5 ? stage.plan.from : stage.plan.to,
        load: Math.floor(chance() * 100),
        ...(role === '' ? {} : {role}),
      };
      feed.sighting({node, probe: 'status', at: clock.now(), look: {kind: 'seen', facts}});
    }
    await clock.sleep(50, signal);
  }
};
