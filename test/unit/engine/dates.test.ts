import {describe, expect, it} from 'vitest';
import type {Step} from '../../../src/model/plan.ts';
import {a, check, checkGate, exited, makeToy, phase, planned, planOf, step, story} from './toy.ts';

const HOUR_MS = 3_600_000;

const toyOf = (its: Step) => {
  const toy = makeToy({choose: ['leave']});
  const run = () => toy.run({kind: 'new', planned: planned(planOf(phase('p', [its])))});
  const ofStep = () => story(toy.events).flatMap(line => (line.endsWith(its.id) ? [line.split(' ')[0]] : []));
  return {...toy, run, ofStep};
};

describe('a date that somebody sets', () => {
  it('forward ends no wait before its time', async () => {
    const toy = toyOf(step(a, 'stop'));
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'status', {stop: false}, {stop: false}, {stop: false}, {stop: true});
    let looks = 0;
    toy.onAsk(asked => {
      looks += asked === 'a status' ? 1 : 0;
      if (looks === 2) toy.clock.setDate(HOUR_MS);
    });
    await toy.run();
    expect(toy.ofStep()).toEqual(['step.started', 'step.acted', 'step.done']);
  });

  it('back makes no wait longer', async () => {
    const toy = toyOf(step(a, 'stop'));
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'status', {stop: false});
    let looks = 0;
    toy.onAsk(asked => {
      looks += asked === 'a status' ? 1 : 0;
      if (looks === 2) toy.clock.setDate(-HOUR_MS);
    });
    await toy.run();
    expect(toy.ofStep()).toEqual(['step.started', 'step.acted', 'step.failed']);
    expect(toy.clock.ticks()).toBeLessThan(20_000);
  });

  it.each([-HOUR_MS, -6_000, HOUR_MS])(
    '%d ms off hides nothing of a gate that opened long ago',
    async byMs => {
      const gates = [
        checkGate('p/stop@a', 0, check(a, {first: true})),
        checkGate('p/stop@a', 1, check(a, {second: true}, {probe: 'standing', withinMs: 60_000})),
      ];
      const toy = toyOf(step(a, 'stop', {gates}));
      toy.says(a, 'stop', exited(0));
      // The first gate opens, and is so no more while the second one is waited for.
      toy.says(a, 'status', {first: true, stop: false}, {first: false, stop: false});
      toy.says(a, 'standing', ...Array.from({length: 20}, () => ({second: false})), {second: true});
      let looks = 0;
      toy.onAsk(asked => {
        looks += asked === 'a standing' ? 1 : 0;
        if (looks === 3) toy.clock.setDate(byMs);
      });
      await toy.run();
      expect(toy.ofStep()[0]).toBe('step.reset');
      expect(toy.asked).not.toContain('a stop');
    },
  );

  it('back makes no step last less than no time', async () => {
    const toy = toyOf(step(a, 'stop'));
    toy.says(a, 'stop', exited(0));
    toy.says(a, 'status', {stop: false}, {stop: true});
    toy.onAsk(asked => {
      if (asked === 'a stop') toy.clock.setDate(-HOUR_MS);
    });
    const {state} = await toy.run();
    expect(state.steps[step(a, 'stop').id]).toMatchObject({status: 'done', ms: 0});
  });
});
