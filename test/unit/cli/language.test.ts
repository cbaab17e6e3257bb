import {expect, it} from 'vitest';
import {languageOf} from '../../../src/cli/language.ts';

it.each([
  [[], {}, 'en'],
  [[], {LANG: 'zh_CN.UTF-8'}, 'zh'],
  [[], {LANG: 'zh_CN.UTF-8', LC_ALL: 'C'}, 'en'],
  [[], {LC_ALL: '', LANG: 'zh_TW'}, 'zh'],
  [['demo', '--lang', 'zh'], {LANG: 'en_US'}, 'zh'],
  [['--lang=en'], {LANG: 'zh_CN'}, 'en'],
  [['--lang', 'fr'], {LANG: 'zh_CN'}, 'zh'],
] as const)('%j with %j speaks %s', (argv, env, lang) => {
  expect(languageOf(argv, env)).toBe(lang);
});
