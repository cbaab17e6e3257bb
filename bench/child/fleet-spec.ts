import {z} from 'zod';
import {HostId} from '../../src/model/ids.ts';
import type {Host} from '../../src/model/inventory.ts';

/** How to reach the hosts of a fleet. */
export const FleetSpec = z.object({
  hosts: z.array(z.string()),
  port: z.number(),
  user: z.string(),
  identity: z.string(),
  knownHosts: z.string(),
});
export type FleetSpec = z.infer<typeof FleetSpec>;

/** The hosts of a fleet as the transport wants them. */
export const hostsOf = ({hosts, port, user, identity, knownHosts}: FleetSpec): readonly Host[] =>
  hosts.map(host => ({
    id: HostId.parse(host),
    port,
    user,
    identityFiles: [identity],
    knownHostsFile: knownHosts,
  }));
