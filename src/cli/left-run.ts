import {describeNotServing} from '../model/describe-service.ts';
import type {Cluster} from '../model/inventory.ts';
import {type Text, text} from '../model/text.ts';
import {knownRun} from './known-run.ts';
import {loadCluster} from './load-cluster.ts';
import {type Outside, programOf} from './outside.ts';
import type {Standing} from './standing.ts';
import {listRunDirs, type RunDir, readRunInventory} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** A run that has begun to change a cluster, and has not ended. */
export type LeftRun = {readonly dir: RunDir; readonly standing: Standing};

const placesOf = ({nodes}: Cluster): readonly string[] =>
  nodes.map(({host, home, id}) => `${host} ${home ?? id}`);

/** Whether a run is about the same nodes: one home on one host in common is enough. What cannot be read may be. */
const isAbout = async (
  outside: Outside,
  dir: RunDir,
  standing: Standing,
  cluster: Cluster,
): Promise<boolean> => {
  try {
    const inventory = await readRunInventory(dir);
    const then = await loadCluster(outside, standing.cluster, dir.inventory, inventory);
    const places = new Set(placesOf(cluster));
    return placesOf(then.cluster).some(place => places.has(place));
  } catch {
    return standing.cluster === cluster.name;
  }
};

/** The newest run of this machine that has begun to change nodes of this cluster and has not ended; null where none has. */
export const leftRun = async (outside: Outside, cluster: Cluster): Promise<LeftRun | null> => {
  for (const dir of await listRunDirs(outside.env)) {
    const run = await knownRun(dir);
    // Whoever is at it is told of by the cluster's lock.
    if (
      run.kind !== 'known' ||
      run.inHand !== null ||
      run.standing.verified !== null ||
      run.standing.begun === false
    )
      continue;
    if (await isAbout(outside, dir, run.standing, cluster)) return {dir, standing: run.standing};
  }
  return null;
};

/** "run R (3.0.6 → 3.1.2) was left and has not ended; 2 nodes are not serving: …". */
export const describeLeftRun = ({dir, standing}: LeftRun): Text => {
  const {from, to, outOfService} = standing;
  const out = describeNotServing(outOfService, {most: 12});
  const [en, zh] = out === null ? ['', ''] : [`; ${out.en}`, `；${out.zh}`];
  return text(
    `run ${dir.id} (${from} → ${to}) has begun to change this cluster and has not ended${en}`,
    `运行 ${dir.id}（${from} → ${to}）已开始改动此集群，尚未结束${zh}`,
  );
};

/**
 * Throws where a run was left: a new one would meet what that has made of the nodes, and everything that it said of them would
 * be wrong advice: to start what waits for its journal, to move away what the home points to.
 */
export const refuseLeftRun = async (outside: Outside, cluster: Cluster): Promise<void> => {
  const left = await leftRun(outside, cluster);
  if (left === null) return;
  const {id, path} = left.dir;
  const program = programOf(outside);
  throw new UserError(
    describeLeftRun(left),
    text(
      `go on with it: ${program} resume ${id}. To give it up for good, bring each node to where you want it by hand, and move ${path} away`,
      `请继续它：${program} resume ${id}。若要彻底放弃，请手工把每个节点恢复到想要的状态，然后移走 ${path}`,
    ),
  );
};
