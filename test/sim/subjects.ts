import {planSteps} from '../../src/model/plan.ts';
import {stepState} from '../../src/model/state.ts';
import {doris} from '../../src/systems/doris/system.ts';
import {makeMemoryCluster, STANDARD} from '../fakes/doris/cluster.ts';
import {memory} from '../fakes/doris/memory.ts';
import {ENDS_OLD, FAULTS} from '../fakes/doris/memory-world.ts';
import {
  depotBroken,
  depotCluster,
  memory as depotMemory,
  FULL,
  IN_THE_WAY,
} from '../systems/depot/fake-memory.ts';
import {depot} from '../systems/depot/system.ts';
import {memory as vaultMemory} from '../systems/vault/fake-memory.ts';
import {vault, vaultCluster} from '../systems/vault/system.ts';
import {alluxioSubjects} from './alluxio-subjects.ts';
import {leaveInTheMiddle, takenOnBroken} from './doris-cut.ts';
import {DORIS_LIES} from './doris-lies.ts';
import {
  exchangedWhileRunning,
  quorumLost,
  rolesOutOfOrder,
  standingsOutOfOrder,
  stoppedBesideLeftBehind,
  stoppedBesideLost,
  stoppedForWrongCopy,
  stoppedTooEarly,
  stoppedUnsaved,
  stoppedWithoutMajority,
} from './rules.ts';
import {needsSkipped, oldBesideNew, stoppedAlone, withoutSkipped} from './skips.ts';
import type {BackRules, Subject, Trace} from './subject.ts';

const rolesBroken = (trace: Trace): string[] => [
  ...rolesOutOfOrder(trace, 'ms', 'recycler'),
  ...rolesOutOfOrder(trace, 'recycler', 'be'),
  ...rolesOutOfOrder(trace, 'ms', 'be'),
  ...rolesOutOfOrder(trace, 'be', 'fe'),
];

/** The upgrade guide's order, frontends by what they were when they were stopped, and their majority. */
const dorisBroken = (trace: Trace): string[] => {
  const frontends = trace.cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id);
  const voters = frontends.filter(id => trace.plan.survey[id]?.fe !== 'observer');
  return [
    ...rolesBroken(trace),
    // It is asked what it is right before the signal: no look is too old for that.
    ...stoppedTooEarly(trace, 'fe', 'master', 0),
    ...standingsOutOfOrder(trace, 'fe', 'observer', 'follower'),
    ...quorumLost(voters, trace),
    ...stoppedWithoutMajority(voters, trace),
    ...stoppedForWrongCopy(trace),
    ...stoppedBesideLost(trace),
    ...exchangedWhileRunning(trace),
  ];
};

/** A process that a fault started at the old version keeps saying so until a person starts it again. */
const wrongVersionRuns: Subject['heldTruly'] = (state, faults) => {
  const [hold] = state.holds;
  if (hold?.kind !== 'step') return false;
  const node = planSteps(state.plan).find(({id}) => id === hold.step)?.node;
  const step = stepState(state, hold.step);
  if (step.status !== 'failed' || step.failure.kind !== 'unsettled') return false;
  const {seen} = step.failure;
  const old = seen?.version === state.plan.from || seen?.logVersion === state.plan.from;
  return old && faults.some(planted => planted.node === node && planted.fault === 'wrong-version');
};

/** From the frontends to the MetaService, every one that is taken back before anybody of the next role is stopped. */
const BACKWARDS = ['fe', 'be', 'recycler', 'ms'];

const backBroken = (trace: Trace): string[] => {
  const {plan, cluster} = trace;
  // Only who served at the new version is stopped and started: who was stopped in vain may run on as it is.
  const taken = new Set(planSteps(plan).flatMap(({node, service}) => (service === 'leaves' ? [node] : [])));
  const turned = {
    ...trace,
    effects: trace.effects,
    cluster: {...cluster, nodes: cluster.nodes.filter(({id}) => taken.has(id))},
  };
  const frontends = cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id);
  const voters = frontends.filter(id => plan.survey[id]?.fe !== 'observer');
  return [
    ...BACKWARDS.flatMap((earlier, i) =>
      BACKWARDS.slice(i + 1).flatMap(later => rolesOutOfOrder(turned, earlier, later)),
    ),
    // Who is out when it begins is brought back first, whatever it was.
    ...(plan.out.length > 0 ? [] : stoppedTooEarly(turned, 'fe', 'master')),
    ...quorumLost(voters, trace),
    ...stoppedBesideLost(trace),
    ...exchangedWhileRunning(trace),
  ];
};

/** What a fault leaves that only a person puts right has no place in a story that has to lead back. */
const MENDED = ['comes-back', 'wrong-version', 'package-exchanged', 'package-spoilt', 'unheard'];

const vaultBroken = (trace: Trace): string[] => [
  ...rolesOutOfOrder(trace, 'store', 'router'),
  ...stoppedTooEarly(trace, 'store', 'primary'),
];

const vaultSubject: Subject = {
  name: 'vault',
  system: vault,
  fake: vaultMemory,
  cluster: vaultCluster(),
  faults: [],
  rolling: true,
  broken: vaultBroken,
  heldTruly: () => false,
};

const dorisSubject: Subject = {
  name: 'doris',
  system: doris,
  fake: memory,
  cluster: makeMemoryCluster(),
  faults: FAULTS,
  rolling: true,
  broken: dorisBroken,
  heldTruly: wrongVersionRuns,
};

/** A Recycler on a MetaService's host, two backends on one host, a frontend on a backend's. */
const CROWDED = {
  ...STANDARD,
  beside: {'rc-1': 'ms-2', 'be-2': 'be-1', 'fe-3': 'be-6'},
};

const backOfDoris: BackRules = {
  same: [
    {probe: 'digest', given: {bytes: true}, facts: ['bytes', 'files']},
    {probe: 'status', given: {}, facts: ['health', 'version'], ofProcess: true},
  ],
  broken: backBroken,
};

const dorisUndo: Subject = {
  ...dorisSubject,
  name: 'doris-undo',
  // Within one minor version, so that frontends can be taken back too.
  cluster: makeMemoryCluster(STANDARD, '3.0.8'),
  faults: FAULTS.filter(fault => !MENDED.includes(fault)),
  back: backOfDoris,
};

/** Every system that is simulated. */
export const subjects: readonly Subject[] = [
  dorisSubject,
  {...dorisSubject, name: 'doris-crowded', cluster: makeMemoryCluster(CROWDED)},
  // The faults would keep many runs from where a lie is told.
  {...dorisSubject, name: 'doris-lies', faults: [], lies: DORIS_LIES},
  {
    ...dorisSubject,
    name: 'doris-left-behind',
    faults: [...FAULTS, ENDS_OLD],
    // A newer master ends the older ones, several at once and whatever their majority.
    rolling: false,
    broken: trace => [
      ...rolesBroken(trace),
      ...stoppedForWrongCopy(trace),
      ...stoppedBesideLost(trace),
      ...stoppedBesideLeftBehind(trace),
    ],
  },
  // What is there before somebody looks is a healthy cluster but for one node.
  {...dorisSubject, name: 'doris-cut', before: leaveInTheMiddle, broken: takenOnBroken},
  {
    ...dorisSubject,
    name: 'doris-skip',
    // Small groups: whoever is skipped in one of them leaves it with nobody to spare.
    cluster: makeMemoryCluster({ms: 3, recyclers: 1, groups: {cg_etl: 2, cg_bi: 2}, fe: 4}),
    faults: FAULTS.filter(fault => fault !== 'wrong-version'),
    skips: true,
    heldTruly: (state, faults) => wrongVersionRuns(state, faults) || needsSkipped(state, faults),
    broken: trace => {
      // Whoever is agreed to be down is waited for by nobody; whoever serves at the old version keeps the later roles back.
      const [up, whole] = [withoutSkipped(trace, 'down'), withoutSkipped(trace, 'all')];
      const frontends = trace.cluster.nodes.filter(({role}) => role === 'fe').map(({id}) => id);
      const voters = frontends.filter(id => trace.plan.survey[id]?.fe !== 'observer');
      return [
        ...rolesBroken(up),
        ...stoppedTooEarly(whole, 'fe', 'master', 0),
        ...standingsOutOfOrder(whole, 'fe', 'observer', 'follower'),
        ...quorumLost(voters, trace),
        ...stoppedForWrongCopy(trace),
        ...stoppedBesideLost(up),
        ...exchangedWhileRunning(trace),
        ...stoppedAlone(trace, ['ms', 'be']),
        ...oldBesideNew(trace),
      ];
    },
  },
  dorisUndo,
  {
    ...dorisUndo,
    name: 'doris-cut-undo',
    before: leaveInTheMiddle,
    broken: takenOnBroken,
    back: {...backOfDoris, withinEvents: 60},
  },
  ...alluxioSubjects,
  vaultSubject,
  {
    ...vaultSubject,
    name: 'vault-saved',
    cluster: vaultCluster({save: true}),
    broken: trace => [...vaultBroken(trace), ...stoppedUnsaved(trace, 'store')],
  },
  {
    name: 'depot',
    system: depot,
    fake: depotMemory,
    cluster: depotCluster(),
    faults: [FULL, IN_THE_WAY],
    broken: depotBroken,
    rolling: true,
    heldTruly: () => false,
  },
];
