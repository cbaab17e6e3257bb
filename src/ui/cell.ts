import {formatBrief, formatBriefLimit, formatClock} from '../lib/duration.ts';
import type {CellFacts} from '../store/node-status.ts';
import type {GridLayout} from './grid-layout.ts';
import {type Line, line, type Span, span} from './line.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {SHORT_STATUS_WORDS, STATUS_WORDS} from './status-words.ts';
import type {Tone} from './theme.ts';
import {cut, pad, widthOf} from './width.ts';

/** Statuses that need nobody: there the marks of a role win over the word when there is no room for both. */
const CALM: ReadonlySet<string> = new Set(['ok', 'waiting', 'upgraded', 'taken-back', 'verified']);

const marksOf = (facts: CellFacts, pen: Pen): string =>
  facts.marks
    .split(' ')
    .filter(mark => mark !== '')
    .map(mark => (pen.theme.firsts.includes(mark) ? `${pen.theme.marks.first} ${mark}` : mark))
    .join(' ');

const fitting = (ways: readonly string[], width: number): string =>
  ways.find(way => widthOf(way) <= width) ?? ways.at(-1) ?? '';

/** "out since 02:14:17", "out": the longest way to say it that fits; nothing where the node serves. */
const outPhrase = (
  {outSince, outClock, outAtLeast, outCertain}: CellFacts,
  pen: Pen,
  width: number,
): string => {
  if (outSince === null) return '';
  const clock = messages.moment(outClock, outAtLeast);
  const ways = [
    messages.outOf(clock, outCertain),
    messages.outSince(clock, outCertain),
    messages.outAt(clock, outCertain),
    messages.outShort(outCertain),
  ];
  return fitting(ways.map(pen.t), width);
};

/** What a step does and for how long: how long it may take at most is in each way to say it, where there is such a limit. */
const workWays = (title: string, name: string, ms: number, limitMs: number): readonly string[] => {
  const clock = formatClock(ms);
  if (limitMs === 0) return [`${title} ${clock}`, `${name} ${clock}`, name];
  const [full, brief] = [
    `${clock}/${formatClock(limitMs)}`,
    `${formatBrief(ms)}/${formatBriefLimit(limitMs)}`,
  ];
  return [`${title} ${full}`, `${name} ${full}`, `${name} ${brief}`, full, brief];
};

/** "start 0:14/10:00", "waiting": the longest way to say it that fits. */
export const statusPhrase = (facts: CellFacts, pen: Pen, width = Number.POSITIVE_INFINITY): string => {
  const {step, seconds, limitMs, status} = facts;
  if (status === 'out') return outPhrase(facts, pen, width);
  if (step === null || CALM.has(status)) return pen.t(STATUS_WORDS[status]);
  if (status === 'asking') return pen.t(STATUS_WORDS.asking);
  const word = pen.t(STATUS_WORDS[status]);
  const title = pen.t(step.title);
  const head = status === 'working' ? pen.t(messages.checking) : word;
  const ways =
    status === 'working' && seconds !== null
      ? workWays(title, step.name, seconds * 1000, limitMs)
      : [`${head}: ${title}`, `${head}: ${step.name}`, head];
  return fitting(ways, width);
};

/** The glyph of a cell: a spinner while its step runs. */
export const glyphOf = (facts: CellFacts, pen: Pen, pulse: number): string => {
  const {spinner, status} = pen.theme;
  if (facts.status !== 'working' || facts.seconds === null) return status[facts.status].glyph;
  return spinner[pulse % spinner.length] ?? status.working.glyph;
};

/** Whether it is to be said beside the word that the node is out of service: a step that stops it says so itself. */
const tellsOut = ({status, outSince, outCertain}: CellFacts): boolean =>
  outSince !== null && status !== 'out' && (outCertain || status !== 'working');

/**
 * Word, and that the node is out of service, or its marks, as much as there is room for; on a node that needs nobody the
 * marks matter more.
 */
const tail = (facts: CellFacts, pen: Pen, width: number): string => {
  const marks = marksOf(facts, pen);
  const words = statusPhrase(facts, pen, width);
  const beside = tellsOut(facts) ? outPhrase(facts, pen, width - widthOf(words) - 2) : '';
  if (beside !== '' && widthOf(words) + 2 + widthOf(beside) <= width) return `${words}, ${beside}`;
  const [first = ''] = marks.split(/(?<=\p{L}) (?=\D)/u);
  const ways = marks === '' ? [words] : [`${marks} ${words}`, `${first} ${words}`];
  const calm = CALM.has(facts.status) && marks !== '';
  return ways.find(way => widthOf(way) <= width) ?? cut(calm ? marks : words, width);
};

export type CellLook = {
  readonly facts: CellFacts;
  readonly name: string;
  readonly selected: boolean;
  readonly pulse: number;
};

/** Name and what comes before it: the mark of selection and the shape. */
const headOf = (look: CellLook, layout: GridLayout, pen: Pen): Span[] => {
  const {facts, name, selected, pulse} = look;
  const {status, marks} = pen.theme;
  const tone = selected ? 'selected' : facts.status === 'working' ? 'strong' : 'plain';
  return [
    span(selected ? marks.selected : ' ', 'accent'),
    span(`${glyphOf(facts, pen, pulse)} `, status[facts.status].tone),
    span(pad(name, layout.nameWidth), tone),
  ];
};

const versionOf = ({version, status}: CellFacts): string =>
  version !== '' && status === 'stale' ? `(${version})` : version;

const wordTone = ({status}: CellFacts, pen: Pen): Tone =>
  status === 'waiting' ? 'muted' : pen.theme.status[status].tone;

/** Two lines: name and marks, then version and word. */
const richLines = (look: CellLook, layout: GridLayout, pen: Pen, width: number): Line[] => {
  const {facts} = look;
  const version = versionOf(facts);
  const phrase = statusPhrase(facts, pen, width - 4 - widthOf(version));
  const room = width - layout.nameWidth - 3;
  const marks = marksOf(facts, pen);
  const out = tellsOut(facts) ? outPhrase(facts, pen, room - 1) : '';
  const roomy = widthOf(marks) + widthOf(out) + 2 <= room;
  return [
    line(
      ...headOf(look, layout, pen),
      span(cut((out === '' || roomy) && marks !== '' ? ` ${marks}` : '', room), 'muted'),
      span(out === '' ? '' : ` ${out}`, 'warn'),
    ),
    line(
      '   ',
      span(cut([version, phrase].filter(word => word !== '').join(' '), width - 3), wordTone(facts, pen)),
    ),
  ];
};

/** One line: name, version, marks and word as far as there is room. */
const lineLines = (look: CellLook, layout: GridLayout, pen: Pen, width: number): Line[] => {
  const {facts} = look;
  const version = versionOf(facts);
  const shown = version === '' ? ' ' : ` ${pad(version, 6)} `;
  const room = width - 3 - layout.nameWidth - widthOf(shown);
  return [
    line(
      ...headOf(look, layout, pen),
      span(shown, 'muted'),
      span(tail(facts, pen, room), wordTone(facts, pen)),
    ),
  ];
};

const denseWord = (facts: CellFacts, pen: Pen, width: number): string => {
  const {status, step, seconds} = facts;
  if (status === 'out') return outPhrase(facts, pen, width);
  if (status === 'working' && step !== null)
    return seconds === null
      ? fitting([pen.t(step.title), step.name], width)
      : statusPhrase(facts, pen, width);
  const word = STATUS_WORDS[status];
  return fitting([word, SHORT_STATUS_WORDS[status] ?? word].map(pen.t), width);
};

/** The least: shape, name, and the version of a node that needs nobody or the word of one that does. */
const denseLines = (
  {facts, name, selected, pulse}: CellLook,
  layout: GridLayout,
  pen: Pen,
  width: number,
): Line[] => {
  const {status, marks, firsts} = pen.theme;
  const version = versionOf(facts);
  const first = facts.marks.split(' ').some(mark => firsts.includes(mark)) ? ` ${marks.first}` : '';
  const room = width - 4 - layout.nameWidth;
  const calm = (CALM.has(facts.status) || facts.status === 'stale') && version !== '';
  const said = cut(calm ? version + first : denseWord(facts, pen, room), room);
  const text = `${glyphOf(facts, pen, pulse)} ${pad(name, layout.nameWidth)} ${said}`;
  // One text in one tone: hundreds of these are on the screen, and each piece costs.
  return [
    selected
      ? line(span(marks.selected, 'accent'), span(text, 'selected'))
      : line(span(` ${text}`, status[facts.status].tone)),
  ];
};

/** One cell of the grid, as one line or two. */
export const cellLines = (look: CellLook, layout: GridLayout, pen: Pen): Line[] => {
  const make = {rich: richLines, line: lineLines, dense: denseLines}[layout.density];
  return make(look, layout, pen, layout.cellWidth - 2);
};
