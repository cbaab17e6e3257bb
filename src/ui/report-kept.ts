import {formatBytes} from '../lib/bytes.ts';
import type {KeptReport} from '../model/kept-report.ts';
import type {Report} from '../model/report.ts';
import {joinTexts, type Lang, type Text, text} from '../model/text.ts';
import {visible} from './control.ts';
import {named, paragraph, type ReportStyle, section} from './report-lines.ts';
import {words} from './report-words.ts';

/** "3.2 GB", or from the least to the most where hosts differ; nothing where one of them was not measured. */
const sizeWords = ({places}: KeptReport, lang: Lang): readonly string[] => {
  const sizes = places.flatMap(({bytes}) => (bytes === null ? [] : [bytes]));
  if (sizes.length === 0 || sizes.length < places.length) return [];
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map(formatBytes);
  if (least === undefined || most === undefined) return [];
  if (places.length === 1) return [most];
  return [(least === most ? words.each(most) : words.eachFrom(least, most))[lang]];
};

/** Whether the reader has to look for themselves how large something is. */
const isUnmeasured = (kept: readonly KeptReport[]): boolean =>
  kept.some(({places}) => places.some(({bytes}) => bytes === null));

const placeLines = (kept: readonly KeptReport[], lang: Lang): string[] =>
  kept.flatMap(each => [
    // A path is copied as it stands: it is not broken, however long it is.
    `  ${visible(each.path)}`,
    ...paragraph(
      [
        words.on(named(each.places.map(({node, host}) => host ?? node))[lang])[lang],
        ...sizeWords(each, lang),
      ].join(', '),
      '    ',
    ),
  ]);

/** What another run has removed of it since, or is about to. */
const prunedLines = ({pruned}: Report, {lang}: ReportStyle): string[] => {
  if (pruned === null) return [];
  const {by, ended, gone} = pruned;
  if (!ended && gone.length === 0) return ['', ...paragraph(words.isPruned(by)[lang])];
  return [...section((ended ? words.gone(by) : words.goneInPart(by))[lang], placeLines(gone, lang))];
};

/** How it is removed: by lakeup where it would, and not before the run has ended. */
const howToRemove = ({prunable, direction, end, over, run}: Report): Text => {
  if (prunable) return words.prune(run);
  // What it has kept is what the other one goes back by.
  if (end === 'yielded') return words.whileTakenBack(over ?? '');
  if (direction === 'forward' && (end === 'skipped' || end === 'abandoned')) return words.mayBeNeeded;
  if (end !== 'open' && end !== 'left') return words.remove;
  return direction === 'forward' ? words.notYet(run) : words.notYetBack;
};

const stillKept = (report: Report, {lang}: ReportStyle): string[] => {
  const {kept, pruned, remains} = report;
  if (kept.length === 0) return pruned === null && remains.length === 0 ? nothingKept(report, lang) : [];
  const advice = [...(isUnmeasured(kept) ? [words.howLarge] : []), howToRemove(report)];
  return [
    ...section(words.kept[lang], placeLines(kept, lang)),
    ...paragraph(joinTexts(advice, text(' ', ''))[lang]),
  ];
};

/** A run that takes another one back knows what it puts aside itself, and not what that one has left. */
const nothingKept = ({takesBack}: Report, lang: Lang): string[] =>
  takesBack === null ? ['', words.noneKept[lang]] : ['', ...paragraph(words.keptByOther(takesBack)[lang])];

const remainLines = ({remains}: Report, {lang}: ReportStyle): string[] =>
  remains.length === 0
    ? []
    : [...section(words.remains[lang], placeLines(remains, lang)), ...paragraph(words.removeRemains[lang])];

/** What a run has kept on the hosts and is still there, and what was removed since. */
export const keptLines = (report: Report, style: ReportStyle): readonly string[] => [
  ...prunedLines(report, style),
  ...stillKept(report, style),
  ...remainLines(report, style),
];
