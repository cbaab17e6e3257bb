import {describe, expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import {type Recording, timeOf} from '../../src/store/recording.ts';
import {openReplay} from '../../src/store/replay.ts';
import {planScroll} from '../../src/ui/screens/scroll.ts';
import {type Opened, type OpenOptions, type Size, withScenario} from './harness.ts';
import {type Given, prepared, recordingOf, type ScenarioName} from './prepared.ts';

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];

/** The lines of the plan that are seen. */
const page = ({lines}: Opened): string[] => lines().slice(4, -1);

/** The rule above them. */
const title = ({lines}: Opened): string => lines()[3] ?? '';

const openPlan = async (given: Given, options: OpenOptions, use: (opened: Opened) => Promise<void>) =>
  withScenario(given, options, async opened => {
    await opened.arm();
    await opened.send(opened.lines().at(-1)?.includes('Tab plan') === true ? '\t' : 'p');
    expect(opened.store.getState().view).toBe('plan');
    await use(opened);
  });

/** The recording up to the end of a step, and held there by the operator. */
const heldBehind =
  (step: string): Given =>
  async stage => {
    const recording = await recordingOf('whole');
    const until = timeOf(recording, {type: 'step.done', of: step});
    const last = recording.events.findIndex(event => event.type === 'step.done' && event.step === step);
    const past = recording.events.slice(0, last + 1);
    const held: Event = {type: 'run.held', seq: past.length, at: until + 1};
    const cut: Recording = {
      ...recording,
      events: [...past, held],
      sightings: recording.sightings.filter(({at}) => at <= until),
    };
    return openReplay({...stage, recording: cut, moment: {type: 'run.held'}});
  };

describe.each(SIZES)('the plan opens where the run stands, %i×%i', (...size) => {
  test.each<[string, Given, string, RegExp]>([
    ['the step at work', 'running', '   be-3', /^ {5}\S start and wait until it serves +0:04/m],
    ['the step that failed', 'held', '   be-3', /^ {5}✘ start and wait until it serves/m],
    ['the step that is done by hand', 'manual', '   store-2', /^ {5}\S replace lib /m],
    ['a phase that is asked about', 'confirm', ' phase 3 of 4 · Backends', /^ phase 3 of 4 · Backends/],
    ['one with an outage', 'outage', ' phase 3 of 4 · Backends', /^ phase 3 of 4 · Backends/],
    ['one without a way back', 'no-way-back', ' phase 4 of 4 · Frontends', /^ phase 4 of 4 · Frontends/],
    ['the step of a question', 'destructive', '   router-1', /^ {5}\S wipe/m],
    [
      'a node that is out when the run is held',
      heldBehind('backends/deploy@be-3'),
      '   be-3',
      /^ {5}○ start and wait until it serves/m,
    ],
    ['one of a thousand', 'thousand', '   be-12', /^ {5}\S start and wait until it serves/m],
  ])('at %s', async (_, given, head, sees) => {
    await openPlan(given, {size}, async opened => {
      const lines = page(opened);
      const from = lines.indexOf(head);
      if (from < 0)
        expect(title(opened), 'what has gone above is named in the rule').toContain(`· ${head.trim()} ─`);
      const below = lines.slice(Math.max(0, from)).join('\n');
      expect(below).toMatch(sees);
    });
  });

  test.each<ScenarioName>(['start', 'done'])('at its top where nothing is in hand: %s', async name => {
    await openPlan(name, {size}, async ({store}) => {
      expect(store.getState().scroll.plan).toBe(0);
    });
  });

  test('and goes to its ends from there', async () => {
    await openPlan('running', {size}, async opened => {
      for (const [key, sees] of [
        ['g', '3.0.6 → 3.1.2'],
        ['G', 'doris.fe.undeploy ('],
        ['\u001b[H', '3.0.6 → 3.1.2'],
        ['\u001b[F', 'doris.fe.undeploy ('],
      ] as const) {
        await opened.send(key);
        expect(page(opened).join('\n'), key).toContain(sees);
      }
    });
  });
});

test('from the question of a phase p leads to its way back, and c to the text of the scripts, and back', async () => {
  await openPlan('confirm', {}, async opened => {
    expect(page(opened).join('\n')).toMatch(/Backends\n {3}be-1\n.*copy the new files/);
    expect(opened.lines().at(-1)).toContain('c whole scripts');
    await expect(opened.text()).toMatchFileSnapshot('frames/plan-confirm-80x24-en.txt');
    await opened.send('c');
    expect(page(opened)[0]).toBe(' scripts');
    expect(page(opened)[1]).toMatch(/^ {3}doris\.\S+ \(\d+ lines\)$/);
    await opened.send('c');
    expect(page(opened)[0]).toBe(' phase 3 of 4 · Backends');
  });
});

test('warnings that preflight left stand at its top: the header says by which key', async () => {
  const warned = (recording: Recording): Recording => ({
    ...recording,
    events: recording.events.map(event =>
      event.type === 'run.planned'
        ? {
            ...event,
            findings: [
              {
                check: 'swap',
                level: 'warn' as const,
                title: {en: 'swap is on', zh: '交换区已开启'},
                seen: null,
                fix: null,
                node: null,
              },
            ],
          }
        : event,
    ),
  });
  await openPlan(prepared('confirm', warned), {size: [120, 40]}, async ({lines, send, text}) => {
    expect(lines()[2]).toContain('1 warning: g');
    expect(text()).not.toContain('swap is on');
    await send('g');
    expect(text()).toContain('swap is on');
  });
});

test('of a thousand nodes it takes no more than a moment once its lines are known', async () => {
  await openPlan('thousand', {}, async ({store}) => {
    const state = store.getState();
    const began = performance.now();
    for (let i = 0; i < 20; i += 1) planScroll('run', state, {width: 80, height: 20});
    expect((performance.now() - began) / 20).toBeLessThan(20);
  });
});
