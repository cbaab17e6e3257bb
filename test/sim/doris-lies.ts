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

const KINDS: Readonly<Record<DorisLie, Omit<LieKind, 'name'>>> = {
  'journal-stands': {of: isOf('fe'), untrue: unfit},
  'two-masters': {of: isOf('fe'), untrue: masterless, heard: true},
  // Who is stopped as the master before others is named by the subject's own rules.
  'takes-office': {of: isOf('fe'), untrue: null},
  'dies-beside': {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: null},
  // Nobody serves without it, and whoever is started is down.
  storeless: {of: isOf('ms'), untrue: storeless, shows: isOf('ms', 'recycler')},
  // Files that are exchanged under a process are named by the subject's own rules.
  supervised: {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: null, again: true},
  flips: {
    of: isOf('ms', 'be', 'fe'),
    untrue: (lie, scene) => (idsOf(scene, 'fe').includes(lie.node) ? unfit : comesAndGoes)(lie, scene),
  },
  'dies-when-ready': {of: isOf('ms', 'recycler', 'be', 'fe'), untrue: null},
  'forbids-start': {of: isOf('be'), untrue: null},
  // Of the master: whom it leaves out has no row, and the others hold more than it does.
  'other-group': {of: isOf('fe'), untrue: unfit, heard: true, shows: isOf('fe')},
  // Who is stopped although no majority is left without it is named by the subject's own rules.
  'dies-at-signal': {of: isOf('fe'), untrue: null},
};

/** The lies that are told of a cluster of Doris, and what each makes untrue. */
export const DORIS_LIES: readonly LieKind[] = Object.entries(KINDS).map(([name, kind]) => ({name, ...kind}));
