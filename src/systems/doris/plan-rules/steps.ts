import {never} from '../../../lib/never.ts';
import {sameMinor} from '../../../lib/version.ts';
import {describeExpect} from '../../../model/describe-facts.ts';
import {type Expect, isList, sameFact} from '../../../model/facts.ts';
import {findNode} from '../../../model/inventory.ts';
import {
  type Check,
  gateChecks,
  type Plan,
  type PlannedExpect,
  planSteps,
  type Step,
} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type DorisCluster, nodesOf, type RoleName} from '../fields.ts';
import {ORDER} from '../upgrade/names.ts';
import {followersOf} from './phases.ts';
import {asksForGroup} from './since.ts';

// Rules about the steps of one node: what has to be seen before and after them, and their ways back.

type At = {readonly step: Step; readonly role: RoleName};

/** Every step with what its node is, whatever phase it stands in. */
const stepsOf = (plan: Plan, cluster: DorisCluster): At[] =>
  planSteps(plan).flatMap(step => {
    const node = findNode(cluster, step.node);
    return node === undefined ? [] : [{step, role: node.fields.role}];
  });

/** Of one that is out when the plan begins the stop is for whatever somebody started meanwhile: it takes nothing from service. */
export const isStopAgain = ({direction, out}: Plan, {name, node}: Step): boolean =>
  direction === 'forward' && name === 'stop' && out.includes(node);

/** The step that leaves service and the one that comes back are what their names say. */
const unmarkedService = (plan: Plan, cluster: DorisCluster): Text[] => {
  const [leaves, returns] =
    plan.direction === 'forward'
      ? [['stop', 'put-back'], ['start']]
      : [['undo-start'], ['undo-stop', 'undo-put-back']];
  return stepsOf(plan, cluster)
    .filter(({step}) => {
      if (isStopAgain(plan, step)) return step.service !== undefined;
      const wanted = leaves?.includes(step.name)
        ? 'leaves'
        : returns?.includes(step.name)
          ? 'returns'
          : undefined;
      return step.service !== wanted;
    })
    .map(({step: {id}}) =>
      text(
        `${id} does not say what it does to the service of its node.`,
        `${id} 没有正确说明它对节点服务的影响。`,
      ),
    );
};

/** A look that is asked for, with the least it has to find. */
export type Wanted = {readonly probe: string; readonly expect: Expect};

const holdsSo = (found: PlannedExpect[string] | undefined, wanted: Expect[string] | undefined): boolean => {
  if (found === undefined || wanted === undefined) return false;
  if (typeof found === 'object' && !isList(found)) return false;
  return (typeof wanted !== 'object' || isList(wanted)) && sameFact(found, wanted);
};

export const looksFor = (checks: readonly Check[], {node}: Step, {probe, expect}: Wanted): boolean =>
  checks.some(
    check =>
      check.node === node &&
      check.probe === probe &&
      Object.entries(expect).every(([name, wanted]) => holdsSo(check.expect[name], wanted)),
  );

/** Before a node leaves service nobody of any other role may be down. */
const otherRolesWell = (cluster: DorisCluster, role: RoleName): Wanted => ({
  probe: 'cluster',
  expect: Object.fromEntries(
    ORDER.filter(other => other !== role && nodesOf(cluster, other).length > 0).map(other => [
      `${other}.unwell`,
      [],
    ]),
  ),
});

/** That all frontends hold the same group. */
const oneGroup = (plan: Plan): Expect => (asksForGroup(plan) ? {otherGroup: []} : {});

/** What has to be seen of its own role right before a node leaves service; nothing for one that stands alone. */
const ownRoleSafety = (plan: Plan, cluster: DorisCluster, role: RoleName): readonly Wanted[] => {
  const others: Expect = {othersDown: []};
  switch (role) {
    case 'ms':
      return nodesOf(cluster, 'ms').length === 1 ? [] : [{probe: 'ms-safe-to-stop', expect: others}];
    case 'recycler':
      return [];
    case 'be':
      return [{probe: 'be-safe-to-stop', expect: others}];
    case 'fe': {
      const kept: Expect = {
        ...others,
        ...oneGroup(plan),
        ...(followersOf(plan, cluster) > 2 ? {quorumKept: true} : {}),
      };
      return [{probe: 'fe-safe-to-stop', expect: kept}];
    }
    default:
      return never(role);
  }
};

const safetyOf = (plan: Plan, cluster: DorisCluster, role: RoleName): readonly Wanted[] => [
  otherRolesWell(cluster, role),
  ...ownRoleSafety(plan, cluster, role),
];

/** Forward, a frontend may have become the master since its turn was asked: that is looked at last, with all the rest. */
const turnOf = ({direction}: Plan, role: RoleName, safety: readonly Wanted[]): readonly Wanted[] =>
  direction === 'forward' && role === 'fe'
    ? safety.map(({expect}) => ({probe: 'fe-turn', expect: {turn: 'now', ...expect}}))
    : [];

export const unseen = (who: Text, {probe, expect}: Wanted): Text => {
  const wanted = describeExpect(expect);
  return text(
    `${who.en} may begin before ${probe} was seen with ${wanted.en}.`,
    `${who.zh}可能在看到 ${probe} 为 ${wanted.zh} 之前就开始。`,
  );
};

const unsafeStops = (plan: Plan, cluster: DorisCluster): Text[] =>
  stepsOf(plan, cluster).flatMap(({step, role}) => {
    if (step.service !== 'leaves' && !isStopAgain(plan, step)) return [];
    const safety = safetyOf(plan, cluster, role);
    const turn = turnOf(plan, role, ownRoleSafety(plan, cluster, role));
    const checks = gateChecks(step.gates);
    return [
      ...safety.filter(wanted => !looksFor(checks, step, wanted)),
      // The wait for the others may be long: the turn is asked after it.
      ...turn.filter(wanted => !looksFor(checks.slice(-1), step, wanted)),
    ].map(wanted => unseen(text(step.id, `${step.id} `), wanted));
  });

/** Every way back that stops a node asks for the others first. */
const unsafeUndo = (plan: Plan, cluster: DorisCluster): Text[] =>
  stepsOf(plan, cluster).flatMap(({step, role}) => {
    const {undo} = step;
    // Only the way back of a start stops a node that serves.
    if (plan.direction === 'back' || step.service !== 'returns' || undo.kind !== 'action') return [];
    return safetyOf(plan, cluster, role)
      .filter(wanted => !looksFor(undo.safe ?? [], step, wanted))
      .map(wanted => unseen(text(`The way back of ${step.id}`, `${step.id} 的回退`), wanted));
  });

/** What the product itself, or the rest of the cluster, says of a node that was started. */
const ownWord = (plan: Plan, role: RoleName): Wanted => {
  const {to} = plan;
  switch (role) {
    case 'ms':
    case 'recycler':
      return {probe: 'log', expect: {started: true, logVersion: to}};
    case 'be':
      return {probe: 'be-row', expect: {alive: true, version: to}};
    case 'fe':
      return {probe: 'fe-row', expect: {join: true, alive: true, rowVersion: to, ...oneGroup(plan)}};
    default:
      return never(role);
  }
};

/** What has to be seen when a step is done, whichever way it goes. */
const proofOf = (plan: Plan, role: RoleName, name: string): readonly Wanted[] => {
  const {from, to} = plan;
  switch (name) {
    case 'stage':
      return [{probe: 'stage-version', expect: {version: to}}];
    case 'put-back':
      return [{probe: 'cut', expect: {bin: 'old', lib: 'old', stage: 'none', version: from}}];
    case 'stop':
    case 'undo-start':
      return [{probe: 'process', expect: {running: false, portsFree: true}}];
    case 'backup':
    case 'undo-deploy':
      return [{probe: 'tree', expect: {bin: 'none', lib: 'none'}}];
    case 'deploy':
      return [{probe: 'tree', expect: {bin: 'dir', lib: 'dir', same: true}}];
    case 'undo-backup':
      return [{probe: 'tree', expect: {bin: 'dir', lib: 'dir', kept: 'none'}}];
    case 'undo-stage':
      return [{probe: 'tree', expect: {stage: 'none'}}];
    case 'start':
    case 'undo-stop':
    case 'undo-put-back':
      return [
        {probe: 'process', expect: {running: true}},
        {probe: 'status', expect: {health: 'ok', version: to}},
        ownWord(plan, role),
      ];
    default:
      return [];
  }
};

const unproven = (plan: Plan, cluster: DorisCluster): Text[] =>
  stepsOf(plan, cluster).flatMap(({step, role}) =>
    proofOf(plan, role, step.name)
      .filter(wanted => !looksFor(step.done, step, wanted))
      .map(({probe, expect}) => {
        const wanted = describeExpect(expect);
        return text(
          `${step.id} counts as done before ${probe} was seen with ${wanted.en}.`,
          `${step.id} 在看到 ${probe} 为 ${wanted.zh} 之前就算完成。`,
        );
      }),
  );

/** The last look decides the verdict: every node that is taken has to be well at the version the plan leads to. */
const unprovenEnds = ({phases, verify, to}: Plan): Text[] => {
  const taken = new Set(phases.flatMap(({lanes}) => lanes.map(({node}) => node)));
  return verify
    .filter(({node}) => taken.has(node))
    .filter(
      ({node, checks}) =>
        !checks.some(
          ({probe, node: of, expect}) =>
            of === node && probe === 'status' && expect.health === 'ok' && expect.version === to,
        ),
    )
    .map(({node}) =>
      text(
        `The last look at ${node} does not ask whether it is well at ${to}.`,
        `对 ${node} 的最后检查没有确认它以 ${to} 正常运行。`,
      ),
    );
};

/** Domain: once a frontend of another minor version has written metadata, an older one cannot read it. */
const isReturnless = ({from, to}: Plan, {role, step}: At): boolean =>
  role === 'fe' && step.name === 'start' && !sameMinor(from, to);

/** The same of one whose new files were in place before the run began: nobody knows that it did not run with them. */
const mayBeReturnless = ({from, to}: Plan, {role, step}: At): boolean =>
  role === 'fe' && step.name === 'put-back' && !sameMinor(from, to);

/** Forward, every step leads back, except where nothing does. */
const wrongWaysBack = (plan: Plan, cluster: DorisCluster): Text[] =>
  plan.direction === 'back'
    ? []
    : stepsOf(plan, cluster).flatMap(at => {
        const {id, undo} = at.step;
        if (isReturnless(plan, at))
          return undo.kind === 'impossible'
            ? []
            : [
                text(
                  `${id} promises a way back, but ${plan.from} cannot read what ${plan.to} writes.`,
                  `${id} 承诺可以回退，但 ${plan.from} 无法读取 ${plan.to} 写入的内容。`,
                ),
              ];
        if (mayBeReturnless(plan, at) && undo.kind === 'impossible') return [];
        if (isStopAgain(plan, at.step) && undo.kind === 'nothing') return [];
        return undo.kind === 'action' ? [] : [text(`${id} has no way back.`, `${id} 没有回退方法。`)];
      });

const pastReturn = (plan: Plan, cluster: DorisCluster): Text[] =>
  plan.direction === 'forward' || sameMinor(plan.from, plan.to)
    ? []
    : stepsOf(plan, cluster)
        .filter(({role, step}) => role === 'fe' && step.name === 'undo-start')
        .map(({step: {node}}) =>
          text(
            `${node} has run ${plan.from}, whose metadata ${plan.to} cannot read: it cannot be taken back.`,
            `${node} 已运行过 ${plan.from}，其元数据 ${plan.to} 无法读取：不能回退。`,
          ),
        );

export const stepRules = (plan: Plan, cluster: DorisCluster): readonly Text[] => [
  ...unmarkedService(plan, cluster),
  ...unsafeStops(plan, cluster),
  ...unproven(plan, cluster),
  ...unsafeUndo(plan, cluster),
  ...wrongWaysBack(plan, cluster),
  ...pastReturn(plan, cluster),
  ...unprovenEnds(plan),
];
