import {expect, test} from 'vitest';
import {usualTimeMs} from '../../../src/cli/usual-time.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import {bootFake, dorisInMemory, planOf} from '../systems/doris/memory.ts';

test('a plan that is not begun takes the usual time of its steps, one after the other, and of what is waited for', async () => {
  const plan = await planOf(bootFake(dorisInMemory, makeMemoryCluster()));
  const steps = plan.phases.flatMap(({lanes}) => lanes.flatMap(lane => lane.steps));
  const stepsMs = steps.reduce((sum, {typicalMs}) => sum + typicalMs, 0);
  expect(stepsMs).toBeGreaterThan(600_000);
  expect(usualTimeMs(plan)).toBeGreaterThanOrEqual(stepsMs);
  expect(usualTimeMs(plan)).toBeLessThan(2 * stepsMs);
  const shorter = {...plan, phases: plan.phases.slice(0, 1)};
  expect(usualTimeMs(shorter)).toBeLessThan(usualTimeMs(plan));
});
