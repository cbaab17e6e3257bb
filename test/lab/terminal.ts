import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {until} from './command.ts';

/** A real terminal with a program in it. */
export type Terminal = {
  /** What stands on the screen, line by line. */
  screen(): string;
  /** The newest line of what was printed outside the full screen. */
  lastLine(): string;
  press(keys: string): void;
  /** Waits until the screen is as asked, and returns it; throws with the screen when it is not in time. */
  sees(what: RegExp | ((screen: string) => boolean), withinMs?: number): Promise<string>;
  exitCode: Promise<number>;
  /** Ends the program if it still runs. */
  close(): void;
};

const COLUMNS = 120;
const ROWS = 40;

const linesOf = (terminal: InstanceType<typeof xterm.Terminal>): string[] => {
  const {active} = terminal.buffer;
  return Array.from({length: active.length}, (_, i) => active.getLine(i)?.translateToString(true) ?? '');
};

/** Starts a program in a new terminal of 120 columns and 40 lines. */
export const openTerminal = (argv: readonly string[], env: Readonly<Record<string, string>>): Terminal => {
  const [program = '', ...args] = argv;
  const terminal = new xterm.Terminal({cols: COLUMNS, rows: ROWS, scrollback: 1000, allowProposedApi: true});
  const child = pty.spawn(program, args, {name: 'xterm-256color', cols: COLUMNS, rows: ROWS, env: {...env}});
  let drawn = Promise.resolve();
  child.onData(data => {
    drawn = new Promise(resolve => terminal.write(data, resolve));
  });
  // What the program asks of its terminal is answered as a terminal does.
  terminal.onData(answer => child.write(answer));
  let ended = false;
  const exitCode = new Promise<number>(resolve => {
    child.onExit(event => {
      ended = true;
      void drawn.then(() => resolve(event.exitCode));
    });
  });
  const screen = (): string => linesOf(terminal).slice(-ROWS).join('\n');
  return {
    screen,
    lastLine: () =>
      linesOf(terminal)
        .filter(line => line.trim() !== '')
        .at(-1) ?? '',
    press: keys => child.write(keys),
    sees: async (what, withinMs = 60_000) => {
      const isSeen = (): boolean => {
        if (what instanceof RegExp ? what.test(screen()) : what(screen())) return true;
        if (ended) throw new Error(`the program has ended\n${screen()}`);
        return false;
      };
      await until(String(what), isSeen, withinMs).catch(error => {
        throw new Error(`${error instanceof Error ? error.message : error}\n${screen()}`);
      });
      return screen();
    },
    exitCode,
    close: () => {
      if (!ended) child.kill('SIGKILL');
    },
  };
};
