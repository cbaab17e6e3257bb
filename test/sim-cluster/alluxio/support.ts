import {fileURLToPath} from 'node:url';
import {z} from 'zod';
import {alluxioKit} from '../../../src/fakes/alluxio/kit.ts';
import {type DemoCluster, type DemoOptions, startDemoCluster} from '../../../src/sim/demo-cluster.ts';
import {page, placeOf, type Ran, run, until} from '../support.ts';

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

/** The new version beside the old one, with its conf, and the home's link moved to it. */
export const install = async (cluster: DemoCluster, node: string, version: string): Promise<void> => {
  const {home, package: pack} = placeOf(cluster, node);
  const {code, stderr} = await run(
    cluster,
    node,
    `set -e; cd '${home}/..'; [ -d alluxio-${version} ] || tar -xzf '${pack}'
cp alluxio/conf/alluxio-site.properties alluxio/conf/alluxio-env.sh alluxio/conf/masters alluxio/conf/workers alluxio-${version}/conf
ln -sfn alluxio-${version} alluxio`,
  );
  if (code !== 0) throw new Error(stderr);
};

/** What a page answers: its status and JSON body, or null when nothing comes. */
export const info = async (cluster: DemoCluster, node: string, path: string): Promise<unknown> => {
  const answer = await page(cluster, node, 'webPort', path);
  return answer === null ? null : JSON.parse(answer.slice(4));
};

const Master = z.object({
  version: z.string(),
  workers: z.array(z.object({address: z.object({host: z.string()}), usedBytes: z.number()})),
  mountPoints: z.record(z.string(), z.object({ufsUri: z.string()})),
});

/** Which master's page answers, and what it tells; null when none does, or the one that does is in safe mode. */
export const leader = async (
  cluster: DemoCluster,
): Promise<(z.infer<typeof Master> & {readonly name: string}) | null> => {
  const masters = cluster.places.filter(({role}) => role === 'master');
  for (const {name} of masters) {
    const told = Master.safeParse(await info(cluster, name, '/api/v1/master/info'));
    if (told.success) return {name, ...told.data};
  }
  return null;
};

export const untilLed = (cluster: DemoCluster, version: string, workers = 0) =>
  until(
    () => leader(cluster),
    led => led?.version === version && led.workers.length >= workers,
  ).then(led => {
    if (led === null) throw new Error('nobody leads');
    return led;
  });

/** What the leading master's gauges say. */
export const gauge = async (cluster: DemoCluster, name: string): Promise<number | undefined> => {
  const led = await leader(cluster);
  const Gauges = z.object({gauges: z.record(z.string(), z.object({value: z.number()}))});
  return led === null
    ? undefined
    : Gauges.parse(await info(cluster, led.name, '/metrics/json/')).gauges[name]?.value;
};

export const everywhere = async (
  cluster: DemoCluster,
  role: string,
  command: string,
): Promise<readonly Ran[]> =>
  Promise.all(
    cluster.places.filter(place => place.role === role).map(({name}) => script(cluster, name, command)),
  );

/** Files and folders below one of a host's, with a slash after a folder, without what a working product changes. */
export const tree = async (
  cluster: DemoCluster,
  node: string,
  folder: string,
): Promise<readonly string[]> => {
  const {root} = placeOf(cluster, node);
  const {stdout} = await run(
    cluster,
    node,
    `cd '${root}/${folder}' 2>/dev/null && find . -mindepth 1 | sort`,
  );
  return stdout.trimEnd().split('\n').filter(Boolean);
};
