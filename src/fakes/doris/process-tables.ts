import {plainVersion} from '../shared/process-node.ts';
import {type Backend, type Frontend, type Members, neverSeen, type View} from './process-members.ts';

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
};

/** Who answers, and what it knows. `own` is what it says of itself without asking anybody. */
export type Answerer = {
  readonly me: Frontend;
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

const LAST_BACKEND_COLUMNS = {
  '3.0': ['NodeRole', 'CpuCores', 'Memory'],
  later: ['CpuCores', 'Memory', 'RunningTasks', 'NodeRole'],
} as const;

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
    LastStartTime: time(told.startedAt),
    LastHeartbeat: time(self ? now : seen.beatAt),
    IsHelper: String(peer.role === 'FOLLOWER'),
    ErrMsg: self ? '' : seen.error,
    Version: told.version,
    CurrentConnected: self ? 'Yes' : 'No',
    LiveSince: time(told.startedAt),
  };
};

/** SHOW FRONTENDS with the columns of the answering version; all values are text or NULL. */
export const showFrontends = (answerer: Answerer, now: number): Table => {
  const since4 = Number(plainVersion(answerer.own.version).split('.')[0]) >= 4;
  const columns = since4
    ? FRONTENDS.flatMap(c => (c === 'LastHeartbeat' ? [c, 'LiveSince'] : [c]))
    : FRONTENDS;
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

const STATUS =
  '{"lastStreamLoadTime":-1,"isQueryDisabled":false,"isLoadDisabled":false,"isActive":true,"currentFragmentNum":0,"lastFragmentUpdateTime":0}';

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
    Status: STATUS,
    HeartbeatFailureCounter: String(seen.failures),
    NodeRole: seen.alive ? 'mix' : '',
    CpuCores: never ? '1' : '16',
    Memory: never ? '0.00 ' : '62.50 GB',
    RunningTasks: '0',
    LiveSince: time(seen.startedAt),
  };
};

/** SHOW BACKENDS with the columns of the answering version: 3.0 ends with Memory, later ones with NodeRole. */
export const showBackends = (answerer: Answerer): Table => {
  const last = LAST_BACKEND_COLUMNS[plainVersion(answerer.own.version).startsWith('3.0.') ? '3.0' : 'later'];
  return table(
    [...BACKENDS, ...last],
    answerer.members.backends.map(peer => backendRow(peer, answerer)),
  );
};
