import {useStdout} from 'ink';
import {type ReactElement, useEffect, useRef} from 'react';
import {NOTHING_SAID, type Said, sayNext, standingSaid} from './aloud.ts';
import {visible} from './control.ts';
import {type RootProps, useHands} from './parts/use-hands.ts';

/** All that is said can be read back: no question is too long for it. The grid, through which arrows walk, has these columns. */
const ROWS = 100_000;
const COLUMNS = 100;

const SHOW_CURSOR = '\x1b[?25h';

/** Where lines are written. `draws`: whether the terminal obeys anything else, such as what fills its clipboard. */
export type Aloud = {readonly write: (words: string) => void; readonly draws: boolean};

/** The root for a screen reader: the same keys, and instead of frames lines that are written once. */
export const AloudRoot = ({write, draws, ...props}: RootProps & Aloud): ReactElement | null => {
  const {store} = props;
  const {stdout} = useStdout();
  const said = useRef<Said>(NOTHING_SAID);
  const away = useRef(false);
  const over = useRef(false);
  const tell = (lines: readonly string[]): void => {
    if (lines.length > 0) write(`${lines.map(visible).join('\n')}\n`);
  };
  const say = useRef((): void => undefined);
  say.current = () => {
    // Somebody else has the terminal: what happens meanwhile is said afterwards.
    if (away.current || over.current) return;
    const next = sayNext(said.current, store.getState());
    said.current = next.said;
    tell(next.lines);
  };
  const anew = (): void => {
    said.current = {...said.current, panel: '', view: ''};
    say.current();
  };

  useEffect(() => {
    // A screen reader follows the cursor.
    stdout.write(SHOW_CURSOR);
    say.current();
    const off = store.subscribe(() => say.current());
    return () => {
      off();
      over.current = true;
    };
  }, [store, stdout]);

  useHands(props, {
    body: {width: COLUMNS, height: ROWS},
    readable: true,
    again: () => {
      tell(standingSaid(store.getState()));
      anew();
    },
    onAway: isAway => {
      away.current = isAway;
      if (!isAway) anew();
    },
    ...(draws
      ? {}
      : {
          tell: words => tell([words]),
          copy: text => {
            tell(text.trimEnd().split('\n'));
            return null;
          },
        }),
  });
  return null;
};
