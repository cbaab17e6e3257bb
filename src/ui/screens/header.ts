import {formatClock} from '../../lib/duration.ts';
import {currentPhase} from '../../model/state.ts';
import {type PhaseProgress, progressOf, shareDone, timeLeftMs} from '../../store/progress.ts';
import {isBusy, openQuestion, type State} from '../../store/state.ts';
import {type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {messages} from '../messages.ts';
import {type Pen, timeOfDay} from '../pen.ts';

/** What the run is doing, in one chip. */
const chip = (state: State, pen: Pen): Span => {
  const {run} = state;
  const {status, spinner} = pen.theme;
  if (run === null) return span(`${status.ok.glyph} ${pen.t(messages.watching)}`, 'good');
  if (run.verdict !== null) {
    return run.verdict.unverified.length === 0
      ? span(`${status.verified.glyph} ${pen.t(messages.verified)}`, 'good')
      : span(`${status.failed.glyph} ${pen.t(messages.unverified)}`, 'danger');
  }
  const question = openQuestion(state);
  if (run.left) return span(`${status.held.glyph} ${pen.t(messages.left)}`, 'warn');
  if (question?.kind === 'hold') return span(`${status.held.glyph} ${pen.t(messages.held)}`, 'danger');
  if (question !== null)
    return span(
      `${status.held.glyph} ${pen.t(messages.waitingSince(timeOfDay(question.at).slice(0, 5)))}`,
      'warn',
    );
  if (state.wish === 'leave') return span(`${status.held.glyph} ${pen.t(messages.willLeave)}`, 'warn');
  if (state.wish === 'hold') return span(`${status.held.glyph} ${pen.t(messages.willHold)}`, 'warn');
  const turning = isBusy(state) ? spinner[state.pulse % spinner.length] : status.working.glyph;
  return span(
    `${turning} ${pen.t(currentPhase(run) === null ? messages.verifying : messages.running)}`,
    'busy',
  );
};

const times = (state: State, pen: Pen): Line => {
  const {run} = state;
  if (run === null) return [];
  const end = isBusy(state) ? state.now : run.at;
  const elapsed = formatClock(Math.floor((end - run.startedAt) / 1000) * 1000);
  const left = run.verdict === null && !run.left ? timeLeftMs(run, end) : 0;
  const rounded = left >= 120_000 ? left : Math.ceil(left / 5000) * 5000;
  return line(span(`   ${elapsed}`), span(left > 0 ? `  ${pen.t(messages.timeLeft(rounded))}` : '', 'muted'));
};

const phaseItem = ({phase, done, total, status}: PhaseProgress, pen: Pen): Line => {
  const {theme} = pen;
  const glyph =
    status === 'done'
      ? theme.marks.yes
      : status === 'now'
        ? theme.status.working.glyph
        : theme.status.waiting.glyph;
  const tone = status === 'done' ? 'good' : status === 'now' ? 'busy' : 'muted';
  return line(
    span(`${glyph} `, tone),
    span(pen.t(phase.title), status === 'now' ? 'strong' : status === 'done' ? 'plain' : 'muted'),
    span(` ${done}/${total}`, 'muted'),
  );
};

const bar = (share: number, width: number, pen: Pen): Line => {
  const full = Math.floor(share * width);
  const {bar: shapes} = pen.theme;
  return line(
    span(shapes.full.repeat(full), 'good'),
    span(shapes.empty.repeat(width - full), 'muted'),
    span(`${String(Math.floor(share * 100)).padStart(4)}%`),
  );
};

/** The phases as a strip; where there is no room, the one in hand with its number. */
const strip = (state: State, pen: Pen, width: number): Line => {
  const {run} = state;
  if (run === null) return [];
  const {phases} = progressOf(run);
  const gap = span(`  ${pen.theme.rule}  `, 'muted');
  const all = phases.flatMap((each, i) => [...(i === 0 ? [] : [gap]), ...phaseItem(each, pen)]);
  if (lineWidth(all) <= width) return all;
  const at = phases.findIndex(({status}) => status === 'now');
  const now = phases[at] ?? phases.at(-1);
  if (now === undefined) return [];
  return line(
    span(`${pen.t(messages.phaseOf((at < 0 ? phases.length - 1 : at) + 1, phases.length))}  `, 'muted'),
    ...phaseItem(now, pen),
  );
};

/** Two lines: which cluster from where to where and how it stands; the phases and how far. */
export const headerLines = (state: State, pen: Pen, width: number): Line[] => {
  const {run, cluster} = state;
  const route = run === null ? '' : `  ${run.plan.from} ${pen.theme.marks.arrow} ${run.plan.to}`;
  const left = line(span(' lakeup', 'accent'), '  ', span(cluster.name, 'strong'), route);
  const right = line(chip(state, pen), ...times(state, pen), ' ');
  const ways = [
    right,
    line(chip(state, pen), ...times(state, pen).slice(0, 1), ' '),
    line(chip(state, pen), ' '),
  ];
  const top = spread(left, ways.find(way => lineWidth(left) + lineWidth(way) < width) ?? [], width);
  if (run === null) return [top, []];
  const barWidth = Math.max(10, Math.min(30, Math.floor(width / 6)));
  const share = shareDone(run, isBusy(state) ? state.now : run.at);
  const progress = line(...bar(share, barWidth, pen), ' ');
  return [top, spread(line(' ', ...strip(state, pen, width - barWidth - 10)), progress, width)];
};
