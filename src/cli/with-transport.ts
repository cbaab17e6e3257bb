import type {Cluster} from '../model/inventory.ts';
import {DEFAULT_LIMITS} from '../transport/env.ts';
import {openTransport, type SshTransport} from '../transport/transport.ts';
import type {Context} from './outside.ts';
import {realClock} from './real-clock.ts';

/** Opens the way to a cluster's hosts for as long as the work takes. */
export const withTransport = async <T>(
  {outside}: Context,
  cluster: Cluster,
  work: (transport: SshTransport) => Promise<T>,
): Promise<T> => {
  const transport = openTransport(cluster, {
    clock: realClock,
    chance: Math.random,
    vars: outside.env,
    limits: DEFAULT_LIMITS,
    log: () => undefined,
  });
  try {
    return await work(transport);
  } finally {
    await transport.close();
  }
};
