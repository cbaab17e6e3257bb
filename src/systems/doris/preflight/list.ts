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
import type {Doris} from '../fields.ts';
import {clocks} from './clocks.ts';
import {DEMAND_CHECKS} from './demands.ts';
import {NODE_CHECKS} from './nodes.ts';
import {OUTSIDE_CHECKS} from './outside.ts';
import {OWN_CHECKS} from './own.ts';
import {VERSION_CHECKS} from './versions.ts';
import {CLUSTER_CHECKS} from './whole.ts';

/** Everything that is checked before a plan is made, in the order it is shown. */
export const PREFLIGHT: readonly Preflight<Doris>[] = [
  reachable,
  ...VERSION_CHECKS,
  onePackage,
  ...CLUSTER_CHECKS,
  clocks,
  oneProcess,
  versionKnown,
  ...NODE_CHECKS,
  ...DEMAND_CHECKS,
  ...OWN_CHECKS,
  sameUser,
  writable,
  outlives,
  sameLimits,
  disk,
  leftovers('.lakeup-stage-'),
  ...OUTSIDE_CHECKS,
];
