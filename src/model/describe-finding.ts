import type {Finding} from './finding.ts';
import type {NodeId} from './ids.ts';

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
