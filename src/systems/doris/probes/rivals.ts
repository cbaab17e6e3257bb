import type {Ask} from '../../../model/ask.ts';
import type {NodeId} from '../../../model/ids.ts';
import {type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {rowOfFrontend} from './group.ts';
import {askView} from './master.ts';

/** As a cause, that others say that they are the master too. */
export const MANY_MASTERS = 'many-masters';

/** So long is waited for each of the others: a status is asked all the time, and one that hangs must not hide another. */
const WITHIN_MS = 2_000;

/**
 * All who say that they are the master, beside one that does; nobody where it is the only one. Who does not tell in time is not
 * seen to say so.
 */
export const mastersBeside = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
): Promise<readonly NodeId[]> => {
  const soon: Ask = (host, request) =>
    ask(host, {...request, timeoutMs: Math.min(request.timeoutMs, WITHIN_MS)});
  const asked = await Promise.all(
    nodesOf(cluster, 'fe').map(async frontend => {
      if (frontend.id === node.id) return [frontend.id];
      const {rows} = await askView(soon, cluster, frontend);
      return rows.ok && rowOfFrontend(frontend, rows.value)?.master === true ? [frontend.id] : [];
    }),
  );
  const masters = asked.flat();
  return masters.length > 1 ? masters : [];
};
