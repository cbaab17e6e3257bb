import {parseCluster} from '../../src/inventory/read-cluster.ts';
import type {Ask} from '../../src/model/ask.ts';
import type {Copy} from '../../src/model/copy.ts';
import type {AlluxioCluster} from '../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {makeMemory} from '../fakes/alluxio/memory.ts';
import type {Before} from '../fakes/alluxio/memory-boot.ts';
import type {FakeCluster, FakeOptions} from '../fakes/memory.ts';
import {seededRandom} from '../sim/random.ts';
import {makeVirtualClock} from '../sim/virtual-clock.ts';
import type {Driving} from './drive.ts';

/** Who is in an inventory: how many of each role. Job masters and job workers share the homes of masters and workers. */
export type Shape = {
  readonly masters: number;
  readonly workers: number;
  readonly jobs: boolean;
  /** On hosts of their own. */
  readonly proxies: number;
  /** One more beside each master and each worker. */
  readonly proxiesBeside: boolean;
};

export const WHOLE: Shape = {masters: 3, workers: 2, jobs: true, proxies: 0, proxiesBeside: false};

const nodesOn = (name: string, network: number, many: number): string[] =>
  Array.from(
    {length: many},
    (_, i) => `          - {name: ${name}-${i + 1}, host: 10.1.${network}.${i + 1}}`,
  );

const role = (name: string, nodes: readonly string[], fields: readonly string[] = []): string[] =>
  nodes.length === 0
    ? []
    : [
        `      ${name}:`,
        '        home: /opt/alluxio',
        ...fields.map(line => `        ${line}`),
        '        nodes:',
        ...nodes,
      ];

/** Where ramdisks are copied to, where they are. */
const copies = (settings: readonly string[]): readonly string[] =>
  settings.includes('caches: copy') ? ['cachePath: /data/cache'] : [];

/** The inventory file of such a cluster; `settings` are further lines of them. */
export const inventoryOf = (
  {masters, workers, jobs, proxies, proxiesBeside}: Shape,
  to: string,
  settings: readonly string[] = [],
): string =>
  [
    'clusters:',
    '  lake-alluxio:',
    '    system: alluxio',
    '    settings:',
    `      version: ${to}`,
    `      package: /opt/pkg/alluxio-${to}-bin.tar.gz`,
    ...settings.map(line => `      ${line}`),
    '    roles:',
    ...role('master', nodesOn('m', 1, masters)),
    ...(jobs ? role('job-master', nodesOn('jm', 1, masters)) : []),
    ...role('worker', nodesOn('w', 2, workers), copies(settings)),
    ...(jobs ? role('job-worker', nodesOn('jw', 2, workers)) : []),
    ...role('proxy', [
      ...nodesOn('p', 3, proxies),
      ...(proxiesBeside ? [...nodesOn('pm', 1, masters), ...nodesOn('pw', 2, workers)] : []),
    ]),
    '',
  ].join('\n');

/** Reads the cluster of an inventory file as the program does; throws with everything that is wrong with it. */
export const readInventory = (file: string): AlluxioCluster => {
  const read = parseCluster(file, 'inventory.yaml', 'lake-alluxio', [alluxio]);
  if (read.kind === 'problems')
    throw new Error(read.problems.map(({line, message}) => `line ${line}: ${message.en}`).join('\n'));
  // The fields are what this system's own schemas made of the file.
  return read.cluster as AlluxioCluster;
};

const START_MS = Date.UTC(2026, 10, 22, 1, 2, 3);

/** What there is before a run: an inventory, what pretends to be its cluster, and whatever answers differently from that. */
export type Setting = {
  readonly shape?: Partial<Shape>;
  readonly to?: string;
  readonly settings?: readonly string[];
  readonly before?: Partial<Before>;
  readonly turn?: (ask: Ask, fake: FakeCluster) => Ask;
  readonly faults?: FakeOptions['faults'];
};

export type Booted = Driving & {
  readonly cluster: AlluxioCluster;
  readonly fake: FakeCluster;
  readonly clock: ReturnType<typeof makeVirtualClock>;
};

/** 2.3.0 behind links, with an embedded journal that 2.9.4 cannot read, unless something else is said. */
export const bootAlluxio = ({
  shape = {},
  to = '2.9.4',
  settings = [],
  before = {},
  turn = ask => ask,
  faults = [],
}: Setting = {}): Booted => {
  const cluster = readInventory(inventoryOf({...WHOLE, ...shape}, to, settings));
  const clock = makeVirtualClock(START_MS);
  const memory = makeMemory({from: '2.3.0', journalType: 'EMBEDDED', homes: 'link', ...before});
  const fake = memory.boot(cluster, {clock, chance: seededRandom(3), faults});
  const copy: Copy = (request, onProgress, signal = new AbortController().signal) => {
    if (fake.copy === undefined) throw new Error('this fake copies no files');
    return fake.copy(request, onProgress, signal);
  };
  return {system: alluxio, cluster, clock, ask: turn(fake.answer, fake), copy, fake};
};
