import type {Cluster, Host} from '../model/inventory.ts';
import {type Text, text} from '../model/text.ts';
import {accept, acceptBlock, type Block, pick, refuseUnknown} from './accept.ts';
import {nearest} from './nearest.ts';
import {makeReport, type Problem, type Report} from './problem.ts';
import {type NamedLines, type NodeEntry, readRoles} from './read-roles.ts';
import {CLUSTER_KEYS, type Described, keysOf, SSH_KEYS, Ssh} from './shape.ts';
import {listed} from './words.ts';
import {type Path, parseYaml} from './yaml-source.ts';

export type ClusterResult =
  | {readonly kind: 'ok'; readonly cluster: Cluster}
  | {readonly kind: 'problems'; readonly problems: readonly Problem[]};

const HERE = text('here', '在此处');

const findSystem = (
  value: unknown,
  systems: readonly Described[],
  path: Path,
  report: Report,
): Described | null => {
  const system = systems.find(({name}) => name === value);
  if (system !== undefined) return system;
  const names = systems.map(({name}) => name);
  const meant = typeof value === 'string' ? nearest(value, names) : null;
  const fix = text(
    `write "system: ${meant ?? names.join('" or "system: ')}"`,
    `请写“system: ${meant ?? names.join('”或“system: ')}”`,
  );
  const words =
    value === undefined
      ? text('system is missing', '缺少 system')
      : text('this system is not known', '不认识这个系统');
  report.add(path, words, fix);
  return null;
};

/** Where a node stands, for words about another one: "s-1 (line 11)". */
const placed = ({node, path}: NodeEntry, report: Report): Text => {
  const line = report.line(path);
  return text(`${node.id} (line ${line})`, `${node.id}（第 ${line} 行）`);
};

/** Of all nodes, also of those that have another fault: every problem is told at once. */
const refuseSameName = (names: readonly NamedLines[], report: Report): void => {
  const seen = new Map<string, Path>();
  for (const {name, path} of names) {
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, path);
      continue;
    }
    const line = report.line(first);
    report.add(
      [...path, 'name'],
      text(`line ${line} has a node named ${name} too`, `第 ${line} 行已有名为 ${name} 的节点`),
      text('give each node of the cluster a name of its own', '请为集群中每个节点取不同的名字'),
    );
  }
};

/** What two nodes in one home are to be told; null when both roles say that they may share it. */
const homeFix = (first: NodeEntry, second: NodeEntry): Text | null => {
  if (first.role.name === second.role.name)
    return text('give one of them its own host or its own home', '请为其中一个指定不同的 host 或 home');
  const own = [second, first].find(({role}) => role.home !== 'shared');
  return own === undefined
    ? null
    : text(
        `a node of role ${own.role.name} shares its home with no other: give one of them its own host or its own home`,
        `角色 ${own.role.name} 的节点不与其他节点共用 home：请为其中一个指定不同的 host 或 home`,
      );
};

/** Nodes of one host have homes of their own, unless their roles differ and both may share one. */
const refuseSameHome = (entries: readonly NodeEntry[], report: Report): void => {
  const byPlace = new Map<string, NodeEntry[]>();
  for (const entry of entries) {
    const {host, home, id} = entry.node;
    if (home === null) continue;
    const there = byPlace.get(`${host} ${home}`) ?? [];
    byPlace.set(`${host} ${home}`, [...there, entry]);
    for (const first of there) {
      const fix = homeFix(first, entry);
      if (fix === null) continue;
      const other = placed(first, report);
      report.add(
        [...entry.path, 'host'],
        text(
          `${id} is in the same place as ${other.en}: ${home} on ${host}`,
          `${id} 与 ${other.zh}位置相同：${host} 上的 ${home}`,
        ),
        fix,
      );
      break;
    }
  }
};

const makeHost = (id: Host['id'], {user, port, identityFile, knownHosts}: Ssh): Host => ({
  id,
  ...(port === undefined ? {} : {port}),
  ...(user === undefined ? {} : {user}),
  identityFiles: identityFile === undefined ? [] : [identityFile].flat(),
  ...(knownHosts === undefined ? {} : {knownHostsFile: knownHosts}),
});

const readHosts = (entries: readonly NodeEntry[], common: Ssh, report: Report): readonly Host[] => {
  const hosts = new Map<string, Host>();
  for (const {node, ssh, path} of entries) {
    const host = makeHost(node.host, {...common, ...ssh});
    const other = hosts.get(node.host);
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(host))
      report.add(
        [...path, 'ssh'],
        text(`${node.host} is reached in two different ways`, `${node.host} 有两种不同的连接方式`),
        text('give all nodes of one host the same ssh keys', '请让同一主机的所有节点使用相同的 ssh 设置'),
      );
    hosts.set(node.host, other ?? host);
  }
  return [...hosts.values()];
};

const readBlock = (
  name: string,
  block: Block,
  systems: readonly Described[],
  report: Report,
): Cluster | null => {
  const path = ['clusters', name];
  refuseUnknown(block, CLUSTER_KEYS, path, report);
  const system = findSystem(block.system, systems, 'system' in block ? [...path, 'system'] : path, report);
  const below = (key: string) => (child: string | null) => [...path, key, ...(child === null ? [] : [child])];
  const sshBlock = acceptBlock(block.ssh ?? {}, [...path, 'ssh'], report) ?? {};
  refuseUnknown(sshBlock, SSH_KEYS, [...path, 'ssh'], report);
  const ssh = accept(Ssh, pick(sshBlock, SSH_KEYS), below('ssh'), HERE, report);
  if (system === null) return null;
  const given = acceptBlock(block.settings ?? {}, [...path, 'settings'], report) ?? {};
  const settingKeys = Object.keys(keysOf(system.settings).properties);
  refuseUnknown(given, settingKeys, [...path, 'settings'], report);
  const settings = accept(system.settings, pick(given, settingKeys), below('settings'), HERE, report);
  const {entries, names} = readRoles(system, block.roles, [...path, 'roles'], report);
  refuseSameName(names, report);
  refuseSameHome(entries, report);
  const hosts = readHosts(entries, ssh?.value ?? {}, report);
  if (settings === null) return null;
  return {name, system: system.name, hosts, nodes: entries.map(({node}) => node), settings: settings.value};
};

const findBlock = (tree: unknown, name: string, report: Report): Block | null => {
  const root = acceptBlock(tree, [], report);
  if (root === null) return null;
  refuseUnknown(root, ['clusters'], [], report);
  if (root.clusters === undefined) {
    report.add(
      [],
      text('clusters is missing', '缺少 clusters'),
      text('begin the file with "clusters:"', '请以“clusters:”开头'),
    );
    return null;
  }
  const clusters = acceptBlock(root.clusters, ['clusters'], report);
  if (clusters === null) return null;
  if (Object.hasOwn(clusters, name)) return acceptBlock(clusters[name], ['clusters', name], report);
  const names = Object.keys(clusters);
  const meant = nearest(name, names);
  const all = listed(names);
  report.add(
    ['clusters'],
    text(`there is no cluster "${name}"`, `没有名为“${name}”的集群`),
    meant === null
      ? text(`the file has: ${all.en}`, `文件中有：${all.zh}`)
      : text(`did you mean "${meant}"? The file has: ${all.en}`, `是否想写“${meant}”？文件中有：${all.zh}`),
    'key',
  );
  return null;
};

/**
 * Reads one cluster of an inventory's text. Says everything that is wrong at once, each with its place; `file` is only
 * its name for the problems. The other clusters of the file are not looked into.
 */
export const parseCluster = (
  fileText: string,
  file: string,
  name: string,
  systems: readonly Described[],
): ClusterResult => {
  const yaml = parseYaml(fileText);
  if ('broken' in yaml) {
    const problems = yaml.broken.map(({place, message, fix}) => ({file, ...place, path: '', message, fix}));
    return {kind: 'problems', problems};
  }
  const report = makeReport(file, yaml.source);
  const block = findBlock(yaml.source.tree, name, report);
  const cluster = block && readBlock(name, block, systems, report);
  const problems = report.problems();
  return cluster === null || problems.length > 0 ? {kind: 'problems', problems} : {kind: 'ok', cluster};
};
