import {describe, expect, test} from 'vitest';
import {tellHeadway} from '../../../src/cli/tell-headway.ts';
import {type Headway, saidHeadway} from '../../../src/model/headway.ts';
import {NodeId, StepId} from '../../../src/model/ids.ts';
import {text} from '../../../src/model/text.ts';

const BEGAN = Date.UTC(2026, 10, 22, 2, 15, 0);
const step = {id: StepId.parse('backup/backup@m-1'), node: NodeId.parse('m-1')};
const at = (done: number): Headway => ({
  stage: 'running',
  words: text(`${done} entries`, `${done} 条`),
  done,
  total: {amount: 1_000, bound: 'about'},
});

/** What is printed while each was said at its second. */
const printed = (
  {json = false, lang = 'en'}: {json?: boolean; lang?: 'en' | 'zh'},
  ...said: readonly (readonly [second: number, headway: Headway | null])[]
): string[] => {
  const lines: string[] = [];
  let now = BEGAN;
  const tell = tellHeadway({json, lang, now: () => now, print: line => void lines.push(line)});
  for (const [second, headway] of said) {
    now = BEGAN + second * 1_000;
    tell(step, headway);
  }
  return lines;
};

const hour = Array.from({length: 361}, (_, i) => [i / 10, at(i)] as const);

describe('how far an action is, where there is no screen', () => {
  test('is a line when a stage begins, and one in ten seconds', () => {
    expect(printed({}, [0, {...at(0), stage: 'initiating', words: text('initiating', '')}], ...hour)).toEqual(
      [
        '02:15:00 m-1: initiating',
        '02:15:00 m-1: 0 entries',
        '02:15:10 m-1: 100 entries, ~1m 30s left',
        '02:15:20 m-1: 200 entries, ~1m 20s left',
        '02:15:30 m-1: 300 entries, ~1m 10s left',
      ],
    );
    expect(printed({lang: 'zh'}, ...hour)[1]).toBe('02:15:10 m-1: 100 条，约剩 1m 30s');
  });

  test('is a JSON object of its own, which is no event: it has no number', () => {
    const lines = printed({json: true}, ...hour);
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[1] ?? '')).toEqual({
      ...{type: 'headway', at: BEGAN + 10_000, step: 'backup/backup@m-1', node: 'm-1', stage: 'running'},
      ...{words: '100 entries', done: 100, total: {amount: 1_000, bound: 'about'}, leftMs: 90_000},
    });
  });

  test('is nothing of a line that nobody understands and that soon is no more, and begins anew after its end', () => {
    const says = (words: string): Headway => saidHeadway(words);
    expect(printed({}, [0, says('a')], [1, says('b')], [9, says('c')])).toEqual([]);
    expect(printed({}, [0, says('a')], [12, says('b\u001b[2J')], [13, says('c')])).toEqual([
      '02:15:12 m-1: it says: b␛[2J',
    ]);
    expect(printed({}, [0, at(1)], [1, null], [2, at(2)])).toHaveLength(2);
  });
});
