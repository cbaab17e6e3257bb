import type {Clock} from '../model/world.ts';

/** Looks whether something still moves. */
export type Watch = {
  /** Something has moved; from now on nothing may stand still for longer than this. */
  moved(limitMs?: number): void;
  stop(): void;
};

/** Calls back once when nothing has moved for as long as it may stand still. */
export const makeWatch = (clock: Clock, stallMs: number, onStall: (ms: number) => void): Watch => {
  const over = new AbortController();
  let limit = stallMs;
  let last = clock.ticks();
  const look = async (): Promise<void> => {
    for (let left = limit; left > 0; left = last + limit - clock.ticks()) {
      // The limit may become shorter meanwhile: what follows a flush is quick again.
      await clock.sleep(Math.min(left, stallMs), over.signal);
      if (over.signal.aborted) return;
    }
    onStall(limit);
  };
  void look();
  return {
    moved: (limitMs = stallMs) => {
      limit = limitMs;
      last = clock.ticks();
    },
    stop: () => over.abort('over'),
  };
};
