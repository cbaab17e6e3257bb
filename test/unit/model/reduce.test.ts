import {describe, expect, it} from 'vitest';
import type {Event, Happening} from '../../../src/model/event.ts';
import {GateId, PhaseId, StepId} from '../../../src/model/ids.ts';
import {reason} from '../../../src/model/reason.ts';
import {foldEvents, reduce} from '../../../src/model/reduce.ts';
import {gateState, phaseState, type RunState, stepState} from '../../../src/model/state.ts';
import {plain} from '../../../src/model/text.ts';
import {
  a,
  b,
  check,
  checkGate,
  confirmGate,
  lost,
  numbered,
  phase,
  planned,
  planOf,
  RUN,
  refused,
  START_MS,
  stateOf,
  step,
} from '../engine/toy.ts';

const plan = planOf(
  phase(
    'p',
    [a, b].flatMap(node => [
      step(node, 'stop', {gates: [checkGate(`p/stop@${node}`, 0, check(node, {safe: true}))]}),
      step(node, 'start'),
    ]),
    {gates: [checkGate('p', 0, check(a, {ok: true})), confirmGate('p', 1)]},
  ),
);
const p = PhaseId.parse('p');
const stop = StepId.parse('p/stop@a');
const start = StepId.parse('p/start@a');
const stopGate = GateId.parse('p/stop@a#0');
const [looked, confirmed] = [GateId.parse('p#0'), GateId.parse('p#1')];
const failure = refused();
const outcome = {code: 0, ms: 5, stdout: '', stderr: '', cut: false};

const stateAfter = (...happenings: readonly Happening[]): RunState => stateOf(plan, ...happenings);
const opened = (gate: GateId): Happening => ({type: 'gate.opened', gate, by: 'facts', facts: {}});
const begun: Happening = {type: 'lane.begun', phase: p, node: a, ranks: {}};
const started: Happening = {type: 'step.started', step: stop, attempt: 1};
const done = (step = stop): Happening => ({type: 'step.done', step, already: false, facts: {pid: 1}});
const failed: Happening = {type: 'step.failed', step: stop, failure};
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const released: Happening = {type: 'run.released'};

describe('the fold of one event after the other', () => {
  it('begins with a plan and nothing done', () => {
    expect(stateAfter()).toMatchObject({
      run: RUN,
      plan,
      seq: 0,
      startedAt: START_MS,
      at: START_MS,
      phases: {},
      gates: {},
      steps: {},
      nodes: {},
      holds: [],
      left: false,
      verdict: null,
    });
  });

  it('keeps number and time of the last event', () => {
    expect(stateAfter(begun, started)).toMatchObject({seq: 2, at: START_MS + 2_000, startedAt: START_MS});
  });

  it('takes a gate from shut to reached, drifted, open', () => {
    const gates = (...happenings: readonly Happening[]) => gateState(stateAfter(...happenings), confirmed);
    const reached: Happening = {type: 'gate.reached', gate: confirmed, blast: [{files: 1}]};
    expect(gates()).toEqual({status: 'shut'});
    expect(gates(reached)).toMatchObject({status: 'reached', blast: [{files: 1}], drifted: false});
    expect(gates(reached, {type: 'gate.drifted', gate: confirmed, blast: [{files: 2}]})).toMatchObject({
      status: 'reached',
      blast: [{files: 2}],
      drifted: true,
    });
    expect(gates(reached, opened(confirmed))).toMatchObject({status: 'open'});
  });

  it('holds the run at a stuck gate, and shuts it when the run is released', () => {
    const stuck = stateAfter({type: 'gate.stuck', gate: looked, failure});
    expect(stuck.holds).toEqual([{kind: 'gate', gate: looked, at: START_MS + 1_000}]);
    expect(gateState(stuck, looked)).toMatchObject({status: 'stuck', failure});
    const free = stateAfter({type: 'gate.stuck', gate: looked, failure}, released);
    expect([free.holds, gateState(free, looked)]).toEqual([[], {status: 'shut'}]);
  });

  it('shuts every gate that led to nothing yet when the run is released: a hold lasts as long as a person takes', () => {
    const turn = GateId.parse('p/stop@a#0');
    const safe = GateId.parse('p/stop@a#1');
    const two = [
      checkGate('p/stop@a', 0, check(a, {turn: 'now'})),
      checkGate('p/stop@a', 1, check(a, {ok: 1})),
    ];
    const careful = planOf(phase('p', [step(a, 'stop', {gates: two})], {gates: plan.phases[0]?.gates ?? []}));
    const open = [opened(looked), opened(confirmed)];
    const gates = (...happenings: readonly Happening[]) => {
      const state = stateOf(careful, ...happenings);
      return [looked, confirmed, turn, safe].map(id => gateState(state, id).status);
    };
    const stuck: Happening = {type: 'gate.stuck', gate: safe, failure};
    const held: Happening = {type: 'run.held'};
    const both = [opened(turn), opened(safe)];
    const lookedBefore = ['shut', 'open', 'shut', 'shut'];
    expect(gates(...open, begun, opened(turn), stuck, released)).toEqual(lookedBefore);
    expect(gates(...open, begun, ...both, held, released)).toEqual(lookedBefore);
    const broken: Happening = {type: 'step.failed', step: stop, failure: lost()};
    const tried: readonly Happening[] = [...both, started, broken, released, ...both];
    expect(
      gates(...open, begun, ...tried, held, released),
      'but what was looked at before a phase is past once something of it was tried',
    ).toEqual(['open', 'open', 'shut', 'shut']);
    expect(
      gates(...open, begun, ...both, started, failed, released),
      'one that its host did not take was not tried',
    ).toEqual(lookedBefore);
    const turnedAway: Happening = {type: 'step.reset', step: stop, seen: {}};
    expect(
      gates(...open, begun, ...both, started, turnedAway, ...both, held, released),
      'nor one that was turned away',
    ).toEqual(lookedBefore);
    expect(gates(...open, held, released), 'its checks, not the key press').toEqual([
      'shut',
      'open',
      'shut',
      'shut',
    ]);
    expect(gates(...open, begun, ...both, started, held, released), 'but what runs is past them').toEqual([
      'open',
      'open',
      'open',
      'open',
    ]);
  });

  it('takes a step from waiting to running, acted, done', () => {
    const steps = (...happenings: readonly Happening[]) => stepState(stateAfter(...happenings), stop);
    expect(steps()).toEqual({status: 'waiting', attempt: 0, touchedAt: null, resets: 0});
    expect(steps(started)).toMatchObject({status: 'running', attempt: 1, outcome: null});
    expect(steps(started, {type: 'step.acted', step: stop, outcome})).toMatchObject({
      status: 'running',
      outcome,
    });
    expect(steps(started, {type: 'step.acted', step: stop, outcome}, done())).toMatchObject({
      status: 'done',
      attempt: 1,
      ms: 2_000,
      already: false,
      facts: {pid: 1},
      outcome,
    });
    expect(steps({...done(), already: true} as Happening)).toMatchObject({status: 'done', attempt: 0, ms: 0});
  });

  it('holds the run at a failed step, and shuts its gates when the run is released', () => {
    const held = stateAfter(opened(stopGate), started, failed);
    expect(held.holds).toEqual([{kind: 'step', step: stop, at: expect.any(Number)}]);
    expect(stepState(held, stop)).toMatchObject({status: 'failed', attempt: 1, failure, outcome: null});
    const free = stateAfter(opened(stopGate), started, failed, released);
    expect(free.holds).toEqual([]);
    expect(gateState(free, stopGate)).toEqual({status: 'shut'});
    expect(stepState(free, stop).status).toBe('failed');
  });

  it('puts a step that was reset behind its gates, with its attempts counted', () => {
    const state = stateAfter(opened(stopGate), started, resumed, {type: 'step.reset', step: stop, seen: {}});
    expect(stepState(state, stop)).toEqual({
      status: 'waiting',
      attempt: 1,
      touchedAt: START_MS + 2_000,
      resets: 1,
    });
    expect(gateState(state, stopGate)).toEqual({status: 'shut'});
  });

  it('remembers which lanes began, and takes a deferred one out again with its gates shut', () => {
    expect(phaseState(stateAfter(begun), p)).toEqual({begun: [a], stuck: null, deferrals: 0});
    const deferred: Happening = {type: 'lane.deferred', phase: p, node: a, gate: stopGate, seen: {}};
    const state = stateAfter(begun, opened(stopGate), deferred);
    expect(phaseState(state, p)).toEqual({begun: [], stuck: null, deferrals: 1});
    expect(gateState(state, stopGate)).toEqual({status: 'shut'});
  });

  it('keeps gates of steps that are done when their lane is deferred', () => {
    const deferred: Happening = {type: 'lane.deferred', phase: p, node: a, gate: stopGate, seen: {}};
    expect(gateState(stateAfter(begun, opened(stopGate), started, done(), deferred), stopGate).status).toBe(
      'open',
    );
  });

  it('holds the run when the order is not to be told, and forgets the deferrals when it is released', () => {
    const noMaster = [reason(plain('no master'))] as const;
    const deferred: Happening = {type: 'lane.deferred', phase: p, node: a, gate: stopGate, seen: {}};
    const stuck: Happening = {type: 'order.stuck', phase: p, reasons: noMaster};
    const held = stateAfter(begun, deferred, stuck);
    expect(held.holds).toEqual([{kind: 'order', phase: p, at: held.at}]);
    expect(phaseState(held, p)).toMatchObject({stuck: noMaster, deferrals: 1});
    expect(phaseState(stateAfter(begun, deferred, stuck, released), p)).toMatchObject({
      stuck: null,
      deferrals: 0,
    });
  });

  it('releases one hold at a time, the first first', () => {
    const held = stateAfter(started, failed, {type: 'run.held'});
    const [first, asked] = [START_MS + 2_000, START_MS + 3_000];
    expect(held.holds).toEqual([
      {kind: 'step', step: stop, at: first},
      {kind: 'operator', at: asked},
    ]);
    expect(stateAfter(started, failed, {type: 'run.held'}, released).holds).toEqual([
      {kind: 'operator', at: asked},
    ]);
    expect(stateAfter({type: 'run.held'}, resumed).holds, 'whoever resumes it knows since when').toEqual([
      {kind: 'operator', at: START_MS + 1_000},
    ]);
  });

  it('knows that it was left, and is not any more when it is resumed', () => {
    expect(stateAfter({type: 'run.left'}).left).toBe(true);
    expect(stateAfter({type: 'run.left'}, resumed).left).toBe(false);
  });

  it('keeps what the last looks said, and the verdict', () => {
    const state = stateAfter(
      {type: 'node.verified', node: a, facts: {v: 2}},
      {type: 'node.verified', node: b, facts: {}},
      {type: 'run.ended', verdict: {verified: [a, b]}},
    );
    expect(state.nodes).toMatchObject({
      [a]: {verified: true, facts: {v: 2}},
      [b]: {verified: true, facts: {}},
    });
    expect(state.verdict).toEqual({verified: [a, b]});
  });

  it('takes the last looks again after a hold or a resume: they are old by then', () => {
    const good = {type: 'node.verified', node: a, facts: {v: 2}} as const;
    const bad = {type: 'node.unverified', node: b, failure} as const;
    expect(stateAfter(good, bad, resumed).nodes).toMatchObject({[b]: {verified: false, failure}});
    expect(Object.keys(stateAfter(good, bad, resumed).nodes)).toEqual([b]);
    expect(stateAfter(good, bad, released).nodes).toEqual({});
    expect(stateAfter(good, {type: 'run.held'}, released).nodes).toEqual({});
  });

  it('is held by a node that is not verified, keeps the reason over a resume, and forgets it when released', () => {
    const missed = stateAfter({type: 'node.unverified', node: b, failure}, resumed);
    expect(missed.nodes).toEqual({[b]: {verified: false, failure}});
    expect(missed.holds).toEqual([{kind: 'node', node: b, at: START_MS + 1_000}]);
    expect(stateAfter({type: 'node.unverified', node: b, failure}, released)).toMatchObject({
      nodes: {},
      holds: [],
    });
  });
});

describe('whether an attempt may have begun', () => {
  const broken: Happening = {type: 'step.failed', step: stop, failure: lost()};
  const busy: Happening = {type: 'step.busy', step: stop, told: 'stage is at work', withinMs: 1_000};
  const reset: Happening = {type: 'step.reset', step: stop, seen: {}};
  const acted: Happening = {type: 'step.acted', step: stop, outcome: {...outcome, code: 97}};
  const again: Happening = {type: 'step.started', step: stop, attempt: 2};
  const first = START_MS + 1_000;
  it.each<[string, readonly Happening[], number | null]>([
    ['not before it was sent', [], null],
    ['not while the first one runs: that is not over', [started], null],
    ['not when it was refused', [started, failed], null],
    ['nor when its script refused', [started, acted, failed], null],
    ['it may when it was lost', [started, broken], first],
    ['and when lakeup died', [started, resumed], first],
    ['a refused retry says nothing of it', [started, broken, released, again, failed], first],
    ['nor does one that runs', [started, broken, released, again], first],
    ['nor a look that did not find its effect', [started, resumed, reset], first],
    ['one that was turned away by an earlier action began nothing', [started, busy, reset], null],
    ['but the earlier one may have', [started, broken, released, again, busy, reset], first],
    ['the first of them counts', [started, broken, released, again, broken], first],
  ])('%s', (_what, happenings, at) => {
    expect(stepState(stateAfter(...happenings), stop)).toMatchObject({touchedAt: at});
  });
});

describe('a run that is taken up by a new process', () => {
  it('interrupts what ran and nothing else', () => {
    const state = stateAfter(begun, started, resumed);
    expect(stepState(state, stop)).toMatchObject({status: 'interrupted', attempt: 1});
    expect(stepState(stateAfter(begun, started, done(), resumed), stop).status).toBe('done');
    expect(stepState(stateAfter(begun, started, failed, resumed), stop).status).toBe('failed');
  });

  it('shuts every gate of a phase that did nothing yet', () => {
    const state = stateAfter(opened(looked), opened(confirmed), resumed);
    expect([gateState(state, looked).status, gateState(state, confirmed).status]).toEqual(['shut', 'shut']);
  });

  it('shuts the confirmation of a phase in the middle of its work, not its checks', () => {
    const state = stateAfter(opened(looked), opened(confirmed), begun, started, done(), resumed);
    expect([gateState(state, looked).status, gateState(state, confirmed).status]).toEqual(['open', 'shut']);
  });

  it('shuts gates of steps that are not done, and leaves those of done ones', () => {
    const state = stateAfter(begun, opened(stopGate), started, resumed);
    expect(gateState(state, stopGate).status).toBe('shut');
    expect(gateState(stateAfter(begun, opened(stopGate), started, done(), resumed), stopGate).status).toBe(
      'open',
    );
  });

  it('leaves a phase alone that is done', () => {
    const all = [a, b].flatMap(node => [
      done(StepId.parse(`p/stop@${node}`)),
      done(StepId.parse(`p/start@${node}`)),
    ]);
    expect(gateState(stateAfter(opened(confirmed), begun, ...all, resumed), confirmed).status).toBe('open');
  });

  it('keeps its holds', () => {
    expect(stateAfter(begun, started, failed, resumed).holds).toEqual([
      {kind: 'step', step: stop, at: expect.any(Number)},
    ]);
  });
});

describe('what cannot be', () => {
  const at = START_MS;
  it.each<[string, RunState | null, Event]>([
    ['begins with run.left, not with run.planned', null, {seq: 0, at, type: 'run.left'}],
    ['twice', stateAfter(), {...planned(plan), seq: 1, at}],
    ['event 1 is missing before 2', stateAfter(), {seq: 2, at, type: 'run.left'}],
    ['event 1 is missing before 0', stateAfter(), {seq: 0, at, type: 'run.left'}],
    ['nothing held it', stateAfter(), {seq: 1, at, type: 'run.released'}],
    ['acted while waiting', stateAfter(), {seq: 1, at, type: 'step.acted', step: stop, outcome}],
  ])('%s', (words, state, event) => {
    expect(() => reduce(state, event)).toThrow(words);
  });

  it('is a journal without an event', () => {
    expect(() => foldEvents([])).toThrow('the journal is empty');
  });
});

it('the fold changes no state that was handed out', () => {
  const events = numbered(planned(plan), opened(looked), begun, started, failed, released, done(start));
  const frozen = JSON.stringify(events.slice(0, 4));
  let state: RunState | null = null;
  for (const event of events) {
    const before: RunState | null = state;
    const text: string = JSON.stringify(before);
    state = reduce(before, event);
    expect(JSON.stringify(before)).toBe(text);
  }
  expect(JSON.stringify(events.slice(0, 4))).toBe(frozen);
});
