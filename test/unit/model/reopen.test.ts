import {describe, expect, it} from 'vitest';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import {describeEvent} from '../../../src/model/describe-event.ts';
import {describeKnowledge, ranBefore} from '../../../src/model/describe-knowledge.ts';
import {Event, type Failure, type Happening} from '../../../src/model/event.ts';
import {GateId, PhaseId, StepId} from '../../../src/model/ids.ts';
import {Gate} from '../../../src/model/plan.ts';
import {reopenedSteps} from '../../../src/model/reopen.ts';
import {currentPhase, gateState, isReopened, type RunState, stepState} from '../../../src/model/state.ts';
import {plain, text} from '../../../src/model/text.ts';
import {progressOf} from '../../../src/store/progress.ts';
import {
  a,
  b,
  c,
  check,
  checkGate,
  confirmGate,
  lost,
  numbered,
  phase,
  planned,
  planOf,
  ref,
  refused,
  START_MS,
  stateOf,
  step,
} from '../engine/toy.ts';

const id = (name: string): StepId => StepId.parse(name);
const gate = (name: string): GateId => GateId.parse(name);
const kept = {...check(a, {ops: 17}), title: text('nothing was written', '没有写入')};
const again = (owner: string, index: number) => checkGate(owner, index, kept, {again: id('p/mark@a')});
const plan = planOf(
  phase(
    'p',
    [
      step(a, 'stage'),
      step(a, 'mark'),
      step(a, 'backup', {gates: [checkGate('p/backup@a', 0, check(a, {}))]}),
      step(a, 'keep', {gates: [again('p/keep@a', 0)]}),
      step(b, 'mark'),
    ],
    {gates: [checkGate('p', 0, check(a, {})), confirmGate('p', 1)]},
  ),
  phase('q', [step(b, 'stop', {id: id('q/stop@b'), gates: [again('q/stop@b', 0)]})], {
    gates: [again('q', 0), confirmGate('q', 1), again('q', 2)],
  }),
);
const steps = ['p/stage@a', 'p/mark@a', 'p/backup@a', 'p/keep@a', 'p/mark@b'];
const open = (name: string): Happening => ({type: 'gate.opened', gate: gate(name), by: 'facts', facts: {}});
const run = (name: string): Happening[] => [
  {type: 'step.started', step: id(name), attempt: 1},
  {type: 'step.done', step: id(name), already: false, facts: {ops: 17}},
];
const begun: Happening[] = [a, b].map(node => ({
  type: 'lane.begun',
  phase: PhaseId.parse('p'),
  node,
  ranks: {},
}));
const first: Happening[] = [
  ...['p#0', 'p#1'].map(open),
  ...begun,
  open('p/backup@a#0'),
  open('p/keep@a#0'),
  ...steps.flatMap(run),
  ...['q#0', 'q#1', 'q#2'].map(open),
];
const reopened = (by = 'q#2'): Happening => ({
  type: 'step.reopened',
  step: id('p/mark@a'),
  gate: gate(by),
  seen: {ops: 23},
});
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const stateAfter = (...happenings: readonly Happening[]): RunState => stateOf(plan, ...first, ...happenings);
const standing = (state: RunState): string[] => steps.map(name => stepState(state, id(name)).status);
const shut = (state: RunState): string[] =>
  ['p#0', 'p#1', 'p/backup@a#0', 'p/keep@a#0', 'q#0', 'q#1', 'q#2'].filter(
    name => gateState(state, gate(name)).status === 'shut',
  );

describe('a step that is opened again', () => {
  it('waits with those after it in its lane; those before it and of other lanes stay done', () => {
    expect(standing(stateAfter(reopened()))).toEqual(['done', 'waiting', 'waiting', 'waiting', 'done']);
    expect(currentPhase(stateAfter(reopened()))?.id).toBe('p');
  });

  it('up to the step whose gate it was, in its own lane', () => {
    expect(reopenedSteps(plan, id('p/mark@a'), gate('p/keep@a#0')).map(each => each.id)).toEqual([
      'p/mark@a',
      'p/backup@a',
    ]);
    const early = stateOf(plan, ...begun, ...steps.slice(0, 3).flatMap(run), reopened('p/keep@a#0'));
    expect(standing(early).slice(0, 4)).toEqual(['done', 'waiting', 'waiting', 'waiting']);
    expect(isReopened(stepState(early, id('p/keep@a')))).toBe(false);
  });

  it('with whoever took a fact of one that is, in other lanes and phases too, and those after these in their lanes', () => {
    const taking = (of: string, fact: string) => ({...check(a, {}), given: {[fact]: ref(of, fact)}});
    const wide = planOf(
      phase('p', [
        step(a, 'mark'),
        step(a, 'backup'),
        step(b, 'count', {done: [taking('p/mark@a', 'ops')]}),
        step(b, 'after'),
      ]),
      phase('m', [
        step(a, 'first', {id: id('m/first@a')}),
        step(b, 'copy', {
          id: id('m/copy@b'),
          action: {
            kind: 'copy',
            from: {node: ref('p/backup@a', 'node'), path: parseAbsPath('/b')},
            to: parseAbsPath('/b'),
            stallMs: 1,
          },
        }),
        step(c, 'other', {id: id('m/other@c')}),
      ]),
      phase('n', [step(c, 'read', {id: id('n/read@c'), done: [taking('m/copy@b', 'bytes')]})]),
      phase('q', [step(b, 'late', {id: id('q/late@b'), done: [taking('p/mark@a', 'ops')]})], {
        gates: [again('q', 0)],
      }),
    );
    const all = ['p/mark@a', 'p/backup@a', 'p/count@b', 'p/after@b', 'm/copy@b', 'n/read@c'];
    expect(reopenedSteps(wide, id('p/mark@a'), gate('q#0')).map(each => each.id)).toEqual(all);
    const last = ['p/backup@a', 'm/copy@b', 'n/read@c'];
    expect(reopenedSteps(wide, id('p/backup@a'), gate('q#0')).map(each => each.id)).toEqual(last);
  });

  it('has forgotten what it found, and neither its attempts nor that it changed something', () => {
    expect(stepState(stateAfter(reopened()), id('p/mark@a'))).toEqual({
      status: 'waiting',
      attempt: 1,
      resets: 0,
      touchedAt: START_MS + 9_000,
      reopened: true,
    });
  });

  it('shuts its own gates and all that stand together with the one that opened it, and no others', () => {
    expect(shut(stateAfter())).toEqual([]);
    expect(shut(stateAfter(reopened()))).toEqual(['p/backup@a#0', 'p/keep@a#0', 'q#0', 'q#1', 'q#2']);
    expect(shut(stateAfter(reopened('q/stop@b#0'))), 'that of a step').toEqual([
      'p/backup@a#0',
      'p/keep@a#0',
    ]);
  });

  it('stays one through all attempts, until it is done', () => {
    const mark = id('p/mark@a');
    const started: Happening = {type: 'step.started', step: mark, attempt: 2};
    const is = (...happenings: readonly Happening[]): boolean =>
      isReopened(stepState(stateAfter(reopened(), ...happenings), mark));
    const reset: Happening = {type: 'step.reset', step: mark, seen: {}};
    const failed = (failure: Failure): Happening => ({type: 'step.failed', step: mark, failure});
    const ways: readonly (readonly Happening[])[] = [
      [started],
      [started, resumed],
      [started, resumed, reset],
      [started, failed(lost())],
      [started, failed(refused()), {type: 'run.released'}],
      [started, failed(lost()), resumed],
    ];
    expect(ways.map(way => is(...way))).toEqual(ways.map(() => true));
    const done: Happening = {type: 'step.done', step: mark, already: false, facts: {ops: 23}};
    expect(is(started, done)).toBe(false);
    expect(stepState(stateAfter(reopened(), started, done), mark)).toMatchObject({
      attempt: 2,
      facts: {ops: 23},
    });
  });

  it('is not one that is not done: such a journal cannot be', () => {
    expect(() => stateAfter(reopened(), reopened())).toThrow('opened again while waiting');
  });
});

describe('a run in which a step was opened again', () => {
  it('counts the rounds of each gate, over a resume, until that gate holds the run and is released', () => {
    const twice = [reopened(), ...steps.slice(1, 4).flatMap(run), reopened()];
    expect(stateAfter(...twice, resumed).rounds).toEqual({'q#2': 2});
    expect(stateAfter(reopened('q#0')).rounds).toEqual({'q#0': 1});
    const other: Happening = {type: 'gate.stuck', gate: gate('q#0'), failure: refused()};
    const stuck: Happening = {type: 'gate.stuck', gate: gate('q#2'), failure: refused()};
    expect(stateAfter(...twice, stuck).rounds).toEqual({'q#2': 2});
    expect(stateAfter(...twice, stuck, {type: 'run.released'}).rounds).toEqual({});
    expect(stateAfter(...twice, other, {type: 'run.released'}).rounds).toEqual({'q#2': 2});
  });

  it('taken up by a new process asks its earlier phase again, whose checks stay open', () => {
    const state = stateAfter(reopened(), resumed);
    expect(shut(state)).toEqual(['p#1', 'p/backup@a#0', 'p/keep@a#0', 'q#0', 'q#1', 'q#2']);
  });

  it('works on nobody of the later phase meanwhile, on the screen too', () => {
    const later: Happening = {type: 'lane.begun', phase: PhaseId.parse('q'), node: b, ranks: {}};
    const shown = (...happenings: readonly Happening[]) => {
      const {inHand, doing, phases} = progressOf(stateAfter(later, ...happenings));
      return [inHand, doing.get(b)?.kind, phases.map(({status}) => status)];
    };
    expect(shown()).toEqual([[b], 'working', ['done', 'now']]);
    expect(shown(reopened('q/stop@b#0'))).toEqual([[a], 'waiting', ['now', 'next']]);
  });

  it('is read from a journal as it was written', () => {
    const [event] = numbered(reopened());
    expect(Event.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
    expect(Gate.parse(JSON.parse(JSON.stringify(again('q', 0))))).toEqual(again('q', 0));
  });
});

describe('the words for it', () => {
  const worded = (...happenings: readonly Happening[]) => {
    const events = numbered(planned(plan), ...first, ...happenings);
    const last = events.at(-1);
    return last === undefined ? null : describeEvent(last, stateAfter(...happenings));
  };

  it('say what is no longer so, and what is done again', () => {
    expect(worded(reopened())).toEqual({
      node: a,
      level: 'warn',
      words: text(
        '"mark" and what follows is done again, for this is not so any more: nothing was written (ops 23)',
        '从“mark”起重新执行，因为以下条件已不再成立：没有写入（ops 23）',
      ),
    });
  });

  it('do not say that it was looked at after lakeup died: it was not', () => {
    const mark = id('p/mark@a');
    const started: Happening = {type: 'step.started', step: mark, attempt: 2};
    expect(worded(reopened(), started, resumed, {type: 'step.reset', step: mark, seen: {}})?.words).toEqual(
      text('mark: not done again yet', 'mark：尚未重新完成'),
    );
  });

  const HEARD: Failure = {kind: 'lost', trouble: 'dropped', detail: plain('gone'), begun: true};
  it.each([
    [
      lost(),
      'The action was sent, and may have begun.',
      'Whether it began, and came to its end. A retry acts again.',
    ],
    [HEARD, 'The action was begun.', 'Whether it came to its end. A retry acts again.'],
    [refused(), 'This attempt began nothing; it has to be done again.', null],
  ])('never promise that a retry looks first: %j', (failure, known, unknown) => {
    const mark = id('p/mark@a');
    const state = stateAfter(
      reopened(),
      {type: 'step.started', step: mark, attempt: 2},
      {type: 'step.failed', step: mark, failure},
    );
    const said = describeKnowledge(failure, ranBefore({kind: 'step', step: mark, at: 0}, state));
    expect([said.known.en, said.unknown?.en ?? null]).toEqual([known, unknown]);
  });
});
