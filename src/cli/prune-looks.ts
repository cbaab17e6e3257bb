/** How many looks are in hand at once: some of them count every file of a directory. */
const LOOKS_AT_ONCE = 64;
export const LOOK_WITHIN_MS = 60_000;

/** Does it for each, so many at once, in their order. */
export const eachOf = async <T, R>(
  all: readonly T[],
  work: (each: T) => Promise<R>,
): Promise<readonly R[]> => {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += LOOKS_AT_ONCE)
    done.push(...(await Promise.all(all.slice(i, i + LOOKS_AT_ONCE).map(work))));
  return done;
};
