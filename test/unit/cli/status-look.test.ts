import {expect, test} from 'vitest';
import {makeStatusLook} from '../../../src/cli/status-look.ts';
import type {Facts, Look} from '../../../src/model/facts.ts';
import {makeHandClock} from '../../ui/harness.ts';
import {boot, but, lost, type World} from '../systems/doris/worlds.ts';

const STORE = 'doris.cloud.look.store';

/** A cluster whose MetaService ms-2 has a store as long as `has` says so; counts who was asked for it. */
const withStore = (answer: () => 'reached' | 'away' | 'mute') => {
  const asked: string[] = [];
  const world: World = but(boot(), (node, request) => {
    if (request.kind !== 'shell' || request.script.body.name !== STORE) return null;
    asked.push(node);
    if (node !== 'ms-2' || answer() === 'reached') return null;
    return answer() === 'mute'
      ? lost
      : {kind: 'shell', code: 0, stdout: 'coordinator=no 10.0.0.9:4500\n', stderr: '', cut: false, ms: 1};
  });
  const {system, cluster, ask} = world;
  const {clock, turn} = makeHandClock(0);
  return {asked, turn, look: makeStatusLook({system, cluster, clock, ask})};
};

const lookOf = (all: readonly {readonly node: string; readonly look: Look}[], id: string): Look | undefined =>
  all.find(({node}) => node === id)?.look;

const factsIn = (look: Look | undefined): Facts => (look?.kind === 'seen' ? look.facts : {});

test('a MetaService that has lost its store is not well by `status`, whatever it says itself', async () => {
  const {look} = withStore(() => 'away');
  const all = await look();
  expect(factsIn(lookOf(all, 'ms-2'))).toMatchObject({
    health: 'not-serving',
    process: 'running',
    causes: ['store=away: 10.0.0.9:4500 (no connection)'],
  });
  for (const {node, look: other} of all) if (node !== 'ms-2') expect(factsIn(other).health, node).toBe('ok');
});

test('where nobody could be asked for the store it is not known how it is', async () => {
  const {look} = withStore(() => 'mute');
  expect(lookOf(await look(), 'ms-2')?.kind).toBe('silent');
});

test('the store is asked for by MetaServices and Recyclers alone, and again only after a while', async () => {
  const {asked, look, turn} = withStore(() => 'reached');
  await look();
  await look();
  expect(asked.toSorted()).toEqual(['ms-1', 'ms-2', 'ms-3', 'rc-1']);
  turn(30_000);
  await look();
  expect(asked).toHaveLength(8);
});
