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

/** How far the clock is from UTC where lakeup runs: UTC+08:00. */
export const zoneOf = (at: number): string => {
  const minutes = -new Date(at).getTimezoneOffset();
  const span = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(span / 60))}:${two(span % 60)}`;
};
