import {expect, it} from 'vitest';
import {a, check, checkGate, exited, makeToy, phase, planned, planOf, script, step, story} from './toy.ts';

/** A stop of the process that the probe "standing" tells of, behind a gate that looks at "files". */
const plan = planOf(
  phase('p', [
    step(a, 'stop', {
      gates: [checkGate('p/stop@a', 0, check(a, {safe: true}, {probe: 'files'}))],
      action: script('stop', {process: 'standing'}),
    }),
  ]),
);
const OTHER = exited(96, 'process 9 is not the one');

it('is told which process was seen right before it', async () => {
  const toy = makeToy();
  toy.says(a, 'files', {safe: true});
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'standing', {running: true, pid: 7, startTicks: 700});
  toy.says(a, 'stop', exited(0));
  await toy.run({kind: 'new', planned: planned(plan)});
  expect(toy.scripts.map(({vars}) => [vars.seen_pid, vars.seen_born])).toEqual([[7, 700]]);
});

it('goes back to its gates where another runs, and is told of that one then', async () => {
  const toy = makeToy();
  toy.says(a, 'files', {safe: true});
  toy.says(a, 'status', {stop: false}, {stop: false}, {stop: true});
  toy.says(a, 'standing', {running: true, pid: 7, startTicks: 700}, {running: true, pid: 9, startTicks: 900});
  toy.says(a, 'stop', OTHER, exited(0));
  await toy.run({kind: 'new', planned: planned(plan)});
  expect(toy.scripts.map(({vars}) => vars.seen_pid)).toEqual([7, 9]);
  expect(story(toy.events).filter(line => /reset|started|gate.opened/.test(line))).toHaveLength(5);
});

it('is held where it is another one each time', async () => {
  const toy = makeToy();
  toy.says(a, 'files', {safe: true});
  toy.says(a, 'status', {stop: false});
  toy.says(a, 'standing', {running: true, pid: 7, startTicks: 700});
  toy.says(a, 'stop', OTHER);
  const {state} = await toy.run({kind: 'new', planned: planned(plan)});
  expect(state.steps).toMatchObject({
    'p/stop@a': {status: 'failed', failure: {trouble: 'guard'}, attempt: 11},
  });
});

it('looks at the gates again where it is not the process of the survey', async () => {
  const toy = makeToy({choose: ['leave']});
  // Safe when the gate was opened, and no longer once another process was seen.
  toy.says(a, 'files', {safe: true}, {safe: false});
  toy.says(a, 'status', {stop: false});
  toy.says(a, 'standing', {running: true, pid: 9, startTicks: 900});
  await toy.run({
    kind: 'new',
    planned: planned({...plan, survey: {[a]: {pid: 7, startTicks: 700}}}),
  });
  expect(toy.scripts).toEqual([]);
});
