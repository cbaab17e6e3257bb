import {describe, expect, it} from 'vitest';
import {describeFailure, describeHold} from '../../../src/model/describe.ts';
import {
  describeExpect,
  describeExpected,
  describeFact,
  describeFacts,
} from '../../../src/model/describe-facts.ts';
import {describeKnowledge, ranBefore} from '../../../src/model/describe-knowledge.ts';
import {describeUndo} from '../../../src/model/describe-plan.ts';
import type {Failure, Happening} from '../../../src/model/event.ts';
import type {Fact} from '../../../src/model/facts.ts';
import {GateId, PhaseId} from '../../../src/model/ids.ts';
import type {PlannedExpect} from '../../../src/model/plan.ts';
import {reason} from '../../../src/model/reason.ts';
import {plain, type Text, text} from '../../../src/model/text.ts';
import {a, b, check, lost, phase, planOf, ref, refused, script, stateOf, step} from '../engine/toy.ts';

describe('a fact', () => {
  it.each<[Fact, Text]>([
    ['ok', plain('ok')],
    ['', plain('""')],
    [0, plain('0')],
    [false, plain('false')],
    [[], text('none', '无')],
    [['be-1'], plain('be-1')],
    [['be-1', 'be-2'], text('be-1, be-2', 'be-1，be-2')],
    [['', 7, true], text('"", 7, true', '""，7，true')],
  ])('%j', (fact, words) => {
    expect(describeFact(fact)).toEqual(words);
  });

  it('and another stand in one line', () => {
    expect(describeFacts({health: 'ok', down: [], ports: [80, 81]})).toEqual(
      text('health ok, down none, ports 80, 81', 'health ok，down 无，ports 80，81'),
    );
    expect(describeFacts({})).toEqual(plain(''));
  });
});

describe('what a fact must be', () => {
  it.each<[PlannedExpect[string], Text]>([
    [true, plain('true')],
    [[], text('none', '无')],
    [['a', 'b'], text('a, b', 'a，b')],
    [{not: 'down'}, text('not down', '不是 down')],
    [{not: ''}, text('not ""', '不是 ""')],
    [{atLeast: 3}, plain('>= 3')],
    [{atMost: 3}, plain('<= 3')],
    [{oneOf: ['a', 'b']}, text('a or b', 'a 或 b')],
    [ref('p/backup@a', 'entries'), text('the entries that p/backup@a found', 'p/backup@a 得到的 entries')],
  ])('%j', (expected, words) => {
    expect(describeExpected(expected)).toEqual(words);
  });

  it('and another stand in one line', () => {
    expect(describeExpect({alive: true, down: []})).toEqual(
      text('alive true, down none', 'alive true，down 无'),
    );
  });
});

const plan = planOf(phase('p', [step(a, 'stop'), step(b, 'stop')]));
const started = (attempt: number): Happening => ({type: 'step.started', step: step(a, 'stop').id, attempt});
const failed = (failure: Failure): Happening => ({type: 'step.failed', step: step(a, 'stop').id, failure});
const released: Happening = {type: 'run.released'};
const unsettled: Failure = {kind: 'unsettled', check: check(a, {up: true}), seen: null, silent: null};

describe('what is certain when a run is held', () => {
  const knownAfter = (...happenings: readonly Happening[]): readonly [string, string | null] => {
    const state = stateOf(plan, ...happenings);
    const [hold] = state.holds;
    const seen = state.steps[step(a, 'stop').id];
    if (hold === undefined || seen?.status !== 'failed') throw new Error('it is not held by that step');
    const {known, unknown} = describeKnowledge(seen.failure, ranBefore(hold, state));
    return [known.en, unknown?.en ?? null];
  };

  it('a first attempt that was refused began nothing', () => {
    expect(knownAfter(started(1), failed(refused()))).toEqual(['The action was certainly not begun.', null]);
  });

  it('a later one that was refused says nothing of the one before', () => {
    expect(knownAfter(started(1), failed(lost()), released, started(2), failed(refused()))).toEqual([
      'This attempt began nothing.',
      'What an earlier attempt brought about. A retry looks first, and acts only if the effect is not there.',
    ]);
  });

  it('two that were refused began nothing', () => {
    expect(knownAfter(started(1), failed(refused()), released, started(2), failed(refused()))).toEqual([
      'The action was certainly not begun.',
      null,
    ]);
  });

  it('one that was only looked at before it began nothing', () => {
    expect(knownAfter(failed(unsettled))[0]).toBe('Nothing was begun: lakeup only looked.');
    expect(knownAfter(started(1), failed(refused()), released, failed(unsettled))[0]).toBe(
      'Nothing was begun: lakeup only looked.',
    );
    expect(knownAfter(started(1), failed(lost()), released, failed(unsettled))[0]).toBe(
      'The action may have been begun earlier; nobody answered afterwards.',
    );
  });

  it('one whose end nobody saw may have begun', () => {
    expect(knownAfter(started(1), failed(unsettled))[0]).toBe(
      'The action may have been begun earlier; nobody answered afterwards.',
    );
  });
});

describe('why a run waits', () => {
  it('an order that is stuck names every node with its reason, in both languages', () => {
    const reasons = [
      reason(text('no answer', '没有应答'), a),
      reason(text('no answer', '没有应答'), b),
      reason(text('an election goes on', '正在选举')),
    ] as const;
    const state = stateOf(plan, {type: 'order.stuck', phase: PhaseId.parse('p'), reasons});
    expect(describeHold({kind: 'order', phase: PhaseId.parse('p'), at: 0}, state)).toEqual(
      text(
        'Which node goes next cannot be told: a, b: no answer; an election goes on',
        '无法确定下一个节点：a, b：没有应答；正在选举',
      ),
    );
  });

  it('a gate of a phase says which phase may not begin', () => {
    const gated = planOf(
      phase('p', [step(a, 'stop')], {
        gates: [{kind: 'check', id: GateId.parse('p#0'), check: check(a, {}), otherwise: 'hold'}],
      }),
    );
    expect(describeHold({kind: 'gate', gate: GateId.parse('p#0'), at: 0}, stateOf(gated)).en).toBe(
      'p may not begin yet.',
    );
  });
});

it('a check that became hopeless is told with what was seen, lists too', () => {
  const hopeless = {...check(a, {up: true}), hopeless: {down: ['b']}, hopelessAfterMs: 2_000};
  expect(
    describeFailure({kind: 'unsettled', check: hopeless, seen: {down: ['b'], pid: 1}, silent: null}),
  ).toEqual(
    text(
      '"as wanted" cannot come true any more: down b, for 2s.',
      '“符合预期”已不可能实现：down b，已持续 2s。',
    ),
  );
});

it.each([
  ['who is missing', {missing: []}, [], {missing: ['w-3']}, ': missing w-3'],
  ['only what is not so', {leaders: 1, lost: []}, [], {leaders: 1, lost: ['w-3']}, ': lost w-3'],
  ['the first of many', {down: []}, [], {down: ['a', 'b', 'c', 'd']}, ': down a, b, c, …'],
  ['three facts', {a: 1, b: 1, c: 1, d: 1}, [], {a: 0, b: 0, c: 0, d: 0}, ': a 0, b 0, c 0'],
  [
    'of what does as well the nearest',
    {health: 'ok', version: '1'},
    [{health: 'ok', version: '2'}, {gone: true}],
    {health: 'down', version: '2'},
    ': health down',
  ],
  [
    'of what does as well one of which something is known',
    {down: [], kept: true},
    [{itself: 'left-behind'}],
    {down: ['fe-3'], kept: false},
    ': down fe-3, kept false',
  ],
  ['nothing that nobody knows', {up: true}, [], {}, ''],
] as const)('what was not seen is told with what was seen instead: %s', (_, wanted, or, seen, words) => {
  const waited = {...check(a, wanted), or: [...or], withinMs: 60_000};
  expect(describeFailure({kind: 'unsettled', check: waited, seen, silent: null}).en).toBe(
    `"as wanted" was not seen within 1m${words}.`,
  );
});

it.each([
  [
    'often',
    {looks: {good: 8, all: 12}},
    {up: false},
    ' in 8 of 12 looks, but it did not stay so for 3s: up false.',
  ],
  [
    'by other processes each time',
    {looks: {good: 4, all: 4, but: 'restarted'}},
    {up: true},
    ', but it did not stay so for 3s: another process runs since.',
  ],
  [
    'with nobody looking in between',
    {looks: {good: 2, all: 3, but: 'paused'}},
    {up: true},
    ' in 2 of 3 looks, but it did not stay so for 3s: nobody looked for a while in between.',
  ],
  [
    'and stood still',
    {looks: {good: 4, all: 4, but: 'stood'}},
    {up: true},
    ', but own stood still while theirs went on.',
  ],
  [
    'until nobody answered',
    {looks: {good: 4, all: 5}, silent: [reason(plain('no route'), a)]},
    {up: true},
    ' in 4 of 5 looks, but it did not stay so for 3s: no route.',
  ],
  [
    'says an older journal',
    {},
    {up: true},
    ', but own stood still while theirs went on, or it did not stay so for 3s.',
  ],
] as const)(
  'what was seen and did not hold is told with what kept it from that: %s',
  (_, more, seen, words) => {
    const waited = {...check(a, {up: true}), steadyMs: 3_000, follows: {own: 'theirs'}};
    expect(describeFailure({kind: 'unsettled', check: waited, seen, silent: null, ...more}).en).toBe(
      `"as wanted" was seen${words}`,
    );
  },
);

it('of what is hopeless as soon as it is seen no time is told', () => {
  const hopeless = {...check(a, {version: '2'}), hopeless: {version: '1'}, hopelessAfterMs: 0};
  expect(describeFailure({kind: 'unsettled', check: hopeless, seen: {version: '1'}, silent: null})).toEqual(
    text('"as wanted" cannot come true any more: version 1.', '“符合预期”已不可能实现：version 1。'),
  );
});

it('what is not so comes before what lasted, where that is as it should be', () => {
  const hopeless = {
    ...check(a, {leaders: 1, paths: 12}),
    hopeless: {leaders: 1},
    hopelessAfterMs: 60_000,
  };
  expect(
    describeFailure({kind: 'unsettled', check: hopeless, seen: {leaders: 1, paths: 0}, silent: null}),
  ).toEqual(
    text(
      '"as wanted" cannot come true any more: paths 0, leaders 1, for 1m.',
      '“符合预期”已不可能实现：paths 0，leaders 1，已持续 1m。',
    ),
  );
});

it('a check that became vain for another reason is told with that one and its time', () => {
  const vain = {
    ...check(a, {up: true}),
    hopeless: {process: 'none'},
    hopelessAfterMs: 2_000,
    vain: [{seen: {health: 'ok', version: {not: '2'}}, afterMs: 45_000}],
  };
  const seen = {health: 'ok', version: '1', process: 'running'};
  expect(describeFailure({kind: 'unsettled', check: vain, seen, silent: null})).toEqual(
    text(
      '"as wanted" cannot come true any more: health ok, version 1, for 45s.',
      '“符合预期”已不可能实现：health ok，version 1，已持续 45s。',
    ),
  );
});

it('the way back of a step is named after its script, or after the work by hand', () => {
  const done = [check(a, {})] as const;
  expect(describeUndo({kind: 'action', action: script('toy.start'), done}).en).toBe('way back: toy.start');
  const byHand = {kind: 'manual', name: 'paste-back', instructions: text('x', 'x')} as const;
  expect(describeUndo({kind: 'action', action: byHand, done}).zh).toBe('回退：paste-back');
});
