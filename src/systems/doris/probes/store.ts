import {askLines, seen, silent} from '../../../host/ask.ts';
import {allSaid, type Said} from '../../../host/lines.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Facts, type Health, type Look, listOf} from '../../../model/facts.ts';
import type {Beside, Probe} from '../../../model/system.ts';
import {withBeside} from '../../../model/with-beside.ts';
import type {Doris, DorisCluster, DorisNode} from '../fields.ts';
import {askStore} from '../scripts/store.ts';

/** How a coordinator answered, in words that stand behind its address. */
const HOW: Readonly<Record<string, string>> = {yes: 'reached', mute: 'no answer', no: 'no connection'};

const UNKNOWN: Facts = {store: 'unknown'};

/**
 * `store`: `reached` where a majority of the coordinators took a connection, `away` where it did not, `unknown` where none is named or
 * there was nothing to ask with. `storeAway`: those that did not, each with how.
 */
export const parseStore = (lines: Said): Facts => {
  const asked = allSaid(lines, 'coordinator').flatMap(line => {
    const [how = '', place = '', ...more] = line.split(' ');
    return HOW[how] === undefined || place === '' || more.length > 0 ? [] : [{how, place}];
  });
  const away = asked.filter(({how}) => how !== 'yes');
  if (asked.length === 0) return UNKNOWN;
  const reached = asked.length - away.length;
  return {
    // Without a majority of its coordinators nobody who starts finds FoundationDB.
    store: reached > asked.length / 2 ? 'reached' : 'away',
    // They are asked at once, and told as they answer.
    storeAway: away.map(({how, place}) => `${place} (${HOW[how] ?? how})`).toSorted(),
    coordinators: asked.length,
  };
};

/** The same, asked of one node's host; where the inventory says that it is not to be asked, it is `unknown`. */
export const lookAtStore = async (
  node: DorisNode,
  {settings}: DorisCluster,
  ask: Ask,
): ReturnType<Probe<Doris>['look']> => {
  if (!settings.askStore) return seen(UNKNOWN);
  const answer = await askLines(ask, node, askStore(node));
  return answer.ok ? seen(parseStore(answer.value.lines)) : silent(answer);
};

/** Who looks all the time opens a dozen connections each time, and FoundationDB's trace has a line for each. */
const BESIDE_EVERY_MS = 30_000;

/** One that runs says that it is well where its store is away, and then serves nobody. */
export const besideStatus: Beside = {
  roles: ['ms', 'recycler'],
  probe: 'store',
  everyMs: BESIDE_EVERY_MS,
  with: (status, seenBeside) =>
    status.health === 'ok' && seenBeside.store === 'away'
      ? {
          ...status,
          health: 'not-serving' satisfies Health,
          causes: [`store=away: ${listOf(seenBeside, 'storeAway').join(', ')}`],
        }
      : status,
};

/** What was seen of a MetaService, by its store too. */
export const withStore = async (
  look: Look,
  node: DorisNode,
  cluster: DorisCluster,
  ask: Ask,
): Promise<Look> => {
  if (node.role !== 'ms' || look.kind === 'silent' || look.facts.health !== 'ok') return look;
  return withBeside(besideStatus, look, await lookAtStore(node, cluster, ask));
};

/**
 * Whether the FoundationDB of a MetaService or Recycler can be reached from its host. One that runs says that it is well without it, and
 * one that is started then ends (domain 1.2). A connection proves no more than that somebody accepts it there.
 */
export const storeProbe: Probe<Doris> = {
  roles: ['ms', 'recycler'],
  look: (node, cluster, ask) => lookAtStore(node, cluster, ask),
};
