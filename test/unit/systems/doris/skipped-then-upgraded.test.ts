import {expect, test} from 'vitest';
import {NodeId} from '../../../../src/model/ids.ts';
import type {RunState} from '../../../../src/model/state.ts';
import type {SkipAnswer} from '../../../../src/model/world.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

// `lakeup upgrade` takes on afterwards what was skipped: said in the question of a skip and in its verdict, and followed here.

test.each(['ms-2', 'be-3', 'fe-4'])(
  '%s, which ended while it started and was skipped, is brought up by the next upgrade; nobody else is touched',
  async id => {
    const cluster = makeMemoryCluster();
    const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
    const node = NodeId.parse(id);
    const faults = [{fault: 'dies-after-start', node}];
    const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults});
    const choose = async (state: RunState): Promise<'leave' | SkipAnswer> =>
      state.skipped[node] === undefined
        ? {skip: [node], because: 'its disk is gone', agreedDown: [node]}
        : 'leave';
    const driving = {system: doris, cluster, clock, ask: fake.answer, operator: {choose}};
    const skipped = await drive(fresh(await planFor(driving)), driving);
    expect(skipped.state.verdict?.verified).toHaveLength(13);
    expect(skipped.state.skipped[node]).toMatchObject({as: 'out'});
    const before = fake.effects.length;
    const {state} = await drive(fresh(await planFor(driving)), driving);
    expect(state.verdict?.verified).toHaveLength(14);
    const after = fake.effects.slice(before).map(each => `${each.effect} ${each.node}`);
    expect(after).toEqual(
      ['put-back', 'stage', 'backup', 'deploy', 'start', 'ready'].map(effect => `${effect} ${id}`),
    );
  },
);
