import {formatBytes, formatCount} from '../../lib/bytes.ts';
import {gateOwner} from '../../model/describe-event.ts';
import type {Facts, Scalar} from '../../model/facts.ts';
import type {ConfirmGate, Phase, Step} from '../../model/plan.ts';
import {gateState, type RunState} from '../../model/state.ts';
import type {Question, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {flow, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import {modeOf} from '../mode.ts';
import type {Pen} from '../pen.ts';
import {pad, padLeft, widthOf} from '../width.ts';
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

const sum = (steps: readonly Step[]): number => steps.reduce((ms, step) => ms + step.typicalMs, 0);

const timeLines = (phase: Phase, pen: Pen, width: number): Line[] => {
  const nodes = phase.lanes.length;
  const all = phase.lanes.reduce((ms, {steps}) => ms + sum(steps), 0);
  const downs = phase.lanes.map(({steps}) => {
    const first = steps.findIndex(({down}) => down);
    return first < 0 ? 0 : sum(steps.slice(first));
  });
  const longest = Math.max(0, ...downs);
  const words = pen.t(
    messages.about(all / Math.min(phase.width, Math.max(1, nodes)), nodes, Math.min(nodes, phase.width)),
  );
  return wrapped(words + (longest > 0 ? pen.t(messages.downFor(longest, nodes)) : ''), width);
};

const outageLines = (gate: ConfirmGate, nodes: number, pen: Pen, width: number): Line[] => {
  if (gate.outages.length === 0)
    return wrapped(pen.t(nodes === 1 ? messages.noOutageAlone : messages.noOutage), width);
  return gate.outages.flatMap(outage =>
    wrapped(pen.t(outage), width, 'warn', line(span(`${pen.theme.status.degraded.glyph} `, 'warn'))),
  );
};

const undoLines = (steps: readonly Step[], pen: Pen, width: number): Line[] => {
  const stuck = steps.find(({undo}) => undo.kind === 'impossible');
  if (stuck === undefined || stuck.undo.kind !== 'impossible') return wrapped(pen.t(messages.canUndo), width);
  return wrapped(pen.t(messages.noWayBack(stuck.title, stuck.undo.because)), width, 'warn');
};

/** A figure as a person reads it: sizes with their unit, counts with their thousands apart. */
const shownFact = (name: string, value: Scalar | undefined): string => {
  if (typeof value !== 'number') return visible(String(value ?? ''));
  return /bytes$/i.test(name) ? formatBytes(value) : formatCount(value);
};

/** What would be hit, one row per look, with totals of what can be added up. */
export const blastTable = (gate: ConfirmGate, blast: readonly Facts[], pen: Pen, width: number): Line[] => {
  const names = [...new Set(blast.flatMap(facts => Object.keys(facts)))].filter(name => name !== 'health');
  const rows = blast.map((facts, i) => [
    gate.blast[i]?.node ?? '',
    ...names.map(name => shownFact(name, facts[name])),
  ]);
  const totals = names.map(name => {
    const values = blast.map(facts => facts[name]);
    const numbers = values.filter(value => typeof value === 'number');
    return numbers.length === values.length && numbers.length > 1
      ? shownFact(
          name,
          numbers.reduce((all, n) => all + n, 0),
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
      step.destroys === undefined ? [] : wrapped(`${step.node}: ${pen.t(step.destroys)}`, width, 'danger'),
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
  ].map(pen.t);
  const column = Math.max(...labels.map(widthOf)) + 2;
  const room = width - column;
  const [inOrder = '', onEach = '', takes = '', meanwhile = '', wayBack = ''] = labels;
  const outage = labelled(meanwhile, outageLines(gate, phase.lanes.length, pen, room), column);
  const title =
    pen.t(messages.confirmTitle(n, run.plan.phases.length, phase.title)) +
    (step === null ? '' : ` · ${step.node}`);
  return {
    title: gate.danger === 'outage' ? `${title} · ${pen.t(messages.outage)}` : title,
    tone: gate.danger === 'phase' ? 'accent' : gate.danger === 'outage' ? 'warn' : 'danger',
    loud: gate.danger !== 'phase',
    body: [
      ...wrapped(pen.t(gate.ask), width, 'strong'),
      ...(gate.danger === 'destructive' ? destroyLines(gate, run, steps, pen, width) : []),
      BLANK,
      // What a small screen has to show first: nobody may agree to an outage that stands below its edge.
      ...(gate.outages.length > 0 ? outage : []),
      ...(step === null ? labelled(inOrder, orderLines(phase, pen, room), column) : []),
      ...labelled(onEach, flow(stepTitles(steps, pen), room, 1), column),
      ...(step === null ? labelled(takes, timeLines(phase, pen, room), column) : []),
      ...(step === null && gate.outages.length === 0 ? outage : []),
      ...labelled(wayBack, undoLines(steps, pen, room), column),
    ],
    answers: [BLANK, ...typedLines(state, gate, pen), answerLine(state, pen, modeOf(state))],
  };
};
