import {parseWhole} from '../../../lib/whole.ts';

/** Jobs that are not over: how many, and those of them that the report names, `ID NAME` each. */
export type OpenJobs = {readonly count: number; readonly named: readonly string[]};

/** One that waits for a job worker ends with the job masters just as one that runs. */
const OPEN = '(?:CREATED|RUNNING)';
const COUNT = new RegExp(`^Status: ${OPEN}\\s+Count: (\\d+)$`);
const NOT_OVER = new RegExp(`^Status: ${OPEN}$`);
const ID = /^(\d+)\s+Name: /;

/**
 * `Timestamp: WHEN Id: ID Name: NAME Status: STATUS`, `ID NAME` of it where that is not over. It is taken apart mark by mark: a
 * pattern of the whole would try each place of a long line for each of its parts, and whoever draws and reads keys waits for it.
 */
const openJob = (line: string): string | null => {
  const mark = line.indexOf('Id: ');
  const end = line.lastIndexOf('Status: ');
  if (!line.startsWith('Timestamp: ') || mark < 0 || end < mark || !NOT_OVER.test(line.slice(end)))
    return null;
  const job = line.slice(mark + 'Id: '.length, end);
  const [head, id] = ID.exec(job) ?? [];
  if (head === undefined || id === undefined) return null;
  const name = job.slice(head.length).trim();
  return name === '' ? null : `${id} ${name}`;
};

/**
 * `alluxio fsadmin report jobservice`, line by line: a count for each status, then the ten jobs that changed last, that failed
 * last, and that have run for longest; one may be named twice. Null where it counts none of them: then nothing is known.
 */
export const parseOpenJobs = (printed: readonly string[]): OpenJobs | null => {
  const counts = printed.flatMap(line => {
    const [, count] = COUNT.exec(line.trim()) ?? [];
    return count === undefined ? [] : (parseWhole(count) ?? []);
  });
  const named = printed.flatMap(line => openJob(line.trim()) ?? []);
  if (counts.length === 0) return null;
  return {count: counts.reduce((sum, count) => sum + count, 0), named: [...new Set(named)]};
};
