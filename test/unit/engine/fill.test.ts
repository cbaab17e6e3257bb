import {describe, expect, it} from 'vitest';
import {fillGate, fillMeasures, fillStep, fillVerification} from '../../../src/engine/fill.ts';
import type {Happening} from '../../../src/model/event.ts';
import type {Facts} from '../../../src/model/facts.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';
import {
  a,
  b,
  bodyText,
  check,
  checkGate,
  confirmGate,
  makeToy,
  phase,
  planned,
  planOf,
  ref,
  script,
  stateOf,
  step,
  story,
  taking,
} from './toy.ts';

const path = ref('p/backup@a', 'path');
const proved = taking(a, {size: ref('p/backup@a', 'size')}, {given: {path}, pending: {at: path}});
const restore = step(a, 'restore', {
  gates: [checkGate('p/restore@a', 0, proved)],
  action: script('restore', {vars: {path, parts: ['bin', 'lib']}}),
  done: [check(a, {restored: true}), taking(a, {}, {hopeless: {path}})],
});
const plan: Plan = {
  ...planOf(phase('p', [step(a, 'backup'), restore])),
  verify: [
    {node: a, checks: [proved]},
    {node: b, checks: [check(b, {up: true})]},
  ],
};
const backedUp = (facts: Facts): Happening => ({
  type: 'step.done',
  step: step(a, 'backup').id,
  already: false,
  facts,
});
const known = stateOf(plan, backedUp({path: '/b', size: 7, parts: []}));
const missing = (fact: string) => ({
  kind: 'missing',
  failure: {
    kind: 'refused',
    trouble: 'guard',
    detail: text(`the step p/backup@a left no fact "${fact}"`, `步骤 p/backup@a 没有留下事实“${fact}”`),
  },
});
const filled = {...check(a, {size: 7}), given: {path: '/b'}, pending: {at: '/b'}};

describe('facts of earlier steps, put in their places', () => {
  it('in a step: in its script’s variables, what its gates look at, and what has to be seen', () => {
    expect(fillStep(known, restore)).toEqual({
      kind: 'ready',
      value: {
        step: restore,
        action: {
          kind: 'script',
          script: {
            body: {name: 'restore', text: bodyText('restore')},
            vars: {path: '/b', parts: ['bin', 'lib']},
          },
          timeoutMs: 30_000,
          trust: 'exit',
        },
        safe: [filled],
        reopened: false,
        done: [check(a, {restored: true}), check(a, {}, {hopeless: {path: '/b'}})],
      },
    });
  });

  it('in a gate, in what a gate measures, and in the last look', () => {
    expect(fillGate(known, checkGate('p/restore@a', 0, proved))).toEqual({kind: 'ready', value: filled});
    const blast = [{node: a, probe: 'blast', given: {path, deep: true}}];
    expect(fillMeasures(known, confirmGate('p', 0, {blast}))).toEqual({
      kind: 'ready',
      value: [{node: a, probe: 'blast', given: {path: '/b', deep: true}}],
    });
    expect(fillVerification(known, a)).toEqual({kind: 'ready', value: [filled]});
    expect(fillVerification(known, b)).toEqual({kind: 'ready', value: [check(b, {up: true})]});
  });

  it('leaves work by hand as it is', () => {
    const byHand = step(a, 'paste', {action: {kind: 'manual', name: 'paste', instructions: text('x', 'x')}});
    expect(fillStep(known, byHand)).toMatchObject({kind: 'ready', value: {action: {kind: 'manual'}}});
  });

  it.each<[string, Facts, string]>([
    ['a variable', {size: 7}, 'path'],
    ['what a gate looks at', {path: '/b'}, 'size'],
  ])('a step is missing %s that nobody left', (_what, facts, fact) => {
    expect(fillStep(stateOf(plan, backedUp(facts)), restore)).toEqual(missing(fact));
  });

  it('a step that is not done has left nothing, whatever it did', () => {
    const started: Happening = {type: 'step.started', step: step(a, 'backup').id, attempt: 1};
    expect(fillStep(stateOf(plan, started), restore)).toEqual(missing('path'));
    expect(fillVerification(stateOf(plan), a)).toEqual(missing('path'));
  });

  it('an empty list, false, zero and an empty text are facts', () => {
    const takes = step(a, 'restore', {
      action: script('restore', {
        vars: {
          list: ref('p/backup@a', 'list'),
          no: ref('p/backup@a', 'no'),
          zero: ref('p/backup@a', 'zero'),
          blank: ref('p/backup@a', 'blank'),
        },
      }),
    });
    const facts = {list: [], no: false, zero: 0, blank: ''};
    expect(fillStep(stateOf(plan, backedUp(facts)), takes)).toMatchObject({
      value: {action: {script: {vars: facts}}},
    });
  });
});

describe('a run', () => {
  it('is held by a last look that a step left nothing for, and nothing is looked at', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true, restored: true});
    const last = {...planOf(phase('p', [step(a, 'backup')])), verify: [{node: a, checks: [proved] as const}]};
    await toy.run({kind: 'new', planned: planned(last)});
    expect(story(toy.events).slice(-3)).toEqual(['step.done p/backup@a', 'node.unverified a', 'run.left']);
    expect(toy.asked).toEqual(['a status']);
  });

  it('ends, as broken, at a script that its plan does not hold', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false});
    const broken = {...planOf(phase('p', [step(a, 'stop')])), scripts: {}};
    await expect(toy.run({kind: 'new', planned: planned(broken)})).rejects.toThrow('no script stop');
    expect(toy.scripts).toEqual([]);
  });
});
