import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {HostId, NodeId} from '../../../src/model/ids.ts';
import type {Cluster, Node} from '../../../src/model/inventory.ts';
import type {Doris, RoleName} from '../../../src/systems/doris/fields.ts';
import {doris} from '../../../src/systems/doris/system.ts';

/** How many nodes of each role: backends by the size of each compute group. */
export type MemoryShape = {
  readonly ms: number;
  readonly recyclers: number;
  readonly groups: Readonly<Record<string, number>>;
  readonly fe: number;
  /** Nodes by name that are on the host of one before them, with homes and ports of their own there. */
  readonly beside?: Readonly<Record<string, string>>;
};

/** 3 MetaServices, a Recycler of its own, 6 backends in two compute groups, 4 frontends. */
export const STANDARD: MemoryShape = {ms: 3, recyclers: 1, groups: {cg_etl: 3, cg_bi: 3}, fe: 4};

type Seed = {readonly name: string; readonly role: RoleName; readonly group?: string};

const count = (many: number): number[] => Array.from({length: many}, (_, i) => i + 1);

const seedsOf = (shape: MemoryShape): Seed[] => [
  ...count(shape.ms).map((i): Seed => ({name: `ms-${i}`, role: 'ms'})),
  ...count(shape.recyclers).map((i): Seed => ({name: `rc-${i}`, role: 'recycler'})),
  ...Object.entries(shape.groups)
    .flatMap(([group, many]) => count(many).map(() => group))
    .map((group, i): Seed => ({name: `be-${i + 1}`, role: 'be', group})),
  ...count(shape.fe).map((i): Seed => ({name: `fe-${i}`, role: 'fe'})),
];

const PORTS_APART = 100;

/** A node's fields as an inventory gives them that says nothing but the package, and other ports where it must. */
const fieldsOf = (role: RoleName, to: string, shift: number): Doris['fields'] => {
  const schema = doris.roles.find(({name}) => name === role)?.fields;
  if (schema === undefined) throw new Error(`there is no role ${role}`);
  const folder = role === 'recycler' ? 'ms' : role;
  const given = {package: `/opt/pkg/apache-doris-${to}-bin-x64/${folder}`};
  const fields = schema.parse(given);
  if (shift === 0) return fields;
  const ports = Object.entries(fields).flatMap(([key, value]) =>
    /port$/i.test(key) && typeof value === 'number' ? [[key, value + shift] as const] : [],
  );
  return schema.parse({...given, ...Object.fromEntries(ports)});
};

/** A cluster as an inventory file would tell it; `to` is the version of the packages. */
export const makeMemoryCluster = (
  shape: MemoryShape = STANDARD,
  to = '3.1.2',
  name = 'lake-doris',
): Cluster<Doris> => {
  const seeds = seedsOf(shape);
  const hosts = new Map<string, HostId>();
  const shifts = new Map<HostId, number>();
  const nodes = seeds.map(({name: id, role, group}, i): Node<Doris> => {
    const other = shape.beside?.[id];
    const host =
      other === undefined ? HostId.parse(`10.77.${Math.floor(i / 250)}.${(i % 250) + 1}`) : hosts.get(other);
    if (host === undefined) throw new Error(`${id} cannot be beside ${other}: it comes later, or is none`);
    hosts.set(id, host);
    const shift = shifts.get(host) ?? 0;
    shifts.set(host, shift + PORTS_APART);
    return {
      id: NodeId.parse(id),
      host,
      role,
      home: parseAbsPath(`/opt/doris/${shift === 0 ? role : id}`),
      ...(group === undefined ? {} : {group}),
      fields: fieldsOf(role, to, shift),
    };
  });
  return {
    name,
    system: 'doris',
    hosts: [...shifts.keys()].map(id => ({id, identityFiles: []})),
    nodes,
    settings: doris.settings.parse({version: to}),
  };
};
