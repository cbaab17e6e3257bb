import {describeNotServing} from '../model/describe-service.ts';
import type {Cluster} from '../model/inventory.ts';
import {both, plain, type Text, text} from '../model/text.ts';
import {describeUnreadable} from './describe-run.ts';
import {type KnownRun, knownRuns, type UnreadableRun} from './known-run.ts';
import {loadCluster} from './load-cluster.ts';
import {type Outside, programOf} from './outside.ts';
import {settleRuns} from './settle.ts';
import {isOver, type Standing} from './standing.ts';
import {listRunDirs, type RunDir, readRunInventory} from './state-dir.ts';
import {UserError} from './user-error.ts';

/** A run that has begun to change a cluster, and has not ended; or that may have, and nobody can read it. */
export type LeftRun =
  | {readonly kind: 'known'; readonly dir: RunDir; readonly standing: Standing}
  | UnreadableRun;

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

/** Whoever is at it is told of by the cluster's lock. */
const asLeft = (run: KnownRun): LeftRun | null => {
  if (run.inHand !== null) return null;
  if (run.kind === 'unreadable') return run.mayBeOpen ? run : null;
  return isOver(run.standing) || run.standing.begun === false ? null : run;
};

/** The runs of this machine that were left in the middle of this cluster, the newest first. */
export const leftRuns = async (outside: Outside, cluster: Cluster): Promise<readonly LeftRun[]> => {
  const left: LeftRun[] = [];
  for (const each of await knownRuns(await listRunDirs(outside.env))) {
    const run = asLeft(each);
    if (run === null) continue;
    const standing = run.kind === 'known' ? run.standing : run.last;
    if (await isAbout(outside, run.dir, standing, cluster)) left.push(run);
  }
  return left;
};

/** "run R (3.0.6 → 3.1.2) has begun to change this cluster and has not ended; 2 nodes are not serving: …". */
export const describeLeftRun = (run: LeftRun): Text => {
  const {id} = run.dir;
  if (run.kind === 'unreadable') {
    const why = describeUnreadable(run);
    return text(
      `run ${id} may have changed this cluster, and cannot be read: ${why.en}`,
      `运行 ${id} 可能改动过此集群，但无法读取：${why.zh}`,
    );
  }
  const {from, to, outOfService} = run.standing;
  const out = describeNotServing(outOfService, {most: 12});
  const [en, zh] = out === null ? ['', ''] : [`; ${out.en}`, `；${out.zh}`];
  return text(
    `run ${id} (${from} → ${to}) has begun to change this cluster and has not ended${en}`,
    `运行 ${id}（${from} → ${to}）已开始改动此集群，尚未结束${zh}`,
  );
};

/**
 * Throws where a run was left: a new one would meet what that has made of the nodes, and everything that it said of them would
 * be wrong advice: to start what waits for its journal, to move away what the home points to. Gives back the runs that nobody
 * can go on with, for they cannot be read.
 */
export const refuseLeftRun = async (outside: Outside, cluster: Cluster): Promise<readonly LeftRun[]> => {
  await settleRuns(outside);
  const left = await leftRuns(outside, cluster);
  const known = left.find(({kind}) => kind === 'known');
  if (known?.kind !== 'known') return left;
  const {id} = known.dir;
  const program = programOf(outside);
  const goOn = text(`go on with it: ${program} resume ${id}`, `请继续它：${program} resume ${id}`);
  const back =
    known.standing.takesBack === undefined && known.standing.prunes === undefined
      ? text(`; or take it back: ${program} undo ${id}`, `；或撤销它：${program} undo ${id}`)
      : plain('');
  const giveUp = text(
    `; or give it up, with the nodes as they are: ${program} abandon ${id} --because "…"`,
    `；或放弃它，节点保持现状：${program} abandon ${id} --because "…"`,
  );
  throw new UserError(
    describeLeftRun(known),
    both(pick => pick(goOn) + pick(back) + pick(giveUp)),
  );
};
