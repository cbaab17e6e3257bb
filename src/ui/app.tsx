import {Box, useApp, useInput, usePaste, useStdout, useWindowSize} from 'ink';
import {type ReactElement, useEffect, useRef, useState} from 'react';
import {openQuestion} from '../store/state.ts';
import {questionHidden, questionShown, type ScreenStore} from '../store/store.ts';
import {useScreen, useScreenFields} from '../store/use-screen.ts';
import type {Signs} from './afar.ts';
import {toClipboard} from './clipboard.ts';
import type {KeyContext} from './handlers.ts';
import {joinReads, keysOf, type Read} from './input.ts';
import {type Line, line} from './line.ts';
import {messages} from './messages.ts';
import {questionVisible} from './mode.ts';
import {Lines} from './parts/lines.tsx';
import {Footer, Header} from './parts/panes.tsx';
import {useAfar} from './parts/use-afar.ts';
import {type Pen, penOf} from './pen.ts';
import {paste, press} from './press.ts';
import {Body} from './screens/views.tsx';

/** The smallest terminal that shows a whole question. */
export const LEAST = {columns: 60, rows: 16} as const;

/** Rows of the header with a blank one below it, and of the footer. */
const HEADER_ROWS = 3;
const FOOTER_ROWS = 1;

/** Keys that also count when the screen is too small to show what they do. */
const BLIND: ReadonlySet<string> = new Set(['ctrl-l', 'ctrl-z']);

export type AppProps = {
  readonly store: ScreenStore;
  readonly now: () => number;
  readonly onExit: (why: 'quit' | 'now') => void;
  readonly signs: Signs;
  /** Stops this process until it is continued; null where that cannot be. */
  readonly stop: (() => Promise<void>) | null;
  /** Hands out the way to suspend the screen, for signals from outside. */
  readonly onReady: (suspend: () => Promise<void>) => void;
};

const tooSmallLines = (waits: boolean, pen: Pen, columns: number, rows: number): Line[] => [
  line(pen.say(messages.tooSmall, 'strong')),
  line(pen.say(messages.tooSmallHas(columns, rows))),
  waits ? line(pen.say(messages.tooSmallWaits, 'warn')) : line(pen.say(messages.tooSmallGoes, 'muted')),
];

/** Leaves the terminal, runs `meanwhile`, comes back and paints everything anew. One at a time. */
const useSuspension = (): ((meanwhile: () => Promise<void>) => Promise<void>) => {
  const {suspendTerminal} = useApp();
  const away = useRef(false);
  return async meanwhile => {
    if (away.current) return;
    away.current = true;
    try {
      await suspendTerminal(meanwhile);
    } finally {
      away.current = false;
    }
  };
};

/** The root: one size, one input, one frame of exactly the terminal's size. */
export const App = ({store, now, onExit, signs, stop, onReady}: AppProps): ReactElement => {
  const {columns, rows} = useWindowSize();
  const {stdout} = useStdout();
  const suspend = useSuspension();
  const leaving = useAfar(store, signs);
  const small = columns < LEAST.columns || rows < LEAST.rows;
  const {lang, theme, view} = useScreenFields(store, state => ({
    lang: state.lang,
    theme: state.theme,
    view: state.view,
  }));
  const question = useScreen(store, state =>
    questionVisible(state) ? (openQuestion(state)?.id ?? null) : null,
  );
  const waits = useScreen(store, state => openQuestion(state) !== null);
  const pen = penOf(lang, theme);

  useEffect(() => {
    // Only what can be read can be answered.
    if (question === null || small) questionHidden(store);
    else questionShown(store, now());
  }, [store, now, question, small]);

  useEffect(() => {
    onReady(() => (stop === null ? Promise.resolve() : suspend(leaving(stop))));
  });

  const body = {width: columns, height: rows - HEADER_ROWS - FOOTER_ROWS};
  const context: KeyContext = {
    store,
    now,
    body,
    exit: onExit,
    repaint: () => void suspend(() => Promise.resolve()),
    copy: text => void stdout.write(toClipboard(text)),
    suspend: stop === null ? null : () => void suspend(leaving(stop)),
  };
  const take = useRef((_: Read): void => undefined);
  take.current = ({keys, alone}) => {
    // Nothing is done unseen.
    press({keys: small ? keys.filter(name => BLIND.has(name)) : keys, alone}, context);
  };
  const [hear] = useState(() => joinReads(read => take.current(read)));
  useInput((input, key) => hear(keysOf(input, key)));
  usePaste(text => paste(text, context));

  if (small) {
    return (
      <Box width={columns} height={rows}>
        <Lines
          lines={tooSmallLines(waits, pen, columns, rows)}
          width={columns}
          height={rows}
          theme={pen.theme}
        />
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header store={store} width={columns} height={HEADER_ROWS} pen={pen} />
      <Body store={store} view={view} {...body} pen={pen} />
      <Footer store={store} width={columns} height={FOOTER_ROWS} pen={pen} />
    </Box>
  );
};
