import type {Cluster} from '../model/inventory.ts';
import {loadCluster} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import type {Standing} from './standing.ts';
import {type RunDir, readRunInventory} from './state-dir.ts';

const placesOf = ({nodes}: Cluster): readonly string[] =>
  nodes.map(({host, home, id}) => `${host} ${home ?? id}`);

/** Whether a run is about the same nodes: one home on one host in common is enough. What cannot be read may be. */
export const isAbout = async (
  outside: Outside,
  dir: RunDir,
  standing: Standing | null,
  cluster: Cluster,
): Promise<boolean> => {
  const name = standing?.cluster ?? cluster.name;
  try {
    const inventory = await readRunInventory(dir);
    const then = await loadCluster(outside, name, dir.inventory, inventory);
    const places = new Set(placesOf(cluster));
    return placesOf(then.cluster).some(place => places.has(place));
  } catch {
    return name === cluster.name;
  }
};
