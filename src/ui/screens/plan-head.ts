import {type FoundAt, groupFindings} from '../../model/describe-finding.ts';
import {describeRule} from '../../model/describe-plan.ts';
import type {RunState} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import {visible} from '../control.ts';
import {labelled} from '../dialogs/dialog.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {rehearsedWords} from '../rehearsed-words.ts';
import {widthOf} from '../width.ts';

const warningLines = ({finding, nodes}: FoundAt, pen: Pen, width: number): Line[] => {
  const {title, seen, fix} = finding;
  const column = Math.max(...[messages.seen, messages.toDo].map(words => widthOf(pen.t(words)))) + 2;
  const rows = (label: Text, words: Text | null): Line[] =>
    words === null
      ? []
      : labelled(pen.t(label), wrapped(visible(pen.t(words)), width - column - 5), column).map(spans =>
          line('     ', ...spans),
        );
  const names = nodes.length === 0 ? '' : `${nodes.join(', ')}: `;
  const head = line('   ', span(`${pen.theme.status.degraded.glyph} `, 'warn'));
  return [
    ...wrapped(names + visible(pen.t(title)), width, 'plain', head),
    ...rows(messages.seen, seen),
    ...rows(messages.toDo, fix),
  ];
};

/** What stands before the phases: from where to where, why this way, whether it was rehearsed, and every warning with what to do about it. */
export const planHead = ({plan, findings, rehearsed}: RunState, pen: Pen, width: number): Line[] => {
  const {title, from, to, rule} = plan;
  const warnings = groupFindings(findings.filter(({level}) => level === 'warn'));
  const route = `${pen.t(title)} ${pen.theme.marks.dot} ${from} ${pen.theme.marks.arrow} ${to}`;
  return [
    line(' ', span(visible(route), 'strong')),
    ...wrapped(visible(pen.t(describeRule(rule))), width, 'muted', line('   ')),
    ...(rehearsed === null
      ? []
      : wrapped(visible(pen.t(rehearsedWords(rehearsed))), width, 'muted', line('   '))),
    ...(warnings.length === 0
      ? []
      : [
          line('   ', pen.say(messages.warningsFound, 'warn')),
          ...warnings.flatMap(found => warningLines(found, pen, width)),
        ]),
    EMPTY,
  ];
};
