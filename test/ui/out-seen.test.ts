import {describe, expect, test} from 'vitest';
import type {Failure, Happening} from '../../src/model/event.ts';
import type {Look} from '../../src/model/facts.ts';
import {HostId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import {reduce} from '../../src/model/reduce.ts';
import {gateState, type RunState} from '../../src/model/state.ts';
import {plain} from '../../src/model/text.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {progressOf} from '../../src/store/progress.ts';
import {downByItself, outNow, servesNow} from '../../src/store/service.ts';
import {makeStore} from '../../src/store/store.ts';
import {a, b, done, planOf, START_MS, started, stateOf, stepId} from '../unit/cli/small-run.ts';
import {makeHandClock} from './harness.ts';
import {recordingOf} from './prepared.ts';

const WELL: Look = {kind: 'seen', facts: {health: 'ok'}};
const DOWN: Look = {kind: 'seen', facts: {health: 'down'}};
const SILENT: Look = {kind: 'silent', reasons: [reason(plain('no answer'))]};

const PERIOD_MS = 3_600_000;

/** A screen of two nodes, and what is seen of them. */
const open = (...happenings: readonly Happening[]) => {
  const {clock, turn} = makeHandClock(START_MS + 3_600_000);
  const nodes = [a, b].map(id => ({id, role: 'toy', host: HostId.parse(`host-${id}`)}));
  const roles = [{name: 'toy', title: plain('toys'), status: 'status', columns: []}];
  const store = makeStore({
    cluster: {name: 'toys', nodes, roles},
    lang: 'en',
    theme: 'plain',
    now: clock.now(),
  });
  const feed = makeFeed({store, clock, probePeriodMs: PERIOD_MS});
  if (happenings.length > 0) store.setState({run: stateOf(planOf([a, b]), ...happenings)});
  return {
    store,
    see: (node: typeof a, ...looks: readonly Look[]): void => {
      for (const look of looks) {
        turn(1_000);
        feed.sighting({node, probe: 'status', at: clock.now(), look});
      }
      feed.tick();
    },
    say: (happening: Happening): void => {
      const {run} = store.getState();
      if (run === null) throw new Error('there is no run');
      const event = {...happening, seq: run.seq + 1, at: clock.now()};
      store.setState({run: reduce(run, event)});
    },
    listen: feed.listenDown,
    pass: (ms: number): void => {
      turn(ms);
      feed.tick();
    },
    out: () => outNow(store.getState()).map(({node, certain}) => `${node}${certain ? '' : '?'}`),
    down: () => downByItself(store.getState()).map(({node, atLeast}) => `${node}${atLeast ? '+' : ''}`),
    log: () => store.getState().log.map(({node, level, words}) => `${node} ${level}: ${words.en}`),
  };
};

const reset: Happening = {type: 'step.reset', step: stepId('stop', a), seen: {stop: false}};
const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
const lost: Happening = {
  type: 'step.failed',
  step: stepId('stop', a),
  failure: {kind: 'lost', trouble: 'dropped', detail: plain('gone')},
};

describe('a node of which it is not known whether it was stopped', () => {
  test.each<[string, readonly Happening[], Look, string[]]>([
    ['was looked at, is not stopped, and serves', [started('stop'), resumed, reset], WELL, []],
    ['was looked at, is not stopped, and is down now', [started('stop'), resumed, reset], DOWN, ['a?']],
    ['was looked at, is not stopped, and does not answer', [started('stop'), resumed, reset], SILENT, ['a?']],
    ['serves, but was not looked at for its step yet', [started('stop'), resumed], WELL, ['a?']],
    ['serves, while what stops it may still be at work there', [started('stop'), lost], WELL, ['a?']],
    ['serves for now, while it is being stopped', [started('stop')], WELL, ['a?']],
    ['is certainly stopped, whatever an old look says', [started('stop'), done('stop')], WELL, ['a']],
  ])('%s', (_, happenings, look, expected) => {
    const screen = open(...happenings);
    expect(screen.out()).toEqual(expected.length === 0 ? ['a?'] : expected);
    screen.see(a, look);
    expect(screen.out()).toEqual(expected);
    expect(servesNow(screen.store.getState(), a)).toBe(expected.length === 0);
  });
});

const UNWELL: Failure = {kind: 'exit', code: 1, tail: ''};

describe('a node that goes down by itself', () => {
  test('is told in the log when it goes, and when it is back, once each', () => {
    const {see, down, log} = open();
    see(a, WELL);
    see(a, DOWN);
    see(a, DOWN);
    expect(down()).toEqual(['a']);
    see(a, WELL);
    see(a, WELL);
    expect(down()).toEqual([]);
    expect(log()).toEqual(['a bad: is down', 'a good: is up again (ok)']);
  });

  test('is for those to tell who listen, as long as they do: also who is down by then', () => {
    const {see, listen, log} = open();
    see(b, DOWN);
    const seen: string[] = [];
    const stop = listen(({type, node, ...more}) => seen.push(`${node} ${type} ${JSON.stringify(more)}`) > 0);
    see(a, WELL);
    see(a, DOWN);
    see(a, DOWN);
    see(a, WELL);
    expect(seen).toEqual([
      `b node.down {"since":${START_MS + 3_601_000},"atLeast":true}`,
      `a node.down {"since":${START_MS + 3_603_000}}`,
      `a node.up {"last":${START_MS + 3_604_000},"health":"ok"}`,
    ]);
    expect(log()).toEqual(['b bad: is down']);
    stop();
    see(b, WELL);
    expect(seen).toHaveLength(3);
    expect(log().at(-1)).toBe('b good: is up again (ok)');
  });

  test('is nobody’s to tell that the run had stopped, though it was seen before the run was known', () => {
    const {store, see, listen, pass} = open();
    see(a, DOWN);
    store.setState({run: stateOf(planOf([a, b]), started('stop'), done('stop'))});
    pass(1);
    const seen: object[] = [];
    listen(each => seen.push(each) > 0);
    see(a, DOWN);
    see(a, WELL);
    expect(seen).toEqual([]);
  });

  test('has its line where those who listen do not keep it any more', () => {
    const {see, listen, log} = open();
    listen(() => false);
    see(a, WELL);
    see(a, DOWN);
    expect(log()).toEqual(['a bad: is down']);
  });

  test('is the run’s to tell once that has it in hand, though it is down still', () => {
    const {see, say, listen} = open({type: 'run.held'});
    see(a, DOWN);
    const seen: object[] = [];
    listen(each => seen.push(each) > 0);
    say(started('stop'));
    see(a, DOWN);
    expect(seen.at(-1)).toEqual({type: 'node.up', node: a, last: START_MS + 3_602_000});
  });

  test.each<[string, (screen: ReturnType<typeof open>) => void]>([
    ['nobody could ask', ({see}) => see(a, SILENT)],
    ['nobody asked for so long that what was seen is stale', ({pass}) => pass(4 * PERIOD_MS)],
  ])('is told so once, though %s in between, and told when it is back', (_, between) => {
    const screen = open();
    screen.see(a, WELL);
    for (let round = 0; round < 3; round += 1) {
      screen.see(a, DOWN);
      between(screen);
    }
    screen.see(a, WELL);
    expect(screen.log()).toEqual(['a bad: is down', 'a good: is up again (ok)']);
  });

  test('is told once though a last look did not find it well in between, and was taken again', () => {
    const {see, say, log} = open(done('stop'), done('start'));
    see(a, WELL);
    see(a, DOWN);
    for (let round = 0; round < 2; round += 1) {
      say({type: 'node.unverified', node: a, failure: UNWELL});
      see(a, DOWN);
      say({type: 'run.released'});
      see(a, DOWN);
    }
    see(a, WELL);
    expect(log()).toEqual(['a bad: is down, and not because of a run', 'a good: is up again (ok)']);
  });

  test('is named as down, since when it went, also once the last look has not verified it', () => {
    const {see, say, down} = open(done('stop'), done('start'));
    see(a, WELL);
    see(a, DOWN);
    say({type: 'node.unverified', node: a, failure: UNWELL});
    expect(down()).toEqual(['a']);
  });

  test('is told in the log when it goes and comes back while a last look that failed for another reason holds the run', () => {
    const {see, say, down, log} = open(done('stop'), done('start'));
    see(a, WELL);
    say({type: 'node.unverified', node: a, failure: UNWELL});
    see(a, DOWN);
    expect(down()).toEqual(['a']);
    see(a, WELL);
    expect(log()).toEqual(['a bad: is down, and not because of a run', 'a good: is up again (ok)']);
  });

  test('that was down at the first look may have been so for longer', () => {
    const {see, down} = open();
    see(a, DOWN);
    expect(down()).toEqual(['a+']);
    see(a, WELL, DOWN);
    expect(down(), 'seen well between two ticks').toEqual(['a']);
  });

  test('is no such node once the run has stopped it, and not one that nobody can ask', () => {
    const stopped = open(started('stop'), done('stop'));
    stopped.see(a, DOWN);
    expect(stopped.down()).toEqual([]);
    const silent = open();
    silent.see(b, WELL);
    silent.see(b, SILENT);
    expect(silent.down()).toEqual([]);
    expect([...stopped.log(), ...silent.log()]).toEqual([]);
  });
});

test.each(['resumed', 'killed', 'whole'])(
  'in %s nobody is said to be worked on whose phase is asked for',
  async name => {
    let state: RunState | null = null;
    let asked = 0;
    for (const event of (await recordingOf(name)).events) {
      state = reduce(state, event);
      const {doing, phases} = progressOf(state);
      const now = phases.find(({status}) => status === 'now')?.phase;
      const run = state;
      if (
        now?.gates.some(({id, kind}) => kind === 'confirm' && gateState(run, id).status === 'reached') !==
        true
      )
        continue;
      asked += 1;
      const working = now.lanes.filter(({node}) => doing.get(node)?.kind === 'working').map(({node}) => node);
      expect(working, `${event.seq} ${event.type}`).toEqual([]);
    }
    expect(asked).toBeGreaterThan(0);
  },
);
