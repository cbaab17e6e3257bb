import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../../src/model/event.ts';
import {PhaseId} from '../../../../src/model/ids.ts';
import {plain} from '../../../../src/model/text.ts';
import {skip} from '../../../../src/systems/alluxio/skip.ts';
import {a, cluster, phase, planOf, stateOf, step} from '../../engine/toy.ts';

const stop = step(a, 'stop', {service: 'leaves'});
const start = step(a, 'start', {service: 'returns'});
const plan = planOf(phase('p', [stop, start]));
const done: Happening = {type: 'step.done', step: stop.id, already: false, facts: {}};
const begun: readonly Happening[] = [
  {type: 'lane.begun', phase: PhaseId.parse('p'), node: a, ranks: {}},
  {type: 'step.started', step: stop.id, attempt: 1},
  done,
];
const [worker] = cluster.nodes.filter(({id}) => id === a).map(node => ({...node, role: 'worker'}));

const meansOf = (...happenings: readonly Happening[]): readonly string[] => {
  if (worker === undefined) throw new Error('no toy a');
  const state = stateOf(plan, ...begun, ...happenings);
  const said = skip.of(state, [{node: worker, as: 'out', isDown: true}], [worker]);
  return said.kind === 'may' ? said.means.map(({en}) => en) : [said.because.en];
};

describe('a worker that is left out', () => {
  it('that was stopped stays stopped, and is not to be started as it is', () => {
    expect(meansOf()).toEqual([
      expect.stringMatching(/^a is stopped and STAYS STOPPED: .*Do not start it before/),
    ]);
  });

  it.each<[string, readonly Happening[]]>([
    [
      'whose start ran, and it did not register',
      [
        {type: 'step.started', step: start.id, attempt: 1},
        {type: 'step.failed', step: start.id, failure: {kind: 'exit', code: 1, tail: ''}},
      ],
    ],
    [
      'whose start was lost',
      [
        {type: 'step.started', step: start.id, attempt: 1},
        {
          type: 'step.failed',
          step: start.id,
          failure: {kind: 'lost', trouble: 'dropped', detail: plain('gone')},
        },
      ],
    ],
  ])('%s is not said to be stopped', (_, happenings) => {
    expect(meansOf(...happenings)).toEqual([
      expect.stringMatching(
        /^a was started, and this run has not seen it as it should be: .* STAYS AS IT IS.* blocks is not known/,
      ),
    ]);
  });

  it('whose start was refused before it began is stopped', () => {
    expect(
      meansOf({
        type: 'step.failed',
        step: start.id,
        failure: {kind: 'refused', trouble: 'guard', detail: plain('no')},
      }),
    ).toEqual([expect.stringMatching(/STAYS STOPPED/)]);
  });
});
