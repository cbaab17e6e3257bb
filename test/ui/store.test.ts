import {describe, expect, test} from 'vitest';
import {copyHeadway} from '../../src/model/describe-copy.ts';
import {describeEvent} from '../../src/model/describe-event.ts';
import type {Event} from '../../src/model/event.ts';
import {saidHeadway} from '../../src/model/headway.ts';
import {GateId, NodeId} from '../../src/model/ids.ts';
import type {Gate, Plan, Step} from '../../src/model/plan.ts';
import {reason} from '../../src/model/reason.ts';
import {foldEvents, reduce} from '../../src/model/reduce.ts';
import type {RunState, StepState} from '../../src/model/state.ts';
import {plain} from '../../src/model/text.ts';
import {makeFeed, runTicks} from '../../src/store/feed.ts';
import {appendLines, LOG_LINES} from '../../src/store/log.ts';
import {statusOf} from '../../src/store/node-status.ts';
import {makeOperator} from '../../src/store/operator.ts';
import {phaseMs, progressOf, shareDone, timeLeftMs} from '../../src/store/progress.ts';
import {type NodeLooks, openQuestion} from '../../src/store/state.ts';
import {answerQuestion, makeStore} from '../../src/store/store.ts';
import {formatEvent} from '../../src/ui/plain.ts';
import {makeHandClock, NIGHT} from './harness.ts';
import {recordingOf} from './prepared.ts';

type Told = {readonly events: readonly Event[]; readonly states: readonly RunState[]};

const {cluster, events: recorded} = await recordingOf('whole');

/** A whole upgrade, folded: every event with the state after it. */
const tell = (): Told => {
  const states: RunState[] = [];
  for (const event of recorded) states.push(reduce(states.at(-1) ?? null, event));
  return {events: recorded, states};
};

const begin = () => {
  const hand = makeHandClock();
  const store = makeStore({cluster, lang: 'en', theme: 'dark', now: NIGHT});
  const feed = makeFeed({store, clock: hand.clock, probePeriodMs: 2_000});
  const told = tell();
  const first = told.states[0];
  if (first === undefined) throw new Error('the story is empty');
  return {hand, store, feed, first, ...told};
};

describe('progress', () => {
  const {states} = tell();
  /** How long what gates look for has to stay so. */
  const gatesMs = (gates: readonly Gate[]): number =>
    gates.reduce((ms, gate) => ms + (gate.kind === 'check' ? (gate.check.steadyMs ?? 0) : 0), 0);
  const lastLooksMs = ({verify}: Plan): number =>
    Math.max(...verify.flatMap(({checks}) => checks.map(({steadyMs = 0}) => steadyMs)));

  test('work left never grows while steps are done at their typical speed, and ends at nothing', () => {
    const left = states.map(state => timeLeftMs(state, state.at));
    for (const [i, ms] of left.entries())
      if (i > 0) expect(ms).toBeLessThanOrEqual((left[i - 1] ?? 0) * 1.05 + 1);
    expect(left.at(-1)).toBe(0);
    expect(states.map(state => shareDone(state, state.at)).at(-1)).toBe(1);
  });

  test('exactly one node is in hand while its lane is begun', () => {
    for (const state of states) expect(progressOf(state).inHand.length).toBeLessThanOrEqual(1);
  });

  test('measured times take the place of typical ones', () => {
    const after = states.find(
      state => Object.values(state.steps).filter(({status}) => status === 'done').length === 5,
    );
    if (after === undefined) throw new Error('no state with five steps done');
    const [first, ...later] = after.plan.phases;
    const planned = later
      .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
      .reduce((ms, {typicalMs}) => ms + typicalMs, 0);
    const took = Object.values(after.steps).reduce(
      (ms, step) => ms + (step.status === 'done' ? step.ms : 0),
      0,
    );
    const measured = (step: Step): number => {
      const own = after.plan.phases[0]?.lanes[0]?.steps.find(({name}) => name === step.name);
      const seen = own === undefined || !step.id.startsWith('metaservice/') ? null : after.steps[own.id];
      return seen?.status === 'done' ? seen.ms : step.typicalMs;
    };
    // What has to hold before a step does while the one before it goes on.
    const waits = after.plan.phases.flatMap(({lanes}) =>
      lanes.flatMap(({steps}) =>
        steps.map(({id, gates}, i) => {
          const before = steps[i - 1];
          if (after.steps[id]?.status === 'done') return 0;
          const held = gates.map(gate => gatesMs([gate]));
          return Math.max(0, Math.max(0, ...held) - (before === undefined ? 0 : measured(before)));
        }),
      ),
    );
    const steady = waits.reduce((ms, wait) => ms + wait, lastLooksMs(after.plan));
    expect(steady).toBeGreaterThan(0);
    // Of nodes of that role, and of no others: a MetaService says nothing of how long a backend takes.
    expect(progressOf(after).leftMs).toBeCloseTo(planned + took * ((first?.lanes.length ?? 0) - 1) + steady);
  });

  test('the share that is done never goes back where nothing is done again, and is whole at the end alone', () => {
    const shares = states.map(state => shareDone(state, state.at));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(states.filter((state, i) => shares[i] === 1 && state.verdict === null)).toEqual([]);
    expect(shares.at(-1)).toBe(1);
  });

  test('nodes that are worked on side by side use up their own part of the time that is left', () => {
    const before = states.find(state => state.gates[GateId.parse('backends#1')]?.status === 'reached');
    const phase = before?.plan.phases.find(({id}) => id === 'backends');
    if (before === undefined || phase === undefined) throw new Error('no state before the backends');
    const plan = {
      ...before.plan,
      phases: before.plan.phases.map(each => (each === phase ? {...each, width: each.lanes.length} : each)),
    };
    const at = before.at;
    const running = phase.lanes
      .flatMap(({steps}) => steps.slice(0, 1))
      .map(({id}) => {
        const step: StepState = {
          status: 'running',
          attempt: 1,
          at,
          outcome: null,
          resets: 0,
          touchedAt: null,
        };
        return [id, step] as const;
      });
    const all: RunState = {...before, plan, steps: {...before.steps, ...Object.fromEntries(running)}};
    const longest = Math.max(...phase.lanes.map(({steps}) => steps[0].typicalMs));
    const [now, later] = [timeLeftMs(all, at), timeLeftMs(all, at + 10 * longest)];
    expect(now - later).toBeLessThanOrEqual(longest);
    expect(later).toBeGreaterThan(0);
    expect(shareDone(all, at + 10 * longest)).toBeLessThan(0.9);
  });

  test('the header and the question count a phase by the same figures', () => {
    const before = states.find(state => state.gates[GateId.parse('backends#1')]?.status === 'reached');
    const phase = before?.plan.phases.find(({id}) => id === 'backends');
    if (before === undefined || phase === undefined) throw new Error('no state before the backends');
    const lanes = phase.lanes.flatMap(({steps}) => steps);
    const [first, ...others] = lanes;
    if (first === undefined) throw new Error('a phase without steps');
    const slow: RunState = {
      ...before,
      steps: {
        ...before.steps,
        [first.id]: {
          status: 'done',
          attempt: 1,
          at: NIGHT,
          ms: 100_000,
          already: false,
          facts: {},
          outcome: null,
        },
      },
    };
    expect(phaseMs(slow, phase)).toBeGreaterThanOrEqual(
      100_000 * others.filter(({name}) => name === first.name).length,
    );
    const later = slow.plan.phases.slice(slow.plan.phases.indexOf(phase));
    expect(timeLeftMs(slow, slow.at) + 100_000 + gatesMs(first.gates)).toBeCloseTo(
      later.reduce((ms, each) => ms + phaseMs(slow, each), lastLooksMs(slow.plan)),
    );
  });
});

describe('what a node is', () => {
  const looks = (health: string, stale = false) => ({
    status: {
      node: NodeId.parse('n-1'),
      probe: 'status',
      at: 0,
      look: {kind: 'seen' as const, facts: {health}},
    },
    probes: {},
    changed: null,
    seen: null,
    unwell: null,
    stale,
  });
  const silent: NodeLooks = {
    status: {
      node: NodeId.parse('n-1'),
      probe: 'status',
      at: 0,
      look: {kind: 'silent', reasons: [reason(plain('x'))]},
    },
    probes: {},
    changed: null,
    seen: null,
    unwell: null,
    stale: false,
  };
  const doing = (kind: 'waiting' | 'upgraded' | 'verified') => ({kind, step: null, since: null}) as const;

  test.each([
    [undefined, looks('ok'), 'ok'],
    [undefined, looks('down'), 'down'],
    [undefined, undefined, 'unknown'],
    [undefined, silent, 'unknown'],
    [undefined, looks('no such word'), 'unknown'],
    [undefined, looks('ok', true), 'stale'],
    [doing('waiting'), looks('ok'), 'waiting'],
    [doing('waiting'), looks('down'), 'down'],
    [doing('upgraded'), looks('degraded'), 'degraded'],
    [doing('upgraded'), looks('ok'), 'upgraded'],
    [doing('verified'), silent, 'unknown'],
    [doing('verified'), looks('ok'), 'verified'],
  ] as const)('%j seen as %j is %s', (run, seen, status) => expect(statusOf(run, seen)).toBe(status));
});

describe('the operator', () => {
  const gate = GateId.parse('ms#0');
  // Any step will do: whether it is done by hand is the engine's to know.
  const byHand = begin().first.plan.phases[0]?.lanes[0]?.steps[0].id ?? '';

  test('a question waits for its answer and then is gone', async () => {
    const {hand, store, first} = begin();
    const operator = makeOperator(store, hand.clock);
    const answered = operator.confirm(gate, first, new AbortController().signal);
    const question = openQuestion(store.getState());
    expect(question).toMatchObject({kind: 'confirm', gate, at: NIGHT});
    answerQuestion(store, question?.id ?? -1, {answer: 'yes', typed: 'lake'});
    expect(await answered).toEqual({answer: 'yes', typed: 'lake'});
    expect(openQuestion(store.getState())).toBe(null);
  });

  test('a hold is told since the event that held the run, however much later a lakeup asks', async () => {
    const {events} = await recordingOf('held');
    const until = events.findIndex(({type}) => type === 'step.failed') + 1;
    const failed = events[until - 1];
    const {hand, store} = begin();
    const held = foldEvents(events.slice(0, until));
    const choice = makeOperator(store, hand.clock).choose(held, new AbortController().signal);
    const question = openQuestion(store.getState());
    expect(question?.at).toBe(failed?.at);
    expect(question?.at).not.toBe(hand.clock.now());
    answerQuestion(store, question?.id ?? -1, {answer: 'leave'});
    expect(await choice).toBe('leave');
  });

  test('questions are answered one after the other, each by its own answer', async () => {
    const {hand, store, first} = begin();
    const operator = makeOperator(store, hand.clock);
    const {signal} = new AbortController();
    const both = [operator.confirm(gate, first, signal), operator.manual(byHand, first, signal)] as const;
    const [one, two] = store.getState().questions;
    answerQuestion(store, one?.id ?? -1, {answer: 'leave'});
    answerQuestion(store, one?.id ?? -1, {answer: 'yes', typed: ''});
    expect(store.getState().questions).toEqual([two]);
    answerQuestion(store, two?.id ?? -1, {answer: 'yes', typed: ''});
    expect(await Promise.all(both)).toEqual([{answer: 'leave'}, 'done']);
  });

  test('what holds the run is asked before what is done by hand, which is asked again afterwards', async () => {
    const {hand, store, first} = begin();
    const operator = makeOperator(store, hand.clock);
    const {signal} = new AbortController();
    const done = operator.manual(byHand, first, signal);
    const asked = {id: openQuestion(store.getState())?.id ?? -1, quietSince: NIGHT};
    store.setState({armed: true, asked, scroll: {...store.getState().scroll, main: 7}});
    const choice = operator.choose(first, signal);
    // Whoever was about to say that it is done has not read this one yet.
    expect(store.getState()).toMatchObject({armed: false, asked: null, scroll: {main: 0}});
    const [hold, manual] = store.getState().questions;
    expect([hold?.kind, manual?.kind]).toEqual(['hold', 'manual']);
    answerQuestion(store, hold?.id ?? -1, {answer: 'yes', typed: ''});
    expect(await choice).toBe('retry');
    expect(openQuestion(store.getState())).toBe(manual);
    answerQuestion(store, manual?.id ?? -1, {answer: 'yes', typed: ''});
    expect(await done).toBe('done');
  });

  test('a question that is withdrawn behind another takes nothing away from that one', () => {
    const {hand, store, first} = begin();
    const operator = makeOperator(store, hand.clock);
    const over = new AbortController();
    void operator.confirm(gate, first, new AbortController().signal);
    void operator.manual(byHand, first, over.signal);
    const asked = {id: openQuestion(store.getState())?.id ?? -1, quietSince: NIGHT};
    store.setState({armed: true, asked, typed: 'la'});
    over.abort();
    expect(store.getState()).toMatchObject({armed: true, asked, typed: 'la'});
    expect(store.getState().questions.map(({kind}) => kind)).toEqual(['confirm']);
  });

  test('an aborted question changes nothing', async () => {
    const {hand, store, first} = begin();
    const abort = new AbortController();
    const answered = makeOperator(store, hand.clock).confirm(gate, first, abort.signal);
    abort.abort();
    expect(await answered).toEqual({answer: 'leave'});
    expect(store.getState().questions).toEqual([]);
    expect(await makeOperator(store, hand.clock).choose(first, abort.signal)).toBe('leave');
  });

  test('a wish is told to whoever listens', () => {
    const {hand, store} = begin();
    const operator = makeOperator(store, hand.clock);
    const heard: string[] = [];
    const stop = operator.onWish(() => heard.push(operator.wish()));
    store.setState({wish: 'hold'});
    store.setState({lang: 'zh'});
    stop();
    store.setState({wish: 'leave'});
    expect(heard).toEqual(['hold']);
  });
});

describe('the feed', () => {
  test('a whole story between two ticks is one change of the store', () => {
    const {store, feed, events, states, first} = begin();
    let changes = 0;
    store.subscribe(() => {
      changes += 1;
    });
    for (const [i, event] of events.entries()) feed.event(event, states[i] ?? first);
    feed.tick();
    feed.tick();
    expect(changes).toBe(1);
    expect(store.getState().run).toBe(states.at(-1));
    expect(store.getState().log.length).toBeGreaterThan(100);
  });

  test('nothing new is no change', () => {
    const {store, feed} = begin();
    let changes = 0;
    store.subscribe(() => {
      changes += 1;
    });
    for (let i = 0; i < 10; i += 1) feed.tick();
    expect(changes).toBe(0);
  });

  test('ticks end with the signal', async () => {
    const {hand, feed} = begin();
    const over = new AbortController();
    const ticking = runTicks(feed, hand.clock, over.signal);
    over.abort();
    await ticking;
  });

  test('the log keeps its last lines and never counts one twice', () => {
    const added = {at: 0, node: null, level: 'info' as const, words: plain('x')};
    let log = appendLines([], [added]);
    for (let i = 0; i < 3; i += 1)
      log = appendLines(
        log,
        Array.from({length: LOG_LINES}, () => added),
      );
    expect(log.length).toBe(LOG_LINES);
    expect(new Set(log.map(({id}) => id)).size).toBe(LOG_LINES);
  });
});

describe('events without a terminal', () => {
  test('every event of a story is a line, or says nothing on purpose', () => {
    const {events, states} = tell();
    const silent = new Set<string>();
    for (const [i, event] of events.entries()) {
      const state = states[i];
      if (state === undefined) throw new Error('an event without a state');
      const words = formatEvent(event, state, 'en');
      if (words === null) silent.add(event.type);
      else expect(words).toMatch(/^\d\d:\d\d:\d\d \S/);
      expect(formatEvent(event, state, 'zh') === null).toBe(words === null);
      expect(describeEvent(event, state)?.words.zh === '').toBe(false);
    }
    // Phase gates that are checks, and output, which the log shows line by line.
    expect([...silent].sort()).toEqual(['gate.opened', 'step.acted']);
  });
});

describe('how far an action is', () => {
  const progress = (bytes: number) => copyHeadway({stage: 'copying', bytes, totalBytes: 9});

  test('is told once a tick, the last word of it, and no more once something became of its step', () => {
    const {hand, store, feed, events, states} = begin();
    const done = events.filter(event => event.type === 'step.done');
    const [ours, other] = done;
    if (ours === undefined || other === undefined) throw new Error('the story has no two steps');
    const stateAt = (event: Event): RunState => {
      const state = states[event.seq];
      if (state === undefined) throw new Error('the story is shorter');
      return state;
    };
    feed.headway(ours.step, progress(1));
    hand.turn(50);
    feed.headway(ours.step, progress(2));
    expect(store.getState().headways.size).toBe(0);
    feed.tick();
    const known = store.getState().headways;
    const since = {at: NIGHT, done: 1};
    expect(known).toEqual(new Map([[ours.step, {headway: progress(2), at: NIGHT + 50, since}]]));
    feed.event(other, stateAt(other));
    feed.tick();
    feed.headway(ours.step, progress(2));
    feed.tick();
    expect(store.getState().headways).toBe(known);
    feed.event(ours, stateAt(ours));
    feed.tick();
    expect(store.getState().headways.size).toBe(0);
  });

  test('leaves nothing in the log, but the last of it where nobody hears it any more', () => {
    const {store, feed, events, states} = begin();
    const acted = events.find(event => event.type === 'step.acted');
    const before = acted === undefined ? undefined : states[acted.seq - 1];
    if (acted?.type !== 'step.acted' || before === undefined) throw new Error('the story has no step');
    feed.event(acted, before);
    feed.tick();
    const {log} = store.getState();
    for (let i = 0; i < 5_000; i += 1) feed.headway(acted.step, saidHeadway(`state ${i}`));
    feed.tick();
    expect(store.getState().log).toBe(log);
    feed.headway(acted.step, null);
    feed.headway(acted.step, null);
    feed.tick();
    const {log: after, headways} = store.getState();
    expect(after.slice(log.length).map(({words}) => words.en)).toEqual(['it says: state 4999']);
    expect(headways.size).toBe(0);
  });
});

test('what is done by hand is no work of the run: it neither hides how far it is nor says when it ends', async () => {
  const {events} = await recordingOf('by-hand');
  const last = events.findLastIndex(
    event => event.type === 'step.started' && event.step.includes('deploy@store'),
  );
  const run = foldEvents(events.slice(0, last + 1));
  const {phases} = progressOf(run);
  const [done, all] = [0, 1].map(i =>
    phases.reduce((sum, {phase, done: some}) => sum + (i === 0 ? some : phase.lanes.length), 0),
  );
  const share = shareDone(run, run.at);
  expect(share).toBeGreaterThan(((done ?? 0) / (all ?? 1)) * 0.8);
  // The person takes an hour: nothing is left of less for that.
  expect(timeLeftMs(run, run.at + 3_600_000)).toBe(timeLeftMs(run, run.at));
});
