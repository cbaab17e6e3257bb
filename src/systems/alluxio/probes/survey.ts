import {askLines, seen, silent} from '../../../host/ask.ts';
import {allSaid, said} from '../../../host/lines.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Cluster} from '../../../model/inventory.ts';
import {describeReasons} from '../../../model/reason.ts';
import type {Probe} from '../../../model/system.ts';
import {clockFacts} from '../../../recipe/clocks.ts';
import {launcherOf} from '../fan-out.ts';
import {type AlluxioCluster, firstMaster, SERVERS, type ServerNode, type Servers} from '../fields.ts';
import {cacheFacts} from '../parse/cache.ts';
import {cachePlaceFacts, othersOf, roomFacts} from '../parse/folder.ts';
import {parseOpenJobs} from '../parse/jobs.ts';
import {parseSurvey} from '../parse/survey.ts';
import {folderOf} from '../scripts/journal.ts';
import {askClock} from '../scripts/look.ts';
import {askCache, CACHE_TIMEOUT_MS} from '../scripts/look-cache.ts';
import {FAN_OUT_TIMEOUT_MS} from '../scripts/look-fan-out.ts';
import {askCachePlace} from '../scripts/look-folder.ts';
import {askOpenJobs, JOBS_TIMEOUT_MS} from '../scripts/look-jobs.ts';
import {askJournalRoom, JOURNAL_TIMEOUT_MS} from '../scripts/look-journal.ts';
import {askSurvey, SURVEY_TIMEOUT_MS} from '../scripts/look-survey.ts';
import {clusterProbe} from './cluster.ts';
import {fanOutProbe} from './fan-out.ts';
import {statusProbe} from './status.ts';
import {listNamespace} from './whole.ts';

/** Of a worker: what its ramdisks hold and whether they are mounted, and where they are to be copied to. */
const workerFacts = async (
  node: ServerNode,
  cluster: AlluxioCluster,
  ask: Ask,
  own: Facts,
): Promise<Facts> => {
  const memories = listOf(own, 'ramdisks');
  if (node.fields.role !== 'worker' || memories.length === 0) return {};
  const cache = await askLines(ask, node, askCache(node, {dirs: [], memories, ramdisks: memories}));
  const {unmounted, memoryBytes} = cache.ok ? cacheFacts(cache.value.lines) : {};
  const known: Facts = {
    ...(unmounted === undefined ? {} : {unmounted}),
    ...(memoryBytes === undefined ? {} : {memoryBytes}),
  };
  const {cachePath} = node.fields;
  if (cluster.settings.caches !== 'copy' || cachePath === undefined) return known;
  const place = await askLines(ask, node, askCachePlace(node, cachePath, othersOf(own), memories));
  const told = place.ok ? Object.entries(cachePlaceFacts(place.value.lines)) : [];
  return {...known, ...Object.fromEntries(told.map(([name, value]) => [`cache.${name}`, value]))};
};

/** Of a master: whether there is room for the copies of its journal and its metastore. */
const roomOf = async (node: ServerNode, ask: Ask, own: Facts): Promise<Facts> => {
  const journal = folderOf(own.journalFolder);
  if (node.fields.role !== 'master' || journal === '') return {};
  const kept = {journal, metastore: folderOf(own.metastoreDir), stamp: ''};
  const room = await askLines(ask, node, askJournalRoom(node, kept));
  const {short, neededKb, freeKb} = room.ok ? roomFacts(room.value.lines) : {};
  return {
    ...(short === undefined ? {} : {copyShort: short}),
    ...(neededKb === undefined ? {} : {copyNeededKb: neededKb}),
    ...(freeKb === undefined ? {} : {copyFreeKb: freeKb}),
  };
};

/** More paths than this take longer to list than anybody waits for before there is a plan. */
const PATHS_AT_MOST = 200_000;
/** A survey ends after two minutes: what has not answered by then is told as not listed. */
const LIST_WITHIN_MS = 45_000;

/** Of the leader: which files only workers hold, where that can be listed in passing. */
const unpersistedOf = async (
  node: ServerNode,
  cluster: AlluxioCluster,
  ask: Ask,
  {paths}: Facts,
): Promise<Facts> => {
  if (typeof paths === 'number' && paths > PATHS_AT_MOST) return {listed: false};
  const {listWithinMs} = cluster.settings;
  const look = await listNamespace(node, ask, Math.min(listWithinMs, LIST_WITHIN_MS));
  if (look.kind === 'silent') return {listed: false};
  const {notPersisted, lost, examples = []} = look.facts;
  return typeof notPersisted === 'number' && typeof lost === 'number'
    ? {listed: true, notPersisted, lostFiles: lost, examples}
    : {listed: false};
};

/** Of the job master that leads: which jobs are not over. Nothing where its command does not say. */
const jobsOf = async (node: ServerNode, ask: Ask): Promise<Facts> => {
  const answer = await askLines(ask, node, askOpenJobs(node));
  if (!answer.ok || said(answer.value.lines, 'exit') !== '0') return {};
  const jobs = parseOpenJobs(allSaid(answer.value.lines, 'out'));
  return jobs === null ? {} : {openJobs: jobs.count, openJobsSuchAs: jobs.named};
};

/** Of the master that sends cluster-wide commands, where they are wanted: whom they would reach. */
const fanOutOf = async (node: ServerNode, cluster: Cluster<Servers>, ask: Ask): Promise<Facts> => {
  if (cluster.settings.commands !== 'cluster-wide' || node.id !== launcherOf(cluster).id) return {};
  const look = await fanOutProbe.look(node, cluster, ask, {});
  const told =
    look.kind === 'seen'
      ? Object.entries(look.facts)
      : [['silent', describeReasons(look.reasons).en] as const];
  return Object.fromEntries(told.map(([name, value]) => [`fanOut.${name}`, value]));
};

/** A minute for the pages besides, which are asked with limits of their own. */
const PAGES_MS = 60_000;

/** One look after the other, each with its own limit. */
export const SURVEY_TAKES_MS =
  SURVEY_TIMEOUT_MS +
  CACHE_TIMEOUT_MS +
  JOURNAL_TIMEOUT_MS +
  FAN_OUT_TIMEOUT_MS +
  JOBS_TIMEOUT_MS +
  LIST_WITHIN_MS +
  PAGES_MS;

/** All that a plan and preflight need to know of one node: its host, its status, and from the leader what its cluster is. */
export const surveyProbe: Probe<Servers> = {
  roles: SERVERS,
  look: async (node, cluster, ask) => {
    const answer = await askLines(ask, node, askSurvey(node, cluster));
    if (!answer.ok) return silent(answer);
    const own = parseSurvey(node, answer.value.lines);
    const status = await statusProbe.look(node, cluster, ask, {});
    if (status.kind === 'silent') return status;
    const leads = node.role === 'master' && status.facts.master === 'leader';
    const whole = leads ? await clusterProbe.look(node, cluster, ask, {}) : null;
    const told: Facts = whole?.kind === 'seen' ? whole.facts : {};
    const more = [
      await workerFacts(node, cluster, ask, own),
      await roomOf(node, ask, own),
      node.role === 'master' ? await clockFacts(firstMaster(cluster), node, ask, askClock) : {},
      await fanOutOf(node, cluster, ask),
      node.role === 'job-master' && status.facts.master === 'leader' ? await jobsOf(node, ask) : {},
      leads && whole?.kind === 'seen' && told.safeMode === false
        ? await unpersistedOf(node, cluster, ask, told)
        : {},
    ];
    return seen(Object.assign({...told, ...own, ...status.facts}, ...more));
  },
};
