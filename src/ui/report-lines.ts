import {formatDuration} from '../lib/duration.ts';
import type {NodeReport} from '../model/report.ts';
import {joinTexts, type Lang, plain, type Text} from '../model/text.ts';
import {visible} from './control.ts';
import {words} from './report-words.ts';
import {widthOf, wrap} from './width.ts';

/** As wide as a ticket shows whole. */
export const REPORT_COLUMNS = 80;

const NAMES_MOST = 6;

export type ReportStyle = {
  readonly lang: Lang;
  /** No character beyond ASCII, as far as the language can be written so. */
  readonly ascii: boolean;
  readonly roleTitle: (role: string) => Text;
};

export const paragraph = (said: string, head = ''): string[] =>
  wrap(visible(said), REPORT_COLUMNS - widthOf(head)).map((line, i) =>
    i === 0 ? head + line : ' '.repeat(widthOf(head)) + line,
  );

export const section = (title: string, lines: readonly string[]): string[] => [
  '',
  ...paragraph(title),
  ...lines,
];

/** A long list of names by its first ones. */
export const named = (names: readonly string[], most = NAMES_MOST): Text => {
  const [shown, more] = [names.slice(0, most), names.length - most];
  return more <= 0
    ? plain(names.join(', '))
    : joinTexts([plain(shown.join(', ')), words.more(more)], plain(' '));
};

/** Whether a node was out of service for longer than is known: it was so when the run began already, or was not seen to serve again. */
export const isOutLonger = ({outages}: Pick<NodeReport, 'outages'>): boolean =>
  outages.some(({atLeast, to}) => atLeast === true || to === null);

export const outSpan = (node: Pick<NodeReport, 'outages' | 'outMs'>): string =>
  `${isOutLonger(node) ? '> ' : ''}${formatDuration(node.outMs)}`;
