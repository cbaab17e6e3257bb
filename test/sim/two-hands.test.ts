import {describe, expect, it} from 'vitest';
import {subjects} from './subjects.ts';
import {type Bugs, simulateTwo, type TwoHands} from './two-hands.ts';

const story = (system: string, seed: number, bugs?: Bugs): Promise<TwoHands> => {
  const subject = subjects.find(({name}) => name === system);
  if (subject === undefined) throw new Error(`no such system: ${system}`);
  return simulateTwo(subject, seed, bugs);
};

describe.each([
  ['vault', 20],
  ['doris', 4],
  ['alluxio', 4],
  ['alluxio-wide', 12],
])('a machine that is closed, and a second lakeup: %s', (system, count) => {
  const seeds = Array.from({length: count}, (_, i) => i + 1);

  it.each(seeds)('seed %i: one hand at a time, and one of them comes to its end', async seed => {
    const {problems, lines} = await story(system, seed);
    expect(problems, lines.slice(-60).join('\n')).toEqual([]);
  });
});

/** The first problem that any of the seeds names. */
const caught = async (system: string, bugs: Bugs): Promise<string | null> => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const {problems} = await story(system, seed, bugs);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
};

describe('the checkers name what was planted', () => {
  it('hosts that carry out whatever they are sent', async () => {
    expect(await caught('vault', {fences: false})).toMatch(/was carried out under the lease of/);
  });

  it('runs that take no lease', async () => {
    expect(await caught('vault', {leases: false})).toMatch(/two writers|down together|stopped \d times/);
  });

  it('a question that stays while its run has lost the lease', async () => {
    expect(await caught('vault', {withdraws: false})).toMatch(/the run was held, and .* was still asked/);
  });
});
