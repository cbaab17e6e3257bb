import {describe, expect, it} from 'vitest';
import type {Ask, ReplyTo, Request} from '../../../../src/model/ask.ts';
import type {HostId} from '../../../../src/model/ids.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {ENDS_OLD} from '../../../fakes/doris/memory-world.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';
import {lost} from './worlds.ts';

/** Seeds in which a new follower becomes the master while others are old, and ends them. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

type Change = (
  node: string,
  request: Request,
  real: () => Promise<ReplyTo<Request>>,
) => Promise<ReplyTo<Request>>;

/** An upgrade beside which old frontends end, where answers may be changed once they have. */
const upgrade = async (seed: number, change: Change = (_node, _request, real) => real()) => {
  const cluster = makeMemoryCluster();
  const [frontend] = cluster.nodes.filter(({role}) => role === 'fe');
  if (frontend === undefined) throw new Error('no frontend');
  const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
  const faults = [{fault: ENDS_OLD, node: frontend.id}];
  const fake = memory.boot(cluster, {clock, chance: seededRandom(seed), faults});
  const gone = (): readonly string[] =>
    fake.effects.filter(({effect}) => effect === 'left-behind').map(({node}) => String(node));
  const ask = ((host: HostId, request: Request) => {
    const node = cluster.nodes.find(each => each.host === host)?.id ?? '';
    const real = (): Promise<ReplyTo<Request>> => fake.answer(host, request);
    return gone().includes(node) ? change(node, request, real) : real();
  }) as Ask;
  const driving = {system: doris, cluster, clock, ask};
  const {state, events} = await drive(fresh(await planFor(driving)), {...driving, onEvent: () => undefined});
  const told = fake.effects.map(({node, effect}) => `${node} ${effect}`);
  return {state, events, told, gone: gone()};
};

const stories = await Promise.all(SEEDS.map(seed => upgrade(seed)));
const meant = stories
  .map((story, i) => ({...story, seed: SEEDS[i] ?? 0}))
  .filter(({gone}) => gone.length > 0);
const isAction = (request: Request): boolean => request.kind === 'shell' && request.shell === 'act';
const lookName = (request: Request): string => (request.kind === 'shell' ? request.script.body.name : '');

describe('old frontends that a newer master has ended', () => {
  it('are met by some of the seeds, and called so where it is asked who goes next; some end verified', () => {
    expect(meant.length).toBeGreaterThan(1);
    expect(meant.some(({state}) => state.verdict?.verified.length === 14)).toBe(true);
    const ranks = meant.flatMap(({events}) =>
      events.flatMap(event => (event.type === 'lane.begun' ? Object.values(event.ranks) : [])),
    );
    expect(ranks).toContain('left-behind');
  });

  it.each(meant)('go next, before any that serves, and nothing else holds the run: seed $seed', story => {
    const {state, told, gone} = story;
    // One that ended for want of a majority, and that nobody has started again, is found by the last look.
    const ended = told.flatMap(effect => /^(fe-\d) lost$/.exec(effect)?.[1] ?? []);
    const held = state.holds.flatMap(hold => (hold.kind === 'node' ? [String(hold.node)] : [hold.kind]));
    expect(ended).toEqual(expect.arrayContaining(held));
    expect(state.verdict === null ? held : state.verdict.verified).toHaveLength(
      state.verdict === null ? 1 : 14,
    );
    const first = told.findIndex(effect => effect.endsWith(' left-behind'));
    const after = told.slice(first).filter(effect => /^fe-\d (stop|deploy)$/.test(effect));
    const left = gone.filter(node => after.includes(`${node} deploy`));
    expect(left).toEqual(gone);
    // Nobody who serves is stopped before they have the new version.
    expect(after.slice(0, gone.length).every(effect => effect.endsWith(' deploy'))).toBe(true);
  });

  it.each<[what: string, change: Change]>([
    [
      'whose host does not answer',
      (_node, request, real) =>
        request.kind === 'shell' && !isAction(request) ? Promise.resolve(lost) : real(),
    ],
    [
      'whose ports say nothing',
      (_node, request, real) => (request.kind === 'shell' ? real() : Promise.resolve(lost)),
    ],
    [
      'of which nobody can tell the version',
      async (_node, request, real) => {
        const reply = await real();
        return lookName(request).includes('home-version') && reply.kind === 'shell'
          ? {...reply, stdout: reply.stdout.replaceAll(/^say=.*$/gm, '')}
          : reply;
      },
    ],
  ])('%s: not taken for one of them, nobody else is stopped, and the run is held', async (_, change) => {
    for (const {seed} of meant.slice(0, 2)) {
      const {state, events, told} = await upgrade(seed, change);
      expect(state.verdict).toBeNull();
      expect(state.holds.length).toBeGreaterThan(0);
      const ranks = events.flatMap(event => (event.type === 'lane.begun' ? [event.ranks] : []));
      expect(ranks.some(each => Object.values(each).includes('left-behind'))).toBe(false);
      const first = told.findIndex(effect => effect.endsWith(' left-behind'));
      expect(told.slice(first).filter(effect => /^fe-\d stop$/.test(effect))).toEqual([]);
    }
  });
});
