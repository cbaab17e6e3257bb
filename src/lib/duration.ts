const two = (n: number): string => String(n).padStart(2, '0');

/** Elapsed time as a clock: 0:07, 12:03, 1:02:03. */
export const formatClock = (ms: number): string => {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};

/** The larger unit, and the smaller one where there is any of it: 1m 45s, 2m, 1h 23m. */
const twoUnits = (n: number, each: number, large: string, small: string): string =>
  n % each === 0 ? `${n / each}${large}` : `${Math.floor(n / each)}${large} ${n % each}${small}`;

/** A length of time in a few letters: 800ms, 4.2s, 35s, 1m 45s, 12m, 1h 23m. */
export const formatDuration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')}s`;
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s}s`;
  return s < 3600 ? twoUnits(s, 60, 'm', 's') : twoUnits(Math.round(ms / 60_000), 60, 'h', 'm');
};

/** How long something has lasted, as a clock of it stands: 4.2s, 7m 29s, 1h 23m; never rounded up. */
export const formatElapsed = (ms: number): string => {
  const unit = ms < 10_000 ? 100 : ms < 3_600_000 ? 1_000 : 60_000;
  return formatDuration(Math.floor(ms / unit) * unit);
};

/** A length of time in the fewest letters: 4s, 10m, 6h. */
export const formatBrief = (ms: number): string => {
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${s}s`;
  return s < 3600 ? `${Math.floor(s / 60)}m` : `${Math.floor(s / 3600)}h`;
};

/** A limit in the fewest letters, told as no shorter than it is: 4s, 11m, 7h. */
export const formatBriefLimit = (ms: number): string => {
  const s = Math.ceil(ms / 1000);
  if (s < 60) return `${s}s`;
  return s <= 3540 ? `${Math.ceil(s / 60)}m` : `${Math.ceil(s / 3600)}h`;
};

/** How fine a time that is only guessed is told: up to that length, in steps of that many ms. */
const STEPS = [
  [10_000, 1_000],
  [120_000, 5_000],
  [600_000, 30_000],
] as const;

/** A length of time that is only guessed, no finer than anybody knows it: 35s, 1m 45s, 4m 30s, 12m. */
export const formatEstimate = (ms: number): string => {
  const [, step] = STEPS.find(([most]) => ms <= most) ?? [0, 60_000];
  return formatDuration(Math.ceil(ms / step) * step);
};
