import {afterEach, describe, expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import type {Recording} from '../../src/store/recording.ts';
import {openReplay} from '../../src/store/replay.ts';
import {openQuestion} from '../../src/store/state.ts';
import {answerQuestion, type ScreenStore} from '../../src/store/store.ts';
import {seededRandom} from '../sim/random.ts';
import {makeHandClock, NIGHT} from './harness.ts';
import {prepared, recordingOf, type ScenarioName} from './prepared.ts';

let over = new AbortController();
afterEach(() => {
  over.abort();
  over = new AbortController();
});

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** A scenario that runs, without a screen. */
const open = async (name: ScenarioName) => {
  const hand = makeHandClock();
  const stage = {clock: hand.clock, chance: seededRandom(1), lang: 'en', theme: 'dark'} as const;
  const {store, feed, run} = await prepared(name)(stage);
  const playing = run(over.signal);
  await breathe();
  const state = (): RunState => {
    const now = store.getState().run;
    if (now === null) throw new Error('there is no run');
    return now;
  };
  return {
    store,
    state,
    playing,
    question: () => openQuestion(store.getState()),
    /** Lets time pass in steps of a tick. */
    pass: async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 100) {
        hand.turn(Math.min(100, left));
        await breathe();
        feed.tick();
      }
    },
    answer: async (answer: 'yes' | 'leave'): Promise<void> => {
      const question = openQuestion(store.getState());
      if (question === null) throw new Error('nothing is asked');
      const typed = state().plan.cluster;
      answerQuestion(store, question.id, answer === 'yes' ? {answer, typed} : {answer});
      await breathe();
      await breathe();
      feed.tick();
    },
  };
};

const stepsOf = ({steps}: RunState, status: string): string[] =>
  Object.entries(steps).flatMap(([id, step]) => (step.status === status ? [id] : []));

describe('a recording is shown', () => {
  test('up to its moment, as if that were now', async () => {
    const {state, store} = await open('running');
    const [running] = stepsOf(state(), 'running');
    expect(running).toBe('backends/start@be-3');
    const step = state().steps['backends/start@be-3' as keyof RunState['steps']];
    // The script took 0.3 s, and that was 4 s ago.
    if (step?.status !== 'running') throw new Error('it does not run');
    expect(NIGHT - step.at).toBeGreaterThan(4_200);
    expect(NIGHT - step.at).toBeLessThan(4_500);
    expect(store.getState().now).toBe(NIGHT);
  });

  test('from then on at its own pace', async () => {
    const {pass, state} = await open('running');
    const {events} = await recordingOf('whole');
    const at = (type: string): number =>
      events.find(event => event.type === type && 'step' in event && event.step === 'backends/start@be-3')
        ?.at ?? Number.NaN;
    const left = at('step.done') - at('step.acted') - 4_000;
    await pass(left - 200);
    expect(stepsOf(state(), 'running')).toEqual(['backends/start@be-3']);
    await pass(400);
    expect(stepsOf(state(), 'running')).not.toContain('backends/start@be-3');
    expect(stepsOf(state(), 'done')).toContain('backends/start@be-3');
  });

  test('to its end, which is what was recorded', async () => {
    const {pass, state, question, answer, playing} = await open('start');
    for (let minute = 0; minute < 12 && state().verdict === null; minute += 1) {
      await pass(60_000);
      if (question() !== null) await answer('yes');
    }
    await playing;
    const recorded = foldEvents((await recordingOf('whole')).events);
    expect(state().verdict).toEqual(recorded.verdict);
    expect(state().seq).toBe(recorded.seq);
  });
});

describe('a recorded question', () => {
  test('waits for the operator here, as long as they take', async () => {
    const {pass, state, question, answer} = await open('confirm');
    await pass(600_000);
    const {seq} = state();
    expect(question()).toMatchObject({kind: 'confirm', gate: 'backends#1'});
    await answer('yes');
    expect(question()).toBeNull();
    await pass(300);
    expect(state().seq).toBeGreaterThan(seq);
    expect(stepsOf(state(), 'running')).toEqual(['backends/stage@be-1']);
  });

  test('is answered at once by who answers sooner than was recorded', async () => {
    const {pass, state, answer} = await open('confirm');
    await pass(500);
    await answer('yes');
    await pass(300);
    expect(stepsOf(state(), 'running')).toEqual(['backends/stage@be-1']);
  });

  test('that is answered with leave ends it', async () => {
    const {state, answer, playing} = await open('held');
    await answer('leave');
    await playing;
    expect(state()).toMatchObject({left: true, holds: [{kind: 'step'}]});
  });

  test('at a hold is over with its answer, and what was tried again comes through', async () => {
    const {pass, question, answer, state} = await open('held');
    expect(question()).toMatchObject({kind: 'hold'});
    await answer('yes');
    expect(question()).toBeNull();
    await pass(20_000);
    expect(state().holds).toEqual([]);
    expect(stepsOf(state(), 'done')).toContain('backends/start@be-3');
  });
});

describe('what the operator wishes here', () => {
  test('a hold comes at once; what was in hand goes on, and nothing begins before the answer', async () => {
    const {store, pass, state, question, answer} = await open('running');
    store.setState({wish: 'hold'});
    await pass(100);
    expect(question()).toMatchObject({kind: 'hold'});
    expect(stepsOf(state(), 'running')).toEqual(['backends/start@be-3']);
    await pass(120_000);
    expect(stepsOf(state(), 'running')).toEqual([]);
    expect(stepsOf(state(), 'done')).toContain('backends/start@be-3');
    await answer('yes');
    expect(store.getState().wish).toBe('go');
    await pass(300);
    expect(state().holds).toEqual([]);
    expect(stepsOf(state(), 'running')).toEqual(['backends/stage@be-4']);
  });

  test('leaving waits for a script that was sent, and for nothing else', async () => {
    const {pass, state, playing} = await open('leaving');
    await pass(1_000);
    expect(state().left).toBe(false);
    await pass(20_000);
    await playing;
    expect(state().left).toBe(true);
    expect(stepsOf(state(), 'done')).not.toContain('backends/backup@be-3');
  });

  test('leaving while a node only has to come up is left at once', async () => {
    const {store, pass, state, playing} = await open('running');
    store.setState({wish: 'leave'});
    await pass(100);
    await playing;
    expect(state().left).toBe(true);
    expect(stepsOf(state(), 'running')).toEqual(['backends/start@be-3']);
  });

  test('after the end of a recording that stops in the middle of a run', async () => {
    const {store, pass, state, question} = await open('thousand');
    await pass(60_000);
    expect(state().left).toBe(false);
    store.setState({wish: 'hold'});
    await pass(100);
    expect(question()).toMatchObject({kind: 'hold'});
    store.setState({wish: 'leave'});
    await pass(100);
    expect(state().left).toBe(true);
    expect(question()).toBeNull();
  });
});

/** The same run as a lakeup recorded it that keeps who goes down: be-5, and after it the question. */
const keepsDown = (recording: Recording): Recording => {
  const seen = recording.sightings.find(
    ({node, look}) => node === 'be-5' && look.kind === 'seen' && look.facts.health === 'down',
  );
  if (seen === undefined) throw new Error('be-5 does not go down');
  const {node, at} = seen;
  const down: Event = {type: 'node.down', node, since: at, at: at + 100, seq: 0};
  const events = [...recording.events, down].toSorted((a, b) => a.at - b.at);
  return {...recording, events};
};

describe('who goes down in a recording is told once', () => {
  const downs = (store: ScreenStore): readonly string[] =>
    store
      .getState()
      .log.filter(({words}) => words.en.includes('is down'))
      .map(({node, words}) => `${node} ${words.en}`);
  const WORDS = 'be-5 is down, and not because of a run';

  test.each([
    ['by who shows it, where it was not kept', undefined],
    ['by the run, where that kept it', keepsDown],
  ] as const)('%s', async (_, change) => {
    // Before it happens, and after.
    const scenario = prepared('node-down', change);
    const hand = makeHandClock();
    const stage = {clock: hand.clock, chance: seededRandom(1), lang: 'en', theme: 'dark'} as const;
    const {store, feed} = await scenario(stage);
    feed.tick();
    expect(downs(store)).toEqual([WORDS]);
  });

  test('also where it happens while it is shown', async () => {
    const recording = keepsDown(await recordingOf('node-down'));
    const down = recording.events.findIndex(({type}) => type === 'node.down');
    const before = recording.events[down - 1];
    if (before === undefined) throw new Error('nothing comes before');
    const hand = makeHandClock();
    const {store, feed, run} = openReplay({
      ...{recording, moment: {type: before.type, ...('step' in before ? {of: before.step} : {})}},
      ...{clock: hand.clock, chance: seededRandom(1), lang: 'en', theme: 'dark'},
    });
    expect(downs(store)).toEqual([]);
    void run(over.signal);
    for (let i = 0; i < 200 && downs(store).length === 0; i += 1) {
      hand.turn(100);
      await breathe();
      feed.tick();
    }
    hand.turn(1_000);
    await breathe();
    feed.tick();
    expect(downs(store)).toEqual([WORDS]);
  });

  test('and where the cluster is only watched, by who shows it', async () => {
    const recording = keepsDown(await recordingOf('node-down'));
    const first = {...recording, sightings: recording.sightings.filter(({node}) => node !== 'be-5')};
    const seen = recording.sightings.filter(({node, look}) => node === 'be-5' && look.kind === 'seen');
    const down = seen.find(({look}) => look.kind === 'seen' && look.facts.health === 'down');
    if (down === undefined) throw new Error('be-5 does not go down');
    const begin = first.sightings[0]?.at ?? 0;
    const {clock} = makeHandClock();
    const {store, feed} = openReplay({
      recording: {...first, sightings: [{...down, at: begin}, ...first.sightings]},
      ...{moment: null, clock, chance: seededRandom(1), lang: 'en', theme: 'dark'},
    });
    feed.tick();
    expect(downs(store)).toEqual(['be-5 is down']);
  });
});
