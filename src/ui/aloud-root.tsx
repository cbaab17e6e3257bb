import {useStdout} from 'ink';
import {type ReactElement, useEffect, useRef} from 'react';
import {NOTHING_SAID, type Said, sayNext, standingSaid} from './aloud.ts';
import {visible} from './control.ts';
import {type RootProps, useHands} from './parts/use-hands.ts';

/** All that is said can be read back: no question is too long for it. The grid, through which arrows walk, has these columns. */
const ROWS = 100_000;
const COLUMNS = 100;

const SHOW_CURSOR = '\x1b[?25h';

/** The root for a screen reader: the same keys, and instead of frames lines that are written once. */
export const AloudRoot = (props: RootProps): ReactElement | null => {
  const {store} = props;
  const {stdout} = useStdout();
  const said = useRef<Said>(NOTHING_SAID);
  const write = (lines: readonly string[]): void => {
    if (lines.length > 0) stdout.write(`${lines.map(visible).join('\n')}\n`);
  };
  const say = useRef((): void => undefined);
  say.current = () => {
    const next = sayNext(said.current, store.getState());
    said.current = next.said;
    write(next.lines);
  };

  useEffect(() => {
    // A screen reader follows the cursor.
    stdout.write(SHOW_CURSOR);
    say.current();
    return store.subscribe(() => say.current());
  }, [store, stdout]);

  const again = (): void => {
    write(standingSaid(store.getState()));
    said.current = {...said.current, panel: '', view: ''};
    say.current();
  };
  useHands(props, {body: {width: COLUMNS, height: ROWS}, readable: true, again});
  return null;
};
