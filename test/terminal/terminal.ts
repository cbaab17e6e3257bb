import {openPty} from './pty.ts';
import {openTmux} from './tmux.ts';

/** What is waited for: words, a pattern, or a condition on the whole screen. */
export type Sight = string | RegExp | ((screen: string) => boolean);

/** A terminal with a program in it: what a person has before them. */
export type Terminal = {
  /** What stands on the screen, line by line, without the blanks at the ends of lines. */
  screen(): string[];
  /** Types; control keys as the bytes a terminal sends for them. */
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen is as asked, and returns it; throws with the screen when it is not in time. */
  waitFor(sight: Sight, withinMs?: number): Promise<string>;
  /** The exit code, once the program has ended: 128 and more when a signal ended it. */
  exited(): Promise<number>;
  /** Whether the program has the alternate screen, the one that vanishes when it is given back. */
  alternate(): boolean;
  /** Whether the cursor is shown. */
  cursor(): boolean;
  /** Sends the program a signal. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the program if it still runs, and the terminal. */
  close(): Promise<void>;
};

export type TerminalOptions = {
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
};

/** What the two kinds of terminal have in common: everything but waiting. */
export type BareTerminal = Omit<Terminal, 'waitFor'> & {readonly ended: () => boolean};

const POLL_MS = 20;
const WITHIN_MS = 60_000;

const isSeen = (sight: Sight, screen: string): boolean => {
  if (typeof sight === 'string') return screen.includes(sight);
  return sight instanceof RegExp ? sight.test(screen) : sight(screen);
};

const framed = (lines: readonly string[], columns: number): string =>
  [
    `┌${'─'.repeat(columns)}┐`,
    ...lines.map(line => `│${line.padEnd(columns)}│`),
    `└${'─'.repeat(columns)}┘`,
  ].join('\n');

const withWaiting = ({ended, ...terminal}: BareTerminal): Terminal => ({
  ...terminal,
  waitFor: async (sight, withinMs = WITHIN_MS) => {
    const end = Date.now() + withinMs;
    for (;;) {
      const over = ended();
      const lines = terminal.screen();
      const screen = lines.join('\n');
      if (isSeen(sight, screen)) return screen;
      if (over || Date.now() > end) {
        const why = over ? 'the program has ended' : `not on the screen within ${withinMs / 1000} s`;
        const columns = Math.max(...lines.map(({length}) => length));
        throw new Error(`${why}: ${String(sight)}\n${framed(lines, columns)}`);
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS));
    }
  },
});

/**
 * Starts a program in a new terminal: a pseudo terminal with an emulator in this process, or, with LAKEUP_TERMINAL=tmux,
 * a window of a tmux server of its own.
 */
export const openTerminal = async (argv: readonly string[], options: TerminalOptions): Promise<Terminal> =>
  withWaiting(
    process.env.LAKEUP_TERMINAL === 'tmux' ? await openTmux(argv, options) : openPty(argv, options),
  );

/** The newest line of what stands on the screen. */
export const lastLine = (terminal: Terminal): string =>
  terminal
    .screen()
    .filter(line => line.trim() !== '')
    .at(-1) ?? '';
