import {expect, test} from 'vitest';
import type {ThemeName} from '../../src/store/state.ts';
import {applyColourEnv} from '../../src/ui/theme.ts';
import {type Opened, withScenario} from './harness.ts';

/** The palette colours (0 to 255) of the first place where these words stand; null is the terminal's own colour. */
const colourOf = (opened: Opened, words: string): number | null => {
  const y = opened.lines().findIndex(line => line.includes(words));
  const line = opened.lines()[y];
  if (line === undefined) throw new Error(`"${words}" is not on the screen:\n${opened.text()}`);
  const cell = opened.terminal.buffer.active.getLine(y)?.getCell(line.indexOf(words));
  if (cell === undefined) throw new Error('no cell');
  return cell.isFgDefault() ? null : cell.getFgColor();
};

const coloured = (opened: Opened): number => {
  let count = 0;
  for (let y = 0; y < opened.terminal.rows; y += 1)
    for (let x = 0; x < opened.terminal.cols; x += 1) {
      const cell = opened.terminal.buffer.active.getLine(y)?.getCell(x);
      if (cell !== undefined && !(cell.isFgDefault() && cell.isBgDefault())) count += 1;
    }
  return count;
};

const [RED, GREEN, YELLOW, CYAN] = [1, 2, 3, 6];

test('good is green, trouble is red, what waits for the operator is yellow', async () => {
  await withScenario('held', {size: [120, 40]}, async opened => {
    await opened.arm();
    expect(colourOf(opened, '✓ ms-1')).toBe(GREEN);
    expect(colourOf(opened, '✘ be-3')).toBe(RED);
    expect(colourOf(opened, '┏━ Held')).toBe(RED);
  });
  await withScenario('outage', {size: [120, 40]}, async opened => {
    await opened.arm();
    expect(colourOf(opened, '┏━ Phase 3')).toBe(YELLOW);
    expect(colourOf(opened, 'O  begin')).toBe(CYAN);
  });
});

test.each(['plain'] as const satisfies readonly ThemeName[])(
  'the theme %s colours nothing, and says the same',
  async theme => {
    for (const name of ['running', 'held', 'destructive', 'unverified'] as const) {
      const words: string[] = [];
      for (const each of [theme, 'dark'] as const)
        await withScenario(name, {theme: each}, async opened => {
          await opened.arm();
          words.push(opened.text());
          if (each === theme) expect(coloured(opened)).toBe(0);
          else expect(coloured(opened)).toBeGreaterThan(50);
        });
      expect(words[0]).toBe(words[1]);
    }
  },
);

test.each([
  [{}, 'dark', undefined],
  [{NO_COLOR: ''}, 'dark', undefined],
  [{NO_COLOR: '1'}, 'plain', '0'],
  [{NO_COLOR: '1', FORCE_COLOR: '3'}, 'plain', '0'],
] as const)('the environment %j asks for %s', (given, theme, force) => {
  const env: Record<string, string | undefined> = {...given};
  expect(applyColourEnv(env)).toBe(theme);
  expect(env.FORCE_COLOR).toBe(force);
});
