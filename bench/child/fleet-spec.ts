import {z} from 'zod';
import {parseAbsPath} from '../../src/lib/abs-path.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import type {Cluster} from '../../src/model/inventory.ts';

/** How to reach the hosts of a fleet. */
export const FleetSpec = z.object({
  hosts: z.array(z.string()),
  port: z.number(),
  user: z.string(),
  identity: z.string(),
  knownHosts: z.string(),
});
export type FleetSpec = z.infer<typeof FleetSpec>;

/** The fleet as a cluster: one node on each host. */
export const clusterOf = ({hosts, port, user, identity, knownHosts}: FleetSpec): Cluster => ({
  name: 'bench',
  system: 'bench',
  hosts: hosts.map(host => ({
    id: HostId.parse(host),
    port,
    user,
    identityFiles: [identity],
    knownHostsFile: knownHosts,
  })),
  nodes: hosts.map((host, i) => ({
    id: NodeId.parse(`node-${i + 1}`),
    host: HostId.parse(host),
    role: 'node',
    home: parseAbsPath('/opt/bench'),
    fields: {},
  })),
  settings: {},
});
