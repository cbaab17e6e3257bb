import {describe, expect, test} from 'vitest';
import type {Plan, Step} from '../../src/model/plan.ts';
import {planSteps} from '../../src/model/plan.ts';
import type {Recording} from '../../src/store/recording.ts';
import {openQuestion} from '../../src/store/state.ts';
import {toClipboard} from '../../src/ui/clipboard.ts';
import {penOf} from '../../src/ui/pen.ts';
import {formatEvent} from '../../src/ui/plain.ts';
import {planHeight, planLines} from '../../src/ui/screens/plan.ts';
import {type Opened, type OpenOptions, type Size, withScenario} from './harness.ts';
import {prepared} from './prepared.ts';

/** As an operator pastes it: longer than a small screen is wide, with what shells and eyes trip over. */
const LINE = [
  'export HADOOP_CLASSPATH=/opt/cloudera/parcels/CDH/jars/alluxio-2.9.4-client.jar:$',
  '{HADOOP_CLASSPATH}',
].join('');

const withLine = (step: Step): Step =>
  step.action.kind === 'manual' ? {...step, action: {...step.action, copy: LINE}} : step;

/** The same recording, in which work by hand has a line to copy. */
const offering = (recording: Recording): Recording => ({
  ...recording,
  events: recording.events.map(event => {
    if (event.type !== 'run.planned') return event;
    const plan: Plan = {
      ...event.plan,
      phases: event.plan.phases.map(phase => ({
        ...phase,
        lanes: phase.lanes.map(lane => {
          const [first, ...more] = lane.steps;
          return {...lane, steps: [withLine(first), ...more.map(withLine)] as const};
        }),
      })),
    };
    return {...event, plan};
  }),
});

const open = (options: OpenOptions, use: (opened: Opened) => Promise<void>): Promise<void> =>
  withScenario(prepared('manual', offering), options, use);

/** What stands between the borders of the dialog, row by row. */
const rowsOf = (opened: Opened): string[] =>
  opened.lines().flatMap(row => /^ [│|] (.*) [│|]$/.exec(row)?.[1]?.trimEnd() ?? []);

describe('a line to copy', () => {
  test.each<[size: Size, options: OpenOptions]>([
    [[120, 40], {lang: 'en'}],
    [[120, 40], {lang: 'zh'}],
    [[120, 40], {theme: 'ascii'}],
    [[80, 24], {lang: 'en'}],
    [[80, 24], {lang: 'zh'}],
    [[80, 40], {theme: 'ascii'}],
  ])('stands by itself, whole, at %j %j', async (size, options) => {
    await open({...options, size}, async opened => {
      const rows = rowsOf(opened);
      const first = rows.findIndex(row => row.startsWith('export HADOOP_CLASSPATH='));
      expect(first).toBeGreaterThan(0);
      expect(rows.slice(first).join('').startsWith(LINE)).toBe(true);
      if (size[0] === 120) expect(rows[first]).toBe(LINE);
      expect(opened.text()).toContain(options.lang === 'zh' ? 'c  复制该行' : 'c  copy the line');
    });
  });

  test('c hands it to the terminal by OSC 52, says so, and answers nothing', async () => {
    await open({size: [120, 40]}, async opened => {
      const written: string[] = [];
      opened.stdout.on('data', (data: Buffer | string) => written.push(data.toString()));
      await opened.arm();
      await opened.send('c');
      expect(written.join('')).toContain(toClipboard(LINE));
      expect(Buffer.from(/52;c;([^\x07]*)\x07/.exec(toClipboard(LINE))?.[1] ?? '', 'base64').toString()).toBe(
        LINE,
      );
      expect(opened.lines().at(-1)).toContain('clipboard');
      expect(openQuestion(opened.store.getState())).not.toBeNull();
      // It was a look, no slip: the answer counts at once.
      expect(opened.store.getState().armed).toBe(true);
      await opened.send('d');
      expect(openQuestion(opened.store.getState())).toBeNull();
    });
  });

  test('where there is none, c says so and the dialog does not name it', async () => {
    await withScenario('manual', {size: [120, 40]}, async opened => {
      expect(opened.text()).not.toContain('copy the line');
      await opened.send('c');
      expect(opened.lines().at(-1)).toContain('there is no line to copy');
    });
  });

  test('stands in the plan too, and in what is printed without a screen', async () => {
    await open({size: [120, 40]}, async ({store}) => {
      const state = store.getState();
      const pen = penOf('en', 'dark');
      const plan = planLines(state, pen, 119, 0, planHeight(state, pen, 119));
      expect(
        plan.map(spans =>
          spans
            .map(({text}) => text)
            .join('')
            .trim(),
        ),
      ).toContain(LINE);
      const {run} = state;
      const step =
        run === null ? undefined : planSteps(run.plan).find(({action}) => action.kind === 'manual');
      if (run === null || step === undefined) throw new Error('no work by hand');
      const printed = formatEvent(
        {type: 'step.started', seq: 9, at: 0, step: step.id, attempt: 1},
        run,
        'zh',
      );
      expect(printed?.split('\n').at(-1)).toBe(LINE);
    });
  });
});
