import {formatDuration, formatElapsed} from '../lib/duration.ts';
import {dateOf, momentOf, timeOfDay, zoneOf} from '../lib/moment.ts';
import {never} from '../lib/never.ts';
import {kindsOf} from '../model/describe-finding.ts';
import {describeCounts} from '../model/describe-skip.ts';
import type {NodeReport, Report} from '../model/report.ts';
import type {PhaseReport} from '../model/report-phases.ts';
import {COMMA, joinTexts, type Lang, plain, type Text} from '../model/text.ts';
import {firstWords} from './first-words.ts';
import {messages} from './messages.ts';
import {downLines} from './report-down.ts';
import {eachLines} from './report-each.ts';
import {keptLines} from './report-kept.ts';
import {
  type Cell,
  isOutLonger,
  left,
  named,
  outSpan,
  paragraph,
  type ReportStyle,
  right,
  section,
  TROUBLES_MOST,
  table,
} from './report-lines.ts';
import {words} from './report-words.ts';
import {drawn, themes} from './theme.ts';
import {pad, widthOf} from './width.ts';

/** Up to so many nodes each has a row; of more the slowest have, and at the end all are told with nodes like them. */
const NODES_MOST = 40;
const SLOWEST = 15;

const hasRows = ({nodes}: Report, {allNodes = false}: ReportStyle): boolean =>
  allNodes || nodes.length <= NODES_MOST;

const endOf = ({end, over, nodes}: Report, inHand: Text | null): Text => {
  const count = (of: NodeReport['end']): number => nodes.filter(node => node.end === of).length;
  switch (end) {
    case 'verified':
    case 'skipped':
      return describeCounts(count('verified'), count('skipped'));
    case 'takenBack':
      return words.takenBack(over ?? '');
    case 'yielded':
      return words.yielded(over ?? '');
    case 'abandoned':
      return words.abandoned(over ?? '');
    case 'left':
      return inHand === null ? words.left : words.inHand(inHand);
    case 'open':
      return inHand === null ? words.open : words.inHand(inHand);
    default:
      return never(end);
  }
};

/** Another run goes on with the nodes, and knows when they served again. */
const isWithAnother = ({end}: Report): boolean => end === 'takenBack' || end === 'yielded';

const waitsOf = ({waits}: Report): readonly Text[] =>
  (['asked', 'held', 'away'] as const).flatMap(kind =>
    waits[kind] < 1_000 ? [] : [words[kind](formatDuration(waits[kind]))],
  );

const headLines = (report: Report, {lang, roleTitle, inHand = null}: ReportStyle): string[] => {
  const {cluster, from, to, direction, startedAt, at, lakeup, resumed, leaders} = report;
  const t = (said: Text): string => said[lang];
  const route = `${cluster}, ${from} -> ${to}${direction === 'back' ? ` (${t(words.back)})` : ''}`;
  const span = t(words.after(formatElapsed(at - startedAt)));
  const waits = waitsOf(report);
  const rows: readonly (readonly [Text, string])[] = [
    [words.cluster, route],
    [words.end, t(endOf(report, inHand))],
    [words.began, `${dateOf(startedAt)} ${timeOfDay(startedAt)} (${zoneOf(startedAt)})`],
    [
      report.end === 'verified' || report.end === 'skipped' ? words.ended : words.last,
      t(joinTexts([plain(`${dateOf(at)} ${timeOfDay(at)}`), plain(span)], COMMA)),
    ],
    ...(waits.length === 0 ? [] : [[words.waited, t(joinTexts(waits, COMMA))] as const]),
    ...leaders.map(
      ({role, before, after}) =>
        [
          leaders.length === 1 ? words.leader : roleTitle(role),
          t(words.leaderOf(before.join(', ') || t(words.nobody), after.join(', ') || t(words.nobody))),
        ] as const,
    ),
    [
      words.program,
      t(joinTexts([plain(lakeup.join(', ')), ...(resumed > 0 ? [words.resumed(resumed)] : [])], COMMA)),
    ],
  ];
  const column = Math.max(...rows.map(([label]) => widthOf(t(label)))) + 2;
  return [
    t(words.title(report.run)),
    ...rows.flatMap(([label, said]) => paragraph(said, pad(t(label), column))),
  ];
};

const phaseRow = (
  {title, from, to, done, nodes, waitedMs}: PhaseReport,
  startedAt: number,
  lang: Lang,
): readonly Cell[] => [
  left(title[lang]),
  ...(from === null
    ? [left(words.notBegun[lang]), left(''), right(''), right('')]
    : [
        left(momentOf(from, startedAt)),
        left(to === null ? '' : momentOf(to, from)),
        right(to === null ? '' : formatDuration(to - from)),
        right(waitedMs < 1_000 ? '' : formatDuration(waitedMs)),
      ]),
  right(`${done}/${nodes}`),
];

const phaseLines = ({phases, startedAt}: Report, {lang}: ReportStyle): string[] => [
  '',
  ...table([
    [
      left(words.phase[lang]),
      left(words.began[lang]),
      left(words.ended[lang]),
      right(words.took[lang]),
      right(words.ofItWaited[lang]),
      right(words.nodes[lang]),
    ],
    ...phases.map(phase => phaseRow(phase, startedAt, lang)),
  ]),
];

/**
 * Whether any node is verified: before that it says nothing of one that it is not. Whether another run has the nodes by now. A
 * moment of another day than the run's first is told with it.
 */
type Shown = {readonly verified: boolean; readonly elsewhere: boolean; readonly startedAt: number};

/** "02:03:01-02:03:41", or what there is to say where it was out several times, or still is. `elsewhere`: another run has it now. */
const outWhen = ({outages}: NodeReport, {elsewhere, startedAt}: Shown): Text => {
  const [first] = outages;
  const open = outages.find(({to}) => to === null);
  if (open !== undefined) {
    const state = elsewhere ? words.outUntilBack : open.certain ? words.stillOut : words.perhapsOut;
    return joinTexts(
      [messages.moment(momentOf(open.from, startedAt), open.atLeast === true), state],
      plain(' '),
    );
  }
  if (first === undefined) return words.never;
  const last = outages.at(-1)?.to ?? first.from;
  const from = messages.moment(momentOf(first.from, startedAt), first.atLeast === true);
  const span = joinTexts([from, plain(momentOf(last, first.from))], plain('-'));
  return outages.length === 1 ? span : joinTexts([span, words.times(outages.length)], plain(' '));
};

const outFor = (node: NodeReport, lang: Lang): string =>
  node.outages.length === 0 ? '' : outSpan(node)[lang];

const nodeRow = (node: NodeReport, shown: Shown, lang: Lang): readonly Cell[] => [
  left(node.node),
  left(node.host ?? ''),
  left(outWhen(node, shown)[lang]),
  right(outFor(node, lang)),
  right(node.workMs === 0 ? '' : formatDuration(node.workMs)),
  left(
    node.end === 'skipped'
      ? words.nodeSkipped[lang]
      : shown.verified && node.end !== 'verified'
        ? words.notVerified[lang]
        : '',
  ),
];

const nodeTable = (nodes: readonly NodeReport[], shown: Shown, lang: Lang): string[] =>
  table([
    [
      left(words.node[lang]),
      left(words.host[lang]),
      left(words.outHead[lang]),
      right(words.took[lang]),
      right(words.allSteps[lang]),
      left(''),
    ],
    ...nodes.map(node => nodeRow(node, shown, lang)),
  ]);

const middle = (sorted: readonly NodeReport[]): NodeReport | undefined =>
  sorted[Math.floor((sorted.length - 1) / 2)];

/** Of each role how long its nodes were out of service. */
const roleTable = ({nodes}: Report, {lang, roleTitle}: ReportStyle): string[] => {
  const spans = [...Map.groupBy(nodes, ({role}) => role)].map(([role, own]) => {
    const out = own.filter(({outages}) => outages.length > 0).toSorted((a, b) => a.outMs - b.outMs);
    const said = (node: NodeReport | undefined): Cell =>
      right(node === undefined ? '-' : outSpan(node)[lang]);
    return [
      left(roleTitle(role)[lang]),
      right(`${out.length}/${own.length}`),
      said(out[0]),
      said(middle(out)),
      said(out.at(-1)),
    ];
  });
  const head = [
    left(words.outHead[lang]),
    ...[words.nodes, words.least, words.middle, words.most].map(each => right(each[lang])),
  ];
  return ['', ...table([head, ...spans])];
};

/** The nodes that a reader looks for first: those that are not well, then those that were out longest. */
const tellingNodes = ({nodes}: Report): readonly NodeReport[] => {
  const isOpen = ({outages}: NodeReport): boolean => outages.some(({to}) => to === null);
  const rank = (node: NodeReport): number =>
    node.end === 'unverified' || node.end === 'skipped' ? 0 : isOpen(node) ? 1 : node.retries > 0 ? 2 : 3;
  return nodes.toSorted((a, b) => rank(a) - rank(b) || b.outMs - a.outMs).slice(0, SLOWEST);
};

const nodeLines = (report: Report, style: ReportStyle): string[] => {
  const {lang} = style;
  // Before the last looks nobody is verified: that says nothing of a node.
  const shown = {
    verified: report.nodes.some(({end}) => end !== 'open'),
    elsewhere: isWithAnother(report),
    startedAt: report.startedAt,
  };
  const all = report.nodes.length;
  const isWhole = hasRows(report, style);
  const some = isWhole ? report.nodes : tellingNodes(report);
  return [
    ...roleTable(report, style),
    '',
    ...(isWhole ? [] : paragraph(words.slowest(some.length, all, report.run)[lang])),
    ...nodeTable(some, shown, lang),
    ...paragraph(`${words.outMeans[lang]}${some.some(isOutLonger) ? words.outMore[lang] : ''}`),
  ];
};

const troubleLines = ({troubles, startedAt}: Report, {lang}: ReportStyle): string[] => {
  if (troubles.length === 0) return ['', words.noTroubles[lang]];
  const more = troubles.length - TROUBLES_MOST;
  return section(words.troubles[lang], [
    ...troubles
      .slice(0, TROUBLES_MOST)
      .flatMap(({at, node, words: said}) =>
        paragraph(`${node === null ? '' : `${node}: `}${said[lang]}`, `  ${momentOf(at, startedAt)} `),
      ),
    ...(more > 0 ? [`  ${words.moreTroubles(more)[lang]}`] : []),
  ]);
};

const skippedLines = ({nodes}: Report, {lang}: ReportStyle): string[] => {
  const some = nodes.filter(({skipped}) => skipped > 0);
  const steps = some.reduce((sum, {skipped}) => sum + skipped, 0);
  return paragraph((steps === 0 ? words.noneSkipped : words.skipped(steps, some.length))[lang]);
};

const warningLines = ({warnings}: Report, {lang}: ReportStyle): string[] => {
  if (warnings.length === 0) return ['', words.noWarnings[lang]];
  return section(
    words.warnings[lang],
    kindsOf(warnings).flatMap(({nodes, seen, differs}) => {
      const told = differs ? nodes.slice(0, 1) : nodes;
      const where = told.length === 0 ? '' : words.onNodes(named(told)[lang])[lang];
      const alike = differs ? firstWords.alike(nodes.length - 1)[lang] : '';
      return paragraph(`${seen[lang]}${where}${alike}`, '  ! ');
    }),
  );
};

/**
 * What a run did, as plain text to be pasted into a ticket: no line is wider than 80 columns but one that holds a longer path, and a
 * thousand nodes are told in few more lines than forty, those that were out equally long together.
 */
export const reportLines = (report: Report, style: ReportStyle): readonly string[] => {
  const lines = [
    ...headLines(report, style),
    ...phaseLines(report, style),
    ...nodeLines(report, style),
    ...downLines(report, style),
    ...troubleLines(report, style),
    ...skippedLines(report, style),
    ...warningLines(report, style),
    ...keptLines(report, style),
    ...(hasRows(report, style) ? [] : eachLines(report, style)),
  ];
  return style.ascii ? lines.map(line => drawn(line, themes.ascii)) : lines;
};
