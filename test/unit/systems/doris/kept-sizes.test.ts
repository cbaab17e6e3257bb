import {expect, it} from 'vitest';
import type {Event} from '../../../../src/model/event.ts';
import {findNode} from '../../../../src/model/inventory.ts';
import {reportOf} from '../../../../src/model/report.ts';
import {doris} from '../../../../src/systems/doris/system.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';
import {memory} from '../../../fakes/doris/memory.ts';
import {seededRandom} from '../../../sim/random.ts';
import {makeVirtualClock} from '../../../sim/virtual-clock.ts';
import {drive, fresh, planFor} from '../../../walks/drive.ts';

it('a run that has ended tells of each backup how large it is, and asked for that when no node was waited for', async () => {
  const cluster = makeMemoryCluster();
  const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults: []});
  const events: Event[] = [];
  const driving = {system: doris, cluster, clock, ask: fake.answer};
  const begun = fresh(await planFor(driving));
  const {state} = await drive(begun, {...driving, onEvent: event => void events.push(event)});
  expect(state.verdict).not.toBeNull();
  const {kept} = reportOf(events, {...doris, nodeOf: id => findNode(cluster, id) ?? null});
  expect(kept.length).toBeGreaterThan(4);
  expect(kept.flatMap(({places}) => places).filter(({bytes}) => bytes === null)).toEqual([]);
  const ofSteps = state.plan.phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps));
  const checks = ofSteps.flatMap(({done, gates}) => [
    ...done,
    ...gates.flatMap(gate => (gate.kind === 'check' ? [gate.check] : [])),
  ]);
  expect(checks.filter(({given}) => given !== undefined && 'sizesOf' in given)).toEqual([]);
});
