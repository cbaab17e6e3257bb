import type {Terminal} from './terminal.ts';

/** The bytes of keys that are no characters. */
export const KEY = {enter: '\r', esc: '\x1b', ctrlC: '\x03', down: '\x1b[B'} as const;

const PHASE_WITHIN_MS = 300_000;

const VERDICT = /nodes verified [─━]/;
const HELD = /[╭┏][─━] Held/;
const ANY_PHASE = /[╭┏][─━] (Phase \d of \d)/;
/** The frame of the question before a phase. */
export const phaseTitle = (n: number): RegExp => new RegExp(`[╭┏][─━] Phase ${n} of \\d`);

/** The key that the question's last line names, once it counts; null before. */
export const namedKey = (screen: string): string | null => {
  if (screen.includes('one moment')) return null;
  return /[│┃] (\S) {2}(?:begin|retry)/.exec(screen)?.[1] ?? null;
};

/** Waits until the question before a phase stands there and its keys count. Returns what was read. */
export const asked = (terminal: Terminal, phase: number, withinMs = PHASE_WITHIN_MS): Promise<string> => {
  const title = phaseTitle(phase);
  return terminal.waitFor(screen => title.test(screen) && namedKey(screen) !== null, withinMs);
};

/** Reads the question before a phase and presses the key it names for going on. Returns what was read. */
export const agree = async (
  terminal: Terminal,
  phase: number,
  withinMs = PHASE_WITHIN_MS,
): Promise<string> => {
  const screen = await asked(terminal, phase, withinMs);
  const title = phaseTitle(phase);
  terminal.press(namedKey(screen) ?? '');
  await terminal.waitFor(seen => !title.test(seen));
  return screen;
};

/** Reads the verdict, closes the screen, and returns the exit code. */
export const finish = async (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<number> => {
  await terminal.waitFor(VERDICT, withinMs);
  terminal.press('q');
  return terminal.exited();
};

/** Agrees to every phase that is asked about until the verdict stands there, closes the screen, and returns the exit code. */
export const agreeToAll = async (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<number> => {
  for (;;) {
    const screen = await terminal.waitFor(
      seen => VERDICT.test(seen) || HELD.test(seen) || (ANY_PHASE.test(seen) && namedKey(seen) !== null),
      withinMs,
    );
    if (VERDICT.test(screen)) return finish(terminal);
    const [, title] = ANY_PHASE.exec(screen) ?? [];
    if (title === undefined) throw new Error(`the run is held\n${screen}`);
    terminal.press(namedKey(screen) ?? '');
    await terminal.waitFor(seen => ANY_PHASE.exec(seen)?.[1] !== title);
  }
};
