import {expect, test} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {type Lie, makeLies} from '../../../fakes/common/memory-lies.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';
import {factsOf} from './memory.ts';
import {boot} from './worlds.ts';

test('the gates say where the followers are that they count on; of an observer nobody is asked', async () => {
  const world = boot();
  const places = (await factsOf(world, 'fe-2', 'fe-turn')).voters;
  expect(places).toEqual([expect.stringMatching(/:9010$/), expect.stringMatching(/:9010$/)]);
  expect(places).not.toContain(`${world.cluster.nodes.find(({id}) => id === 'fe-2')?.host}:9010`);
  expect(await factsOf(world, 'fe-2', 'fe-turn')).toMatchObject({majority: 2});
  expect(await factsOf(world, 'fe-4', 'fe-turn')).toMatchObject({voters: []});
});

test('a follower that dies between the last look and the signal is seen by the stop itself: nobody is stopped, and the run goes on once it is back', async () => {
  const start = Date.UTC(2026, 0, 1);
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(start);
  const told: Lie[] = [];
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: [], lies: makeLies(told)});
  const turned: string[] = [];
  const onEvent = (event: Event): void => {
    if (event.type === 'step.reset' && event.told !== undefined) turned.push(`${event.step}: ${event.told}`);
    // The observer has gone: a follower is next.
    if (event.type === 'step.done' && event.step === 'frontends/start@fe-4') {
      const now = clock.now();
      told.push({name: 'dies-at-signal', node: NodeId.parse('fe-3'), from: now, until: now + 90_000});
    }
  };
  const driving = {system: doris, cluster, clock, ask: fake.answer, onEvent};
  const {state} = await drive(fresh(await planFor(driving)), driving);
  expect(turned).toEqual(['frontends/stop@fe-2: no majority is left without it']);
  const lost = fake.effects.findIndex(({effect}) => effect === 'lost');
  const back = fake.effects.findIndex(
    ({effect, node}, i) => i > lost && effect === 'ready' && node === 'fe-3',
  );
  const stops = fake.effects.flatMap(({effect}, i) => (effect === 'stop' ? [i] : []));
  expect(lost).toBeGreaterThan(0);
  expect(stops.filter(at => lost < at && at < back)).toEqual([]);
  expect(state.verdict?.verified).toHaveLength(14);
});
