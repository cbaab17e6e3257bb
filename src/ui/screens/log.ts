import {timeOfDay} from '../../lib/moment.ts';
import type {LogLevel, LogLine, State} from '../../store/state.ts';
import {visible} from '../control.ts';
import {type Line, line, span} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import type {Tone} from '../theme.ts';
import {pad} from '../width.ts';

const TONES: Readonly<Record<LogLevel, Tone>> = {
  info: 'plain',
  good: 'good',
  warn: 'warn',
  bad: 'bad',
  command: 'accent',
  output: 'muted',
};

const logLine = (entry: LogLine, nameWidth: number, pen: Pen): Line => {
  const head =
    entry.level === 'command' ? `${pen.theme.marks.prompt} ` : entry.level === 'output' ? '  ' : '';
  return line(
    span(` ${timeOfDay(entry.at)} `, 'muted'),
    span(`${pad(entry.node ?? '', nameWidth)} `, 'accent'),
    span(head + visible(pen.t(entry.words)), TONES[entry.level]),
  );
};

/** The end of the log, or the part that was scrolled to (`up` lines from its end). */
export const logLines = (
  log: readonly LogLine[],
  up: number,
  nodeWidth: number,
  pen: Pen,
  height: number,
): Line[] => {
  if (log.length === 0) return [line(' ', pen.say(messages.noLog, 'muted'))];
  const end = Math.max(Math.min(height, log.length), log.length - up);
  const shown = log.slice(Math.max(0, end - height), end);
  return shown.map(entry => logLine(entry, nodeWidth, pen));
};

/** "following", or how much newer there is below. */
export const logPlace = (state: State, pen: Pen): Line => {
  const up = state.scroll.log;
  return up === 0
    ? [pen.say(messages.following, 'muted')]
    : [pen.say(messages.linesBelow(Math.min(up, state.log.length)), 'warn')];
};
