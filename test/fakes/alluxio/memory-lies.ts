import type {Lie} from '../common/memory-lies.ts';
import type {Machine, World} from './memory-world.ts';

/** The lies that this fake can tell, each of one node and for a time. */
export const LIES = [
  /** Of a master: it answers as the leader, beside the one that leads. */
  'two-leaders',
  /** Of a worker: the leader has lost it every other moment. */
  'flips',
  /** Of a master: as the leader it restores nothing of what it was given, and serves. */
  'comes-up-empty',
  /** Of a master: where the backup is said to be lies another one, which is whole. */
  'backup-other',
  /** Of any: the leader's count of what it restored is one of another time. */
  'restore-count-stands',
  /** Of a worker: its process has ended, and another's answers at its ports. */
  'stranger-serves',
] as const;
export type AlluxioLie = (typeof LIES)[number];

export const liedOf = (
  {lies, clock}: World,
  {node}: Machine,
  lie: AlluxioLie,
  at = clock.now(),
): Lie | null => lies.told(lie, at, node.id);
