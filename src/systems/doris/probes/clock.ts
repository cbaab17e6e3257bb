import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import * as clocks from '../../../recipe/clocks.ts';
import {type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {askClock} from '../scripts/look.ts';

/** How far a frontend's clock is ahead of the first one's. */
export const clockFacts = (node: DorisNode, cluster: DorisCluster, ask: Ask): Promise<Facts> =>
  clocks.clockFacts(nodesOf(cluster, 'fe')[0], node, ask, askClock);
