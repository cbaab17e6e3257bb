import {expect, it} from 'vitest';
import type {System} from '../../../src/model/system.ts';
import {plain} from '../../../src/model/text.ts';
import {
  type Answer,
  a,
  cluster,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  step,
  system,
  type Toy,
} from './toy.ts';

const plan = planOf(phase('p', [step(a, 'mark'), step(a, 'stop')]));

/** It knows lines that are a number, and what `mark` found. */
const counting: System = {
  ...system,
  headway: ({id, name}, line, factsOf) =>
    /^\d+$/.test(line)
      ? {
          stage: name,
          words: plain(`${line} of ${factsOf(plan.phases[0]?.lanes[0]?.steps[0]?.id ?? id)?.many}`),
          done: Number(line),
          total: null,
        }
      : null,
};

const actOut = async (its: System, end: Answer = exited(0)): Promise<Toy> => {
  const toy = makeToy({}, {system: its, cluster});
  toy.says(a, 'status', {mark: false}, {mark: true, many: 7}, {stop: false}, {stop: true});
  toy.says(a, 'mark', exited(0));
  toy.says(a, 'stop', end);
  toy.onAsk(asked => void toy.saying.splice(0, 9, ...(asked === 'a stop' ? ['3', 'wait', '4'] : [])));
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy;
};

it('what an action says while it is at it is told at once: as its system reads it, or as it was written', async () => {
  const toy = await actOut(counting);
  expect(toy.progress).toEqual(['p/stop@a 3 of 7', 'p/stop@a it says: wait', 'p/stop@a 4 of 7']);
  expect(toy.events.at(-1)?.type).toBe('run.ended');
  expect((await actOut(system)).progress[0]).toBe('p/stop@a it says: 3');
});

it('is no more to be heard of an action that is lost', async () => {
  const toy = await actOut(counting, lost());
  expect(toy.progress.at(-1)).toBe('p/stop@a nobody hears it');
});

it('proves that an action had begun which was lost', async () => {
  const toy = makeToy({choose: ['leave']}, {system: counting, cluster});
  toy.says(a, 'status', {mark: false}, {mark: true, many: 7}, {stop: false});
  toy.says(a, 'mark', exited(0));
  toy.says(a, 'stop', lost());
  toy.onAsk(asked => void toy.saying.splice(0, 9, ...(asked === 'a stop' ? ['3'] : [])));
  await toy.run({kind: 'new', planned: planned(plan)});
  expect(toy.events.find(({type}) => type === 'step.failed')).toMatchObject({
    failure: {kind: 'lost', begun: true},
  });
});
