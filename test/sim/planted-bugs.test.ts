import {afterEach, describe, expect, it, vi} from 'vitest';
import {fillVars} from '../../src/model/given.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import {bodyOf, type Gate} from '../../src/model/plan.ts';
import {factsOfStep, type RunState} from '../../src/model/state.ts';
import {firstProblem} from './first-problem.ts';

/**
 * A checker that never objects proves nothing. Each bug here is put into the real engine, and the simulation must name
 * it. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/model/state.ts', async load => {
  const real = await load<typeof import('../../src/model/state.ts')>();
  return {
    ...real,
    currentPhase: (state: RunState) =>
      planted.bug === 'order swapped'
        ? (state.plan.phases.findLast(phase => !real.phaseDone(state, phase)) ?? null)
        : real.currentPhase(state),
    nextGate: (state: RunState, gates: readonly Gate[]) =>
      real.nextGate(
        state,
        planted.bug === 'gate skipped' ? gates.filter(({kind}) => kind === 'check') : gates,
      ),
  };
});

// Whatever begins a step asks for the gates of its phase as well.
vi.mock('../../src/model/untouched.ts', async load => {
  const real = await load<typeof import('../../src/model/untouched.ts')>();
  const isUntouched: typeof real.isUntouched = (...of) =>
    planted.bug !== 'gate skipped' && real.isUntouched(...of);
  return {...real, isUntouched};
});

vi.mock('../../src/engine/gates.ts', async load => {
  const real = await load<typeof import('../../src/engine/gates.ts')>();
  const order: typeof real.order = (context, phase, asked, nodes) => {
    // A master that is remembered: asked once, before the first node of the phase.
    const stale = planted.bug === 'stale master' && context.ledger.state().phases[phase.id] !== undefined;
    return real.order(context, phase, stale ? {kind: 'listed'} : asked, nodes);
  };
  return {...real, order};
});

vi.mock('../../src/engine/ledger.ts', async load => {
  const real = await load<typeof import('../../src/engine/ledger.ts')>();
  const openLedger: typeof real.openLedger = (past, journal, clock, publish) => {
    if (planted.bug !== 'shown before fsync') return real.openLedger(past, journal, clock, publish);
    let shown = past;
    const early: typeof journal = {
      append: async event => {
        const {reduce} = await import('../../src/model/reduce.ts');
        shown = reduce(shown, event);
        publish(event, shown);
        await journal.append(event);
      },
    };
    return real.openLedger(past, early, clock, () => undefined);
  };
  return {...real, openLedger};
});

vi.mock('../../src/probe/poll.ts', async load => {
  const real = await load<typeof import('../../src/probe/poll.ts')>();
  const poll: typeof real.poll = (looker, check, options) =>
    (planted.bug === 'exit 0 means done' && check.withinMs > 0) ||
    (planted.bug === 'copy not asked for its version' && check.probe === 'stage-version')
      ? Promise.resolve({kind: 'met', facts: {}})
      : real.poll(
          planted.bug === 'limits by the date'
            ? {...looker, clock: {...looker.clock, ticks: looker.clock.now}}
            : looker,
          planted.bug === 'one good look is enough' ? {...check, steadyMs: 0, follows: {}} : check,
          options,
        );
  return {...real, poll};
});

vi.mock('../../src/engine/act.ts', async load => {
  const real = await load<typeof import('../../src/engine/act.ts')>();
  const act: typeof real.act = async (context, ready, before) => {
    await real.act(context, ready, before);
    const {step} = ready;
    if (planted.bug !== 'double start' || step.name !== 'start' || step.action.kind !== 'script') return;
    // "To be sure", started once more.
    const state = context.ledger.state();
    const lane = state.plan.phases.flatMap(({lanes}) => lanes).find(({steps}) => steps.includes(step));
    for (const again of lane?.steps.filter(({name}) => name === 'stop' || name === 'start') ?? []) {
      if (again.action.kind !== 'script') continue;
      const {action} = again;
      const hand = await context.lease?.hand(again.node);
      const leased = hand?.kind === 'vars' ? hand.vars : {};
      const vars = {...fillVars(action, factsOfStep(state)), ...leased};
      await context.looker.ask(nodeOf(context.looker.cluster, again.node).host, {
        kind: 'shell',
        shell: 'act',
        script: {body: bodyOf(state.plan, action), vars},
        timeoutMs: action.timeoutMs,
        maxBytes: 1000,
      });
    }
  };
  const recover: typeof real.recover = (context, ready) =>
    planted.bug === 'interrupted means done'
      ? context.ledger
          .emit({type: 'step.done', step: ready.step.id, already: true, facts: {}})
          .then(() => undefined)
      : real.recover(context, ready);
  return {...real, act, recover};
});

vi.mock('../../src/engine/fill.ts', async load => {
  const real = await load<typeof import('../../src/engine/fill.ts')>();
  const fillStep: typeof real.fillStep = (state, step) => {
    const filled = real.fillStep(state, step);
    return planted.bug === 'what was there before counts again' && filled.kind === 'ready'
      ? {...filled, value: {...filled.value, reopened: false}}
      : filled;
  };
  return {...real, fillStep};
});

vi.mock('../../src/engine/decide.ts', async load => {
  const real = await load<typeof import('../../src/engine/decide.ts')>();
  const decide: typeof real.decide = (state, leased) => {
    const decisions = real.decide(state, leased);
    if (planted.bug !== 'two at once') return decisions;
    const phase = state.plan.phases.find(
      ({id}) => state.phases[id] !== undefined && state.plan.phases.length > 0,
    );
    const begun = phase === undefined ? [] : (state.phases[phase.id]?.begun ?? []);
    const next = phase?.lanes.find(({node}) => !begun.includes(node));
    if (phase === undefined || next === undefined || begun.length === 0) return decisions;
    return [
      ...decisions,
      {kind: 'order', key: `too early ${next.node}`, phase, order: {kind: 'listed'}, nodes: [next.node]},
    ];
  };
  return {...real, decide};
});

const SEEDS = 40;

/**
 * The first problem that any of the seeds names, or null. `faults`: those that bring the bug out, each for another node; without
 * them all that the system knows.
 */
const caught = (bug: string, system: string, faults?: readonly string[]): Promise<string | null> => {
  planted.bug = bug;
  return firstProblem(system, SEEDS, subject => (faults === undefined ? subject : {...subject, faults}));
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the checkers name what was planted', () => {
  it.each([
    ['order swapped', /before|down together/],
    ['double start', /stopped 2 times|started 2 times|down|was sent to .* again/],
    ['gate skipped', /while its gate .* was not open/],
    ['stale master', /was stopped as (master|primary)|stays held/],
    ['shown before fsync', /shown before it was on disk/],
    ['exit 0 means done', /down|verified|before \d+ others/],
    ['interrupted means done', /stays held|it went on past|started 0 times|down|before/],
    ['two at once', /began while|down together/],
  ])('%s', async (bug, sentence) => {
    expect(await caught(bug, 'vault')).toMatch(sentence);
  });

  it('copy not asked for its version', async () => {
    const faults = Array.from({length: 4}, () => 'package-exchanged');
    expect(await caught('copy not asked for its version', 'doris', faults)).toMatch(
      /for a copy of the wrong version/,
    );
  });

  it('one good look is enough', async () => {
    const faults = ['flaps', 'journal-stands'].flatMap(lie => [lie, lie, lie]);
    expect(await caught('one good look is enough', 'doris', faults)).toMatch(
      /while a lie was told|lies were told|down|stays held/,
    );
  });

  it('limits by the date', async () => {
    // Too early, or hours too late.
    expect(await caught('limits by the date', 'doris')).toMatch(
      /failed after .* may pass until it is seen|it went on past/,
    );
  });

  it('what was there before counts again', async () => {
    expect(await caught('what was there before counts again', 'vault-saved')).toMatch(
      /before what was written was saved/,
    );
  });

  it.each(['vault', 'vault-saved'])('and nothing where nothing was planted: %s', async system => {
    expect(await caught('none', system)).toBeNull();
  });
});
