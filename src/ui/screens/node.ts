import {describeWanted} from '../../model/describe-facts.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Gate, Step} from '../../model/plan.ts';
import {carriedOutBy, gateState, type RunState, stepState} from '../../model/state.ts';
import {downByItself, outNow, unwellByItself} from '../../store/service.ts';
import type {State} from '../../store/state.ts';
import {sshLine, standsWords} from '../at-hand.ts';
import {checkLines, lookOf} from '../checks.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {actionLines, asFound, fanOutLines, undoLines} from '../scripts.ts';
import {nodeOf} from '../select.ts';
import {sightingLines} from '../sightings.ts';
import {headwayLines, stepMark, stepTime} from './steps.ts';

const gateLines = (gate: Gate, run: RunState, pen: Pen, width: number): Line[] => {
  const {status} = gateState(run, gate.id);
  const tone = status === 'open' ? 'good' : status === 'stuck' ? 'bad' : 'muted';
  const mark =
    status === 'open' ? pen.theme.marks.yes : status === 'stuck' ? pen.theme.marks.no : pen.theme.marks.dot;
  const words =
    gate.kind === 'check'
      ? `${pen.t(gate.check.title)} (${pen.t(describeWanted(gate.check))})`
      : pen.t(gate.ask);
  return wrapped(visible(words), width, 'muted', line('   ', span(`${mark} `, tone)));
};

const outputLines = (run: RunState, step: Step, pen: Pen, width: number): Line[] => {
  const state = stepState(run, step.id);
  const outcome = state.status === 'waiting' || state.status === 'interrupted' ? null : state.outcome;
  if (outcome === null) return [];
  const words = `${outcome.stdout}\n${outcome.stderr}`.split('\n').filter(each => each.trim() !== '');
  return [
    line(
      '   ',
      span(
        `${pen.t(messages.output)}, ${pen.t(messages.exitCode(outcome.code))}`,
        outcome.code === 0 ? 'muted' : 'warn',
      ),
    ),
    ...words.slice(-20).flatMap(each => wrapped(visible(each), width, 'muted', line('     '))),
  ];
};

/** The way back of a step; with its script where every script is shown. */
const wayBackLines = ({undo}: Step, run: RunState, whole: boolean, pen: Pen, width: number): Line[] => {
  if (!whole || undo.kind !== 'action') return undoLines(undo, asFound(run), pen, width, '   ');
  return [
    line('   ', pen.say(messages.wayBack, 'muted')),
    ...actionLines(undo.action, asFound(run), 'whole', pen, width),
  ];
};

const stepBlock = (state: State, run: RunState, step: Step, pen: Pen, width: number): Line[] => {
  const now = stepState(run, step.id);
  const whole = state.switches.wholeScripts;
  const together = carriedOutBy(run, step.id);
  const time = stepTime(run, step, state.now);
  const again = now.attempt > 1 ? `  ${pen.t(messages.attempt(now.attempt))}` : '';
  const already = now.status === 'done' && now.already ? `  ${pen.t(messages.already)}` : '';
  const failure = now.status === 'failed' && now.failure.kind === 'unsettled' ? now.failure : null;
  return [
    line(
      ' ',
      stepMark(run, step, pen, state.pulse),
      ' ',
      span(pen.t(step.title), 'strong'),
      span(`  ${time}${again}${already}`, 'muted'),
    ),
    ...step.gates.flatMap(gate => gateLines(gate, run, pen, width)),
    ...(together === null
      ? actionLines(step.action, asFound(run), whole ? 'whole' : 'counted', pen, width)
      : fanOutLines(together, asFound(run), whole ? 'whole' : 'counted', pen, width)),
    ...step.done.flatMap(check => {
      const words = `${pen.t(check.title)} (${pen.t(describeWanted(check))})`;
      return wrapped(visible(words), width, 'muted', line('   ', span(`${pen.theme.marks.dot} `, 'muted')));
    }),
    ...(failure === null || now.status !== 'failed'
      ? []
      : checkLines(
          failure.check,
          {node: failure.check.node, probe: failure.check.probe, at: now.at, look: lookOf(failure)},
          run,
          pen,
          width,
        )),
    ...outputLines(run, step, pen, width),
    ...wayBackLines(step, run, whole, pen, width),
    EMPTY,
  ];
};

/** What is at it just now, and how far that is: first of all, for what was seen and done is long. */
const nowLines = (state: State, run: RunState, steps: readonly Step[], pen: Pen, width: number): Line[] =>
  steps.flatMap(step => {
    const lines = headwayLines(state, step, pen, width);
    return lines.length === 0
      ? []
      : [
          EMPTY,
          line(
            ' ',
            stepMark(run, step, pen, state.pulse),
            ' ',
            span(pen.t(step.title), 'strong'),
            span(`  ${stepTime(run, step, state.now)}`, 'muted'),
          ),
          ...lines,
        ];
  });

/** Everything about one node: how its host is reached, all that was seen, all its steps with gates and outputs. */
export const nodeLines = (state: State, id: NodeId | null, pen: Pen, width: number): Line[] => {
  const node = nodeOf(state, id);
  if (node === null || id === null) return [line(' ', pen.say(messages.noDetail, 'muted'))];
  const link = state.links.get(node.host);
  const down =
    link?.status === 'down'
      ? wrapped(visible(pen.t(messages.linkDown(link.reason ?? messages.noReason))), width, 'bad', line(' '))
      : [];
  const seen = Object.values(state.looks.get(id)?.probes ?? {});
  const {run} = state;
  const {status} = pen.theme;
  const isOut = outNow(state).some(each => each.node === id);
  const gone = downByItself(state).find(each => each.node === id);
  const unwell = unwellByItself(state).find(each => each.node === id)?.is;
  const is = isOut
    ? 'out'
    : gone !== undefined
      ? gone.leftBehind
        ? 'left-behind'
        : 'down'
      : unwell === 'silent'
        ? 'unknown'
        : unwell;
  const stands = is === undefined ? 'plain' : 'warn';
  const sign = is === undefined ? '' : `${status[is].glyph} `;
  const command = sshLine(state, id);
  const steps =
    run === null
      ? []
      : run.plan.phases.flatMap(({lanes}) =>
          lanes.filter(lane => lane.node === id).flatMap(lane => lane.steps),
        );
  return [
    ...down,
    ...wrapped(pen.t(standsWords(state, id)), width, stands, line(' ', span(sign, stands))),
    ...(command === null ? [] : wrapped(visible(command), width, 'muted', line(' '))),
    ...(run === null ? [] : nowLines(state, run, steps, pen, width)),
    EMPTY,
    ...(seen.length === 0
      ? [line(' ', pen.say(messages.never, 'warn'))]
      : seen.flatMap(each => sightingLines(each, pen, width))),
    EMPTY,
    ...(run === null
      ? []
      : steps.length === 0
        ? [line(' ', pen.say(messages.noSteps, 'muted'))]
        : steps.flatMap(step => stepBlock(state, run, step, pen, width))),
  ];
};
