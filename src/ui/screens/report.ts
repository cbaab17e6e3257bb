import {plain} from '../../model/text.ts';
import type {State} from '../../store/state.ts';
import {type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {reportLines} from '../report.ts';

/** The report as it is printed and copied, or nothing while there is none. */
export const reportText = ({report, cluster, lang, theme}: State): readonly string[] =>
  report === null
    ? []
    : reportLines(report, {
        lang,
        ascii: theme === 'ascii',
        roleTitle: role => cluster.roles.find(({name}) => name === role)?.title ?? plain(role),
      });

/** The view of it. */
export const reportPage = (state: State, pen: Pen): readonly Line[] => {
  const lines = reportText(state);
  return lines.length === 0
    ? [line(' ', pen.say(messages.noReport, 'muted'))]
    : lines.map(words => line(' ', span(words)));
};
