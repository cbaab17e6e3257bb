import {askLines, askPage, seen, silent} from '../../../host/ask.ts';
import {canonicalAddress, placeOf} from '../../../lib/address.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, type DorisCluster, type DorisNode, feFieldsOf} from '../fields.ts';
import {stampOfCut} from '../parse/cut.ts';
import {parseHaMaster, parseSaysRole} from '../parse/http.ts';
import {packageRunFacts} from '../parse/package-run.ts';
import {type Backend, type Frontend, masterOf} from '../parse/rows.ts';
import {parseSurvey} from '../parse/survey.ts';
import {askSurvey, SURVEY_TIMEOUT_MS} from '../scripts/look.ts';
import {askVersion, VERSION_TIMEOUT_MS} from '../scripts/look-version.ts';
import {ROLE_PAGE} from '../scripts/spot.ts';
import {clockFacts} from './clock.ts';
import {statusOf} from './cluster.ts';
import {cutFacts} from './cut.ts';
import {askFrontends, askOwnFrontends, nodeOfBackend, nodeOfFrontend, rowOfFrontend} from './group.ts';
import {askBackendsOfMaster, findMaster} from './master.ts';
import {frontendRole} from './status-fe.ts';
import {lookAtStore} from './store.ts';

const place = ({host, editLogPort}: Frontend): string => placeOf(host, editLogPort);

/** What one frontend holds the group to be, in words that can be compared with another's. */
const viewOf = (cluster: DorisCluster, rows: readonly Frontend[]): Facts => {
  const master = masterOf(rows);
  const unknown = rows.filter(row => nodeOfFrontend(cluster, row) === null).map(place);
  return {
    seesMaster: master === null ? [] : [place(master)],
    sees: rows.map(row => `${place(row)}/${row.role}`).toSorted(),
    followers: rows.filter(({role}) => role === 'follower').length,
    unknownFrontends: unknown,
  };
};

const strangers = (cluster: DorisCluster, rows: readonly Backend[]): string[] =>
  rows
    .filter(row => nodeOfBackend(cluster, row) === null)
    .map(({host, heartbeatPort}) => placeOf(host, heartbeatPort));

/** Only a frontend can tell of the others: what it sees, what it holds for the master by itself, which backends there are. */
const groupFacts = async (node: DorisNode, cluster: DorisCluster, ask: Ask): Promise<Facts> => {
  const {httpPort} = feFieldsOf(node);
  const [own, ha, backends] = await Promise.all([
    askOwnFrontends(ask, cluster, node),
    httpPort === 0 ? null : askPage(ask, node, httpPort, ROLE_PAGE),
    askBackendsOfMaster(ask, cluster),
  ]);
  // Where only the master's answer can be had, the group is still known, but not whether this one agrees.
  const rows = own.ok ? own : await askFrontends(ask, cluster, node);
  const haMaster = ha?.kind === 'page' ? parseHaMaster(ha.body) : null;
  return {
    ...(rows.ok ? viewOf(cluster, rows.value) : {}),
    ...(own.ok ? {} : {viewUnknown: own.told}),
    ...(haMaster === null ? {} : {haMaster: canonicalAddress(haMaster)}),
    saysRole: ha?.kind === 'page' && parseSaysRole(ha.body),
    ...(backends.ok ? {unknownBackends: strangers(cluster, backends.value.backends)} : {}),
  };
};

/** Whether a frontend says on a page of its own what it is in the group, so that it can be asked right before its stop. */
export const saysItsRole = ({role}: DorisNode, {saysRole}: Facts): boolean =>
  role === 'fe' && saysRole === true;

/** JAVA_HOME as the inventory sets it, or as the running process has it. */
export const javaHomeOf = (node: DorisNode, facts: Facts): string | null => {
  const found = node.fields.javaHome ?? facts['env.JAVA_HOME'];
  return typeof found === 'string' && found !== '' ? found : null;
};

const NOTHING: Facts = {};

/** What the master knows of a frontend that cannot say itself what it is in the group. */
const rowFacts = async (node: DorisNode, cluster: DorisCluster, ask: Ask): Promise<Facts> => {
  const master = await findMaster(ask, cluster);
  const row = master.ok ? rowOfFrontend(node, master.value.frontends) : null;
  return row === null
    ? NOTHING
    : {
        fe: frontendRole(row),
        ...(row.journal === null ? {} : {journal: row.journal}),
        ...(row.lastStart === null ? {} : {lastStart: row.lastStart}),
      };
};

/**
 * All that a plan and preflight need to know of one node: its host's files and process, the package's own version, its
 * status, for a frontend what it sees of the group, and of one that is down in the middle of an upgrade where that left its files.
 */
export const surveyProbe: Probe<Doris> = {
  roles: ['ms', 'recycler', 'be', 'fe'],
  // First its host; then the package, while a frontend may have to be asked for the group one answer after the other.
  // Of one that is down in the middle of an upgrade two releases are asked, one after the other.
  takesMs: ({settings}) => SURVEY_TIMEOUT_MS + Math.max(2 * VERSION_TIMEOUT_MS, 3 * settings.sqlTimeoutMs),
  look: async (node, cluster, ask) => {
    const answer = await askLines(ask, node, askSurvey(node));
    if (!answer.ok) return silent(answer);
    const own = parseSurvey(node, answer.value.lines);
    const stamp = own.process === 'none' ? stampOfCut(own) : null;
    const isCloud = node.role === 'ms' || node.role === 'recycler';
    const [status, store, told, group, cut] = await Promise.all([
      statusOf(node.role).look(node, cluster, ask, {}),
      isCloud ? lookAtStore(node, cluster, ask) : null,
      own.packageBin === 'dir' && own.packageLib === 'dir'
        ? askLines(ask, node, askVersion(node, 'package', javaHomeOf(node, own)))
        : null,
      node.role === 'fe' ? groupFacts(node, cluster, ask) : {},
      stamp === null
        ? NOTHING
        : cutFacts(node, ask, stamp, {javaHome: javaHomeOf(node, own), pidFile: own.pidFile}),
    ]);
    if (status.kind === 'silent') return status;
    const isCut = cut['cut.stamp'] !== undefined;
    const row = isCut && node.role === 'fe' ? await rowFacts(node, cluster, ask) : NOTHING;
    // Last, when no other look keeps the shells of the hosts.
    const clock = node.role === 'fe' ? await clockFacts(node, cluster, ask) : {};
    return seen({
      ...own,
      ...status.facts,
      ...row,
      ...cut,
      ...(store?.kind === 'seen' ? store.facts : {}),
      ...group,
      ...clock,
      ...(told?.ok ? packageRunFacts(told.value.lines) : {}),
      ...(told?.ok === false ? {packageVersionUnknown: told.told} : {}),
    });
  },
};
