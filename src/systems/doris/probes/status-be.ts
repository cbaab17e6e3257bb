import {askLines, askPage, type Page, seen, silent} from '../../../host/ask.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {beFieldsOf, type Doris, type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {parseBeHealth} from '../parse/http.ts';
import type {Backend} from '../parse/rows.ts';
import {askAlive} from '../scripts/look.ts';
import {askBackends, askBackendsOfMaster, nodeOfBackend, rowOfBackend} from './master.ts';
import type {Rows} from './rows.ts';

/** A row's columns as facts. NULL and empty columns leave none; `errors` is empty then. */
export const backendFacts = (row: Backend): Facts => ({
  alive: row.alive,
  errors: row.error === null ? [] : [row.error],
  ...(row.version === null ? {} : {version: row.version}),
  ...(row.lastStart === null ? {} : {lastStart: row.lastStart}),
  ...(row.group === null ? {} : {group: row.group}),
  ...(row.decommissioned ? {decommissioned: true} : {}),
});

/** Its own health page, the only one it answers without a login. */
const askHealth = (ask: Ask, node: DorisNode): Promise<Page> =>
  askPage(ask, node, beFieldsOf(node).webPort, '/api/health');

const serves = (page: Page): boolean => page.kind === 'page' && parseBeHealth(page.body);

const healthOf = (running: boolean, page: Page, row: Rows<Backend | null>): string => {
  if (!running) return serves(page) ? 'degraded' : 'down';
  if (!serves(page)) return page.kind === 'none' ? 'degraded' : 'starting';
  if (!row.ok) return 'degraded';
  return row.value?.alive ? 'ok' : 'starting';
};

/**
 * A backend: its process, its own health page, and its row. `own` is ok when it serves by its own account; `rows` says
 * why no frontend told of it.
 */
export const backendStatus: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask) => {
    const [alive, page, backends] = await Promise.all([
      askLines(ask, node, askAlive(node)),
      askHealth(ask, node),
      askBackends(ask, cluster),
    ]);
    if (!alive.ok) return silent(alive);
    if (!backends.ok && backends.denied !== null) return silent(backends);
    const [process] = parseProcesses(alive.value.lines);
    const row: Rows<Backend | null> = backends.ok
      ? {ok: true, value: rowOfBackend(node, backends.value)}
      : backends;
    const health = healthOf(process !== undefined, page, row);
    return seen({
      ...(row.ok && row.value !== null ? backendFacts(row.value) : {}),
      ...(row.ok ? {} : {rows: row.code}),
      ...(process === undefined ? {} : {pid: process.pid, startTicks: process.startTicks}),
      ...(page.kind === 'none' ? {http: page.code} : {}),
      process: process === undefined ? 'none' : 'running',
      own: process !== undefined && serves(page) ? 'ok' : 'no',
      health,
    });
  },
};

/** This backend's row, asked of the live master: the judge of every start. */
export const backendRow: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask) => {
    const answer = await askBackendsOfMaster(ask, cluster);
    if (!answer.ok) return silent(answer);
    const row = rowOfBackend(node, answer.value.backends);
    return seen(row === null ? {row: 'missing'} : {row: 'there', ...backendFacts(row)});
  },
};

const notServing = async (ask: Ask, cluster: DorisCluster, node: DorisNode): Promise<string[]> => {
  const others = nodesOf(cluster, 'be').filter(({id}) => id !== node.id);
  const pages = await Promise.all(others.map(async other => ({other, page: await askHealth(ask, other)})));
  return pages.filter(({page}) => !serves(page)).map(({other}) => other.id);
};

/**
 * Whether the others can do without this backend: `groupOthersAlive` in its compute group by the master's rows, and
 * `othersDown`, by name, of those that are not alive in a row or do not answer for themselves (a heartbeat is late).
 */
export const backendSafeToStop: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask) => {
    const [answer, mute] = await Promise.all([
      askBackendsOfMaster(ask, cluster),
      notServing(ask, cluster, node),
    ]);
    if (!answer.ok) return silent(answer);
    const own = rowOfBackend(node, answer.value.backends);
    const others = answer.value.backends.filter(row => row !== own);
    const named = (row: Backend): string =>
      nodeOfBackend(cluster, row)?.id ?? `${row.host}:${row.heartbeatPort}`;
    const down = new Set([...others.filter(row => !row.alive).map(named), ...mute]);
    const group = own?.group ?? node.group ?? null;
    return seen({
      groupOthersAlive: others.filter(row => row.alive && row.group === group && !down.has(named(row)))
        .length,
      othersDown: [...down],
    });
  },
};
