import type {Lane, Phase, Plan, Step} from '../../model/plan.ts';
import {phaseDone, type RunState} from '../../model/state.ts';
import {progressOf} from '../../store/progress.ts';
import type {State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {planPlace} from '../plan-place.ts';
import {actionLines, asMade, bodyLines, fanOutLines, undoLines} from '../scripts.ts';
import {planHead} from './plan-head.ts';
import {stepMark, stepTime} from './steps.ts';

/** A line of the plan that knows how to draw itself against a state: only those that are seen are drawn. */
type PlanRow = {
  readonly draw: (run: RunState, now: number, pulse: number) => Line;
  /** What begins with it: a step, a phase, or the scripts. */
  readonly begins?: string;
  /** Under which other lines stand: a phase, or a node in one. */
  readonly heads?: {readonly as: 'phase' | 'node'; readonly name: string};
};

const still = (spans: Line): PlanRow => ({draw: () => spans});

/** What the line is called with which the text of the scripts begins. */
const SCRIPTS = 'scripts';

const stepRows = (step: Step, plan: Plan, pen: Pen, width: number): PlanRow[] => {
  const noReturn = step.undo.kind === 'impossible';
  return [
    {
      begins: step.id,
      draw: (run, now, pulse) =>
        line(
          '     ',
          stepMark(run, step, pen, pulse),
          ' ',
          span(pen.t(step.title)),
          span(`  ${stepTime(run, step, now)}`, 'muted'),
        ),
    },
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
  {
    heads: {as: 'node', name: lane.node},
    draw: run => {
      const doing = progressOf(run).doing.get(lane.node);
      const done = doing?.kind === 'upgraded' || doing?.kind === 'taken-back' || doing?.kind === 'verified';
      return line('   ', span(lane.node, done ? 'good' : doing?.kind === 'working' ? 'busy' : 'strong'));
    },
  },
  ...lane.steps.flatMap(step => stepRows(step, plan, pen, width)),
];

const phaseRows = (phase: Phase, n: number, plan: Plan, pen: Pen, width: number): PlanRow[] => [
  {
    begins: phase.id,
    heads: {as: 'phase', name: pen.t(phase.title)},
    draw: run => {
      const title = `${pen.t(messages.phaseOf(n, plan.phases.length))} ${pen.theme.marks.dot} ${pen.t(phase.title)}`;
      return line(
        ' ',
        span(phaseDone(run, phase) ? `${pen.theme.marks.yes} ` : '', 'good'),
        span(title, 'accent'),
      );
    },
  },
  ...(phase.fanOut === undefined
    ? []
    : fanOutLines(phase.fanOut, asMade(plan), 'named', pen, width).map(still)),
  ...phase.lanes.flatMap(lane => laneRows(lane, plan, pen, width)),
  still(EMPTY),
];

/** The text of every script that the plan runs, once, however many nodes run it; or only how long each is. */
const scriptRows = ({scripts}: Plan, pen: Pen, width: number, whole: boolean): PlanRow[] => {
  const named = Object.entries(scripts).map(([name, text]) => {
    const count = text.split('\n').length;
    const words = pen.t(whole ? messages.scriptLines(count) : messages.scriptShown(count));
    const head = line('   ', span(visible(name), 'strong'), ' ', span(words, 'muted'));
    return whole ? [head, ...bodyLines(text, width, '     '), EMPTY] : [head];
  });
  if (named.length === 0) return [];
  const title = line(' ', pen.say(messages.scripts, 'accent'));
  const heads = {as: 'phase', name: pen.t(messages.scripts)} as const;
  return [{begins: SCRIPTS, heads, draw: () => title}, ...named.flat().map(still)];
};

/** `places`: in which row what begins. `under`: the phase and node that each row stands under, and the row of the last of them. */
type Rows = {
  readonly rows: readonly PlanRow[];
  readonly places: ReadonlyMap<string, number>;
  readonly under: readonly Under[];
};
type Under = {readonly at: number; readonly names: readonly string[]};
type Made = Rows & {readonly key: string};
const made = new WeakMap<Plan, Made>();

const underOf = (rows: readonly PlanRow[]): readonly Under[] => {
  let under: Under = {at: 0, names: []};
  return rows.map(({heads}, at) => {
    if (heads !== undefined)
      under = {at, names: [...(heads.as === 'phase' ? [] : under.names.slice(0, 1)), heads.name]};
    return under;
  });
};

const rowsOf = (run: RunState, pen: Pen, width: number, whole: boolean): Rows => {
  const {plan} = run;
  const key = `${pen.lang} ${width} ${pen.theme.rule} ${whole}`;
  const known = made.get(plan);
  if (known?.key === key) return known;
  const rows = [
    ...planHead(run, pen, width).map(still),
    ...plan.phases.flatMap((phase, i) => phaseRows(phase, i + 1, plan, pen, width)),
    ...scriptRows(plan, pen, width, whole),
  ];
  const places = new Map(
    rows.flatMap(({begins}, at) => (begins === undefined ? [] : [[begins, at] as const])),
  );
  const all = {key, rows, places, under: underOf(rows)};
  made.set(plan, all);
  return all;
};

const rowsIn = ({run, switches}: State, pen: Pen, width: number): Rows =>
  run === null ? {rows: [], places: new Map(), under: []} : rowsOf(run, pen, width, switches.wholeScripts);

/** How many lines the plan has in that width. */
export const planHeight = (state: State, pen: Pen, width: number): number =>
  rowsIn(state, pen, width).rows.length;

/** From which line on the plan shows that place: with the node or phase above it, where that is not far. */
const fromPlace = ({rows, places, under}: Rows, place: string | null, height: number): number => {
  const at = place === null ? 0 : (places.get(place) ?? 0);
  const head = under[at]?.at ?? 0;
  const from = at - head < height / 2 ? head : at - 1;
  return Math.max(0, Math.min(from, rows.length - height));
};

/** The phase and node that this line of the plan stands under; none at its top. */
export const planUnder = (state: State, pen: Pen, width: number, from: number): readonly string[] =>
  from === 0 ? [] : (rowsIn(state, pen, width).under[from]?.names ?? []);

/** From which line on the plan shows what the run stands at, or the text of its scripts. */
export const planFrom = (
  what: 'run' | 'scripts',
  state: State,
  pen: Pen,
  width: number,
  height: number,
): number => fromPlace(rowsIn(state, pen, width), what === 'run' ? planPlace(state) : SCRIPTS, height);

/**
 * The whole plan: why this way and what was warned of; phase by phase, node by node, every command with its way back; the
 * text of the scripts. Only the part that is seen.
 */
export const planLines = (state: State, pen: Pen, width: number, from: number, height: number): Line[] => {
  const {run, now, pulse} = state;
  if (run === null) return [];
  return rowsIn(state, pen, width)
    .rows.slice(from, from + height)
    .map(({draw}) => draw(run, now, pulse));
};
