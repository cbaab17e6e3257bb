import {useStdout} from 'ink';
import {useEffect, useRef} from 'react';
import type {ScreenStore} from '../../store/store.ts';
import {useScreenFields} from '../../store/use-screen.ts';
import {type Afar, afarOf, closing, opening, type Signs, telling} from '../afar.ts';

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

  useEffect(() => {
    const write = (words: string): void => void (words === '' || stdout.write(words));
    write(`${told.current === null ? opening(signs) : ''}${telling(now, told.current, signs)}`);
    told.current = now;
  }, [stdout, signs, now]);
  useEffect(() => () => void stdout.write(closing(signs)), [stdout, signs]);

  return meanwhile => async () => {
    stdout.write(closing(signs));
    await meanwhile();
    // The bell rang already.
    stdout.write(`${opening(signs)}${telling(now, {title: '', progress: null, call: now.call}, signs)}`);
  };
};
