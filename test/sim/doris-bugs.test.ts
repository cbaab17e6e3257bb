import {afterEach, describe, expect, it, vi} from 'vitest';
import {firstProblem} from './first-problem.ts';
import type {Subject} from './subject.ts';

/**
 * Bugs in the plan of Doris and in its scripts, which its own rules or the scripts' own tests refuse: here they are silent, and
 * what the cluster does has to name each. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/systems/doris/upgrade/checks.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/upgrade/checks.ts')>();
  const verified: typeof real.verified = (node, cluster, version) => {
    const [first, ...others] = real.verified(node, cluster, version);
    if (planted.bug !== 'backends verified without the master’s row' || node.role !== 'be')
      return [first, ...others];
    // What the backend says of itself, and no row in any of the looks.
    const own = {...first, expect: {own: 'ok', process: 'running'}};
    return [own, ...others.filter(({probe}) => probe !== 'be-row')];
  };
  const stopped: typeof real.stopped = node => {
    const check = real.stopped(node);
    return planted.bug === 'told to stop means stopped' ? {...check, expect: {}} : check;
  };
  return {...real, stopped, verified};
});

vi.mock('../../src/systems/doris/scripts/spot.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/scripts/spot.ts')>();
  const spotVars: typeof real.spotVars = (node, isAsked) =>
    real.spotVars(node, isAsked && planted.bug !== 'nobody is asked right before the signal');
  return {...real, spotVars};
});

// The script of an exchange without its look for a process: what stands for the script pretends as well.
vi.mock('../fakes/doris/memory-undo.ts', async load => {
  const real = await load<typeof import('../fakes/doris/memory-undo.ts')>();
  const stillRuns: typeof real.stillRuns = acting =>
    planted.bug === 'deploy though something runs' || planted.bug === 'told to stop means stopped'
      ? null
      : real.stillRuns(acting);
  return {...real, stillRuns};
});

const SEEDS = 200;

/** Only faults that bring the bug out, each on several nodes: most seeds have other troubles. */
const caught = (bug: string, fault: string, from: number): Promise<string | null> => {
  planted.bug = bug;
  const change = (subject: Subject): Subject => ({
    ...subject,
    faults: Array.from({length: 6}, () => fault),
    system: {...subject.system, planProblems: () => []},
  });
  return firstProblem('doris', SEEDS, change, from);
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the checkers name what was planted', () => {
  it.each([
    [
      'backends verified without the master’s row',
      'unheard',
      1,
      /be-\d was verified while a lie was told of it/,
    ],
    [
      'nobody is asked right before the signal',
      'takes-office',
      118,
      /fe-\d was stopped as master, before \d others/,
    ],
    ['deploy though something runs', 'comes-back', 139, /(backup|deploy) on .* while its process ran/],
    ['told to stop means stopped', 'stop-hangs', 1, /(backup|deploy) on .* while its process ran/],
  ])('%s', async (bug, fault, from, sentence) => {
    expect(await caught(bug, fault, from)).toMatch(sentence);
  });
});
