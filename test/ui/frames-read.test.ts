import {describe, expect, test} from 'vitest';
import {scenarios} from '../../src/cli/scenarios.ts';
import {openQuestion} from '../../src/store/state.ts';
import {type Opened, type Size, withScenario} from './harness.ts';
import type {ScenarioName} from './prepared.ts';
import {expectRead} from './reading.ts';
import {keysOn, type Named, pressedWrong} from './reading-keys.ts';

const SIZES: readonly Size[] = [
  [80, 24],
  [120, 40],
  [200, 60],
];
const NAMES = Object.keys(scenarios) as ScenarioName[];

/** The screen, and every page of its question. */
const readWhole = async (opened: Opened): Promise<string> => {
  let said = opened.text();
  for (let page = 0; page < 6 && /↓ \d+ {2}PgDn/.test(opened.text()); page += 1) {
    await opened.send('\u001b[6~');
    said += `\n${opened.text()}`;
  }
  return said;
};

/** The answers to a question stand on every size whole; beside them, and where none is put, keys to look around. */
const expectKeys = (opened: Opened, lang: 'en' | 'zh'): readonly Named[] => {
  const {answers, others} = keysOn(opened.lines(), lang);
  if (openQuestion(opened.store.getState()) === null) expect(answers).toEqual([]);
  else expect(answers.length, 'to go on, and to leave').toBeGreaterThan(0);
  expect(others.length).toBeGreaterThan(0);
  return [...answers, ...others];
};

/** Answers are pressed on every screen; keys to look around once, for they do the same wherever they are named. */
const tried = new Set<string>();
const toTry = (named: readonly Named[], answers: readonly Named[], lang: string): readonly Named[] =>
  named.filter(each => {
    const key = `${lang} ${each.shown} ${each.words}`;
    if (!answers.includes(each) && tried.has(key)) return false;
    tried.add(key);
    return true;
  });

describe.each(NAMES)('%s', name => {
  for (const lang of ['en', 'zh'] as const) {
    test.each(SIZES)(
      `%i×%i in ${lang} says who is down, since when, where, and who serves`,
      async (columns, rows) => {
        await withScenario(name, {lang, size: [columns, rows]}, async opened => {
          await opened.arm();
          expectKeys(opened, lang);
          expectRead(opened, await readWhole(opened), lang);
        });
      },
    );

    test(`each key that it names in ${lang} does what stands beside it`, async () => {
      let named: readonly Named[] = [];
      await withScenario(name, {lang, size: [120, 40]}, async opened => {
        await opened.arm();
        const all = expectKeys(opened, lang);
        named = toTry(all, keysOn(opened.lines(), lang).answers, lang);
      });
      for (const key of named)
        await withScenario(name, {lang, size: [120, 40]}, async opened => {
          await opened.arm();
          expect(await pressedWrong(opened, key, lang)).toBe(null);
        });
    });
  }
});
