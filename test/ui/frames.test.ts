import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {scenarios} from '../../src/cli/scenarios.ts';
import {widthOf} from '../../src/ui/width.ts';
import {type OpenOptions, type Size, withScenario} from './harness.ts';
import type {ScenarioName} from './prepared.ts';
import {expectRead, readWhole} from './reading.ts';

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];
const NAMES = Object.keys(scenarios) as ScenarioName[];

type Look = {readonly suffix: string; readonly options: OpenOptions};
const LOOKS: readonly Look[] = [
  {suffix: 'en', options: {lang: 'en'}},
  {suffix: 'zh', options: {lang: 'zh'}},
];

describe.each(NAMES)('%s', name => {
  describe.each(SIZES)('%i×%i', (columns, rows) => {
    test.each(LOOKS)('$suffix', async ({suffix, options}) => {
      await withScenario(name, {...options, size: [columns, rows]}, async ({arm, lines, text, terminal}) => {
        await arm();
        expect(terminal.buffer.active.type).toBe('alternate');
        expect(terminal.buffer.active.baseY, 'the frame is no taller than the terminal').toBe(0);
        expect(Math.max(...lines().map(widthOf)), 'no line is wider than the terminal').toBeLessThanOrEqual(
          columns,
        );
        expect(lines()[0]).toContain('lakeup');
        expect(lines().at(-1), 'the footer stands in the last row').not.toBe('');
        await expect(text()).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}-${suffix}.txt`);
      });
    });
  });
});

describe.each(SIZES)('the question that skips a node, %i×%i', (columns, rows) => {
  test.each(LOOKS)('$suffix', async ({suffix, options}) => {
    await withScenario('held', {...options, size: [columns, rows]}, async opened => {
      const {arm, send, store, text} = opened;
      await arm();
      await send('x');
      store.setState(({skipping}) => ({
        skipping: skipping === null ? null : {...skipping, because: 'its disk is broken'},
      }));
      await send('\r');
      expectRead(opened, await readWhole(opened), options.lang ?? 'en');
      await expect(text()).toMatchFileSnapshot(`frames/skip-${columns}x${rows}-${suffix}.txt`);
    });
  });
});

test('without colour and with ASCII shapes every status still has a shape and a word', async () => {
  await withScenario('node-down', {theme: 'ascii', size: [120, 40]}, async ({text}) => {
    expect(text().match(/[^\x20-\x7e\n]/g) ?? []).toEqual([]);
    await expect(text()).toMatchFileSnapshot('frames/node-down-120x40-ascii.txt');
  });
});

test('the README shows a screen that there is', () => {
  const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');
  expect(read('../../README.md')).toContain(
    `\`\`\`text\n${read('frames/running-120x40-en.txt').trimEnd()}\n`,
  );
});
