import type {Lang, Text} from '../model/text.ts';
import type {State, ThemeName} from '../store/state.ts';
import {type Line, line, type Span, span} from './line.ts';
import {type Theme, type Tone, themes} from './theme.ts';

/** What views write with: a language and a theme. */
export type Pen = {
  readonly lang: Lang;
  readonly theme: Theme;
  /** The words in the pen's language. */
  readonly t: (words: Text) => string;
  readonly say: (words: Text, tone?: Tone) => Span;
  /** A key of the table, or what it does, as this theme writes it. */
  readonly key: (shown: string) => string;
};

const pens = new Map<string, Pen>();

/** The pen of a language and a theme: always the same object. */
export const penOf = (lang: Lang, theme: ThemeName): Pen => {
  const known = pens.get(`${lang} ${theme}`);
  if (known !== undefined) return known;
  const pen: Pen = {
    lang,
    theme: themes[theme],
    t: words => words[lang],
    say: (words, tone = 'plain') => span(words[lang], tone),
    key: shown => themes[theme].keySigns[shown] ?? shown,
  };
  pens.set(`${lang} ${theme}`, pen);
  return pen;
};

export const penFor = (state: Pick<State, 'lang' | 'theme'>): Pen => penOf(state.lang, state.theme);

/** Signs are read out by their long names, and a capital letter sounds like a small one. */
const aloud = (lang: Lang): Pen => {
  const pen = penOf(lang, 'ascii');
  return {...pen, key: shown => (/^[A-Z]$/.test(shown) ? `Shift-${shown}` : pen.key(shown))};
};
const pensAloud: Readonly<Record<Lang, Pen>> = {en: aloud('en'), zh: aloud('zh')};

/** The pen of what is said to a screen reader, whatever the theme. */
export const penAloud = ({lang}: Pick<State, 'lang'>): Pen => pensAloud[lang];

/** How wide a rule's title may be, beside what stands at its right end. */
export const titleRoom = (width: number, right: number): number => width - 5 - (right > 0 ? right + 4 : 0);

/** "── title ─────── right ──", as wide as asked. */
export const ruleLine = (
  pen: Pen,
  title: Line,
  right: Line,
  width: number,
  lineWidth: (spans: Line) => number,
): Line => {
  const {rule} = pen.theme;
  const used = 4 + lineWidth(title) + (right.length > 0 ? lineWidth(right) + 4 : 0);
  const fill = rule.repeat(Math.max(1, width - used));
  const head = [span(`${rule}${rule} `, 'muted'), ...title, span(` ${fill}`, 'muted')];
  return right.length > 0 ? line(...head, ' ', ...right, span(` ${rule}${rule}`, 'muted')) : head;
};
