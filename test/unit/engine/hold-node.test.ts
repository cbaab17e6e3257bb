import {expect, it} from 'vitest';
import {a, b, exited, makeToy, phase, planned, planOf, step, story} from './toy.ts';

const toyThatDoes = () => {
  const toy = makeToy();
  const done = new Set<string>();
  for (const node of [a, b]) for (const name of ['stop', 'start']) toy.says(node, name, exited(0));
  toy.onAsk(entry => {
    if (/ (stop|start)$/.test(entry)) done.add(entry);
    for (const each of [a, b])
      toy.says(each, 'status', {stop: done.has(`${each} stop`), start: done.has(`${each} start`)});
    if (entry === 'a stop') toy.setWish('hold-node');
  });
  return toy;
};

const plan = planOf(phase('p', [step(a, 'stop'), step(a, 'start'), step(b, 'stop'), step(b, 'start')]));

it('a node is finished, none is begun, and then the run is held', async () => {
  const toy = toyThatDoes();
  const {end} = await toy.run({kind: 'new', planned: planned(plan)});
  expect(end).toBe('left');
  const told = story(toy.events);
  expect(told.slice(told.indexOf('step.started p/stop@a'))).toEqual([
    'step.started p/stop@a',
    'step.acted p/stop@a',
    'step.done p/stop@a',
    'step.started p/start@a',
    'step.acted p/start@a',
    'step.done p/start@a',
    'run.held',
    'run.left',
  ]);
  expect(toy.questions).toEqual(['choose {"kind":"operator"}']);
});

it('holds at once where no node is in hand', async () => {
  const toy = toyThatDoes();
  toy.setWish('hold-node');
  await toy.run({kind: 'new', planned: planned(plan)});
  expect(story(toy.events)).not.toContain('lane.begun a');
  expect(toy.questions.at(-1)).toBe('choose {"kind":"operator"}');
});
