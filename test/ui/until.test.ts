import {describe, expect, test} from 'vitest';
import {endOf} from '../../src/lib/moment.ts';
import {phaseMs, timeLeftMs} from '../../src/store/progress.ts';
import {dialogWidth} from '../../src/ui/dialogs/dialog.ts';
import {panelOf} from '../../src/ui/dialogs/pick.ts';
import {penOf} from '../../src/ui/pen.ts';
import {type Opened, type Size, withScenario} from './harness.ts';

const SIZES: readonly Size[] = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
];

/** When all of it is over, were it answered or done from now on. */
const endNow = ({store, hand}: Opened): string => {
  const {run, headways} = store.getState();
  if (run === null) throw new Error('there is no run');
  const now = hand.clock.now();
  return endOf(now, timeLeftMs(run, now, headways));
};

/** The lines of the question that say how long its phase takes. */
const takesOf = ({store}: Opened, columns: number): string => {
  const state = store.getState();
  const panel = panelOf(state, penOf(state.lang, state.theme), dialogWidth(columns).text);
  const lines = (panel?.body ?? []).map(spans => spans.map(({text}) => text).join(''));
  const from = lines.findIndex(line => /^(takes|用时) {2,}/.test(line));
  const rest = lines.slice(from + 1);
  const next = rest.findIndex(line => /^\S/.test(line));
  return [lines[from], ...rest.slice(0, next)].join('\n');
};

describe.each(SIZES)('%i×%i says until when', (columns, rows) => {
  test.each(['en', 'zh'] as const)('the run goes on, in %s', async lang => {
    for (const name of ['start', 'confirm', 'outage', 'held', 'destructive', 'manual', 'running'] as const)
      await withScenario(name, {lang, size: [columns, rows]}, async opened => {
        await opened.arm();
        expect(opened.lines()[0], name).toContain(endNow(opened));
      });
  });

  test.each(['en', 'zh'] as const)('a phase goes on that is asked about, in %s', async lang => {
    for (const name of ['start', 'confirm', 'outage', 'no-way-back', 'all-out', 'resumed'] as const)
      await withScenario(name, {lang, size: [columns, rows]}, async opened => {
        const {run} = opened.store.getState();
        const phase = run?.plan.phases.find(({id}) => takesOf(opened, columns) !== '' && isAsked(opened, id));
        if (run === null || phase === undefined) throw new Error('no phase is asked about');
        const end = endOf(opened.hand.clock.now(), phaseMs(run, phase));
        expect(takesOf(opened, columns), name).toContain(end);
      });
  });
});

/** Whether the question on the screen is that of a phase. */
const isAsked = ({store}: Opened, phase: string): boolean => {
  const [question] = store.getState().questions;
  return question?.kind === 'confirm' && question.gate.startsWith(`${phase}#`);
};

test('a question that waits says by the minute when it would end', async () => {
  await withScenario('confirm', {size: [120, 40]}, async opened => {
    await opened.arm();
    const before = endNow(opened);
    await opened.pass(45 * 60_000);
    expect(endNow(opened)).not.toBe(before);
    expect(opened.lines()[0]).toContain(endNow(opened));
    expect(opened.text()).toContain('if begun at 03:00');
  });
});
