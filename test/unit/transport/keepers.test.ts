import {describe, expect, test} from 'vitest';
import {frameText} from '../../../src/transport/frames.ts';
import {keepStates} from '../../../src/transport/keepers.ts';

const BLANK = `${' '.repeat(75)}\r`;

/** What is kept of pieces, and all that was said on the way. */
const keep = (pieces: readonly (string | Buffer)[], maxBytes = 10_000) => {
  const keeper = keepStates(maxBytes);
  const said: string[] = [];
  for (const piece of pieces) {
    keeper.keep(Buffer.from(piece));
    const says = keeper.says();
    if (says !== said.at(-1)) said.push(says);
  }
  return {text: frameText({bytes: keeper.kept(), cut: keeper.cut()}), cut: keeper.cut(), said};
};

const oneByOne = (text: string): Buffer[] => [...Buffer.from(text)].map(byte => Buffer.from([byte]));

describe('what a person would have read', () => {
  test.each([
    ['lines', 'one\ntwo\n', 'one\ntwo\n'],
    ['a line without its end', 'one\ntwo', 'one\ntwo'],
    ['empty lines', '\none\n\n', '\none\n\n'],
    ['nothing', '', ''],
    ['lines that end in both', 'one\r\ntwo\r\n', 'one\ntwo\n'],
    [
      'states, wiped by blanks',
      `${BLANK} a: 1\r${BLANK}${BLANK} a: 2\r${BLANK}${BLANK}B : x\nC : y\n`,
      'B : x\nC : y\n',
    ],
    ['states before an error', `${BLANK} a: 1\r${BLANK}${BLANK}failed\n`, 'failed\n'],
    ['states that nothing follows', `${BLANK} a: 1\r${BLANK} a: 2\r${BLANK}`, ' a: 2'],
    ['states that begin with the return', '\r10%\r20%\r100%\ndone\n', '100%\ndone\n'],
    ['states that wipe the line', '10%\r\x1b[K20%\r\x1b[K', '\x1b[K20%'],
    ['dots', '..........failed\n', '..........failed\n'],
    ['words of three bytes', '恢复 1\r恢复 2\r\n', '恢复 2\n'],
  ])('of %s', (_what, printed, text) => {
    const whole = keep([printed]);
    expect(whole.text).toBe(text);
    expect(keep(oneByOne(printed)).text).toBe(text);
    for (let at = 0; at <= printed.length; at += 1)
      expect(keep([printed.slice(0, at), printed.slice(at)]).text, `split at ${at}`).toBe(text);
  });

  test('is told while it is written: a state once it is whole, and what went before where nothing is there', () => {
    const state = (n: number): string => ` entries: ${n}\r${BLANK}${BLANK}`;
    const {said} = keep(oneByOne(`begun\n${BLANK}${[9, 10, 1_234].map(state).join('')}`).slice(6));
    expect(said).not.toContain('entries: 1');
    expect(said.filter(words => words.startsWith('entries: ') && /\d/.test(words))).toEqual([
      // The first one has none before it, and is told as it comes.
      'entries: 9',
      'entries: 10',
      'entries: 1234',
    ]);
    expect(keep(['one\n', '\n', '  \n']).said).toEqual(['one']);
    expect(keep(['.', '.', '.']).said).toEqual(['.', '..', '...']);
    expect(keep(['\x1b[32m50%\x1b[0m\r']).said).toEqual(['50%']);
  });

  test('of twenty thousand states is no more than of the last', () => {
    const states = Array.from({length: 20_000}, (_, i) => `state ${i}\r${BLANK}`);
    expect(keep(states, 100)).toMatchObject({text: 'state 19999', cut: false});
  });

  test('is its end where it is too long: an action says last what became of it', () => {
    const lines = Array.from({length: 1_000}, (_, i) => `line ${i}\n`).join('');
    expect(keep([lines], 30)).toMatchObject({text: 'line 997\nline 998\nline 999\n', cut: true});
    expect(keep(oneByOne(lines), 30).text).toBe('line 997\nline 998\nline 999\n');
    expect(keep([`${'x'.repeat(1_000)}end`], 10)).toMatchObject({text: 'xxxxxxxend', cut: true});
  });
});
