import {compareVersions} from '../../lib/version.ts';
import {generationOf} from './generation.ts';

/** A property with the value it has when nobody sets it; `since` and `until` are the first version with, and without it. */
type Known = {readonly key: string; readonly value: string; readonly since?: string; readonly until?: string};

/** Properties that 1.8 does not have, by what their names begin with (recorded: its list of all). */
const SINCE_2 = [
  'alluxio.job.',
  'alluxio.master.backup.delegation.',
  'alluxio.master.daily.backup.',
  'alluxio.master.embedded.journal.',
  'alluxio.master.metastore',
  'alluxio.master.rpc.',
  'alluxio.table.',
  'alluxio.worker.tieredstore.level0.dirs.mediumtype',
  'alluxio.worker.tieredstore.level1.dirs.mediumtype',
  'alluxio.worker.tieredstore.level2.dirs.mediumtype',
];

const both = (entries: Readonly<Record<string, string>>): Known[] =>
  Object.entries(entries).map(([key, value]) => ({key, value}));

/** A part of what `getConf` lists: what an upgrade asks for, and some that came and went, as recorded. */
const KNOWN: readonly Known[] = [
  ...both({
    'alluxio.debug': 'false',
    'alluxio.extensions.dir': '{alluxio.home}/extensions',
    'alluxio.job.master.embedded.journal.port': '20003',
    'alluxio.job.master.hostname': '{alluxio.master.hostname}',
    'alluxio.job.master.rpc.addresses': '',
    'alluxio.job.master.rpc.port': '20001',
    'alluxio.job.master.web.port': '20002',
    'alluxio.job.worker.data.port': '30002',
    'alluxio.job.worker.hostname': '',
    'alluxio.job.worker.rpc.port': '30001',
    'alluxio.job.worker.web.port': '30003',
    'alluxio.master.backup.directory': '/alluxio_backups',
    'alluxio.master.daily.backup.enabled': 'false',
    'alluxio.master.embedded.journal.addresses': '',
    'alluxio.master.embedded.journal.port': '19200',
    'alluxio.master.hostname': '',
    'alluxio.master.journal.folder': '{alluxio.work.dir}/journal',
    'alluxio.master.journal.gc.period': '2min',
    'alluxio.master.journal.init.from.backup': '',
    'alluxio.master.metastore.dir': '{alluxio.work.dir}/metastore',
    'alluxio.master.mount.table.root.alluxio': '/',
    'alluxio.master.mount.table.root.option': '',
    'alluxio.master.mount.table.root.readonly': 'false',
    'alluxio.master.mount.table.root.shared': 'true',
    'alluxio.master.mount.table.root.ufs': '{alluxio.work.dir}/underFSStorage',
    'alluxio.master.rpc.addresses': '',
    'alluxio.master.rpc.port': '19998',
    'alluxio.master.web.hostname': '',
    'alluxio.master.web.port': '19999',
    'alluxio.master.worker.connect.wait.time': '5sec',
    'alluxio.master.worker.timeout': '5min',
    'alluxio.proxy.web.port': '39999',
    'alluxio.security.authentication.type': 'SIMPLE',
    'alluxio.security.authorization.permission.enabled': 'true',
    'alluxio.user.file.metadata.sync.interval': '-1',
    'alluxio.work.dir': '{alluxio.home}',
    'alluxio.worker.hostname': '',
    'alluxio.worker.ramdisk.size': '1GB',
    'alluxio.worker.rpc.port': '29999',
    'alluxio.worker.tieredstore.level0.alias': 'MEM',
    'alluxio.worker.tieredstore.level0.dirs.mediumtype': 'MEM',
    'alluxio.worker.tieredstore.level0.dirs.path': '/mnt/ramdisk',
    'alluxio.worker.tieredstore.level0.dirs.quota': '{alluxio.worker.ramdisk.size}',
    'alluxio.worker.tieredstore.level1.alias': '',
    'alluxio.worker.tieredstore.level1.dirs.mediumtype': '',
    'alluxio.worker.tieredstore.level1.dirs.path': '',
    'alluxio.worker.tieredstore.level1.dirs.quota': '',
    'alluxio.worker.tieredstore.level2.alias': '',
    'alluxio.worker.tieredstore.level2.dirs.mediumtype': '',
    'alluxio.worker.tieredstore.level2.dirs.path': '',
    'alluxio.worker.tieredstore.level2.dirs.quota': '',
    'alluxio.worker.tieredstore.levels': '1',
    'alluxio.worker.web.port': '30000',
    'alluxio.zookeeper.address': '',
    'alluxio.zookeeper.enabled': 'false',
  }),
  {key: 'alluxio.fuse.maxwrite.bytes', value: '128KB', until: '2.9.0'},
  {key: 'alluxio.master.embedded.journal.election.timeout', value: '10s', until: '2.9.0'},
  {key: 'alluxio.master.embedded.journal.storage.level', value: 'DISK', until: '2.4.0'},
  {key: 'alluxio.master.rpc.executor.parallelism', value: '4', until: '2.9.0'},
  {key: 'alluxio.table.enabled', value: 'true'},
  {key: 'alluxio.user.file.metadata.load.type', value: 'Once', until: '2.0.0'},
  {key: 'alluxio.user.file.metadata.load.type', value: 'ONCE', since: '2.0.0'},
  {key: 'alluxio.user.file.writetype.default', value: 'MUST_CACHE', until: '2.0.0'},
  {key: 'alluxio.user.file.writetype.default', value: 'ASYNC_THROUGH', since: '2.0.0'},
  {key: 'alluxio.worker.data.port', value: '29999', until: '2.0.0'},
  {key: 'alluxio.master.journal.sync.root.after.init.from.backup', value: 'true', since: '2.9.0'},
  {key: 'alluxio.master.journal.exit.on.demotion', value: 'false', since: '2.5.0'},
  {key: 'alluxio.master.metastore.dir.block', value: '{alluxio.master.metastore.dir}', since: '2.9.0'},
  {key: 'alluxio.master.metastore.dir.inode', value: '{alluxio.master.metastore.dir}', since: '2.9.0'},
  {key: 'alluxio.master.worker.register.lease.enabled', value: 'true', since: '2.7.0'},
  {key: 'alluxio.standby.master.web.enabled', value: 'false', since: '2.7.0'},
];

/** What an older name of a property means today. */
const ALIASES: Readonly<Record<string, string>> = {
  'alluxio.underfs.address': 'alluxio.master.mount.table.root.ufs',
  'alluxio.worker.memory.size': 'alluxio.worker.ramdisk.size',
};

/** What 1.8 called what had another name from 2.0 on; of the root under store it has both. */
const NAMES_OF_1: Readonly<Record<string, string>> = {
  'alluxio.master.port': 'alluxio.master.rpc.port',
  'alluxio.worker.memory.size': 'alluxio.worker.ramdisk.size',
  'alluxio.worker.port': 'alluxio.worker.rpc.port',
};
const FIRST_NAMES = new Map(Object.entries(NAMES_OF_1).map(([first, later]) => [later, first]));

export const canonical = (key: string): string => NAMES_OF_1[key] ?? ALIASES[key] ?? key;

/** Lines of KEY=VALUE, as in alluxio-site.properties. */
export const parseProperties = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap(line => {
      const match = /^\s*([A-Za-z_][\w.]*)\s*[=:]\s*(.*?)\s*$/.exec(line);
      return match?.[1] === undefined ? [] : [[canonical(match[1]), match[2] ?? ''] as const];
    }),
  );

export type Setting = {
  readonly value: string;
  readonly source: 'DEFAULT' | 'SITE_PROPERTY' | 'SYSTEM_PROPERTY';
};

export type Properties = {
  /** Null for a key that this version does not know. */
  setting(key: string): Setting | null;
  /** The value, by the name that 2.x has; throws for a key that no version knows. */
  value(key: string): string;
  /** In this version's own words. */
  keys(): readonly string[];
};

/** What a process or command of one version makes of its site properties and of the properties it was started with. */
export const makeProperties = (
  version: string,
  home: string,
  site: ReadonlyMap<string, string>,
  system: ReadonlyMap<string, string>,
): Properties => {
  const {isFirst, journalType, delegates, metastore} = generationOf(version);
  const there = ({since, until}: Known): boolean =>
    (since === undefined || compareVersions(version, since) >= 0) &&
    (until === undefined || compareVersions(version, until) < 0);
  /** What a version calls a property; null where it has no such. */
  const named = (key: string): string | null => {
    if (!isFirst) return key;
    const first = FIRST_NAMES.get(key);
    return first ?? (SINCE_2.some(beginning => key.startsWith(beginning)) ? null : key);
  };
  const defaults = new Map(KNOWN.filter(there).map(({key, value}) => [key, value]));
  defaults.set('alluxio.home', home);
  defaults.set('alluxio.conf.dir', `${home}/conf`);
  defaults.set('alluxio.logs.dir', `${home}/logs`);
  defaults.set('alluxio.master.journal.type', journalType);
  defaults.set('alluxio.master.metastore', metastore);
  defaults.set('alluxio.master.backup.delegation.enabled', String(delegates));
  const OTHER_ROOT = 'alluxio.underfs.address';
  const raw = (key: string): Setting | null => {
    const fallback = defaults.get(key);
    if (fallback === undefined) return null;
    const given = system.get(key);
    if (given !== undefined) return {value: given, source: 'SYSTEM_PROPERTY'};
    const written = site.get(key);
    return written === undefined
      ? {value: fallback, source: 'DEFAULT'}
      : {value: written, source: 'SITE_PROPERTY'};
  };
  const filled = (key: string): Setting | null => {
    const found = raw(canonical(key));
    if (found === null) return null;
    return {
      ...found,
      value: found.value.replace(/\$?\{([\w.]+)\}/g, (_, name) => filled(name)?.value ?? ''),
    };
  };
  const hasName = (key: string): boolean =>
    (isFirst && key === OTHER_ROOT) || !isFirst || named(canonical(key)) === key;
  return {
    setting: key => (hasName(key) ? filled(key) : null),
    value: key => {
      const found = filled(key);
      if (found === null) throw new Error(`${key} is not a valid configuration key`);
      return found.value;
    },
    keys: () =>
      [...[...defaults.keys()].flatMap(key => named(key) ?? []), ...(isFirst ? [OTHER_ROOT] : [])].sort(),
  };
};
