import {Box, useApp, useInput, usePaste, useStdout, useWindowSize} from 'ink';
import {type ReactElement, useEffect, useRef, useState} from 'react';
import {quote} from '../lib/sh.ts';
import type {NodeId} from '../model/ids.ts';
import {openQuestion} from '../store/state.ts';
import {ARM_MS, questionHidden, questionShown, type ScreenStore} from '../store/store.ts';
import {useScreen, useScreenFields} from '../store/use-screen.ts';
import type {Signs} from './afar.ts';
import {atHandOf} from './at-hand.ts';
import {toClipboard} from './clipboard.ts';
import {visible} from './control.ts';
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

/** How a program of the operator's ended, or why it could not be run. */
export type ShellEnd =
  | {readonly kind: 'ended'; readonly code: number}
  | {readonly kind: 'none'; readonly why: string};
export type RunShell = (command: readonly string[]) => Promise<ShellEnd>;

export type AppProps = {
  readonly store: ScreenStore;
  readonly now: () => number;
  readonly onExit: (why: 'quit' | 'now') => void;
  readonly signs: Signs;
  /** Stops this process until it is continued; null where that cannot be. */
  readonly stop: (() => Promise<void>) | null;
  /** Runs a program of the operator's on the terminal; null where they have none of their own. */
  readonly shell: RunShell | null;
  /** Hands out the way to suspend the screen, for signals from outside. */
  readonly onReady: (suspend: () => Promise<void>) => void;
};

const tooSmallLines = (waits: boolean, pen: Pen, columns: number, rows: number): Line[] => [
  line(pen.say(messages.tooSmall, 'strong')),
  line(pen.say(messages.tooSmallHas(columns, rows))),
  waits ? line(pen.say(messages.tooSmallWaits, 'warn')) : line(pen.say(messages.tooSmallGoes, 'muted')),
];

/** Leaves the terminal, runs `meanwhile`, comes back and paints everything anew. One at a time. */
const useSuspension = (
  write: (words: string) => void,
): ((meanwhile: () => Promise<void>) => Promise<void>) => {
  const {suspendTerminal} = useApp();
  const away = useRef(false);
  return async meanwhile => {
    if (away.current) return;
    away.current = true;
    try {
      await suspendTerminal(async () => {
        await meanwhile();
        // A frame begins where the cursor stands: in the middle of a line it would be wider than the screen.
        write('\r');
      });
    } finally {
      away.current = false;
    }
  };
};

type Visit = {
  readonly store: ScreenStore;
  readonly shell: RunShell | null;
  readonly now: () => number;
  /** Gives the terminal away for as long as that takes. */
  readonly away: (meanwhile: () => Promise<void>) => Promise<void>;
  readonly write: (words: string) => void;
};

/**
 * The operator's own shell on the host of a node, and back. Whatever was typed there, keys that came too late above all, is
 * no answer: `isDeaf` holds for as long after it as a question waits for quiet.
 */
const useVisits = ({store, shell, now, away, write}: Visit) => {
  const deafUntil = useRef(0);
  const visit = async (node: NodeId): Promise<void> => {
    const state = store.getState();
    const command = atHandOf(state, node)?.ssh ?? [];
    if (shell === null || command.length === 0) return store.setState({notice: messages.noHostBehind});
    let notice = messages.shellEnded(node, 0);
    await away(async () => {
      write(`${visible(command.map(quote).join(' '))}\n`);
      const end = await shell(command);
      write('\r\n');
      notice = end.kind === 'ended' ? messages.shellEnded(node, end.code) : messages.shellNone(end.why);
      deafUntil.current = now() + ARM_MS;
    });
    store.setState({view: 'main', notice});
  };
  return {visit, isDeaf: () => now() < deafUntil.current};
};

/** The root: one size, one input, one frame of exactly the terminal's size. */
export const App = ({store, now, onExit, signs, stop, shell, onReady}: AppProps): ReactElement => {
  const {columns, rows} = useWindowSize();
  const {stdout} = useStdout();
  const write = (words: string): void => void stdout.write(words);
  const suspend = useSuspension(write);
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

  const {visit, isDeaf} = useVisits({
    store,
    shell,
    now,
    away: meanwhile => suspend(leaving(meanwhile)),
    write,
  });
  const body = {width: columns, height: rows - HEADER_ROWS - FOOTER_ROWS};
  const context: KeyContext = {
    store,
    now,
    body,
    exit: onExit,
    repaint: () => void suspend(() => Promise.resolve()),
    copy: text => write(toClipboard(text)),
    suspend: stop === null ? null : () => void suspend(leaving(stop)),
    shell: node => void visit(node),
  };
  const take = useRef((_: Read): void => undefined);
  take.current = ({keys, alone}) => {
    if (isDeaf()) return;
    // Nothing is done unseen.
    press({keys: small ? keys.filter(name => BLIND.has(name)) : keys, alone}, context);
  };
  const [hear] = useState(() => joinReads(read => take.current(read)));
  useInput((input, key) => hear(keysOf(input, key)));
  usePaste(text => {
    if (!isDeaf()) paste(text, context);
  });

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
