import {askLines} from '../../../host/ask.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Facts, listOf, type Sighting} from '../../../model/facts.ts';
import type {NodeId} from '../../../model/ids.ts';
import {LEFT_BEHIND} from '../../../model/left-behind.ts';
import {type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {parsePackageVersion} from '../parse/package-version.ts';
import {askAlive} from '../scripts/look.ts';
import {askVersion} from '../scripts/look-version.ts';
import {rowOfFrontend} from './group.ts';
import type {Master} from './master.ts';
import type {Rows} from './rows.ts';
import {askFrontendItself, serviceOfFrontend} from './service.ts';

/** A JVM on a loaded host takes 20 s to print its version (recorded); who asks has not much longer. */
const INSTALLED_WITHIN_MS = 45_000;

/** Where one of them has ended, its home is asked for its version. */
export const leftBehindTakesMs = ({settings}: DorisCluster): number =>
  settings.sqlTimeoutMs + INSTALLED_WITHIN_MS;

const installed = async (ask: Ask, node: DorisNode): Promise<string | null> => {
  const request = {...askVersion(node, 'home', null), timeoutMs: INSTALLED_WITHIN_MS};
  const answer = await askLines(ask, node, request);
  return answer.ok ? parsePackageVersion(answer.value.lines) : null;
};

/** Whether one of the others was upgraded already: with nobody to lead, it waits for those that have ended. */
const isUpgraded = async (ask: Ask, cluster: DorisCluster, node: DorisNode, to: string): Promise<boolean> => {
  const others = nodesOf(cluster, 'fe').filter(({id}) => id !== node.id);
  const versions = await Promise.all(others.map(other => installed(ask, other)));
  return versions.includes(to);
};

const isLedBy = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
  group: Rows<Master>,
  to: string,
): Promise<boolean> => {
  if (!group.ok) return group.denied === null && isUpgraded(ask, cluster, node, to);
  return rowOfFrontend(group.value.node, group.value.frontends)?.version === to;
};

/** Its process is gone and nobody answers in its place; neither is taken from silence. */
const hasEnded = async (ask: Ask, cluster: DorisCluster, node: DorisNode): Promise<boolean> => {
  const [processes, answers] = await Promise.all([
    askLines(ask, node, askAlive(node)),
    askFrontendItself(ask, cluster, node),
  ]);
  if (!processes.ok || parseProcesses(processes.value.lines).length > 0) return false;
  return serviceOfFrontend(node, answers).serves === false;
};

/**
 * Whether this frontend has ended, at another version than `to`, while one of version `to` leads the group, or nobody
 * leads and one of the others has that version. Recorded with 3.0.6.1 and 4.1 (domain 0b.1): the first CREATE DATABASE of a newer master ends every older
 * frontend, none of them can be started again as it is, and the new version brings each back at once. So it goes next, and
 * nothing is taken from service by that. What is not known for certain is no such case.
 */
export const isLeftBehind = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
  group: Rows<Master>,
  to: string,
): Promise<boolean> => {
  if (group.ok && rowOfFrontend(node, group.value.frontends)?.alive === true) return false;
  if (!(await hasEnded(ask, cluster, node)) || !(await isLedBy(ask, cluster, node, group, to))) return false;
  const version = await installed(ask, node);
  return version !== null && version !== to;
};

/** Which others are left behind, by name. */
export const othersLeftBehind = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
  group: Rows<Master>,
  to: string,
): Promise<readonly string[]> => {
  const others = nodesOf(cluster, 'fe').filter(({id}) => id !== node.id);
  const asked = await Promise.all(
    others.map(async other => ({other, left: await isLeftBehind(ask, cluster, other, group, to)})),
  );
  return asked.flatMap(({other, left}) => (left ? [other.id] : []));
};

/** That this frontend is left behind, as a fact, where `to` is given. */
export const itselfFacts = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
  group: Rows<Master>,
  {to}: Facts,
): Promise<Facts> =>
  typeof to === 'string' && (await isLeftBehind(ask, cluster, node, group, to)) ? {itself: LEFT_BEHIND} : {};

/**
 * That nobody leads while others are left behind, as a fact, where `to` is given: a new frontend that has no majority without
 * them neither serves nor joins, however long it is waited for.
 */
export const othersFacts = async (
  ask: Ask,
  cluster: DorisCluster,
  node: DorisNode,
  group: Rows<Master>,
  {to}: Facts,
): Promise<Facts> =>
  typeof to === 'string' && !group.ok && (await othersLeftBehind(ask, cluster, node, group, to)).length > 0
    ? {others: LEFT_BEHIND}
    : {};

/**
 * Of whom a look tells whether they are left behind: of the node itself that it is, and where it is asked for its order that it is not;
 * of all others whether they go before it for that.
 */
export const leftBehindIn = (
  {node, probe, look}: Sighting,
  nodes: readonly {readonly id: NodeId; readonly role: string}[],
): ReadonlyMap<NodeId, boolean> => {
  if (look.kind === 'silent') return new Map();
  const {facts} = look;
  const isItself = facts.itself === LEFT_BEHIND || facts.fe === LEFT_BEHIND;
  const itself: readonly [NodeId, boolean][] = isItself || probe === 'fe-order' ? [[node, isItself]] : [];
  if (probe !== 'fe-left-behind') return new Map(itself);
  const before = listOf(facts, 'before');
  const others = nodes.filter(({id, role}) => role === 'fe' && id !== node);
  return new Map([...others.map(({id}) => [id, before.includes(id)] as const), ...itself]);
};
