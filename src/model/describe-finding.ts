import type {Finding} from './finding.ts';
import type {NodeId} from './ids.ts';
import type {Text} from './text.ts';

/** A finding, and every node that it was made of. */
export type FoundAt = {readonly finding: Finding; readonly nodes: readonly NodeId[]};

/** What is the same on several nodes, once. */
export const groupFindings = (findings: readonly Finding[]): readonly FoundAt[] => {
  const groups = new Map<string, {finding: Finding; nodes: NodeId[]}>();
  for (const finding of findings) {
    const {check, level, title, seen, fix} = finding;
    const key = JSON.stringify([check, level, title, seen, fix]);
    const group = groups.get(key) ?? {finding, nodes: []};
    groups.set(key, group);
    if (finding.node !== null) group.nodes.push(finding.node);
  }
  return [...groups.values()];
};

/** What was found in one way: on which nodes, and as it was seen on the first of them. */
export type Kind = {
  readonly nodes: NodeId[];
  readonly seen: Text;
  /** On others of them something else of the kind was seen: another number, another name. */
  differs: boolean;
};

/** A check tells each node's own numbers; here it counts once. Of the whole cluster it may tell several things. */
export const kindsOf = (findings: readonly Finding[]): readonly Kind[] => {
  const kinds = new Map<string, Kind>();
  for (const {check, node, level, title, seen} of findings) {
    const told = seen ?? title;
    const key = JSON.stringify([check, level, title.en, node === null ? told.en : null]);
    const kind = kinds.get(key) ?? {nodes: [], seen: told, differs: false};
    kinds.set(key, kind);
    kind.differs ||= kind.seen.en !== told.en;
    if (node !== null) kind.nodes.push(node);
  }
  return [...kinds.values()];
};
