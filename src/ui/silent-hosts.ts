import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import {COMMA, joinTexts, type Text} from '../model/text.ts';
import {type SilentHost, silentHosts} from '../store/silent-hosts.ts';
import type {State} from '../store/state.ts';
import {messages} from './messages.ts';

/** So many hosts are named; of more it is said how many they are. */
const NAMED_MOST = 2;

/** How many nodes of a host are named. */
const NODES_MOST = 3;

const nameHosts = (silent: readonly SilentHost[]): Text =>
  joinTexts(
    silent.map(({host, nodes}) => messages.hostWith(host, nameNodes(nodes, NODES_MOST).en)),
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
