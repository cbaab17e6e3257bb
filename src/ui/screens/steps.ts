import {formatClock, formatDuration} from '../../lib/duration.ts';
import type {Sighting} from '../../model/facts.ts';
import type {NodeId} from '../../model/ids.ts';
import type {Action, Check, Phase, Step} from '../../model/plan.ts';
import {currentPhase, nextGate, phaseState, type RunState, stepState} from '../../model/state.ts';
import type {Text} from '../../model/text.ts';
import {cellFacts} from '../../store/node-status.ts';
import type {State} from '../../store/state.ts';
import {statusPhrase} from '../cell.ts';
import {checkLines, waitedCheck} from '../checks.ts';
import {visible} from '../control.ts';
import {flow, type Line, line, type Span, span, wrapped} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {laneOf, nodeOf} from '../select.ts';
import {sightingLines} from '../sightings.ts';

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
    default:
      return span(status.waiting.glyph, 'muted');
  }
};

/** "stop 11s", "start 0:14". */
export const stepTime = (run: RunState, step: Step, now: number): string => {
  const state = stepState(run, step.id);
  if (state.status === 'done') return state.already ? '' : formatDuration(state.ms);
  return state.status === 'running' ? formatClock(Math.floor((now - state.at) / 1000) * 1000) : '';
};

/** What is run, as lines with a prompt; a script longer than `most` by its name and length. Instructions for a step by hand. */
export const actionLines = (
  action: Action,
  pen: Pen,
  width: number,
  most: number,
  long = messages.scriptLines,
): Line[] => {
  if (action.kind === 'manual') return wrapped(pen.t(action.instructions), width, 'plain', line('   '));
  const lines = action.script.split('\n').map(visible);
  const prompt = span(`${pen.theme.marks.prompt} `, 'muted');
  if (lines.length > most)
    return [line('   ', prompt, span(visible(action.name)), ' ', pen.say(long(lines.length), 'muted'))];
  return lines.flatMap((words, i) =>
    wrapped(words, width, 'plain', line('   ', i === 0 ? prompt : span('  '))),
  );
};

const stepItem = (run: RunState, step: Step, pen: Pen, state: State): Line => {
  const {status} = stepState(run, step.id);
  const time = stepTime(run, step, state.now);
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
  check: Check,
  seen: Sighting | null,
  run: RunState,
  words: Text,
  pen: Pen,
  width: number,
): Line[] => [
  line('   ', pen.say(words, 'muted'), ' ', pen.say(check.title)),
  ...checkLines(check, seen, run, pen, width),
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
  return waitingLines(check, seen, run, messages.gatesFirst, pen, width);
};

const handLines = (
  state: State,
  run: RunState,
  phase: Phase,
  step: Step,
  pen: Pen,
  width: number,
  height: number,
): Line[] => {
  const now = stepState(run, step.id);
  if (now.status === 'waiting') return gateLines(state, run, phase, step, pen, width);
  if (now.status !== 'running') return [];
  const waited = waitedCheck(state, step, now.at);
  const commands = actionLines(step.action, pen, width, Math.max(1, Math.min(4, height - 4)));
  if (waited === null) return commands;
  return [...commands, ...waitingLines(waited.check, waited.seen, run, messages.waitsFor, pen, width)];
};

/** The title of the pane: node, host, and where it stands. */
export const nodeTitle = (state: State, id: NodeId, pen: Pen): Line => {
  const node = nodeOf(state, id);
  if (node === null) return [];
  const facts = cellFacts(state, node);
  const {tone} = pen.theme.status[facts.status];
  const where = [node.group, node.host]
    .filter(word => word !== undefined && word !== node.id)
    .join(` ${pen.theme.marks.dot} `);
  return line(
    span(id, 'strong'),
    where === '' ? '' : span(` ${pen.theme.marks.dot} ${where}`, 'muted'),
    span(` ${pen.theme.marks.dot} `, 'muted'),
    span(
      facts.status === 'working' && facts.step !== null
        ? pen.t(facts.step.title)
        : statusPhrase({...facts, seconds: null}, pen),
      tone,
    ),
  );
};

/** Without a plan: what was last seen of the node. */
const watchedLines = (state: State, id: NodeId, pen: Pen, width: number): Line[] => {
  const status = state.looks.get(id)?.status ?? null;
  return status === null ? [line(' ', pen.say(messages.never, 'warn'))] : sightingLines(status, pen, width);
};

/** The steps of one node, its command, and what is waited for. One below the other where there is room. */
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
  const below = inHand === null ? [] : handLines(state, run, found.phase, inHand, pen, width - 1, height);
  const items = steps.map(step => stepItem(run, step, pen, state));
  if (steps.length + below.length <= height && height >= 9) {
    return steps.flatMap((step, i) => [line(' ', ...(items[i] ?? [])), ...(step === inHand ? below : [])]);
  }
  return [...flow(items, width - 2, 3).map(spans => line(' ', ...spans)), ...below];
};
