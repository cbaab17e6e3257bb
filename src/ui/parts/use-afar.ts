import {useStdout} from 'ink';
import {useEffect, useRef} from 'react';
import type {ScreenStore} from '../../store/store.ts';
import {useScreenFields} from '../../store/use-screen.ts';
import {type Afar, afarOf, BELL, closing, opening, rings, type Signs, telling} from '../afar.ts';

/**
 * Gives the terminal its signs for those who do not look at the screen, while that is open. Returns how it is left for a
 * while: with the title that it had before.
 */
export const useAfar = (
  store: ScreenStore,
  signs: Signs,
): ((meanwhile: () => Promise<void>) => () => Promise<void>) => {
  const {stdout} = useStdout();
  const told = useRef<Afar | null>(null);
  const now = useScreenFields(store, afarOf);
  const newest = useRef(now);
  newest.current = now;
  const away = useRef(false);

  useEffect(() => {
    // Somebody else has the terminal: only the bell does not get into what they write.
    if (away.current) {
      if (signs.bell && rings(now, told.current)) stdout.write(BELL);
      told.current = now;
      return;
    }
    const write = (words: string): void => void (words === '' || stdout.write(words));
    write(`${told.current === null ? opening(signs) : ''}${telling(now, told.current, signs)}`);
    told.current = now;
  }, [stdout, signs, now]);
  useEffect(() => () => void stdout.write(closing(signs)), [stdout, signs]);

  return meanwhile => async () => {
    stdout.write(closing(signs));
    away.current = true;
    try {
      await meanwhile();
    } finally {
      away.current = false;
    }
    // The bell rang already.
    const rung = {...newest.current, title: '', progress: null};
    stdout.write(`${opening(signs)}${telling(newest.current, rung, signs)}`);
  };
};
