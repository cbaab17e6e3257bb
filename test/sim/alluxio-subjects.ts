import {parseAbsPath} from '../../src/lib/abs-path.ts';
import type {Facts} from '../../src/model/facts.ts';
import {type FilledCheck, planSteps} from '../../src/model/plan.ts';
import {gateState, stepState} from '../../src/model/state.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {makeMemoryCluster, STANDARD} from '../fakes/alluxio/cluster.ts';
import {memory, memoryDelegating, memoryFirst, memoryInPlace} from '../fakes/alluxio/memory.ts';
import {JOURNAL, METASTORE} from '../fakes/alluxio/memory-journal.ts';
import {CACHE_FAULTS, FAN_OUT_FAULTS, FAULTS} from '../fakes/alluxio/memory-world.ts';
import {ALLUXIO_LIES} from './alluxio-lies.ts';
import {
  clientsTooEarly,
  contentLost,
  destroyedUnasked,
  exchangedUnderProcess,
  formattedTooEarly,
  jobWorkersTooEarly,
  mastersOutOfOrder,
  neverHappened,
  pinsLost,
  stoppedUnprepared,
} from './alluxio-rules.ts';
import type {Subject, Trace} from './subject.ts';

const brokenWhere =
  (shares: boolean) =>
  (trace: Trace): string[] => [
    ...neverHappened(trace),
    ...exchangedUnderProcess(trace),
    ...formattedTooEarly(trace, shares),
    ...mastersOutOfOrder(trace),
    ...stoppedUnprepared(trace),
    ...destroyedUnasked(trace),
    ...contentLost(trace),
    ...pinsLost(trace),
    ...jobWorkersTooEarly(trace),
    ...clientsTooEarly(trace),
  ];

/** Something was written after the backup, or may have been: the leader that counted is none any more. */
const writtenSince = ({expect, probe}: FilledCheck, seen: Facts | null): boolean =>
  probe === 'cluster' &&
  expect.writes !== undefined &&
  (seen?.writes !== expect.writes || seen.since !== expect.since);

/** What only a person can put right, by what the run is held with. */
const heldTruly: Subject['heldTruly'] = (state, faults) => {
  const [hold] = state.holds;
  if (hold?.kind === 'gate') {
    const gate = gateState(state, hold.gate);
    if (gate.status !== 'stuck' || gate.failure.kind !== 'unsettled') return false;
    const {check, seen} = gate.failure;
    return writtenSince(check, seen);
  }
  if (hold?.kind !== 'step') return false;
  const node = planSteps(state.plan).find(({id}) => id === hold.step)?.node;
  const step = stepState(state, hold.step);
  const of = (fault: string): boolean =>
    faults.some(planted => planted.node === node && planted.fault === fault);
  if (step.status !== 'failed') return false;
  // The old version was started there, wrote a journal of its own kind, and died: nothing is restored over that.
  if (step.failure.kind === 'refused')
    return step.failure.detail.en.includes('-i would be ignored') && of('wrong-version');
  if (step.failure.kind !== 'unsettled') return false;
  const {seen} = step.failure;
  // A process that somebody started from the old version's directory goes on until a person stops it.
  return seen?.version === state.plan.from && of('wrong-version');
};

const restoring: Subject = {
  name: 'alluxio',
  system: alluxio,
  fake: memory,
  cluster: makeMemoryCluster(),
  faults: FAULTS,
  rolling: false,
  broken: brokenWhere(false),
  heldTruly,
};

/** What must not happen on the way back either, whatever the way there had done. */
const backBroken = (trace: Trace): string[] => {
  const all = {...trace, effects: [...trace.past, ...trace.effects]};
  return [...neverHappened(trace), ...exchangedUnderProcess(all)];
};

const STAMP = '20260101_000000';

/**
 * A run that is taken back leaves homes and journals as they were, under the stamp of the first moment; what becomes of blocks is
 * told by effects.
 */
const undone = (from: string): Subject => ({
  ...restoring,
  name: 'alluxio-undo',
  // Of a job master before 2.9 that does not lead nobody can tell whether it hangs: it opens no port.
  faults: FAULTS.filter(fault => fault !== 'wrong-version' && fault !== 'start-hangs'),
  back: {
    same: [
      {probe: 'home', given: {from, to: '2.9.4', stamp: STAMP, old: ''}, facts: ['kind', 'version']},
      {probe: 'journal', given: {journal: JOURNAL, metastore: METASTORE, stamp: STAMP}, facts: ['layout']},
    ],
    broken: backBroken,
  },
});

/** Backups are written to the masters' own disks, and copied from there. */
const spreading = makeMemoryCluster();
const local = {...spreading, settings: {...spreading.settings, backupDirectory: parseAbsPath('/srv/bk')}};

/** Started and stopped by the cluster-wide commands of the guide. */
const wide = makeMemoryCluster(STANDARD, '2.9.4', 'lake-alluxio', {commands: 'cluster-wide'});

/** A pair of versions whose journals differ, one whose journals do not, 1.8 to 2.x, and the first two with a backup that one master alone has. */
export const alluxioSubjects: readonly Subject[] = [
  restoring,
  undone('2.3.0'),
  // The faults would keep many runs from where a lie is told.
  {...restoring, name: 'alluxio-lies', faults: [], lies: ALLUXIO_LIES},
  {...undone('2.8.0'), name: 'alluxio-undo-in-place', fake: memoryInPlace},
  {...restoring, name: 'alluxio-in-place', fake: memoryInPlace},
  {
    ...restoring,
    name: 'alluxio-from-1',
    // Whoever starts the old version by hand on a journal that all share breaks every master's at once.
    faults: FAULTS.filter(fault => fault !== 'wrong-version'),
    broken: brokenWhere(true),
    fake: memoryFirst,
    cluster: makeMemoryCluster({...STANDARD, jobless: true}, '2.9.4', 'lake-alluxio', {
      conf: {
        'alluxio.master.journal.type': 'UFS',
        'alluxio.master.journal.sync.root.after.init.from.backup': 'false',
      },
    }),
  },
  {
    ...restoring,
    name: 'alluxio-copied',
    cluster: makeMemoryCluster(STANDARD, '2.9.4', 'lake-alluxio', {caches: 'copy'}),
    faults: [...FAULTS, ...CACHE_FAULTS],
  },
  {
    ...restoring,
    name: 'alluxio-dropped',
    fake: memoryInPlace,
    cluster: makeMemoryCluster(STANDARD, '2.9.4', 'lake-alluxio', {caches: 'drop', persist: true}),
    faults: [...FAULTS, 'list-late'],
  },
  {...restoring, name: 'alluxio-wide', cluster: wide, faults: [...FAULTS, ...FAN_OUT_FAULTS]},
  {
    ...undone('2.8.0'),
    name: 'alluxio-wide-undo',
    fake: memoryInPlace,
    cluster: wide,
    faults: [...undone('2.8.0').faults, ...FAN_OUT_FAULTS],
  },
  {...restoring, name: 'alluxio-local', cluster: local},
  {...restoring, name: 'alluxio-local-in-place', fake: memoryDelegating, cluster: local},
  {
    ...restoring,
    name: 'alluxio-clients',
    cluster: makeMemoryCluster({masters: 1, workers: 2, proxies: 0}, '2.9.4', 'lake-alluxio', {
      clients: true,
    }),
  },
];
