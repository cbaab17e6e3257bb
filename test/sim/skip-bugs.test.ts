import {afterEach, describe, expect, it, vi} from 'vitest';
import {firstProblem} from './first-problem.ts';

// The operator takes nodes out of a run. Each bug here makes more of that than they said, or hides it.

const planted = vi.hoisted(() => ({bug: 'none'}));

// Who is skipped is taken all the same.
vi.mock('../../src/model/state.ts', async load => {
  const real = await load<typeof import('../../src/model/state.ts')>();
  const laneOver: typeof real.laneOver = (state, lane) =>
    planted.bug === 'it is taken all the same' ? real.laneDone(state, lane) : real.laneOver(state, lane);
  return {...real, laneOver};
});

// What is counted on (who stands in, a majority) is excused with who is skipped.
vi.mock('../../src/engine/skip.ts', async load => {
  const real = await load<typeof import('../../src/engine/skip.ts')>();
  const toldOfSkipped: typeof real.toldOfSkipped = (state, system, check) => {
    const told = real.toldOfSkipped(state, system, check);
    if (planted.bug !== 'a stand-in is excused' || told === check) return told;
    const {standIns: _, othersOk: __, quorumKept: ___, ...expect} = told.expect;
    return {...told, expect};
  };
  return {...real, toldOfSkipped};
});

// The end is told as if every node had been verified.
vi.mock('../../src/engine/last-looks.ts', async load => {
  const real = await load<typeof import('../../src/engine/last-looks.ts')>();
  const end: typeof real.end = context => {
    if (planted.bug !== 'the verdict is silent') return real.end(context);
    const {ledger} = context;
    return real.end({
      ...context,
      ledger: {
        ...ledger,
        emitWhen: (allowed, happening) =>
          ledger.emitWhen(
            allowed,
            happening.type === 'run.ended'
              ? {type: 'run.ended', verdict: {verified: happening.verdict.verified}}
              : happening,
          ),
      },
    });
  };
  return {...real, end};
});

// A frontend may stay old beside newer ones.
vi.mock('../../src/systems/doris/skip.ts', async load => {
  const real = await load<typeof import('../../src/systems/doris/skip.ts')>();
  const of: typeof real.skip.of = (state, nodes, all) =>
    planted.bug === 'anybody may stay old' ? {kind: 'may', means: []} : real.skip.of(state, nodes, all);
  return {...real, skip: {...real.skip, of}};
});

const SEEDS = 200;

const caught = (bug: string, from: number): Promise<string | null> => {
  planted.bug = bug;
  return firstProblem('doris-skip', SEEDS, subject => subject, from);
};

afterEach(() => {
  planted.bug = 'none';
});

describe('what is done with a node that was skipped', () => {
  it.each([
    ['it is taken all the same', 1, /on .*, which was skipped|began before/],
    ['a stand-in is excused', 131, /nobody of its group was left|voters are up/],
    ['the verdict is silent', 1, /the verdict does not say of/],
    ['anybody may stay old', 99, /was left at the old version beside|voters are up|down/],
  ])('is caught where %s', async (bug, from, sentence) => {
    expect(await caught(bug, from)).toMatch(sentence);
  });
});
