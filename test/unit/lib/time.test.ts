import {describe, expect, it} from 'vitest';
import {formatBytes, formatCount} from '../../../src/lib/bytes.ts';
import {
  formatBrief,
  formatBriefLimit,
  formatClock,
  formatDuration,
  formatEstimate,
} from '../../../src/lib/duration.ts';
import {endOf, momentOf} from '../../../src/lib/moment.ts';
import {stamp} from '../../../src/lib/stamp.ts';

describe('a length of time', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [4_200, '4.2s'],
    [9_949, '9.9s'],
    [9_999, '10s'],
    [35_400, '35s'],
    [59_400, '59s'],
    [59_600, '1m'],
    [105_000, '1m 45s'],
    [119_400, '1m 59s'],
    [120_000, '2m'],
    [12 * 60_000, '12m'],
    [59 * 60_000 + 59_600, '1h'],
    [83 * 60_000, '1h 23m'],
    [3 * 3_600_000, '3h'],
    [30 * 3_600_000 + 29_000, '30h'],
  ])('%d ms is shown as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [2_300, '3s'],
    [33_000, '35s'],
    [105_000, '1m 45s'],
    [270_100, '5m'],
    [11.2 * 60_000, '12m'],
    [82.5 * 60_000, '1h 23m'],
  ])('%d ms is guessed to be %s', (ms, text) => {
    expect(formatEstimate(ms)).toBe(text);
  });

  it.each([
    [-5, '0:00'],
    [0, '0:00'],
    [7_999, '0:07'],
    [723_000, '12:03'],
    [3_599_999, '59:59'],
    [3_723_000, '1:02:03'],
    [100 * 3_600_000, '100:00:00'],
  ])('%d ms on the clock is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});

/** How long it is what so few letters say. */
const msOf = (brief: string): number => {
  const [, n, unit] = /^(\d+)([smh])$/.exec(brief) ?? [];
  return Number(n) * {s: 1_000, m: 60_000, h: 3_600_000}[unit === 'm' || unit === 'h' ? unit : 's'];
};

describe('in the fewest letters', () => {
  it.each([
    [0, '0s', '0s'],
    [1, '0s', '1s'],
    [999, '0s', '1s'],
    [1_000, '1s', '1s'],
    [1_001, '1s', '2s'],
    [59_000, '59s', '59s'],
    [59_001, '59s', '1m'],
    [60_000, '1m', '1m'],
    [60_001, '1m', '2m'],
    [119_999, '1m', '2m'],
    [120_000, '2m', '2m'],
    [59 * 60_000, '59m', '59m'],
    [59 * 60_000 + 1, '59m', '1h'],
    [3_599_999, '59m', '1h'],
    [3_600_000, '1h', '1h'],
    [3_600_001, '1h', '2h'],
    [6 * 3_600_000, '6h', '6h'],
    [6 * 3_600_000 + 1, '6h', '7h'],
  ])('%d ms that have gone by are %s, and as a limit they are %s', (ms, gone, limit) => {
    expect(formatBrief(ms)).toBe(gone);
    expect(formatBriefLimit(ms)).toBe(limit);
  });

  it('nothing is told as longer than it is, and no limit as shorter', () => {
    for (let ms = 0; ms < 8 * 3_600_000; ms += 997) {
      expect(msOf(formatBrief(ms))).toBeLessThanOrEqual(ms);
      expect(msOf(formatBriefLimit(ms))).toBeGreaterThanOrEqual(ms);
    }
  });
});

describe('a stamp', () => {
  it('is the moment in UTC, to the second, and sorts as time does', () => {
    expect(stamp(Date.UTC(2026, 10, 2, 3, 4, 5, 999))).toBe('20261102_030405');
    expect(stamp(Date.UTC(2026, 0, 31, 23, 59, 59))).toBe('20260131_235959');
    const moments = [0, 1, 59, 3_600, 86_400, 31_536_000].map(s => stamp(Date.UTC(2025, 11, 31) + s * 1_000));
    expect(moments.toSorted()).toEqual(moments);
  });
});

describe('sizes and counts', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [4_300, '4.2 KiB'],
    [412_316_860_416, '384 GiB'],
    [2 ** 60, '1024 PiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [18_231, '18,231'],
    [1_234_567, '1,234,567'],
  ])('%d is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe('a moment', () => {
  const now = new Date(2026, 10, 22, 2, 14, 45).getTime();
  it.each([
    [new Date(2026, 10, 22, 0, 0, 1), '00:00:01'],
    [new Date(2026, 10, 21, 23, 59, 59), '11-21 23:59:59'],
    [new Date(2026, 0, 1, 2, 14, 45), '01-01 02:14:45'],
    [new Date(2025, 10, 22, 2, 14, 45), '2025-11-22 02:14:45'],
  ])('%s has as much of its date as is needed', (date, words) => {
    expect(momentOf(date.getTime(), now)).toBe(words);
  });
});

describe('when something ends that takes so long', () => {
  const from = new Date(2026, 10, 22, 2, 15, 0).getTime();
  it.each([
    [0, 10 * 60_000, '02:25'],
    // Up to a whole minute, and the same a while later.
    [20_000, 490_000, '02:24'],
    [20_500, 489_500, '02:24'],
    [0, 500, '02:16'],
    [0, 59 * 60_000, '03:14'],
    [0, 22 * 3_600_000, '11-23 00:15'],
    [0, 40 * 24 * 3_600_000, '2027-01-01 02:15'],
  ])('%d ms later, %d ms: %s', (later, ms, words) => {
    expect(endOf(from + later, ms)).toBe(words);
  });
});
