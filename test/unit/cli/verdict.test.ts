import {expect, it} from 'vitest';
import {EXIT} from '../../../src/cli/exit-code.ts';
import {endingOf} from '../../../src/cli/verdict.ts';
import type {Failure, Happening} from '../../../src/model/event.ts';
import {PhaseId, StepId} from '../../../src/model/ids.ts';
import {a, b, check, phase, planOf, stateOf, step} from '../engine/toy.ts';

const down = (node: typeof a) => [
  step(node, 'stage'),
  {...step(node, 'stop'), down: true},
  {...step(node, 'start'), down: true},
];
const plan = planOf(phase('p', [...down(a), ...down(b)]));
const begun: Happening = {type: 'lane.begun', phase: PhaseId.parse('p'), node: a, ranks: {}};
const id = (name: string) => StepId.parse(`p/${name}@a`);
const started = (name: string): Happening => ({type: 'step.started', step: id(name), attempt: 1});
const done = (name: string): Happening => ({type: 'step.done', step: id(name), already: false, facts: {}});
const left: Happening = {type: 'run.left'};

const words = (...happenings: readonly Happening[]): string =>
  endingOf(stateOf(plan, ...happenings), null, 'command').words.en;

it('says only that it left where nothing is open', () => {
  expect(words(begun, done('stage'), left)).toMatch(/^Left: nothing more is done on any node\. .*$/);
});

it('names a node that is left out of service, until its last step is done', () => {
  const middle = [begun, done('stage'), done('stop')] as const;
  expect(words(...middle, left).split('\n')).toEqual([
    '  ! a: in the middle of the upgrade, out of service until it goes on.',
    expect.stringMatching(/^Left: /),
  ]);
  expect(words(...middle, done('start'), left)).toMatch(/^Left: /);
});

it('never says that nothing is done where a step was left in hand', () => {
  const said = words(begun, done('stage'), done('stop'), started('start'));
  expect(said).toMatch(/^ {2}! a: "start" was begun and its end not seen; .* goes on by itself\.\nLeft: /);
  expect(said).not.toContain('out of service');
});

it.each([
  {kind: 'lost', trouble: 'timeout', detail: 'no answer'},
  {kind: 'refused', trouble: 'still-running', detail: 'stop (process 7) is at work'},
] as const)('does not say that nothing is done where a failed step may still be at work: %j', failure => {
  const failed: Happening = {type: 'step.failed', step: id('stop'), failure};
  expect(words(begun, done('stage'), started('stop'), failed, left)).toMatch(
    /^ {2}! a: "stop" was begun and its end not seen/,
  );
});

it('names what the last look did not find well, and that the run goes on', () => {
  const failure: Failure = {
    kind: 'unsettled',
    check: check(a, {health: 'ok'}),
    seen: {health: 'degraded'},
    silent: null,
  };
  const state = stateOf(plan, {type: 'node.unverified', node: a, failure}, left);
  expect(endingOf(state, null, 'command')).toMatchObject({code: EXIT.held});
  expect(endingOf(state, null, 'command').words.en).toMatch(
    /^ {2}! a: not verified: .*\nLeft: .*lakeup resume /,
  );
});

it('says how to go on only where that is true', () => {
  const state = stateOf(plan, left);
  expect(endingOf(state, null, 'command').words.en).toContain(`lakeup resume ${state.run}`);
  for (const goingOn of ['here', 'never'] as const)
    for (const words of Object.values(endingOf(state, null, goingOn).words))
      expect(words).not.toContain('resume');
  expect(endingOf(state, null, 'never').words.en).toContain('its run with it');
});

it.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'left by %s ends with the code a shell knows; a run that was verified stays so',
  (signal, code) => {
    const ended: Happening = {type: 'run.ended', verdict: {verified: [a, b]}};
    expect(endingOf(stateOf(plan, left), signal, 'command').code).toBe(code);
    expect(endingOf(stateOf(plan, ended), signal, 'command').code).toBe(EXIT.verified);
  },
);
