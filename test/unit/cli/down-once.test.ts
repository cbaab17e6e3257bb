import {describe, expect, it} from 'vitest';
import {describeDownOnce} from '../../../src/cli/down-once.ts';
import {lockRun} from '../../../src/engine/run-lock.ts';
import type {Happening} from '../../../src/model/event.ts';
import {HostId, RunId} from '../../../src/model/ids.ts';
import {text} from '../../../src/model/text.ts';
import {a, eventsOf, nodeId, RUN} from './small-run.ts';
import {inStateDir, keep, lookSeeing, through, undoable} from './undoable.ts';

inStateDir();

const LATER = RunId.parse('20260201-000000-late');
const half = through(a, 'stage', 'stop');
const abandoned: Happening = {type: 'run.abandoned', because: 'no time'};
const AT = String.raw`(2026-)?01-01 00:00:0\d`;

describe('who put a node out that is down', () => {
  it('is the run that somebody is at just now', async () => {
    const dir = await keep(RUN, eventsOf(undoable(), ...half, {type: 'run.held'}));
    const lock = await lockRun(dir.lock, new Date(0).toISOString());
    const {stderr} = await lookSeeing({a: 'down'});
    if (lock.kind === 'locked') await lock.release();
    expect(stderr).toMatch(
      new RegExp(String.raw`Down now: a on 127\.0\.0\.1 \(out of service by run ${RUN} since ${AT}\);`),
    );
    expect(stderr, 'nobody is told to go on with it').not.toContain('lakeup resume');
  });

  it('is the run that knows it the longest, where a later one found it out already', async () => {
    await keep(RUN, eventsOf(undoable(), ...half, abandoned));
    const found = eventsOf({...undoable(), out: [a]}, abandoned);
    await keep(
      LATER,
      found.map(event => ({...event, at: event.at + 31 * 24 * 3_600_000})),
    );
    const {stderr} = await lookSeeing({a: 'down'});
    expect(stderr).toMatch(new RegExp(String.raw`Down now: a .* by run ${RUN} since ${AT}\);`));
    expect(stderr).toMatch(
      new RegExp(
        String.raw`run ${LATER} .* was given up: .* left out of service: a on 127\.0\.0\.1 since ${AT};`,
      ),
    );
  });
});

describe('of many nodes of a kind that are down', () => {
  const NOW = Date.UTC(2026, 0, 1, 12);
  const known = (by: 'run' | 'itself', minute: number) => ({
    run: RUN,
    by,
    since: Date.UTC(2026, 0, 1, 11, minute),
    atLeast: false,
  });
  const down = (n: number, of: ReturnType<typeof known> | null) => ({
    node: nodeId(`w-${n}`),
    host: HostId.parse(`10.0.0.${n}`),
    known: of,
  });
  const said = (...all: readonly ReturnType<typeof down>[]) =>
    describeDownOnce([{kind: text('Workers', 'Worker'), all: 20, serving: [], down: all}], NOW)[0];

  it('it is said of all what is so of all, with where each is and since when the first', () => {
    const words = said(...[1, 2, 3, 4].map(n => down(n, known('run', 30 - n))));
    expect(words?.en).toContain(
      `w-1 on 10.0.0.1, w-2 on 10.0.0.2, w-3 on 10.0.0.3, w-4 on 10.0.0.4 (all 4: out of service by run ${RUN}, the longest since 11:26:00); `,
    );
    expect(words?.zh).toContain(
      `w-1（10.0.0.1）、w-2（10.0.0.2）、w-3（10.0.0.3）、w-4（10.0.0.4）（全部 4 个：由运行 ${RUN} 停服，最久起于 11:26:00）`,
    );
  });

  it('it is said of some what is so of some', () => {
    const words = said(
      down(1, known('run', 2)),
      down(2, null),
      down(3, known('run', 1)),
      down(4, null),
      down(5, known('itself', 3)),
    );
    expect(words?.en).toContain(
      [
        `w-1 on 10.0.0.1, w-3 on 10.0.0.3 (these 2: out of service by run ${RUN}, the longest since 11:01:00)`,
        'w-2 on 10.0.0.2, w-4 on 10.0.0.4 (these 2: since when is not known)',
        `w-5 on 10.0.0.5 (as run ${RUN} saw it since 11:03:00)`,
      ].join(', '),
    );
  });

  it('as many are named as can be read, and the others counted', () => {
    const words = said(...Array.from({length: 12}, (_, i) => down(i + 1, known('run', i))));
    expect(words?.en).toContain('w-10 on 10.0.0.10 and 2 more (all 12: out of service by run');
  });
});
