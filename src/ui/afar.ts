import type {NodeId} from '../model/ids.ts';
import type {Text} from '../model/text.ts';
import {isDownByItself} from '../store/node-status.ts';
import {type Doing, progressOf, shareDone} from '../store/progress.ts';
import {downByItself, unwellByItself} from '../store/service.ts';
import {openQuestion, type State} from '../store/state.ts';
import {visible} from './control.ts';
import {messages} from './messages.ts';

/** Signs for those who do not look at the screen, and whether the terminal is given them. */
export type Signs = {
  /** The title of its window or tab. */
  readonly title: boolean;
  /** How far the run is, at the window's icon (OSC 9;4). */
  readonly progress: boolean;
  /** A bell when the operator is waited for, when a node goes down by itself, and at the end. */
  readonly bell: boolean;
};

export const NO_SIGNS: Signs = {title: false, progress: false, bell: false};

type Env = Readonly<Record<string, string | undefined>>;

/** TERM_FEATURES is a row of codes, each a capital with small letters and a number; P is the one of progress (iTerm2's feature reporting). */
const tellsOfProgress = (features: string): boolean =>
  (features.match(/[A-Z][a-z]*\d*/g) ?? []).some(code => code === 'P');

/**
 * Whether the terminal is one that is known to show progress: Windows Terminal, ConEmu, WezTerm, Ghostty, iTerm2 from 3.6.6
 * on, Ptyxis from 48 on (as Cargo's anstyle-progress decides). Others take OSC 9 for a notification of that text.
 */
export const showsProgress = (env: Env): boolean => {
  const {TERM = '', TERM_PROGRAM = '', TERM_FEATURES = '', PTYXIS_VERSION = ''} = env;
  // A multiplexer keeps it, and the terminal that began it need not be the one that shows it.
  if (/^(tmux|screen)/.test(TERM)) return false;
  return (
    env.WT_SESSION !== undefined ||
    env.ConEmuANSI === 'ON' ||
    /^(WezTerm|ghostty)$/.test(TERM_PROGRAM) ||
    TERM === 'xterm-ghostty' ||
    tellsOfProgress(TERM_FEATURES) ||
    Number.parseInt(PTYXIS_VERSION, 10) >= 48
  );
};

/** What the run does, in the fewest words, as the header says it. */
const doing = (state: State): Text => {
  const {run, wish} = state;
  if (run === null) return messages.watching;
  if (run.verdict !== null) {
    const skipped = run.verdict.skipped?.length ?? 0;
    return skipped === 0 ? messages.verified : messages.endedSkipped(skipped);
  }
  if (run.left) return messages.left;
  const question = openQuestion(state);
  if (question !== null) return question.kind === 'hold' ? messages.held : messages.waiting;
  if (wish === 'leave') return messages.leaves;
  return wish === 'go' ? messages.running : messages.holds;
};

/** That somebody is down, or not well, by itself; null where nobody is. */
const troubleOf = (state: State): Text | null => {
  if (downByItself(state).length > 0) return messages.somebodyDown;
  return unwellByItself(state).length > 0 ? messages.somebodyUnwell : null;
};

/** "waiting for you 5/14 · my-lake · lakeup": what matters most first, for a tab shows little. */
const titleOf = (state: State, trouble: Text | null): string => {
  const {run, cluster, lang} = state;
  const finished = run === null ? [] : [...progressOf(run).doing.values()].filter(isFinished);
  const counts = run === null ? [] : [`${finished.length}/${cluster.nodes.length}`];
  const words = [doing(state)[lang], ...counts].join(' ');
  return [words, ...(trouble === null ? [] : [trouble[lang]]), cluster.name, 'lakeup'].join(' · ');
};

const isFinished = ({kind}: Doing): boolean =>
  kind === 'upgraded' || kind === 'taken-back' || kind === 'verified';

/** The states of OSC 9;4. */
const SIGN = {goes: 1, wrong: 2, waits: 4} as const;

const signOf = (state: State, isWrong: boolean): (typeof SIGN)[keyof typeof SIGN] => {
  const question = openQuestion(state);
  if (isWrong || question?.kind === 'hold') return SIGN.wrong;
  return question === null ? SIGN.goes : SIGN.waits;
};

/** State and percentage of OSC 9;4, or null where there is nothing to show: no run, or one that is over. */
const progressOfRun = (state: State, isWrong: boolean): string | null => {
  const {run} = state;
  if (run === null || run.verdict !== null || run.left) return null;
  return `${signOf(state, isWrong)};${Math.floor(shareDone(run, run.at) * 100)}`;
};

/** What the operator is called for: another word each time, null while nobody needs them. */
const callOf = (state: State): string | null => {
  const question = openQuestion(state);
  if (question !== null) return `question ${question.id}`;
  const verdict = state.run?.verdict ?? null;
  return verdict === null ? null : 'end';
};

/** All that is to be seen or heard from afar at a moment. */
export type Afar = {
  readonly title: string;
  readonly progress: string | null;
  readonly call: string | null;
  /** Who was down by itself when it was seen last: names with a space between, which none has, so that two of these are compared by their fields. */
  readonly down: string;
};

/** Also one that does not answer any more: it rings once for each time that a node goes down. */
const lastSeenDown = ({cluster, run, looks}: State): readonly NodeId[] =>
  cluster.nodes.flatMap(({id}) => {
    const look = looks.get(id);
    const {seen} = look ?? {seen: null};
    if (look === undefined || seen?.look.kind !== 'seen' || seen.look.facts.health !== 'down') return [];
    const asSeen = new Map([[id, {...look, status: seen, stale: false}]]);
    return isDownByItself({run, looks: asSeen}, id) ? [id] : [];
  });

export const afarOf = (state: State): Afar => {
  const trouble = troubleOf(state);
  const isWrong = trouble !== null;
  return {
    title: titleOf(state, trouble),
    progress: progressOfRun(state, isWrong),
    call: callOf(state),
    down: lastSeenDown(state).join(' '),
  };
};

export const BELL = '\x07';
const title = (words: string): string => `\x1b]2;${visible(words)}\x1b\\`;
const progress = (sign: string | null): string => `\x1b]9;4;${sign ?? '0;'}\x1b\\`;

/** What the terminal is told when the screen opens: to keep the title that it has (xterm's stack of titles). */
export const opening = (signs: Signs): string => (signs.title ? '\x1b[22;2t' : '');

/** A bell for nodes that went down is enough for so long: whoever was called sees those that follow. */
const DOWN_QUIET_MS = 10_000;

const goesDown = (now: Afar, before: Afar | null): boolean => {
  const known = new Set(before?.down.split(' '));
  return before !== null && now.down !== '' && now.down.split(' ').some(node => !known.has(node));
};

/** Tells each time whether the operator is called: for a question or the end, or because somebody went down since. */
export const makeRings = (now: () => number): ((next: Afar, before: Afar | null) => boolean) => {
  let rangAt = Number.NEGATIVE_INFINITY;
  return (next, before) => {
    if (next.call !== null && next.call !== before?.call) return true;
    if (!goesDown(next, before) || now() - rangAt < DOWN_QUIET_MS) return false;
    rangAt = now();
    return true;
  };
};

/** What it is told where `now` is not what was told `before`, and whether it rings. */
export const telling = (now: Afar, before: Afar | null, signs: Signs, rings: boolean): string =>
  [
    signs.title && now.title !== before?.title ? title(now.title) : '',
    signs.progress && now.progress !== (before?.progress ?? null) ? progress(now.progress) : '',
    signs.bell && rings ? BELL : '',
  ].join('');

/** What it is told when it is given back: no progress, and the title of before, or none where it keeps no stack. */
export const closing = (signs: Signs): string =>
  `${signs.progress ? progress(null) : ''}${signs.title ? `${title('')}\x1b[23;2t` : ''}`;
