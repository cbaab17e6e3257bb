import {expect, test} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import {NodeId} from '../../../src/model/ids.ts';
import {makeLies} from '../../fakes/common/memory-lies.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import type {Effect} from '../../fakes/memory.ts';
import {DORIS_LIES} from '../../sim/doris-lies.ts';
import {makeLieRule} from '../../sim/lie-rule.ts';
import type {Trace} from '../../sim/subject.ts';
import {makeSwarm} from '../../sim/swarm.ts';
import {bootFake, dorisInMemory, planOf} from '../systems/doris/memory.ts';

/** What the rule says of that event, a minute later, where one of these lies is told of a node `from` then on. */
const said = async (name: string, node: string, effects: readonly Omit<Effect, 'at'>[], from = 1) => {
  const cluster = makeMemoryCluster();
  const plan = await planOf(bootFake(dorisInMemory, cluster));
  const lies = makeLies([{name, node: NodeId.parse(node), from, until: Number.POSITIVE_INFINITY}]);
  const trace: Trace = {
    ...{cluster, plan, events: [], past: [], down: () => [], disturbances: []},
    effects: effects.map(effect => ({...effect, at: 59_000})),
  };
  const rule = makeLieRule({lies: DORIS_LIES, rolling: true}, lies, trace, {
    startMs: 0,
    swarm: makeSwarm(() => 0),
  });
  const event: Event = {type: 'node.verified', node: NodeId.parse(node), facts: {}, seq: 1, at: 60_000};
  return rule.happened(event);
};
const stopped = {node: NodeId.parse('be-1'), effect: 'stop'};

test('who was stopped and may not start is not verified, however lately it was stopped', async () => {
  expect(await said('forbids-start', 'be-1', [stopped])).toEqual([
    'be-1 was verified while "forbids-start" was told of be-1',
  ]);
});

test('who was not stopped may well be', async () => {
  expect(await said('forbids-start', 'be-1', [])).toEqual([]);
});

test('where it was so from the first, it is not stopped either', async () => {
  expect(await said('forbids-start', 'be-1', [stopped], 0)).toEqual([
    'be-1: stop, while "forbids-start" was told of be-1',
    'be-1 was verified while "forbids-start" was told of be-1',
  ]);
});
