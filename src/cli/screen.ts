import {THEME_NAMES, type ThemeName} from '../store/state.ts';
import type {ScreenStore} from '../store/store.ts';
import {type Signs, showsProgress} from '../ui/afar.ts';
import {loadScreen} from '../ui/load-screen.ts';
import {applyColourEnv} from '../ui/theme.ts';
import {takeEarlyKeys} from './early-keys.ts';
import {type Context, opensScreen} from './outside.ts';
import {realClock} from './real-clock.ts';
import {runShell} from './run-shell.ts';
import {isDeaf} from './signals.ts';
import {keepCursorOff, makeBlindScreen, makeKeyboard} from './terminal.ts';
import {frameTimings} from './timings.ts';
import {write, writeOver} from './write.ts';

/** The screen of a store, on the operator's terminal or on none. */
export type OpenScreen = {
  /** Nobody looks at the screen: events are printed instead. */
  readonly blind: boolean;
  /** Presses keys on the keyboard the screen reads; null when only the operator does. */
  readonly press: ((keys: string) => void) | null;
  /** The operator closed the screen; `now`: without waiting for what is in hand. Rejects when drawing broke. */
  readonly closed: Promise<'quit' | 'now'>;
  /** Gives the terminal back. */
  close(): Promise<void>;
};

/** The theme that was asked for, or the one the environment asks for. Comes before Ink is loaded. */
export const themeOf = ({common, outside}: Context): ThemeName => {
  // Asked first in any case: NO_COLOR counts with every theme.
  const suggested = applyColourEnv(outside.env);
  if (common.ascii) return 'ascii';
  return THEME_NAMES.find(name => name === common.theme) ?? suggested;
};

/** Stops this process as Ctrl-Z does, and resolves when it goes on. */
const stopProcess = async (): Promise<void> => {
  const back = new Promise<void>(resolve => process.once('SIGCONT', () => resolve()));
  process.kill(process.pid, 'SIGSTOP');
  await back;
};

/** Progress only where it is known to be shown as such; no bell for somebody who answers by themselves. */
const signsFor = (wanted: Signs, env: Context['outside']['env'], autopilot: boolean): Signs => ({
  title: wanted.title,
  progress: wanted.progress && showsProgress(env),
  bell: wanted.bell && !autopilot,
});

/** Draws a store until it is closed. With `autopilot` its keyboard can be pressed, also where there is no terminal. */
export const openScreen = async (
  context: Context,
  store: ScreenStore,
  autopilot: boolean,
): Promise<OpenScreen> => {
  const early = opensScreen(context) ? takeEarlyKeys(context.outside.stdin) : null;
  try {
    return await drawScreen(context, store, autopilot, () => early?.handOver());
  } catch (error) {
    early?.giveBack();
    throw error;
  }
};

/** `handOver`: the keyboard is the screen's from then on. */
const drawScreen = async (
  {outside, common}: Context,
  store: ScreenStore,
  autopilot: boolean,
  handOver: () => void,
): Promise<OpenScreen> => {
  const {startScreen} = await loadScreen();
  keepCursorOff(process.stderr);
  const blind = !opensScreen({outside, common});
  // What is read for a keyboard that presses itself is read by it.
  if (autopilot) handOver();
  // What obeys nothing is sent nothing to obey: no title, no bell, no mode of the keyboard.
  const isDumb = outside.env.TERM === 'dumb';
  const keyboard = autopilot ? makeKeyboard(blind ? null : outside.stdin) : null;
  let exit = (_why: 'quit' | 'now'): void => undefined;
  const exited = new Promise<'quit' | 'now'>(resolve => {
    exit = resolve;
  });
  // The first frame begins where the cursor stands; what was typed before has moved it, and stands in that line.
  if (!blind && !isDumb && !common.aloud) writeOver(outside.stdout, '');
  // Under npm the shell would not see that lakeup stopped: then Ctrl-Z does nothing.
  const jobs = outside.env.npm_lifecycle_event === undefined && !blind;
  const onRender = frameTimings(outside.env);
  const over = new AbortController();
  const screen = startScreen({
    store,
    clock: realClock,
    stdin: keyboard?.stdin ?? outside.stdin,
    stdout: blind || isDumb ? makeBlindScreen(120, 40) : outside.stdout,
    onExit: why => exit(why),
    // Nothing of lakeup's speaks through the console, and main.ts lets nobody else.
    patchConsole: false,
    ...(common.aloud && !blind
      ? {aloud: {write: (words: string) => write(outside.stdout, words), draws: !isDumb}}
      : {}),
    ...(blind ? {} : {signs: signsFor(common.signs, outside.env, autopilot)}),
    ...(jobs ? {stop: stopProcess} : {}),
    ...(blind || autopilot ? {} : {shell: command => runShell(command, outside, over.signal)}),
    ...(onRender === null ? {} : {onRender}),
  });
  const ended = screen.waitUntilExit();
  await Promise.race([screen.flushed(), ended.catch(() => undefined)]);
  handOver();
  // A shell of the operator's has the terminal, and is stopped by the same key.
  const onStop = (): void => void (isDeaf() ? stopProcess() : screen.suspend());
  if (jobs) process.on('SIGTSTP', onStop);
  return {
    blind,
    press: keyboard?.press ?? null,
    closed: Promise.race([exited, ended.then(() => 'now' as const)]),
    close: async () => {
      process.off('SIGTSTP', onStop);
      over.abort();
      screen.unmount();
      await ended;
    },
  };
};
