import {type Kind, kindsOf} from '../../model/describe-finding.ts';
import {describeRule} from '../../model/describe-plan.ts';
import {nameNodes} from '../../model/describe-service.ts';
import type {ConfirmGate, Plan} from '../../model/plan.ts';
import type {RunState} from '../../model/state.ts';
import {SEMICOLON} from '../../model/text.ts';
import {visible} from '../control.ts';
import {firstWords} from '../first-words.ts';
import {cutLine, type Line, line, lineWidth, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
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

const warnedOf = ({findings}: RunState): readonly Kind[] =>
  kindsOf(findings.filter(({level}) => level === 'warn'));

/** What was seen is said of the nodes where that was seen; of others of its kind, how many there are. */
const kindWords = ({nodes, seen, differs}: Kind, most: number, pen: Pen): string => {
  const named = nodes.length === 0 ? '' : `${pen.t(nameNodes(differs ? nodes.slice(0, 1) : nodes, most))}: `;
  return named + visible(pen.t(seen)) + (differs ? pen.t(firstWords.alike(nodes.length - 1)) : '');
};

const mark = (pen: Pen): Line => line(span(`${pen.theme.status.degraded.glyph} `, 'warn'));

const restWords = (rest: number, key: string, pen: Pen): string =>
  rest === 0 ? ` (${key})` : pen.t(firstWords.andMore(rest, key));

/** What preflight warned of, in one line; what does not fit is counted. The plan says it whole, and what to do. */
export const warnedLine = (run: RunState, key: string, pen: Pen, width: number): Line[] => {
  const [first, ...others] = warnedOf(run).map(kind => kindWords(kind, 1, pen));
  if (first === undefined) return [];
  const head = mark(pen);
  const room = width - lineWidth(head);
  const joined = [first, ...others].join(pen.t(SEMICOLON));
  const fits = (words: string, rest: number): boolean => widthOf(words + restWords(rest, key, pen)) <= room;
  let [said, rest] = fits(joined, 0) ? [joined, 0] : [first, others.length];
  for (const words of rest === 0 ? [] : others) {
    const more = said + pen.t(SEMICOLON) + words;
    if (!fits(more, rest - 1)) break;
    [said, rest] = [more, rest - 1];
  }
  const behind = restWords(rest, key, pen);
  return [line(...head, ...cutLine(line(said), room - widthOf(behind)), behind)];
};

/** So many nodes of a kind are named. */
const NODES_MOST = 6;

/** More kinds than this are in the plan alone. */
const KINDS_MOST = 8;

/** What preflight warned of, each in lines of its own, with the nodes. */
export const warnedLines = (run: RunState, key: string, pen: Pen, width: number): Line[] => {
  const kinds = warnedOf(run);
  const rest = kinds.length - KINDS_MOST;
  return [
    ...kinds
      .slice(0, KINDS_MOST)
      .flatMap(kind => wrapped(kindWords(kind, NODES_MOST, pen), width, 'plain', mark(pen))),
    ...(rest > 0 ? [line(pen.say(messages.moreNodes(rest), 'muted'), ` (${key})`)] : []),
  ];
};
