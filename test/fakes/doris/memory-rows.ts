import type {SqlReply} from '../../../src/model/ask.ts';
import type {Doris, RoleName} from '../../../src/systems/doris/fields.ts';
import type {Row} from '../../../src/systems/doris/parse/rows.ts';
import {liedOf, usurps} from './memory-lies.ts';
import {
  frontends,
  isCloud,
  isUnheard,
  type Life,
  type Machine,
  seenAt,
  serves,
  type World,
} from './memory-world.ts';

/** What a node of a version says of itself. */
export const fullVersion = (version: string): string => `doris-${version}-rc01-d89d2b9dab`;

const times = new Map<number, string>();

/** yyyy-MM-dd HH:mm:ss. Rows repeat a few moments all the time, so the last of them are kept. */
const time = (at: number): string => {
  const second = Math.floor(at / 1000);
  const known = times.get(second);
  if (known !== undefined) return known;
  if (times.size > 1_000) times.clear();
  const made = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  times.set(second, made);
  return made;
};

const HEARTBEAT_MS = 5_000;
/** As far apart as heartbeats are set to come by default (recorded): who flips between two of these is alive for so long. */
const SLOW_HEARTBEAT_MS = 10_000;
const isOdd = (now: number, everyMs: number): boolean => Math.floor(now / everyMs) % 2 === 1;
/** A node that flaps is seen alive at every second heartbeat. */
const flapsNow = (world: World, machine: Machine, now: number): boolean =>
  (isOdd(now, HEARTBEAT_MS) && machine.faults.has('flaps') && machine.lives.length > 1) ||
  (isOdd(now, SLOW_HEARTBEAT_MS) && liedOf(world, machine, 'flips', now) !== null);
/** Whether a MetaService that comes and goes is away just now: it does not answer then, though it runs. */
export const isAwayNow = (world: World, machine: Machine): boolean => {
  const now = world.clock.now();
  return isCloud(machine) && isOdd(now, SLOW_HEARTBEAT_MS) && liedOf(world, machine, 'flips', now) !== null;
};
/** What a frontend has read: what there is, but for one whose journal stands still. */
const replayedUntil = (world: World, machine: Machine, life: Life | null, at: number): number => {
  const stands = machine.faults.has('journal-stands') && machine.lives.length > 1;
  const since = liedOf(world, machine, 'journal-stands')?.from ?? at;
  return Math.min(since, stands ? (life?.readyAt ?? at) : (life?.endAt ?? at));
};
/** The newest heartbeat before now: rows show what the master knew then. */
const beat = (now: number): number => now - (now % HEARTBEAT_MS);

/** Writes go on all the time: some journal entries a second. */
const journal = (world: World, at: number): number => 1_000 + Math.floor((at - world.bootAt) / 700);

const REFUSED = 'java.net.ConnectException: Connection refused';

const newer = (version: string): boolean => Number(version.split('.')[0]) >= 4;

type FieldsOf<R extends RoleName> = Extract<Doris['fields'], {readonly role: R}>;

const feFields = ({node: {id, fields}}: Machine): FieldsOf<'fe'> => {
  if (fields.role !== 'fe') throw new Error(`${id} is no frontend`);
  return fields;
};

const beFields = ({node: {id, fields}}: Machine): FieldsOf<'be'> => {
  if (fields.role !== 'be') throw new Error(`${id} is no backend`);
  return fields;
};

/** Whom that one holds for the master. */
const masterBy = (world: World, asked: Machine): Machine | null =>
  usurps(world, asked) ? asked : world.master;

/** `told`: whether the master tells. Who is none holds no version and no start of anybody (recorded). */
const frontendRow = (world: World, asked: Machine, machine: Machine, now: number, told: boolean): Row => {
  const {node} = machine;
  const fields = feFields(machine);
  const at = machine === asked ? now : beat(now);
  const {life, alive: seen} = seenAt(machine, at);
  const alive = seen && !(machine !== asked && flapsNow(world, machine, now));
  const master = machine === masterBy(world, asked);
  return {
    Name: `fe_${node.id.replaceAll('-', '_')}`,
    Host: fields.address ?? node.host,
    EditLogPort: String(fields.editLogPort),
    HttpPort: String(feFields(asked).httpPort),
    QueryPort: String(fields.queryPort),
    RpcPort: String(fields.rpcPort),
    ArrowFlightSqlPort: '-1',
    Role: machine.observer ? 'OBSERVER' : 'FOLLOWER',
    IsMaster: String(master),
    ClusterId: '213067027',
    Join: 'true',
    Alive: String(alive),
    ReplayedJournalId: String(
      Math.max(0, journal(world, master ? now : replayedUntil(world, machine, life, at)) - (master ? 0 : 3)),
    ),
    LastStartTime: told && alive && life !== null ? time(life.startedAt) : null,
    LastHeartbeat: time(beat(now)),
    IsHelper: String(!machine.observer),
    ErrMsg: alive ? '' : told ? REFUSED : 'Unknown error',
    Version: told && alive && life !== null ? fullVersion(life.reports) : null,
    // By host, also where the master answers for the one that is asked (recorded).
    CurrentConnected: node.host === asked.node.host ? 'Yes' : 'No',
    ...(world.master !== null && newer(world.master.lib ?? '') ? {LiveSince: null} : {}),
  };
};

const backendRow = (world: World, machine: Machine, i: number, now: number): Row => {
  const {node} = machine;
  const fields = beFields(machine);
  const {life, alive: seen} = seenAt(machine, beat(now));
  const alive = seen && !flapsNow(world, machine, now) && !isUnheard(world, machine);
  return {
    BackendId: String(1_795_335_295_833 + i),
    Host: fields.address ?? node.host,
    HeartbeatPort: String(fields.heartbeatPort),
    BePort: String(fields.bePort),
    HttpPort: String(fields.webPort),
    BrpcPort: String(fields.brpcPort),
    ArrowFlightSqlPort: '-1',
    LastStartTime: life === null ? null : time(life.startedAt),
    LastHeartbeat: time(beat(now)),
    Alive: String(alive),
    SystemDecommissioned: 'false',
    TabletNum: '287',
    Tag: `{"cloud_unique_id" : "1:1751150972:${node.id}", "compute_group_status" : "NORMAL", "private_endpoint" : "", "compute_group_name" : "${node.group ?? 'default_compute_group'}", "location" : "default", "public_endpoint" : "", "compute_group_id" : "${node.group ?? ''}"}`,
    ErrMsg: alive ? '' : REFUSED,
    Version: life === null ? '' : fullVersion(life.reports),
    Status: '{"lastStreamLoadTime":-1,"isQueryDisabled":false,"isLoadDisabled":false,"isActive":true}',
    HeartbeatFailureCounter: alive ? '0' : '1',
    NodeRole: alive ? 'mix' : '',
    CpuCores: '16',
    Memory: '62.00 GB',
    ...(world.master !== null && newer(world.master.lib ?? '') ? {LiveSince: null, RunningTasks: '0'} : {}),
  };
};

/** The group as that one holds it by itself, or its master. */
const heldBy = (world: World, asked: Machine, own: boolean): Machine[] => {
  const teller = own ? asked : masterBy(world, asked);
  const all = frontends(world);
  if (teller === null || liedOf(world, teller, 'other-group') === null) return all;
  const last = all.findLast(machine => machine !== teller && machine !== world.master);
  return all.filter(machine => machine !== last);
};

/** Recorded: what the others answer while there is no master. */
const noMaster = (asked: Machine): SqlReply => ({
  kind: 'sql-error',
  code: 1105,
  message: asked.observer
    ? "errCode = 2, detailMessage = The statement has been forwarded to master FE(10.77.0.1) and failed to execute because Master FE is not ready. You may need to check FE's status"
    : 'Exception, msg: java.lang.Exception: Node catalog is not ready, please wait for a while.',
});

const unknown = (statement: string): SqlReply => ({
  kind: 'sql-error',
  code: 1105,
  message: `errCode = 2, detailMessage = Unknown statement: ${statement}`,
});

const NOT_FORWARDED = 'set forward_to_master = false';

/** A frontend that serves, asked on its own query port. */
export const listensForSql = (machine: Machine, port: number): boolean =>
  machine.node.fields.role === 'fe' && machine.node.fields.queryPort === port && serves(machine);

/**
 * What a frontend that serves answers to a query, after a first statement in the same session. Anything but the known
 * statements is an error, as from the product.
 */
export const answerSql = (world: World, asked: Machine, query: string, first?: string): SqlReply => {
  const now = world.clock.now();
  const own = first?.trim().toLowerCase() === NOT_FORWARDED;
  if (first !== undefined && !own) return unknown(first);
  const master = masterBy(world, asked);
  const ready = own || (master !== null && serves(master));
  const told = !own || master === asked;
  const version = asked.lives.at(-1)?.reports ?? '';
  switch (query.trim().toLowerCase()) {
    case 'select 1':
      return {kind: 'sql', rows: [{'1': '1'}]};
    case 'select @@version_comment':
      return {
        kind: 'sql',
        rows: [{'@@version_comment': `Doris version ${fullVersion(version)} (Cloud Mode)`}],
      };
    case 'show frontends':
      if (!ready) return noMaster(asked);
      return {
        kind: 'sql',
        rows: heldBy(world, asked, own).map(machine => frontendRow(world, asked, machine, now, told)),
      };
    case 'show backends':
      if (!ready) return noMaster(asked);
      return {
        kind: 'sql',
        rows: [...world.machines.values()]
          .filter(({role}) => role === 'be')
          .map((machine, i) => backendRow(world, machine, i, now)),
      };
    default:
      return unknown(query);
  }
};
