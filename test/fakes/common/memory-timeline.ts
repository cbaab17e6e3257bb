import type {Clock} from '../../../src/model/world.ts';

/** What happens by itself, each at its time. Nothing runs until somebody looks: `catchUp` does what was due until now. */
export type Timeline = {
  /** Of two things at the same time the one that was said first is done first. */
  later(at: number, run: () => void): void;
  catchUp(): void;
};

type Due = {readonly at: number; readonly run: () => void};

export const makeTimeline = (clock: Clock): Timeline => {
  const due: Due[] = [];
  return {
    later: (at, run) => {
      const i = due.findIndex(other => other.at > at);
      due.splice(i === -1 ? due.length : i, 0, {at, run});
    },
    catchUp: () => {
      const now = clock.now();
      for (let next = due[0]; next !== undefined && next.at <= now; next = due[0]) {
        due.shift();
        next.run();
      }
    },
  };
};

/** A whole number between two, by chance. */
export const between = (chance: () => number, low: number, high: number): number =>
  Math.round(low + (high - low) * chance());
