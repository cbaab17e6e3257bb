import {momentOf} from '../../lib/moment.ts';
import {describeUnwell, UNWELL_AS, type UnwellAs} from '../../model/describe-service.ts';
import {COMMA, joinTexts, type Text} from '../../model/text.ts';
import {unwellByItself} from '../../store/service.ts';
import {silentHosts} from '../../store/silent-hosts.ts';
import type {State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';
import {silentHostsWords} from '../silent-hosts.ts';

/** How many nodes of a kind a dialog names. */
const NAMED = 6;

/** Which hosts do not answer, and who else is not well by itself, and neither down nor so because of the run, each with its host and since when. */
export const unwellLines = (state: State, pen: Pen, width: number): readonly Line[] => {
  const hosts = silentHostsWords(state);
  // Of a host that does not answer its nodes need not be told one by one.
  const told = new Set(silentHosts(state).flatMap(({nodes}) => nodes));
  const all = unwellByItself(state).filter(({node, is}) => is !== 'silent' || !told.has(node));
  const said = (words: Text, as: UnwellAs): readonly Line[] => {
    const {glyph} = pen.theme.status[as === 'silent' ? 'unknown' : as];
    return wrapped(visible(pen.t(words)), width, 'warn', line(span(`${glyph} `, 'warn')));
  };
  const ofNodes = UNWELL_AS.flatMap(as => {
    const unwell = all.filter(({is}) => is === as);
    if (unwell.length === 0) return [];
    const named = unwell.slice(0, NAMED).map(({node, since, atLeast}) => {
      const clock = messages.moment(momentOf(since, state.now), atLeast);
      return messages.unwellSince(node, nodeOf(state, node)?.host ?? '', clock);
    });
    const more = unwell.length - named.length;
    const names = joinTexts([...named, ...(more > 0 ? [messages.moreNodes(more)] : [])], COMMA);
    return said(describeUnwell(as, unwell.length, names), as);
  });
  return [...(hosts === null ? [] : said(hosts, 'silent')), ...ofNodes];
};
