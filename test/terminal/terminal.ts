import {openPty} from './pty.ts';
import {openTmux} from './tmux.ts';

/** What is waited for: words, a pattern, or a condition on the whole screen. */
export type Sight = string | RegExp | ((screen: string) => boolean);

/** A terminal with a program in it: what a person has before them. */
export type Terminal = {
  /** The program's process. */
  readonly pid: number;
  /** What stands on the screen, line by line, without the blanks at the ends of lines. */
  screen(): string[];
  /** Types; control keys as the bytes a terminal sends for them. */
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until the screen is as asked, and returns it; throws with the screen when it is not in time. */
  waitFor(sight: Sight, withinMs?: number): Promise<string>;
  /**
   * The exit code, once the program has ended: 128 and more when a signal ended it. Throws with the screen when it has
   * not ended in time.
   */
  exited(withinMs?: number): Promise<number>;
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
export type BareTerminal = Omit<Terminal, 'waitFor' | 'exited'> & {
  /** The exit code, or null while the program runs. */
  readonly exitCode: () => number | null;
};

const POLL_MS = 20;
const WITHIN_MS = 180_000;

const isSeen = (sight: Sight, screen: string): boolean => {
  if (typeof sight === 'string') return screen.includes(sight);
  return sight instanceof RegExp ? sight.test(screen) : sight(screen);
};

const framed = (lines: readonly string[]): string => {
  const columns = Math.max(...lines.map(({length}) => length));
  const edge = '─'.repeat(columns);
  return [`┌${edge}┐`, ...lines.map(line => `│${line.padEnd(columns)}│`), `└${edge}┘`].join('\n');
};

/** Asks again and again until there is an answer; throws what was waited for, and the screen, when there is none in time. */
const until = async <T>(
  terminal: BareTerminal,
  what: string,
  ask: () => T | null,
  withinMs: number,
): Promise<T> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const over = terminal.exitCode() !== null;
    const answer = ask();
    if (answer !== null) return answer;
    if (over) throw new Error(`the program has ended before ${what}\n${framed(terminal.screen())}`);
    if (Date.now() > end)
      throw new Error(`not within ${withinMs / 1000} s: ${what}\n${framed(terminal.screen())}`);
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
};

const withWaiting = (bare: BareTerminal): Terminal => ({
  ...bare,
  waitFor: (sight, withinMs = WITHIN_MS) =>
    until(
      bare,
      String(sight),
      () => {
        const screen = bare.screen().join('\n');
        return isSeen(sight, screen) ? screen : null;
      },
      withinMs,
    ),
  exited: (withinMs = WITHIN_MS) => until(bare, 'its end', bare.exitCode, withinMs),
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
