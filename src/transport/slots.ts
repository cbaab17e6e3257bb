/** A fixed number of places. `take` resolves in order of asking; the release it gives may be called more than once. */
export type Slots = {
  take(): Promise<() => void>;
  /** A place at once, or null. */
  tryTake(): (() => void) | null;
  readonly taken: () => number;
};

/** Makes a set of `count` places. */
export const makeSlots = (count: number): Slots => {
  let taken = 0;
  const queue: ((release: () => void) => void)[] = [];
  const makeRelease = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = queue.shift();
      if (next === undefined) taken--;
      else next(makeRelease());
    };
  };
  const tryTake = () => {
    if (taken >= count) return null;
    taken++;
    return makeRelease();
  };
  return {
    taken: () => taken,
    tryTake,
    take: () => {
      const release = tryTake();
      if (release !== null) return Promise.resolve(release);
      const {promise, resolve} = Promise.withResolvers<() => void>();
      queue.push(resolve);
      return promise;
    },
  };
};
