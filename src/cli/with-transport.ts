import type {Cluster} from '../model/inventory.ts';
import {DEFAULT_LIMITS, type TransportEnv} from '../transport/env.ts';
import {openTransport, type SshTransport} from '../transport/transport.ts';
import type {Context} from './outside.ts';
import {realClock} from './real-clock.ts';

/** What the transport may know of this machine. */
export const transportEnv = ({outside}: Context): TransportEnv => ({
  clock: realClock,
  chance: Math.random,
  vars: outside.env,
  limits: DEFAULT_LIMITS,
});

/** Opens the way to a cluster's hosts for as long as the work takes. */
export const withTransport = async <T>(
  context: Context,
  {hosts}: Pick<Cluster, 'hosts'>,
  work: (transport: SshTransport) => Promise<T>,
): Promise<T> => {
  const transport = openTransport(hosts, transportEnv(context));
  try {
    return await work(transport);
  } finally {
    await transport.close();
  }
};
