const two = (n: number): string => String(n).padStart(2, '0');

/** The seed's stamp for backups, YYYYmmdd_HHMMSS, in UTC so that it does not depend on where lakeup runs. */
export const stamp = (atMs: number): string => {
  const d = new Date(atMs);
  const day = `${d.getUTCFullYear()}${two(d.getUTCMonth() + 1)}${two(d.getUTCDate())}`;
  return `${day}_${two(d.getUTCHours())}${two(d.getUTCMinutes())}${two(d.getUTCSeconds())}`;
};
