import {openSync, writeSync} from 'node:fs';

/**
 * For the bench: with LAKEUP_TIMINGS=FILE in the environment every frame leaves a line there, its moment in ms since 1970
 * and the ms it took to draw. Null without. Throws when the file cannot be written.
 */
export const frameTimings = (
  env: Readonly<Record<string, string | undefined>>,
): ((renderMs: number) => void) | null => {
  const file = env.LAKEUP_TIMINGS;
  if (file === undefined || file === '') return null;
  const fd = openSync(file, 'a', 0o600);
  return renderMs => void writeSync(fd, `${Date.now()} ${renderMs.toFixed(2)}\n`);
};
