import {expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import {NodeId} from '../../src/model/ids.ts';
import {foldEvents} from '../../src/model/reduce.ts';
import {statusOf} from '../../src/store/node-status.ts';
import {progressOf} from '../../src/store/progress.ts';
import {makeStore} from '../../src/store/store.ts';
import {penOf} from '../../src/ui/pen.ts';
import {endPanel} from '../../src/ui/screens/done.ts';
import {STATUS_WORDS} from '../../src/ui/status-words.ts';
import {NIGHT} from './harness.ts';
import {recordingOf} from './prepared.ts';

const {cluster, events} = await recordingOf('whole');

/** What the screen says last where the run is left once that step was done. */
const leftAfter = (step: string, lang: 'en' | 'zh'): string => {
  const upTo = events.slice(
    0,
    events.findIndex(event => event.type === 'step.done' && event.step === step) + 1,
  );
  const last = upTo.at(-1);
  if (last === undefined) throw new Error(`${step} is not in the recording`);
  const left: Event = {type: 'run.left', seq: upTo.length, at: last.at + 1_000};
  const store = makeStore({cluster, lang, theme: 'dark', now: NIGHT, goingOn: 'command'});
  const state = {...store.getState(), run: foldEvents([...upTo, left])};
  const panel = endPanel(state, penOf(lang, 'dark'), 200);
  return (panel?.body ?? []).map(spans => spans.map(({text}) => text).join('')).join('\n');
};

test('a run that is left names undo while that leads back, and else why it does not', () => {
  expect(leftAfter('backends/start@be-1', 'en')).toMatch(/can be taken back:\n\n.* undo \S+$/);
  const en = leftAfter('frontends/start@fe-2', 'en');
  expect(en).toContain('What was done cannot be taken back any more: A frontend of 3.1.2 writes metadata');
  expect(en).toMatch(/ resume /);
  expect(en).not.toMatch(/ undo /);
  expect(leftAfter('frontends/start@fe-2', 'zh')).toContain('已做的改动无法再撤销：3.1.2 的 FE');
});

test.each([
  ['en', 'taken back'],
  ['zh', '已撤销'],
] as const)('a node whose steps back are done is called taken back: %s', (lang, words) => {
  const [planned, ...later] = events.slice(
    0,
    events.findIndex(({type}) => type === 'run.ended'),
  );
  if (planned?.type !== 'run.planned') throw new Error('the recording does not begin');
  const takesBack = {run: planned.run, steps: [], whole: true};
  const run = foldEvents([{...planned, plan: {...planned.plan, direction: 'back', takesBack}}, ...later]);
  const doing = progressOf({...run, nodes: {}}).doing.get(NodeId.parse('ms-1'));
  expect(doing).toMatchObject({kind: 'taken-back'});
  const look = {kind: 'seen', facts: {health: 'ok', version: '3.0.6'}} as const;
  const seen = {node: NodeId.parse('ms-1'), probe: 'status', at: NIGHT, look};
  const looks = {status: seen, seen, probes: {}, changed: null, unwell: null, stale: false};
  const status = statusOf(doing, looks);
  expect(STATUS_WORDS[status][lang]).toBe(words);
});
