import type {Cluster} from '../model/inventory.ts';
import {loadCluster} from './load-cluster.ts';
import type {Outside} from './outside.ts';
import type {Standing} from './standing.ts';
import {type RunDir, readRunInventory} from './state-dir.ts';

const placesOf = ({nodes}: Cluster): readonly string[] =>
  nodes.map(({host, home, id}) => `${host} ${home ?? id}`);

/** Whether two clusters have a home on a host in common; of what cannot be read the name has to tell. */
export const sharesPlaces = (
  one: Cluster | null,
  oneName: string,
  other: Cluster | null,
  otherName: string,
): boolean => {
  if (one === null || other === null) return oneName === otherName;
  const places = new Set(placesOf(other));
  return placesOf(one).some(place => places.has(place));
};

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
    return sharesPlaces(then.cluster, name, cluster, cluster.name);
  } catch {
    return name === cluster.name;
  }
};
