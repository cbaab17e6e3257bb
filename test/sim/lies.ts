import type {Event} from '../../src/model/event.ts';
import type {NodeId} from '../../src/model/ids.ts';
import type {Cluster, Node} from '../../src/model/inventory.ts';
import type {Plan} from '../../src/model/plan.ts';
import {isForEver, type Lie, type Lies, makeLies} from '../fakes/common/memory-lies.ts';
import type {Effect} from '../fakes/memory.ts';
import {seededRandom} from './random.ts';
import type {Swarm} from './swarm.ts';

/** What a lie makes untrue while it is on. */
export type Untrue = {
  /** Since when, if that is later than the lie itself. */
  readonly since?: number;
  /** What must not be said then, and what must not be done. */
  readonly denies?: (event: Event) => boolean;
  readonly forbids?: (effect: Effect) => boolean;
};

/** None of these is verified, and so the run does not end. */
export const notVerified =
  (nodes: readonly NodeId[]) =>
  (event: Event): boolean =>
    event.type === 'run.ended' || (event.type === 'node.verified' && nodes.includes(event.node));

/** None of these is stopped. */
export const notStopped =
  (nodes: readonly NodeId[]) =>
  ({effect, node}: Effect): boolean =>
    effect === 'stop' && nodes.includes(node);

/** How the cluster stands at a moment, by what was done to it. */
export type Scene = {
  readonly cluster: Cluster;
  /** Since when each node is up; null while it is down. */
  upSince(node: NodeId): number | null;
  /** Since when a node does not lead, from when it was looked at first; null while it does. */
  ledUntil(node: NodeId): number | null;
  readonly plan: Plan;
  /** What was done before. */
  readonly effects: readonly Effect[];
};

/** One kind of lie that a system's fake tells. That a node is down is told of every kind, and needs no word here. */
export type LieKind = {
  readonly name: string;
  /** Of whom it is told. */
  readonly of: (node: Node) => boolean;
  /** Null where it makes nothing untrue but what other rules name. */
  readonly untrue: ((lie: Lie, scene: Scene) => Untrue) | null;
  /** By which node a run that stays held for it says so, where that may be another one. */
  readonly shows?: (node: Node) => boolean;
  /** Whoever is not heard tells no lie: it counts where nothing is lost on the way. */
  readonly heard?: true;
  /** Its node may well be stopped and started more than once. */
  readonly again?: true;
  /** Told from the first in some stories: whoever looks before the plan sees it, and no plan is made. */
  readonly foreseen?: true;
  /** What it has done stays when it is over: whoever is held by that is held for a true reason. */
  readonly lasts?: true;
};

const MINUTE_MS = 60_000;
/** No plan takes longer to be made. */
const BEGINS_AFTER_MS = MINUTE_MS;
/** A run without any trouble is over by then. */
const BEGINS_WITHIN_MS = 12 * MINUTE_MS;
/** All but those that are for ever stop then. */
export const LIES_WITHIN_MS = 40 * MINUTE_MS;
const TOLD = 0.3;
const FORESEEN = 0.2;

/** Whether all that keeps a plan from being made is what was told from the first. */
export const foretold = (
  kinds: readonly LieKind[],
  {all}: Lies,
  nodes: readonly string[],
  startMs: number,
): boolean =>
  nodes.every(id =>
    all.some(
      ({name, node, from}) =>
        node === id && from === startMs && kinds.some(kind => kind.name === name && kind.foreseen === true),
    ),
  );

/** For how long a lie is told: some seconds, some minutes, until all faults stop, or for ever. */
const lengthOf = (chance: () => number): number => {
  const dice = chance();
  if (dice < 0.25) return 5_000 + 55_000 * chance();
  if (dice < 0.65) return MINUTE_MS * (1 + 9 * chance());
  return dice < 0.88 ? 24 * 60 * MINUTE_MS : Number.POSITIVE_INFINITY;
};

/** None to a few of the kinds, each of one node from a random moment on. A stream of its own: nothing else in a story changes. */
export const plantLies = (
  kinds: readonly LieKind[],
  {nodes}: Cluster,
  {seed, startMs}: {readonly seed: number; readonly startMs: number},
): Lies => {
  const chance = seededRandom(seed + 0x11e5);
  const foreseenChance = seededRandom(seed + 0xf0e5);
  return makeLies(
    kinds.flatMap(({name, of, foreseen = false}): Lie[] => {
      const able = nodes.filter(of);
      const node = able[Math.floor(chance() * able.length)];
      const [isTold, begins] = [chance() < TOLD, chance()];
      const isForeseen = foreseen && foreseenChance() < FORESEEN;
      const later = Math.round(startMs + BEGINS_AFTER_MS + BEGINS_WITHIN_MS * begins);
      const from = isForeseen ? startMs : later;
      const until = Math.round(from + lengthOf(chance));
      return isTold && node !== undefined ? [{name, node: node.id, from, until}] : [];
    }),
  );
};

/** Who looks slowly sees little of what comes and goes, and whoever is not heard tells no lie: most of the time all are heard. */
export const calmed = (swarm: Swarm, seed: number): Swarm => {
  const isHeard = seededRandom(seed + 0xca1b)() < 0.6;
  return {...swarm, slow: 0, ...(isHeard ? {refused: 0, dropped: 0, answerLost: 0} : {})};
};

/** What is told, and when, for the story of a seed. */
export const describeLies = ({all}: Lies, startMs: number): readonly string[] =>
  all.map(lie => {
    const [from, until] = [lie.from, lie.until].map(at => Math.round((at - startMs) / 1_000));
    return `lie: ${lie.name}@${lie.node} from ${from} s to ${isForEver(lie) ? 'the end of days' : `${until} s`}`;
  });
