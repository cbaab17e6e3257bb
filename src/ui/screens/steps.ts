import {formatClock, formatDuration} from '../../lib/duration.ts';
import {never} from '../../lib/never.ts';
import type {Sighting} from '../../model/facts.ts';
import {describeHeadway} from '../../model/headway.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Check, Phase, Step} from '../../model/plan.ts';
import {
  carriedOutBy,
  currentPhase,
  nextGate,
  phaseState,
  type RunState,
  stepState,
} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import {type CellFacts, cellFacts, limitOf} from '../../store/node-status.ts';
import type {State} from '../../store/state.ts';
import {waitedCheck} from '../../store/waited-check.ts';
import {lateWords} from '../awaited.ts';
import {statusPhrase} from '../cell.ts';
import {checkLines} from '../checks.ts';
import {visible} from '../control.ts';
import {flow, type Line, line, lineWidth, type Span, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {actionLines, asFound, fanOutLines} from '../scripts.ts';
import {laneOf, nodeOf} from '../select.ts';
import {sightingLines} from '../sightings.ts';
import {waitWords} from '../wait-words.ts';
import {waitedGate} from '../waits.ts';

/** Shape and tone of a step. */
export const stepMark = (run: RunState, step: Step, pen: Pen, pulse: number): Span => {
  const {status, spinner, marks} = pen.theme;
  const state = stepState(run, step.id);
  switch (state.status) {
    case 'done':
      return span(marks.yes, 'good');
    case 'running':
      return span(spinner[pulse % spinner.length] ?? status.working.glyph, 'busy');
    case 'failed':
      return span(status.failed.glyph, 'danger');
    case 'interrupted':
      return span(status.held.glyph, 'warn');
    case 'waiting':
      return span(status.waiting.glyph, 'muted');
    default:
      return never(state);
  }
};

/** "stop 11s", "start 0:14". */
export const stepTime = (run: RunState, step: Step, now: number): string => {
  const state = stepState(run, step.id);
  if (state.status === 'done') return state.already ? '' : formatDuration(state.ms);
  return state.status === 'running' ? formatClock(Math.floor((now - state.at) / 1000) * 1000) : '';
};

const stepItem = (run: RunState, step: Step, pen: Pen, state: State): Line => {
  const seen = stepState(run, step.id);
  const {status} = seen;
  const limit = seen.status === 'running' ? limitOf(run, state.looks, step, seen) : 0;
  const time = `${stepTime(run, step, state.now)}${limit === 0 ? '' : `/${formatClock(limit)}`}`;
  const tone =
    status === 'running' ? 'strong' : status === 'waiting' ? 'muted' : status === 'failed' ? 'bad' : 'plain';
  return line(
    stepMark(run, step, pen, state.pulse),
    ' ',
    span(pen.t(step.title), tone),
    span(time === '' ? '' : ` ${time}`, 'muted'),
  );
};

/** The step that matters in a lane: running or failed, else the first that is not done. */
const stepInHand = (run: RunState, steps: readonly Step[]): Step | null =>
  steps.find(({id}) => ['running', 'failed', 'interrupted'].includes(stepState(run, id).status)) ??
  steps.find(({id}) => stepState(run, id).status !== 'done') ??
  null;

const waitingLines = (
  state: State,
  check: Check,
  seen: Sighting | null,
  run: RunState,
  words: Text,
  limit: Text,
  pen: Pen,
  width: number,
): Line[] => [
  ...wrapped(
    visible(
      pen.t(check.title) + (check.steadyMs ? pen.t(messages.onEnd(check.steadyMs)) : '') + pen.t(limit),
    ),
    width,
    'plain',
    line('   ', pen.say(words, 'muted'), ' '),
  ),
  ...checkLines(check, seen, run, pen, width, lateWords(state, check)),
];

/** The gate that is being looked at before the phase, or before this step of a lane that is in flight. */
const gateLines = (
  state: State,
  run: RunState,
  phase: Phase,
  step: Step,
  pen: Pen,
  width: number,
): Line[] => {
  if (state.questions.length > 0 || run.holds.length > 0 || run.left) return [];
  if (currentPhase(run)?.id !== phase.id) return [];
  const flying = phaseState(run, phase.id).begun.includes(step.node);
  const gate = nextGate(run, phase.gates) ?? (flying ? nextGate(run, step.gates) : null);
  if (gate?.kind !== 'check') return [];
  const {check} = gate;
  const seen = state.looks.get(check.node)?.probes[check.probe] ?? null;
  const waited = waitedGate(state);
  const limit =
    waited?.gate.id === gate.id ? waitWords.leftNow(waited.leftMs) : waitWords.upTo(check.withinMs);
  return waitingLines(state, check, seen, run, messages.gatesFirst, limit, pen, width);
};

/** Most actions say a line or two and are done: nobody could read them. */
const SAID_AFTER_MS = 3_000;

/** How far the action of a step is, while it is at it. */
export const headwayLines = ({headways, run, now}: State, step: Step, pen: Pen, width: number): Line[] => {
  const heard = headways.get(step.id);
  const state = run === null ? null : stepState(run, step.id);
  if (heard === undefined || state?.status !== 'running') return [];
  if (heard.headway.stage === '' && now - state.at < SAID_AFTER_MS) return [];
  return wrapped(visible(pen.t(describeHeadway(heard, now))), width, 'busy', line('     '));
};

const handLines = (
  state: State,
  run: RunState,
  phase: Phase,
  step: Step,
  pen: Pen,
  width: number,
  room: number,
): Line[] => {
  const now = stepState(run, step.id);
  if (now.status === 'waiting') return gateLines(state, run, phase, step, pen, width);
  if (now.status !== 'running') return [];
  const waited = waitedCheck(state, step, now.at);
  const waiting =
    waited === null
      ? []
      : waitingLines(
          state,
          waited.check,
          waited.seen,
          run,
          messages.waitsUntil,
          waitWords.upTo(waited.check.withinMs),
          pen,
          width,
        );
  const together = carriedOutBy(run, step.id);
  const commands =
    together === null
      ? actionLines(step.action, asFound(run), 'named', pen, width)
      : fanOutLines(together, asFound(run), 'named', pen, width);
  const headway = headwayLines(state, step, pen, width);
  // What is expected and seen matters more than the command, which stands in the log as well.
  return [...commands.slice(0, Math.max(0, room - waiting.length - headway.length)), ...headway, ...waiting];
};

/** Since when a node is out of service because of the run; nothing where it serves. */
const outSpans = ({status, outSince, outClock, outAtLeast, outCertain}: CellFacts, pen: Pen): Span[] =>
  outSince === null || status === 'out'
    ? []
    : [
        span(` ${pen.theme.marks.dot} `, 'muted'),
        pen.say(messages.outSince(messages.moment(outClock, outAtLeast), outCertain), 'warn'),
      ];

/**
 * The title of the pane: node, host, where it stands, and since when it is out of service. Where there is no room for all of
 * it the place goes first, then the time.
 */
export const nodeTitle = (state: State, id: NodeId, pen: Pen, width: number): Line => {
  const node = nodeOf(state, id);
  if (node === null) return [];
  const facts = cellFacts(state, node);
  const {tone} = pen.theme.status[facts.status];
  const dot = span(` ${pen.theme.marks.dot} `, 'muted');
  const places = [node.group, node.host].flatMap(word =>
    word === undefined || word === node.id ? [] : [dot, span(word, 'muted')],
  );
  const name = span(id, 'strong');
  const stands = span(
    facts.status === 'working' && facts.step !== null
      ? pen.t(facts.step.title)
      : statusPhrase({...facts, seconds: null}, pen),
    tone,
  );
  const out = outSpans(facts, pen);
  const ways = [
    line(name, ...places, dot, stands, ...out),
    line(name, dot, stands, ...out),
    line(name, dot, stands),
  ];
  return ways.find(way => lineWidth(way) <= width) ?? ways[0] ?? [];
};

/** Without a plan: what was last seen of the node. */
const watchedLines = (state: State, id: NodeId, pen: Pen, width: number): Line[] => {
  const status = state.looks.get(id)?.status ?? null;
  return status === null ? [line(' ', pen.say(messages.never, 'warn'))] : sightingLines(status, pen, width);
};

/** The steps of one node, its action, and what is waited for. One below the other where there is room. */
export const stepLines = (
  state: State,
  id: NodeId | null,
  pen: Pen,
  width: number,
  height: number,
): Line[] => {
  const {run} = state;
  if (id === null) return [line(' ', pen.say(run === null ? messages.noPlan : messages.noSteps, 'muted'))];
  if (run === null) return watchedLines(state, id, pen, width);
  const found = laneOf(run, id);
  if (found === null) return [line(' ', pen.say(messages.noSteps, 'muted'))];
  const {steps} = found.lane;
  const inHand = stepInHand(run, steps);
  const below = (room: number): Line[] =>
    inHand === null ? [] : handLines(state, run, found.phase, inHand, pen, width - 1, room);
  const items = steps.map(step => stepItem(run, step, pen, state));
  const beside = below(height - steps.length);
  if (steps.length + beside.length <= height && height >= 9) {
    return steps.flatMap((step, i) => [line(' ', ...(items[i] ?? [])), ...(step === inHand ? beside : [])]);
  }
  const flown = flow(items, width - 2, 3).map(spans => line(' ', ...spans));
  return [...flown, ...below(height - flown.length)];
};
