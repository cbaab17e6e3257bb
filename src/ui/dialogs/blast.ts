import {formatBytes, formatCount} from '../../lib/bytes.ts';
import {momentOf} from '../../lib/moment.ts';
import {describeFact} from '../../model/describe-facts.ts';
import type {Fact, Facts} from '../../model/facts.ts';
import type {ConfirmGate, Step} from '../../model/plan.ts';
import type {Text} from '../../model/text.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, lineWidth, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {pad, padLeft, widthOf} from '../width.ts';

/** `now`: against which a moment of another day gets its date. `roomy`: a line for each fact, where there is room. */
export type BlastView = {
  readonly now: number;
  readonly roomy: boolean;
  /** What facts are called, where the product has words for them. */
  readonly titles: Readonly<Record<string, Text>>;
};

/** A figure as a person reads it: sizes with their unit, counts with their thousands apart, moments by the clock. */
const shownFact = (name: string, value: Fact | undefined, {now}: BlastView, pen: Pen): string => {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return pen.t(value ? messages.yes : messages.no);
  if (typeof value !== 'number') return visible(pen.t(describeFact(value)));
  if (/At$/.test(name)) return momentOf(value, now);
  return /bytes$/i.test(name) ? formatBytes(value) : formatCount(value);
};

/** How a fact is called there; where the product has no word for it, by its own name: what that tells of the unit is seen. */
const shownName = (name: string, {titles}: BlastView, pen: Pen): string => {
  const title = titles[name];
  if (title !== undefined) return pen.t(title);
  return name.replace(/At$/, '').replace(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
};

/** What can be added up, over all looks; '' for the rest, and where there is only one. */
const totalsOf = (names: readonly string[], blast: readonly Facts[], view: BlastView, pen: Pen): string[] =>
  names.map(name => {
    const values = blast.map(facts => facts[name]);
    const numbers = values.filter(value => typeof value === 'number');
    const adds = numbers.length === values.length && numbers.length > 1 && !/At$/.test(name);
    return adds
      ? shownFact(
          name,
          numbers.reduce((all, n) => all + n, 0),
          view,
          pen,
        )
      : '';
  });

/** So many rows are seen together with what they add up to. */
const ROWS_BEFORE_TOTAL = 8;

type Row = {readonly head: string; readonly values: readonly string[]; readonly tone: 'danger' | 'strong'};

/** Columns, with figures at their right ends. */
const tableLines = (
  names: readonly string[],
  rows: readonly Row[],
  numeric: readonly boolean[],
): readonly Line[] => {
  const cells = [['', ...names], ...rows.map(({head, values}) => [head, ...values])];
  const widths = ['', ...names].map((_, column) => Math.max(...cells.map(row => widthOf(row[column] ?? ''))));
  return cells.map((row, r) =>
    line(
      ...row.map((value, column) => {
        const room = widths[column] ?? 0;
        const cell = column > 0 && numeric[column - 1] === true ? padLeft(value, room) : pad(value, room);
        return span(column === row.length - 1 ? cell : `${cell}  `, rows[r - 1]?.tone ?? 'muted');
      }),
    ),
  );
};

/** "name value" one after another behind the node, as many in a line as there is room for; a long value is broken. */
const flownLines = (names: readonly string[], rows: readonly Row[], width: number): Line[] => {
  const column = Math.max(...rows.map(({head}) => widthOf(head))) + 2;
  return rows.flatMap(({head, values, tone}) => {
    const lines: Line[] = [];
    let now: Line = EMPTY;
    const room = width - column;
    for (const [i, value] of values.entries()) {
      if (value === '') continue;
      const label = line(span(`${names[i]} `, 'muted'));
      const item = line(...label, span(value, tone));
      const joined = now.length === 0 ? item : line(...now, '   ', ...item);
      if (lineWidth(joined) <= room) {
        now = joined;
        continue;
      }
      if (now.length > 0) lines.push(now);
      const broken = wrapped(value, room, tone, label);
      lines.push(...broken.slice(0, -1));
      now = broken.at(-1) ?? EMPTY;
    }
    return [...lines, now].map((spans, i) =>
      line(span(pad(i === 0 ? head : '', column), 'strong'), ...spans),
    );
  });
};

/** A line for each fact, names and values in columns of their own. */
const listLines = (names: readonly string[], rows: readonly Row[], width: number): Line[] => {
  const column = Math.max(...rows.map(({head}) => widthOf(head))) + 2;
  const nameWidth = Math.max(...names.map(widthOf)) + 2;
  return rows.flatMap(({head, values, tone}) =>
    values
      .flatMap((value, i) => (value === '' ? [] : [[names[i] ?? '', value] as const]))
      .flatMap(([name, value], i) =>
        wrapped(
          value,
          width,
          tone,
          line(span(pad(i === 0 ? head : '', column), 'strong'), span(pad(name, nameWidth), 'muted')),
        ),
      ),
  );
};

/** What would be hit, look by look: a table where it is not too wide for the screen, with totals of what adds up. */
export const blastLines = (
  gate: ConfirmGate,
  blast: readonly Facts[],
  view: BlastView,
  pen: Pen,
  width: number,
): readonly Line[] => {
  const names = [...new Set(blast.flatMap(facts => Object.keys(facts)))].filter(name => name !== 'health');
  const totals = totalsOf(names, blast, view, pen);
  const each: readonly Row[] = blast.map((facts, i) => ({
    head: gate.blast[i]?.node ?? '',
    values: names.map(name => shownFact(name, facts[name], view, pen)),
    tone: 'danger' as const,
  }));
  const total: readonly Row[] = totals.some(value => value !== '')
    ? [{head: pen.t(messages.total), values: totals, tone: 'strong'}]
    : [];
  // Of many the sum has to be seen first.
  const rows = each.length > ROWS_BEFORE_TOTAL ? [...total, ...each] : [...each, ...total];
  const shown = names.map(name => shownName(name, view, pen));
  const table = tableLines(
    shown,
    rows,
    names.map(name => blast.every(facts => typeof facts[name] === 'number')),
  );
  if (Math.max(...table.map(lineWidth)) <= width) return table;
  return view.roomy ? listLines(shown, rows, width) : flownLines(shown, rows, width);
};

/** What is destroyed where; what is the same of many nodes is said once, for each of them stands among the figures. */
export const destroyedBy = (
  steps: readonly Step[],
): readonly {readonly node: string; readonly words: Text}[] => {
  const nodes = new Map<string, {words: Text; on: Set<string>}>();
  for (const {node, destroys} of steps) {
    if (destroys === undefined) continue;
    const known = nodes.get(destroys.en) ?? {words: destroys, on: new Set()};
    nodes.set(destroys.en, known);
    known.on.add(node);
  }
  return [...nodes.values()].map(({words, on}) => {
    const [first = '', ...others] = on;
    return {node: others.length === 0 ? first : `${first} + ${others.length}`, words};
  });
};
