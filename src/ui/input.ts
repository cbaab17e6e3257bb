import type {Key} from 'ink';
import type {KeyName} from './keys.ts';

const NAMED: readonly (readonly [(key: Key) => boolean, KeyName])[] = [
  [key => key.upArrow, 'up'],
  [key => key.downArrow, 'down'],
  [key => key.leftArrow, 'left'],
  [key => key.rightArrow, 'right'],
  [key => key.pageUp, 'pageup'],
  [key => key.pageDown, 'pagedown'],
  [key => key.home, 'home'],
  [key => key.end, 'end'],
  [key => key.return, 'enter'],
  [key => key.escape, 'esc'],
  [key => key.tab, 'tab'],
  [key => key.backspace || key.delete, 'backspace'],
];

/** The keys of one input event. A terminal sends fast typing as one event; then `alone` is false. */
export const keysOf = (
  input: string,
  key: Key,
): {readonly keys: readonly KeyName[]; readonly alone: boolean} => {
  const named = NAMED.find(([is]) => is(key));
  if (named !== undefined) return {keys: [named[1]], alone: true};
  if (key.ctrl) return {keys: input === '' ? [] : [`ctrl-${input}`], alone: true};
  if (key.meta) return {keys: [], alone: true};
  const keys = [...input].flatMap(char => {
    if (char === ' ') return ['space'];
    if (char === '\r' || char === '\n') return ['enter'];
    if (char === '\x7f' || char === '\b') return ['backspace'];
    return /[\x00-\x1f]/.test(char) ? [] : [char];
  });
  return {keys, alone: keys.length <= 1};
};
