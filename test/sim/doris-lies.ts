import type {NodeId} from '../../src/model/ids.ts';
import type {Node} from '../../src/model/inventory.ts';
import type {Lie} from '../fakes/common/memory-lies.ts';
import type {DorisLie} from '../fakes/doris/memory-lies.ts';
import {type LieKind, notStopped, notVerified, type Scene, type Untrue} from './lies.ts';

const isOf =
  (...roles: readonly string[]) =>
  ({role}: Node): boolean =>
    roles.includes(role);

const idsOf = ({cluster}: Scene, ...roles: readonly string[]): readonly NodeId[] =>
  cluster.nodes.filter(isOf(...roles)).map(({id}) => id);

const othersOf = (scene: Scene, node: NodeId): readonly NodeId[] =>
  idsOf(scene, 'fe').filter(id => id !== node);

/** While it is up and does not lead: of the master its row is its own, and its journal is the one that others are measured by. */
const ofFollower =
  (untrue: (scene: Scene, node: NodeId) => Untrue) =>
  ({node}: Lie, scene: Scene): Untrue => {
    const [up, led] = [scene.upSince(node), scene.ledUntil(node)];
    return up === null || led === null ? {} : {since: Math.max(up, led), ...untrue(scene, node)};
  };

/** It is not well, and nobody may be stopped whose work it would have to take over. */
const unfit = ofFollower((scene, node) => ({
  denies: notVerified([node]),
  forbids: notStopped(othersOf(scene, node)),
}));

/** What the cluster sees of a backend or a frontend is told by the master: with two of them nothing is. */
const masterless = ofFollower((scene, node) => {
  if (scene.plan.survey[node]?.fe === 'observer') return {};
  const all = idsOf(scene, 'be', 'fe');
  return {denies: notVerified(all), forbids: notStopped(all)};
});

/** Nobody may be stopped beside a backend or a MetaService that comes and goes: it takes over nothing. */
const comesAndGoes = ({node}: Lie, scene: Scene): Untrue => {
  const since = scene.upSince(node);
  if (since === null) return {};
  const others = scene.cluster.nodes.filter(({id}) => id !== node).map(({id}) => id);
  return {since, denies: notVerified([node]), forbids: notStopped(others)};
};

/** Nothing may be stopped: none of them would come back, or serve. */
const storeless = (_: Lie, scene: Scene): Untrue => ({
  denies: notVerified(idsOf(scene, 'ms', 'recycler')),
  forbids: notStopped(scene.cluster.nodes.map(({id}) => id)),
});

/** Who has become the master is not stopped before the other followers have the new version. */
const inOffice = ({node}: Lie, {plan, effects, ...scene}: Scene): Untrue => {
  const isOld = (id: NodeId): boolean =>
    plan.survey[id]?.fe !== 'observer' && !effects.some(did => did.node === id && did.effect === 'deploy');
  const others = idsOf({plan, effects, ...scene}, 'fe').filter(id => id !== node && isOld(id));
  return {
    forbids: ({effect, node: of, as}) =>
      effect === 'stop' && of === node && as === 'master' && others.length > 0,
  };
};

/** Its files are not moved while whoever was started again runs from them. */
const supervised = ({node}: Lie): Untrue => ({
  forbids: ({effect, node: of}) => of === node && /^(?:backup|deploy)-running$/.test(effect),
});

/** Stopped, it does not come up as long as that is so; told before anything was stopped, it is not stopped at all. */
const neverUp = ({node, from}: Lie, scene: Scene): Untrue => {
  const since = scene.upSince(node);
  if (since === null) return {denies: notVerified([node])};
  return from <= since ? {forbids: notStopped([node])} : {};
};

const KINDS: Readonly<Record<DorisLie, Omit<LieKind, 'name'>>> = {
  'journal-stands': {of: isOf('fe'), untrue: unfit},
  'two-masters': {of: isOf('fe'), untrue: masterless, heard: true},
  'takes-office': {of: isOf('fe'), untrue: inOffice},
  // That it is down is told of every kind.
  'dies-beside': {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: null},
  // Nobody serves without it, and whoever is started is down.
  storeless: {of: isOf('ms'), untrue: storeless, shows: isOf('ms', 'recycler')},
  supervised: {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: supervised, again: true},
  flips: {
    of: isOf('ms', 'be', 'fe'),
    untrue: (lie, scene) => (idsOf(scene, 'fe').includes(lie.node) ? unfit : comesAndGoes)(lie, scene),
  },
  'dies-when-ready': {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: null},
  'forbids-start': {of: isOf('be'), untrue: neverUp, foreseen: true},
  // Of the master: whom it leaves out has no row, and the others hold more than it does.
  'other-group': {of: isOf('fe'), untrue: unfit, heard: true, shows: isOf('fe')},
  // Who is stopped although no majority is left without it is named by the subject's own rules.
  // No story plants it by itself: a node that is found down has no stop, by which the order is judged.
  'dies-at-signal': {of: () => false, untrue: null},
};

/** The lies that are told of a cluster of Doris, and what each makes untrue. */
export const DORIS_LIES: readonly LieKind[] = Object.entries(KINDS).map(([name, kind]) => ({name, ...kind}));
