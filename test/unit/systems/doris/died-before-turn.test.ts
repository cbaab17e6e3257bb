import {describe, expect, test} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import {nodeOf} from '../../../../src/model/inventory.ts';
import type {Script} from '../../../../src/model/script.ts';
import {startLineOf} from '../../../../src/model/start-by-hand.ts';
import type {RunState} from '../../../../src/model/state.ts';
import type {SkipAnswer} from '../../../../src/model/world.ts';
import {backupBody, deployBody, stageBody} from '../../../../src/systems/doris/scripts/act.ts';
import {actionVars} from '../../../../src/systems/doris/scripts/begin.ts';
import {startBody, startVars} from '../../../../src/systems/doris/scripts/start.ts';
import {stopBody, stopVars} from '../../../../src/systems/doris/scripts/stop.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {namedByHold} from '../../../sim/evidence.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

/*
 * A node of another role than the frontends that ends by itself before its turn is none that the run upgrades as it is
 * (docs/decisions/what-has-to-hold.md). What the operator can do is done here, and the run goes on.
 */

type Way = 'starts the old version' | 'puts the new version there by hand' | 'skips it';

const START = Date.UTC(2026, 0, 1);

/** An upgrade in which that node ends while a step goes on, until the operator has done that once. */
const upgradeWithout = async (id: string, while_: string, way: Way) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(START);
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const node = nodeOf(cluster, NodeId.parse(id));
  const {role} = node.fields;
  const sent = (script: Script) =>
    fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000});
  const held: string[] = [];
  const choose = async (state: RunState): Promise<'retry' | 'leave' | SkipAnswer> => {
    held.push(
      namedByHold(state, cluster.nodes)
        .map(named => named.id)
        .join(' '),
    );
    if (held.length > 2) return 'leave';
    if (way === 'skips it' && state.skipped[node.id] !== undefined) return 'retry';
    if (way === 'skips it') return {skip: [node.id], because: 'its disk is gone', agreedDown: [node.id]};
    if (way === 'starts the old version') {
      const line = startLineOf(state, doris, node.id);
      if (line === null) throw new Error(`nothing is said of how ${id} is started`);
      fake.typed?.(node.id, line);
    } else {
      const vars = actionVars(node, 'byhand');
      for (const bodyOf of [stageBody, backupBody, deployBody]) await sent({body: bodyOf(role), vars});
      const as = {flags: [], env: {}, nofile: null};
      await sent({body: startBody(role), vars: startVars(node, 'byhand', as)});
    }
    return 'retry';
  };
  const onEvent = (event: Event): void => {
    if (event.type === 'step.started' && event.step === while_)
      void sent({body: stopBody(role), vars: stopVars(node, 'outside')});
  };
  const driving = {system: doris, cluster, clock, ask: fake.answer, operator: {choose}};
  const {state} = await drive(fresh(await planFor(driving)), {...driving, onEvent});
  return {state, held, effects: fake.effects};
};

const NEXT = [
  ['ms-2', 'metaservice/start@ms-1'],
  ['rc-1', 'metaservice/start@ms-3'],
  ['be-2', 'backends/start@be-1'],
] as const;
const LATER = ['be-5', 'backends/start@be-1'] as const;

describe('a node that ends by itself before its turn holds the run', () => {
  test.each([...NEXT, LATER])('%s is named, and nobody else is stopped beside it', async (id, while_) => {
    const {state, held, effects} = await upgradeWithout(id, while_, 'starts the old version');
    expect(held.length).toBeGreaterThan(0);
    for (const names of held) expect(names.split(' ')).toContain(id);
    const ended = effects.findIndex(({node, effect}) => node === id && effect === 'stop');
    const back = effects.findIndex(({node, effect}, i) => i > ended && node === id && effect === 'ready');
    const beside = effects.slice(ended + 1, back).filter(({effect}) => effect === 'stop');
    expect(beside).toEqual([]);
    expect(state.verdict?.verified).toHaveLength(14);
  });

  test.each([...NEXT, LATER])('%s, put to the new version by hand: a retry goes on', async (id, while_) => {
    const {state, held} = await upgradeWithout(id, while_, 'puts the new version there by hand');
    expect(held).toHaveLength(1);
    expect(state.verdict?.verified).toHaveLength(14);
  });

  test.each([...NEXT.filter(([id]) => id !== 'rc-1'), LATER])(
    '%s, skipped: the rest is upgraded',
    async (id, while_) => {
      const {state} = await upgradeWithout(id, while_, 'skips it');
      expect(state.verdict?.verified).toHaveLength(13);
      expect(state.skipped[NodeId.parse(id)]).toMatchObject({as: 'untouched'});
    },
  );
});
