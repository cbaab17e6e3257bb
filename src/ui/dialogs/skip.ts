import {nameNodes} from '../../model/describe-service.ts';
import type {NodeId} from '../../model/ids.ts';
import type {State} from '../../store/state.ts';
import {standsWords} from '../at-hand.ts';
import {visible} from '../control.ts';
import {type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {skipSaid} from '../skipping.ts';
import {answerLines, BLANK, type Dialog} from './dialog.ts';

/** Of so many nodes it is said where each is, since when it does not serve, and who of its kind does. */
const STANDS_MOST = 3;

/** A field that is typed into, with what stands in it. */
const field = (label: string, typed: string, open: boolean): Line =>
  line(span(`${label}  `, 'muted'), span(visible(typed), 'strong'), span(open ? '▏' : '', 'accent'));

/** What it means to take nodes out of the run; why, in the operator's words; and the cluster's name where one of them is down. */
export const skipDialog = (state: State, pen: Pen, width: number): Dialog | null => {
  const {skipping, cluster} = state;
  if (skipping === null) return null;
  const said = skipSaid(state, skipping.nodes);
  const names = nameNodes(skipping.nodes);
  const answers = [BLANK, ...answerLines(state, pen, width)];
  if (said?.kind !== 'may')
    return {
      title: pen.t(messages.skipNotTitle(names)),
      tone: 'warn',
      loud: false,
      body:
        said === null
          ? []
          : [...wrapped(pen.t(said.because), width, 'strong'), ...wrapped(pen.t(said.instead), width)],
      answers,
    };
  return {
    title: pen.t(messages.skipTitle(names)),
    tone: said.down.length > 0 ? 'danger' : 'warn',
    loud: said.down.length > 0,
    body: [
      ...said.means.flatMap(words => wrapped(visible(pen.t(words)), width, 'strong')),
      ...skipping.nodes.slice(0, STANDS_MOST).flatMap(id => wrapped(pen.t(standsWords(state, id)), width)),
      ...wrapped(pen.t(messages.skipOnly), width),
      ...(said.afterwards === null ? [] : wrapped(pen.t(said.afterwards), width)),
      BLANK,
      field(pen.t(messages.skipReason), skipping.because, skipping.at === 'why'),
      ...(skipping.at === 'name'
        ? [
            ...wrapped(pen.t(messages.skipTypeName(cluster.name)), width, 'danger'),
            field('>', skipping.typed, true),
          ]
        : []),
    ],
    answers,
  };
};

/** Who was taken out of the run, and why: in every question after that. */
export const skippedLines = ({run}: State, pen: Pen, width: number): Line[] => {
  const byReason = Map.groupBy(Object.entries(run?.skipped ?? {}), ([, {because}]) => because);
  return [...byReason].flatMap(([because, nodes]) =>
    wrapped(
      visible(pen.t(messages.skippedLine(nameNodes(nodes.map(([id]) => id as NodeId)), because))),
      width,
      'warn',
    ),
  );
};
