import {given} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import {text} from '../../../model/text.ts';
import {addressesOf, beFieldsOf, type DorisCluster, type DorisNode, feFieldsOf, nodesOf} from '../fields.ts';
import {type Backend, type Frontend, masterOf, parseBackend, parseFrontend, type Row} from '../parse/rows.ts';
import {askRows, type NoRows, noGroup, noneOf, type Rows} from './rows.ts';

/** What one frontend says the group is. It is the master that answers, through whichever frontend was asked. */
export const askFrontends = async (
  ask: Ask,
  cluster: DorisCluster,
  frontend: DorisNode,
): Promise<Rows<readonly Frontend[]>> => {
  const rows = await askRows(ask, cluster, frontend, 'SHOW FRONTENDS');
  return rows.ok ? given(rows.value.map(parseFrontend)) : rows;
};

/**
 * What one frontend holds of the group by itself, from its own metadata: frontends that are split say different things
 * here, while the master's answer is the same through all of them (domain: `forward_to_master` is on by default).
 */
export const askOwnFrontends = async (
  ask: Ask,
  cluster: DorisCluster,
  frontend: DorisNode,
): Promise<Rows<readonly Frontend[]>> => {
  const rows = await askRows(ask, cluster, frontend, 'SHOW FRONTENDS', 'SET forward_to_master = false');
  return rows.ok ? given(rows.value.map(parseFrontend)) : rows;
};

const isFrontend = (node: DorisNode, row: Frontend): boolean =>
  addressesOf(node).includes(row.host) && feFieldsOf(node).editLogPort === row.editLogPort;

const isBackend = (node: DorisNode, row: Backend): boolean =>
  addressesOf(node).includes(row.host) && beFieldsOf(node).heartbeatPort === row.heartbeatPort;

/** The frontend of the inventory that a row is about, or null when the file knows none. */
export const nodeOfFrontend = (cluster: DorisCluster, row: Frontend): DorisNode | null =>
  nodesOf(cluster, 'fe').find(node => isFrontend(node, row)) ?? null;

export const nodeOfBackend = (cluster: DorisCluster, row: Backend): DorisNode | null =>
  nodesOf(cluster, 'be').find(node => isBackend(node, row)) ?? null;

export const rowOfFrontend = (node: DorisNode, rows: readonly Frontend[]): Frontend | null =>
  rows.find(row => isFrontend(node, row)) ?? null;

export const rowOfBackend = (node: DorisNode, rows: readonly Backend[]): Backend | null =>
  rows.find(row => isBackend(node, row)) ?? null;

/** The live master: its node, and the group as it sees it. */
export type Master = {readonly node: DorisNode; readonly frontends: readonly Frontend[]};

/**
 * Finds the master by asking the frontends in turn, and asks the one they name itself: only what it says of itself
 * counts. No answer during an election, when two are named, or when the master moved between the two questions.
 */
export const findMaster = async (ask: Ask, cluster: DorisCluster): Promise<Rows<Master>> => {
  const unasked: NoRows[] = [];
  for (const frontend of nodesOf(cluster, 'fe')) {
    const answer = await askFrontends(ask, cluster, frontend);
    if (!answer.ok) {
      // The same login is denied by all of them.
      if (answer.denied === 'there') return answer;
      unasked.push(answer);
      continue;
    }
    const row = masterOf(answer.value);
    if (row === null)
      return noGroup(
        text(
          `${frontend.id} sees no master: an election may be going on`,
          `${frontend.id} 看不到主 FE：可能正在选举`,
        ),
        'no-master',
      );
    const node = nodeOfFrontend(cluster, row);
    if (node === null) {
      const place = `${row.host}:${row.editLogPort}`;
      return noGroup(
        text(`the master ${place} is not in the inventory`, `主 FE ${place} 不在清单中`),
        'master-unknown',
      );
    }
    if (node.id === frontend.id) return given({node, frontends: answer.value});
    const own = await askFrontends(ask, cluster, node);
    if (!own.ok) return own;
    const again = masterOf(own.value);
    return again !== null && isFrontend(node, again)
      ? given({node, frontends: own.value})
      : noGroup(
          text(
            `${frontend.id} names ${node.id} as the master, which does not say so itself`,
            `${frontend.id} 称 ${node.id} 为主 FE，但后者自己并不这样认为`,
          ),
          'master-disputed',
        );
  }
  return noneOf(unasked);
};

const parsedBackends = new WeakMap<readonly Row[], readonly Backend[]>();

/** Watching shares one answer among the looks of all backends: parsed for each, 1,000 of them would be a million rows. */
const backendsOf = (rows: readonly Row[]): readonly Backend[] => {
  const backends = parsedBackends.get(rows) ?? rows.map(parseBackend);
  parsedBackends.set(rows, backends);
  return backends;
};

/** The backends as the live master sees them. */
export const askBackendsOfMaster = async (
  ask: Ask,
  cluster: DorisCluster,
): Promise<Rows<{readonly master: DorisNode; readonly backends: readonly Backend[]}>> => {
  const master = await findMaster(ask, cluster);
  if (!master.ok) return master;
  const rows = await askRows(ask, cluster, master.value.node, 'SHOW BACKENDS');
  return rows.ok ? given({master: master.value.node, backends: backendsOf(rows.value)}) : rows;
};

/** The backends as the first frontend that answers tells them. Enough for watching; decisions ask the master itself. */
export const askBackends = async (ask: Ask, cluster: DorisCluster): Promise<Rows<readonly Backend[]>> => {
  const unasked: NoRows[] = [];
  for (const frontend of nodesOf(cluster, 'fe')) {
    const rows = await askRows(ask, cluster, frontend, 'SHOW BACKENDS');
    if (rows.ok) return given(backendsOf(rows.value));
    if (rows.denied === 'there') return rows;
    unasked.push(rows);
  }
  return noneOf(unasked);
};
