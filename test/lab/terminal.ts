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

export type Size = {readonly columns: number; readonly rows: number};

const linesOf = (terminal: InstanceType<typeof xterm.Terminal>): string[] => {
  const {active} = terminal.buffer;
  return Array.from({length: active.length}, (_, i) => active.getLine(i)?.translateToString(true) ?? '');
};

/** Starts a program in a new terminal. */
export const openTerminal = (
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  {columns, rows}: Size = {columns: 120, rows: 40},
): Terminal => {
  const [program = '', ...args] = argv;
  const terminal = new xterm.Terminal({cols: columns, rows, scrollback: 1000, allowProposedApi: true});
  const child = pty.spawn(program, args, {name: 'xterm-256color', cols: columns, rows, env: {...env}});
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
  const screen = (): string => linesOf(terminal).slice(-rows).join('\n');
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
