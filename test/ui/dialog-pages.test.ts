import {describe, expect, it} from 'vitest';
import {type Dialog, dialogPage, dialogWindow} from '../../src/ui/dialogs/dialog.ts';
import {line, span} from '../../src/ui/line.ts';

const dialogOf = (rows: number): Dialog => ({
  title: 'asked',
  tone: 'warn',
  loud: true,
  body: Array.from({length: rows}, (_, i) => line(span(`line ${i}`))),
  answers: [line(span('y  yes'))],
});

/** The lines of a body that can be read in a window: where there are more above or below, a mark takes a row. */
const readable = (dialog: Dialog, from: number, rows: number): number[] => {
  const {body, above, below} = dialogWindow(dialog, from, rows);
  const seen = body.map((_, i) => above + i);
  return seen.slice(above > 0 ? 1 : 0, below > 0 ? -1 : undefined);
};

describe('a question that is longer than its place', () => {
  it.each([
    [24, 12],
    [24, 6],
    [50, 9],
    [13, 12],
    [200, 16],
    [5, 20],
  ])('%i lines in %i rows: page after page, each line comes on the screen', (length, rows) => {
    const dialog = dialogOf(length);
    const read = new Set<number>();
    let from = 0;
    for (let press = 0; press <= length; press += 1) {
      for (const i of readable(dialog, from, rows)) read.add(i);
      const window = dialogWindow(dialog, from, rows);
      from = Math.min(window.limit, from + dialogPage(window));
    }
    expect([...read].toSorted((a, b) => a - b)).toEqual(Array.from({length}, (_, i) => i));
  });
});
