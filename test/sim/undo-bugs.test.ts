import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Step} from '../../src/model/plan.ts';
import {endLife, lifeOf, type Machine, serves, type World} from '../fakes/doris/memory-world.ts';
import {firstProblem} from './first-problem.ts';
import type {Subject} from './subject.ts';

/**
 * Bugs in what takes a run back, which the rules of its plan refuse: here they are silent, and what becomes of the cluster has to
 * name each. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/plan/undo-step.ts', async load => {
  const real = await load<typeof import('../../src/plan/undo-step.ts')>();
  const broken = (step: Step): Step => {
    switch (planted.bug) {
      case 'nobody is asked before a stop':
        return {...step, gates: []};
      case 'bytes are not compared': {
        const [first, ...others] = step.done;
        return {...step, done: [first, ...others.filter(({probe}) => probe !== 'digest')]};
      }
      default:
        return step;
    }
  };
  const undoLane: typeof real.undoLane = (phase, lane, state) => {
    const made = real.undoLane(phase, lane, state);
    if (made === null) return null;
    const [first, ...others] = made.steps;
    return {...made, steps: [broken(first), ...others.map(broken)]};
  };
  return {...real, undoLane};
});

vi.mock('../../src/systems/doris/upgrade/checks-files.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/upgrade/checks-files.ts')>();
  // Nor are they at the end.
  const stillDigested: typeof real.stillDigested = (node, files) =>
    planted.bug === 'bytes are not compared'
      ? {...real.stillDigested(node, files), expect: {}}
      : real.stillDigested(node, files);
  return {...real, stillDigested};
});

/** While the first backend is taken back another one ends, for good: few seeds meet somebody who is down there by chance. */
const endAnother = (world: World, machine: Machine): void => {
  const machines = [...world.machines.values()];
  const other = machines.find(
    each => each !== machine && each.role === 'be' && serves(each) && lifeOf(each)?.stopping === false,
  );
  if (machine.role !== 'be' || other === undefined || machines.some(({lost}) => lost)) return;
  other.lost = true;
  endLife(world, other, world.clock.now());
};

// Somebody cleans up below a backup: what comes back is not what was moved aside.
vi.mock('../fakes/doris/memory-undo.ts', async load => {
  const real = await load<typeof import('../fakes/doris/memory-undo.ts')>();
  const {restore} = real.UNDOS;
  if (restore === undefined) throw new Error('the fake restores nothing');
  const UNDOS: typeof real.UNDOS = {
    ...real.UNDOS,
    restore: async acting => {
      const told = await restore(acting);
      const {machine, world} = acting;
      if (planted.bug === 'nobody is asked before a stop') endAnother(world, machine);
      else if (planted.bug !== 'none' && machine.bin !== null) machine.bin = 'cleaned';
      return told;
    },
  };
  return {...real, UNDOS};
});

const SEEDS = 40;

const caught = (bug: string): Promise<string | null> => {
  planted.bug = bug;
  const change = (subject: Subject): Subject => ({
    ...subject,
    faults: [],
    system: {...subject.system, planProblems: () => []},
  });
  return firstProblem('doris-undo', SEEDS, change);
};

afterEach(() => {
  planted.bug = 'none';
});

describe('what takes a run back', () => {
  it.each([
    ['nobody is asked before a stop', /was stopped while .* was down/],
    ['bytes are not compared', /bytes was .* before the run, and is .* after it was taken back/],
    // Where they are compared the run says so, and does not end.
    ['bytes are others', /stays held/],
  ])('is caught where %s', async (bug, sentence) => {
    expect(await caught(bug)).toMatch(sentence);
  });
});
