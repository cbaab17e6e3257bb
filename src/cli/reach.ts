import {sh} from '../lib/sh.ts';
import type {ShellRequest} from '../model/ask.ts';
import type {Cluster} from '../model/inventory.ts';
import type {Finding} from '../model/system.ts';
import {text} from '../model/text.ts';
import {describeTrouble} from '../model/trouble.ts';
import type {Transport} from '../model/world.ts';

/**
 * Logs in on every host and runs nothing but `true`. Gives a finding for each host that cannot be used, with the
 * reason told apart: unknown host key, refused login, no answer, no shell.
 */
export const reachHosts = async (cluster: Cluster, transport: Transport): Promise<readonly Finding[]> => {
  const found = await Promise.all(
    cluster.hosts.map(async (host): Promise<Finding | null> => {
      const node = cluster.nodes.find(({host: id}) => id === host.id);
      if (node === undefined) return null;
      const request: ShellRequest = {
        kind: 'shell',
        name: 'reach',
        script: sh`true`,
        timeoutMs: 30_000,
        maxBytes: 1_000,
        lane: 'look',
      };
      const reply = await transport.ask(node.id, request);
      if (reply.kind === 'shell') return null;
      const {what, todo} = describeTrouble(reply.trouble);
      return {
        check: 'reach',
        node: node.id,
        level: 'block',
        title: text(`${host.id}: ${what.en}`, `${host.id}：${what.zh}`),
        seen: reply.detail,
        fix: todo,
      };
    }),
  );
  return found.filter(finding => finding !== null);
};
