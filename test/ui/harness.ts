import {PassThrough} from 'node:stream';
import {setTimeout as wait} from 'node:timers/promises';
import xterm from '@xterm/headless';
import type {Lang} from '../../src/model/text.ts';
import type {Clock} from '../../src/model/world.ts';
import type {ThemeName} from '../../src/store/state.ts';
import {ARM_MS} from '../../src/store/store.ts';
import type {Signs} from '../../src/ui/afar.ts';
import type {RunShell} from '../../src/ui/parts/use-hands.ts';
import {startScreen} from '../../src/ui/start.tsx';
import {seededRandom} from '../sim/random.ts';
import {type Given, prepared} from './prepared.ts';

export type Size = readonly [columns: number, rows: number];

/** 22 November 2026, 02:15:00 UTC: the middle of a change window. */
export const NIGHT = Date.UTC(2026, 10, 22, 2, 15, 0);

/** A clock that only moves when a test says so. Sleepers wake in the order of their time. */
export const makeHandClock = (start = NIGHT) => {
  let now = start;
  let sleepers: {at: number; wake: () => void}[] = [];
  const clock: Clock = {
    now: () => now,
    ticks: () => now,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted === true || ms <= 0) return resolve();
        const sleeper = {at: now + ms, wake: resolve};
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => resolve(), {once: true});
        return undefined;
      }),
  };
  return {
    clock,
    turn: (ms: number): void => {
      now += ms;
      const due = sleepers.filter(({at}) => at <= now);
      sleepers = sleepers.filter(({at}) => at > now);
      for (const {wake} of due.sort((a, b) => a.at - b.at)) wake();
    },
  };
};

/** Lets everything run that waits for nothing but its turn. */
const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

type FakeStream = PassThrough & {isTTY: boolean; columns: number; rows: number};

const makeStreams = ([columns, rows]: Size, onData: (data: string) => void) => {
  const stdout = Object.assign(new PassThrough({decodeStrings: false}), {
    isTTY: true,
    columns,
    rows,
  }) as FakeStream;
  stdout.on('data', (data: Buffer | string) => onData(data.toString()));
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  }) as unknown as NodeJS.ReadStream & PassThrough;
  return {stdin, stdout};
};

export type OpenOptions = {
  readonly size?: Size;
  readonly lang?: Lang;
  readonly theme?: ThemeName;
  readonly signs?: Signs;
  readonly stop?: () => Promise<void>;
  readonly shell?: RunShell;
  /** Said in lines; `dumb`: on a terminal that obeys nothing. */
  readonly aloud?: boolean | 'dumb';
};

/**
 * A prepared screen on a real Ink, drawn into a real terminal emulator, in this process,
 * under a clock turned by hand.
 */
export const openScenario = async (
  scenario: Given,
  {size = [80, 24], lang = 'en', theme = 'dark', aloud = false, ...given}: OpenOptions = {},
) => {
  const hand = makeHandClock();
  const prepare = typeof scenario === 'string' ? prepared(scenario) : scenario;
  const replay = await prepare({clock: hand.clock, chance: seededRandom(7), lang, theme});
  const terminal = new xterm.Terminal({
    cols: size[0],
    rows: size[1],
    allowProposedApi: true,
    scrollback: 100,
    convertEol: true,
  });
  const written: string[] = [];
  const {stdin, stdout} = makeStreams(size, data => {
    written.push(data);
    terminal.write(data);
  });
  const exits: ('quit' | 'now')[] = [];
  let frames = 0;
  const screen = startScreen({
    store: replay.store,
    clock: hand.clock,
    stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    patchConsole: false,
    ...given,
    ...(aloud ? {aloud: {write: words => void stdout.write(words), draws: aloud !== 'dumb'}} : {}),
    onExit: why => exits.push(why),
    onRender: () => {
      frames += 1;
    },
  });
  const over = new AbortController();
  const running = replay.run(over.signal);

  const settle = async (): Promise<void> => {
    // Effects run after a frame and may ask for another one.
    for (let i = 0; i < 3; i += 1) {
      await breathe();
      await screen.flushed();
    }
    await new Promise<void>(resolve => terminal.write('', resolve));
  };
  const lines = (): string[] => {
    const {active} = terminal.buffer;
    return Array.from(
      {length: terminal.rows},
      // Blanks at the end of a line are not to be seen, whatever was written there.
      (_, y) =>
        active
          .getLine(active.baseY + y)
          ?.translateToString(true, 0, terminal.cols)
          .trimEnd() ?? '',
    );
  };
  const text = (): string => lines().join('\n');

  await settle();
  return {
    ...replay,
    hand,
    terminal,
    stdout,
    screen,
    exits,
    settle,
    lines,
    text,
    /** Everything written so far, as the terminal got it. */
    said: (): string => written.join(''),
    bytes: (): number => written.reduce((sum, data) => sum + Buffer.byteLength(data), 0),
    frames: (): number => frames,
    /** One input event, as a terminal would send it. */
    send: async (data: string): Promise<void> => {
      stdin.write(data);
      // Escape alone is known only after a moment.
      if (data.endsWith('\u001b')) await wait(30);
      await settle();
    },
    /** Lets time pass and the feed tick. */
    pass: async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 100) {
        hand.turn(Math.min(100, left));
        await breathe();
        replay.feed.tick();
      }
      await settle();
    },
    /** The question on the screen may be answered now. */
    arm: async (): Promise<void> => {
      hand.turn(ARM_MS);
      replay.feed.tick();
      await settle();
    },
    resize: async ([columns, rows]: Size): Promise<void> => {
      terminal.resize(columns, rows);
      Object.assign(stdout, {columns, rows});
      stdout.emit('resize');
      await settle();
    },
    close: async (): Promise<void> => {
      over.abort();
      screen.unmount();
      await screen.waitUntilExit();
      hand.turn(1);
      await running;
      terminal.dispose();
    },
  };
};

export type Opened = Awaited<ReturnType<typeof openScenario>>;

/** Opens, runs, and always closes. */
export const withScenario = async (
  scenario: Given,
  options: OpenOptions,
  use: (opened: Opened) => Promise<void>,
): Promise<void> => {
  const opened = await openScenario(scenario, options);
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
};
