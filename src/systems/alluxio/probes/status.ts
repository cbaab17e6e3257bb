import {type Answer, askLines, askPage, type Page, seen, silent} from '../../../host/ask.ts';
import type {Said} from '../../../host/lines.ts';
import {lastWordsFact} from '../../../host/log.ts';
import {ageSec, parseProcesses} from '../../../host/process.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts, Health} from '../../../model/facts.ts';
import {LEADING} from '../../../model/leading.ts';
import type {Probe} from '../../../model/system.ts';
import {type AlluxioCluster, nodesOf, SERVERS, type ServerNode, type Servers} from '../fields.ts';
import {isMute, MUTE_AFTER_SEC} from '../mute.ts';
import {processFacts} from '../parse/process.ts';
import {isJobLeader, parseWorkerInfo} from '../parse/worker.ts';
import {askProcess} from '../scripts/look.ts';
import {JOB_INFO, leadsJobs} from './jobs.ts';
import {askMasters, leaderOf} from './masters.ts';
import {isOfProcess, rowOfWorker} from './workers.ts';

/** What is told of a node beside its process: causes, each as it was seen, and more facts. */
type Service = {
  readonly causes: readonly Cause[];
  readonly facts: Facts;
  /** It is as it should be without listening on its own port. */
  readonly mute?: boolean;
};

/** What keeps a node from being well, and how it is then: some of it passes by itself after a start. */
const CAUSES = {
  'no-process': 'down',
  'no-port': 'starting',
  'safe-mode': 'starting',
  'no-leader': 'starting',
  'not-registered': 'starting',
  'page=closed': 'starting',
  page: 'not-serving',
  // The leader sends nobody to it.
  lost: 'not-serving',
  'many-leaders': 'degraded',
} as const satisfies Record<string, Health>;
type Cause = keyof typeof CAUSES;

const healthOf = (causes: readonly Cause[]): Health => {
  const healths: readonly Health[] = causes.map(cause => CAUSES[cause]);
  return (
    (['down', 'not-serving', 'degraded', 'starting'] as const).find(health => healths.includes(health)) ??
    'ok'
  );
};

/** Nobody listens: that passes after a start. Anything else that is no answer does not. */
const pageCause = (page: Page): Cause => (page.kind === 'closed' ? 'page=closed' : 'page');

const masterService = async (node: ServerNode, cluster: AlluxioCluster, ask: Ask): Promise<Service> => {
  const masters = await askMasters(ask, cluster);
  const own = masters.find(master => master.node.id === node.id)?.page.state;
  const leader = leaderOf(masters);
  if (own === 'other' || own === 'unknown') return {causes: ['page'], facts: {}};
  // Nobody knows which of them is right: none of them is well, nor is who follows one.
  if (leader.kind === 'several')
    return {causes: ['many-leaders'], facts: {[LEADING]: leader.nodes.map(({id}) => id)}};
  if (own === 'leader') return {causes: [], facts: {master: 'leader'}};
  if (leader.kind !== 'one') return {causes: ['no-leader'], facts: {}};
  const itself = leader.node.id === node.id;
  return {causes: itself ? ['safe-mode'] : [], facts: {master: itself ? 'leader' : 'standby'}, mute: !itself};
};

/** How old the process is that a look saw, in seconds; null where it saw none, or that is not known. */
const ageOf = (answer: Answer<{readonly lines: Said}>): number | null => {
  const lines = answer.ok ? answer.value.lines : [];
  const [first] = parseProcesses(lines);
  return first === undefined ? null : ageSec(lines, first);
};

const workerService = async (
  node: ServerNode,
  cluster: AlluxioCluster,
  ask: Ask,
  age: () => Promise<number | null>,
): Promise<Service> => {
  const [its, page, masters] = await Promise.all([
    age(),
    askPage(ask, node, node.fields.webPort, '/api/v1/worker/info'),
    askMasters(ask, cluster),
  ]);
  const own = page.kind === 'page' ? parseWorkerInfo(page) : null;
  const leader = leaderOf(masters);
  const info = leader.kind === 'one' ? leader.info : null;
  const listed = info === null ? null : rowOfWorker(cluster, node, info.live);
  const row = listed !== null && isOfProcess(listed, its) ? listed : null;
  const lost = info !== null && rowOfWorker(cluster, node, info.lost) !== null;
  const blocks = row?.blocks ?? own?.blocks ?? null;
  const usedBytes = own?.usedBytes ?? row?.usedBytes ?? null;
  const unlisted: Cause = info === null ? 'no-leader' : lost ? 'lost' : 'not-registered';
  return {
    causes: [...(own === null ? [pageCause(page)] : []), ...(row === null ? [unlisted] : [])],
    facts: {
      ...(info === null ? {} : {registered: row !== null}),
      ...(blocks === null ? {} : {blocks}),
      ...(usedBytes === null ? {} : {usedBytes}),
    },
  };
};

/**
 * A standby of 2.9 closes the connection without a word (recorded); one of 2.7 listens on its journal's port alone (seen on
 * real servers): that nobody listens is no sign of trouble while another one leads.
 */
const jobMasterService = async (node: ServerNode, cluster: AlluxioCluster, ask: Ask): Promise<Service> => {
  const page = await askPage(ask, node, node.fields.webPort, JOB_INFO);
  if (page.kind === 'page')
    return isJobLeader(page) ? {causes: [], facts: {master: 'leader'}} : {causes: ['page'], facts: {}};
  if (page.kind !== 'closed' && page.code !== 'dropped') return {causes: ['page'], facts: {}};
  const others = nodesOf(cluster, 'job-master').filter(({id}) => id !== node.id);
  const led = await Promise.all(others.map(other => leadsJobs(other, ask)));
  return {causes: [], facts: {master: 'standby'}, mute: led.includes(true)};
};

/** Job workers and proxies have pages, and no word on them: any answer will do. */
const anyPage = async (node: ServerNode, ask: Ask): Promise<Service> => {
  const page = await askPage(ask, node, node.fields.webPort, '/');
  return {causes: page.kind === 'page' ? [] : [pageCause(page)], facts: {}};
};

const serviceOf = (
  node: ServerNode,
  cluster: AlluxioCluster,
  ask: Ask,
  age: () => Promise<number | null>,
): Promise<Service> => {
  switch (node.fields.role) {
    case 'master':
      return masterService(node, cluster, ask);
    case 'worker':
      return workerService(node, cluster, ask, age);
    case 'job-master':
      return jobMasterService(node, cluster, ask);
    default:
      return anyPage(node, ask);
  }
};

/** Of masters an open port tells more than their page: a standby has none. */
const listens = ({fields}: ServerNode, {busyPorts}: Facts): boolean =>
  (fields.role !== 'master' && fields.role !== 'job-master') ||
  (Array.isArray(busyPorts) && busyPorts.includes(fields.port));

const mayBeMute = ({role}: ServerNode, version: Facts[string] | undefined, age: number | null): boolean =>
  typeof version === 'string' && isMute(role, version) && (age === null || age >= MUTE_AFTER_SEC);

const factsOf = (node: ServerNode, own: Facts, service: Service, age: number | null): Facts => {
  const {master, ...told} = service.facts;
  if (own.running !== true) {
    // A leader keeps the row of a worker that is gone for five minutes, as if it were live.
    const {registered: still, ...last} = told;
    return {
      health: 'down',
      causes: ['no-process' satisfies Cause],
      process: 'none',
      ...last,
      ...(still === undefined ? {} : {stillRegistered: still}),
    };
  }
  const {pid, startTicks, version} = own;
  const open = (service.mute === true && mayBeMute(node, version, age)) || listens(node, own);
  const causes: readonly Cause[] = [...(open ? [] : (['no-port'] as const)), ...service.causes];
  return {
    health: healthOf(causes),
    causes,
    process: 'running',
    ...(pid === undefined ? {} : {pid}),
    ...(startTicks === undefined ? {} : {startTicks}),
    ...(version === undefined ? {} : {version}),
    ...told,
    // Who does not listen yet is no standby.
    ...(master === undefined || !open ? {} : {master}),
  };
};

/**
 * How a node is: its process, its own pages, and what the leader says of it. `causes`: what keeps it from being well.
 * `master`: whether a master, or a job master, leads.
 */
export const statusProbe: Probe<Servers> = {
  roles: SERVERS,
  look: async (node, cluster, ask) => {
    const asked = askLines(ask, node, askProcess(node));
    const [answer, service] = await Promise.all([
      asked,
      serviceOf(node, cluster, ask, () => asked.then(ageOf)),
    ]);
    return answer.ok
      ? seen({
          ...factsOf(node, processFacts(node, answer.value.lines), service, ageOf(answer)),
          ...lastWordsFact(answer.value.lines),
        })
      : silent(answer);
  },
};
