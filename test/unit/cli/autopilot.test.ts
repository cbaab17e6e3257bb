import {afterEach, describe, expect, it} from 'vitest';
import {nextKeys} from '../../../src/cli/autopilot.ts';
import {realClock} from '../../../src/cli/real-clock.ts';
import {openQuestion, type State} from '../../../src/store/state.ts';
import {seededRandom} from '../../sim/random.ts';
import {prepared, type ScenarioName} from '../../ui/prepared.ts';

const ASKING: readonly ScenarioName[] = ['confirm', 'outage', 'destructive', 'held', 'manual'];

let over = new AbortController();
afterEach(() => {
  over.abort();
  over = new AbortController();
});

/** A prepared screen; its question, if it has one, is shown and armed. */
const stateOf = async (name: ScenarioName, change: Partial<State> = {}): Promise<State> => {
  const stage = {clock: realClock, chance: seededRandom(1), lang: 'en', theme: 'dark'} as const;
  const {store, run} = await prepared(name)(stage);
  void run(over.signal);
  if (ASKING.includes(name)) await expect.poll(() => openQuestion(store.getState())).not.toBeNull();
  const state = store.getState();
  const question = openQuestion(state);
  const asked = question === null ? null : {id: question.id, quietSince: 0};
  return {...state, asked, armed: question !== null, ...change};
};

describe('the autopilot', () => {
  it.each<[string, ScenarioName, Partial<State>, string | null]>([
    ['agrees to a phase', 'confirm', {}, 'y'],
    ['agrees to an outage with its own key', 'outage', {}, 'O'],
    ['waits until a question may be answered', 'confirm', {armed: false}, null],
    ['waits until the question is on the screen', 'confirm', {asked: null}, null],
    ['leaves at a failure', 'held', {}, 'q'],
    ['says of work by hand that it is done: that is looked for', 'manual', {}, 'd'],
    ['presses nothing while all goes well', 'running', {}, null],
    ['closes the screen when the run has ended', 'done', {}, 'q'],
    ['says yes to leaving', 'running', {leaving: 'asked'}, 'y'],
  ])('%s', async (_, scenario, change, keys) => {
    expect(nextKeys(await stateOf(scenario, change))).toBe(keys);
  });

  it('types what a destructive gate wants typed, letter by letter, then its key', async () => {
    let state = await stateOf('destructive');
    let typed = '';
    for (
      let keys = nextKeys(state);
      keys !== 'D' && keys !== null && typed.length < 99;
      keys = nextKeys(state)
    ) {
      typed += keys;
      state = {...state, typed};
    }
    expect(nextKeys(state)).toBe('D');
    expect(typed).toBe(state.cluster.name);
  });
});
