import {askLines, askPage, type Page, seen, silent} from '../../../host/ask.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {cloudFieldsOf, type Doris} from '../fields.ts';
import {parseCloudHealth} from '../parse/http.ts';
import {parseStartLog} from '../parse/log.ts';
import {parseRoles} from '../parse/roles.ts';
import {askAlive, askLog} from '../scripts/look.ts';
import {parseCloudVersion} from '../version.ts';

const healthOf = (running: boolean, page: Page): string => {
  if (page.kind === 'page' && parseCloudHealth(page.status, page.body)) return running ? 'ok' : 'degraded';
  if (!running) return 'down';
  return page.kind === 'closed' ? 'starting' : 'degraded';
};

/** MetaService and Recycler: the process, brpc's /health, and the version it runs. */
export const cloudStatus: Probe<Doris> = {
  roles: ['ms', 'recycler'],
  look: async (node, _cluster, ask) => {
    const {port} = cloudFieldsOf(node);
    const [alive, page, vars] = await Promise.all([
      askLines(ask, node, askAlive(node)),
      askPage(ask, node, port, '/health'),
      askPage(ask, node, port, '/vars/doris_cloud_version'),
    ]);
    if (!alive.ok) return silent(alive);
    const [process] = parseProcesses(alive.value.lines);
    const health = healthOf(process !== undefined, page);
    let version = vars.kind === 'page' && vars.status === 200 ? parseCloudVersion(vars.body) : null;
    // Some builds do not serve brpc's own variables: then the process's own log has to tell. A page that did not
    // answer says nothing of the kind.
    if (version === null && vars.kind === 'page' && health === 'ok' && process !== undefined) {
      const log = await askLines(ask, node, askLog(node));
      if (log.ok) version = parseStartLog(log.value.stdout, process.pid).version;
    }
    const facts: Facts = {
      health,
      process: process === undefined ? 'none' : 'running',
      ...(version === null ? {} : {version}),
      ...(process === undefined
        ? {}
        : {pid: process.pid, startTicks: process.startTicks, roles: parseRoles(process.args)}),
      ...(page.kind === 'none' ? {http: page.code} : {}),
    };
    return seen(facts);
  },
};

/** What the running process wrote to log/doris_cloud.out: `started`, `logVersion` (domain: the documented check). */
export const logProbe: Probe<Doris> = {
  roles: ['ms', 'recycler'],
  look: async (node, _cluster, ask) => {
    const alive = await askLines(ask, node, askAlive(node));
    if (!alive.ok) return silent(alive);
    const [process] = parseProcesses(alive.value.lines);
    if (process === undefined) return seen({process: 'none', started: false});
    const log = await askLines(ask, node, askLog(node));
    if (!log.ok) return silent(log);
    const {started, version} = parseStartLog(log.value.stdout, process.pid);
    return seen({process: 'running', started, ...(version === null ? {} : {logVersion: version})});
  },
};

/** Whether the other MetaServices serve: `othersOk`, and `othersDown` by name. */
export const cloudSafeToStop: Probe<Doris> = {
  roles: ['ms'],
  look: async (node, cluster, ask) => {
    const others = cluster.nodes.filter(({role, id}) => role === node.role && id !== node.id);
    const looks = await Promise.all(
      others.map(async other => ({other, look: await cloudStatus.look(other, cluster, ask, {})})),
    );
    const ok = looks.filter(({look}) => look.kind === 'seen' && look.facts.health === 'ok');
    const down = looks.filter(entry => !ok.includes(entry)).map(({other}) => other.id);
    return seen({othersOk: ok.length, othersDown: down});
  },
};
