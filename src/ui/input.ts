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

/** Keys that came together. `alone`: a single one, and nothing with it. */
export type Read = {readonly keys: readonly KeyName[]; readonly alone: boolean};

/** The keys of one input event. A terminal sends fast typing as one event; then `alone` is false. */
export const keysOf = (input: string, key: Key): Read => {
  const named = NAMED.find(([is]) => is(key));
  if (named !== undefined) return {keys: [named[1]], alone: true};
  if (key.ctrl) return {keys: input === '' ? [] : [`ctrl-${input}`], alone: true};
  if (key.meta) return {keys: [], alone: true};
  const keys = [...input].flatMap(char => {
    if (char === ' ') return ['space'];
    if (char === '\r' || char === '\n') return ['enter'];
    if (char === '\x7f' || char === '\b') return ['backspace'];
    if (char === '\x03') return ['ctrl-c'];
    return /[\x00-\x1f]/.test(char) ? [] : [char];
  });
  return {keys, alone: keys.length <= 1};
};

/**
 * Joins the input events of one read of the terminal: Ink hands over `D` and an arrow that came together as two, right
 * after each other. `take` gets them as soon as the read is over.
 */
export const joinReads = (take: (read: Read) => void): ((event: Read) => void) => {
  let events: Read[] = [];
  return event => {
    events.push(event);
    if (events.length > 1) return;
    queueMicrotask(() => {
      const [first, ...more] = events;
      events = [];
      if (first !== undefined)
        take(more.length === 0 ? first : {keys: [first, ...more].flatMap(({keys}) => keys), alone: false});
    });
  };
};
