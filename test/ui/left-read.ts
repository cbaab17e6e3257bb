import {expect} from 'vitest';
import type {Lang} from '../../src/model/text.ts';
import {widthOf} from '../../src/ui/width.ts';
import type {Opened, Size} from './harness.ts';
import type {Truth} from './left-alone.ts';
import {expectRead, flat, readWhole} from './reading.ts';

export type Look = {readonly size: Size; readonly lang: Lang};

export const LOOKS = (
  [
    [80, 24],
    [120, 40],
    [200, 60],
  ] as const satisfies readonly Size[]
).flatMap(size => (['en', 'zh'] as const).map((lang): Look => ({size, lang})));

/** Every node that the grid shows as out of service, and as down. */
export const signed = (lines: readonly string[], sign: string): readonly string[] =>
  lines
    .slice(3)
    .flatMap(words =>
      [...words.matchAll(new RegExp(`${sign} ([a-z]+-\\d+)`, 'g'))].map(([, name = '']) => name),
    )
    .filter((name, i, all) => all.indexOf(name) === i)
    .toSorted();

/** Who the run has stopped, by the cluster and the journal, is what is read; and of nobody else is it said that they are out. */
export const expectOut = async (opened: Opened, truth: Truth, lang: Lang): Promise<void> => {
  const out = truth.down.toSorted();
  const shown = opened.lines();
  const whole = await readWhole(opened);
  const reading = expectRead(opened, whole, lang);
  expect(reading.down).toEqual([]);
  expect(reading.out.map(({node}) => node.id).toSorted()).toEqual(out);
  for (const {node, since} of reading.out) expect(since).toBe(truth.stoppedAt(node.id));
  // Where there is room for all, the grid has nobody else.
  if (!shown.some(line => /[↑↓] \d+/.test(line))) expect(signed(shown, '▽')).toEqual(out);
  if (out.length > 0)
    expect(flat(whole, lang), 'a question does not claim that there is no outage').not.toMatch(
      /no outage|不会中断/,
    );
};

export const expectDrawn = (opened: Opened, columns: number): void => {
  expect(Math.max(...opened.lines().map(widthOf))).toBeLessThanOrEqual(columns);
  expect(opened.lines().at(-1)).not.toBe('');
};
