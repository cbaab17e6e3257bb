import {askLines, seen, silent} from '../../../host/ask.ts';
import {lastWordsFact} from '../../../host/log.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Facts, Health} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, nodesOf} from '../fields.ts';
import type {Backend} from '../parse/rows.ts';
import {askAlive} from '../scripts/look.ts';
import {askBackends, nameOfBackend, rowOfBackend} from './group.ts';
import {askBackendsOfMaster} from './master.ts';
import {askOwnPage, type OwnPage, pageCauses, pageFacts} from './own.ts';
import {notAlive, type Rows} from './rows.ts';
import {askOthers, askService, serviceFact, toldOf} from './service.ts';
import {skippedIn} from './skipped.ts';

/**
 * A row's columns as facts. NULL and empty columns leave none; `errors` and `unfit` (why it gets no work) are empty then. Its
 * version is told under the name that says whose it is: a row tells the one of the last life, too.
 */
const backendFacts = (row: Backend, versionAs: 'version' | 'rowVersion'): Facts => ({
  alive: row.alive,
  errors: row.error === null ? [] : [row.error],
  unfit: row.unfit,
  ...(row.version === null ? {} : {[versionAs]: row.version}),
  ...(row.lastStart === null ? {} : {lastStart: row.lastStart}),
  ...(row.group === null ? {} : {group: row.group}),
});

/** One that lets its last queries end stays Alive until it has gone. */
const leaves = (row: Backend | null): boolean => row?.unfit.includes('shutdown') === true;

/** What keeps a backend from being well, each as it was seen; none when it is. */
const causesOf = (running: boolean, page: OwnPage, row: Rows<Backend | null>): readonly string[] => [
  ...(running ? [] : ['process=none']),
  ...pageCauses(page),
  ...(row.ok ? [] : [`rows=${row.told}`]),
  ...(row.ok && row.value === null ? ['row=missing'] : []),
  ...(row.ok && row.value?.alive === false ? [notAlive(running, row.value.error)] : []),
  ...(row.ok && leaves(row.value) ? ['unfit=shutdown'] : []),
];

const healthOf = (running: boolean, page: OwnPage, row: Rows<Backend | null>): Health => {
  if (causesOf(running, page, row).length === 0) return 'ok';
  const {state} = page;
  // Whoever answers in the place of one that is gone is nobody to count on.
  if (!running) return state === 'ready' ? 'not-serving' : 'down';
  if (state === 'closed' || state === 'not-ready' || state === 'shut') return 'starting';
  if (state !== 'ready' || (row.ok && leaves(row.value))) return 'not-serving';
  // It serves by its own account, and nobody could be asked for more.
  return row.ok ? 'starting' : 'degraded';
};

/**
 * A backend: its process, its own health page, and its row. `own` is ok when it serves by its own account; `rows` says
 * why no frontend told of it; `causes`, what keeps it from being well. Without a process it has no `version`, only the
 * `rowVersion` that its row still tells.
 */
export const backendStatus: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask) => {
    const [alive, page, backends] = await Promise.all([
      askLines(ask, node, askAlive(node)),
      askOwnPage(ask, node),
      askBackends(ask, cluster),
    ]);
    if (!alive.ok) return silent(alive);
    if (!backends.ok && backends.denied !== null) return silent(backends);
    const [process] = parseProcesses(alive.value.lines);
    const row: Rows<Backend | null> = backends.ok
      ? {ok: true, value: rowOfBackend(node, backends.value)}
      : backends;
    const running = process !== undefined;
    return seen({
      ...(row.ok && row.value !== null ? backendFacts(row.value, running ? 'version' : 'rowVersion') : {}),
      ...(row.ok ? {} : {rows: row.told}),
      ...(process === undefined
        ? lastWordsFact(alive.value.lines)
        : {pid: process.pid, startTicks: process.startTicks}),
      ...pageFacts(page),
      process: process === undefined ? 'none' : 'running',
      own: running && page.state === 'ready' ? 'ok' : 'no',
      health: healthOf(running, page, row),
      causes: causesOf(running, page, row),
    });
  },
};

/**
 * This backend's row, asked of the live master, and whether it `serves` by its own account and is not about to go: the
 * judge of every start.
 */
export const backendRow: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask) => {
    const [answer, service] = await Promise.all([
      askBackendsOfMaster(ask, cluster),
      askService(ask, cluster, node),
    ]);
    if (!answer.ok) return silent(answer);
    const row = rowOfBackend(node, answer.value.backends);
    return seen({
      ...(row === null ? {row: 'missing'} : {row: 'there', ...backendFacts(row, 'version')}),
      ...serviceFact(leaves(row) ? {serves: false} : service),
    });
  },
};

/**
 * Whether the others can do without this backend: `standIns`, how many of its compute group can take over its work: alive
 * in the master's rows, serving by their own account, and given work; `unfit`, who of the group is given none and why;
 * and `othersDown`, by name, of those that are not alive, do not serve (a heartbeat is late), or are about to go. Silent
 * while one of them does not answer at all.
 */
export const backendSafeToStop: Probe<Doris> = {
  roles: ['be'],
  look: async (node, cluster, ask, told) => {
    const [answer, asked] = await Promise.all([
      askBackendsOfMaster(ask, cluster),
      askOthers(
        ask,
        cluster,
        nodesOf(cluster, 'be').filter(({id}) => id !== node.id),
        skippedIn(told),
      ),
    ]);
    if (!answer.ok) return silent(answer);
    const own = rowOfBackend(node, answer.value.backends);
    const others = answer.value.backends.filter(row => row !== own);
    const named = (row: Backend): string => nameOfBackend(cluster, row);
    const serving = new Set(asked.serving.map(({id}): string => id));
    const down = new Set([
      ...others.filter(row => !row.alive || leaves(row)).map(named),
      ...asked.down.map(({id}): string => id),
    ]);
    const group = own?.group ?? node.group ?? null;
    const inGroup = others.filter(row => row.group === group);
    const fit = inGroup.filter(row => row.alive && row.unfit.length === 0 && serving.has(named(row)));
    return toldOf(asked, [...down], {
      standIns: fit.length,
      unfit: inGroup.flatMap(row => row.unfit.map(why => `${named(row)} ${why}`)),
    });
  },
};
