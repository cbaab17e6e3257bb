import type {NodeReport, Report} from '../model/report.ts';
import type {Lang} from '../model/text.ts';
import {outSpan, paragraph, type ReportStyle, section} from './report-lines.ts';
import {words} from './report-words.ts';
import {padLeft, widthOf} from './width.ts';

const numbered = (name: string): {readonly stem: string; readonly n: number} | null => {
  const [, stem, digits] = /^(.*?)(0|[1-9]\d*)$/.exec(name) ?? [];
  return stem === undefined || digits === undefined ? null : {stem, n: Number(digits)};
};

const follows = (before: string, name: string): boolean => {
  const [a, b] = [numbered(before), numbered(name)];
  return a !== null && b !== null && a.stem === b.stem && b.n === a.n + 1;
};

/** Names in their order, those that follow each other by their numbers as "be-1 to be-9". */
export const folded = (names: readonly string[], lang: Lang): string => {
  const rows: [string, ...string[]][] = [];
  for (const name of names) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row !== undefined && last !== undefined && follows(last, name)) row.push(name);
    else rows.push([name]);
  }
  return rows
    .flatMap(row => {
      const [first, last] = [row[0], row.at(-1) ?? row[0]];
      return row.length > 2 ? [words.fromTo(first, last)[lang]] : row;
    })
    .join(', ');
};

const spanOf = (node: NodeReport, lang: Lang): string =>
  node.outages.length === 0 ? words.never[lang] : outSpan(node)[lang];

/** How long each node was out of service, the longest first: nodes that were so for as long as each other stand together. */
export const eachLines = ({nodes}: Report, {lang}: ReportStyle): string[] => {
  const spans = [...Map.groupBy(nodes, node => spanOf(node, lang))].toSorted(
    ([, [a]], [, [b]]) => (b?.outMs ?? 0) - (a?.outMs ?? 0),
  );
  const width = Math.max(...spans.map(([span]) => widthOf(span)));
  const lines = spans.flatMap(([span, own]) =>
    paragraph(
      folded(
        own.map(({node}) => node),
        lang,
      ),
      `  ${padLeft(span, width)}  `,
    ),
  );
  return section(words.eachNode[lang], lines);
};
