import {formatDuration, formatEstimate} from '../lib/duration.ts';
import type {StepId} from './ids.ts';
import {type Text, text} from './text.ts';

/** How much there is to do: known; near enough; or no less than that. */
export type Bound = 'exact' | 'about' | 'atLeast';

/**
 * How far an action is that is at it, as it says itself. For the screen: it is never kept, and nothing is decided by it.
 * `stage`: what it is at; with another one begins another count. `words`: what is said of it, with all figures.
 */
export type Headway = {
  readonly stage: string;
  readonly words: Text;
  readonly done: number | null;
  readonly total: {readonly amount: number; readonly bound: Bound} | null;
};

/** A line of which nobody knows what it means: it is shown as it was written. */
export const saidHeadway = (line: string): Headway => ({
  stage: '',
  words: text(`it says: ${line}`, `输出：${line}`),
  done: null,
  total: null,
});

/** The newest of an action, when it came, and where its stage was counted from: it goes on at its own rate. */
export type Heard = {
  readonly headway: Headway;
  readonly at: number;
  readonly since: {readonly at: number; readonly done: number} | null;
};

/** How far the actions are that are at it. */
export type Headways = ReadonlyMap<StepId, Heard>;

const isSame = (a: Headway, b: Headway): boolean =>
  a.stage === b.stage && a.done === b.done && a.words.en === b.words.en;

/** What is known once this was heard too; what says nothing new leaves all as it is. */
export const hear = (before: Heard | undefined, headway: Headway, at: number): Heard => {
  if (before !== undefined && isSame(before.headway, headway)) return before;
  const {stage, done} = headway;
  if (done === null) return {headway, at, since: null};
  const goesOn = before?.since != null && before.headway.stage === stage && done >= before.since.done;
  return {headway, at, since: goesOn ? before.since : {at, done}};
};

/** A rate of a shorter time than this says little. */
const RATE_MS = 2_000;
/** What counts and has said nothing new for so long may stand still. */
const QUIET_MS = 15_000;

const isQuiet = ({headway, at}: Heard, now: number): boolean => headway.done !== null && now - at >= QUIET_MS;

/** What is left to do, in ms, at the rate it has had in this stage; null where that cannot be said. */
export const headwayLeftMs = (heard: Heard, now: number): number | null => {
  const {headway, at, since} = heard;
  const {done, total} = headway;
  if (since === null || done === null || total === null || isQuiet(heard, now)) return null;
  const [took, made] = [at - since.at, done - since.done];
  if (took < RATE_MS || made <= 0 || total.amount < done) return null;
  return Math.max(0, ((total.amount - done) * took) / made - (now - at));
};

/** How far an action is, and how long it will take, or that it has said nothing new for a while. */
export const describeHeadway = (heard: Heard, now: number): Text => {
  const {words, total} = heard.headway;
  if (isQuiet(heard, now)) {
    const span = formatDuration(Math.floor((now - heard.at) / 1_000) * 1_000);
    return text(`${words.en}, nothing new for ${span}`, `${words.zh}，已 ${span} 没有变化`);
  }
  const left = headwayLeftMs(heard, now);
  if (left === null || left < 1_000) return words;
  const span = formatEstimate(left);
  return total?.bound === 'atLeast'
    ? text(`${words.en}, at least ${span} left`, `${words.zh}，至少还需 ${span}`)
    : text(`${words.en}, ~${span} left`, `${words.zh}，约剩 ${span}`);
};
