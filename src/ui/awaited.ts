import {momentOf} from '../lib/moment.ts';
import {nameNodes} from '../model/describe-service.ts';
import type {HostId} from '../model/ids.ts';
import {COMMA, joinTexts, plain, type Text} from '../model/text.ts';
import type {State} from '../store/state.ts';
import {messages} from './messages.ts';
import {waitWords} from './wait-words.ts';
import type {LookAt} from './waits.ts';

// Whose answer a look waits for, where that takes long.

/** How many hosts, and nodes of a host, are named. */
const HOSTS_MOST = 2;
const NODES_MOST = 3;

/** "10.20.0.22 (fe-2)": a host with its nodes. */
const hostWords = ({cluster}: State, host: HostId): Text => {
  const nodes = cluster.nodes.filter(node => node.host === host).map(({id}) => id);
  return messages.hostWith(host, nameNodes(nodes, NODES_MOST));
};

/** Whose answers a look waits for, and since when; null where it waits for none, or not for long. */
const lateOf = (
  state: State,
  {node, probe}: LookAt,
): {readonly who: Text; readonly clock: string; readonly since: number} | null => {
  const hosts = state.awaited.find(each => each.node === node && each.probe === probe)?.hosts ?? [];
  const [first] = hosts.toSorted((a, b) => a.since - b.since);
  if (first === undefined) return null;
  const named = hosts.slice(0, HOSTS_MOST).map(({host}) => hostWords(state, host));
  const more = hosts.length - named.length;
  const who = joinTexts([...named, ...(more > 0 ? [plain(`+${more}`)] : [])], COMMA);
  return {who, clock: momentOf(first.since, state.now), since: first.since};
};

/** "no answer yet from 10.20.0.22 (fe-2), asked at 10:22:08". */
export const lateWords = (state: State, look: LookAt): Text | null => {
  const late = lateOf(state, look);
  return late === null ? null : waitWords.noAnswerYet(late.who, late.clock);
};

/** So long nobody has to be told above the grid: the pane tells it. */
const TOLD_AFTER_MS = 10_000;

/** The same of the first of these looks that waits for long. */
export const longLateWords = (state: State, looks: readonly LookAt[]): Text | null => {
  const long = new Set(
    state.awaited.flatMap(({node, probe, hosts}) =>
      hosts.some(({since}) => state.now - since >= TOLD_AFTER_MS) ? [`${node} ${probe}`] : [],
    ),
  );
  for (const look of looks) {
    const late = long.has(`${look.node} ${look.probe}`) ? lateOf(state, look) : null;
    if (late !== null && state.now - late.since >= TOLD_AFTER_MS)
      return waitWords.waitsForAnswer(late.who, late.clock);
  }
  return null;
};
