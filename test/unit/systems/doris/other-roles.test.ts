import {describe, expect, it} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {nodeOf} from '../../../../src/model/inventory.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

/** An upgrade in which one node is stopped by somebody else as soon as a step is done. */
const upgradeWhile = async (lost: string, after: string) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const driving = {system: doris, cluster, clock, ask: fake.answer};
  const node = nodeOf(cluster, NodeId.parse(lost));
  const onEvent = (event: Event): void => {
    if (event.type !== 'step.done' || event.step !== after) return;
    const script = {body: stopBody(node.fields.role), vars: stopVars(node, 'outside')};
    void fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000});
  };
  const {state, events} = await drive(fresh(await planFor(driving)), {...driving, onEvent});
  const stopped = fake.effects.filter(({effect}) => effect === 'stop').map(entry => String(entry.node));
  return {state, events, stopped};
};

describe('a node of another role that goes down meanwhile', () => {
  it.each([
    ['ms-2', 'frontends/start@fe-2', 'fe', 'ms.unwell'],
    ['rc-1', 'backends/start@be-1', 'be', 'recycler.unwell'],
    ['be-4', 'metaservice/start@ms-1', 'ms', 'be.unwell'],
    ['fe-3', 'backends/start@be-2', 'be', 'fe.unwell'],
  ])('%s after %s: no further %s is stopped', async (lost, after, role, fact) => {
    const {state, stopped} = await upgradeWhile(lost, after);
    expect(stopped.at(-1)).toBe(lost);
    const [hold] = state.holds;
    expect(hold).toMatchObject({
      kind: 'gate',
      gate: expect.stringMatching(`/stop@${role}-\\d#${role === 'fe' ? 1 : 0}$`),
    });
    const stuck = Object.values(state.gates).find(gate => gate?.status === 'stuck');
    expect(stuck).toMatchObject({failure: {kind: 'unsettled', check: {node: expect.anything()}}});
    expect(JSON.stringify(stuck)).toContain(`"${fact}":["${lost} `);
  });
});
