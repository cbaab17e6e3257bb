import {z} from 'zod';
import {parseVersion} from '../version.ts';

/** A row of SHOW FRONTENDS or SHOW BACKENDS as the server sent it. Columns are found by name: their order differs. */
export type Row = Readonly<Record<string, string | null>>;

export type Frontend = {
  readonly host: string;
  readonly editLogPort: number;
  readonly queryPort: number;
  readonly role: 'follower' | 'observer';
  readonly master: boolean;
  readonly clusterId: string | null;
  readonly join: boolean;
  readonly alive: boolean;
  readonly journal: number;
  readonly lastStart: string | null;
  readonly error: string | null;
  readonly version: string | null;
  /** This row is the frontend that was asked. */
  readonly self: boolean;
};

export type Backend = {
  readonly host: string;
  readonly heartbeatPort: number;
  readonly alive: boolean;
  readonly decommissioned: boolean;
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

const yes = (value: string | null): boolean => value !== null && /^(true|yes|1)$/i.test(value);

const version = (row: Row): string | null => {
  const value = text(row, 'Version');
  return value === null ? null : parseVersion(value);
};

/** One row of SHOW FRONTENDS of 2.1 to 4.x. Throws when it is something else. */
export const parseFrontend = (row: Row): Frontend => ({
  host: must(row, 'Host', 'IP'),
  editLogPort: Number(must(row, 'EditLogPort')),
  queryPort: Number(text(row, 'QueryPort') ?? 0),
  role: /observer/i.test(must(row, 'Role')) ? 'observer' : 'follower',
  master: yes(must(row, 'IsMaster')),
  clusterId: text(row, 'ClusterId'),
  join: yes(text(row, 'Join')),
  alive: yes(text(row, 'Alive')),
  journal: Number(text(row, 'ReplayedJournalId') ?? 0),
  lastStart: text(row, 'LastStartTime'),
  error: text(row, 'ErrMsg'),
  version: version(row),
  self: yes(text(row, 'CurrentConnected')),
});

const Tag = z.record(z.string(), z.unknown());

/** The compute group in a tag: JSON with keys in any order; the earliest 3.0 wrote cloud_cluster_name. */
export const parseGroup = (tag: string | null): string | null => {
  if (tag === null) return null;
  try {
    const found = Tag.parse(JSON.parse(tag));
    const name = found.compute_group_name ?? found.cloud_cluster_name;
    return typeof name === 'string' && name !== '' ? name : null;
  } catch {
    return null;
  }
};

/** One row of SHOW BACKENDS of 2.1 to 4.x. A backend that never answered has NULL and empty columns. */
export const parseBackend = (row: Row): Backend => ({
  host: must(row, 'Host', 'IP'),
  heartbeatPort: Number(must(row, 'HeartbeatPort')),
  alive: yes(must(row, 'Alive')),
  decommissioned: yes(text(row, 'SystemDecommissioned')),
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
  const aliveAfter = followers.filter(
    frontend =>
      frontend.alive && !(frontend.host === leaving.host && frontend.editLogPort === leaving.editLogPort),
  ).length;
  const majority = Math.floor(followers.length / 2) + 1;
  return {followers: followers.length, aliveAfter, majority, kept: aliveAfter >= majority};
};
