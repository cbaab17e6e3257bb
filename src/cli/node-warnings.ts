import {text} from '../model/text.ts';
import {languageOf} from './language.ts';
import type {Outside} from './outside.ts';
import {write} from './write.ts';

/** So many different ones are kept. */
const KEPT_MOST = 20;

/**
 * What node itself warns of would be written over the screen, and be gone with it: it is kept, each once, until the function that is
 * returned tells it. Of whoever switched these warnings off nothing is kept.
 */
export const keepNodeWarnings = (
  source: NodeJS.Process,
  argv: readonly string[],
  {stderr, env}: Pick<Outside, 'stderr' | 'env'>,
): (() => void) => {
  if (source.listenerCount('warning') === 0) return () => undefined;
  source.removeAllListeners('warning');
  const kept = new Set<string>();
  source.on('warning', ({name, message}) => {
    if (kept.size < KEPT_MOST) kept.add(`${name}: ${message}`);
  });
  return () => {
    const lang = languageOf(argv, env);
    for (const words of kept)
      write(stderr, `${text(`node warned: ${words}`, `node 警告：${words}`)[lang]}\n`);
    kept.clear();
  };
};
