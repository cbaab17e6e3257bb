import {fileURLToPath} from 'node:url';
import {alluxioKit} from '../../../src/fakes/alluxio/kit.ts';
import {type DemoCluster, type DemoOptions, startDemoCluster} from '../../../src/sim/demo-cluster.ts';
import {placeOf, type Ran, run} from '../support.ts';

const program = fileURLToPath(new URL('../../../src/fakes/alluxio/process.ts', import.meta.url));

export const boot = (options: Partial<DemoOptions> = {}): Promise<DemoCluster> =>
  startDemoCluster({
    kit: alluxioKit,
    cluster: 'lake-cache',
    program,
    speed: 20,
    layout: 'masters',
    bootWithinMs: 240_000,
    ...options,
  });

/** One of the scripts of a node's home: `alluxio …`, `alluxio-start.sh …`. */
export const script = (cluster: DemoCluster, node: string, command: string): Promise<Ran> =>
  run(cluster, node, `'${placeOf(cluster, node).home}'/bin/${command}`);
