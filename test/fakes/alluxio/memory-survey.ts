import {compareVersions} from '../../../src/lib/version.ts';
import {ROOT_UFS} from './memory-content.ts';
import {type Home, leftoversOf, realOf, versionAt} from './memory-homes.ts';
import {JOURNAL, METASTORE} from './memory-journal.ts';
import {JAVA_HOME, processLines, serverLines, socketLines} from './memory-process.ts';
import type {Machine, World} from './memory-world.ts';

export const RAMDISK = '/mnt/ramdisk';

/** What a quiet host tells of the login, the home and who looks after it. */
const QUIET_HOST = [
  'login=1000',
  'loginName=alluxio',
  'ownerName=alluxio',
  'homeOwner=1000',
  'homeOwnerName=alluxio',
  'session.nofile=1024',
  'session.hard=1048576',
  'writable=yes',
  'freeKb=104857600',
  'logout=keeps',
  'linger=no',
  'cron.read=crontab',
] as const;

type Prop = readonly [key: string, value: string, source: string];

const SITE = 'SITE_PROPERTY (/opt/alluxio/conf/alluxio-site.properties)';

/** 1.8 has other names and fewer properties; what is not set it calls so (recorded). */
const propsOf1 = (): Prop[] => [
  ['alluxio.master.journal.type', 'UFS', 'DEFAULT'],
  ['alluxio.master.journal.folder', JOURNAL, SITE],
  ['alluxio.master.mount.table.root.ufs', ROOT_UFS, 'DEFAULT'],
  ['alluxio.underfs.address', ROOT_UFS, SITE],
  ['alluxio.master.backup.directory', '/alluxio_backups', 'DEFAULT'],
  ['alluxio.work.dir', '/srv/alluxio', SITE],
  ['alluxio.zookeeper.enabled', 'true', SITE],
  ['alluxio.master.port', '19998', 'DEFAULT'],
  ['alluxio.worker.port', '29998', 'DEFAULT'],
  ['alluxio.user.file.metadata.sync.interval', '-1', 'DEFAULT'],
  ['alluxio.worker.tieredstore.levels', '1', 'DEFAULT'],
  ['alluxio.worker.tieredstore.level0.alias', 'MEM', 'DEFAULT'],
  ['alluxio.worker.tieredstore.level0.dirs.path', RAMDISK, SITE],
  ['alluxio.worker.tieredstore.level1.dirs.path', '(no value set)', 'DEFAULT'],
];

const propsOf = ({journalType}: World): Prop[] => [
  ['alluxio.master.journal.type', journalType, SITE],
  ['alluxio.master.journal.folder', JOURNAL, SITE],
  ['alluxio.master.metastore', 'ROCKS', 'DEFAULT'],
  ['alluxio.master.metastore.dir', METASTORE, SITE],
  ['alluxio.master.mount.table.root.ufs', ROOT_UFS, SITE],
  ['alluxio.master.backup.directory', '/alluxio_backups', 'DEFAULT'],
  ['alluxio.work.dir', '/srv/alluxio', SITE],
  ['alluxio.master.web.port', '19999', 'DEFAULT'],
  ['alluxio.zookeeper.enabled', String(journalType === 'UFS'), journalType === 'UFS' ? SITE : 'DEFAULT'],
  ['alluxio.worker.tieredstore.levels', '1', 'DEFAULT'],
  ['alluxio.worker.tieredstore.level0.alias', 'MEM', 'DEFAULT'],
  ['alluxio.worker.tieredstore.level0.dirs.path', RAMDISK, SITE],
  ['alluxio.worker.tieredstore.level0.dirs.mediumtype', 'MEM', 'DEFAULT'],
];

/** Nobody unpacks anything by hand here: a new version beside the old one was put there by a run. */
const stagedLines = (home: Home): readonly string[] => {
  const place = `${home.path}-${home.package}`;
  return home.places.has(place) && realOf(home) !== place ? ['staged=yes'] : [];
};

const asideLines = ({path, places}: Home): readonly string[] =>
  [...places].flatMap(([at, version]) =>
    at.startsWith(`${path}_backup_`) ? [`aside=${at.slice(path.length + '_backup_'.length)} ${version}`] : [],
  );

export const survey = (world: World, machine: Machine): string[] => {
  const {home, node} = machine;
  const version = versionAt(home, realOf(home)) ?? '';
  const java = compareVersions(version, '2.5.0') < 0 ? '1.8.0_392' : '11.0.21';
  return [
    ...serverLines(world, machine),
    ...processLines(world, machine, ['user=1000', 'nofile=655350', `env=JAVA_HOME=${JAVA_HOME}`]),
    ...socketLines(world, machine),
    ...QUIET_HOST,
    `home=${home.kind === 'link' ? 'symlink' : 'dir'}`,
    'parentWritable=yes',
    `homeKind=${home.kind}`,
    `homeReal=${realOf(home)}`,
    `homeVersion=${version}`,
    `newPlace=${home.places.has(`${home.path}-${home.package}`) ? 'dir' : 'none'}`,
    ...stagedLines(home),
    ...asideLines(home),
    'package=tar',
    `packageVersion=${home.package}`,
    'packageKb=2097152',
    ...['alluxio-site.properties', 'alluxio-env.sh', 'masters', 'workers'].map(name => `conf=${name}`),
    `named=${node.host}`,
    `startFlags=${compareVersions(version, '2.6.0') < 0 ? 'hNwm' : 'ahNw'}`,
    ...(compareVersions(version, '2.0.0') < 0 ? propsOf1() : propsOf(world)).map(
      ([key, value, source]) => `prop=${key}=${value} (${source})`,
    ),
    'propExit=0',
    `javaVersion=${java}`,
    ...leftoversOf(home).map(name => `leftover=${name.split('/').at(-1)}`),
  ];
};
