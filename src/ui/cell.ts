import {formatClock} from '../lib/duration.ts';
import type {CellFacts} from '../store/node-status.ts';
import type {GridLayout} from './grid-layout.ts';
import {type Line, line, span} from './line.ts';
import {STATUS_WORDS} from './messages.ts';
import type {Pen} from './pen.ts';
import {cut, pad, widthOf} from './width.ts';

/** Statuses that need nobody: there the marks of a role win over the word when there is no room for both. */
const CALM: ReadonlySet<string> = new Set(['ok', 'waiting', 'upgraded', 'verified']);

const marksOf = (facts: CellFacts, pen: Pen): string =>
  facts.marks
    .split(' ')
    .filter(mark => mark !== '')
    .map(mark => (pen.theme.firsts.includes(mark) ? `${pen.theme.marks.first} ${mark}` : mark))
    .join(' ');

/** "start 0:14/10:00", "waiting": the longest way to say it that fits. */
export const statusPhrase = (facts: CellFacts, pen: Pen, width = Number.POSITIVE_INFINITY): string => {
  const {step, seconds, limitMs, status} = facts;
  if (step === null || CALM.has(status)) return pen.t(STATUS_WORDS[status]);
  if (status === 'asking') return pen.t(STATUS_WORDS.asking);
  const word = pen.t(STATUS_WORDS[status]);
  const title = pen.t(step.title);
  const clock = `${title} ${formatClock((seconds ?? 0) * 1000)}`;
  const limit = limitMs > 0 ? `/${formatClock(limitMs)}` : '';
  const ways =
    status === 'working' && seconds !== null
      ? [clock + limit, clock, `${step.name} ${formatClock(seconds * 1000)}`, step.name]
      : [`${word}: ${title}`, `${word}: ${step.name}`, word];
  return ways.find(way => widthOf(way) <= width) ?? ways.at(-1) ?? word;
};

/** The glyph of a cell: a spinner while its step runs. */
export const glyphOf = (facts: CellFacts, pen: Pen, pulse: number): string => {
  const {spinner, status} = pen.theme;
  if (facts.status !== 'working' || facts.seconds === null) return status[facts.status].glyph;
  return spinner[pulse % spinner.length] ?? status.working.glyph;
};

const tail = (facts: CellFacts, pen: Pen, width: number): string => {
  const marks = marksOf(facts, pen);
  const words = statusPhrase(facts, pen, width);
  const both = marks === '' ? words : `${marks} ${words}`;
  if (widthOf(both) <= width || marks === '') return cut(both, width);
  return cut(CALM.has(facts.status) ? marks : words, width);
};

export type CellLook = {
  readonly facts: CellFacts;
  readonly name: string;
  readonly selected: boolean;
  readonly pulse: number;
};

/** One cell of the grid as one or two lines: mark of selection, shape, name, version, marks, word. */
export const cellLines = ({facts, name, selected, pulse}: CellLook, layout: GridLayout, pen: Pen): Line[] => {
  const {status, marks} = pen.theme;
  const {tone} = status[facts.status];
  const width = layout.cellWidth - 2;
  const glyph = glyphOf(facts, pen, pulse);
  const stale = facts.status === 'stale';
  const version = facts.version === '' ? '' : stale ? `(${facts.version})` : facts.version;
  const head = [span(selected ? marks.selected : ' ', 'accent'), span(`${glyph} `, tone)];
  const nameSpan = span(
    pad(name, layout.nameWidth),
    selected ? 'selected' : facts.status === 'working' ? 'strong' : 'plain',
  );
  if (layout.density === 'rich') {
    const second = [version, statusPhrase(facts, pen, width - 4 - widthOf(version))]
      .filter(word => word !== '')
      .join(' ');
    return [
      line(
        ...head,
        nameSpan,
        span(cut(` ${marksOf(facts, pen)}`.trimEnd(), width - layout.nameWidth - 3), 'muted'),
      ),
      line('   ', span(cut(second, width - 3), facts.status === 'waiting' ? 'muted' : tone)),
    ];
  }
  const room = width - 3 - layout.nameWidth - 1;
  if (layout.density === 'dense') {
    const calm = CALM.has(facts.status) || facts.status === 'stale';
    const words =
      facts.status === 'working' && facts.step !== null
        ? pen.t(facts.step.title)
        : pen.t(STATUS_WORDS[facts.status]);
    const text = `${glyph} ${pad(name, layout.nameWidth)} ${cut(calm && version !== '' ? version : words, room)}`;
    // One text in one tone: hundreds of these are on the screen, and each piece costs.
    return [
      selected ? line(span(marks.selected, 'accent'), span(text, 'selected')) : line(span(` ${text}`, tone)),
    ];
  }
  const shown = version === '' ? '' : `${pad(version, 6)} `;
  return [
    line(
      ...head,
      nameSpan,
      span(` ${shown}`, 'muted'),
      span(tail(facts, pen, room - widthOf(shown)), facts.status === 'waiting' ? 'muted' : tone),
    ),
  ];
};
