import {z} from 'zod';
import {sameAddress} from '../../../lib/address.ts';
import {parseVersion} from '../../../lib/version.ts';
import {parseWhole} from '../../../lib/whole.ts';

/** A row of SHOW FRONTENDS or SHOW BACKENDS as the server sent it. Columns are found by name: their order differs. */
export type Row = Readonly<Record<string, string | null>>;

export type Frontend = {
  readonly host: string;
  readonly editLogPort: number;
  readonly role: 'follower' | 'observer';
  readonly master: boolean;
  readonly clusterId: string | null;
  readonly join: boolean;
  readonly alive: boolean;
  /** Null: the row tells no number, as of a frontend that never answered. */
  readonly journal: number | null;
  readonly lastStart: string | null;
  readonly error: string | null;
  readonly version: string | null;
  /** At its host is the frontend that was asked: by host alone, so of several there each says so. */
  readonly self: boolean;
};

export type Backend = {
  readonly host: string;
  readonly heartbeatPort: number;
  readonly alive: boolean;
  /** Why no new work is given to it, in words that are codes; empty when some is. */
  readonly unfit: readonly string[];
  readonly lastStart: string | null;
  readonly error: string | null;
  readonly version: string | null;
  /** The compute group, or null where the tag names none. */
  readonly group: string | null;
};

const text = (row: Row, ...names: readonly string[]): string | null => {
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null && value !== '' && value !== 'NULL' && value !== 'N/A')
      return value;
  }
  return null;
};

const must = (row: Row, ...names: readonly string[]): string => {
  const value = text(row, ...names);
  if (value === null) throw new Error(`a row without ${names.join(' or ')}: ${Object.keys(row).join(', ')}`);
  return value;
};

const port = (row: Row, name: string): number => {
  const value = must(row, name);
  const number = parseWhole(value);
  if (number === null) throw new Error(`a row whose ${name} is no port: ${value}`);
  return number;
};

const yes = (value: string | null): boolean => value !== null && /^(true|yes|1)$/i.test(value);

const version = (row: Row): string | null => {
  const value = text(row, 'Version');
  return value === null ? null : parseVersion(value);
};

/** One row of SHOW FRONTENDS of 2.1 to 4.x. Throws when it is something else. */
export const parseFrontend = (row: Row): Frontend => ({
  host: must(row, 'Host', 'IP'),
  editLogPort: port(row, 'EditLogPort'),
  role: /observer/i.test(must(row, 'Role')) ? 'observer' : 'follower',
  master: yes(must(row, 'IsMaster')),
  clusterId: text(row, 'ClusterId'),
  join: yes(text(row, 'Join')),
  alive: yes(text(row, 'Alive')),
  journal: parseWhole(text(row, 'ReplayedJournalId')),
  lastStart: text(row, 'LastStartTime'),
  error: text(row, 'ErrMsg'),
  version: version(row),
  self: yes(text(row, 'CurrentConnected')),
});

const Fields = z.record(z.string(), z.unknown());

type FieldsOfColumn = Readonly<Record<string, string>>;

const parseFields = (value: string): FieldsOfColumn => {
  try {
    const fields = Object.entries(Fields.parse(JSON.parse(value)));
    return Object.fromEntries(fields.map(([name, field]) => [name, String(field)]));
  } catch {
    return {};
  }
};

/** Columns of JSON say the same at nearly every look: so many are kept, two for each of 2,000 backends; then it begins anew. */
const COLUMNS_KEPT = 4_000;
const knownFields = new Map<string, FieldsOfColumn>();

/** A column that holds JSON with keys in any order: its fields as text, none where it is something else. */
const fieldsIn = (value: string | null): FieldsOfColumn => {
  if (value === null) return {};
  const known = knownFields.get(value);
  if (known !== undefined) return known;
  if (knownFields.size >= COLUMNS_KEPT) knownFields.clear();
  const fields = parseFields(value);
  knownFields.set(value, fields);
  return fields;
};

/** The compute group in a tag; the earliest 3.0 wrote cloud_cluster_name. */
export const parseGroup = (tag: string | null): string | null => {
  const {compute_group_name: name, cloud_cluster_name: older} = fieldsIn(tag);
  const found = name ?? older ?? '';
  return found === '' ? null : found;
};

/** A group in one of these gives no work to any of its backends. */
const GROUP_AT_REST = /^(suspended|to_resume|manual_shutdown)$/i;

/**
 * Why a backend is given no new work, though it may be alive and answer (domain: a decommissioned one is passed over, as is
 * one whose queries or loads somebody disabled; 4.x says when it shuts down, and stays Alive).
 */
export const parseUnfit = (row: Row): string[] => {
  const status = fieldsIn(text(row, 'Status'));
  const {compute_group_status: group = ''} = fieldsIn(text(row, 'Tag'));
  const is = (name: string): boolean => yes(status[name] ?? null);
  return [
    ...(yes(text(row, 'SystemDecommissioned')) ? ['decommissioned'] : []),
    ...(is('isQueryDisabled') ? ['query-disabled'] : []),
    ...(is('isLoadDisabled') ? ['load-disabled'] : []),
    ...(is('isShutdown') ? ['shutdown'] : []),
    ...(status.isActive !== undefined && !is('isActive') ? ['inactive'] : []),
    ...(GROUP_AT_REST.test(group) ? [`group-${group.toLowerCase().replaceAll('_', '-')}`] : []),
  ];
};

/** One row of SHOW BACKENDS of 2.1 to 4.x. A backend that never answered has NULL and empty columns. */
export const parseBackend = (row: Row): Backend => ({
  host: must(row, 'Host', 'IP'),
  heartbeatPort: port(row, 'HeartbeatPort'),
  alive: yes(must(row, 'Alive')),
  unfit: parseUnfit(row),
  lastStart: text(row, 'LastStartTime'),
  error: text(row, 'ErrMsg'),
  version: version(row),
  group: parseGroup(text(row, 'Tag')),
});

/** The one master of a group, or null: during an election there is none, and two are never believed. */
export const masterOf = (frontends: readonly Frontend[]): Frontend | null => {
  const [master, ...more] = frontends.filter(frontend => frontend.master);
  return master !== undefined && more.length === 0 ? master : null;
};

/** Whether two rows, of whatever answers, are about one frontend. */
export const sameFrontend = (a: Frontend, b: Frontend): boolean =>
  a.editLogPort === b.editLogPort && sameAddress(a.host, b.host);

/**
 * Whether the group keeps a majority of alive followers when one frontend stops (domain: without it the master exits by
 * itself and takes the rest with it).
 */
export const quorumWithout = (
  frontends: readonly Frontend[],
  leaving: Frontend,
): {
  readonly followers: number;
  readonly aliveAfter: number;
  readonly majority: number;
  readonly kept: boolean;
} => {
  const followers = frontends.filter(({role}) => role === 'follower');
  const aliveAfter = followers.filter(frontend => frontend.alive && !sameFrontend(frontend, leaving)).length;
  const majority = Math.floor(followers.length / 2) + 1;
  return {followers: followers.length, aliveAfter, majority, kept: aliveAfter >= majority};
};

const parsedBackends = new WeakMap<readonly Row[], readonly Backend[]>();

/** Watching shares one answer among the looks of all backends: parsed for each, 1,000 of them would be a million rows. */
export const parseBackends = (rows: readonly Row[]): readonly Backend[] => {
  const backends = parsedBackends.get(rows) ?? rows.map(parseBackend);
  parsedBackends.set(rows, backends);
  return backends;
};
