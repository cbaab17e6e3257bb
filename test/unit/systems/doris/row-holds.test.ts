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

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** An upgrade in which the row of a node comes and goes from the moment in which that node is started. */
const upgradeWithFlips = async (id: string, seed: number) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(START);
  const node = NodeId.parse(id);
  const told: Lie[] = [];
  const lies = makeLies(told);
  const fake = memory.boot(cluster, {clock, chance: seededRandom(seed), faults: [], lies});
  const driving = {system: doris, cluster, clock, ask: fake.answer};
  const step = `${id.startsWith('be') ? 'backends' : 'frontends'}/start@${id}`;
  const onEvent = (event: Event): void => {
    if (event.type === 'step.started' && event.step === step)
      told.push({name: 'flips', node, from: clock.now(), until: START + DAY_MS});
  };
  const {state} = await drive(fresh(await planFor(driving)), {...driving, onEvent});
  return {step: Object.entries(state.steps).find(([name]) => name === step)?.[1], told};
};

test.each(['be-1', 'be-5', 'fe-2', 'fe-4'].flatMap(node => [1, 2, 3].map(seed => [node, seed] as const)))(
  '%s, alive by its row at every second heartbeat, does not count as started (seed %i)',
  async (id, seed) => {
    const {step, told} = await upgradeWithFlips(id, seed);
    expect(told).toHaveLength(1);
    expect(step).toMatchObject({status: 'failed', failure: {kind: 'unsettled'}});
    expect(JSON.stringify(step)).toMatch(/"looks":\{"good":\d+/);
  },
);
