import {given} from '../../../host/ask.ts';
import {placeOf, sameAddress} from '../../../lib/address.ts';
import type {Ask} from '../../../model/ask.ts';
import {addressesOf, type DorisCluster, type DorisNode, nodesOf, placesOf} from '../fields.ts';
import {type Backend, type Frontend, parseBackends, parseFrontend} from '../parse/rows.ts';
import {askRows, type NoRows, noneOf, type Rows} from './rows.ts';

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
 * here, while the master's answer is the same through all of them (domain: `forward_to_master` is on by default). Only the
 * master's own view has versions and starts (recorded).
 */
export const askOwnFrontends = async (
  ask: Ask,
  cluster: DorisCluster,
  frontend: DorisNode,
): Promise<Rows<readonly Frontend[]>> => {
  const rows = await askRows(ask, cluster, frontend, 'SHOW FRONTENDS', 'SET forward_to_master = false');
  return rows.ok ? given(rows.value.map(parseFrontend)) : rows;
};

/** Whether a row is about this frontend of the inventory. */
export const isFrontend = (node: DorisNode, row: Frontend): boolean =>
  placesOf(node).includes(placeOf(row.host, row.editLogPort));

/** Nodes of one role by every place they are known by; kept for as long as the cluster is, for it is asked row by row. */
const byPlace = (role: 'fe' | 'be'): ((cluster: DorisCluster) => ReadonlyMap<string, DorisNode>) => {
  const known = new WeakMap<DorisCluster, ReadonlyMap<string, DorisNode>>();
  return cluster => {
    const places =
      known.get(cluster) ??
      // Of two at one place the first of the inventory counts.
      new Map(
        nodesOf(cluster, role)
          .toReversed()
          .flatMap(node => placesOf(node).map(place => [place, node] as const)),
      );
    known.set(cluster, places);
    return places;
  };
};
const frontendsByPlace = byPlace('fe');
const backendsByPlace = byPlace('be');

/** The frontend of the inventory that a row is about, or null when the file knows none. */
export const nodeOfFrontend = (cluster: DorisCluster, row: Frontend): DorisNode | null =>
  frontendsByPlace(cluster).get(placeOf(row.host, row.editLogPort)) ?? null;

export const nodeOfBackend = (cluster: DorisCluster, row: Backend): DorisNode | null =>
  backendsByPlace(cluster).get(placeOf(row.host, row.heartbeatPort)) ?? null;

/** What a row is about, in one word: the node's name, or where it is when the inventory knows none. */
export const nameOfFrontend = (cluster: DorisCluster, row: Frontend): string =>
  nodeOfFrontend(cluster, row)?.id ?? placeOf(row.host, row.editLogPort);

export const nameOfBackend = (cluster: DorisCluster, row: Backend): string =>
  nodeOfBackend(cluster, row)?.id ?? placeOf(row.host, row.heartbeatPort);

export const rowOfFrontend = (node: DorisNode, rows: readonly Frontend[]): Frontend | null =>
  rows.find(row => isFrontend(node, row)) ?? null;

const isAt = (node: DorisNode, row: Frontend): boolean =>
  addressesOf(node).some(address => sameAddress(address, row.host));

/**
 * The row of a frontend that the group knows by another place than the inventory: the only one at its host that is nobody's, or
 * the one that it marks as its own. At the host of another frontend of the inventory it is that one's, whoever marks it.
 */
export const rowElsewhere = (
  node: DorisNode,
  cluster: DorisCluster,
  rows: readonly Frontend[],
): Frontend | null => {
  const free = rows.filter(row => nodeOfFrontend(cluster, row) === null);
  const here = free.filter(row => isAt(node, row));
  if (here.length > 0) return here.length === 1 ? (here[0] ?? null) : null;
  const others = nodesOf(cluster, 'fe').filter(({id}) => id !== node.id);
  return free.find(row => row.self && !others.some(other => isAt(other, row))) ?? null;
};

const rowsByPlace = new WeakMap<readonly Backend[], ReadonlyMap<string, Backend>>();

/** Every backend looks for its own row: 1,000 of them would compare a million addresses a sweep. */
export const rowOfBackend = (node: DorisNode, rows: readonly Backend[]): Backend | null => {
  const places =
    rowsByPlace.get(rows) ??
    new Map(rows.toReversed().map(row => [placeOf(row.host, row.heartbeatPort), row] as const));
  rowsByPlace.set(rows, places);
  return placesOf(node).flatMap(place => places.get(place) ?? [])[0] ?? null;
};

/** The backends as the first frontend that answers tells them. Enough for watching; decisions ask the master itself. */
export const askBackends = async (ask: Ask, cluster: DorisCluster): Promise<Rows<readonly Backend[]>> => {
  const unasked: NoRows[] = [];
  for (const frontend of nodesOf(cluster, 'fe')) {
    const rows = await askRows(ask, cluster, frontend, 'SHOW BACKENDS');
    if (rows.ok) return given(parseBackends(rows.value));
    if (rows.denied === 'there') return rows;
    unasked.push(rows);
  }
  return noneOf(unasked);
};
