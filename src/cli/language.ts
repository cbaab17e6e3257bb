import type {Lang} from '../model/text.ts';
import type {Outside} from './outside.ts';

const known = (word: string | undefined): Lang | null => (word === 'en' || word === 'zh' ? word : null);

/** The language of everything that is said: --lang, else the locale; English when neither is Chinese. */
export const languageOf = (argv: readonly string[], env: Outside['env']): Lang => {
  for (const [i, word] of argv.entries()) {
    const asked =
      word === '--lang' ? known(argv[i + 1]) : word.startsWith('--lang=') ? known(word.slice(7)) : null;
    if (asked !== null) return asked;
  }
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
};
