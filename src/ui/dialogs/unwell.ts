import {momentOf} from '../../lib/moment.ts';
import {describeUnwell, UNWELL_AS} from '../../model/describe-service.ts';
import {COMMA, joinTexts} from '../../model/text.ts';
import {unwellByItself} from '../../store/service.ts';
import type {State} from '../../store/state.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';

/** How many nodes of a kind a dialog names. */
const NAMED = 6;

/** Who is not well by itself, and neither down nor so because of the run, each with its host and since when. */
export const unwellLines = (state: State, pen: Pen, width: number): readonly Line[] => {
  const all = unwellByItself(state);
  return UNWELL_AS.flatMap(as => {
    const unwell = all.filter(({is}) => is === as);
    if (unwell.length === 0) return [];
    const named = unwell.slice(0, NAMED).map(({node, since, atLeast}) => {
      const clock = messages.moment(momentOf(since, state.now), atLeast);
      return messages.unwellSince(node, nodeOf(state, node)?.host ?? '', clock);
    });
    const more = unwell.length - named.length;
    const names = joinTexts([...named, ...(more > 0 ? [messages.moreNodes(more)] : [])], COMMA);
    const {glyph} = pen.theme.status[as === 'silent' ? 'unknown' : as];
    return wrapped(
      pen.t(describeUnwell(as, unwell.length, names)),
      width,
      'warn',
      line(span(`${glyph} `, 'warn')),
    );
  });
};
