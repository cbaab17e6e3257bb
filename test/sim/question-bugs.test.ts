import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Phase, Plan} from '../../src/model/plan.ts';
import {phaseDone} from '../../src/model/state.ts';
import {firstProblem} from './first-problem.ts';

/**
 * Bugs in what a question answers for: some in the engine, some in a plan whose own rules are silent. The rule on the journal
 * has to name each. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/model/shut-gates.ts', async load => {
  const real = await load<typeof import('../../src/model/shut-gates.ts')>();
  const shutCovered: typeof real.shutCovered = (draft, gate) => {
    if (planted.bug !== 'after a round the answer still counts') real.shutCovered(draft, gate);
  };
  const shutOpenEnds: typeof real.shutOpenEnds = draft => {
    const {plan} = draft.state;
    // A draft changes its own records in place.
    const gates = {...draft.state.gates};
    real.shutOpenEnds(draft);
    if (planted.bug !== 'a resumed run asks only what was not asked before') return;
    const questions = plan.phases
      .filter(phase => !phaseDone(draft.state, phase))
      .flatMap(phase => phase.gates.filter(({kind}) => kind === 'confirm'));
    for (const {id} of questions) {
      const gate = gates[id];
      if (gate?.status === 'open') draft.gate(id, gate);
    }
  };
  return {...real, shutCovered, shutOpenEnds};
});

vi.mock('../../src/model/covered.ts', async load => {
  const real = await load<typeof import('../../src/model/covered.ts')>();
  const coveredBy: typeof real.coveredBy = (plan, gate) => {
    const own = plan.phases.findIndex(({gates}) => gates.some(({id}) => id === gate));
    return planted.bug === 'one answer counts for all that follows'
      ? plan.phases
          .slice(own + 1)
          .flatMap(({gates}) => gates.filter(({kind}) => kind === 'confirm').map(({id}) => id))
      : real.coveredBy(plan, gate);
  };
  return {...real, coveredBy};
});

vi.mock('../../src/plan/cover-problems.ts', () => ({coverProblems: () => []}));

/** Changes what stands in a plan of the phase of that name. */
const inPhase = (plan: Plan, name: string, change: (phase: Phase) => Phase): Plan => ({
  ...plan,
  phases: plan.phases.map(phase => (phase.id === name ? change(phase) : phase)),
});

type Question = Extract<Phase['gates'][number], {kind: 'confirm'}>;

const asksOtherwise =
  (change: (question: Question) => Question) =>
  (phase: Phase): Phase => ({
    ...phase,
    gates: phase.gates.map(gate => (gate.kind === 'confirm' ? change(gate) : gate)),
  });

const PLANS: Readonly<Record<string, (plan: Plan) => Plan>> = {
  'the question does not name the outage it covers': plan =>
    inPhase(
      plan,
      'stop',
      asksOtherwise(question => ({...question, outages: question.outages.slice(0, 1)})),
    ),
  'what destroys is covered': plan =>
    inPhase(
      plan,
      'stop-masters',
      asksOtherwise(question => ({...question, danger: 'destructive', phrase: plan.cluster})),
    ),
  'what is measured is covered': plan => {
    const blast = plan.phases
      .find(({id}) => id === 'stop')
      ?.gates.flatMap(gate => (gate.kind === 'confirm' ? gate.blast : []));
    return inPhase(
      plan,
      'keep',
      asksOtherwise(question => ({...question, blast: blast ?? []})),
    );
  },
  'a phase in between is left out': plan =>
    inPhase(
      plan,
      'stop',
      asksOtherwise(question => ({...question, covers: question.covers?.slice(1) ?? []})),
    ),
};

vi.mock('../../src/plan/make-plan.ts', async load => {
  const real = await load<typeof import('../../src/plan/make-plan.ts')>();
  const makePlan: typeof real.makePlan = (...of) => {
    const plan = real.makePlan(...of);
    return PLANS[planted.bug]?.(plan) ?? plan;
  };
  return {...real, makePlan};
});

const SEEDS = 40;

const caught = (bug: string): Promise<string | null> => {
  planted.bug = bug;
  return firstProblem('alluxio', SEEDS, subject => ({
    ...subject,
    system: {...subject.system, planProblems: () => []},
  }));
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the rule on questions names what was planted', () => {
  it.each([
    [
      'after a round the answer still counts',
      /began, and nobody was asked .* since what it follows was done/,
    ],
    [
      'a resumed run asks only what was not asked before',
      /began, and nobody was asked .* since the run was res/,
    ],
    ['one answer counts for all that follows', /began, and nobody was asked .* since the run began/],
    [
      'the question does not name the outage it covers',
      /stop-masters\/.* began, and nobody was asked stop-m/,
    ],
    ['what destroys is covered', /stop-masters\/.* began, and nobody was asked stop-masters/],
    ['what is measured is covered', /keep\/.* began, and nobody was asked keep/],
    ['a phase in between is left out', /keep\/.* began, and nobody was asked keep/],
  ])('%s', async (bug, sentence) => {
    expect(await caught(bug)).toMatch(sentence);
  });
});
