import {formatBytes, formatCount} from '../../lib/bytes.ts';
import {describeFact, describeRule} from '../../model/describe.ts';
import {gateOwner} from '../../model/describe-event.ts';
import {describeNotServing} from '../../model/describe-service.ts';
import type {Fact, Facts} from '../../model/facts.ts';
import type {ConfirmGate, Lane, Phase, Plan, Step} from '../../model/plan.ts';
import {gateState, outOfService, type RunState} from '../../model/state.ts';
import {phaseMs, progressOf} from '../../store/progress.ts';
import type {Question, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {modeOf} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {pad, padLeft, widthOf, wrap} from '../width.ts';
import {answerLine, BLANK, type Dialog, labelled} from './dialog.ts';

/** How many lines of nodes are named before "and N more". */
const NODE_LINES = 3;

const orderLines = (phase: Phase, pen: Pen, width: number): Line[] => {
  const names = phase.lanes.map(({node}) => node);
  const {arrow} = pen.theme.marks;
  const all = flow(
    names.map((name, i) =>
      line(span(name, 'strong'), span(i === names.length - 1 ? '' : ` ${arrow}`, 'muted')),
    ),
    width,
    1,
  );
  const asked =
    phase.order.kind === 'asked'
      ? wrapped(pen.t(messages.askedOrder(phase.order.ranks.join(` ${arrow} `))), width, 'muted')
      : [];
  if (all.length <= NODE_LINES) return [...all, ...asked];
  const shown = all.slice(0, NODE_LINES);
  const named = shown.reduce((sum, spans) => sum + spans.filter(({tone}) => tone === 'strong').length, 0);
  return [...shown, line(pen.say(messages.moreNodes(names.length - named), 'muted')), ...asked];
};

/** The titles of what happens to the nodes, in order, each once. */
const stepTitles = (steps: readonly Step[], pen: Pen): Line[] => {
  const seen = new Map<string, Step>();
  for (const step of steps) if (!seen.has(step.name)) seen.set(step.name, step);
  const titles = [...seen.values()];
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

const timeLines = (phase: Phase, run: RunState, pen: Pen, width: number): Line[] => {
  const nodes = phase.lanes.length;
  const outs = phase.lanes.map(lane => outOf(lane, progressOf(run).usualMs));
  const longest = outs.reduce((most, {ms}) => Math.max(most, ms), 0);
  const stayOut = outs.filter(({on}) => on).length;
  const back = stayOut === 0 ? null : returningPhase(run.plan, phase);
  const words = [
    messages.about(phaseMs(run, phase), nodes, Math.min(nodes, phase.width)),
    ...(longest > 0 ? [messages.outFor(longest, nodes)] : []),
    ...(stayOut === 0 ? [] : [back === null ? messages.outOn : messages.outUntil(back.title, stayOut)]),
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

/** What the phase costs; where it costs nothing more, who is out of service already. */
const outageLines = (gate: ConfirmGate, run: RunState, nodes: number, pen: Pen, width: number): Line[] => {
  if (gate.outages.length === 0) {
    const notServing = describeNotServing(outOfService(run));
    if (notServing !== null) return wrapped(pen.t(notServing), width, 'warn');
    return wrapped(pen.t(nodes === 1 ? messages.noOutageAlone : messages.noOutage), width);
  }
  return gate.outages.flatMap(outage =>
    wrapped(pen.t(outage), width, 'warn', line(span(`${pen.theme.status.degraded.glyph} `, 'warn'))),
  );
};

const undoLines = (steps: readonly Step[], pen: Pen, width: number): Line[] => {
  const stuck = steps.find(({undo}) => undo.kind === 'impossible');
  if (stuck === undefined || stuck.undo.kind !== 'impossible') return wrapped(pen.t(messages.canUndo), width);
  return wrapped(pen.t(messages.noWayBack(stuck.title, stuck.undo.because)), width, 'warn');
};

const MORE_IN_PLAN = ' … (p)';

/** In one line, as much as there is room for: the plan says it whole, and where the rule stands. */
const ruleLine = ({rule}: Plan, pen: Pen, width: number): Line => {
  const ways = [describeRule(rule), rule.says].map(words => visible(pen.t(words)));
  const [, says = ''] = ways;
  const [begins = ''] = wrap(says, width - widthOf(MORE_IN_PLAN));
  return line(span(ways.find(way => widthOf(way) <= width) ?? begins + MORE_IN_PLAN, 'muted'));
};

/** The rule whole, and where it stands. */
const ruleLines = ({rule}: Plan, pen: Pen, width: number): Line[] =>
  wrapped(visible(pen.t(describeRule(rule))), width, 'muted');

/** A figure as a person reads it: sizes with their unit, counts with their thousands apart. */
const shownFact = (name: string, value: Fact | undefined, pen: Pen): string => {
  if (value === undefined) return '';
  if (typeof value !== 'number') return visible(pen.t(describeFact(value)));
  return /bytes$/i.test(name) ? formatBytes(value) : formatCount(value);
};

/** What would be hit, one row per look, with totals of what can be added up. */
export const blastTable = (gate: ConfirmGate, blast: readonly Facts[], pen: Pen, width: number): Line[] => {
  const names = [...new Set(blast.flatMap(facts => Object.keys(facts)))].filter(name => name !== 'health');
  const rows = blast.map((facts, i) => [
    gate.blast[i]?.node ?? '',
    ...names.map(name => shownFact(name, facts[name], pen)),
  ]);
  const totals = names.map(name => {
    const values = blast.map(facts => facts[name]);
    const numbers = values.filter(value => typeof value === 'number');
    return numbers.length === values.length && numbers.length > 1
      ? shownFact(
          name,
          numbers.reduce((all, n) => all + n, 0),
          pen,
        )
      : '';
  });
  const body = totals.some(value => value !== '') ? [...rows, [pen.t(messages.total), ...totals]] : rows;
  const table = [['', ...names], ...body];
  const widths = ['', ...names].map((_, column) => Math.max(...table.map(row => widthOf(row[column] ?? ''))));
  const numeric = names.map(name => blast.every(facts => typeof facts[name] === 'number'));
  return table.map((row, r) =>
    line(
      ...row.map((value, column) => {
        const room = Math.min(widths[column] ?? 0, width);
        const cell = column > 0 && numeric[column - 1] === true ? padLeft(value, room) : pad(value, room);
        return span(`${cell}  `, r === 0 ? 'muted' : r > rows.length ? 'strong' : 'danger');
      }),
    ),
  );
};

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

const destroyLines = (
  gate: ConfirmGate,
  run: RunState,
  steps: readonly Step[],
  pen: Pen,
  width: number,
): Line[] => {
  const reached = gateState(run, gate.id);
  const blast = reached.status === 'reached' ? reached.blast : [];
  const drifted = reached.status === 'reached' && reached.drifted;
  return [
    ...steps.flatMap(step =>
      step.destroys === undefined
        ? []
        : wrapped(pen.t(messages.ofNode(step.node, step.destroys)), width, 'danger'),
    ),
    ...(drifted ? wrapped(pen.t(messages.drifted), width, 'warn') : []),
    ...(blast.length > 0 ? [BLANK, ...blastTable(gate, blast, pen, width)] : []),
  ];
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
  const steps = step === null ? phase.lanes.flatMap(lane => lane.steps) : [step];
  const n = run.plan.phases.indexOf(phase) + 1;
  const labels = [
    messages.inOrder,
    step === null ? messages.onEach : messages.step,
    messages.takes,
    messages.meanwhile,
    messages.wayBack,
    messages.rule,
  ].map(pen.t);
  const column = Math.max(...labels.map(widthOf)) + 2;
  const room = width - column;
  const [inOrder = '', onEach = '', takes = '', meanwhile = '', wayBack = '', rule = ''] = labels;
  const outage = labelled(meanwhile, outageLines(gate, run, phase.lanes.length, pen, room), column);
  const title =
    pen.t(messages.confirmTitle(n, run.plan.phases.length, phase.title)) +
    (step === null ? '' : ` · ${step.node}`);
  const body = [
    ...wrapped(pen.t(gate.ask), width, 'strong'),
    ...(gate.danger === 'destructive' ? destroyLines(gate, run, steps, pen, width) : []),
    BLANK,
    // What a small screen has to show first: nobody may agree to an outage that stands below its edge.
    ...(gate.outages.length > 0 ? outage : []),
    ...(step === null ? labelled(inOrder, orderLines(phase, pen, room), column) : []),
    ...labelled(onEach, flow(stepTitles(steps, pen), room, 1), column),
    ...(step === null ? labelled(takes, timeLines(phase, run, pen, room), column) : []),
    ...(step === null && gate.outages.length === 0 ? outage : []),
    ...labelled(wayBack, undoLines(steps, pen, room), column),
  ];
  const why = (lines: readonly Line[]): readonly Line[] =>
    isFirst(run.plan, gate) ? [...body, ...labelled(rule, lines, column)] : body;
  return {
    title: gate.danger === 'outage' ? `${title} · ${pen.t(messages.outage)}` : title,
    tone: gate.danger === 'phase' ? 'accent' : gate.danger === 'outage' ? 'warn' : 'danger',
    loud: gate.danger !== 'phase',
    body: why([ruleLine(run.plan, pen, room)]),
    roomy: why(ruleLines(run.plan, pen, room)),
    answers: [BLANK, ...typedLines(state, gate, pen), answerLine(state, pen, modeOf(state))],
  };
};
