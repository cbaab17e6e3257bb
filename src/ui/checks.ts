import {describeExpect, describeNamed, describeNamedExpected} from '../model/describe-facts.ts';
import type {Failure} from '../model/event.ts';
import {type Facts, type Look, listOf, type Sighting} from '../model/facts.ts';
import type {NodeId} from '../model/ids.ts';
import type {Check} from '../model/plan.ts';
import {describeReasons, type Reasons, reason, silenceOf} from '../model/reason.ts';
import type {RunState} from '../model/state.ts';
import type {Text} from '../model/text.ts';
import {unmet, wantedOf} from '../store/waited-check.ts';
import {visible} from './control.ts';
import {cutLine, type Line, line, lineWidth, span, upTo, wrapped} from './line.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {pad} from './width.ts';

/** What a check that was waited for in vain saw last. */
export const lookOf = ({seen, silent}: Extract<Failure, {kind: 'unsettled'}>): Look =>
  seen === null
    ? {kind: 'silent', reasons: silent ?? [reason(messages.noReason)]}
    : {kind: 'seen', facts: seen};

/** That nobody answers, or that the answers do not tell, and why. */
export const silentLines = (reasons: Reasons, node: NodeId, pen: Pen, width: number): Line[] => {
  const silence = silenceOf(reasons);
  const say = messages[silence === 'missing' ? 'silent' : silence];
  const words = pen.t(say(describeReasons(reasons, node)));
  return wrapped(visible(words), width, 'warn', line('   '));
};

type Compared = {
  readonly name: string;
  readonly want: string;
  readonly seen: string | null;
  readonly met: boolean;
};

/** "name  expected …  seen …", in one line where there is room, else each of the two by itself. */
const comparedLines = (
  {name, want, seen, met}: Compared,
  nameWidth: number,
  pen: Pen,
  width: number,
): Line[] => {
  const {marks} = pen.theme;
  const head = line(
    '   ',
    span(met ? `${marks.yes} ` : `${marks.dot} `, met ? 'good' : 'muted'),
    pad(name, nameWidth),
  );
  const expected = line(...head, span(`  ${pen.t(messages.expected)} `, 'muted'));
  if (seen === null) return wrapped(want, width, 'plain', expected);
  const label = span(`  ${pen.t(messages.seen)} `, 'muted');
  const tone = met ? 'good' : 'warn';
  const whole = line(...expected, want, label, span(seen, tone));
  if (lineWidth(whole) <= width) return [whole];
  // What is long and as it should be need not be read twice, nor whole.
  if (met) return [cutLine(line(...head, label, span(seen, tone)), width)];
  const below = line(' '.repeat(lineWidth(head)), label);
  return [...wrapped(want, width, 'plain', expected), ...wrapped(seen, width, tone, below)];
};

/** A digest that has no other beside it needs to be read by nobody. */
const shortDigest = (words: string): string =>
  words.replace(/\b[0-9a-f]{32,}\b/g, digest => `${digest.slice(0, 12)}…`);

/** How many rows each of the last words may take. */
const WORDS_ROWS = 2;

/** What a process that has ended said last, where that was told: why it ended may be among it. */
const lastWordsLines = (facts: Facts | null, pen: Pen, width: number): Line[] => {
  const words = listOf(facts ?? {}, 'lastWords');
  if (words.length === 0) return [];
  const each = words.flatMap(said => upTo(visible(said), width - 5, WORDS_ROWS, 'warn'));
  return [line('   ', pen.say(messages.lastWords, 'muted')), ...each.map(spans => line('     ', ...spans))];
};

/**
 * What a check waits for, line by line: name, expected, seen; and what a process that has ended said last. `late`: whose answer the
 * look that is under way waits for.
 */
export const checkLines = (
  check: Check,
  seen: Sighting | null,
  run: RunState,
  pen: Pen,
  width: number,
  late: Text | null = null,
): Line[] => {
  const {expect, or = []} = wantedOf(run, check);
  const facts = seen?.look.kind === 'seen' ? seen.look.facts : null;
  const missed = facts === null ? new Set(Object.keys(expect)) : unmet(facts, expect);
  const nameWidth = Math.min(24, Math.max(...Object.keys(expect).map(name => name.length)));
  const lines = Object.entries(expect).flatMap(([name, want]) => {
    const value = facts?.[name];
    const shown = pen.t(value === undefined ? messages.seenNothing : describeNamed(name, value));
    const met = !missed.has(name);
    const alone = met || value === undefined;
    const written = (words: string): string => visible(alone ? shortDigest(words) : words);
    const compared = {
      name,
      want: written(pen.t(describeNamedExpected(name, want))),
      seen: facts === null ? null : written(shown),
      met,
    };
    return comparedLines(compared, nameWidth, pen, width);
  });
  const others = or.flatMap(each =>
    wrapped(pen.t(messages.orSeen(describeExpect(each))), width, 'muted', line('   ')),
  );
  const waits = late === null ? [] : wrapped(visible(pen.t(late)), width, 'warn', line('   '));
  const all = [...lines, ...others, ...lastWordsLines(facts, pen, width), ...waits];
  if (seen === null) return late === null ? [...all, line('   ', pen.say(messages.notLooked, 'muted'))] : all;
  const {look, node} = seen;
  return look.kind === 'seen' ? all : [...all, ...silentLines(look.reasons, node, pen, width)];
};
