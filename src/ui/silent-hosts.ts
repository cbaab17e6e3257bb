import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import {COMMA, joinTexts, type Text} from '../model/text.ts';
import {isAnyCut, type SilentHost, silentHosts} from '../store/silent-hosts.ts';
import type {State} from '../store/state.ts';
import {messages} from './messages.ts';
import type {Pen} from './pen.ts';
import {drawn} from './theme.ts';

/** So many hosts are named; of more it is said how many they are. */
const NAMED_MOST = 2;

/** How many nodes of a host are named. */
const NODES_MOST = 3;

const nameHosts = (silent: readonly SilentHost[]): Text =>
  joinTexts(
    silent.map(({host, nodes}) => messages.hostWith(host, nameNodes(nodes, NODES_MOST))),
    COMMA,
  );

/** "14 of 14 hosts do not answer, the longest since 02:14:30"; null where all of them do. */
export const silentHostsWords = (state: State): Text | null => {
  const silent = silentHosts(state);
  const [longest] = silent;
  if (longest === undefined) return null;
  const all = new Set(state.cluster.nodes.map(({host}) => host)).size;
  const clock = messages.moment(momentOf(longest.since, state.now), longest.atLeast);
  const since = silent.length === 1 ? messages.alone(clock) : messages.longest(clock);
  const words =
    silent.length <= NAMED_MOST
      ? messages.hostsSilentNamed(silent.length, nameHosts(silent))
      : messages.hostsSilent(silent.length, all);
  return joinTexts([words, since], {en: '', zh: ''});
};

/**
 * What is said of them to a screen reader: that they do not answer, once, and again where they have become twice as many, for links that
 * are cut at once are found to be one after the other; and once that all answer again. `words`: how they are told just now; empty where
 * all answer. `hosts`: of how many it is said.
 */
export const hostsSaid = (
  before: number,
  state: State,
  pen: Pen,
): {readonly hosts: number; readonly lines: readonly string[]; readonly words: string} => {
  const now = silentHosts(state).length;
  const told = silentHostsWords(state);
  // One that was just lost is no news yet, and does not answer all the same.
  if (told === null && isAnyCut(state)) return {hosts: before, lines: [], words: ''};
  if (told === null) return {hosts: 0, lines: before > 0 ? [pen.t(messages.hostsAgain)] : [], words: ''};
  const words = drawn(pen.t(told), pen.theme);
  const isKnown = before > 0 && now < 2 * before;
  return {hosts: isKnown ? before : now, lines: isKnown ? [] : [words], words};
};
