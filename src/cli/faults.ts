import {nearest} from '../inventory/nearest.ts';
import type {Kit, KitFault, KitNode} from '../model/kit.ts';
import {type Lang, text} from '../model/text.ts';
import {UserError} from './user-error.ts';

/** The word that lists what there is, in place of a fault. */
export const LIST = 'list';

/** Nodes of this demo that can have the fault, those of its first role first. */
const nodesOf = (fault: KitFault, nodes: readonly KitNode[]): readonly KitNode[] =>
  fault.roles.flatMap(role => nodes.filter(node => node.role === role && (fault.can?.(node, nodes) ?? true)));

/** Where it stands when nobody says where. */
const standsOn = (fault: KitFault, nodes: readonly KitNode[]): readonly KitNode[] => {
  const able = nodesOf(fault, nodes);
  return fault.everywhere === true ? able : able.slice(0, 1);
};

const namesOf = (nodes: readonly KitNode[]): string => nodes.map(({name}) => name).join(', ');

/** Every fault of a product in this demo: its name, where it stands, who else can have it, and what happens. */
export const listFaults = ({faults}: Kit, nodes: readonly KitNode[], lang: Lang): readonly string[] => {
  const width = Math.max(...faults.map(({name}) => name.length)) + 2;
  return faults.flatMap(fault => {
    const on = standsOn(fault, nodes);
    const able = nodesOf(fault, nodes);
    if (on.length === 0) return [];
    const roles = [...new Set(able.map(({role}) => role))].join(', ');
    const where =
      on.length === able.length
        ? text(`on ${namesOf(on)}`, `位于 ${namesOf(on)}`)
        : text(
            `on ${namesOf(on)}; with @NODE on any node of ${roles}`,
            `位于 ${namesOf(on)}；@NODE 可为任一 ${roles} 节点`,
          );
    return [`${fault.name.padEnd(width)}${where[lang]}`, `  ${fault.what[lang]}`];
  });
};

const faultOf = ({system, faults}: Kit, name: string): KitFault => {
  const found = faults.find(known => known.name === name);
  if (found !== undefined) return found;
  const names = faults.map(known => known.name);
  const meant = nearest(name, names);
  throw new UserError(
    text(`${system} has no fault "${name}"`, `${system} 没有名为“${name}”的故障`),
    meant === null
      ? text(`choose one of: ${names.join(', ')}`, `请选择其一：${names.join(', ')}`)
      : text(
          `did you mean "${meant}"? \`--fault ${LIST}\` explains each`,
          `是否想写“${meant}”？\`--fault ${LIST}\` 会逐一说明`,
        ),
  );
};

type Knobs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Reads `NAME` and `NAME@NODE` into the knobs of each node: those it is made with, and, where more are turned once the cluster
 * is up, all of them. Throws when there is no such fault or node, when the node cannot
 * have it, or when two faults of one node want different things.
 */
export const readFaults = (
  words: readonly string[],
  kit: Kit,
  nodes: readonly KitNode[],
  versions: {readonly from: string; readonly to: string},
): {readonly knobs: Knobs; readonly later: Knobs} => {
  const knobs: Record<string, Record<string, string>> = {};
  const all: Record<string, Record<string, string>> = {};
  const turned = new Set<string>();
  for (const word of words) {
    const [name = '', at] = word.split(/@(.*)/s);
    const fault = faultOf(kit, name);
    const able = nodesOf(fault, nodes);
    const on = at === undefined ? standsOn(fault, nodes) : able.filter(node => node.name === at);
    if (on.length === 0)
      throw new UserError(
        at === undefined
          ? text(`no node of this demo can have "${name}"`, `此演示中没有节点可以出现“${name}”`)
          : text(`"${name}" cannot happen on "${at}"`, `“${name}”不会发生在“${at}”上`),
        text(
          `it can on: ${able.length === 0 ? 'none' : namesOf(able)}`,
          `可选节点：${able.length === 0 ? '无' : namesOf(able)}`,
        ),
      );
    for (const node of on) {
      const before = all[node.name] ?? {};
      const more = fault.knobs(versions);
      const both = Object.keys(more).find(key => before[key] !== undefined && before[key] !== more[key]);
      if (both !== undefined)
        throw new UserError(
          text(
            `two faults of ${node.name} cannot happen together: ${words.join(', ')}`,
            `${node.name} 的两个故障不能同时出现：${words.join(', ')}`,
          ),
          text('name them for two nodes', '请分别指定两个节点'),
        );
      all[node.name] = {...before, ...more};
      if (fault.later === true) turned.add(node.name);
      else knobs[node.name] = {...knobs[node.name], ...more};
    }
  }
  return {knobs, later: Object.fromEntries(Object.entries(all).filter(([name]) => turned.has(name)))};
};
