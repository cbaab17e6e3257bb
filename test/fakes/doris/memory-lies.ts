import type {Lie} from '../common/memory-lies.ts';
import {isCloud, type Machine, type World} from './memory-world.ts';

/** The lies that this fake can tell, each of one node and for a time. */
export const LIES = [
  /** Of a frontend: its journal stands still, while the master's goes on. */
  'journal-stands',
  /** Of a follower: it says that it is the master, beside the one that is. */
  'two-masters',
  /** Of a follower: it becomes the master after the last look at it, right before it would be stopped. */
  'takes-office',
  /** It ends while a node of another role is worked on, after everybody was asked. */
  'dies-beside',
  /** The store of all MetaServices is away: whoever runs says that it is well, its coordinators take no connection, and nobody comes up that is started. */
  'storeless',
  /** Whoever looks after its host starts it again as often as it is stopped. */
  'supervised',
  /** It is alive by the rows at every second heartbeat; a MetaService, which is in none, answers for ten seconds of twenty. */
  'flips',
  /** It ends by itself some seconds after it was ready, as often as it is started. */
  'dies-when-ready',
  /** Of a backend: its host gives less than its start script asks for, and that refuses; told from the first, the survey sees it. */
  'forbids-start',
  /** Of a frontend: by its own metadata the last of the others is not in the group, whoever leads it. */
  'other-group',
  /** Of a follower: it ends after the last look at it, right before another one would be stopped. */
  'dies-at-signal',
] as const;
export type DorisLie = (typeof LIES)[number];

export const liedOf = (world: World, {node}: Machine, lie: DorisLie, at = world.clock.now()): Lie | null =>
  world.lies.told(lie, at, node.id);

/** Whether a frontend holds itself for the master that another one is. */
export const usurps = (world: World, machine: Machine, at = world.clock.now()): boolean =>
  !machine.observer && world.master !== machine && liedOf(world, machine, 'two-masters', at) !== null;

/** Whether nobody who is started now finds a store, and ends. */
export const findsNoStore = (world: World, machine: Machine): boolean =>
  isCloud(machine) && world.lies.told('storeless' satisfies DorisLie, world.clock.now()) !== null;
