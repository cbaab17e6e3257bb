import {dirname, join} from 'node:path';
import type {KitContext, Place} from '../../model/kit.ts';
import {isFirst} from './generation.ts';

/** A port of a place by its name in the inventory. */
export const port = (place: Place, name: string): number => {
  const found = place.ports[name];
  if (found === undefined) throw new Error(`${place.name} has no port ${name}`);
  return found;
};

/** The properties of a role's ports, by their names in the inventory. */
const PORT_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  master: {
    port: 'alluxio.master.rpc.port',
    webPort: 'alluxio.master.web.port',
    journalPort: 'alluxio.master.embedded.journal.port',
  },
  'job-master': {port: 'alluxio.job.master.rpc.port', webPort: 'alluxio.job.master.web.port'},
  worker: {port: 'alluxio.worker.rpc.port', webPort: 'alluxio.worker.web.port'},
  'job-worker': {port: 'alluxio.job.worker.rpc.port', webPort: 'alluxio.job.worker.web.port'},
  proxy: {webPort: 'alluxio.proxy.web.port'},
};

/** And as 1.8 calls them. */
const PORT_KEYS_OF_1: typeof PORT_KEYS = {
  master: {port: 'alluxio.master.port', webPort: 'alluxio.master.web.port'},
  worker: {port: 'alluxio.worker.port', webPort: 'alluxio.worker.web.port'},
  proxy: {webPort: 'alluxio.proxy.web.port'},
};

/** What all hosts see alike, as a shared file system: the under stores, and the new package. */
export const shared = ({events}: KitContext): string => dirname(events);
export const underStore = (context: KitContext): string => join(shared(context), 'ufs/root');
export const secondStore = (context: KitContext): string => join(shared(context), 'ufs/lake');

/** Masters that ZooKeeper elects: they share one journal in an under store. */
export const ELECTED = 'zookeeper';
const isElected = ({places}: KitContext): boolean => places.some(({kind}) => kind === ELECTED);
export const isUfs = (context: KitContext): boolean =>
  isElected(context) || context.places.some(({kind}) => kind === 'ufs');
export const journalOf = (place: Place, context: KitContext): string =>
  isElected(context) ? join(shared(context), 'srv/journal') : join(place.root, 'srv/alluxio/journal');
/** Where a host's fake JDK lies. */
export const jdkOf = (place: Place): string => join(place.root, 'usr/lib/jvm/java-8');
/** A host's own notes for the fake, outside the homes. */
export const notesOf = (place: Place): string => join(place.root, 'etc/fake-alluxio');

/** Hosts are told apart by their trees; real ones, whose tree is all there is, by their addresses. */
export const isBeside = (one: Place, other: Place): boolean =>
  one.root === other.root && one.address === other.address;

/** Whether somebody on the host has a knob at this value: homes, tiers and packages are the host's. */
export const onHost = (place: Place, {places, knobs}: KitContext, knob: string, value: string): boolean =>
  places.some(other => isBeside(other, place) && knobs[other.name]?.[knob] === value);

/** Memory is what the product expects, but a ramdisk has to be mounted, which only root can. */
export const tierOf = (
  place: Place,
  context: KitContext,
): {readonly medium: 'MEM' | 'SSD'; readonly path: string} =>
  onHost(place, context, 'TIER', 'MEM')
    ? {medium: 'MEM', path: join(place.root, 'mnt/ramdisk')}
    : {medium: 'SSD', path: join(place.root, 'mnt/ssd')};

/** What alluxio-site.properties of a host says: one for all its nodes. */
export const siteProperties = (place: Place, context: KitContext): string => {
  const {places} = context;
  const of = (role: string): readonly Place[] => places.filter(other => other.role === role);
  const here = (role: string): Place | undefined => of(role).find(other => isBeside(other, place));
  const masters = of('master');
  const mine = here('master') ?? masters[0];
  const addresses = (list: readonly Place[], name: string): string =>
    list.map(other => `${other.address}:${port(other, name)}`).join(',');
  const alike = new Set(masters.map(master => port(master, 'port'))).size === 1;
  // Where a role's ports are: on this host, or as all masters have them.
  const first = isFirst(context.from);
  const called = first ? PORT_KEYS_OF_1 : PORT_KEYS;
  const ports = ['master', 'job-master', 'worker', 'job-worker', 'proxy'].flatMap(role => {
    const its = here(role) ?? (role.endsWith('master') ? of(role)[0] : undefined);
    const keys = called[role] ?? {};
    if (its === undefined) return [];
    return Object.entries(keys).map(([name, key]) => [key, String(port(its, name))] as const);
  });
  const {medium, path} = tierOf(place, context);
  const level = 'alluxio.worker.tieredstore.level0';
  // The servers that elect lie beside the masters: each asks its own one first.
  const electors = masters.toSorted((a, b) => Number(isBeside(b, place)) - Number(isBeside(a, place)));
  const lines: (readonly [string, string])[] = [
    ...(here('master') || isUfs(context) ? [['alluxio.master.hostname', mine?.address ?? ''] as const] : []),
    ...(here('worker') ? [['alluxio.worker.hostname', place.address] as const] : []),
    ...(here('job-worker') ? [['alluxio.job.worker.hostname', place.address] as const] : []),
    ...(first ? [] : [['alluxio.master.journal.type', isUfs(context) ? 'UFS' : 'EMBEDDED'] as const]),
    ['alluxio.master.journal.folder', journalOf(place, context)],
    ...(first ? [] : [['alluxio.master.metastore.dir', join(place.root, 'srv/alluxio/metastore')] as const]),
    ...(isUfs(context)
      ? []
      : [['alluxio.master.embedded.journal.addresses', addresses(masters, 'journalPort')] as const]),
    ...(isElected(context)
      ? ([
          ['alluxio.zookeeper.enabled', 'true'],
          ['alluxio.zookeeper.address', addresses(electors, 'journalPort')],
        ] as const)
      : []),
    ...(alike
      ? []
      : ([
          ['alluxio.master.rpc.addresses', addresses(masters, 'port')],
          ['alluxio.job.master.rpc.addresses', addresses(of('job-master'), 'port')],
        ] as const)),
    [first ? 'alluxio.underfs.address' : 'alluxio.master.mount.table.root.ufs', underStore(context)],
    ['alluxio.master.backup.directory', join(shared(context), 'ufs/alluxio_backups')],
    ['alluxio.master.daily.backup.enabled', 'true'],
    ['alluxio.worker.tieredstore.levels', '1'],
    [`${level}.alias`, medium],
    [`${level}.dirs.path`, path],
    ...(first ? [] : [[`${level}.dirs.mediumtype`, medium] as const]),
    [`${level}.dirs.quota`, '64MB'],
    ...ports,
  ];
  return lines.map(([key, value]) => `${key}=${value}\n`).join('');
};
