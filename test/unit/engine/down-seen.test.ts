import {expect, it} from 'vitest';
import type {DownSeen} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {a, b, exited, makeToy, phase, planned, planOf, step, type Toy} from './toy.ts';

const down: DownSeen = {type: 'node.down', node: b, since: 1};
const up: DownSeen = {type: 'node.up', node: b, last: 2, health: 'ok'};

/** A stop, and whoever watches the nodes meanwhile. */
const stopping = (): {toy: Toy; tell: (seen: DownSeen) => boolean | undefined; listening: () => boolean} => {
  const toy = makeToy();
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(0));
  let listener: ((seen: DownSeen) => boolean) | null = null;
  toy.listensDown(tell => {
    listener = tell;
    return () => {
      listener = null;
    };
  });
  return {toy, tell: seen => listener?.(seen), listening: () => listener !== null};
};

it('who goes down by itself is kept, in the order in which it was seen, and nothing else comes of it', async () => {
  const {toy, tell, listening} = stopping();
  toy.onAsk(entry => {
    if (entry !== 'a stop') return;
    tell(down);
    tell(up);
  });
  const plan = planOf(phase('p', [step(a, 'stop')]));
  const {end} = await toy.run({kind: 'new', planned: planned(plan)});
  expect(end).toBe('ended');
  const kept = toy.events.filter(({type}) => type === 'node.down' || type === 'node.up');
  expect(kept).toMatchObject([down, up]);
  expect(toy.events.map(({seq}) => seq)).toEqual(toy.events.map((_, i) => i));
  expect(listening()).toBe(false);
  const without = toy.events.filter(event => !kept.includes(event)).map((event, seq) => ({...event, seq}));
  const {seq: _, ...state} = foldEvents(toy.events);
  expect(foldEvents(without)).toMatchObject(state);
});

it('is not kept any more once the run has ended', async () => {
  const {toy, tell} = stopping();
  toy.onEvent(({type}) => type === 'run.ended' && tell(down));
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
  expect(toy.events.at(-1)?.type).toBe('run.ended');
});
