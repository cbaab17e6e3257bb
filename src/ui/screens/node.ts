import {describeExpect, describeUndo} from '../../model/describe.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Gate, Step} from '../../model/plan.ts';
import {gateState, type RunState, stepState} from '../../model/state.ts';
import type {State} from '../../store/state.ts';
import {checkLines} from '../checks.ts';
import {visible} from '../control.ts';
import {EMPTY, type Line, line, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';
import {sightingLines} from '../sightings.ts';
import {actionLines, stepMark, stepTime} from './steps.ts';

const gateLine = (gate: Gate, run: RunState, pen: Pen): Line => {
  const {status} = gateState(run, gate.id);
  const tone = status === 'open' ? 'good' : status === 'stuck' ? 'bad' : 'muted';
  const mark =
    status === 'open' ? pen.theme.marks.yes : status === 'stuck' ? pen.theme.marks.no : pen.theme.marks.dot;
  const words =
    gate.kind === 'check'
      ? `${pen.t(gate.check.title)} (${pen.t(describeExpect(gate.check.expect))})`
      : pen.t(gate.ask);
  return line('   ', span(`${mark} `, tone), span(words, 'muted'));
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

const stepBlock = (state: State, run: RunState, step: Step, pen: Pen, width: number): Line[] => {
  const now = stepState(run, step.id);
  const time = stepTime(run, step, state.now);
  const again = now.attempt > 1 ? `  ${pen.t(messages.attempt(now.attempt))}` : '';
  const already = now.status === 'done' && now.already ? `  ${pen.t(messages.already)}` : '';
  const failure = now.status === 'failed' && now.failure.kind === 'unsettled' ? now.failure : null;
  const look =
    failure === null
      ? null
      : failure.seen === null
        ? ({kind: 'silent', reason: failure.silent ?? ''} as const)
        : ({kind: 'seen', facts: failure.seen} as const);
  return [
    line(
      ' ',
      stepMark(run, step, pen, state.pulse),
      ' ',
      span(pen.t(step.title), 'strong'),
      span(`  ${time}${again}${already}`, 'muted'),
    ),
    ...step.gates.map(gate => gateLine(gate, run, pen)),
    ...actionLines(
      step.action,
      pen,
      width,
      state.switches.wholeScripts ? Number.POSITIVE_INFINITY : 4,
      messages.scriptShown,
    ),
    ...step.done.map(check =>
      line(
        '   ',
        span(
          `${pen.theme.marks.dot} ${pen.t(check.title)} (${pen.t(describeExpect(check.expect))})`,
          'muted',
        ),
      ),
    ),
    ...(failure === null || look === null
      ? []
      : checkLines(
          failure.check,
          {node: step.node, probe: failure.check.probe, at: now.status === 'failed' ? now.at : 0, look},
          run,
          pen,
          width,
        )),
    ...outputLines(run, step, pen, width),
    line('   ', span(pen.t(describeUndo(step.undo)), step.undo.kind === 'impossible' ? 'warn' : 'muted')),
    EMPTY,
  ];
};

/** Everything about one node: how its host is reached, all that was seen, all its steps with gates and outputs. */
export const nodeLines = (state: State, id: NodeId | null, pen: Pen, width: number): Line[] => {
  const node = nodeOf(state, id);
  if (node === null || id === null) return [line(' ', pen.say(messages.noDetail, 'muted'))];
  const link = state.links.get(node.host);
  const down =
    link?.status === 'down'
      ? wrapped(
          pen.t(messages.linkDown(visible(link.reason ?? pen.t(messages.noReason)))),
          width,
          'bad',
          line(' '),
        )
      : [];
  const seen = Object.values(state.looks.get(id)?.probes ?? {});
  const {run} = state;
  const steps =
    run === null
      ? []
      : run.plan.phases.flatMap(({lanes}) =>
          lanes.filter(lane => lane.node === id).flatMap(lane => lane.steps),
        );
  return [
    ...down,
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
