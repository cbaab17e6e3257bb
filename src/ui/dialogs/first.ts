import {groupFindings} from '../../model/describe-finding.ts';
import {describeRule} from '../../model/describe-plan.ts';
import {nameNodes} from '../../model/describe-service.ts';
import type {ConfirmGate, Plan} from '../../model/plan.ts';
import type {RunState} from '../../model/state.ts';
import {SEMICOLON} from '../../model/text.ts';
import {visible} from '../control.ts';
import {firstWords} from '../first-words.ts';
import {cutLine, type Line, line, lineWidth, span, wrapped} from '../line.ts';
import type {Pen} from '../pen.ts';
import {rehearsedWords} from '../rehearsed-words.ts';
import {widthOf, wrap} from '../width.ts';

/** Whether a question is the first of its plan: it also says what concerns the whole run. Later ones have that in the plan. */
export const isFirst = (plan: Plan, gate: ConfirmGate): boolean => {
  for (const phase of plan.phases)
    for (const each of [
      ...phase.gates,
      ...phase.lanes.flatMap(({steps}) => steps.flatMap(({gates}) => gates)),
    ])
      if (each.kind === 'confirm') return each.id === gate.id;
  return false;
};

/** In one line, as much as there is room for: the plan says it whole, and where the rule stands. */
export const ruleLine = ({rule}: Plan, key: string, pen: Pen, width: number): Line => {
  const more = ` … (${key})`;
  const ways = [describeRule(rule), rule.says].map(words => visible(pen.t(words)));
  const [, says = ''] = ways;
  const [begins = ''] = wrap(says, width - widthOf(more));
  return line(span(ways.find(way => widthOf(way) <= width) ?? begins + more, 'muted'));
};

/** The rule whole, and where it stands. */
export const ruleLines = ({rule}: Plan, pen: Pen, width: number): Line[] =>
  wrapped(visible(pen.t(describeRule(rule))), width, 'muted');

export const rehearsedLines = ({rehearsed}: RunState, pen: Pen, width: number): Line[] =>
  rehearsed === null ? [] : wrapped(visible(pen.t(rehearsedWords(rehearsed))), width, 'muted');

const warningsOf = ({findings}: RunState) => groupFindings(findings.filter(({level}) => level === 'warn'));

const mark = (pen: Pen): Line => line(span(`${pen.theme.status.degraded.glyph} `, 'warn'));

/** What preflight warned of, in one line; what does not fit is counted. The plan says it whole, and what to do. */
export const warnedLine = (run: RunState, key: string, pen: Pen, width: number): Line[] => {
  const titles = warningsOf(run).map(({finding}) => visible(pen.t(finding.title)));
  if (titles.length === 0) return [];
  const head = mark(pen);
  const room = width - lineWidth(head);
  const between = pen.t(SEMICOLON);
  for (let named = titles.length; named > 0; named--) {
    const left = titles.length - named;
    const more = left === 0 ? '' : pen.t(firstWords.andMore(left, key));
    const words = titles.slice(0, named).join(between) + more;
    if (widthOf(words) <= room) return [line(...head, words)];
  }
  const more = ` (${key})`;
  return [line(...head, ...cutLine(line(titles[0] ?? ''), room - widthOf(more)), more)];
};

/** What preflight warned of, each in lines of its own, with the nodes. */
export const warnedLines = (run: RunState, pen: Pen, width: number): Line[] =>
  warningsOf(run).flatMap(({finding, nodes}) => {
    const names = nodes.length === 0 ? '' : `${pen.t(nameNodes(nodes))}: `;
    return wrapped(names + visible(pen.t(finding.title)), width, 'plain', mark(pen));
  });
