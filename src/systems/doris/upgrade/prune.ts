import type {Prune} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Doris, nodesOf} from '../fields.ts';
import {pruneBody} from '../scripts/prune.ts';
import {ORDER} from './names.ts';

/** Every role is well and runs what the run has brought it to, as the cluster itself says. */
const around: Prune<Doris>['around'] = (cluster, {to}) => {
  const roles = ORDER.filter(role => nodesOf(cluster, role).length > 0);
  const [node] = cluster.nodes;
  if (node === undefined) throw new Error(`${cluster.name} has no nodes`);
  const expect = Object.fromEntries(
    roles.flatMap(role => [
      [`${role}.unwell`, []],
      [`${role}.versions`, [to]],
    ]),
  );
  const title = text(`every node is healthy at ${to}`, `所有节点以 ${to} 健康运行`);
  return [check(node, 'cluster', title, expect, cluster.settings.heartbeatsWithinMs)];
};

/** What Doris keeps lies in the homes, under names of its own; of what it uses nothing lies there but the home's own. */
export const prune: Prune<Doris> = {
  around,
  inUse: () => ({used: [], closed: []}),
  body: ({fields}) => pruneBody(fields.role),
  vars: ({home}) => ({home}),
};
