import {PassThrough, Writable} from 'node:stream';

/**
 * A keyboard that a program presses: Ink reads it as it reads a terminal. `also` is read through it, so that a person
 * at a real terminal can still press keys.
 */
export const makeKeyboard = (
  also: NodeJS.ReadStream | null,
): {stdin: NodeJS.ReadStream; press(keys: string): void} => {
  const keys = new PassThrough();
  const stdin = Object.assign(keys, {
    isTTY: true,
    setRawMode: (on: boolean) => {
      if (also?.isTTY) also.setRawMode(on);
      return stdin;
    },
    ref: () => {
      also?.ref();
      return stdin;
    },
    unref: () => {
      also?.unref();
      return stdin;
    },
  }) as unknown as NodeJS.ReadStream;
  if (also?.isTTY) also.on('data', chunk => keys.write(chunk));
  return {stdin, press: pressed => void keys.write(pressed)};
};

/** A screen of that size which nobody looks at: what is drawn on it is thrown away. */
export const makeBlindScreen = (columns: number, rows: number): NodeJS.WriteStream =>
  Object.assign(new Writable({write: (_chunk, _encoding, done) => done()}), {
    columns,
    rows,
    isTTY: true,
  }) as unknown as NodeJS.WriteStream;

const SHOW_CURSOR = '\x1b[?25h';

/**
 * A library below Ink shows the cursor on standard error when the process exits, whatever that is. Ink has shown it on the
 * screen by then, so that these bytes go to a terminal or nowhere.
 */
export const keepCursorOff = (stderr: NodeJS.WriteStream): void => {
  if (stderr.isTTY) return;
  const {write} = stderr;
  Object.assign(stderr, {
    write: (...args: readonly unknown[]) => args[0] === SHOW_CURSOR || Reflect.apply(write, stderr, args),
  });
};
