import {describeUndo} from '../../model/describe.ts';
import type {Lane, Phase, Plan, Step} from '../../model/plan.ts';
import {phaseDone, type RunState} from '../../model/state.ts';
import {progressOf} from '../../store/progress.ts';
import type {State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {actionLines, stepMark, stepTime} from './steps.ts';

/** A line of the plan that knows how to draw itself against a state: only those that are seen are drawn. */
type PlanRow = (run: RunState, now: number, pulse: number) => Line;

const still =
  (spans: Line): PlanRow =>
  () =>
    spans;

/** Scripts up to this length stand in the plan in full. */
const SHORT_LINES = 4;

const stepRows = (step: Step, pen: Pen, width: number, whole: boolean): PlanRow[] => {
  const undo = visible(pen.t(describeUndo(step.undo)));
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
    ...actionLines(
      step.action,
      pen,
      width - 6,
      whole ? Number.POSITIVE_INFINITY : SHORT_LINES,
      messages.scriptShown,
    ).map(spans => still(line('    ', ...spans))),
    ...wrapped(undo, width, noReturn ? 'warn' : 'muted', line('       ')).map(still),
    ...(noReturn
      ? [still(line(span(`  ${pen.theme.border.loud.top.repeat(Math.max(1, width - 4))}`, 'warn')))]
      : []),
  ];
};

const laneRows = (lane: Lane, pen: Pen, width: number, whole: boolean): PlanRow[] => [
  run => {
    const doing = progressOf(run).doing.get(lane.node);
    const done = doing?.kind === 'upgraded' || doing?.kind === 'verified';
    return line('   ', span(lane.node, done ? 'good' : doing?.kind === 'working' ? 'busy' : 'strong'));
  },
  ...lane.steps.flatMap(step => stepRows(step, pen, width, whole)),
];

const phaseRows = (
  phase: Phase,
  n: number,
  plan: Plan,
  pen: Pen,
  width: number,
  whole: boolean,
): PlanRow[] => [
  run => {
    const title = `${pen.t(messages.phaseOf(n, plan.phases.length))} ${pen.theme.marks.dot} ${pen.t(phase.title)}`;
    return line(
      ' ',
      span(phaseDone(run, phase) ? `${pen.theme.marks.yes} ` : '', 'good'),
      span(title, 'accent'),
    );
  },
  ...phase.lanes.flatMap(lane => laneRows(lane, pen, width, whole)),
  still(EMPTY),
];

const made = new WeakMap<Plan, {readonly key: string; readonly rows: readonly PlanRow[]}>();

const rowsOf = (plan: Plan, pen: Pen, width: number, whole: boolean): readonly PlanRow[] => {
  const key = `${pen.lang} ${width} ${pen.theme.rule} ${whole}`;
  const known = made.get(plan);
  if (known?.key === key) return known.rows;
  const rows = plan.phases.flatMap((phase, i) => phaseRows(phase, i + 1, plan, pen, width, whole));
  made.set(plan, {key, rows});
  return rows;
};

/** How many lines the plan has in that width. */
export const planHeight = (state: State, pen: Pen, width: number): number =>
  state.run === null ? 0 : rowsOf(state.run.plan, pen, width, state.switches.wholeScripts).length;

/** The whole plan, phase by phase, node by node, every command with its way back; only the part that is seen. */
export const planLines = (state: State, pen: Pen, width: number, from: number, height: number): Line[] => {
  const {run, now, pulse, switches} = state;
  if (run === null) return [];
  return rowsOf(run.plan, pen, width, switches.wholeScripts)
    .slice(from, from + height)
    .map(row => row(run, now, pulse));
};
