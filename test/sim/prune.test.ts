import {describe, expect, it} from 'vitest';
import {simulatePrune} from './prune-story.ts';
import {subjects} from './subjects.ts';

const SEEDS = Array.from({length: 20}, (_, i) => i + 1);

describe.each(['doris', 'alluxio', 'alluxio-in-place', 'alluxio-local'])('a run of %s is pruned', name => {
  const subject = subjects.find(each => each.name === name);
  if (subject === undefined) throw new Error(`no such subject: ${name}`);

  it.each(SEEDS)('seed %i', async seed => {
    const {problems, lines} = await simulatePrune(subject, seed);
    expect(problems, problems.length === 0 ? '' : lines().slice(-60).join('\n')).toEqual([]);
  });
});
