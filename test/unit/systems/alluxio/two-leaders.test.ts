import {describe, expect, it} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {alluxio} from '../../../../src/systems/alluxio/system.ts';
import {makeMemoryCluster} from '../../../fakes/alluxio/cluster.ts';
import {memory, memoryInPlace} from '../../../fakes/alluxio/memory.ts';
import type {Lies} from '../../../fakes/common/memory-lies.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

const START = Date.UTC(2026, 0, 1);

/** An upgrade in which every master says that it leads, from a step on. */
const upgradeFrom = async (fake: typeof memory, after: string) => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(START);
  let isOn = false;
  const lies: Lies = {
    all: [],
    told: (name, at, node) =>
      isOn && name === 'two-leaders' && node !== undefined
        ? {name, node, from: at, until: Number.POSITIVE_INFINITY}
        : null,
    heal: () => undefined,
  };
  const booted = fake.boot(cluster, {clock, chance: seededRandom(3), faults: [], lies});
  const driving = {system: alluxio, cluster, clock, ask: booted.answer};
  const onEvent = (event: Event): void => {
    isOn ||= event.type === 'step.acted' && event.step === after;
  };
  const {state, events} = await drive(fresh(await planFor(driving)), {...driving, onEvent});
  return {state, events};
};

describe('masters that each say that they lead', () => {
  it.each([
    ['restored', memory],
    ['upgraded in place', memoryInPlace],
  ])('%s: nobody waits for hours until they agree, and who says so is named', async (_, fake) => {
    const {state, events} = await upgradeFrom(fake, 'masters/start@m-1');
    expect(state.verdict).toBeNull();
    const failed = events.flatMap(event => (event.type === 'step.failed' ? [event] : []));
    expect(failed.length).toBeGreaterThan(0);
    for (const {step, at, failure} of failed) {
      const begun = events.findLast(event => event.type === 'step.started' && event.step === step);
      expect(at - (begun?.at ?? 0), step).toBeLessThan(10 * 60_000);
      expect(failure).toMatchObject({
        kind: 'unsettled',
        seen:
          failure.kind === 'unsettled' && failure.check.probe === 'cluster'
            ? {leaders: 3, leading: ['m-1', 'm-2', 'm-3']}
            : {causes: ['many-leaders'], leading: ['m-1', 'm-2', 'm-3']},
      });
    }
  });
});
