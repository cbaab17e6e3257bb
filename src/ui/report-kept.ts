import {formatBytes} from '../lib/bytes.ts';
import type {KeptReport, Report} from '../model/report.ts';
import type {Lang} from '../model/text.ts';
import {visible} from './control.ts';
import {named, paragraph, type ReportStyle, section} from './report-lines.ts';
import {words} from './report-words.ts';

const placeLines = (kept: readonly KeptReport[], lang: Lang): string[] =>
  kept.flatMap(({path, bytes, places}) => [
    // A path is copied as it stands: it is not broken, however long it is.
    `  ${visible(path)}`,
    ...paragraph(
      [
        words.on(named(places.map(({node, host}) => host ?? node))[lang])[lang],
        ...(bytes === null ? [] : [formatBytes(bytes)]),
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

const stillKept = ({kept, pruned, direction, run}: Report, {lang}: ReportStyle): string[] => {
  if (kept.length === 0) return pruned === null ? ['', words.noneKept[lang]] : [];
  return [
    ...section(words.kept[lang], placeLines(kept, lang)),
    ...paragraph((direction === 'forward' ? words.prune(run) : words.remove)[lang]),
  ];
};

/** What a run has kept on the hosts and is still there, and what was removed since. */
export const keptLines = (report: Report, style: ReportStyle): readonly string[] => [
  ...prunedLines(report, style),
  ...stillKept(report, style),
];
