import {readFileSync} from 'node:fs';
import {text} from 'node:stream/consumers';
import {z} from 'zod';
import {realClock} from '../../../src/cli/real-clock.ts';
import {parseCluster} from '../../../src/inventory/read-cluster.ts';
import {describeReasons} from '../../../src/model/reason.ts';
import {lookOnce} from '../../../src/probe/look.ts';
import {alluxio} from '../../../src/systems/alluxio/system.ts';
import {DEFAULT_LIMITS} from '../../../src/transport/env.ts';
import {openTransport} from '../../../src/transport/transport.ts';

/**
 * Looks once at some nodes by one probe, as lakeup does: {inventory, cluster, probe, roles, given} on stdin, what was
 * seen on stdout. A program of its own, because hosts are only reached from the operator's namespace.
 */
const Order = z.object({
  inventory: z.string(),
  cluster: z.string(),
  probe: z.string(),
  /** Names of nodes or of roles. */
  nodes: z.array(z.string()),
  given: z.record(z.string(), z.any()),
});

const {inventory, cluster: name, probe, nodes, given} = Order.parse(JSON.parse(await text(process.stdin)));
const read = parseCluster(readFileSync(inventory, 'utf8'), inventory, name, [alluxio]);
if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
const {cluster} = read;
const env = {clock: realClock, chance: Math.random, vars: process.env, limits: DEFAULT_LIMITS};
const transport = openTransport(cluster.hosts, env);
const looker = {system: alluxio, cluster, ask: transport.ask, clock: realClock};
const seen = await Promise.all(
  cluster.nodes
    .filter(({id, role}) => nodes.includes(id) || nodes.includes(role))
    .map(async ({id}) => {
      const {look} = await lookOnce(looker, id, probe, 600_000, given);
      return [id, look.kind === 'seen' ? look.facts : {silent: describeReasons(look.reasons, id).en}];
    }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(seen)));
await transport.close();
