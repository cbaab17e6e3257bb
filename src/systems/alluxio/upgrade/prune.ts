import type {Prune} from '../../../model/system.ts';
import {type Alluxio, type AlluxioNode, isServer, type ServerNode} from '../fields.ts';
import {confOf, localFolder, ROOT_UFS} from '../properties.ts';
import {journalOf, newJournalOf} from '../scripts/journal.ts';
import {pruneBody} from '../scripts/prune.ts';
import {nodeVars} from '../scripts/role.ts';
import {contextOf} from './back.ts';
import * as checks from './checks.ts';
import {tiersOf} from './known.ts';

/** Whoever has a home; what an application loaded before is nobody's to remove here. */
const serverOf = (node: AlluxioNode): ServerNode => {
  if (!isServer(node)) throw new Error(`nothing is pruned on ${node.id}, a ${node.role}`);
  return node;
};

/** One master leads, every worker is live, every process runs, and the masters' quorum is whole. */
const around: Prune<Alluxio>['around'] = (cluster, plan) => {
  const context = contextOf({cluster, plan});
  return [checks.allRun(context), checks.wellAt(context, plan.to), ...checks.quorumWhole(context, 'after')];
};

/**
 * The live journal, metastore and tiers: nothing is removed in them, and none of them may lie in what is removed; nor may the
 * root under store, in which a backup may well lie.
 */
const inUse: Prune<Alluxio>['inUse'] = (node, cluster, plan) => {
  if (!isServer(node)) return {used: [], closed: []};
  const context = contextOf({cluster, plan});
  const {journal, metastore} = journalOf(node, context);
  const root = localFolder(confOf(context.facts.get(node.id) ?? {}, ROOT_UFS) ?? '');
  const own = [journal, metastore, newJournalOf(node, context), ...tiersOf(node, context).dirs];
  const closed = [...new Set(own.filter(path => path !== ''))];
  return {used: [...closed, ...(root === null ? [] : [root])], closed: [...closed, node.home]};
};

/** The way to remove what a run of Alluxio has kept. */
export const prune: Prune<Alluxio> = {
  around,
  inUse,
  body: node => pruneBody(serverOf(node).fields.role),
  vars: node => nodeVars(serverOf(node)),
};
