import {dateOf} from '../lib/moment.ts';
import {actionName} from '../model/action-name.ts';
import {describeCopy} from '../model/describe-copy.ts';
import {describeEvent} from '../model/describe-event.ts';
import {describePrinted} from '../model/describe-reattached.ts';
import type {Event} from '../model/event.ts';
import type {NodeId} from '../model/ids.ts';
import {stepOf} from '../model/in-plan.ts';
import type {Step} from '../model/plan.ts';
import {foldEvents, reduce} from '../model/reduce.ts';
import {factsOfStep, type RunState, stepState} from '../model/state.ts';
import {plain, type Text} from '../model/text.ts';
import type {LogLine} from './state.ts';

/** How many lines the log keeps. */
export const LOG_LINES = 2_000;
/** How many lines of one output go into the log: its end. */
const OUTPUT_LINES = 40;

export type NewLine = Omit<LogLine, 'id'>;

const outputLines = (at: number, node: NodeId, output: string): NewLine[] =>
  output
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(-OUTPUT_LINES)
    .map(line => ({at, node, level: 'output', words: plain(line)}));

/** What is begun, as it stands in the log: a script by its name, a copy with what goes where. */
const commandOf = ({action}: Step, state: RunState): Text =>
  action.kind === 'copy' ? describeCopy(action, factsOfStep(state)) : plain(actionName(action));

/** The lines an event leaves in the log: its words, the command it starts, the output it brings. */
export const linesOfEvent = (event: Event, state: RunState): NewLine[] => {
  if (event.type === 'step.acted') {
    const {node} = stepOf(state, event.step);
    const {stdout, stderr} = event.outcome;
    const said = [...outputLines(event.at, node, stdout), ...outputLines(event.at, node, stderr)];
    const step = stepState(state, event.step);
    const found = step.status === 'running' ? step.found : undefined;
    if (found === undefined || said.length === 0) return said;
    return [{at: event.at, node, level: 'info', words: describePrinted(found)}, ...said];
  }
  const said = describeEvent(event, state);
  const lines: NewLine[] =
    said === null ? [] : [{at: event.at, node: said.node, level: said.level, words: said.words}];
  if (event.type === 'step.started') {
    const step = stepOf(state, event.step);
    lines.push({at: event.at, node: step.node, level: 'command', words: commandOf(step, state)});
  }
  return lines;
};

/** So many events of a journal are told again when its run is gone on with: more than the log shows of them. */
const PAST_EVENTS = 800;

/** Of these, so many of what was seen beside the run: one that goes down again and again leaves room for what led there. */
const PAST_BESIDE = 100;

const isBeside = ({type}: Event): boolean => type === 'node.down' || type === 'node.up';

/** What the end of a journal leaves in the log, as it did when it happened. */
export const pastLines = (events: readonly Event[]): readonly NewLine[] => {
  const own = events.filter(event => !isBeside(event)).at(-PAST_EVENTS);
  const from = own === undefined ? 1 : Math.max(1, events.indexOf(own));
  const beside = new Set(events.filter(isBeside).slice(-PAST_BESIDE));
  let state = events.length === 0 ? null : foldEvents(events.slice(0, from));
  const lines = from > 1 || events[0] === undefined || state === null ? [] : linesOfEvent(events[0], state);
  for (const event of events.slice(from)) {
    state = reduce(state, event);
    if (!isBeside(event) || beside.has(event)) lines.push(...linesOfEvent(event, state));
  }
  return lines.slice(-LOG_LINES);
};

/** Before the first line of another day than the line before it that day, for the lines say only the time. */
const withDays = (last: number | undefined, lines: readonly NewLine[]): readonly NewLine[] =>
  lines.flatMap((line, i) => {
    const before = lines[i - 1]?.at ?? last;
    const day = dateOf(line.at);
    return before === undefined || dateOf(before) === day
      ? [line]
      : [{at: line.at, node: null, level: 'info', words: plain(day)}, line];
  });

/** Appends lines with running ids, dropping the oldest beyond LOG_LINES. */
export const appendLines = (log: readonly LogLine[], lines: readonly NewLine[]): readonly LogLine[] => {
  if (lines.length === 0) return log;
  const last = log.at(-1);
  const next = (last?.id ?? 0) + 1;
  return [...log, ...withDays(last?.at, lines).map((line, i) => ({...line, id: next + i}))].slice(-LOG_LINES);
};
