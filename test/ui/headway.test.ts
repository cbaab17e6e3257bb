import {describe, expect, test} from 'vitest';
import {type Headway, saidHeadway} from '../../src/model/headway.ts';
import {StepId} from '../../src/model/ids.ts';
import type {Lang} from '../../src/model/text.ts';
import {timeOf} from '../../src/store/recording.ts';
import {openReplay} from '../../src/store/replay.ts';
import {alluxioHeadway} from '../../src/systems/alluxio/headway.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type Opened, type Size, withScenario} from './harness.ts';
import {recordingOf, type Stage} from './prepared.ts';

const BACKUP = StepId.parse('backup/backup@am-1');

/** The moment at which a backup begins; it goes on for as long as the test does. */
const backingUp = async (stage: Stage) => {
  const moment = {type: 'step.started', of: BACKUP} as const;
  const recording = await recordingOf('written');
  const begun = timeOf(recording, moment);
  const events = recording.events.filter(({at}) => at <= begun);
  return openReplay({...stage, recording: {...recording, events}, moment});
};

/** What the command writes, as the product reads it, of so many paths and blocks. */
const saying = (opened: Opened, line: string): void => {
  const {run} = opened.store.getState();
  const step = run?.plan.phases
    .flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
    .find(({id}) => id === BACKUP);
  if (step === undefined) throw new Error('the recording makes no backup');
  const counted = () => ({paths: 1_612_001, uniqueBlocks: 1_187_420});
  const headway: Headway = alluxioHeadway(step, line, counted) ?? saidHeadway(line);
  opened.feed.headway(BACKUP, headway);
};

/** Eleven seconds of it. */
const elevenSeconds = async (opened: Opened): Promise<void> => {
  saying(opened, 'Backup state: Initiating');
  await opened.pass(1_000);
  for (let second = 0; second < 10; second += 1) {
    saying(opened, `Backup state: Running | Entries processed: ${second * 123_456}`);
    await opened.pass(1_000);
  }
};

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];
const LANGS: readonly Lang[] = ['en', 'zh'];
const WORDS = {
  en: ['running: 1,111,104 of ~2,799,421 entries (39%), ~15s left'],
  zh: ['进行中：1,111,104 条', '（39%）', '约剩 15s'],
} as const;

describe.each(SIZES)('a backup at %i×%i', (columns, rows) => {
  test.each(LANGS)('says on the screen how far it is, and on its node, in %s', async lang => {
    await withScenario(backingUp, {lang, size: [columns, rows]}, async opened => {
      await elevenSeconds(opened);
      for (const [view, key] of [
        ['main', ''],
        ['node', '\r'],
      ] as const) {
        await opened.send(key);
        expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(columns);
        for (const words of WORDS[lang]) expect(opened.text(), view).toContain(words);
        await expect(opened.text()).toMatchFileSnapshot(
          `frames/backing-up-${view}-${columns}x${rows}-${lang}.txt`,
        );
      }
    });
  });
});

test('the time left of all counts what it says of itself', async () => {
  await withScenario(backingUp, {size: [120, 40]}, async opened => {
    const left = (): string => /~(\S+( \d+s)?) left/.exec(opened.lines()[0] ?? '')?.[1] ?? '';
    await elevenSeconds(opened);
    const before = left();
    // At that rate there are hours to go.
    for (let second = 0; second < 2; second += 1) {
      saying(opened, `Backup state: Running | Entries processed: ${1_111_105 + second}`);
      await opened.pass(500);
    }
    opened.store.setState({headways: new Map()});
    await opened.settle();
    expect(left()).not.toBe('');
    expect(before).not.toBe(left());
  });
});

test('a line that nobody understands is shown once the action has gone on for a while, and what it hides is seen', async () => {
  await withScenario(backingUp, {size: [120, 40]}, async opened => {
    saying(opened, 'copying \u001b[2J 10%');
    await opened.pass(1_000);
    expect(opened.text()).not.toContain('it says');
    await opened.pass(3_000);
    expect(opened.text()).toContain('it says: copying ␛[2J 10%');
    opened.feed.headway(BACKUP, null);
    await opened.pass(100);
    expect(opened.lines().filter(line => line.includes('it says'))).toEqual([
      expect.stringMatching(/^.{66}.*it says: copying/),
    ]);
  });
});

test('one that stands still says so, and no time', async () => {
  await withScenario(backingUp, {size: [200, 60]}, async opened => {
    await elevenSeconds(opened);
    const {headways} = opened.store.getState();
    opened.store.setState({now: opened.store.getState().now + 40_000});
    await opened.settle();
    expect(headways.size).toBe(1);
    expect(opened.text()).toContain('(39%), nothing new for 41s');
  });
});
