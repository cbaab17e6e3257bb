import type {Facts} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {
  disk,
  leftovers,
  onePackage,
  oneProcess,
  outlives,
  reachable,
  sameLimits,
  sameUser,
  versionKnown,
  writable,
} from '../../../recipe/preflight.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {clocks} from './clocks.ts';
import {isCut, TAKEN_ON} from './cut.ts';
import {DEMAND_CHECKS} from './demands.ts';
import {placeAdvice} from './known.ts';
import {leftOutOfLib} from './lib.ts';
import {NODE_CHECKS} from './nodes.ts';
import {OUTSIDE_CHECKS} from './outside.ts';
import {OWN_CHECKS} from './own.ts';
import {storeThere} from './store.ts';
import {isSqlElsewhere, isUntold} from './unwell.ts';
import {VERSION_CHECKS} from './versions.ts';
import {CLUSTER_CHECKS} from './whole.ts';

const unless =
  (isTold: (facts: Facts, node: DorisNode, survey: Survey<Doris>) => boolean) =>
  ({name, find}: Preflight): Preflight<Doris> => ({
    name,
    find: survey =>
      find(survey).filter(({level, node: id}) => {
        const node = survey.cluster.nodes.find(each => each.id === id);
        const facts = id === null ? undefined : survey.facts.get(id);
        return level === 'pass' || node === undefined || facts === undefined || !isTold(facts, node, survey);
      }),
  });

/** Of a node that is down in the middle of an upgrade that is told once, with the way on. */
const unlessCut = unless(isCut);

/** A version that nobody can tell yet, for a cause that is told. */
const unlessCaused = unless(
  (facts, node, survey) =>
    isCut(facts, node, survey) ||
    isSqlElsewhere(facts) ||
    isUntold(facts, survey) ||
    placeAdvice(node, facts, survey) !== null,
);

/** What was copied there already is used again, or makes room for a new copy: it needs none beside it. */
const unlessCopied = ({name, find}: Preflight<Doris>): Preflight<Doris> => ({
  name,
  find: survey =>
    find(survey).filter(({level, node: id}) => {
      const facts = id === null ? undefined : survey.facts.get(id);
      return level === 'pass' || facts?.['cut.stage'] !== 'whole';
    }),
});

/** Everything that is checked before a plan is made, in the order it is shown. */
export const PREFLIGHT: readonly Preflight<Doris>[] = [
  reachable,
  ...VERSION_CHECKS,
  onePackage,
  ...CLUSTER_CHECKS,
  clocks,
  oneProcess,
  unlessCaused(versionKnown),
  TAKEN_ON,
  ...NODE_CHECKS,
  storeThere,
  ...DEMAND_CHECKS,
  ...OWN_CHECKS,
  leftOutOfLib,
  sameUser,
  writable,
  outlives,
  sameLimits,
  unlessCopied(disk),
  unlessCut(leftovers('.lakeup-stage-')),
  ...OUTSIDE_CHECKS,
];
