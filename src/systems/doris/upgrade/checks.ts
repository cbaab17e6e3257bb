import {WITH_LAST_WORDS} from '../../../host/log.ts';
import {never} from '../../../lib/never.ts';
import {type Expect, type Facts, isList} from '../../../model/facts.ts';
import {LEFT_BEHIND} from '../../../model/left-behind.ts';
import type {Check} from '../../../model/plan.ts';
import {text} from '../../../model/text.ts';
import {check, STARTED_BY_SOMEBODY} from '../../../recipe/check.ts';
import {type DorisCluster, type DorisNode, nodesOf, othersSteadyMs, type RoleName} from '../fields.ts';
import {LOOK_AT_ALL_MS, storeReached} from './checks-store.ts';
import {DEAD_AFTER_MS, inVain} from './checks-vain.ts';
import {ORDER} from './names.ts';

type Target = {readonly from: string; readonly to: string};

/** One that was not started by this run may be just about to be, by whoever looks after it. */
const AWAY_AFTER_MS = 30_000;

/** What does as well as the expectation of a check, and what its probe is told for that. */
export type Excuse = Pick<Check, 'given' | 'or'>;

/** Well, and with nothing that keeps it from that: where it is not, the causes are shown with it. */
const WELL: Expect = {health: 'ok', causes: []};

/** Really gone: no process of this home, and its ports free for the next one. */
export const stopped = (node: DorisNode): Check =>
  check(
    node,
    'process',
    text('the process is gone and its ports are free', '进程已退出且端口已释放'),
    {running: false, portsFree: true},
    node.fields.stopWithinMs,
    {vain: STARTED_BY_SOMEBODY},
  );

/** Another value than was seen before; nothing is asked where none was seen. */
const changed = (before: Facts, name: string): Expect => {
  const was = before[name];
  return was === undefined || isList(was) ? {} : {[name]: {not: was}};
};

/** A new process runs out of the home's own lib, not the one that was seen before. */
const running = (node: DorisNode, before: Facts): Check =>
  check(
    node,
    'process',
    text('a new process runs', '新进程已运行'),
    {running: true, binary: {not: 'old'}, ...changed(before, 'startTicks')},
    20_000,
    {given: WITH_LAST_WORDS, hopeless: {running: false}, hopelessAfterMs: DEAD_AFTER_MS},
  );

const healthy = (node: DorisNode, version: string, steadyMs: number, more: Excuse): Check =>
  check(
    node,
    'status',
    text(`it is healthy and reports ${version}`, `健康且报告版本 ${version}`),
    {...WELL, version},
    node.fields.startWithinMs,
    {
      ...more,
      steadyMs,
      ...inVain(node, version),
      pending: {process: 'running'},
    },
  );

/** Domain: the documented check of MetaService and Recycler is its own output file. */
const logged = (node: DorisNode, version: string): Check =>
  check(
    node,
    'log',
    text('its log says that it started', '日志显示启动成功'),
    {started: true, logVersion: version},
    30_000,
    {pending: {process: 'running'}},
  );

/** Domain: a quick restart may never show Alive=false, so a start is seen by LastStartTime, not by its absence. */
const rowOfBackend = (
  node: DorisNode,
  cluster: DorisCluster,
  version: string,
  before: Facts,
  steadyMs: number,
): Check =>
  check(
    node,
    'be-row',
    text(
      'it serves, and the master sees it alive at the new version',
      '它正常服务，主 FE 看到它以新版本存活',
    ),
    {serves: true, alive: true, version, errors: [], ...changed(before, 'lastStart')},
    cluster.settings.heartbeatsWithinMs,
    {steadyMs},
  );

/**
 * Caught up once, and joined for a while with a journal that follows the master's. The distance itself is none of what has
 * to hold: a row tells a journal of the last heartbeat beside the master's of now, so it swings with every heartbeat.
 */
const rowsOfFrontend = (
  node: DorisNode,
  cluster: DorisCluster,
  version: string,
  before: Facts,
  steadyMs: number,
  more: Excuse = {},
): readonly [Check, Check] => {
  const joined = {serves: true, join: true, alive: true, rowVersion: version, errors: [], otherGroup: []};
  return [
    check(
      node,
      'fe-row',
      text(
        'it serves, and the master sees it joined, alive and caught up',
        '它正常服务，主 FE 看到它已加入、存活且追上日志',
      ),
      {
        ...joined,
        lag: {atMost: cluster.settings.journalLagAtMost},
        ...(typeof before.journal === 'number' ? {journal: {atLeast: before.journal}} : {}),
        ...changed(before, 'lastStart'),
      },
      cluster.settings.heartbeatsWithinMs,
      more,
    ),
    check(
      node,
      'fe-row',
      text('it stays so, and its journal follows the master’s', '它保持如此，且日志跟随主 FE'),
      joined,
      cluster.settings.heartbeatsWithinMs,
      {...more, steadyMs, follows: {journal: 'masterJournal'}},
    ),
  ];
};

/**
 * When a start is done: process, health, version, and what the product itself or the rest of the cluster says of it. A row tells of the
 * last heartbeat, so it holds for longer than from one to the next; what the next stop asks of it is seen in the same time.
 */
export const started = (
  node: DorisNode,
  cluster: DorisCluster,
  version: string,
  before: Facts,
  more: Excuse = {},
): readonly [Check, ...Check[]] => {
  const {steadyMs} = cluster.settings;
  const rowSteadyMs = othersSteadyMs(cluster.settings);
  const own: [Check, Check] = [running(node, before), healthy(node, version, steadyMs, more)];
  const {role} = node.fields;
  switch (role) {
    case 'be':
      return [...own, rowOfBackend(node, cluster, version, before, rowSteadyMs)];
    case 'fe':
      return [...own, ...rowsOfFrontend(node, cluster, version, before, rowSteadyMs, more)];
    case 'ms':
    case 'recycler':
      return [...own, logged(node, version)];
    default:
      return never(role);
  }
};

/** `sizesOf`: the stamp of the run that has set the old ones aside. How large these are is looked at here: the node serves by now. */
export const ofPackage = (node: DorisNode, sizesOf?: string): Check =>
  check(
    node,
    'tree',
    text('its files are the package’s', '文件来自升级包'),
    {same: true},
    60_000,
    sizesOf === undefined ? {} : {given: {sizesOf}},
  );

/** The last looks at a node: health and version again, its files, and its row. `files`: what is asked of them. */
export const verified = (
  node: DorisNode,
  cluster: DorisCluster,
  version: string,
  files: readonly Check[] = [ofPackage(node)],
): readonly [Check, ...Check[]] => {
  const steadyMs = cluster.settings.lastSteadyMs;
  const now = text(`it is healthy at ${version}`, `以 ${version} 健康运行`);
  const own: readonly [Check, ...Check[]] = [
    check(node, 'status', now, {...WELL, version, process: 'running'}, cluster.settings.heartbeatsWithinMs, {
      ...inVain(node, version),
      steadyMs,
    }),
    ...files,
  ];
  const {role} = node.fields;
  switch (role) {
    case 'be':
      return [...own, rowOfBackend(node, cluster, version, {}, steadyMs)];
    case 'fe':
      return [...own, ...rowsOfFrontend(node, cluster, version, {}, steadyMs)];
    case 'ms':
    case 'recycler':
      return [...own, storeReached(node, cluster.settings.othersWithinMs, steadyMs)];
    default:
      return never(role);
  }
};

/**
 * What does as well as safety, asked of a frontend: that it is left behind. It has ended already, so nothing is taken from
 * service, and nothing but the new version brings it back.
 */
export const unlessLeftBehind = ({fields}: DorisNode, to: string): Excuse =>
  fields.role === 'fe' ? {given: {to}, or: [{itself: LEFT_BEHIND}]} : {};

/**
 * What does as well as service, of a frontend that was started: that it waits for others that are left behind. They can only
 * go on when this one is done; whether it serves then is seen before the next one, and at the end.
 */
export const unlessOthersLeftBehind = ({fields}: DorisNode, to: string): Excuse =>
  fields.role === 'fe' ? {given: {to}, or: [{others: LEFT_BEHIND}]} : {};

/** A node that is about to be taken is healthy, at the old version, or at the new one where somebody was faster. */
export const ready = (node: DorisNode, cluster: DorisCluster, {from, to}: Target): Check =>
  check(
    node,
    'status',
    text(`it is healthy at ${from}, or already at ${to}`, `以 ${from}（或已以 ${to}）健康运行`),
    {...WELL, version: {oneOf: [from, to]}},
    cluster.settings.heartbeatsWithinMs,
    {...unlessLeftBehind(node, to), hopeless: {process: 'none'}, hopelessAfterMs: AWAY_AFTER_MS},
  );

const otherRoles = (cluster: DorisCluster, role: RoleName): RoleName[] =>
  ORDER.filter(other => other !== role && nodesOf(cluster, other).length > 0);

/** The other roles before one node is stopped: whoever went down since the phase began would be down together with it. */
export const othersWell = (node: DorisNode, cluster: DorisCluster, to: string): Check => {
  const {given, or} = unlessLeftBehind(node, to);
  const roles = otherRoles(cluster, node.fields.role);
  return check(
    node,
    'cluster',
    text('every node of the other roles is healthy', '其他角色的所有节点健康'),
    Object.fromEntries(roles.map(other => [`${other}.unwell`, []])),
    cluster.settings.othersWithinMs,
    {
      given: {roles, ...given},
      pollMs: LOOK_AT_ALL_MS,
      steadyMs: othersSteadyMs(cluster.settings),
      ...(or === undefined ? {} : {or}),
    },
  );
};

/**
 * The other roles before a phase: all of them healthy, those of earlier phases at the target. A phase's own nodes are
 * asked by their own gates, for one of them may be down in the middle of a resumed run.
 */
export const othersReady = (
  cluster: DorisCluster,
  role: RoleName,
  earlier: readonly RoleName[],
  to: string,
): Check[] => {
  const [node] = nodesOf(cluster, role);
  if (node === undefined) return [];
  const expect: Expect = Object.fromEntries(
    otherRoles(cluster, role).flatMap(other => [
      [`${other}.unwell`, []],
      ...(earlier.includes(other) ? [[`${other}.versions`, [to]] as const] : []),
    ]),
  );
  return [
    check(
      node,
      'cluster',
      text(
        'every other role is healthy, and earlier ones run the new version',
        '其他角色健康，之前的角色已是新版本',
      ),
      expect,
      cluster.settings.heartbeatsWithinMs,
      {pollMs: LOOK_AT_ALL_MS},
    ),
  ];
};
