import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type {BareTerminal, TerminalOptions} from './terminal.ts';

const CURSOR_MODE = 25;

/** A pseudo terminal, and an emulator in this process that reads it. */
export const openPty = (argv: readonly string[], {env, columns, rows}: TerminalOptions): BareTerminal => {
  const [program = '', ...args] = argv;
  const emulator = new xterm.Terminal({cols: columns, rows, scrollback: 0, allowProposedApi: true});
  let cursor = true;
  for (const [final, shown] of [
    ['h', true],
    ['l', false],
  ] as const)
    emulator.parser.registerCsiHandler({prefix: '?', final}, modes => {
      if (modes.includes(CURSOR_MODE)) cursor = shown;
      return false;
    });
  const child = pty.spawn(program, args, {name: 'xterm-256color', cols: columns, rows, env: {...env}});
  let drawn = Promise.resolve();
  child.onData(data => {
    drawn = new Promise(resolve => emulator.write(data, resolve));
  });
  let code: number | null = null;
  // What the program asks of its terminal is answered as a terminal does.
  emulator.onData(answer => {
    if (code === null) child.write(answer);
  });
  const gone = new Promise<void>(resolve => {
    child.onExit(({exitCode, signal}) => {
      void drawn.then(() => {
        code = signal === undefined || signal === 0 ? exitCode : 128 + signal;
        resolve();
      });
    });
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (code === null) process.kill(child.pid, signal);
  };
  return {
    pid: child.pid,
    screen: () => {
      const {active} = emulator.buffer;
      return Array.from(
        {length: emulator.rows},
        (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? '',
      );
    },
    press: keys => child.write(keys),
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    exitCode: () => code,
    alternate: () => emulator.buffer.active.type === 'alternate',
    cursor: () => cursor,
    kill,
    close: async () => {
      kill('SIGKILL');
      await gone;
      emulator.dispose();
    },
  };
};
