import {useStdout} from 'ink';
import {useEffect, useRef, useState} from 'react';
import type {ScreenStore} from '../../store/store.ts';
import {useScreenFields} from '../../store/use-screen.ts';
import {type Afar, afarOf, BELL, closing, makeRings, opening, type Signs, telling} from '../afar.ts';

/**
 * Gives the terminal its signs for those who do not look at the screen, while that is open. Returns how it is left for a
 * while: with the title that it had before.
 */
export const useAfar = (
  store: ScreenStore,
  clock: () => number,
  signs: Signs,
): ((meanwhile: () => Promise<void>) => () => Promise<void>) => {
  const {stdout} = useStdout();
  const told = useRef<Afar | null>(null);
  const now = useScreenFields(store, afarOf);
  const newest = useRef(now);
  newest.current = now;
  const away = useRef(false);
  const [rings] = useState(() => makeRings(clock));

  useEffect(() => {
    const before = told.current;
    const isRung = rings(now, before);
    told.current = now;
    // Somebody else has the terminal: only the bell does not get into what they write.
    if (away.current) {
      if (signs.bell && isRung) stdout.write(BELL);
      return;
    }
    const words = `${before === null ? opening(signs) : ''}${telling(now, before, signs, isRung)}`;
    if (words !== '') stdout.write(words);
  }, [stdout, signs, now, rings]);
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
    const untold = {...newest.current, title: '', progress: null};
    stdout.write(`${opening(signs)}${telling(newest.current, untold, signs, false)}`);
  };
};
