import {plainVersion} from '../common/process-node.ts';
import {type Backend, type Frontend, type Members, neverSeen, type View} from './process-members.ts';

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
};

/**
 * Who answers, and what it knows. `own` is what it says of itself without asking anybody, `connected` the host of the frontend that
 * the client is connected to: of a forwarded statement another one's.
 */
export type Answerer = {
  readonly me: Frontend;
  readonly connected: string;
  readonly master: string | null;
  readonly members: Members;
  readonly view: View;
  readonly own: {readonly version: string; readonly startedAt: number; readonly journal: number};
};

const FRONTENDS = [
  'Name',
  'Host',
  'EditLogPort',
  'HttpPort',
  'QueryPort',
  'RpcPort',
  'ArrowFlightSqlPort',
  'Role',
  'IsMaster',
  'ClusterId',
  'Join',
  'Alive',
  'ReplayedJournalId',
  'LastStartTime',
  'LastHeartbeat',
  'IsHelper',
  'ErrMsg',
  'Version',
  'CurrentConnected',
] as const;

/** The last columns moved from version to version: those of 3.0 and 4.x are recorded. */
const lastBackendColumns = (version: string): readonly string[] => {
  if (version.startsWith('3.0.')) return ['NodeRole', 'CpuCores', 'Memory'];
  return isSince4(version)
    ? ['NodeRole', 'CpuCores', 'Memory', 'LiveSince', 'RunningTasks']
    : ['CpuCores', 'Memory', 'RunningTasks', 'NodeRole'];
};

const BACKENDS = [
  'BackendId',
  'Host',
  'HeartbeatPort',
  'BePort',
  'HttpPort',
  'BrpcPort',
  'ArrowFlightSqlPort',
  'LastStartTime',
  'LastHeartbeat',
  'Alive',
  'SystemDecommissioned',
  'TabletNum',
  'DataUsedCapacity',
  'TrashUsedCapacity',
  'AvailCapacity',
  'TotalCapacity',
  'UsedPct',
  'MaxDiskUsedPct',
  'RemoteUsedCapacity',
  'Tag',
  'ErrMsg',
  'Version',
  'Status',
  'HeartbeatFailureCounter',
] as const;

const isSince4 = (version: string): boolean => Number(version.split('.')[0]) >= 4;

type Row = Readonly<Record<string, string | null>>;
const table = (columns: readonly string[], rows: readonly Row[]): Table => ({
  columns,
  rows: rows.map(row => columns.map(column => row[column] ?? null)),
});
/** yyyy-MM-dd HH:mm:ss in the host's own time. */
const time = (at: number | null): string | null => {
  if (at === null) return null;
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
};

const frontendRow = (peer: Frontend, answerer: Answerer, now: number): Row => {
  const self = peer.name === answerer.me.name;
  // Who is no master holds no version and no start of anybody (recorded).
  const rules = answerer.master === answerer.me.name;
  const seen = answerer.view[peer.name] ?? neverSeen;
  const told = self ? answerer.own : seen;
  return {
    Name: peer.name,
    Host: peer.host,
    EditLogPort: String(peer.editLogPort),
    // The answering frontend's own port stands in every row.
    HttpPort: String(answerer.me.httpPort),
    QueryPort: String(peer.queryPort),
    RpcPort: String(peer.rpcPort),
    ArrowFlightSqlPort: '-1',
    Role: peer.role,
    IsMaster: String(peer.name === answerer.master),
    ClusterId: String(answerer.members.clusterId),
    Join: 'true',
    Alive: String(self || seen.alive),
    ReplayedJournalId: String(told.journal),
    LastStartTime: rules ? time(told.startedAt) : null,
    LastHeartbeat: time(self ? now : seen.beatAt),
    IsHelper: String(peer.role === 'FOLLOWER'),
    ErrMsg: self || seen.error === '' ? '' : rules ? seen.error : 'Unknown error',
    Version: rules ? told.version : null,
    // By host, also where the statement was forwarded (recorded: follower-, observer- and master-show-frontends.txt).
    CurrentConnected: peer.host === answerer.connected ? 'Yes' : 'No',
    LiveSince: time(told.startedAt),
  };
};

/** SHOW FRONTENDS with the columns of the answering version; all values are text or NULL. */
export const showFrontends = (answerer: Answerer, now: number): Table => {
  const columns = isSince4(plainVersion(answerer.own.version)) ? [...FRONTENDS, 'LiveSince'] : FRONTENDS;
  return table(
    columns,
    answerer.members.frontends.map(peer => frontendRow(peer, answerer, now)),
  );
};

const tag = (peer: Backend): string => {
  const words = {
    cloud_unique_id: peer.uniqueId,
    compute_group_status: 'NORMAL',
    private_endpoint: '',
    compute_group_name: peer.group,
    location: 'default',
    public_endpoint: '',
    compute_group_id: `id_${peer.group}`,
  };
  const pairs = Object.entries(words).map(([key, value]) => `"${key}" : "${value}"`);
  return `{${pairs.join(', ')}}`;
};

/** Since 4.x it says whether the backend shuts down (recorded). */
const status = ({own}: Answerer): string => {
  const shutdown = isSince4(plainVersion(own.version)) ? '"isShutdown":false,' : '';
  return `{"lastStreamLoadTime":-1,"isQueryDisabled":false,"isLoadDisabled":false,"isActive":true,${shutdown}"currentFragmentNum":0,"lastFragmentUpdateTime":0}`;
};

const backendRow = (peer: Backend, answerer: Answerer): Row => {
  const seen = answerer.view[peer.id] ?? neverSeen;
  const never = seen.beatAt === null;
  return {
    BackendId: peer.id,
    Host: peer.host,
    HeartbeatPort: String(peer.heartbeatPort),
    BePort: String(seen.bePort),
    HttpPort: String(seen.webPort),
    BrpcPort: String(seen.brpcPort),
    ArrowFlightSqlPort: '-1',
    LastStartTime: time(seen.startedAt),
    LastHeartbeat: time(seen.beatAt),
    Alive: String(seen.alive),
    SystemDecommissioned: 'false',
    TabletNum: never ? '0' : '287',
    DataUsedCapacity: '0.000 ',
    TrashUsedCapacity: '0.000 ',
    AvailCapacity: never ? '1.000 B' : '812.411 GB',
    TotalCapacity: never ? '0.000 ' : '984.179 GB',
    UsedPct: never ? '0.00 %' : '17.45 %',
    MaxDiskUsedPct: never ? '0.00 %' : '17.45 %',
    RemoteUsedCapacity: '0.000 ',
    Tag: tag(peer),
    ErrMsg: seen.error,
    Version: seen.version ?? '',
    Status: status(answerer),
    HeartbeatFailureCounter: String(seen.failures),
    NodeRole: seen.alive ? 'mix' : '',
    CpuCores: never ? '1' : '16',
    Memory: never ? '0.00 ' : '62.50 GB',
    RunningTasks: '0',
    LiveSince: time(seen.startedAt),
  };
};

/** SHOW BACKENDS with the columns of the answering version. */
export const showBackends = (answerer: Answerer): Table =>
  table(
    [...BACKENDS, ...lastBackendColumns(plainVersion(answerer.own.version))],
    answerer.members.backends.map(peer => backendRow(peer, answerer)),
  );
