import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Decision} from '../../src/engine/decide.ts';
import {nodeOf} from '../../src/model/inventory.ts';
import {type RunState, stepState} from '../../src/model/state.ts';
import {firstProblem} from './first-problem.ts';

/**
 * Bugs in when a step may begin, and how often it is sent, each put into the real engine: unit tests alone caught them. The
 * simulation must name it. `planted` says which one is in.
 */
const planted = vi.hoisted(() => ({bug: 'none'}));

vi.mock('../../src/engine/decide.ts', async load => {
  const real = await load<typeof import('../../src/engine/decide.ts')>();
  const decide: typeof real.decide = (state, leased) =>
    real
      .decide(state, leased)
      .map(decision =>
        decision.kind === 'check' && decision.lane !== null && planted.bug === 'gates left out on a retry'
          ? (retried(state, decision) ?? decision)
          : decision,
      );
  return {...real, decide};
});

/** The step that waits for that gate, where it has failed before. */
const retried = (state: RunState, {lane, gate}: Extract<Decision, {kind: 'check'}>): Decision | null => {
  const step = lane?.lane.steps.find(({gates}) => gates.some(({id}) => id === gate.id));
  const seen = step === undefined ? null : stepState(state, step.id);
  return step === undefined || seen?.status !== 'failed'
    ? null
    : {kind: 'act', key: `act ${step.id}`, step, attempt: seen.attempt + 1};
};

vi.mock('../../src/engine/ledger.ts', async load => {
  const real = await load<typeof import('../../src/engine/ledger.ts')>();
  const openLedger: typeof real.openLedger = (...of) => {
    const ledger = real.openLedger(...of);
    const isRetry = (happening: Parameters<typeof ledger.emit>[0]): boolean =>
      happening.type === 'step.started' && happening.attempt > 1;
    return {
      ...ledger,
      emitWhen: (allowed, happening) =>
        ledger.emitWhen(
          state =>
            allowed(state) ||
            (planted.bug === 'gates left out on a retry' && isRetry(happening) && state.holds.length === 0),
          happening,
        ),
    };
  };
  return {...real, openLedger};
});

vi.mock('../../src/model/shut-gates.ts', async load => {
  const real = await load<typeof import('../../src/model/shut-gates.ts')>();
  const shutLooks: typeof real.shutLooks = draft => {
    if (planted.bug !== 'gates stay open over a release') real.shutLooks(draft);
  };
  const shutOpenEnds: typeof real.shutOpenEnds = draft => {
    const {plan} = draft.state;
    // A draft changes its own records in place.
    const gates = {...draft.state.gates};
    real.shutOpenEnds(draft);
    if (planted.bug !== 'gates stay open over a crash') return;
    const own = plan.phases.flatMap(({lanes}) =>
      lanes.flatMap(({steps}) => steps.flatMap(step => step.gates)),
    );
    for (const {id} of own) {
      const gate = gates[id];
      if (gate?.status === 'open') draft.gate(id, gate);
    }
  };
  return {...real, shutLooks, shutOpenEnds};
});

vi.mock('../../src/engine/fill.ts', async load => {
  const real = await load<typeof import('../../src/engine/fill.ts')>();
  const fillStep: typeof real.fillStep = (state, step) => {
    const filled = real.fillStep(state, step);
    if (planted.bug !== 'the last look before a stop asks for the turn only' || filled.kind !== 'ready')
      return filled;
    return {...filled, value: {...filled.value, safe: filled.value.safe.slice(-1)}};
  };
  return {...real, fillStep};
});

vi.mock('../../src/engine/allowed.ts', async load => {
  const real = await load<typeof import('../../src/engine/allowed.ts')>();
  const gatesAreOld: typeof real.gatesAreOld = (context, ready) =>
    planted.bug !== 'a gate is never old' && real.gatesAreOld(context, ready);
  return {...real, gatesAreOld};
});

vi.mock('../../src/engine/begin.ts', async load => {
  const real = await load<typeof import('../../src/engine/begin.ts')>();
  const tryToBegin: typeof real.tryToBegin = async (context, ready, begin) => {
    const reply = await real.tryToBegin(context, ready, begin);
    return reply.kind === 'lost' && planted.bug === 'lost sent again'
      ? real.tryToBegin(context, ready, begin)
      : reply;
  };
  return {...real, tryToBegin};
});

vi.mock('../../src/engine/act.ts', async load => {
  const real = await load<typeof import('../../src/engine/act.ts')>();
  const act: typeof real.act = async (context, ready, before) => {
    await real.act(context, ready, before);
    const {step, action} = ready;
    if (planted.bug !== 'sent once more where nothing was seen' || action.kind !== 'script') return;
    if (stepState(context.ledger.state(), step.id).status !== 'failed') return;
    const {timeoutMs} = action;
    const {host} = nodeOf(context.looker.cluster, step.node);
    const hand = await context.lease?.hand(step.node);
    const {body, vars} = action.script;
    const script = {body, vars: {...vars, ...(hand?.kind === 'vars' ? hand.vars : {})}};
    await context.looker.ask(host, {kind: 'shell', shell: 'act', script, timeoutMs, maxBytes: 1_000});
  };
  return {...real, act};
});

/** The vault is quick: what an action's receipt makes rare is looked for longer there. */
const SEEDS: Readonly<Record<string, number>> = {doris: 60, vault: 300};

const caught = (bug: string, system: string): Promise<string | null> => {
  planted.bug = bug;
  return firstProblem(system, SEEDS[system] ?? 0);
};

afterEach(() => {
  planted.bug = 'none';
});

describe('the checkers name what was planted', () => {
  it.each([
    ['gates left out on a retry', 'doris', /began while its gate .* was not open/],
    ['gates stay open over a release', 'doris', /began by .*, which opened before the run was released/],
    ['gates stay open over a crash', 'vault', /began by .*, which opened before the run was resumed/],
    ['a gate is never old', 'doris', /nobody had looked again at/],
    [
      'the last look before a stop asks for the turn only',
      'doris',
      /stop@.* began, and nobody had looked again at .*stop@/,
    ],
    ['lost sent again', 'doris', /was sent to .* again, though it may have begun/],
    ['sent once more where nothing was seen', 'doris', /was sent to .* again, though it may have begun/],
  ])('%s', async (bug, system, sentence) => {
    expect(await caught(bug, system)).toMatch(sentence);
  });
});
