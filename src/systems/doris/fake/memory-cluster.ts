import {parseAbsPath} from '../../../lib/abs-path.ts';
import {HostId, NodeId} from '../../../model/ids.ts';
import type {Cluster, Host, Node} from '../../../model/inventory.ts';
import {BeFields, CloudFields, FeFields, Settings} from '../fields.ts';

/** How many nodes of each role: backends by the size of each compute group. */
export type MemoryShape = {
  readonly ms: number;
  readonly recyclers: number;
  readonly groups: Readonly<Record<string, number>>;
  readonly fe: number;
};

/** 3 MetaServices, a Recycler of its own, 6 backends in two compute groups, 4 frontends. */
export const STANDARD: MemoryShape = {ms: 3, recyclers: 1, groups: {cg_etl: 3, cg_bi: 3}, fe: 4};

const schemas = {ms: CloudFields, recycler: CloudFields, be: BeFields, fe: FeFields} as const;

type Seed = {readonly name: string; readonly role: keyof typeof schemas; readonly group?: string};

const count = (many: number): number[] => Array.from({length: many}, (_, i) => i + 1);

const seedsOf = (shape: MemoryShape): Seed[] => [
  ...count(shape.ms).map((i): Seed => ({name: `ms-${i}`, role: 'ms'})),
  ...count(shape.recyclers).map((i): Seed => ({name: `rc-${i}`, role: 'recycler'})),
  ...Object.entries(shape.groups)
    .flatMap(([group, many]) => count(many).map(() => group))
    .map((group, i): Seed => ({name: `be-${i + 1}`, role: 'be', group})),
  ...count(shape.fe).map((i): Seed => ({name: `fe-${i}`, role: 'fe'})),
];

/** A cluster as an inventory file would tell it, every node on a host of its own; `to` is the version of the packages. */
export const makeMemoryCluster = (
  shape: MemoryShape = STANDARD,
  to = '3.1.2',
  name = 'lake-doris',
): Cluster => {
  const seeds = seedsOf(shape);
  const hostOf = (i: number): HostId => HostId.parse(`10.77.${Math.floor(i / 250)}.${(i % 250) + 1}`);
  const nodes = seeds.map(({name: id, role, group}, i): Node => {
    const folder = role === 'recycler' ? 'ms' : role;
    return {
      id: NodeId.parse(id),
      host: hostOf(i),
      role,
      home: parseAbsPath(`/opt/doris/${role}`),
      ...(group === undefined ? {} : {group}),
      fields: schemas[role].parse({package: `/opt/pkg/apache-doris-${to}-bin-x64/${folder}`}),
    };
  });
  const hosts = seeds.map((_, i): Host => ({id: hostOf(i), identityFiles: []}));
  return {name, system: 'doris', hosts, nodes, settings: Settings.parse({version: to})};
};
