import type {Status} from '../store/node-status.ts';
import type {ThemeName} from '../store/state.ts';
import {visible} from './control.ts';

/** How a text is meant; a theme says how that looks. */
export type Tone =
  | 'plain'
  | 'muted'
  | 'strong'
  | 'accent'
  | 'good'
  | 'busy'
  | 'warn'
  | 'bad'
  | 'danger'
  | 'selected'
  | 'key';

export type Style = {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
};

export type Border = {
  readonly top: string;
  readonly left: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
};

/** Everything about looks, as data. */
export type Theme = {
  readonly tones: Readonly<Record<Tone, Style>>;
  readonly status: Readonly<Record<Status, {readonly glyph: string; readonly tone: Tone}>>;
  readonly spinner: readonly string[];
  readonly bar: {readonly full: string; readonly empty: string};
  readonly border: Readonly<Record<'calm' | 'loud', Border>>;
  readonly rule: string;
  /** How keys are written, and what they do, that have signs of their own. */
  readonly keySigns: Readonly<Record<string, string>>;
  /** What is drawn in place of a sign that texts use; of the same width. */
  readonly signs: Readonly<Record<string, string>>;
  readonly marks: {
    readonly selected: string;
    readonly first: string;
    readonly arrow: string;
    readonly dot: string;
    readonly prompt: string;
    readonly yes: string;
    readonly no: string;
    readonly up: string;
    readonly down: string;
  };
  /** Values of a role's columns that are marked with `marks.first`. */
  readonly firsts: readonly string[];
};

const glyphs: Theme['status'] = {
  failed: {glyph: '✘', tone: 'danger'},
  unverified: {glyph: '✘', tone: 'danger'},
  skipped: {glyph: '⊘', tone: 'warn'},
  held: {glyph: '■', tone: 'warn'},
  asking: {glyph: '■', tone: 'warn'},
  down: {glyph: '✗', tone: 'bad'},
  'left-behind': {glyph: '✗', tone: 'bad'},
  'not-serving': {glyph: '▼', tone: 'bad'},
  unknown: {glyph: '?', tone: 'warn'},
  out: {glyph: '▽', tone: 'warn'},
  degraded: {glyph: '▲', tone: 'warn'},
  starting: {glyph: '◐', tone: 'busy'},
  working: {glyph: '◆', tone: 'busy'},
  stale: {glyph: '◌', tone: 'muted'},
  waiting: {glyph: '○', tone: 'plain'},
  ok: {glyph: '●', tone: 'good'},
  upgraded: {glyph: '✓', tone: 'good'},
  'taken-back': {glyph: '✓', tone: 'good'},
  verified: {glyph: '✔', tone: 'good'},
};

const dark: Theme = {
  tones: {
    plain: {},
    muted: {dimColor: true},
    strong: {bold: true},
    accent: {color: 'cyan'},
    good: {color: 'green'},
    busy: {color: 'cyan', bold: true},
    warn: {color: 'yellow'},
    bad: {color: 'red'},
    danger: {color: 'red', bold: true},
    selected: {inverse: true},
    key: {color: 'cyan', bold: true},
  },
  status: glyphs,
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  bar: {full: '█', empty: '░'},
  border: {
    calm: {top: '─', left: '│', topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯'},
    loud: {top: '━', left: '┃', topLeft: '┏', topRight: '┓', bottomLeft: '┗', bottomRight: '┛'},
  },
  rule: '─',
  keySigns: {},
  signs: {},
  marks: {
    selected: '▸',
    first: '★',
    arrow: '→',
    dot: '·',
    prompt: '$',
    yes: '✓',
    no: '✗',
    up: '↑',
    down: '↓',
  },
  firsts: ['master', 'leader', 'primary'],
};

const light: Theme = {
  ...dark,
  tones: {
    ...dark.tones,
    accent: {color: 'blue'},
    busy: {color: 'blue', bold: true},
    warn: {color: 'magenta'},
    key: {color: 'blue', bold: true},
  },
};

/** No colour at all: shapes and words alone. Bold and inverse stay where the terminal shows them. */
const plain: Theme = {
  ...dark,
  tones: {
    plain: {},
    muted: {},
    strong: {bold: true},
    accent: {},
    good: {},
    busy: {bold: true},
    warn: {},
    bad: {bold: true},
    danger: {bold: true},
    selected: {inverse: true},
    key: {bold: true},
  },
};

const ascii: Theme = {
  ...dark,
  status: {
    failed: {glyph: 'X', tone: 'danger'},
    unverified: {glyph: 'X', tone: 'danger'},
    skipped: {glyph: '/', tone: 'warn'},
    held: {glyph: '#', tone: 'warn'},
    asking: {glyph: '#', tone: 'warn'},
    down: {glyph: 'x', tone: 'bad'},
    'left-behind': {glyph: 'x', tone: 'bad'},
    'not-serving': {glyph: '%', tone: 'bad'},
    unknown: {glyph: '?', tone: 'warn'},
    out: {glyph: '_', tone: 'warn'},
    degraded: {glyph: '!', tone: 'warn'},
    starting: {glyph: '^', tone: 'busy'},
    working: {glyph: '*', tone: 'busy'},
    stale: {glyph: '~', tone: 'muted'},
    waiting: {glyph: '.', tone: 'plain'},
    ok: {glyph: 'o', tone: 'good'},
    upgraded: {glyph: '+', tone: 'good'},
    'taken-back': {glyph: '+', tone: 'good'},
    verified: {glyph: 'V', tone: 'good'},
  },
  spinner: ['|', '/', '-', '\\'],
  bar: {full: '#', empty: '.'},
  border: {
    calm: {top: '-', left: '|', topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+'},
    loud: {top: '=', left: '|', topLeft: '#', topRight: '#', bottomLeft: '#', bottomRight: '#'},
  },
  rule: '-',
  keySigns: {
    '↑↓←→': 'arrows',
    '↑↓': 'up/down',
    '↑ k': 'up k',
    '↓ j': 'down j',
    '← h': 'left h',
    '→': 'right',
    '⏎': 'Enter',
    中文: 'Chinese',
  },
  signs: {
    '…': '.',
    '→': '>',
    '✓': '+',
    '×': 'x',
    '·': '-',
    '—': '-',
    '␛': '?',
    '␊': '?',
    '␍': '?',
    '␦': '?',
    '“': '"',
    '”': '"',
    '’': "'",
  },
  marks: {
    selected: '>',
    first: '*',
    arrow: '->',
    dot: '-',
    prompt: '$',
    yes: '+',
    no: 'x',
    up: '^',
    down: 'v',
  },
};

/**
 * A text as it is drawn with a theme: signs that the terminal may lack are replaced. It is the one way by which text
 * reaches the screen: what a terminal would obey is shown. Views that show the words of others make them visible before, for
 * what is counted and cut has to be what is drawn.
 */
export const drawn = (words: string, {signs}: Theme): string => {
  if (/^[\x20-\x7e]*$/.test(words)) return words;
  const shown = visible(words);
  return signs['…'] === undefined ? shown : [...shown].map(sign => signs[sign] ?? sign).join('');
};

export const themes: Readonly<Record<ThemeName, Theme>> = {dark, light, plain, ascii};

/**
 * Must run before Ink is imported: a non-empty NO_COLOR turns colour off, which Ink's colours do not know by themselves.
 * Returns the name of the theme that the environment asks for.
 */
export const applyColourEnv = (env: Record<string, string | undefined>): ThemeName => {
  if ((env.NO_COLOR ?? '') === '') return 'dark';
  env.FORCE_COLOR = '0';
  return 'plain';
};
