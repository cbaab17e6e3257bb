import {describe, expect, it} from 'vitest';
import {decide} from '../../../src/engine/decide.ts';
import type {Happening} from '../../../src/model/event.ts';
import type {Facts} from '../../../src/model/facts.ts';
import {GateId, type NodeId, PhaseId, StepId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {reason} from '../../../src/model/reason.ts';
import {hasBegun} from '../../../src/model/state.ts';
import {plain} from '../../../src/model/text.ts';
import {
  a,
  asked,
  b,
  c,
  check,
  checkGate,
  confirmGate,
  lost,
  phase,
  planOf,
  RUN,
  refused,
  stateOf,
  step,
} from './toy.ts';

const p = PhaseId.parse('p');
const gate = (id: string) => GateId.parse(id);
const began = (node: NodeId): Happening => ({type: 'lane.begun', phase: p, node, ranks: {}});
const reached = (id: string): Happening => ({type: 'gate.reached', gate: gate(id), blast: []});
const opened = (id: string): Happening => ({type: 'gate.opened', gate: gate(id), by: 'facts', facts: {}});
const stuck = (id: string): Happening => ({type: 'gate.stuck', gate: gate(id), failure: refused()});
const started = (id: string): Happening => ({type: 'step.started', step: StepId.parse(id), attempt: 1});
const done = (id: string, facts: Facts = {}): Happening => ({
  type: 'step.done',
  step: StepId.parse(id),
  already: false,
  facts,
});
const failed = (id: string): Happening => ({type: 'step.failed', step: StepId.parse(id), failure: refused()});
const broken = (id: string): Happening => ({type: 'step.failed', step: StepId.parse(id), failure: lost()});
const deferred = (node: NodeId): Happening => ({
  type: 'lane.deferred',
  phase: p,
  node,
  gate: gate(`p/stop@${node}#0`),
  seen: {},
});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const released: Happening = {type: 'run.released'};

const keys = (plan: Plan, ...happenings: readonly Happening[]): string[] =>
  decide(stateOf(plan, ...happenings)).map(({kind, key}) => `${kind}: ${key}`);

const stopGate = (node: NodeId) => checkGate(`p/stop@${node}`, 0, check(node, {safe: true}));
const lane = (node: NodeId) => [step(node, 'stop', {gates: [stopGate(node)]}), step(node, 'start')];
const guarded = planOf(
  phase('p', [...lane(a), ...lane(b), ...lane(c)], {
    gates: [checkGate('p', 0, check(a, {ok: true})), confirmGate('p', 1)],
    order: asked(),
  }),
);
/** What was marked in an earlier phase has to be so before the stop. */
const marked = planOf(
  phase('q', [step(a, 'mark', {id: StepId.parse('q/mark@a')})]),
  phase('p', lane(b), {
    gates: [
      {...checkGate('p', 0, check(a, {same: true})), otherwise: {again: StepId.parse('q/mark@a')}},
      confirmGate('p', 1),
    ],
  }),
);
const open = [opened('p#0'), reached('p#1'), opened('p#1')];
const wide = planOf(phase('p', [...lane(a), ...lane(b), ...lane(c)], {width: 2}));
const two = planOf(
  phase('p', [step(a, 'stop')]),
  phase('q', [step(b, 'stop', {id: StepId.parse('q/stop@b')})], {
    gates: [confirmGate('q')],
  }),
);
const verified: Plan = {...two, verify: [a, b].map(node => ({node, checks: [check(node, {ok: true})]}))};

describe('what is done next', () => {
  it.each<[string, Plan, readonly Happening[], readonly string[]]>([
    ['a phase begins with its first gate', guarded, [], ['check: gate p#0']],
    ['a confirmation is measured and shown first', guarded, [opened('p#0')], ['reach: reach p#1']],
    ['then it is asked', guarded, [opened('p#0'), reached('p#1')], ['confirm: gate p#1']],
    [
      'a gate that drifted is asked again',
      guarded,
      [opened('p#0'), reached('p#1'), {type: 'gate.drifted', gate: gate('p#1'), blast: [{x: 1}]}],
      ['confirm: gate p#1'],
    ],
    ['open gates let the first lane be chosen', guarded, open, ['order: order p']],
    ['a lane begins with its step’s gates', guarded, [...open, began(b)], ['check: gate p/stop@b#0']],
    [
      'an open step gate lets it act',
      guarded,
      [...open, began(b), opened('p/stop@b#0')],
      ['act: act p/stop@b'],
    ],
    [
      'what runs is not begun twice',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), started('p/stop@b')],
      ['act: act p/stop@b'],
    ],
    [
      'the next step of the lane follows',
      guarded,
      [...open, began(b), done('p/stop@b')],
      ['act: act p/start@b'],
    ],
    [
      'a lane that is done lets the next be chosen',
      guarded,
      [...open, began(b), done('p/stop@b'), done('p/start@b')],
      ['order: order p'],
    ],
    ['a deferred lane is chosen anew', guarded, [...open, began(b), deferred(b)], ['order: order p']],
    [
      'a hold stops everything but its answer',
      guarded,
      [...open, began(b), stuck('p/stop@b#0')],
      ['resolve: hold'],
    ],
    [
      'the first of two holds is answered first',
      guarded,
      [...open, {type: 'run.held'}, {type: 'run.held'}, released],
      ['resolve: hold'],
    ],
    [
      'a released gate is asked again',
      guarded,
      [...open, began(a), done('p/stop@a'), done('p/start@a'), began(b), stuck('p/stop@b#0'), released],
      ['check: gate p/stop@b#0'],
    ],
    [
      'a step that was refused before it was tried is none of what was done',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), failed('p/stop@b'), released],
      ['check: gate p#0'],
    ],
    [
      'where nothing of its phase was done, after those of the phase',
      guarded,
      [...open, began(b), stuck('p/stop@b#0'), released],
      ['check: gate p#0'],
    ],
    [
      'a released step is asked for again from its gates on',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), started('p/stop@b'), broken('p/stop@b'), released],
      ['check: gate p/stop@b#0'],
    ],
    [
      'but after those of its phase where its host did not take it: nothing was done there',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), started('p/stop@b'), failed('p/stop@b'), released],
      ['check: gate p#0'],
    ],
    [
      'as where it was turned away, and earlier steps were opened again meanwhile',
      marked,
      [
        {type: 'lane.begun', phase: PhaseId.parse('q'), node: a, ranks: {}},
        done('q/mark@a'),
        ...open,
        began(b),
        started('p/stop@b'),
        {type: 'step.reset', step: StepId.parse('p/stop@b'), seen: {}},
        {type: 'step.reopened', step: StepId.parse('q/mark@a'), gate: gate('p#0'), seen: {same: false}},
        done('q/mark@a'),
      ],
      ['check: gate p#0'],
    ],
    [
      'an order that was stuck is asked again',
      guarded,
      [
        ...open,
        began(b),
        done('p/stop@b'),
        done('p/start@b'),
        {type: 'order.stuck', phase: p, reasons: [reason(plain('x'))]},
        released,
      ],
      ['order: order p'],
    ],
    [
      'but a phase in which nothing was begun is looked at first',
      guarded,
      [...open, {type: 'order.stuck', phase: p, reasons: [reason(plain('x'))]}, released],
      ['check: gate p#0'],
    ],
    [
      'what was held before it began is looked at again',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), {type: 'run.held'}, released],
      ['check: gate p#0'],
    ],
    [
      'two lanes at once where the width is two',
      wide,
      [began(a)],
      ['check: gate p/stop@a#0', 'order: order p'],
    ],
    ['but not three', wide, [began(a), began(b)], ['check: gate p/stop@a#0', 'check: gate p/stop@b#0']],
    [
      'a place that is free again is filled',
      wide,
      [began(a), began(b), done('p/stop@a'), done('p/start@a')],
      ['check: gate p/stop@b#0', 'order: order p'],
    ],
    [
      'with no lane left only what is open goes on',
      wide,
      [
        began(a),
        began(b),
        began(c),
        done('p/stop@a'),
        done('p/start@a'),
        done('p/stop@c'),
        done('p/start@c'),
      ],
      ['check: gate p/stop@b#0'],
    ],
    [
      'the next phase waits for every lane of the one before',
      two,
      [began(a), started('p/stop@a')],
      ['act: act p/stop@a'],
    ],
    ['and begins with its own gate', two, [began(a), done('p/stop@a')], ['reach: reach q#0']],
    [
      'when all phases are done, nodes are verified',
      verified,
      [began(a), done('p/stop@a'), done('q/stop@b')],
      ['verify: verify a', 'verify: verify b'],
    ],
    [
      'each once',
      verified,
      [began(a), done('p/stop@a'), done('q/stop@b'), {type: 'node.verified', node: a, facts: {}}],
      ['verify: verify b'],
    ],
    [
      'an unverified node holds the run',
      verified,
      [
        began(a),
        done('p/stop@a'),
        done('q/stop@b'),
        {type: 'node.verified', node: a, facts: {}},
        {type: 'node.unverified', node: b, failure: refused()},
      ],
      ['resolve: hold'],
    ],
    [
      'and all are looked at again after it: what was seen before is old',
      verified,
      [
        began(a),
        done('p/stop@a'),
        done('q/stop@b'),
        {type: 'node.verified', node: a, facts: {}},
        {type: 'node.unverified', node: b, failure: refused()},
        {type: 'run.released'},
      ],
      ['verify: verify a', 'verify: verify b'],
    ],
    [
      'the run ends when all of them are verified',
      verified,
      [
        began(a),
        done('p/stop@a'),
        done('q/stop@b'),
        {type: 'node.verified', node: a, facts: {}},
        {type: 'node.verified', node: b, facts: {}},
      ],
      ['end: end'],
    ],
    ['a plan without verification ends', two, [began(a), done('p/stop@a'), done('q/stop@b')], ['end: end']],
    [
      'nothing follows the verdict',
      two,
      [began(a), done('p/stop@a'), done('q/stop@b'), {type: 'run.ended', verdict: {verified: []}}],
      [],
    ],
  ])('%s', (_name, plan, happenings, expected) => {
    expect(keys(plan, ...happenings)).toEqual(expected);
  });
});

const asking = planOf(
  phase('p', [...lane(a), ...lane(b), ...lane(c)], {width: 2, gates: [confirmGate('p', 0)]}),
);
const begunWide = [
  reached('p#0'),
  opened('p#0'),
  began(a),
  began(b),
  opened('p/stop@a#0'),
  started('p/stop@a'),
];
const foundAt = (id: string): Happening => ({
  type: 'step.reattached',
  step: StepId.parse(id),
  state: 'running',
});
const foundAgain = foundAt('p/stop@a');
const acted = (id: string): Happening => ({
  type: 'step.acted',
  step: StepId.parse(id),
  outcome: {code: 0, ms: 1, stdout: '', stderr: '', cut: false},
});

describe('what a new process does next', () => {
  it.each<[string, Plan, readonly Happening[], readonly string[]]>([
    [
      'looks at every step it died in, before any gate',
      wide,
      [began(a), began(b), started('p/stop@a'), started('p/stop@b'), resumed],
      ['recover: act p/stop@a', 'recover: act p/stop@b'],
    ],
    [
      'and begins no other lane meanwhile',
      wide,
      [began(a), started('p/stop@a'), resumed],
      ['recover: act p/stop@a'],
    ],
    [
      'follows what it found again before it asks for others',
      asking,
      [...begunWide, resumed, foundAgain],
      ['act: act p/stop@a'],
    ],
    [
      'asks for others beside it once its action is over, for they may be what it waits for',
      asking,
      [...begunWide, resumed, foundAgain, acted('p/stop@a')],
      ['reach: reach p#0'],
    ],
    [
      'or once nobody will hear of its end',
      asking,
      [...begunWide, resumed, {type: 'step.reattached', step: StepId.parse('p/stop@a'), state: 'lost'}],
      ['reach: reach p#0'],
    ],
    [
      'but not where no other may go beside it',
      guarded,
      [
        ...open,
        began(b),
        opened('p/stop@b#0'),
        started('p/stop@b'),
        resumed,
        foundAt('p/stop@b'),
        acted('p/stop@b'),
      ],
      ['act: act p/stop@b'],
    ],
    [
      'asks a phase it is in the middle of again, not its checks',
      guarded,
      [...open, began(b), done('p/stop@b'), resumed],
      ['reach: reach p#1'],
    ],
    [
      'asks checks and confirmation of a phase that did nothing yet',
      guarded,
      [...open, resumed],
      ['check: gate p#0'],
    ],
    [
      'also where who goes first was chosen already, and nothing of it was done',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), resumed],
      ['check: gate p#0'],
    ],
    [
      'but goes on where an earlier lakeup did not look again',
      guarded,
      [
        ...open,
        began(b),
        resumed,
        ...open.slice(1),
        opened('p/stop@b#0'),
        started('p/stop@b'),
        done('p/stop@b'),
      ],
      ['act: act p/start@b'],
    ],
    [
      'then the gates of the step that is next',
      guarded,
      [...open, began(b), opened('p/stop@b#0'), resumed, ...open],
      ['check: gate p/stop@b#0'],
    ],
    [
      'a step that was reset waits behind its gates',
      wide,
      [
        began(a),
        opened('p/stop@a#0'),
        started('p/stop@a'),
        resumed,
        {type: 'step.reset', step: StepId.parse('p/stop@a'), seen: {}},
      ],
      ['check: gate p/stop@a#0', 'order: order p'],
    ],
    ['a hold is still a hold', guarded, [...open, began(b), stuck('p/stop@b#0'), resumed], ['resolve: hold']],
    ['what is done stays done', two, [began(a), done('p/stop@a'), resumed], ['reach: reach q#0']],
  ])('%s', (_name, plan, happenings, expected) => {
    expect(keys(plan, ...happenings)).toEqual(expected);
  });
});

it('the same state gives the same decisions, and none of two has the same key', () => {
  const state = stateOf(wide, began(a), began(b));
  expect(decide(state)).toEqual(decide(state));
  const all = decide(state).map(({key}) => key);
  expect(new Set(all).size).toBe(all.length);
});

it('an attempt is counted', () => {
  const state = stateOf(two, began(a), started('p/stop@a'), failed('p/stop@a'), released);
  expect(decide(state)).toMatchObject([{kind: 'act', attempt: 2}]);
});

describe('a phase that prunes', () => {
  const prunes: Plan = {...guarded, prunes: {run: RUN, whole: true}};
  const tried = [...open, began(a), opened('p/stop@a#0'), started('p/stop@a'), done('p/stop@a')];

  it('is looked at again after a resume or a hold, also where some of it is removed already', () => {
    expect(keys(prunes, ...tried, resumed)).toEqual(['check: gate p#0']);
    expect(keys(prunes, ...tried, {type: 'run.held'}, released)).toEqual(['check: gate p#0']);
    expect(keys(guarded, ...tried, {type: 'run.held'}, released)).toEqual(['act: act p/start@a']);
  });

  it('may have removed what is found gone after a crash', () => {
    const found: Happening = {type: 'step.done', step: StepId.parse('p/stop@a'), already: true, facts: {}};
    expect(hasBegun(stateOf(prunes, ...open, began(a), opened('p/stop@a#0'), found))).toBe(false);
    const after = [...open, began(a), opened('p/stop@a#0'), started('p/stop@a'), resumed, found];
    expect(hasBegun(stateOf(prunes, ...after))).toBe(true);
  });
});
