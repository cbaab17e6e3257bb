import {expect, test} from 'vitest';
import {nodesOf} from '../../../../src/systems/doris/fields.ts';
import {lastOf, type Replay} from './replay.ts';
import {momentsOf} from './timeline.ts';
import {lookAt, STAGED} from './watched.ts';

const NEW = '4.1.0';

/** Two old frontends, which the first CREATE DATABASE of a newer master ends, one of them twice, as recorded. */
const [, played]: readonly [string, Replay] = STAGED.find(
  ([name]) => name.startsWith('G1') && name.endsWith('at once'),
) ?? [
  '',
  ((): never => {
    throw new Error('no such timeline');
  })(),
];
const {cluster, timeline, story} = played;

/** Who is called left behind at that moment, by what is asked before each frontend, and by their status. */
const behindAt = (at: number, probe: string): Promise<readonly number[]> =>
  played
    .run(at, ask =>
      Promise.all(
        nodesOf(cluster, 'fe').map(async node => {
          const facts = await lookAt(played, ask, probe, node, {to: NEW});
          return facts?.fe === 'left-behind' || facts?.itself === 'left-behind' ? [lastOf(node)] : [];
        }),
      ),
    )
    .then(({value}) => value.flat());

const isGone = (last: number, at: number): boolean =>
  (story.gone[last] ?? []).some(([from, to]) => from <= at && at < to);

test.each(['fe-order', 'status', 'fe-turn'])(
  'who was left behind by the newer master is called so by %s, and nobody else',
  async probe => {
    const seen = new Map<number, number[]>();
    for (const at of momentsOf(timeline))
      for (const last of await behindAt(at, probe)) seen.set(last, [...(seen.get(last) ?? []), at]);
    expect([...seen.keys()].toSorted()).toEqual([18, 21]);
    for (const [last, moments] of seen) {
      expect(
        moments.filter(at => !isGone(last, at)),
        `${last} while it ran`,
      ).toEqual([]);
      expect(moments.length, `${last}`).toBeGreaterThan(5);
    }
  },
);

test('nobody is called so where the version that leads is the one they have', async () => {
  const at = timeline.end - 1;
  expect(await behindAt(at, 'fe-order')).toEqual([]);
});
