const two = (n: number): string => String(n).padStart(2, '0');

/** The time of day, where lakeup runs: 02:07:45. */
export const timeOfDay = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

/** The day, where lakeup runs: 2026-11-22. */
export const dateOf = (at: number): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** The time of day, with its date before it when that is not today: 11-21 02:07:45; and the year when that is another one. */
export const momentOf = (at: number, now: number): string => {
  const [date, today] = [new Date(at), new Date(now)];
  if (date.toDateString() === today.toDateString()) return timeOfDay(at);
  const day = dateOf(at);
  return `${date.getFullYear() === today.getFullYear() ? day.slice('2026-'.length) : day} ${timeOfDay(at)}`;
};

const MINUTE_MS = 60_000;

/** A moment without its seconds: 02:07, and as much of its date as is needed. */
export const minuteOf = (at: number, now: number): string => momentOf(at, now).slice(0, -':00'.length);

/** When something that takes so long from then on, as far as that can be guessed, is over: 02:31. As work goes on it stays the same. */
export const endOf = (from: number, ms: number): string =>
  minuteOf(Math.ceil((from + ms) / MINUTE_MS) * MINUTE_MS, from);

/** How far the clock is from UTC where lakeup runs: UTC+08:00. */
export const zoneOf = (at: number): string => {
  const minutes = -new Date(at).getTimezoneOffset();
  const span = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(span / 60))}:${two(span % 60)}`;
};
