import {simulate} from './simulate.ts';
import type {Subject} from './subject.ts';
import {subjects} from './subjects.ts';

/**
 * The first problem that any of so many seeds of a subject names, or null; `change` makes another subject of it before. What few
 * seeds bring out is looked for `from` the one that was last seen to.
 */
export const firstProblem = async (
  name: string,
  seeds: number,
  change: (subject: Subject) => Subject = subject => subject,
  from = 1,
): Promise<string | null> => {
  const found = subjects.find(subject => subject.name === name);
  if (found === undefined) throw new Error(`no such system: ${name}`);
  const subject = change(found);
  for (let seed = from; seed < from + seeds; seed += 1) {
    const {problems} = await simulate(subject, seed);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
};
