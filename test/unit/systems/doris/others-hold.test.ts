import {describe, expect, it} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeLies} from '../../../fakes/common/memory-lies.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

const START = Date.UTC(2026, 0, 1);

const DAY_MS = 86_400_000;
/** What is told for so long is known. */
const KNOWN_AFTER_MS = 10_000;
/** What comes before it was seen: the next look is one at the others. */
const BEFORE_OTHERS = 'frontends/stop@fe-4#1';

/** An upgrade while something untrue is told of a node; to the end, or for some time after the others are looked at first. */
const upgradeWhile = async (name: string, id: string, stopsAfterMs = DAY_MS) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(START);
  const node = NodeId.parse(id);
  const lies = makeLies([{name, node, from: START + 60_000, until: START + DAY_MS}]);
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: [], lies});
  const driving = {system: doris, cluster, clock, ask: fake.answer};
  const onEvent = (event: Event): void => {
    if (event.type === 'gate.opened' && event.gate === BEFORE_OTHERS) lies.heal(clock.now() + stopsAfterMs);
  };
  const {state} = await drive(fresh(await planFor(driving)), {...driving, onEvent});
  const stopped = fake.effects
    .filter(({effect, at}) => effect === 'stop' && at >= START + 60_000 + KNOWN_AFTER_MS)
    .map(entry => String(entry.node));
  return {state, stopped};
};

describe('before a node is stopped the others are seen to hold', () => {
  it.each([
    ['journal-stands', 'fe-3'],
    ['flips', 'fe-2'],
    ['flips', 'fe-4'],
  ])('while "%s" is told of %s, no other frontend is stopped, and it is named', async (name, node) => {
    const {state, stopped} = await upgradeWhile(name, node);
    expect(stopped.filter(id => id.startsWith('fe-') && id !== node)).toEqual([]);
    expect(state.verdict).toBeNull();
    const stuck = Object.values(state.gates).find(gate => gate?.status === 'stuck');
    if (!stopped.includes(node)) expect(JSON.stringify(stuck)).toContain(node);
  });

  it('nobody at all is stopped beside a backend that is alive at every second heartbeat', async () => {
    const {state, stopped} = await upgradeWhile('flips', 'be-5');
    expect(stopped.filter(id => id !== 'be-5')).toEqual([]);
    expect(state.verdict).toBeNull();
    const stuck = Object.values(state.gates).find(gate => gate?.status === 'stuck');
    expect(JSON.stringify(stuck)).toContain('be-5');
  });

  it('once it moves again, all are', async () => {
    const {state} = await upgradeWhile('journal-stands', 'fe-3', 60_000);
    expect(state.verdict?.verified).toHaveLength(14);
  });
});
