import {describeRule} from '../../model/describe-plan.ts';
import {describeNotServing} from '../../model/describe-service.ts';
import {gateOwner} from '../../model/in-plan.ts';
import type {ConfirmGate, Gate, Lane, Phase, Plan, Step} from '../../model/plan.ts';
import {gateState, type RunState} from '../../model/state.ts';
import {phaseMs, progressOf, stepsByHand} from '../../store/progress.ts';
import {outNow} from '../../store/service.ts';
import type {Question, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {askedSteps, isFinal, modeOf} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {rehearsedWords} from '../rehearsed-words.ts';
import {widthOf, wrap} from '../width.ts';
import {blastLines, destroyedBy} from './blast.ts';
import {answerLines, BLANK, type Dialog, downLines, labelled} from './dialog.ts';
import {orderLabel, orderLines} from './order.ts';
import {skippedLines} from './skip.ts';
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

const RETURNS: ReadonlySet<string | undefined> = new Set(['returns', 'restarts']);

/** How long a lane keeps its node out of service; `on`: when it ends the node is still out. */
const outOf = (
  {steps}: Lane,
  usualMs: (step: Step) => number,
): {readonly ms: number; readonly on: boolean} => {
  const leaves = steps.findIndex(({service}) => service === 'leaves' || service === 'restarts');
  if (leaves < 0) return {ms: 0, on: false};
  const returns = steps.findIndex(({service}, i) => i >= leaves && RETURNS.has(service));
  return returns < 0
    ? {ms: 0, on: true}
    : {ms: steps.slice(leaves, returns + 1).reduce((ms, step) => ms + usualMs(step), 0), on: false};
};

/** The later phase in which the nodes of this one come back, or null. */
const returningPhase = ({phases}: Plan, phase: Phase): Phase | null => {
  const nodes = new Set(phase.lanes.map(({node}) => node));
  const later = phases.slice(phases.indexOf(phase) + 1);
  const returns = (lane: Lane): boolean =>
    nodes.has(lane.node) && lane.steps.some(({service}) => RETURNS.has(service));
  return later.find(({lanes}) => lanes.some(returns)) ?? null;
};

/** Work from the beginning of a phase to the end of a later one. */
const workUntil = (run: RunState, phase: Phase, later: Phase): number => {
  const {phases} = run.plan;
  return phases
    .slice(phases.indexOf(phase), phases.indexOf(later) + 1)
    .reduce((ms, each) => ms + phaseMs(run, each), 0);
};

const timeLines = (
  phase: Phase,
  covered: readonly Phase[],
  run: RunState,
  pen: Pen,
  width: number,
): Line[] => {
  const nodes = phase.lanes.length;
  const outs = phase.lanes.map(lane => outOf(lane, progressOf(run).usualMs));
  const longest = outs.reduce((most, {ms}) => Math.max(most, ms), 0);
  const stayOut = outs.filter(({on}) => on).length;
  const back = stayOut === 0 ? null : returningPhase(run.plan, phase);
  const byHand = stepsByHand(phase);
  const words = [
    messages.about(phaseMs(run, phase), nodes, Math.min(nodes, phase.width)),
    ...(byHand === 0 ? [] : [messages.andByHand(byHand)]),
    ...covered.map(each => messages.andThen(phaseMs(run, each), each.title)),
    ...(longest > 0 ? [messages.outFor(longest, nodes)] : []),
    ...(stayOut === 0
      ? []
      : [
          back === null
            ? messages.outOn
            : messages.outUntil(back.title, stayOut, workUntil(run, phase, back)),
        ]),
  ];
  return wrapped(words.map(pen.t).join(''), width);
};

/** Why it is done this way stands in the first question that is asked; later ones have it in the plan. */
const isFirst = (plan: Plan, gate: ConfirmGate): boolean => {
  for (const phase of plan.phases)
    for (const each of [
      ...phase.gates,
      ...phase.lanes.flatMap(({steps}) => steps.flatMap(({gates}) => gates)),
    ])
      if (each.kind === 'confirm') return each.id === gate.id;
  return false;
};

const stepsIn = (lanes: readonly Lane[]): readonly Step[] => lanes.flatMap(({steps}) => steps);

const stopsSomebody = ({lanes}: Phase): boolean =>
  lanes.some(({steps}) => steps.some(({service}) => service === 'leaves' || service === 'restarts'));

/** What the phase costs; where it costs nothing more, who is out of service already. */
const outageLines = (gate: ConfirmGate, state: State, phase: Phase, pen: Pen, width: number): Line[] => {
  if (gate.outages.length === 0) {
    const notServing = describeNotServing(outNow(state), {all: state.cluster.nodes.length});
    if (notServing !== null) return wrapped(pen.t(notServing), width, 'warn');
    if (!stopsSomebody(phase)) return wrapped(pen.t(messages.nothingStops), width);
    return wrapped(pen.t(phase.lanes.length === 1 ? messages.noOutageAlone : messages.noOutage), width);
  }
  return gate.outages.flatMap(outage =>
    wrapped(pen.t(outage), width, 'warn', line(span(`${pen.theme.status.degraded.glyph} `, 'warn'))),
  );
};

/** In one line, as much as there is room for: the plan says it whole, and where the rule stands. */
const ruleLine = ({rule}: Plan, key: string, pen: Pen, width: number): Line => {
  const more = ` … (${key})`;
  const ways = [describeRule(rule), rule.says].map(words => visible(pen.t(words)));
  const [, says = ''] = ways;
  const [begins = ''] = wrap(says, width - widthOf(more));
  return line(span(ways.find(way => widthOf(way) <= width) ?? begins + more, 'muted'));
};

/** The rule whole, and where it stands. */
const ruleLines = ({rule}: Plan, pen: Pen, width: number): Line[] =>
  wrapped(visible(pen.t(describeRule(rule))), width, 'muted');

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
    return wrapped(pen.t(messages.doneAgain(gate.check.title, times)), width, 'warn');
  });
};

const rehearsedLines = ({rehearsed}: RunState, pen: Pen, width: number): Line[] =>
  rehearsed === null ? [] : wrapped(visible(pen.t(rehearsedWords(rehearsed))), width, 'muted');

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
    ...(run.rehearsed === null ? [] : [messages.rehearsed]),
  ].map(pen.t);
  const column = Math.max(...labels.map(widthOf)) + 2;
  const room = width - column;
  const [inOrder = '', onEach = '', goesOn = '', takes = '', meanwhile = '', ...more] = labels;
  const [wayBack = '', rule = '', rehearsed = ''] = more;
  const outage = labelled(
    meanwhile,
    [
      ...outageLines(gate, state, phase, pen, room),
      ...downLines(state, pen, room),
      ...skippedLines(state, pen, room),
    ],
    column,
  );
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
  const why = (lines: readonly Line[]): readonly Line[] =>
    isFirst(run.plan, gate)
      ? [...labelled(rule, lines, column), ...labelled(rehearsed, rehearsedLines(run, pen, room), column)]
      : [];
  const undo = labelled(wayBack, undoLines(run.plan, steps, planKey, pen, room), column);
  const bodyOf = (roomy: boolean): readonly Line[] => [
    ...wrapped(pen.t(gate.ask), width, 'strong'),
    ...againLines((step ?? phase).gates, run, pen, width),
    ...hitLines(gate, state, run, steps, roomy, pen, width),
    BLANK,
    // What a small screen has to show first: nobody may agree to what stands below its edge.
    ...(gate.outages.length > 0 ? outage : []),
    ...(isLast ? undo : []),
    ...(step === null ? labelled(inOrder, orderLines(phase, state, pen, room), column) : []),
    ...labelled(onEach, flow(stepTitles(step === null ? stepsIn(phase.lanes) : steps, pen), room, 1), column),
    ...(covered.length > 0
      ? labelled(goesOn, wrapped(pen.t(messages.coveredBy(covered.map(({title}) => title))), room), column)
      : []),
    ...(step === null ? labelled(takes, timeLines(phase, covered, run, pen, room), column) : []),
    ...(step === null && gate.outages.length === 0 ? outage : []),
    ...(isLast ? [] : undo),
    ...why(roomy ? ruleLines(run.plan, pen, room) : [ruleLine(run.plan, planKey, pen, room)]),
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
