import {formatDuration} from '../lib/duration.ts';
import {momentOf} from '../lib/moment.ts';
import type {Report} from '../model/report.ts';
import {messages} from './messages.ts';
import {left, type ReportStyle, right, section, TROUBLES_MOST, table} from './report-lines.ts';
import {words} from './report-words.ts';

/** Who went down by itself, when, and for how long. */
export const downLines = ({down, startedAt}: Report, {lang, allNodes = false}: ReportStyle): string[] => {
  if (down.length === 0) return [];
  const some = allNodes ? down : down.slice(0, TROUBLES_MOST);
  const more = down.length - some.length;
  const rows = some.map(({node, host, from, to, atLeast, end, ms}) => {
    const begun = messages.moment(momentOf(from, startedAt), atLeast === true)[lang];
    const till = end === 'unseen' ? `, ${words.upTo(momentOf(to, from))[lang]}` : `-${momentOf(to, from)}`;
    const taken = end === 'taken' ? `, ${words.taken[lang]}` : '';
    const isLonger = atLeast === true || end !== 'up';
    const span = ms === 0 ? '' : `${isLonger ? '> ' : ''}${formatDuration(ms)}`;
    return [left(node), left(host ?? ''), left(`${begun}${till}${taken}`), right(span)];
  });
  return section(words.down[lang], [
    ...table(rows, 2),
    ...(more > 0 ? [`  ${words.moreTroubles(more)[lang]}`] : []),
  ]);
};
