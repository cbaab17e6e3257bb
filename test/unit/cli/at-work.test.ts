import {describe, expect, it} from 'vitest';
import {lockRun} from '../../../src/engine/run-lock.ts';
import type {Happening} from '../../../src/model/event.ts';
import {RunId} from '../../../src/model/ids.ts';
import {a, b, done, eventsOf, RUN, started, stepId} from './small-run.ts';
import {ALL, cli, inStateDir, keep, lookSeeing, through, undoable} from './undoable.ts';

inStateDir();

const LATER = RunId.parse('20260201-000000-late');
const left: Happening = {type: 'run.left'};
const abandoned: Happening = {type: 'run.abandoned', because: 'no time'};
const outcome = {code: 0, stdout: '', stderr: '', cut: false, ms: 10};
const ended: Happening = {type: 'step.acted', step: stepId('stop', a), outcome};
const AT = String.raw`(2026-)?01-01 00:00:0\d`;
const SAID = `begun, and its end not seen: "stop" on a at ${AT}, which may be at work there still`;

const lineOf = async (id: string): Promise<string> =>
  (await cli('runs')).stdout.split('\n').find(line => line.startsWith(id)) ?? '';

describe('a step that was in hand when its run was left at once', () => {
  const stopping = [...through(a, 'stage'), started('stop')] as const;

  it.each<[how: string, happenings: readonly Happening[]]>([
    ['lakeup was left', [left]],
    ['lakeup died', []],
    ['a resumed lakeup was left before it had looked', [{type: 'run.resumed', lakeup: '1'}, left]],
  ])('may be at work still, and resume looks first: %s', async (_, happenings) => {
    await keep(RUN, eventsOf(undoable(), ...stopping, ...happenings));
    expect(await lineOf(RUN)).toMatch(new RegExp(`not ended, can be resumed; ${SAID}; resume looks first;`));
    expect(JSON.parse((await cli('runs', '--json')).stdout)).toMatchObject([
      {atWork: [{node: 'a', step: 'stop', since: expect.any(Number)}]},
    ]);
    const {stderr} = await lookSeeing('ok');
    expect(stderr).toMatch(new RegExp(`has not ended; ${SAID}; resume looks first;`));
    expect(stderr).toContain(
      `a is seen to serve now, and what run ${RUN} has begun on it may be at work still`,
    );
    expect(stderr, 'it may be out the next moment').not.toContain('is what was known of it then');
  });

  it.each<[why: string, happenings: readonly Happening[]]>([
    ['its action has ended', [ended, left]],
    ['it was done', [done('stop'), left]],
    [
      'every node was verified',
      [...ALL.map(name => done(name)), {type: 'run.ended', verdict: {verified: [a, b]}}],
    ],
  ])('is not at work where %s', async (_, happenings) => {
    await keep(RUN, eventsOf(undoable(), ...stopping, ...happenings));
    expect(await lineOf(RUN)).not.toContain('at work');
  });

  it('is told by whoever is at it as what it is', async () => {
    const dir = await keep(RUN, eventsOf(undoable(), ...stopping));
    const lock = await lockRun(dir.lock, new Date(0).toISOString());
    expect(await lineOf(RUN)).not.toContain('at work');
    if (lock.kind === 'locked') await lock.release();
  });

  it('may be so of a run that was given up, also while the node serves, until a later run has seen it serve', async () => {
    await keep(RUN, eventsOf(undoable(), ...stopping, abandoned));
    expect(await lineOf(RUN)).toMatch(new RegExp(`given up: no time; ${SAID}; 1 node was perhaps`));
    expect((await lookSeeing('ok')).stderr).toMatch(new RegExp(`was given up: no time; ${SAID};`));
    const seen = eventsOf(undoable(), ...through(a, ...ALL), abandoned);
    await keep(
      LATER,
      seen.map(event => ({...event, at: event.at + 31 * 24 * 3_600_000})),
    );
    expect(await lineOf(RUN)).toMatch(/given up: no time$/);
  });
});
