import type {Preflight} from '../../../model/system.ts';
import {NODE_CHECKS} from './nodes.ts';
import {OUTSIDE_CHECKS} from './outside.ts';
import {CLUSTER_CHECKS} from './whole.ts';

/** Everything that is checked before a plan is made, in the order it is shown. */
export const PREFLIGHT: readonly Preflight[] = [...CLUSTER_CHECKS, ...NODE_CHECKS, ...OUTSIDE_CHECKS];
