import {describeReopened} from '../../model/describe-otherwise.ts';
import {gateOwner} from '../../model/in-plan.ts';
import type {ConfirmGate, Gate, Lane, Step} from '../../model/plan.ts';
import {gateState, type RunState} from '../../model/state.ts';
import {outNow} from '../../store/service.ts';
import type {Question, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {firstWords} from '../first-words.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {askedSteps, isFinal, modeOf} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {widthOf} from '../width.ts';
import {blastLines, destroyedBy} from './blast.ts';
import {answerLines, BLANK, type Dialog, downLines, labelled} from './dialog.ts';
import {isFirst, rehearsedLines, ruleLine, ruleLines, warnedLine, warnedLines} from './first.ts';
import {outageLines} from './meanwhile.ts';
import {orderLabel, orderLines} from './order.ts';
import {skippedLines} from './skip.ts';
import {timeLines} from './takes.ts';
import {undoLines} from './way-back.ts';

/** Steps of several nodes, each name once: one that only some of them have stands behind the one before it there. */
const eachOnce = (steps: readonly Step[]): readonly Step[] => {
  const seen: Step[] = [];
  for (const [i, step] of steps.entries()) {
    if (seen.some(({name}) => name === step.name)) continue;
    const last = steps[i - 1];
    const before =
      last?.node === step.node ? seen.findIndex(({name}) => name === last.name) : seen.length - 1;
    seen.splice(before + 1, 0, step);
  }
  return seen;
};

/** The titles of what happens to the nodes, in order, each once. */
const stepTitles = (steps: readonly Step[], pen: Pen): Line[] => {
  const titles = eachOnce(steps);
  return titles.map((step, i) =>
    line(
      span(pen.t(step.title), step.destroys === undefined ? 'plain' : 'danger'),
      span(i === titles.length - 1 ? '' : ` ${pen.theme.marks.arrow}`, 'muted'),
    ),
  );
};

const stepsIn = (lanes: readonly Lane[]): readonly Step[] => lanes.flatMap(({steps}) => steps);

const typedLines = (state: State, gate: ConfirmGate, pen: Pen): Line[] => {
  if (gate.phrase === undefined) return [];
  const done = state.typed === gate.phrase;
  const right = gate.phrase.startsWith(state.typed);
  const field = `${state.typed}${done ? '' : '_'}`;
  return [
    line(span(pen.t(messages.typeName(gate.phrase)), done ? 'muted' : 'strong')),
    line(
      span(`${pen.theme.marks.selected} `, 'accent'),
      span(visible(field), done ? 'good' : right ? 'strong' : 'bad'),
      span(
        done ? ` ${pen.theme.marks.yes}` : right ? '' : `   ${pen.t(messages.typedWrong)}`,
        done ? 'good' : 'bad',
      ),
    ),
  ];
};

/** What was measured when the question was put: what is hit, or what has to be known by whoever says yes. */
const measuredLines = (
  gate: ConfirmGate,
  {cluster: {factTitles = {}}}: State,
  run: RunState,
  roomy: boolean,
  pen: Pen,
  width: number,
): Line[] => {
  const reached = gateState(run, gate.id);
  const blast = reached.status === 'reached' ? reached.blast : [];
  const drifted = reached.status === 'reached' && reached.drifted;
  return [
    ...(drifted ? wrapped(pen.t(messages.drifted), width, 'warn') : []),
    ...(blast.length > 0
      ? [BLANK, ...blastLines(gate, blast, {now: run.at, roomy, titles: factTitles}, pen, width)]
      : []),
  ];
};

/** What is destroyed, and the figures that the question is about. */
const hitLines = (
  gate: ConfirmGate,
  state: State,
  run: RunState,
  steps: readonly Step[],
  roomy: boolean,
  pen: Pen,
  width: number,
): Line[] => {
  return [
    ...(gate.danger === 'destructive' ? destroyedBy(steps) : []).flatMap(({node, words}) =>
      wrapped(pen.t(messages.destroyed(node, words)), width, 'danger'),
    ),
    ...measuredLines(gate, state, run, roomy, pen, width),
  ];
};

/** What was done again before this question, because a gate beside it did not find it so any more. */
const againLines = (gates: readonly Gate[], run: RunState, pen: Pen, width: number): Line[] => {
  const seen = new Set<string>();
  return gates.flatMap(gate => {
    const times = run.rounds[gate.id] ?? 0;
    if (times === 0 || gate.kind !== 'check' || seen.has(gate.check.title.en)) return [];
    seen.add(gate.check.title.en);
    const saw = run.otherwise[gate.id];
    const words = saw === undefined ? null : describeReopened(saw, gate);
    return wrapped(pen.t(messages.doneAgain(gate.check.title, words, times)), width, 'warn');
  });
};

/** The question before a phase, an outage or something that cannot come back: all that will happen, then the key. */
export const confirmDialog = (
  state: State,
  question: Extract<Question, {kind: 'confirm'}>,
  gate: ConfirmGate,
  pen: Pen,
  width: number,
): Dialog | null => {
  const {run} = state;
  const owner = run === null ? null : gateOwner(run, question.gate);
  if (run === null || owner === null) return null;
  const {phase, step} = owner;
  const covered = (gate.covers ?? []).flatMap(id => run.plan.phases.filter(each => each.id === id));
  const steps = askedSteps(run, gate);
  const n = run.plan.phases.indexOf(phase) + 1;
  const labels = [
    orderLabel(phase),
    step === null ? messages.onEach : messages.step,
    messages.goesOn,
    messages.takes,
    messages.meanwhile,
    messages.wayBack,
    messages.rule,
    messages.rehearsed,
    firstWords.warned,
  ].map(pen.t);
  const column = Math.max(...labels.map(widthOf)) + 2;
  const room = width - column;
  const [inOrder = '', onEach = '', goesOn = '', takes = '', meanwhile = '', ...more] = labels;
  const [wayBack = '', rule = '', rehearsed = '', warned = ''] = more;
  const outage = labelled(
    meanwhile,
    [
      ...outageLines(gate, state, phase, pen, room),
      ...downLines(state, pen, room),
      ...skippedLines(state, pen, room),
    ],
    column,
  );
  const isOut = gate.outages.length > 0 || outNow(state).length > 0;
  const title =
    pen.t(messages.confirmTitle(n, run.plan.phases.length, phase.title)) +
    (step === null ? '' : ` · ${step.node}`);
  // Letters go into the name while that is typed.
  const planKey = modeOf(state) === 'phrase' ? 'Tab' : 'p';
  // What is destroyed cannot come back: that its own question says.
  const isLast = gate.danger !== 'destructive' && isFinal(run, gate);
  const signs = [
    ...(gate.danger === 'outage' ? [messages.outage] : []),
    ...(isLast ? [messages.pointOfNoReturn] : []),
  ];
  const first = isFirst(run.plan, gate);
  const why = (roomy: boolean): readonly Line[] => [
    ...labelled(
      rule,
      roomy ? ruleLines(run.plan, pen, room) : [ruleLine(run.plan, planKey, pen, room)],
      column,
    ),
    ...labelled(rehearsed, rehearsedLines(run, pen, room), column),
  ];
  const warning = (roomy: boolean): readonly Line[] =>
    labelled(
      warned,
      roomy ? warnedLines(run, planKey, pen, room) : warnedLine(run, planKey, pen, room),
      column,
    );
  const undo = labelled(wayBack, undoLines(run.plan, steps, planKey, pen, room), column);
  const bodyOf = (roomy: boolean): readonly Line[] => [
    ...wrapped(pen.t(gate.ask), width, 'strong'),
    ...againLines((step ?? phase).gates, run, pen, width),
    ...hitLines(gate, state, run, steps, roomy, pen, width),
    BLANK,
    // What a small screen has to show first: nobody may agree to what stands below its edge.
    ...(isOut ? outage : []),
    ...(first ? warning(roomy) : []),
    ...(isLast ? undo : []),
    ...(step === null ? labelled(inOrder, orderLines(phase, state, pen, room), column) : []),
    ...labelled(onEach, flow(stepTitles(step === null ? stepsIn(phase.lanes) : steps, pen), room, 1), column),
    ...(covered.length > 0
      ? labelled(goesOn, wrapped(pen.t(messages.coveredBy(covered.map(({title}) => title))), room), column)
      : []),
    ...(step === null ? labelled(takes, timeLines(phase, covered, run, state.now, pen, room), column) : []),
    ...(step === null && !isOut ? outage : []),
    ...(isLast ? [] : undo),
    ...(first ? why(roomy) : []),
  ];
  return {
    title: [title, ...signs.map(pen.t)].join(' · '),
    tone: gate.danger === 'destructive' ? 'danger' : signs.length > 0 ? 'warn' : 'accent',
    loud: gate.danger === 'destructive' || signs.length > 0,
    body: bodyOf(false),
    roomy: bodyOf(true),
    answers: [BLANK, ...typedLines(state, gate, pen), ...answerLines(state, pen, width)],
  };
};
