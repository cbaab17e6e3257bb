import type {Lane, Phase, Plan, Step} from '../../model/plan.ts';
import {phaseDone, type RunState} from '../../model/state.ts';
import {progressOf} from '../../store/progress.ts';
import type {State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {actionLines, asMade, bodyLines, fanOutLines, undoLines} from '../scripts.ts';
import {planHead} from './plan-head.ts';
import {stepMark, stepTime} from './steps.ts';

/** A line of the plan that knows how to draw itself against a state: only those that are seen are drawn. */
type PlanRow = (run: RunState, now: number, pulse: number) => Line;

const still =
  (spans: Line): PlanRow =>
  () =>
    spans;

const stepRows = (step: Step, plan: Plan, pen: Pen, width: number): PlanRow[] => {
  const noReturn = step.undo.kind === 'impossible';
  return [
    (run, now, pulse) =>
      line(
        '     ',
        stepMark(run, step, pen, pulse),
        ' ',
        span(pen.t(step.title)),
        span(`  ${stepTime(run, step, now)}`, 'muted'),
      ),
    ...actionLines(step.action, asMade(plan), 'named', pen, width - 4).map(spans =>
      still(line('    ', ...spans)),
    ),
    ...undoLines(step.undo, asMade(plan), pen, width, '       ').map(still),
    ...(noReturn
      ? [still(line(span(`  ${pen.theme.border.loud.top.repeat(Math.max(1, width - 4))}`, 'warn')))]
      : []),
  ];
};

const laneRows = (lane: Lane, plan: Plan, pen: Pen, width: number): PlanRow[] => [
  run => {
    const doing = progressOf(run).doing.get(lane.node);
    const done = doing?.kind === 'upgraded' || doing?.kind === 'verified';
    return line('   ', span(lane.node, done ? 'good' : doing?.kind === 'working' ? 'busy' : 'strong'));
  },
  ...lane.steps.flatMap(step => stepRows(step, plan, pen, width)),
];

const phaseRows = (phase: Phase, n: number, plan: Plan, pen: Pen, width: number): PlanRow[] => [
  run => {
    const title = `${pen.t(messages.phaseOf(n, plan.phases.length))} ${pen.theme.marks.dot} ${pen.t(phase.title)}`;
    return line(
      ' ',
      span(phaseDone(run, phase) ? `${pen.theme.marks.yes} ` : '', 'good'),
      span(title, 'accent'),
    );
  },
  ...(phase.fanOut === undefined
    ? []
    : fanOutLines(phase.fanOut, asMade(plan), 'named', pen, width).map(still)),
  ...phase.lanes.flatMap(lane => laneRows(lane, plan, pen, width)),
  still(EMPTY),
];

/** The text of every script that the plan runs, once, however many nodes run it; or only how long each is. */
const scriptRows = ({scripts}: Plan, pen: Pen, width: number, whole: boolean): Line[] => {
  const named = Object.entries(scripts).map(([name, text]) => {
    const count = text.split('\n').length;
    const words = pen.t(whole ? messages.scriptLines(count) : messages.scriptShown(count));
    const head = line('   ', span(visible(name), 'strong'), ' ', span(words, 'muted'));
    return whole ? [head, ...bodyLines(text, width, '     '), EMPTY] : [head];
  });
  return named.length === 0 ? [] : [line(' ', pen.say(messages.scripts, 'accent')), ...named.flat()];
};

type Made = {readonly key: string; readonly rows: readonly PlanRow[]};
const made = new WeakMap<Plan, Made>();

const rowsOf = (run: RunState, pen: Pen, width: number, whole: boolean): readonly PlanRow[] => {
  const {plan} = run;
  const key = `${pen.lang} ${width} ${pen.theme.rule} ${whole}`;
  const known = made.get(plan);
  if (known?.key === key) return known.rows;
  const rows = [
    ...planHead(run, pen, width).map(still),
    ...plan.phases.flatMap((phase, i) => phaseRows(phase, i + 1, plan, pen, width)),
    ...scriptRows(plan, pen, width, whole).map(still),
  ];
  made.set(plan, {key, rows});
  return rows;
};

/** How many lines the plan has in that width. */
export const planHeight = (state: State, pen: Pen, width: number): number =>
  state.run === null ? 0 : rowsOf(state.run, pen, width, state.switches.wholeScripts).length;

/**
 * The whole plan: why this way and what was warned of; phase by phase, node by node, every command with its way back; the
 * text of the scripts. Only the part that is seen.
 */
export const planLines = (state: State, pen: Pen, width: number, from: number, height: number): Line[] => {
  const {run, now, pulse, switches} = state;
  if (run === null) return [];
  return rowsOf(run, pen, width, switches.wholeScripts)
    .slice(from, from + height)
    .map(row => row(run, now, pulse));
};
