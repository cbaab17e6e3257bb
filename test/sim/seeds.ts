import {expect, it} from 'vitest';
import {simulate} from './simulate.ts';
import type {Subject} from './subject.ts';
import {subjects} from './subjects.ts';

/** Fixed seeds of one system: each must end well, whatever it plants. A failing one is told with its story. */
export const seedsEndWell = (
  system: string,
  first: number,
  count: number,
  change: (subject: Subject) => Subject = subject => subject,
): void => {
  const found = subjects.find(({name}) => name === system);
  if (found === undefined) throw new Error(`no such system: ${system}`);
  const subject = change(found);
  const seeds = Array.from({length: count}, (_, i) => first + i);
  it.each(seeds)(`${system}, seed %i`, async seed => {
    const {problems, lines} = await simulate(subject, seed);
    const story = problems.length === 0 ? '' : lines().slice(-60).join('\n');
    expect(problems, `npm run sim -- --system ${system} --seed ${seed}\n${story}`).toEqual([]);
  });
};
