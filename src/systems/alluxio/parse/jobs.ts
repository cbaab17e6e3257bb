import {parseWhole} from '../../../lib/whole.ts';

/** Jobs that are not over: how many, and those of them that the report names, `ID NAME` each. */
export type OpenJobs = {readonly count: number; readonly named: readonly string[]};

/** One that waits for a job worker ends with the job masters just as one that runs. */
const OPEN = '(?:CREATED|RUNNING)';
const COUNT = new RegExp(`^Status: ${OPEN}\\s+Count: (\\d+)$`);
const JOB = new RegExp(`^Timestamp: .*\\bId: (\\d+)\\s+Name: (\\S.*?)\\s+Status: ${OPEN}$`);

/**
 * `alluxio fsadmin report jobservice`, line by line: a count for each status, then the ten jobs that changed last, that failed
 * last, and that have run for longest; one may be named twice. Null where it counts none of them: then nothing is known.
 */
export const parseOpenJobs = (printed: readonly string[]): OpenJobs | null => {
  const counts = printed.flatMap(line => {
    const [, count] = COUNT.exec(line.trim()) ?? [];
    return count === undefined ? [] : (parseWhole(count) ?? []);
  });
  const named = printed.flatMap(line => {
    const [, id, name] = JOB.exec(line.trim()) ?? [];
    return id === undefined || name === undefined ? [] : [`${id} ${name}`];
  });
  if (counts.length === 0) return null;
  return {count: counts.reduce((sum, count) => sum + count, 0), named: [...new Set(named)]};
};
