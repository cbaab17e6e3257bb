import {describe, expect, it} from 'vitest';
import {StepId} from '../../../src/model/ids.ts';
import type {Phase, Plan, Step, Verification} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {
  a,
  b,
  c,
  check,
  checkGate,
  cluster,
  confirmGate,
  phase,
  planOf,
  ref,
  script,
  step,
  system,
  taking,
} from '../engine/toy.ts';

const verify: Verification[] = [a, b, c].map(node => ({node, checks: [check(node, {up: true})]}));
const ops = ref('p/mark@a', 'ops');
const kept = taking(a, {ops});
const again = (owner: string, of = 'p/mark@a') => checkGate(owner, 1, kept, {again: StepId.parse(of)});
const asking = (id: string, steps: readonly Step[], more: Partial<Phase> = {}): Phase =>
  phase(id, steps, {gates: [confirmGate(id)], ...more});
const of = (id: string, node: Step['node'], name: string, more: Partial<Step> = {}): Step =>
  step(node, name, {id: StepId.parse(`${id}/${name}@${node}`), ...more});

const mark = step(a, 'mark');
const backup = step(a, 'backup', {action: script('backup', {vars: {ops}})});
const p = asking('p', [mark, backup]);
const q = (...gates: Phase['gates']): Phase =>
  asking('q', [of('q', b, 'stop')], {gates: [confirmGate('q'), ...gates]});
const planWith = (...phases: readonly Phase[]): Plan => ({...planOf(...phases), verify});
const problems = (plan: Plan): string[] => planProblems(plan, system, cluster).map(({en}) => en);

const copy = (id: string, node: Step['node'], more: Partial<Step> = {}): Step =>
  of(id, node, 'copy', {done: [taking(node, {ops})], ...more});
const stopGated = (id: string, node: Step['node'], more: Partial<Step> = {}): Step =>
  of(id, node, 'stop', {gates: [again(`${id}/stop@${node}`)], ...more});

describe('a gate that opens a step again', () => {
  it.each<[string, Plan]>([
    ['before a later phase, with facts of what is done again', planWith(p, q(again('q')))],
    ['in a plan back', {...planWith(p, q(again('q'))), direction: 'back'}],
    ['before a step of a later phase', planWith(p, asking('q', [stopGated('q', b), of('q', c, 'stop')]))],
    [
      'of a later phase for one node, however wide',
      planWith(p, asking('q', [stopGated('q', b)], {width: 2})),
    ],
    [
      'later in its lane, others beside it',
      planWith(asking('p', [mark, backup, stopGated('p', a), step(b, 'x')], {width: 2})),
    ],
    [
      'later in its lane, before what leaves service and comes back',
      planWith(
        asking('p', [
          mark,
          backup,
          stopGated('p', a, {service: 'leaves'}),
          step(a, 'start', {service: 'returns'}),
        ]),
      ),
    ],
    [
      'with facts of it taken by what comes after the gate alone',
      planWith(
        p,
        asking('q', [of('q', b, 'x', {action: script('x', {vars: {ops}})})], {
          gates: [confirmGate('q'), again('q')],
        }),
      ),
    ],
    ['with facts of it taken in a phase between', planWith(p, asking('m', [copy('m', b)]), q(again('q')))],
    [
      'with facts of it taken in another lane of its phase',
      planWith(asking('p', [mark, backup, copy('p', b)]), q(again('q'))),
    ],
    [
      'with steps between that take none of its facts',
      planWith(p, asking('m', [of('m', b, 'x')]), q(again('q'))),
    ],
  ])('has no problem %s', (_where, plan) => {
    expect(problems(plan)).toEqual([]);
  });

  const notBefore = (gate: string, wanted: string): string =>
    `${gate} opens ${wanted} again, which stands neither in an earlier phase nor earlier in its lane.`;
  it.each<[string, string, Plan]>([
    ['nobody', notBefore('q#1', 'p/lost@a'), planWith(p, q(again('q', 'p/lost@a')))],
    ['of its own phase', notBefore('q#1', 'q/stop@b'), planWith(p, q(again('q', 'q/stop@b')))],
    [
      'of a later phase',
      notBefore('q#1', 'r/x@c'),
      planWith(p, q(again('q', 'r/x@c')), asking('r', [of('r', c, 'x')])),
    ],
    [
      'itself',
      notBefore('q/stop@b#1', 'q/stop@b'),
      planWith(p, asking('q', [of('q', b, 'stop', {gates: [again('q/stop@b', 'q/stop@b')]})])),
    ],
    [
      'of another lane of its phase',
      notBefore('q/stop@b#1', 'q/x@a'),
      planWith(p, asking('q', [of('q', a, 'x'), of('q', b, 'stop', {gates: [again('q/stop@b', 'q/x@a')]})])),
    ],
  ])('stands after it, and does not open one %s', (_which, sentence, plan) => {
    expect(problems(plan)).toEqual([sentence]);
  });

  const wipe = step(a, 'wipe', {
    destroys: text('the cache', '缓存'),
    gates: [
      confirmGate('p/wipe@a', 0, {danger: 'destructive', phrase: 'toys', blast: [{node: a, probe: 'blast'}]}),
    ],
  });
  it.each<[string, string, readonly Step[]]>([
    [
      'changes service',
      'q#1 opens p/restart@a again, which changes whether its node serves.',
      [mark, backup, step(a, 'restart', {service: 'restarts'})],
    ],
    ['destroys', 'q#1 opens p/wipe@a again, which destroys data.', [mark, backup, wipe]],
  ])('opens none that %s, nor with it', (_what, sentence, steps) => {
    expect(problems(planWith(asking('p', steps), q(again('q'))))).toEqual([sentence]);
  });

  it.each<[string, string, readonly Step[]]>([
    [
      'took a fact of it',
      'q#1 opens m/copy@b again, which changes whether its node serves.',
      [copy('m', b, {service: 'restarts'})],
    ],
    [
      'stands after one that took a fact of it',
      'q#1 opens m/restart@b again, which changes whether its node serves.',
      [copy('m', b), of('m', b, 'restart', {service: 'restarts'})],
    ],
    [
      'took a fact of one that took a fact of it',
      'q#1 opens m/restart@c again, which changes whether its node serves.',
      [
        copy('m', b),
        of('m', c, 'restart', {service: 'restarts', done: [taking(c, {bytes: ref('m/copy@b', 'bytes')})]}),
      ],
    ],
  ])('opens none with it that %s, and must not be done twice', (_what, sentence, steps) => {
    expect(problems(planWith(p, asking('m', steps), q(again('q'))))).toEqual([sentence]);
  });

  const stale = (who: string, gate: string): string =>
    `${who} takes a fact of p/mark@a, which ${gate} may open again: ${who} would stay done with the old one.`;
  it('leaves nobody done with facts that are no longer so in a lane before its own', () => {
    const plan = planWith(p, asking('q', [copy('q', b), stopGated('q', c)]));
    expect(problems(plan)).toEqual([stale('q/copy@b', 'q/stop@c#1')]);
  });

  it('goes back to an earlier phase only while nobody else is at work in its own', () => {
    const wide = asking('q', [stopGated('q', b), of('q', c, 'stop')], {width: 2});
    expect(problems(planWith(p, wide))).toEqual([
      'q/stop@b#1 opens p/mark@a of an earlier phase again, while other nodes of q may be worked on.',
    ]);
  });

  it('every problem speaks both languages, and names the same things in both', () => {
    const wide = asking(
      'q',
      [copy('q', b), stopGated('q', c), of('q', a, 'stop', {gates: [again('q/stop@a', 'p/x@a')]})],
      {width: 2},
    );
    const steps = [mark, {...wipe, service: 'restarts' as const}, copy('p', b)];
    const found = planProblems(planWith(asking('p', steps), wide), system, cluster);
    expect(found.length).toBeGreaterThanOrEqual(5);
    for (const {en, zh} of found) {
      expect(en).toMatch(/\.$/);
      expect(zh).toMatch(/。$/);
      expect(zh).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
      for (const name of en.match(/[pq]\/\w+@\w+(#\d)?/g) ?? []) expect(zh).toContain(name);
    }
  });
});
