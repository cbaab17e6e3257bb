/** The number of a version, with or without a fourth part: [3, 0, 6, 1]. */
type Version = readonly [number, number, number, number];

/**
 * Reads x.y.z or x.y.z.h out of what a product says of itself: "name-3.0.6.1-rc01-d89d2b9dab", "Name version
 * name-3.0.3-rc03-43f06a5e26 (Cloud Mode)", "2.9.3-e9fc22f". Null when there is none.
 */
export const parseVersion = (text: string): string | null => {
  const match = /(?:^|[^0-9.])(\d+\.\d+\.\d+(?:\.\d+)?)(?![0-9.])/.exec(text);
  return match?.[1] ?? null;
};

const numbers = (version: string): Version => {
  const [major = 0, minor = 0, patch = 0, hotfix = 0] = version.split('.').map(Number);
  return [major, minor, patch, hotfix];
};

/** Below 0 when `a` is older than `b`, above 0 when newer. */
export const compareVersions = (a: string, b: string): number => {
  const left = numbers(a);
  const right = numbers(b);
  for (const [i, part] of left.entries()) {
    const difference = part - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Whether two versions differ at most in their patch: then metadata of one can be read by the other. */
export const sameMinor = (a: string, b: string): boolean => {
  const [left, right] = [numbers(a), numbers(b)];
  return left[0] === right[0] && left[1] === right[1];
};

/** How many minor versions lie between two of one major; null across majors. */
export const minorsApart = (from: string, to: string): number | null => {
  const [left, right] = [numbers(from), numbers(to)];
  return left[0] === right[0] ? right[1] - left[1] : null;
};
