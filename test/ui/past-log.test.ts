import {expect, test} from 'vitest';
import type {Event, Happening} from '../../src/model/event.ts';
import {StepId} from '../../src/model/ids.ts';
import {reduce} from '../../src/model/reduce.ts';
import type {RunState} from '../../src/model/state.ts';
import {LOG_LINES, linesOfEvent, type NewLine, pastLines} from '../../src/store/log.ts';
import {a, numbered, phase, planned, planOf, step} from '../unit/engine/toy.ts';
import {recordingOf} from './prepared.ts';

/** What was told as it happened. */
const told = (events: readonly Event[]): readonly NewLine[] => {
  let state: RunState | null = null;
  return events.flatMap(event => {
    state = reduce(state, event);
    return linesOfEvent(event, state);
  });
};

test.each(['resumed', 'held', 'written'])(
  'the log of %s holds after a resume what it held before',
  async name => {
    const {events} = await recordingOf(name);
    for (const length of [0, 1, 2, 100, events.length]) {
      const before = events.slice(0, length);
      expect(pastLines(before)).toEqual(told(before));
    }
  },
);

test('of a long journal the end is told', async () => {
  const {events} = await recordingOf('whole');
  const [planned, ...more] = events;
  if (planned === undefined) throw new Error('the recording has no event');
  const held = Array.from({length: 5_000}, (_, i): Event => {
    const type = i % 2 === 0 ? 'run.held' : 'run.released';
    return {type, seq: i + 1, at: planned.at + i};
  });
  const lines = pastLines([planned, ...held]);
  expect(lines.length).toBeGreaterThan(500);
  expect(lines.length).toBeLessThanOrEqual(LOG_LINES);
  expect(lines.at(-1)?.at).toBe(held.at(-1)?.at);
  expect(more.length).toBeGreaterThan(0);
});

test.each([
  ['ended', 'what follows it had printed before it was found again:'],
  ['running', 'what follows it has printed since it began, in part before it was found again:'],
] as const)('what an action printed that was found again, and %s, is told as from before', (found, words) => {
  const plan = planOf(phase('p', [step(a, 'stop')]));
  const stop = StepId.parse('p/stop@a');
  const outcome = {code: 0, ms: 5, stdout: '  process 7 has ended\n', stderr: '', cut: false};
  const events = (...between: readonly Happening[]): readonly Event[] =>
    numbered(planned(plan), {type: 'step.started', step: stop, attempt: 1}, ...between, {
      type: 'step.acted',
      step: stop,
      outcome,
    });
  const lines = (all: readonly Event[]): readonly string[] => told(all).map(line => line.words.en);
  expect(lines(events()).at(-2)).not.toContain('what follows');
  const resumed: Happening = {type: 'run.resumed', lakeup: 'test'};
  const reattached: Happening = {type: 'step.reattached', step: stop, state: found};
  expect(lines(events(resumed, reattached)).slice(-2)).toEqual([words, '  process 7 has ended']);
});

test('of one that goes down again and again the last is told, and what led there all the same', async () => {
  const {events} = await recordingOf('held');
  const {seq = 0, at = 0} = events.at(-1) ?? {};
  const flaps = Array.from({length: 900}, (_, i): Event => {
    const seen = {node: a, seq: seq + 1 + i, at: at + i};
    return i % 2 === 0
      ? {type: 'node.down', since: at + i, ...seen}
      : {type: 'node.up', last: at + i, health: 'ok', ...seen};
  });
  const lines = pastLines([...events, ...flaps]);
  expect(lines.slice(0, -100)).toEqual(pastLines(events));
  expect(lines.slice(-100).map(({at: of}) => of)).toEqual(flaps.slice(-100).map(({at: of}) => of));
});
