import {compareVersions} from '../../lib/version.ts';

const since = (version: string, first: string): boolean => compareVersions(version, first) >= 0;

/** How an embedded journal lies in its folder: what one of them wrote, no other reads, nor does it notice. */
export type Layout = 'copycat' | 'flat' | 'raft';

/** What differs between the versions that the fake can be. Recorded for 1.8.1, 2.1.0, 2.3.0 and 2.9.4; read for those between. */
export type Generation = {
  /** 1.x: servers and clients of it speak another protocol, it calls properties otherwise, and has no job service. */
  readonly isFirst: boolean;
  /** Scripts of 2.6.2 and later save and fill ramdisks (`-c`). */
  readonly savesCache: boolean;
  /** `Successfully Killed …`, and nothing at all when nothing ran; before: `Killed 0 process(es) …`. */
  readonly countsKills: boolean;
  readonly layout: Layout;
  readonly journalType: 'UFS' | 'EMBEDDED';
  /** A file beside the backup says that it is whole. */
  readonly completes: boolean;
  /** A standby writes the backup. */
  readonly delegates: boolean;
  /** A standby takes connections to its page and drops them; before, nobody listened there. */
  readonly drops: boolean;
  /** Tells its leader, and priorities. */
  readonly newQuorum: boolean;
  /** What a command that reaches no master calls the one it looked for. */
  readonly newClients: boolean;
  /** Java 11 will do as well as 8. */
  readonly java11: boolean;
  /** Starting a master whose journal folder is missing formats the whole cluster, its workers included. */
  readonly formatsAll: boolean;
  /** Three lines that tell host, URI and count; before, one sentence. */
  readonly backupTable: boolean;
  /** Registers by leases, which older workers know nothing of. */
  readonly leases: boolean;
  readonly metastore: 'HEAP' | 'ROCKS';
  /** How a worker's state is written. */
  readonly inService: string;
};

export const isFirst = (version: string): boolean => !since(version, '2.0.0');

/** Versions that can be pretended. */
export const knows = (version: string): boolean =>
  (/^1\.8\.\d+$/.test(version) && since(version, '1.8.1')) || /^2\.\d\.\d+$/.test(version);

export const generationOf = (version: string): Generation => ({
  isFirst: isFirst(version),
  savesCache: since(version, '2.6.2'),
  countsKills: since(version, '2.7.0'),
  layout: since(version, '2.7.0') ? 'raft' : since(version, '2.4.0') ? 'flat' : 'copycat',
  journalType: since(version, '2.1.0') ? 'EMBEDDED' : 'UFS',
  completes: since(version, '2.4.0'),
  delegates: since(version, '2.9.0'),
  drops: since(version, '2.4.0'),
  newQuorum: since(version, '2.7.0'),
  newClients: since(version, '2.4.0'),
  java11: since(version, '2.5.0'),
  formatsAll: !since(version, '2.4.0'),
  backupTable: since(version, '2.2.0'),
  leases: since(version, '2.7.0'),
  metastore: since(version, '2.4.0') ? 'ROCKS' : 'HEAP',
  inService: since(version, '2.7.0') ? 'ACTIVE' : 'In Service',
});

/** Of the recorded versions. */
const REVISIONS: Readonly<Record<string, string>> = {
  '2.3.0': '58d407c1abcfb99b84b03988c147672e8379b299',
  '2.9.4': 'e9fc22fea04e823717179a10a2e9c72e5f1ec82b',
};

/** What a version calls its own sources; printed where revisions are. */
export const revisionOf = (version: string): string => {
  const hash = [...version].reduce((sum, char) => (sum * 131 + char.charCodeAt(0)) >>> 0, 7);
  return REVISIONS[version] ?? hash.toString(16).padStart(8, '0').repeat(5);
};
