import type {NodeId} from '../../src/model/ids.ts';
import type {Node} from '../../src/model/inventory.ts';
import {planSteps} from '../../src/model/plan.ts';
import type {AlluxioLie} from '../fakes/alluxio/memory-lies.ts';
import type {Lie} from '../fakes/common/memory-lies.ts';
import type {Effect} from '../fakes/memory.ts';
import {type LieKind, notVerified, type Scene, type Untrue} from './lies.ts';

const isOf =
  (...roles: readonly string[]) =>
  ({role}: Node): boolean =>
    roles.includes(role);

const idsOf = ({cluster}: Scene, ...roles: readonly string[]): readonly NodeId[] =>
  cluster.nodes.filter(isOf(...roles)).map(({id}) => id);

/** From the first stop on nobody serves, and nothing is asked of who leads before everybody has stopped. */
const firstStop =
  ({effects}: Scene) =>
  ({effect}: Effect): boolean =>
    effect === 'stop' && !effects.some(past => past.effect === 'stop');

/** What is known of the cluster is told by its leader: with two of them nothing is. */
const leaderless = ({node}: Lie, scene: Scene): Untrue => {
  const [up, led] = [scene.upSince(node), scene.ledUntil(node)];
  if (up === null || led === null) return {};
  const denies = notVerified(idsOf(scene, 'master', 'worker'));
  return {since: Math.max(up, led), denies, forbids: firstStop(scene)};
};

/** Nobody is stopped for a backup, and nothing is formatted, that is not the one which was taken. */
const unproved = (_lie: Lie, scene: Scene): Untrue => {
  const taken = scene.effects.findLast(({effect}) => effect === 'backup');
  if (taken === undefined) return {};
  const isFirst = firstStop(scene);
  return {since: taken.at, forbids: effect => effect.effect === 'format' || isFirst(effect)};
};

/** The start that has to see all of the backup restored. */
const restoring = ({plan}: Scene): readonly string[] =>
  planSteps(plan)
    .filter(({done}) => done.some(({expect}) => expect.restored !== undefined))
    .map(({id}) => id);

const unrestored = (_lie: Lie, scene: Scene): Untrue => {
  const steps = restoring(scene);
  return {denies: event => event.type === 'step.done' && steps.includes(event.step)};
};

const unlisted = ({node}: Lie, scene: Scene): Untrue => {
  const since = scene.upSince(node);
  return since === null ? {} : {since, denies: notVerified([node])};
};

const KINDS: Readonly<Record<AlluxioLie, Omit<LieKind, 'name'>>> = {
  'two-leaders': {of: isOf('master'), untrue: leaderless, heard: true},
  flips: {of: isOf('worker'), untrue: unlisted},
  // What is done beside masters that hold nothing is named by the subject's own rules.
  'comes-up-empty': {of: isOf('master'), untrue: null, lasts: true, shows: isOf('master')},
  'backup-other': {of: isOf('master'), untrue: unproved, lasts: true, shows: isOf('master')},
  'restore-count-stands': {of: isOf('master'), untrue: unrestored, shows: isOf('master')},
  // Its own process is down.
  'stranger-serves': {of: isOf('worker'), untrue: null},
};

/** The lies that are told of a cluster of Alluxio, and what each makes untrue. */
export const ALLUXIO_LIES: readonly LieKind[] = Object.entries(KINDS).map(([name, kind]) => ({
  name,
  ...kind,
}));
