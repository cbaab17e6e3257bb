import type {Fake} from '../model/fake.ts';
import type {System} from '../model/system.ts';
import type {Lang, Text} from '../model/text.ts';
import type {GoingOn} from '../store/state.ts';
import type {Signs} from '../ui/afar.ts';
import {write} from './write.ts';

/** Everything a command takes from outside. Systems are loaded when they are first needed: --version needs none. */
export type Outside = {
  systems(): Promise<readonly System[]>;
  /** Systems that can pretend. Only the demo asks for them: what is real is upgraded without any of it being loaded. */
  fakes(): Promise<readonly Fake[]>;
  /** The built program that plays a system's nodes in the demo. */
  fakeProgram(system: string): string;
  /** The folder that holds what the demo's scenarios show, recorded of real runs. */
  readonly recordings: string;
  /** The process's own environment: NO_COLOR is passed on to the screen's colours in it. */
  readonly env: Record<string, string | undefined>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
};

/** The options every command has. */
export type Common = {
  readonly lang: Lang;
  readonly theme: string | null;
  readonly ascii: boolean;
  readonly plain: boolean;
  /** Lines that a screen reader says, instead of a screen. */
  readonly aloud: boolean;
  readonly json: boolean;
  /** Which signs the terminal may be given for those who do not look at the screen. */
  readonly signs: Signs;
};

/** A command in progress: where it runs, how it was asked, how it speaks. */
export type Context = {
  readonly outside: Outside;
  readonly common: Common;
  readonly goingOn: GoingOn;
  /** How long everything takes here, measured by what it takes on a real cluster: 1, or less in a demo that goes faster. */
  readonly pace: number;
  /** From now on it speaks that language: the operator changed it on the screen. */
  speak(lang: Lang): void;
  /** The same command inside of another world, such as a demo; it speaks as this one does. */
  inside(outside: Outside, goingOn: GoingOn, pace: number): Context;
  /** Result lines, on stdout. */
  print(line: string): void;
  /** Progress and advice, on stderr; nothing with --json. */
  tell(words: Text): void;
};

const contextOf = (outside: Outside, how: {common: Common}, goingOn: GoingOn, pace: number): Context => ({
  outside,
  get common() {
    return how.common;
  },
  goingOn,
  pace,
  speak: lang => {
    how.common = {...how.common, lang};
  },
  inside: (world, then, faster) => contextOf(world, how, then, faster),
  print: line => write(outside.stdout, `${line}\n`),
  tell: words => {
    if (!how.common.json) write(outside.stderr, `${words[how.common.lang]}\n`);
  },
});

export const makeContext = (outside: Outside, common: Common): Context =>
  contextOf(outside, {common}, 'command', 1);

/** How this program is called from where it was started: what is printed to be typed begins with it. */
export const programOf = ({env}: Pick<Outside, 'env'>): string =>
  env.npm_lifecycle_event === undefined ? 'lakeup' : 'npm run lakeup --';

/** A person can read what is written, and press keys. */
export const hasPerson = ({stdin, stdout}: Outside): boolean => stdin.isTTY === true && stdout.isTTY === true;

/** A person can see a screen and press keys. */
export const hasTerminal = (outside: Outside): boolean => hasPerson(outside) && outside.env.TERM !== 'dumb';

/** Whether a person follows as they asked to, on a screen or by ear; else events are printed, and nobody answers. */
export const opensScreen = ({
  outside,
  common: {plain, json, aloud},
}: Pick<Context, 'outside' | 'common'>): boolean =>
  !plain && !json && (aloud ? hasPerson(outside) : hasTerminal(outside));
