import {describe, expect, it} from 'vitest';
import {describeFailure, describeHold, failureOfHold} from '../../../src/model/describe.ts';
import {describeRemedy} from '../../../src/model/describe-remedy.ts';
import {NodeId} from '../../../src/model/ids.ts';
import type {RunState} from '../../../src/model/state.ts';
import {type AlluxioCluster, nodesOf} from '../../../src/systems/alluxio/fields.ts';
import {stopBody} from '../../../src/systems/alluxio/scripts/stop.ts';
import {doris} from '../../../src/systems/doris/system.ts';
import {FAULTS as ALLUXIO_FAULTS, CACHE_FAULTS, FAN_OUT_FAULTS} from '../../fakes/alluxio/memory-world.ts';
import {makeMemoryCluster} from '../../fakes/doris/cluster.ts';
import {memory} from '../../fakes/doris/memory.ts';
import {FAULTS as DORIS_FAULTS} from '../../fakes/doris/memory-world.ts';
import type {FakeCluster} from '../../fakes/memory.ts';
import {seededRandom} from '../../sim/random.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {bootAlluxio} from '../../walks/alluxio-cluster.ts';
import {type Driving, drive, fresh, planFor} from '../../walks/drive.ts';

/*
 * Everything that the clusters in memory can have wrong with them, in a real plan: whenever the run is held it says what to do, what is
 * wrong is put right, `r` is pressed, and in the end every node is verified.
 */

/** A fault that is put right only after that many retries, each in vain. */
const IN_VAIN = 2;

type Said = {readonly why: string; readonly todo: string | null; readonly zh: string | null};

const operated = async (driving: Driving, fake: FakeCluster) => {
  const said: Said[] = [];
  const plan = await planFor(driving);
  const choose = async (state: RunState) => {
    const [hold] = state.holds;
    if (hold === undefined) throw new Error('nothing holds it');
    const todo = describeRemedy(hold, failureOfHold(hold, state), state);
    said.push({why: describeHold(hold, state).en, todo: todo?.en ?? null, zh: todo?.zh ?? null});
    if (said.length === IN_VAIN + 1) fake.heal();
    return said.length > IN_VAIN + 6 ? ('leave' as const) : ('retry' as const);
  };
  const {state} = await drive(fresh(plan), {...driving, operator: {choose, manual: async () => 'done'}});
  return {said, verified: state.verdict?.verified.length ?? 0};
};

/** By its own stop script, on its host; nobody waits for its end but the run. */
const ends = ({cluster, fake}: {cluster: AlluxioCluster; fake: FakeCluster}, id: string): void => {
  const node = nodesOf(cluster, 'worker').find(each => each.id === id);
  if (node === undefined) throw new Error(`no worker ${id}`);
  const script = {body: stopBody(node.fields.role), vars: {home: node.home, within_s: 60}};
  void fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000});
};

const follows = (faults: readonly string[], boot: (fault: string) => Driving & {fake: FakeCluster}): void => {
  it.each(faults)('%s', async fault => {
    const {fake, ...driving} = boot(fault);
    const {said, verified} = await operated(driving, fake);
    expect({said, verified}).toEqual({
      said: said.map(() => ({
        why: expect.stringMatching(/./),
        todo: expect.stringMatching(/\b(?:retry|try again|look again)\b/i),
        zh: expect.stringMatching(/[\u4e00-\u9fff]/),
      })),
      verified: driving.cluster.nodes.length,
    });
  });
};

const bootDoris = (fault: string, on: string): Driving & {fake: FakeCluster} => {
  const cluster = makeMemoryCluster({ms: 2, recyclers: 1, groups: {cg: 3}, fe: 3});
  const clock = makeVirtualClock(Date.UTC(2026, 0, 1));
  const faults = [{fault, node: NodeId.parse(on)}];
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults});
  return {system: doris, cluster, clock, ask: fake.answer, fake};
};

describe('Doris', () => {
  const ON: Readonly<Record<string, string>> = {
    'takes-office': 'fe-2',
    'journal-stands': 'fe-3',
  };
  follows(DORIS_FAULTS, fault => bootDoris(fault, ON[fault] ?? 'be-2'));

  it('of a copy that cannot run says why, and that its source is to be put right', async () => {
    const {fake, ...driving} = bootDoris('package-spoilt', 'be-2');
    const said: string[] = [];
    const choose = async (state: RunState) => {
      const [hold] = state.holds;
      const failure = hold === undefined ? null : failureOfHold(hold, state);
      if (hold === undefined || failure?.kind !== 'unsettled')
        throw new Error('nothing was looked at in vain');
      said.push(describeFailure(failure).en, describeRemedy(hold, failure, state)?.en ?? '');
      expect(failure.seen).toMatchObject({cause: 'truncated', said: ['file too short']});
      fake.heal();
      return 'retry' as const;
    };
    const operator = {choose, manual: async () => 'done' as const};
    const {state} = await drive(fresh(await planFor(driving)), {...driving, operator});
    expect(said).toEqual([
      '"the copy is 3.1.2" cannot come true any more: cause truncated, for 20s.',
      expect.stringMatching(
        /^What keeps it from running stands above: put that right where it was copied from/,
      ),
    ]);
    expect(state.verdict?.verified).toHaveLength(driving.cluster.nodes.length);
  });
});

describe('Alluxio', () => {
  const OF_MASTERS = [
    'backup-truncated',
    'backup-fails',
    'backup-unreadable',
    'writes-go-on',
    'format-leaves',
  ];
  const on = (fault: string): string => (OF_MASTERS.includes(fault) ? 'm-2' : 'w-2');
  follows(ALLUXIO_FAULTS, fault => {
    const booted = bootAlluxio({faults: [{fault, node: NodeId.parse(on(fault))}]});
    if (fault !== 'wrong-version') return booted;
    const heal = (): void => {
      booted.fake.heal();
      ends(booted, 'w-2');
    };
    return {...booted, fake: {...booted.fake, heal}};
  });
  it('of a healthy process of another version says to end it: nobody else does, however often it is retried', async () => {
    const {fake, ...driving} = bootAlluxio({faults: [{fault: 'wrong-version', node: NodeId.parse('w-2')}]});
    const {said, verified} = await operated(driving, fake);
    expect(said.at(-1)?.todo).toMatch(/^Another version runs there: .* end that process on its host/);
    expect(verified).toBe(0);
  });
  follows(CACHE_FAULTS, fault =>
    bootAlluxio({settings: ['caches: copy'], faults: [{fault, node: NodeId.parse('w-2')}]}),
  );
  follows(FAN_OUT_FAULTS, fault =>
    bootAlluxio({settings: ['commands: cluster-wide'], faults: [{fault, node: NodeId.parse('w-2')}]}),
  );
});
