import {describe, expect, test} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {dorisInventory} from '../../journals/inventories.ts';
import {carryOut} from '../../journals/make-recording.ts';
import {DORIS} from '../../journals/products.ts';
import type {Hands} from '../../journals/take.ts';

/*
 * What the question before two followers says, walked: the first is slow to come back, the other ends by itself, and nobody has to do
 * anything. Whoever starts that one by hand all the same is in nobody's way.
 */

const INVENTORY = dorisInventory('lake', {ms: 2, recyclers: 1, groups: {a: 2}, fe: 2});

const HOLDS: readonly Event['type'][] = ['step.failed', 'gate.stuck', 'order.stuck', 'node.unverified'];

/** From the start of the first until the other has ended: recorded, 45 s without a majority. */
const ENDED_MS = 45_000;

const walk = async (isSlow: boolean, byHand: (hands: Hands) => Promise<void> = async () => undefined) => {
  const {events, fake} = await carryOut({
    ...{...DORIS, name: 'two', cluster: 'lake', seed: 1, inventory: INVENTORY},
    faults: isSlow ? [{fault: 'slow-start', node: 'fe-2'}] : [],
    until: event => HOLDS.includes(event.type),
    beside: async (event, hands) => {
      if (event.type !== 'step.started' || event.step !== 'frontends/start@fe-2') return;
      await hands.clock.sleep(ENDED_MS);
      await byHand(hands);
    },
  });
  const state = foldEvents(events);
  return {
    state,
    fake,
    held: events.filter(({type}) => HOLDS.includes(type)),
    other: fake.effects.filter(({node}) => node === 'fe-1').map(({effect}) => effect),
  };
};

describe('two followers', () => {
  test('the question says what happens, and that nothing has to be done', async () => {
    const {state} = await walk(false);
    const phase = state.plan.phases.find(({role}) => role === 'fe');
    const said = phase?.gates.flatMap(gate => (gate.kind === 'confirm' ? gate.outages : [])) ?? [];
    expect(said.map(({en}) => en)).toEqual([
      expect.stringMatching(/two followers: .*the other ends by itself.*lakeup then takes that one next/),
    ]);
    expect(said.map(({zh}) => zh)).toEqual([expect.stringContaining('lakeup 会接着升级另一个')]);
  });

  test('the first is back in time: the other goes on, and the run ends', async () => {
    const {state, fake, held, other} = await walk(false);
    expect(other.slice(0, other.indexOf('stop'))).not.toContain('died');
    expect(held).toEqual([]);
    expect(state.verdict?.verified).toHaveLength(state.plan.verify.length);
    expect(fake.down()).toEqual([]);
  });

  test('the other ends by itself: it is taken next, nothing is typed, and the run ends', async () => {
    const {state, fake, held, other} = await walk(true);
    expect(other).toContain('died');
    expect(other).not.toContain('stop');
    expect(held).toEqual([]);
    expect(state.verdict?.verified).toHaveLength(state.plan.verify.length);
    expect(fake.down()).toEqual([]);
  });

  test('somebody starts it by hand, as it is, as soon as it has ended: the run ends all the same', async () => {
    const {state, fake, held, other} = await walk(true, ({carryOut: does}) => does('start', 'fe-1'));
    expect(other.slice(0, 2)).toEqual(['died', 'start']);
    expect(held).toEqual([]);
    expect(state.verdict?.verified).toHaveLength(state.plan.verify.length);
    expect(fake.down()).toEqual([]);
  });
});
