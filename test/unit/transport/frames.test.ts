import {describe, expect, test} from 'vitest';
import {frameText, makeFrameReader} from '../../../src/transport/frames.ts';
import {keepExact} from '../../../src/transport/keepers.ts';

const NONCE = 'lakeup-0123';

/** Feeds pieces to a reader that waits for request 1, and gives what it made of them. */
const read = (
  pieces: readonly Buffer[],
  maxBytes = 1_000,
): {text: string; cut: boolean; code: number | null} | null => {
  const reader = makeFrameReader(NONCE);
  reader.begin(1, keepExact(maxBytes));
  for (const piece of pieces) {
    const [frame] = reader.push(piece);
    if (frame !== undefined) return {text: frameText(frame), cut: frame.cut, code: frame.code};
  }
  return null;
};

const split = (bytes: Buffer, ...at: readonly number[]): Buffer[] => {
  const places = [0, ...at, bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};

test.each(['0x', '', '1 2', '-1', '9'.repeat(400)])('an end that tells no number is none: "%s"', said => {
  expect(read([Buffer.from(`${NONCE}:1:${said}\n`)])).toMatchObject({code: null});
});

describe('the end of a request in a stream of bytes', () => {
  const contents = [
    '',
    'plain\n',
    'no newline',
    'l',
    'lakeup-',
    'lakeup-0123',
    'lakeup-0123:1',
    'lakeup-0123:2:0\n',
    'lakelakeup-',
    '€ 😀\n',
    'a\0b\n\n',
  ];

  test.each(contents)('%j is found at every split in two and in three', content => {
    const bytes = Buffer.from(`${content}${NONCE}:1:42\nlate`);
    for (let i = 0; i <= bytes.length; i++) {
      expect(read(split(bytes, i)), `split at ${i}`).toEqual({text: content, cut: false, code: 42});
      for (let j = i; j <= bytes.length; j += 3)
        expect(read(split(bytes, i, j)), `split at ${i} and ${j}`).toEqual({
          text: content,
          cut: false,
          code: 42,
        });
    }
  });

  test.each(contents)('%j is found byte by byte', content => {
    const bytes = Buffer.from(`${content}${NONCE}:1:0\n`);
    expect(read([...bytes].map(byte => Buffer.from([byte])))).toEqual({text: content, cut: false, code: 0});
  });

  test('without its mark there is no end', () => {
    expect(read([Buffer.from(`text ${NONCE}:1:0`)])).toBeNull();
    expect(read([Buffer.from(`text ${NONCE}:2:0\n`)])).toBeNull();
    expect(read([Buffer.from('text\n')])).toBeNull();
  });

  test('more than is wanted is thrown away, wherever it is cut', () => {
    const bytes = Buffer.from(`${'x'.repeat(50)}${NONCE}:1:3\n`);
    for (let i = 0; i <= bytes.length; i++)
      expect(read(split(bytes, i), 20)).toEqual({text: 'x'.repeat(20), cut: true, code: 3});
    expect(read([bytes], 50)).toEqual({text: 'x'.repeat(50), cut: false, code: 3});
    expect(read([bytes], 0)).toEqual({text: '', cut: true, code: 3});
  });

  test('a character that was cut in two is left away', () => {
    for (const [text, max, expected] of [
      ['a€b', 2, 'a'],
      ['a€b', 3, 'a'],
      ['a€b', 4, 'a€'],
      ['😀😀', 7, '😀'],
      ['😀😀', 4, '😀'],
      ['é', 1, ''],
      ['abc', 2, 'ab'],
    ] as const)
      expect(read([Buffer.from(`${text}${NONCE}:1:0\n`)], max), `${text} at ${max}`).toMatchObject({
        text: expected,
        cut: true,
      });
  });

  test('what is printed between two requests belongs to none', () => {
    const reader = makeFrameReader(NONCE);
    expect(reader.push(Buffer.from('noise'))).toEqual([]);
    reader.begin(1, keepExact(100));
    expect(reader.push(Buffer.from(`one${NONCE}:1:0\ntail`))[0]?.bytes.toString()).toBe('one');
    expect(reader.push(Buffer.from('late'))).toEqual([]);
    reader.begin(2, keepExact(100));
    expect(reader.push(Buffer.from(`two${NONCE}:2:0\n`))[0]?.bytes.toString()).toBe('two');
  });
});
