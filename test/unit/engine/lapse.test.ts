import {describe, expect, it} from 'vitest';
import {GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import {describeEvent} from '../../../src/model/describe-event.ts';
import {foldEvents} from '../../../src/model/reduce.ts';
import {outOfService, stepState} from '../../../src/model/state.ts';
import {text} from '../../../src/model/text.ts';
import {
  type Answer,
  a,
  check,
  checkGate,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  refused,
  step,
  story,
  type Toy,
} from './toy.ts';

const runs = exited(GUARD_EXIT, 'process 7 still runs\n');

/** A toy is stopped, moved, and started; its gate asks whether the others serve. */
const gate = checkGate('p/stop@a', 0, check(a, {others: 'serve'}, {probe: 'files', withinMs: 0}));
const stop = step(a, 'stop', {
  service: 'leaves',
  gates: [gate],
  done: [check(a, {up: false}, {withinMs: 0})],
});
const move = step(a, 'move', {done: [check(a, {moved: true}, {withinMs: 0})]});
const start = step(a, 'start', {
  service: 'returns',
  done: [check(a, {up: true, moved: true}, {withinMs: 0})],
});
const plan = planOf(phase('p', [stop, move, start], {gates: [confirmGate('p')]}));

/** `moves`: what the attempts to move it are answered with. `back`: somebody starts the toy before its first move. */
const run = async (
  moves: readonly Answer[],
  {back = true, ...more} = {} as Partial<typeof ALL>,
): Promise<Toy> => {
  const {retries, others, answersWhenBack, goesAgain} = {...ALL, ...more};
  const toy = makeToy({choose: Array.from({length: retries}, () => 'retry' as const)});
  const is = {up: true, moved: false};
  let tried = 0;
  toy.onAsk(entry => {
    if (entry === 'a stop') is.up = false;
    if (entry === 'a move') {
      tried += 1;
      if (tried === 1 && back) is.up = true;
      if (moves[tried - 1] !== runs && tried >= moves.length) is.moved = true;
      if (tried === 1 && goesAgain) is.up = false;
    }
    if (entry === 'a start') is.up = true;
    toy.says(a, 'status', tried === 1 && !answersWhenBack && is.up ? {silent: 'no answer'} : {...is});
    toy.says(a, 'files', tried > 0 ? others : {others: 'serve'});
  });
  toy.says(a, 'status', is);
  toy.says(a, 'stop', exited(0));
  toy.says(a, 'move', ...moves);
  toy.says(a, 'start', exited(0));
  await toy.run({kind: 'new', planned: planned(plan)});
  return toy;
};
const ALL = {
  back: true,
  retries: 1,
  others: {others: 'serve'} as Answer,
  answersWhenBack: true,
  goesAgain: false,
};

const told = (toy: Toy): string[] => story(toy.events).slice(4);

const FIRST = [
  'gate.opened p/stop@a#0',
  'step.started p/stop@a',
  'step.acted p/stop@a',
  'step.done p/stop@a',
  'step.started p/move@a',
  'step.acted p/move@a',
  'step.failed p/move@a',
  'run.released',
];
const REST = [
  'step.started p/move@a',
  'step.acted p/move@a',
  'step.done p/move@a',
  'step.started p/start@a',
  'step.acted p/start@a',
  'step.done p/start@a',
  'run.ended',
];

describe('a process that somebody brings back after its stop', () => {
  it('is stopped again by a retry of what may not be done beside it, with the gates of that stop asked anew', async () => {
    const toy = await run([runs, exited(0)]);
    expect(told(toy)).toEqual([
      ...FIRST,
      'step.lapsed p/stop@a',
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
      ...REST,
    ]);
  });

  it('is not stopped where its gates are shut: the run is held with them', async () => {
    const toy = await run([runs, exited(0)], {others: {others: 'down'}});
    expect(told(toy)).toEqual([...FIRST, 'step.lapsed p/stop@a', 'gate.stuck p/stop@a#0', 'run.left']);
    expect(toy.asked.filter(entry => entry === 'a stop')).toHaveLength(1);
  });

  it('is none where it is gone: what was refused is tried again', async () => {
    const toy = await run([runs, exited(0)], {goesAgain: true});
    expect(told(toy)).toEqual([...FIRST, ...REST]);
  });

  it('is none where nobody answers: that is no proof that it came back', async () => {
    const toy = await run([runs, exited(0)], {answersWhenBack: false});
    expect(told(toy)).not.toContain('step.lapsed p/stop@a');
  });

  it('is not looked for where nothing was refused, nor after another failure', async () => {
    const toy = await run([exited(0)], {back: false, retries: 0});
    const looks = toy.asked.slice(toy.asked.indexOf('a stop'));
    expect(looks).toEqual(['a stop', 'a status', 'a move', 'a status', 'a start', 'a status']);
    const other = await run([exited(1, 'no space left'), exited(0)]);
    expect(told(other)).not.toContain('step.lapsed p/stop@a');
    const unreached = await run([refused(), refused(), refused(), exited(0)]);
    expect(told(unreached)).not.toContain('step.lapsed p/stop@a');
  });

  it('stands in the journal, in the words of the log, and its node is perhaps out until it is stopped again', async () => {
    const toy = await run([runs, exited(0)]);
    const at = toy.events.findIndex(({type}) => type === 'step.lapsed');
    const state = foldEvents(toy.events.slice(0, at + 1));
    expect(stepState(state, stop.id)).toMatchObject({status: 'waiting', attempt: 1});
    expect(outOfService(state)).toMatchObject([{node: a, certain: false}]);
    const event = toy.events[at];
    expect(event === undefined ? null : describeEvent(event, state)).toEqual({
      node: a,
      level: 'warn',
      words: text(
        '"stop" is done again before "move", for it is not so any more: up true',
        '在“move”之前重新执行“stop”，因为其结果已不再成立：up true',
      ),
    });
  });
});
