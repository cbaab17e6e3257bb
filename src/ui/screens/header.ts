import {formatClock} from '../../lib/duration.ts';
import {endOf, momentOf} from '../../lib/moment.ts';
import {nameNodes} from '../../model/describe-service.ts';
import type {Plan} from '../../model/plan.ts';
import {currentPhase} from '../../model/state.ts';
import {joinTexts, plain, type Text} from '../../model/text.ts';
import {type PhaseProgress, progressOf, shareDone, timeLeftMs} from '../../store/progress.ts';
import {isBusy, openQuestion, type State} from '../../store/state.ts';
import {cutLine, EMPTY, type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import type {Tone} from '../theme.ts';
import {waitWords} from '../wait-words.ts';
import {lastLooksMs, waitedGate, waitedOrder} from '../waits.ts';
import {alarmLine, careLine, hostSpans, isAlarmed} from './care.ts';

/** How many nodes that are waited for the header names. */
const NAMED = 3;

/** What the run is doing, in one chip: groups of ways to say it, the longer first; what matters is in all of a group. */
const chips = (state: State, pen: Pen): readonly (readonly Span[])[] => {
  const {run} = state;
  const {status, spinner} = pen.theme;
  if (run === null) return [[span(`${status.ok.glyph} ${pen.t(messages.watching)}`, 'good')]];
  if (run.verdict !== null) {
    const skipped = run.verdict.skipped?.length ?? 0;
    if (skipped > 0)
      return [[span(`${status.skipped.glyph} ${pen.t(messages.endedSkipped(skipped))}`, 'warn')]];
    return [[span(`${status.verified.glyph} ${pen.t(messages.verified)}`, 'good')]];
  }
  const stands = (words: Text, tone: Tone): Span => span(`${status.held.glyph} ${pen.t(words)}`, tone);
  if (run.left) return [[stands(messages.left, 'warn')]];
  const question = openQuestion(state);
  if (question !== null) {
    // Since when, not for how long: a clock that stands still would lie, and one that goes would never be quiet.
    const since = momentOf(question.at, state.now);
    if (question.kind === 'hold')
      return [
        [stands(messages.heldSince(since), 'danger'), stands(messages.heldShort(since), 'danger')],
        [stands(messages.held, 'danger')],
      ];
    const then = state.wish === 'hold' || state.wish === 'hold-node' ? [messages.holdsThen] : [];
    const waits = (words: Text): Span => stands(joinTexts([words, ...then], plain('')), 'warn');
    return [
      [waits(messages.waitingSince(since)), waits(messages.waitingShort(since))],
      [waits(messages.waiting)],
    ];
  }
  if (state.wish === 'leave')
    return [[stands(messages.willLeave, 'warn')], [stands(messages.leaves, 'warn')]];
  if (state.wish !== 'go') {
    const words = state.wish === 'hold' ? messages.willHold : messages.willHoldNode;
    return [[stands(words, 'warn')], [stands(messages.holds, 'warn')]];
  }
  const turning = isBusy(state) ? spinner[state.pulse % spinner.length] : status.working.glyph;
  const waited = waitedGate(state);
  const turns = (words: Text, tone: Tone): Span => span(`${turning} ${pen.t(words)}`, tone);
  if (waited !== null) {
    const {missing, leftMs} = waited;
    const short = turns(waitWords.waitsShort(leftMs), 'warn');
    return missing.length === 0
      ? [[short]]
      : [[turns(waitWords.waitsFor(nameNodes(missing, NAMED), leftMs), 'warn')], [short]];
  }
  const asked = waitedOrder(state);
  if (asked !== null)
    return [[turns(waitWords.asksNext(asked), 'warn'), turns(waitWords.waitsShort(asked), 'warn')]];
  return currentPhase(run) === null
    ? [[turns(waitWords.verifyingAtMost(lastLooksMs(run)), 'busy')], [turns(waitWords.verifying, 'busy')]]
    : [[turns(messages.running, 'busy')]];
};

/**
 * How long the run has lasted, while that goes on or is over; how much work is left; and when that is done: where the operator is
 * asked, if they answer now. The more of it the sooner it is told.
 */
const times = (state: State, pen: Pen): readonly (readonly Span[])[] => {
  const {run} = state;
  if (run === null) return [[]];
  const over = run.verdict !== null || run.left;
  const busy = isBusy(state);
  const end = busy ? state.now : run.at;
  const elapsed = formatClock(Math.floor((end - run.startedAt) / 1000) * 1000);
  const left = over ? 0 : timeLeftMs(run, end, state.headways);
  const lasted = over || busy ? [span(`   ${elapsed}`)] : [];
  if (left <= 0) return [lasted, []];
  const until = endOf(state.now, left);
  const rest = span(`  ${pen.t(messages.timeLeft(left))}${pen.t(messages.leftUntil(until))}`, 'muted');
  return [[...lasted, rest], [rest], [span(`  ${pen.t(messages.until(until))}`, 'muted')]];
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

/** From where to where; of a plan that prunes a run, which one. */
const routeOf = ({from, to, prunes}: Plan, pen: Pen): string =>
  prunes === undefined
    ? `  ${from} ${pen.theme.marks.arrow} ${to}`
    : `  ${to}  ${pen.t(messages.prunesRun(prunes.run))}`;

/** Rows of the header: one more where somebody is down, or not well, by itself; where nothing is done there is one to spare. */
export const HEADER_MOST = 4;
export const headerRows = (state: State): number =>
  state.run !== null && isAlarmed(state) ? HEADER_MOST : HEADER_MOST - 1;

/** The lines of the header by what they say; `hosts`: what is said there of hosts that do not answer. */
export const headerParts = (
  state: State,
  pen: Pen,
  width: number,
  hosts: Line = hostSpans(state, pen),
  tellsServing = true,
): {readonly top: Line; readonly progress: Line; readonly alarm: Line; readonly care: Line} => {
  const {run, cluster} = state;
  const route = run === null ? '' : routeOf(run.plan, pen);
  const name = line(span(' lakeup', 'accent'), '  ', span(cluster.name, 'strong'));
  const whole = line(...name, route);
  const words = chips(state, pen);
  const besides = [
    ...times(state, pen).flatMap(told => [whole, name].map(left => ({left, told}))),
    {left: whole, told: []},
  ];
  // Rather fewer words, and then no versions, than not to say when it ends; but not those that matter.
  const ways = words.flatMap(some =>
    besides.flatMap(({left, told}) => some.map(chip => ({left, right: line(chip, ...told, ' ')}))),
  );
  const first = ways.find(way => lineWidth(way.left) + lineWidth(way.right) < width) ?? {
    left: whole,
    right: line(words.at(-1)?.at(-1) ?? '', ' '),
  };
  const top = spread(cutLine(first.left, width - lineWidth(first.right) - 1), first.right, width);
  const alarm = alarmLine(state, pen, width, tellsServing);
  const care = careLine(state, pen, width, hosts, tellsServing);
  if (run === null) return {top, progress: EMPTY, alarm, care};
  const barWidth = Math.max(10, Math.min(30, Math.floor(width / 6)));
  const share = shareDone(run, isBusy(state) ? state.now : run.at);
  const right = line(...bar(share, barWidth, pen), ' ');
  const progress = spread(line(' ', ...strip(state, pen, width - barWidth - 10)), right, width);
  return {top, progress, alarm, care};
};

/**
 * Which cluster from where to where and how it stands; the phases and how far; who is down by itself, where somebody is; and, where
 * there is such a thing, who is out of service, what is waited for and what was warned of.
 */
export const headerLines = (state: State, pen: Pen, width: number): Line[] => {
  const {top, progress, alarm, care} = headerParts(state, pen, width);
  if (state.run === null) return [top, alarm, care];
  return [top, progress, ...(isAlarmed(state) ? [alarm] : []), care];
};
