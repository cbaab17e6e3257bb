import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Plan, Step} from '../../src/model/plan.ts';
import {type Planted, simulatePrune} from './prune-story.ts';
import {subjects} from './subjects.ts';

/**
 * Bugs in how what a run has kept is removed, which the rules of a plan, its gates and the scripts hold off together: here all
 * but one are silent, and what becomes of the disks has to name it. `planted` says what is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/engine/gates.ts', async load => {
  const real = await load<typeof import('../../src/engine/gates.ts')>();
  const confirm: typeof real.confirm = async (context, gate, blast) => {
    if (planted.bug !== 'nothing is measured at the key press') return real.confirm(context, gate, blast);
    const reply = await context.operator.confirm(gate.id, context.ledger.state(), context.signal);
    if (context.signal.aborted) return;
    if (reply.answer === 'leave') return context.leave();
    if (gate.phrase !== undefined && reply.typed !== gate.phrase) return;
    await context.ledger.emit({type: 'gate.opened', gate: gate.id, by: 'operator', facts: {}});
  };
  return {...real, confirm};
});

const withoutGates = (plan: Plan): Plan => {
  const bare = (step: Step): Step => ({...step, gates: []});
  return {
    ...plan,
    phases: plan.phases.map(phase => ({
      ...phase,
      lanes: phase.lanes.map(({node, steps: [first, ...others]}) => ({
        node,
        steps: [bare(first), ...others.map(bare)] as const,
      })),
    })),
  };
};

const caught = async (seeds: number, what: Planted): Promise<string | null> => {
  const subject = subjects.find(({name}) => name === 'doris');
  if (subject === undefined) throw new Error('no such subject');
  for (let seed = 1; seed <= seeds; seed += 1) {
    const {problems} = await simulatePrune(subject, seed, what);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
};

afterEach(() => {
  planted.bug = 'none';
});

describe('what prunes a run is caught where', () => {
  it('nothing is measured at the key press', async () => {
    planted.bug = 'nothing is measured at the key press';
    expect(await caught(5, {})).toMatch(/was not measured once more after the key was pressed/);
  });

  it('a link is followed', async () => {
    expect(await caught(150, {scripts: {followsLinks: true}, planned: withoutGates})).toMatch(
      /something vanished or changed that no journal names|vanished, and no journal names it/,
    );
  });

  it('the script looks at nothing right before', async () => {
    expect(await caught(150, {scripts: {looksAtNothing: true}, planned: withoutGates})).toMatch(
      /vanished with .* the question showed|a process was at work in it|was a link, and was removed/,
    );
  });
});
