import {askLines, askPage, seen, silent} from '../../../host/ask.ts';
import {lastWordsFact} from '../../../host/log.ts';
import {parseProcesses} from '../../../host/process.ts';
import type {Facts, Health} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {cloudFieldsOf, type Doris} from '../fields.ts';
import {parseStartLog} from '../parse/log.ts';
import {parseRoles} from '../parse/roles.ts';
import {askAlive, askLog} from '../scripts/look.ts';
import {parseCloudVersion} from '../version.ts';
import {askOwnPage, type OwnPage, pageCauses, pageFacts, versionFact} from './own.ts';
import {countsAsDown, isAway, skippedFact, skippedIn} from './skipped.ts';
import {withStore} from './store.ts';

const healthOf = (running: boolean, page: OwnPage): Health => {
  // Whoever answers in the place of one that is gone is nobody to count on.
  if (page.state === 'ready') return running ? 'ok' : 'not-serving';
  if (!running) return 'down';
  return page.state === 'closed' || page.state === 'not-ready' ? 'starting' : 'not-serving';
};

/** MetaService and Recycler: the process, brpc's /health, and the version it runs; `causes`: what keeps it from being well. */
export const cloudStatus: Probe<Doris> = {
  roles: ['ms', 'recycler'],
  look: async (node, _cluster, ask) => {
    const {port} = cloudFieldsOf(node);
    const [alive, page, vars] = await Promise.all([
      askLines(ask, node, askAlive(node)),
      askOwnPage(ask, node),
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
      causes: [...(process === undefined ? ['process=none'] : []), ...pageCauses(page)],
      process: process === undefined ? 'none' : 'running',
      ...versionFact(process !== undefined, version),
      ...(process === undefined
        ? lastWordsFact(alive.value.lines)
        : {pid: process.pid, startTicks: process.startTicks, roles: parseRoles(process.args)}),
      ...pageFacts(page),
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

/**
 * Whether the other MetaServices serve: `othersOk`, and `othersDown` by name. Silent while one of their hosts does not
 * answer, unless another is known to be down.
 */
export const cloudSafeToStop: Probe<Doris> = {
  roles: ['ms'],
  look: async (node, cluster, ask, given) => {
    const skipped = skippedIn(given);
    const others = cluster.nodes.filter(({role, id}) => role === node.role && id !== node.id);
    const all = await Promise.all(
      others.map(async other => {
        const look = await cloudStatus.look(other, cluster, ask, {});
        return {other, look: await withStore(look, other, cluster, ask)};
      }),
    );
    const away = all.filter(({other, look}) => countsAsDown(skipped, other.id, !isAway(look)));
    const looks = all.filter(entry => !away.includes(entry));
    const ok = looks.filter(({look}) => look.kind === 'seen' && look.facts.health === 'ok');
    const down = looks.filter(({look}) => look.kind === 'seen' && look.facts.health !== 'ok');
    const [reason, ...more] = looks.flatMap(({look}) => (look.kind === 'silent' ? look.reasons : []));
    if (reason !== undefined && down.length === 0) return {kind: 'silent', reasons: [reason, ...more]};
    return seen({
      othersOk: ok.length,
      othersDown: down.map(({other}) => other.id),
      ...skippedFact(away.map(({other}) => other.id)),
    });
  },
};
