import type {Terminal} from './terminal.ts';

/** The bytes of keys that are no characters. */
export const KEY = {enter: '\r', esc: '\x1b', ctrlC: '\x03', down: '\x1b[B'} as const;

const PHASE_WITHIN_MS = 300_000;

const VERDICT = /nodes verified [─━]/;
const HELD = /[╭┏][─━] Held/;
const ANY_PHASE = /[╭┏][─━] (Phase \d+ of \d+[^─━]*)/;
/** The frame of the question before a phase. */
export const phaseTitle = (n: number): RegExp => new RegExp(`[╭┏][─━] Phase ${n} of \\d`);

/**
 * The key that the question's last line names, once it counts; null before. A terminal may have drawn the line in part:
 * the rest, to the frame's edge, may say that keys do not count yet.
 */
const namedKey = (screen: string): string | null => {
  const [line, key] = /[│┃] (\S) {2}(?:begin|retry|destroy).*[│┃]$/m.exec(screen) ?? [];
  return key === undefined || line?.includes('one moment') ? null : key;
};

/** Waits until the question before a phase stands there and its keys count. Returns what was read. */
export const asked = (terminal: Terminal, phase: number, withinMs = PHASE_WITHIN_MS): Promise<string> => {
  const title = phaseTitle(phase);
  return terminal.waitFor(screen => title.test(screen) && namedKey(screen) !== null, withinMs);
};

/** Presses the key that a question was read to name for going on, and does not wait for what comes of it. */
export const pressYes = (terminal: Terminal, screen: string): void => terminal.press(namedKey(screen) ?? '');

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

/** A word is wanted, and its keys count. The line below says so; a terminal that has drawn the question in part has none yet. */
const takesWord = (screen: string): boolean => /[│┃] \S _ [^\n]*\n[^\n]*[│┃] Ctrl-C {2}/.test(screen);

/** Types a word where a question wants one, as a person does, key by key. */
export const typed = async (terminal: Terminal, word: string): Promise<void> => {
  await terminal.waitFor(takesWord);
  for (const [i, key] of [...word].entries()) {
    terminal.press(key);
    await terminal.waitFor(new RegExp(`[│┃] \\S ${word.slice(0, i + 1)}[_ ]`));
  }
};

/** Presses the key that the question names, once it counts, and waits until the question is answered. */
export const pressed = async (terminal: Terminal, title: RegExp): Promise<void> => {
  const complete = await terminal.waitFor(seen => title.test(seen) && namedKey(seen) !== null);
  terminal.press(namedKey(complete) ?? '');
  await terminal.waitFor(seen => !title.test(seen));
};

/**
 * Reads the question before something of a node is destroyed, types the cluster's name as a person does, key by key, and
 * presses the key it names. Returns what was read.
 */
export const destroy = async (
  terminal: Terminal,
  node: string,
  cluster: string,
  withinMs = PHASE_WITHIN_MS,
): Promise<string> => {
  const title = new RegExp(`[╭┏][─━] Phase \\d+ of \\d+ · .* · ${node} `);
  const screen = await terminal.waitFor(seen => title.test(seen) && takesWord(seen), withinMs);
  await typed(terminal, cluster);
  await pressed(terminal, title);
  return screen;
};

/** Waits until the run is held at a node, and the keys of its question count. Returns what it says. */
export const held = (terminal: Terminal, node: string, withinMs = PHASE_WITHIN_MS): Promise<string> =>
  terminal.waitFor(
    seen => /[╭┏][─━] Held · (\S+)/.exec(seen)?.[1] === node && namedKey(seen) !== null,
    withinMs,
  );

/** Waits for the end that all is proved. Returns what is read. */
export const verified = (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<string> =>
  terminal.waitFor(VERDICT, withinMs);

/** Reads the verdict, closes the screen, and returns the exit code. */
export const finish = async (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<number> => {
  await verified(terminal, withinMs);
  terminal.press('q');
  return terminal.exited();
};

/** The same wherever it is held, and for what the screen says. */
export const heldAnywhere = (
  terminal: Terminal,
  withinMs = PHASE_WITHIN_MS,
  says: (screen: string) => boolean = () => true,
): Promise<string> =>
  terminal.waitFor(seen => HELD.test(seen) && namedKey(seen) !== null && says(seen), withinMs);

/** Lets a held run try again, and waits until it is at it. */
export const retry = async (terminal: Terminal): Promise<void> => {
  terminal.press('r');
  await terminal.waitFor(seen => !HELD.test(seen));
};

/** Waits for whatever comes next: the question before a phase, once its keys count, or the verdict. Throws when the run is held. */
const next = async (terminal: Terminal, withinMs: number): Promise<string> => {
  const screen = await terminal.waitFor(
    seen => VERDICT.test(seen) || HELD.test(seen) || (ANY_PHASE.test(seen) && namedKey(seen) !== null),
    withinMs,
  );
  if (VERDICT.test(screen) || ANY_PHASE.test(screen)) return screen;
  throw new Error(`the run is held\n${screen}`);
};

/** Presses the key that the question before a phase names, and waits until it is gone. */
const goOn = async (terminal: Terminal, screen: string): Promise<void> => {
  const [, title] = ANY_PHASE.exec(screen) ?? [];
  terminal.press(namedKey(screen) ?? '');
  await terminal.waitFor(seen => ANY_PHASE.exec(seen)?.[1] !== title);
};

/** Waits for the next question, of a phase or of something that is destroyed, once its keys count. Throws when the run is held. */
export const nextQuestion = async (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<string> => {
  const screen = await terminal.waitFor(
    seen => HELD.test(seen) || (ANY_PHASE.test(seen) && (namedKey(seen) !== null || takesWord(seen))),
    withinMs,
  );
  if (ANY_PHASE.test(screen)) return screen;
  throw new Error(`the run is held\n${screen}`);
};

/** Says yes to the question that was read; where a word is wanted, by typing it first. */
const answerYes = async (terminal: Terminal, screen: string, word: string): Promise<void> => {
  if (!takesWord(screen)) return goOn(terminal, screen);
  const [, title = ''] = ANY_PHASE.exec(screen) ?? [];
  await typed(terminal, word);
  pressYes(terminal, await terminal.waitFor(seen => namedKey(seen) !== null));
  await terminal.waitFor(seen => ANY_PHASE.exec(seen)?.[1] !== title);
};

/** Says yes to whatever is asked, typing the word where one is wanted, for as long as the program runs. */
export const answerAll = async (terminal: Terminal, word: string): Promise<never> => {
  for (;;) await answerYes(terminal, await nextQuestion(terminal), word);
};

/** Agrees to every phase that is asked about until the verdict stands there, closes the screen, and returns the exit code. */
export const agreeToAll = async (terminal: Terminal, withinMs = PHASE_WITHIN_MS): Promise<number> => {
  for (;;) {
    const screen = await next(terminal, withinMs);
    if (VERDICT.test(screen)) return finish(terminal);
    await goOn(terminal, screen);
  }
};

/** Agrees to every phase before the one of that title. Returns its question, which is not answered. */
export const agreeUntil = async (
  terminal: Terminal,
  title: string,
  withinMs = PHASE_WITHIN_MS,
): Promise<string> => {
  for (;;) {
    const screen = await next(terminal, withinMs);
    if (new RegExp(`[╭┏][─━] Phase \\d+ of \\d+ · ${title} `).test(screen)) return screen;
    if (VERDICT.test(screen)) throw new Error(`"${title}" was never asked about\n${screen}`);
    await goOn(terminal, screen);
  }
};

/** Agrees to every phase up to the one of that title, and to it. Returns its question. */
export const agreeUpTo = async (
  terminal: Terminal,
  title: string,
  withinMs = PHASE_WITHIN_MS,
): Promise<string> => {
  const screen = await agreeUntil(terminal, title, withinMs);
  await goOn(terminal, screen);
  return screen;
};

/** What the grid says of a node: its cell of one line or two, from its name on; empty when it is not in the grid. */
export const cellOf = (screen: string, node: string): string => {
  const lines = screen.split('\n');
  const row = lines.findIndex(line => new RegExp(`[^\\w\\s·→:,：，、] ${node}( |$)`).test(line));
  const line = lines[row] ?? '';
  const from = line.indexOf(`${node}`);
  if (from < 0) return '';
  const next = /\s\S{1,2} [a-z]+-\d/.exec(line.slice(from));
  const to = next === null ? undefined : from + next.index;
  const below = (lines[row + 1] ?? '').slice(from, to);
  return `${line.slice(from, to)}${/[a-z]+-\d/.test(below) ? '' : ` ${below}`}`.replace(/\s+/g, ' ').trim();
};

/** Waits until the grid says this of a node. */
export const seesNode = (
  terminal: Terminal,
  node: string,
  what: RegExp,
  withinMs = 120_000,
): Promise<string> => terminal.waitFor(seen => what.test(cellOf(seen, node)), withinMs);
