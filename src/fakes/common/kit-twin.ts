import {hostOf, type Kit, type KitNode} from '../../model/kit.ts';

/**
 * Nodes of a twin as the fake can place them: it gives a role's ports to one node of a host, so that whoever would take them a
 * second time stands on a host of its own, whose name says of which one.
 */
export const placed = (nodes: readonly KitNode[], ports: Kit['ports']): readonly KitNode[] => {
  const taken = new Set<string>();
  return nodes.map(node => {
    const host = hostOf(node);
    const wanted = Object.values(ports(node)).map(port => `${host}:${port}`);
    if (wanted.some(port => taken.has(port))) return {...node, host: `${host}-${node.name}`};
    for (const port of wanted) taken.add(port);
    return node;
  });
};
