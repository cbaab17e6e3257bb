import {momentOf} from '../../lib/moment.ts';
import {
  type Away,
  describeAwayNodes,
  describeNotServing,
  describeUnwell,
  nameNodes,
  type ServiceKnown,
  UNWELL_AS,
  type UnwellAs,
} from '../../model/describe-service.ts';
import {joinTexts, plain, SEMICOLON, type Text} from '../../model/text.ts';
import {downByItself, outNow, type Unwell, unwellByItself} from '../../store/service.ts';
import {silentHosts} from '../../store/silent-hosts.ts';
import {isBusy, openQuestion, type State} from '../../store/state.ts';
import {longLateWords} from '../awaited.ts';
import {visible} from '../control.ts';
import {servingWays} from '../kinds-serving.ts';
import {cutLine, EMPTY, type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {messages} from '../messages.ts';
import type {Pen} from '../pen.ts';
import {nodeOf} from '../select.ts';
import {silentHostsWords} from '../silent-hosts.ts';
import type {Tone} from '../theme.ts';
import {waitWords} from '../wait-words.ts';
import {looksInHand, waitedGate} from '../waits.ts';

// Who does not serve, since when, on which host, and who of their kind serves; what is waited for; what was warned of.

/** The most nodes that are named of those that the run has out, and of those that are down or not well by themselves. */
const OUT_NAMED = 12;
const NAMED = 3;
/** Of so many it is said where each is. */
const PLACED_MOST = 3;

/** One thing that is told, the longest way to say it first. */
type Part = readonly [Line, ...Line[]];

/** How nodes are told: so many by name, also in the fewest words; and each with its place. */
type Naming = {
  readonly most: number;
  readonly some: (most: number) => Text;
  readonly brief: (most: number) => Text;
  readonly placed: (known: ServiceKnown) => Text;
};

/** Ways to say which nodes do not serve. The host goes first where there is no room, then who serves, since when last. */
const awayWays = (
  state: State,
  nodes: readonly Away[],
  {most, some, brief, placed}: Naming,
  tellsServing: boolean,
): readonly Text[] => {
  const {now} = state;
  const [longest] = nodes.toSorted((a, b) => a.since - b.since);
  if (longest === undefined) return [];
  const ids = nodes.map(({node}) => node);
  const clock = messages.moment(momentOf(longest.since, now), longest.atLeast === true);
  const since = nodes.length === 1 ? messages.alone(clock) : messages.longest(clock);
  const shorter = (words: Text): Text => joinTexts([words, since], plain(''));
  const hostOf = (id: Away['node']): string | undefined => nodeOf(state, id)?.host;
  // What it is about the sign says that stands before it.
  const others = plain(nodes.length === 1 ? '' : ` +${nodes.length - 1}`);
  const least = joinTexts([plain(longest.node), messages.alone(clock), others], plain(''));
  const named = Array.from({length: Math.min(nodes.length, most)}, (_, i) => i + 1).toReversed();
  const alone = hostOf(longest.node) ?? longest.node;
  const whole =
    nodes.length > PLACED_MOST
      ? shorter(some(most))
      : nodes.length > 1
        ? placed({now, hostOf})
        : joinTexts(
            [shorter(some(1)), ...(alone === longest.node ? [] : [messages.onIts(alone)])],
            plain(''),
          );
  // Where nobody serves there is nobody to count.
  const isNone = nodes.length === state.cluster.nodes.length;
  const serving = isNone || !tellsServing ? [] : servingWays(state, ids);
  const short = serving.slice(-1);
  return [
    ...serving.map(words => joinTexts([whole, words], SEMICOLON)),
    ...(serving.length === 0 ? [whole] : []),
    ...named.map(count => joinTexts([shorter(some(count)), ...short], SEMICOLON)),
    ...named.map(count => joinTexts([shorter(brief(count)), ...short], SEMICOLON)),
    ...named.map(count => shorter(brief(count))),
    joinTexts([least, ...short], SEMICOLON),
    least,
    // Beside others that are to be told too.
    joinTexts([plain(longest.node), others], plain('')),
  ];
};

const partOf = (ways: readonly Text[], glyph: Span, tone: Tone, pen: Pen): readonly Part[] => {
  const [first, ...more] = ways.map(words => line(glyph, span(visible(pen.t(words)), tone)));
  return first === undefined ? [] : [[first, ...more]];
};

/** Who is out of service because of the run; nothing where all serve. */
const outPart = (state: State, pen: Pen, tellsServing: boolean): readonly Part[] => {
  const out = outNow(state);
  const all = state.cluster.nodes.length;
  const told = (most: number, known?: ServiceKnown): Text =>
    describeNotServing(out, {most, all, known}) ?? plain('');
  const ways = awayWays(
    state,
    out,
    {
      most: OUT_NAMED,
      some: most => told(most),
      brief: most =>
        messages.outNow(
          nameNodes(
            out.map(({node}) => node),
            most,
          ),
          out.some(({certain}) => certain),
        ),
      placed: known => told(OUT_NAMED, known),
    },
    tellsServing,
  );
  const tone = openQuestion(state) === null && isBusy(state) ? 'muted' : 'warn';
  return partOf(ways, span(`${pen.theme.status.out.glyph} `, 'warn'), tone, pen);
};

/** Who is down by itself, or left `behind` by a newer master: seen so, and not because of the run. */
const downPart = (state: State, pen: Pen, behind: boolean, tellsServing: boolean): readonly Part[] => {
  const down = downByItself(state).filter(({leftBehind}) => leftBehind === behind);
  const ids = down.map(({node}) => node);
  const told = behind ? messages.leftBehindNow : messages.downNow;
  const some = (most: number): Text => told(nameNodes(ids, most));
  const ways = awayWays(
    state,
    down,
    {
      most: NAMED,
      some,
      brief: some,
      placed: known => told(describeAwayNodes(down, known)),
    },
    tellsServing,
  );
  return partOf(ways, span(`${pen.theme.status.down.glyph} `, 'danger'), 'danger', pen);
};

/** Who is told not to be well: of a host that does not answer its nodes need not be told one by one. */
const unwellTold = (state: State): readonly Unwell[] => {
  const told = new Set(silentHosts(state).flatMap(({nodes}) => nodes));
  return unwellByItself(state).filter(({node, is}) => is !== 'silent' || !told.has(node));
};

const unwellPart = (
  state: State,
  pen: Pen,
  as: UnwellAs,
  unwell: readonly Unwell[],
  tellsServing: boolean,
): readonly Part[] => {
  const ids = unwell.map(({node}) => node);
  const some = (most: number): Text => describeUnwell(as, ids.length, nameNodes(ids, most));
  const ways = awayWays(
    state,
    unwell,
    {
      most: NAMED,
      some,
      brief: some,
      placed: known => describeUnwell(as, ids.length, describeAwayNodes(unwell, known)),
    },
    tellsServing,
  );
  const {glyph} = pen.theme.status[as === 'silent' ? 'unknown' : as];
  return partOf(ways, span(`${glyph} `, 'warn'), 'warn', pen);
};

/** Which hosts do not answer, or how many. */
export const hostSpans = (state: State, pen: Pen): Line => {
  const words = silentHostsWords(state);
  return words === null
    ? EMPTY
    : line(span(`${pen.theme.status.unknown.glyph} ${visible(pen.t(words))}`, 'warn'));
};

/** What the run waits for, where a gate does not hold, or an answer does not come. */
const waitSpans = (state: State, pen: Pen): Line => {
  const waited = waitedGate(state);
  const clock = span(`${pen.theme.status.waiting.glyph} `, 'warn');
  if (waited === null) {
    const late = state.awaited.length === 0 ? null : longLateWords(state, looksInHand(state));
    return late === null ? EMPTY : line(clock, span(visible(pen.t(late)), 'warn'));
  }
  const {gate, missing} = waited;
  const who = missing.length === 0 ? null : nameNodes(missing, NAMED);
  return line(clock, span(visible(pen.t(waitWords.notYet(gate.check.title, who))), 'warn'));
};

const GAP = 2;
/** As much of the line is theirs who do not serve, however long it is what is waited for. */
const OUT_SHARE = 0.4;

/** Each part in as many words as there is room for: none is told at length before each of them is told a little more. */
const fitted = (parts: readonly Part[], width: number): Line => {
  const widths = parts.map(ways => ways.map(lineWidth));
  const at = parts.map(ways => ways.length - 1);
  const widthAt = (i: number): number => widths[i]?.[at[i] ?? 0] ?? 0;
  let room = width - GAP * (parts.length - 1) - parts.reduce((sum, _, i) => sum + widthAt(i), 0);
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const [i, own] of widths.entries()) {
      const now = widthAt(i);
      const next = own.findLastIndex((each, way) => way < (at[i] ?? 0) && each - now <= room);
      if (next < 0) continue;
      at[i] = next;
      room -= widthAt(i) - now;
      isMoved = true;
    }
  }
  const chosen = parts.map((ways, i) => ways[at[i] ?? 0] ?? EMPTY);
  return chosen.flatMap((way, i) => [...(i === 0 ? [] : [span(' '.repeat(GAP))]), ...way]);
};

/** Whether somebody is down, or not well, by itself: that takes a line of its own. */
export const isAlarmed = (state: State): boolean =>
  downByItself(state).length > 0 || unwellTold(state).length > 0;

/** Who is down, or not well, by itself; `tellsServing`: and who serves instead. */
export const alarmLine = (state: State, pen: Pen, width: number, tellsServing: boolean): Line => {
  if (!isAlarmed(state)) return EMPTY;
  const unwell = Map.groupBy(unwellTold(state), ({is}) => is);
  const parts = [
    ...downPart(state, pen, false, tellsServing),
    ...downPart(state, pen, true, tellsServing),
    ...UNWELL_AS.flatMap(as => unwellPart(state, pen, as, unwell.get(as) ?? [], tellsServing)),
  ];
  return cutLine(line(' ', ...fitted(parts, width - 2)), width - 1);
};

/** Who does not serve because of the run, which hosts do not answer, what is waited for, and what was warned of before the plan was made. */
export const careLine = (state: State, pen: Pen, width: number, hosts: Line, tellsServing: boolean): Line => {
  const warnings = state.run?.findings.filter(({level}) => level === 'warn').length ?? 0;
  // In the plan itself, which opens where the run stands, they are at its top.
  const key = state.view === 'plan' ? 'g' : 'p';
  const right = warnings === 0 ? [] : line(pen.say(messages.warnings(warnings, key), 'muted'), ' ');
  const room = width - lineWidth(right) - 2;
  const wait = waitSpans(state, pen);
  // What is waited for may be long; who does not serve is told all the same.
  const before =
    wait.length === 0 ? room : Math.max(room - lineWidth(wait) - GAP, Math.floor(room * OUT_SHARE));
  const away = fitted(
    [...outPart(state, pen, tellsServing), ...(hosts.length === 0 ? [] : [[hosts] satisfies Part])],
    before,
  );
  const parts = [away, wait].filter(({length}) => length > 0);
  const said = parts.flatMap((part, i) => [...(i === 0 ? [] : [span(' '.repeat(GAP))]), ...part]);
  return spread(cutLine(line(' ', ...said), room + 1), right, width);
};
