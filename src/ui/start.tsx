import {render} from 'ink';
import type {Clock} from '../model/world.ts';
import type {ScreenStore} from '../store/store.ts';
import {NO_SIGNS, type Signs} from './afar.ts';
import {type Aloud, AloudRoot} from './aloud-root.tsx';
import {App} from './app.tsx';
import type {RootProps, RunShell} from './parts/use-hands.ts';

export type ScreenOptions = {
  readonly store: ScreenStore;
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** The operator closed the screen: `quit` when nothing is in hand, `now` when they do not wait for what is. */
  readonly onExit: (why: 'quit' | 'now') => void;
  /** Signs for those who do not look at the screen; none by default. */
  readonly signs?: Signs;
  /** Stops this process (SIGSTOP) and resolves when it goes on; absent where the terminal has no jobs. */
  readonly stop?: () => Promise<void>;
  /** Runs a program of the operator's on the terminal; absent where they have none of their own. */
  readonly shell?: RunShell;
  /** For a screen reader: where lines that follow each other are written instead of frames, which are none then. */
  readonly aloud?: Aloud;
  /** Keeps what libraries print off the screen; on by default. Off where the console cannot be taken over. */
  readonly patchConsole?: boolean;
  /** Milliseconds that drawing a frame took; for benchmarks. */
  readonly onRender?: (renderMs: number) => void;
};

export type Screen = {
  /** Resolves when the terminal is given back; rejects with what went wrong while drawing. */
  waitUntilExit(): Promise<void>;
  unmount(): void;
  /** Resolves when everything drawn so far is written. */
  flushed(): Promise<void>;
  /** For SIGTSTP from outside: gives the terminal back, stops, and comes back. */
  suspend(): Promise<void>;
};

/** Opens the screen on a terminal. Only call it for a TTY; see plain.ts for the rest. */
export const startScreen = (options: ScreenOptions): Screen => {
  const {store, clock, stdin, stdout, onExit, onRender, aloud} = options;
  let suspend = (): Promise<void> => Promise.resolve();
  const props: RootProps = {
    store,
    now: () => clock.now(),
    onExit,
    signs: options.signs ?? NO_SIGNS,
    stop: options.stop ?? null,
    shell: options.shell ?? null,
    onReady: ready => {
      suspend = ready;
    },
  };
  const instance = render(aloud === undefined ? <App {...props} /> : <AloudRoot {...props} {...aloud} />, {
    stdin,
    stdout,
    alternateScreen: aloud === undefined,
    incrementalRendering: aloud === undefined,
    maxFps: 60,
    exitOnCtrlC: false,
    patchConsole: options.patchConsole ?? true,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    isScreenReaderEnabled: aloud !== undefined,
    ...(onRender === undefined ? {} : {onRender: ({renderTime}) => onRender(renderTime)}),
  });
  return {
    waitUntilExit: async () => {
      await instance.waitUntilExit();
    },
    unmount: () => instance.unmount(),
    flushed: () => instance.waitUntilRenderFlush(),
    suspend: () => suspend(),
  };
};
