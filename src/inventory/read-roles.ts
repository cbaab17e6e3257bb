import {parseAbsPath} from '../lib/abs-path.ts';
import type {Node} from '../model/inventory.ts';
import type {Role} from '../model/system.ts';
import {text} from '../model/text.ts';
import {accept, acceptBlock, type Block, isBlock, pick, refuseUnknown} from './accept.ts';
import type {Report} from './problem.ts';
import {type Described, keysOf, nodeShape, type Shape, SSH_KEYS, type Ssh} from './shape.ts';
import type {Path} from './yaml-source.ts';

/** A node as its lines in the file say it, with its role and the way to them. */
export type NodeEntry = {readonly node: Node; readonly role: Role; readonly ssh: Ssh; readonly path: Path};

/** The name that stands in a node's lines, whatever else is wrong with them. */
export type NamedLines = {readonly name: string; readonly path: Path};

/** What a file says of nodes: those that have a place, and the names of all. */
export type RolesRead = {readonly entries: readonly NodeEntry[]; readonly names: readonly NamedLines[]};

const NOTHING: RolesRead = {entries: [], names: []};

const together = (parts: readonly RolesRead[]): RolesRead => ({
  entries: parts.flatMap(({entries}) => entries),
  names: parts.flatMap(({names}) => names),
});

const HERE_OR_ROLE = text(
  'here, or once above "nodes" for the whole role',
  '在此处，或在“nodes”之上为整个角色',
);

/** `ssh` is laid over key by key, everything else is replaced. */
const withDefaults = (defaults: Block, own: Block): Block => {
  const merged = {...defaults, ...own};
  return isBlock(defaults.ssh) && isBlock(own.ssh) ? {...merged, ssh: {...defaults.ssh, ...own.ssh}} : merged;
};

/** The keys that a node of a role may have: every node's, and the role's own. */
const keysOfRole = (role: Role): {readonly shape: readonly string[]; readonly own: readonly string[]} => ({
  shape: Object.keys(nodeShape(role).shape),
  own: Object.keys(keysOf(role.fields).properties),
});

/** Reports keys that nobody knows; a home where nodes have none in words of its own. */
const refuseStrange = (
  role: Role,
  block: Block,
  known: readonly string[],
  path: Path,
  report: Report,
): void => {
  const {home, ...rest} = block;
  if (home !== undefined && !known.includes('home'))
    report.add(
      [...path, 'home'],
      text(`a node of role ${role.name} has no home`, `角色 ${role.name} 的节点没有 home`),
      text('remove "home"', '请删除“home”'),
      'key',
    );
  refuseUnknown(known.includes('home') ? block : rest, known, path, report);
};

const readNode = (
  role: Role,
  defaults: Block,
  own: Block,
  rolePath: Path,
  path: Path,
  report: Report,
): NodeEntry | null => {
  const keys = keysOfRole(role);
  refuseStrange(role, own, [...keys.shape, ...keys.own], path, report);
  if (isBlock(own.ssh)) refuseUnknown(own.ssh, SSH_KEYS, [...path, 'ssh'], report);
  const merged = withDefaults(defaults, own);
  const placeOf = (key: string | null): Path =>
    key === null ? path : key in own ? [...path, key] : key in defaults ? [...rolePath, key] : path;
  const shape = accept<Shape>(nodeShape(role), pick(merged, keys.shape), placeOf, HERE_OR_ROLE, report);
  const fields = accept(role.fields, pick(merged, keys.own), placeOf, HERE_OR_ROLE, report);
  if (shape === null) return null;
  const {name: id, host, home, group, ssh = {}} = shape.value;
  const node: Node = {
    id,
    host,
    role: role.name,
    home: home === undefined ? null : parseAbsPath(home),
    ...(group === undefined ? {} : {group}),
    // Faulty ones were reported, so nobody gets this node; its place is compared all the same.
    fields: fields === null ? null : fields.value,
  };
  return {node, role, ssh, path};
};

const readRole = (role: Role, value: unknown, path: Path, report: Report): RolesRead => {
  const block = acceptBlock(value, path, report);
  if (block === null) return NOTHING;
  const {nodes, ...defaults} = block;
  const perNode = ['name', 'host'];
  const keys = keysOfRole(role);
  const ofNode = [...keys.shape, ...keys.own];
  refuseStrange(role, block, [...ofNode.filter(key => !perNode.includes(key)), 'nodes'], path, report);
  if (isBlock(defaults.ssh)) refuseUnknown(defaults.ssh, SSH_KEYS, [...path, 'ssh'], report);
  if (!Array.isArray(nodes) || nodes.length === 0) {
    report.add(
      'nodes' in block ? [...path, 'nodes'] : path,
      text(`role ${role.name} has no nodes`, `角色 ${role.name} 没有节点`),
      text(
        'write "nodes:" and under it one "- {name: …, host: …}" per node',
        '请写“nodes:”，其下每个节点一行“- {name: …, host: …}”',
      ),
    );
    return NOTHING;
  }
  const read = nodes.map((item: unknown, i): RolesRead => {
    const nodePath = [...path, 'nodes', i];
    const own = acceptBlock(item, nodePath, report);
    if (own === null) return NOTHING;
    const entry = readNode(role, pick(defaults, ofNode), own, path, nodePath, report);
    return {
      entries: entry === null ? [] : [entry],
      names: typeof own.name === 'string' ? [{name: own.name, path: nodePath}] : [],
    };
  });
  return together(read);
};

/** Reads the nodes of every role the system has, in the system's order. */
export const readRoles = (system: Described, value: unknown, path: Path, report: Report): RolesRead => {
  const block = acceptBlock(value ?? {}, path, report);
  if (block === null) return NOTHING;
  refuseUnknown(
    block,
    system.roles.map(({name}) => name),
    path,
    report,
  );
  const read = system.roles.map((role): RolesRead => {
    if (role.name in block) return readRole(role, block[role.name], [...path, role.name], report);
    if (!role.optional)
      report.add(
        path,
        text(`role ${role.name} (${role.title.en}) is missing`, `缺少角色 ${role.name}（${role.title.zh}）`),
        role.home === 'none'
          ? text(`add "${role.name}:" with its nodes`, `请添加“${role.name}:”及其 nodes`)
          : text(`add "${role.name}:" with its home and nodes`, `请添加“${role.name}:”及其 home 和 nodes`),
      );
    return NOTHING;
  });
  return together(read);
};
