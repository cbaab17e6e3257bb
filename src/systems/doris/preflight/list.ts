import type {Preflight} from '../../../model/system.ts';
import {
  disk,
  leftovers,
  onePackage,
  oneProcess,
  oneVersion,
  reachable,
  sameUser,
  versionKnown,
  writable,
} from '../../../recipe/preflight.ts';
import type {Doris} from '../fields.ts';
import {NODE_CHECKS} from './nodes.ts';
import {OUTSIDE_CHECKS} from './outside.ts';
import {CLUSTER_CHECKS} from './whole.ts';

/** Everything that is checked before a plan is made, in the order it is shown. */
export const PREFLIGHT: readonly Preflight<Doris>[] = [
  reachable,
  oneVersion,
  onePackage,
  ...CLUSTER_CHECKS,
  oneProcess,
  versionKnown,
  ...NODE_CHECKS,
  sameUser,
  writable,
  disk,
  leftovers('.lakeup-stage-'),
  ...OUTSIDE_CHECKS,
];
