import {JAVA_AT} from './packages.ts';
import type {Version} from './prepare.ts';

export type JournalType = 'EMBEDDED' | 'UFS';

/** What a cluster is made of. */
export type Layout = {
  readonly from: Version;
  readonly to: Version;
  /** Several masters of a UFS journal share it, and a ZooKeeper says which of them leads. */
  readonly journal: JournalType;
  /** How many; the embedded journal wants an odd number of them. */
  readonly masters: number;
  /** Whether there is a job service: another process beside each master and each worker. */
  readonly jobs: boolean;
};

/** The user who runs everything, and where it lies on the hosts. */
export const USER = 'alluxio';
export const HOMES = '/opt/alluxio';
export const HOME = `${HOMES}/current`;
export const DATA = '/srv/alluxio';
export const JOURNAL = `${DATA}/journal`;
export const METASTORE = `${DATA}/metastore`;
/** A tmpfs of its own, and a tier below it. */
export const RAMDISK = '/mnt/ramdisk';
export const HARD_DISK = `${DATA}/hdd`;
/** The under store: one folder, on every host. */
export const STORE = '/mnt/store';
/** On each host's own disk: where backups that are nobody else's lie, and copies of ramdisks. */
export const OWN_BACKUPS = `${DATA}/backups`;
export const COPIES = `${DATA}/copies`;

export const mastersOf = ({masters}: Layout): string[] =>
  Array.from({length: masters}, (_, i) => `m-${i + 1}`);
export const WORKERS: readonly string[] = ['w-1', 'w-2'];
const ZOOKEEPER = 'z-1';
/** The host of the ZooKeeper, where there is one. */
export const electorOf = ({journal, masters}: Layout): string | null =>
  journal === 'UFS' && masters > 1 ? ZOOKEEPER : null;
/** Where Alluxio runs. */
export const hostsOf = (layout: Layout): string[] => [...mastersOf(layout), ...WORKERS];

/** The address every master has in the quorum of an embedded journal. */
export const addressesOf = (layout: Layout): string =>
  mastersOf(layout)
    .map(name => `${name}:19200`)
    .join(',');

const journalOf = (layout: Layout, host: string): Readonly<Record<string, string>> => {
  if (layout.journal === 'EMBEDDED')
    return {
      ...(host.startsWith('m-') ? {'alluxio.master.hostname': host} : {}),
      'alluxio.master.embedded.journal.addresses': addressesOf(layout),
    };
  const elector = electorOf(layout);
  if (elector === null) return {'alluxio.master.hostname': 'm-1'};
  return {
    ...(host.startsWith('m-') ? {'alluxio.master.hostname': host} : {}),
    'alluxio.zookeeper.enabled': 'true',
    'alluxio.zookeeper.address': `${elector}:2181`,
    // The default from 2.9 on.
    'alluxio.master.backup.delegation.enabled': 'true',
  };
};

/** Where the old masters have their journal: what is shared lies on the under store. */
const oldJournalOf = (layout: Layout): string => (electorOf(layout) === null ? JOURNAL : `${STORE}/journal`);

/** The site's properties, as an operator writes them for a host. */
export const propertiesOf = (layout: Layout, host: string): Readonly<Record<string, string>> => ({
  ...journalOf(layout, host),
  'alluxio.master.journal.type': layout.journal,
  'alluxio.master.journal.folder': oldJournalOf(layout),
  'alluxio.master.metastore.dir': METASTORE,
  'alluxio.master.mount.table.root.ufs': `${STORE}/root`,
  'alluxio.master.backup.directory': `${STORE}/backups`,
  // The old name is an alias later.
  [layout.from === '2.3.0' ? 'alluxio.worker.memory.size' : 'alluxio.worker.ramdisk.size']: '48MB',
  'alluxio.worker.tieredstore.levels': '2',
  'alluxio.worker.tieredstore.level0.alias': 'MEM',
  'alluxio.worker.tieredstore.level0.dirs.path': RAMDISK,
  'alluxio.worker.tieredstore.level1.alias': 'HDD',
  'alluxio.worker.tieredstore.level1.dirs.path': HARD_DISK,
  'alluxio.worker.tieredstore.level1.dirs.quota': '24MB',
  // Where there are two tiers, a GiB of each is kept free by default, and 64 MiB are not written to: more than these have.
  'alluxio.worker.management.tier.align.reserved.bytes': '1MB',
  'alluxio.worker.reviewer.probabilistic.softlimit.bytes': '2MB',
  'alluxio.worker.reviewer.probabilistic.hardlimit.bytes': '1MB',
  // Several blocks to a file, on both workers.
  'alluxio.user.block.size.bytes.default': '1MB',
  'alluxio.user.block.write.location.policy.class': 'alluxio.client.block.policy.RoundRobinPolicy',
});

/** A start is most of what a process does here: no second compiler, no check of classes that Maven's digests vouch for. */
export const LIGHT = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xverify:none';

/** As little memory as five hosts of one machine can do with. */
export const ENVIRONMENT = `JAVA_HOME=${JAVA_AT}
PATH=$JAVA_HOME/bin:$PATH
ALLUXIO_JAVA_OPTS="${LIGHT} -Xms32m"
ALLUXIO_MASTER_JAVA_OPTS="-Xmx300m"
ALLUXIO_JOB_MASTER_JAVA_OPTS="-Xmx200m"
ALLUXIO_WORKER_JAVA_OPTS="-Xmx300m -XX:MaxDirectMemorySize=300m"
ALLUXIO_JOB_WORKER_JAVA_OPTS="-Xmx200m"
ALLUXIO_USER_JAVA_OPTS="-Xmx150m"
`;
