import type {NodeId} from '../../../src/model/ids.ts';

/**
 * Something untrue that is told of a node, or done behind everybody's back, from one moment to another; for ever where it
 * never ends.
 */
export type Lie = {
  readonly name: string;
  readonly node: NodeId;
  readonly from: number;
  readonly until: number;
};

/** The lies of a simulated cluster, each in its time: the fake tells them, and the checkers ask when each was on. */
export type Lies = {
  readonly all: readonly Lie[];
  /** The one of that name that is on at that moment: of that node, or, without one, of any. */
  told(name: string, at: number, node?: NodeId): Lie | null;
  /** Ends all but those that are for ever. */
  heal(at: number): void;
};

export const isForEver = ({until}: Lie): boolean => until === Number.POSITIVE_INFINITY;

export const isOn = ({from, until}: Lie, at: number): boolean => from <= at && at < until;

export const makeLies = (given: readonly Lie[]): Lies => {
  let all = given;
  return {
    get all() {
      return all;
    },
    told: (name, at, node) =>
      all.find(lie => lie.name === name && isOn(lie, at) && (node === undefined || lie.node === node)) ??
      null,
    heal: at => {
      all = all.flatMap(lie => {
        if (lie.from > at) return [];
        return isForEver(lie) ? [lie] : [{...lie, until: Math.min(lie.until, at)}];
      });
    },
  };
};

/** Nothing but the truth. */
export const NO_LIES: Lies = makeLies([]);
