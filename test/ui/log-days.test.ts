import {expect, test} from 'vitest';
import {timeOfDay} from '../../src/lib/moment.ts';
import {plain} from '../../src/model/text.ts';
import {appendLines, type NewLine} from '../../src/store/log.ts';

const line = (at: string): NewLine => ({
  at: Date.parse(`${at}Z`),
  node: null,
  level: 'info',
  words: plain(`said at ${at.slice(-8)}`),
});

test('where the day changes between two lines of the log it stands before the later one, once', () => {
  const first = appendLines([], [line('2026-11-28T23:59:58'), line('2026-11-28T23:59:59')]);
  expect(first.map(({words}) => words.en)).toEqual(['said at 23:59:58', 'said at 23:59:59']);
  const later = appendLines(first, [line('2026-11-29T00:00:01'), line('2026-11-29T00:00:02')]);
  expect(later.map(({words, at}) => `${timeOfDay(at)} ${words.en}`)).toEqual([
    '23:59:58 said at 23:59:58',
    '23:59:59 said at 23:59:59',
    '00:00:01 2026-11-29',
    '00:00:01 said at 00:00:01',
    '00:00:02 said at 00:00:02',
  ]);
  expect(later.map(({id}) => id)).toEqual([1, 2, 3, 4, 5]);
  const days = appendLines(later, [line('2026-12-01T00:00:00'), line('2026-12-02T00:00:00')]);
  expect(days.slice(5).map(({words}) => words.en)).toEqual([
    '2026-12-01',
    'said at 00:00:00',
    '2026-12-02',
    'said at 00:00:00',
  ]);
});
