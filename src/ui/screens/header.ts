import {formatClock} from '../../lib/duration.ts';
import {endOf, momentOf, timeOfDay} from '../../lib/moment.ts';
import {describeNotServing, describeUnwell, nameNodes, UNWELL_AS} from '../../model/describe-service.ts';
import type {Plan} from '../../model/plan.ts';
import {currentPhase} from '../../model/state.ts';
import {joinTexts, plain, type Text} from '../../model/text.ts';
import {type PhaseProgress, progressOf, shareDone, timeLeftMs} from '../../store/progress.ts';
import {type Down, downByItself, outNow, unwellByItself} from '../../store/service.ts';
import {silentHosts} from '../../store/silent-hosts.ts';
import {isBusy, openQuestion, type State} from '../../store/state.ts';
import {longLateWords} from '../awaited.ts';
import {visible} from '../control.ts';
import {cutLine, EMPTY, type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {silentHostsWords} from '../silent-hosts.ts';
import type {Tone} from '../theme.ts';
import {waitWords} from '../wait-words.ts';
import {lastLooksMs, looksInHand, waitedGate, waitedOrder} from '../waits.ts';
import {widthOf} from '../width.ts';

/** The most nodes that the header names. */
const NAMED_MOST = 12;

/** So many of the ways to say what the run is doing say also since when. */
const SINCE_WORDS = 2;

/** What the run is doing, in one chip, and in fewer words where there is no room. */
const chips = (state: State, pen: Pen): readonly [Span, ...Span[]] => {
  const {run} = state;
  const {status, spinner} = pen.theme;
  if (run === null) return [span(`${status.ok.glyph} ${pen.t(messages.watching)}`, 'good')];
  if (run.verdict !== null) {
    const skipped = run.verdict.skipped?.length ?? 0;
    if (skipped > 0)
      return [span(`${status.skipped.glyph} ${pen.t(messages.endedSkipped(skipped))}`, 'warn')];
    return [span(`${status.verified.glyph} ${pen.t(messages.verified)}`, 'good')];
  }
  const stands = (words: Text, tone: Tone): Span => span(`${status.held.glyph} ${pen.t(words)}`, tone);
  if (run.left) return [stands(messages.left, 'warn')];
  const question = openQuestion(state);
  if (question !== null) {
    // Since when, not for how long: a clock that stands still would lie, and one that goes would never be quiet.
    const since = timeOfDay(question.at);
    if (question.kind === 'hold')
      return [
        stands(messages.heldSince(since), 'danger'),
        stands(messages.heldShort(since), 'danger'),
        stands(messages.held, 'danger'),
      ];
    const then = state.wish === 'hold' || state.wish === 'hold-node' ? [messages.holdsThen] : [];
    const waits = (words: Text): Span => stands(joinTexts([words, ...then], plain('')), 'warn');
    return [
      waits(messages.waitingSince(since)),
      waits(messages.waitingShort(since)),
      waits(messages.waiting),
    ];
  }
  if (state.wish === 'leave') return [stands(messages.willLeave, 'warn'), stands(messages.leaves, 'warn')];
  if (state.wish !== 'go') {
    const words = state.wish === 'hold' ? messages.willHold : messages.willHoldNode;
    return [stands(words, 'warn'), stands(messages.holds, 'warn')];
  }
  const turning = isBusy(state) ? spinner[state.pulse % spinner.length] : status.working.glyph;
  const waited = waitedGate(state);
  const turns = (words: Text, tone: Tone): Span => span(`${turning} ${pen.t(words)}`, tone);
  if (waited !== null) {
    const {missing, leftMs} = waited;
    const short = turns(waitWords.waitsShort(leftMs), 'warn');
    return missing.length === 0
      ? [short]
      : [turns(waitWords.waitsFor(nameNodes(missing, DOWN_NAMED), leftMs), 'warn'), short];
  }
  const asked = waitedOrder(state);
  if (asked !== null)
    return [turns(waitWords.asksNext(asked), 'warn'), turns(waitWords.waitsShort(asked), 'warn')];
  return currentPhase(run) === null
    ? [turns(waitWords.verifyingAtMost(lastLooksMs(run)), 'busy'), turns(waitWords.verifying, 'busy')]
    : [turns(messages.running, 'busy')];
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

/** Who is out of service because of the run, as many by name as there is room for; nothing where all serve. */
const outSpans = (state: State, pen: Pen, width: number): readonly Span[] => {
  const out = outNow(state);
  const [longest] = out;
  if (longest === undefined) return [];
  const tone = openQuestion(state) === null && isBusy(state) ? 'muted' : 'warn';
  const clock = messages.moment(momentOf(longest.since, state.now), longest.atLeast === true);
  const since = pen.t(out.length === 1 ? messages.alone(clock) : messages.longest(clock));
  const all = state.cluster.nodes.length;
  const named = (most: number): string => pen.t(describeNotServing(out, {most, all}) ?? plain(''));
  const most = Math.min(out.length, NAMED_MOST);
  const ways = Array.from({length: most}, (_, i) => named(most - i));
  const words = ways.find(way => widthOf(way) <= width - 3) ?? ways.at(-1) ?? '';
  const whole = widthOf(words + since) <= width - 3 ? words + since : words;
  return [span(`${pen.theme.status.out.glyph} `, 'warn'), span(whole, tone)];
};

/** How many nodes that are down, or are waited for, the header names. */
const DOWN_NAMED = 3;

/** Since when, of several since when the first; null of nobody. The longest stands first. */
const sinceWords = (all: readonly Down[], state: State, pen: Pen): string | null => {
  const [longest] = all;
  if (longest === undefined) return null;
  const clock = messages.moment(momentOf(longest.since, state.now), longest.atLeast);
  return pen.t(all.length === 1 ? messages.alone(clock) : messages.longest(clock));
};

/** Who is down by itself: seen so, and not because of the run; since when, where there is room. */
const downSpans = (state: State, pen: Pen, width: number): readonly Span[] => {
  const down = downByItself(state);
  if (down.length === 0) return [];
  const words = pen.t(
    messages.downNow(
      nameNodes(
        down.map(({node}) => node),
        DOWN_NAMED,
      ),
    ),
  );
  const since = sinceWords(down, state, pen) ?? '';
  const whole = widthOf(words + since) + 2 <= width ? words + since : words;
  return [span(`${pen.theme.status.down.glyph} ${whole}`, 'danger')];
};

/** Which hosts do not answer, or how many. */
const hostSpans = (state: State, pen: Pen): readonly Span[] => {
  const words = silentHostsWords(state);
  return words === null ? [] : [span(`${pen.theme.status.unknown.glyph} ${visible(pen.t(words))}`, 'warn')];
};

/** Who is not well, and neither down nor so because of the run: a part for each way of being so. */
const unwellSpans = (state: State, pen: Pen, width: number): readonly (readonly Span[])[] => {
  // Of a host that does not answer its nodes need not be told one by one.
  const told = new Set(silentHosts(state).flatMap(({nodes}) => nodes));
  const all = unwellByItself(state).filter(({node, is}) => is !== 'silent' || !told.has(node));
  return UNWELL_AS.flatMap(as => {
    const unwell = all.filter(({is}) => is === as);
    const names = nameNodes(
      unwell.map(({node}) => node),
      DOWN_NAMED,
    );
    const {glyph} = pen.theme.status[as === 'silent' ? 'unknown' : as];
    const since = sinceWords(unwell, state, pen);
    if (since === null) return [];
    const words = pen.t(describeUnwell(as, unwell.length, names));
    const whole = widthOf(words + since) + 2 <= width ? words + since : words;
    return [[span(`${glyph} ${whole}`, 'warn')]];
  });
};

/** What the run waits for, where a gate does not hold, or an answer does not come. */
const waitSpans = (state: State, pen: Pen): readonly Span[] => {
  const waited = waitedGate(state);
  const clock = span(`${pen.theme.status.waiting.glyph} `, 'warn');
  if (waited === null) {
    const late = state.awaited.length === 0 ? null : longLateWords(state, looksInHand(state));
    return late === null ? [] : [clock, span(visible(pen.t(late)), 'warn')];
  }
  const {gate, missing} = waited;
  const who = missing.length === 0 ? null : nameNodes(missing, DOWN_NAMED);
  return [clock, span(visible(pen.t(waitWords.notYet(gate.check.title, who))), 'warn')];
};

/** Who is down, or not well, what costs service now, what is waited for, and what was warned of before the plan was made. */
const careLine = (state: State, pen: Pen, width: number, hosts: readonly Span[]): Line => {
  const warnings = state.run?.findings.filter(({level}) => level === 'warn').length ?? 0;
  // In the plan itself, which opens where the run stands, they are at its top.
  const key = state.view === 'plan' ? 'g' : 'p';
  const right = warnings === 0 ? [] : line(pen.say(messages.warnings(warnings, key), 'muted'), ' ');
  const room = width - lineWidth(right) - 2;
  const down = downSpans(state, pen, room);
  const unwell = unwellSpans(state, pen, room);
  const wait = waitSpans(state, pen);
  const taken = [down, hosts, ...unwell, wait].reduce(
    (sum, part) => sum + (part.length === 0 ? 0 : lineWidth(part) + 2),
    0,
  );
  // What is waited for may be long; who does not serve is named all the same, as far as half of the line goes.
  const out = outSpans(state, pen, Math.max(room - taken, Math.floor(room / 2)));
  const parts = [down, out, hosts, ...unwell, wait].filter(({length}) => length > 0);
  const said = parts.flatMap((part, i) => [...(i === 0 ? [] : [span('  ')]), ...part]);
  return spread(cutLine(line(' ', ...said), room + 1), right, width);
};

/** From where to where; of a plan that prunes a run, which one. */
const routeOf = ({from, to, prunes}: Plan, pen: Pen): string =>
  prunes === undefined
    ? `  ${from} ${pen.theme.marks.arrow} ${to}`
    : `  ${to}  ${pen.t(messages.prunesRun(prunes.run))}`;

/**
 * Three lines: which cluster from where to where and how it stands; the phases and how far; and, where there is such a
 * thing, who does not serve, what is waited for and what was warned of. `hosts`: what is said there of hosts that do not answer.
 */
export const headerLines = (
  state: State,
  pen: Pen,
  width: number,
  hosts: readonly Span[] = hostSpans(state, pen),
): Line[] => {
  const {run, cluster} = state;
  const route = run === null ? '' : routeOf(run.plan, pen);
  const name = line(span(' lakeup', 'accent'), '  ', span(cluster.name, 'strong'));
  const whole = line(...name, route);
  const words = chips(state, pen);
  const besides = [
    ...times(state, pen).flatMap(told => [whole, name].map(left => ({left, told}))),
    {left: whole, told: []},
  ];
  // Rather fewer words, and then no versions, than not to say when it ends; and rather less of that than not since when it waits.
  const ways = [words.slice(0, SINCE_WORDS), words.slice(SINCE_WORDS)].flatMap(some =>
    besides.flatMap(({left, told}) => some.map(chip => ({left, right: line(chip, ...told, ' ')}))),
  );
  const {left, right} = ways.find(way => lineWidth(way.left) + lineWidth(way.right) < width) ?? {
    left: whole,
    right: line(words.at(-1) ?? '', ' '),
  };
  const top = spread(cutLine(left, width - lineWidth(right) - 1), right, width);
  const care = careLine(state, pen, width, hosts);
  if (run === null) return [top, EMPTY, care];
  const barWidth = Math.max(10, Math.min(30, Math.floor(width / 6)));
  const share = shareDone(run, isBusy(state) ? state.now : run.at);
  const progress = line(...bar(share, barWidth, pen), ' ');
  return [top, spread(line(' ', ...strip(state, pen, width - barWidth - 10)), progress, width), care];
};
