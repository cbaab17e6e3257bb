import {describe, expect, it} from 'vitest';
import {GUARD_EXIT, MOVED_EXIT} from '../../../src/lib/exit-codes.ts';
import {describeEvent} from '../../../src/model/describe-event.ts';
import type {Event} from '../../../src/model/event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {plain} from '../../../src/model/text.ts';
import {
  type Answer,
  type Answers,
  a,
  asked,
  check,
  checkGate,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  script,
  step,
  story,
  type Toy,
} from './toy.ts';

const moved = exited(MOVED_EXIT, 'it has become the master\n');
const turn = checkGate('p/stop@a', 0, check(a, {turn: 'now'}, {probe: 'files'}), 'defer');
const told = {seen_fe: 'follower', tried: 'no'};

/** A step whose script asks its node right before it acts; its gate sees turn and role. */
const run = async (
  acts: readonly Answer[],
  {
    gates = [{turn: 'now', fe: 'follower'}],
    looks = [{stop: false}],
    ...answers
  }: Answers & {
    gates?: readonly Answer[];
    looks?: readonly Answer[];
  } = {},
): Promise<Toy> => {
  const toy = makeToy(answers);
  toy.says(a, 'status', ...looks);
  toy.says(a, 'files', ...gates);
  toy.says(a, 'standing', {is: 'follower'});
  toy.says(a, 'stop', ...acts);
  toy.onAsk(entry => {
    // What was stopped is seen to be so.
    if (entry === 'a stop' && toy.scripts.length + 1 >= acts.length) toy.says(a, 'status', {stop: true});
  });
  const action = script('stop', {vars: {home: '/srv'}, spot: ['fe']});
  await toy.run({
    kind: 'new',
    planned: planned(planOf(phase('p', [step(a, 'stop', {action, gates: [turn]})], {order: asked()}))),
  });
  return toy;
};

const ofType = <T extends Event['type']>(events: readonly Event[], type: T): Extract<Event, {type: T}>[] =>
  events.filter((event): event is Extract<Event, {type: T}> => event.type === type);

describe('a script that asks its node right before it acts', () => {
  it('is told what its gates saw, and whether it was begun before', async () => {
    const toy = await run([exited(0)]);
    expect(toy.scripts.map(({vars}) => vars)).toEqual([{home: '/srv', ...told}]);
  });

  it('is told nothing where its gates saw nothing of it', async () => {
    const toy = await run([exited(0)], {gates: [{turn: 'now'}]});
    expect(toy.scripts.map(({vars}) => vars)).toEqual([{home: '/srv', seen_fe: '', tried: 'no'}]);
  });

  it('gives way: its gates look again, and it is told what they see then', async () => {
    const toy = await run([moved, exited(0)], {
      gates: [
        {turn: 'now', fe: 'follower'},
        {turn: 'now', fe: 'master'},
      ],
    });
    expect(story(toy.events).filter(line => /^(gate|step)/.test(line))).toEqual([
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.reset p/stop@a',
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
    ]);
    expect(toy.scripts.map(({vars}) => vars)).toEqual([
      {home: '/srv', ...told},
      {home: '/srv', seen_fe: 'master', tried: 'no'},
    ]);
    expect(toy.questions).toEqual([]);
  });

  it('gives way, and its gate puts the node back in the queue: who goes next is asked', async () => {
    const toy = await run([moved, exited(0)], {
      gates: [
        {turn: 'now', fe: 'follower'},
        {turn: 'later', fe: 'master'},
        {turn: 'now', fe: 'follower'},
      ],
    });
    expect(ofType(toy.events, 'lane.deferred')).toMatchObject([{node: 'a', seen: {fe: 'master'}}]);
    expect(story(toy.events).at(-1)).toBe('run.ended');
    expect(toy.questions).toEqual([]);
  });

  it('that gives way again and again, whatever its gates see, holds the run with its own words', async () => {
    const toy = await run(Array.from({length: 50}, () => moved));
    expect(ofType(toy.events, 'step.reset')).toHaveLength(10);
    expect(ofType(toy.events, 'step.failed').map(({failure}) => failure)).toEqual([
      {kind: 'refused', trouble: 'guard', detail: plain('it has become the master')},
    ]);
  });

  it('counts anew after the operator has retried', async () => {
    const toy = await run([...Array.from({length: 14}, () => moved), exited(0)], {choose: ['retry']});
    expect(ofType(toy.events, 'step.failed')).toHaveLength(1);
    expect(story(toy.events).at(-1)).toBe('run.ended');
  });

  it('that does not know holds the run at once: nothing that looks again would help', async () => {
    const toy = await run([exited(GUARD_EXIT, 'no answer')]);
    expect(ofType(toy.events, 'step.reset')).toEqual([]);
    expect(ofType(toy.events, 'step.failed')).toHaveLength(1);
  });

  it('knows after a lost answer that it may have begun', async () => {
    const toy = await run([lost(), exited(0)], {choose: ['retry'], looks: [{stop: false}]});
    expect(toy.scripts.map(({vars}) => vars.tried)).toEqual(['no', 'yes']);
  });

  it('is told of in the log, in both languages, with its own words', async () => {
    const toy = await run([moved, exited(0)]);
    const [reset] = ofType(toy.events, 'step.reset');
    if (reset === undefined) throw new Error('it did not give way');
    const before = foldEvents(toy.events.slice(0, reset.seq));
    expect(describeEvent(reset, before)).toMatchObject({
      level: 'warn',
      words: {
        en: 'stop: not begun, it moved just then; its gates are looked at again: it has become the master',
        zh: 'stop：没有开始，情况刚刚有变；将重新检查其关卡：“it has become the master”',
      },
    });
  });
});
