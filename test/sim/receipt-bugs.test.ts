import {afterEach, describe, expect, it, vi} from 'vitest';
import {did} from '../fakes/common/memory-replies.ts';
import {firstProblem} from './first-problem.ts';

/**
 * Bugs in what is believed of a receipt, on the hosts and in the engine. The simulation must name each. `planted` says which one is in.
 * Those of the shell, such as one at work that is taken for free, are planted in test/shell/host/receipt-bugs.test.ts.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../fakes/common/memory-receipt.ts', async load => {
  const real = await load<typeof import('../fakes/common/memory-receipt.ts')>();
  const endOf: typeof real.endOf = receipt => {
    const end = real.endOf(receipt);
    return end === null && receipt.told !== null && planted.bug === 'a killed one ended with 0'
      ? did('')
      : end;
  };
  return {...real, endOf};
});

vi.mock('../../src/engine/reattach.ts', async load => {
  const real = await load<typeof import('../../src/engine/reattach.ts')>();
  const reattach: typeof real.reattach = async (context, ready, following, limits) =>
    planted.bug === 'what was lost has ended well'
      ? {kind: 'shell', ...did(''), cut: false, ms: 0}
      : real.reattach(context, ready, following, limits);
  return {...real, reattach};
});

const SEEDS = 60;

const caught = (bug: string, system: string): Promise<string | null> => {
  planted.bug = bug;
  return firstProblem(system, SEEDS);
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the checkers name what was planted', () => {
  it.each([
    ['a killed one ended with 0', 'vault', /was told to have ended with 0, and its attempt \d+ has not/],
    ['what was lost has ended well', 'vault', /was told to have ended with 0, and its attempt \d+ has not/],
  ])('%s', async (bug, system, sentence) => {
    expect(await caught(bug, system)).toMatch(sentence);
  });

  it('and nothing where nothing was planted', async () => {
    expect(await caught('none', 'vault')).toBeNull();
  });
});
