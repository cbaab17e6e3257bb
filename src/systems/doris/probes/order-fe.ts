import {seen, silent, silentBecause} from '../../../host/ask.ts';
import {placeOf} from '../../../lib/address.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {type Doris, type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {type Frontend, masterOf, quorumWithout, sameFrontend} from '../parse/rows.ts';
import {nameOfFrontend, rowOfFrontend} from './group.ts';
import {itselfFacts, leftBehindTakesMs, othersLeftBehind} from './left-behind.ts';
import {findMaster} from './master.ts';
import {oneLook} from './one-look.ts';
import {type Apart, holdOtherGroups, otherGroupFact} from './other-group.ts';
import {askOthers, toldOf} from './service.ts';
import {type Skipped, skippedIn} from './skipped.ts';
import {frontendRole} from './status-fe.ts';

const notInGroup = (node: DorisNode): Look =>
  silentBecause(text('is not among the frontends the master knows', '不在主 FE 所知的 FE 之中'), node);

/**
 * What this frontend is just now: one that is left behind goes first (where `to` is given), then observers, followers, and
 * the master. Silent during an election.
 */
export const frontendOrder: Probe<Doris> = {
  roles: ['fe'],
  takesMs: leftBehindTakesMs,
  look: async (node, cluster, plainAsk, given) => {
    const ask = oneLook(plainAsk);
    const master = await findMaster(ask, cluster);
    const itself = await itselfFacts(ask, cluster, node, master, given);
    if (itself.itself !== undefined) return seen({fe: itself.itself});
    if (!master.ok) return silent(master);
    const row = rowOfFrontend(node, master.value.frontends);
    return row === null ? notInGroup(node) : seen({fe: frontendRole(row)});
  },
};

type Standing = {
  readonly cluster: DorisCluster;
  readonly ask: Ask;
  readonly node: DorisNode;
  readonly row: Frontend;
  readonly frontends: readonly Frontend[];
  /** Those who hold another group: nobody counts on them. */
  readonly apart: readonly Apart[];
  readonly skipped: Skipped;
};

/** Where the group itself reaches the followers that are counted on beside that one; what is no address is left out. */
const votersBeside = (frontends: readonly Frontend[], leaving: Frontend): readonly string[] =>
  frontends
    .filter(({role, alive}) => role === 'follower' && alive)
    .filter(other => !sameFrontend(other, leaving))
    .map(({host, editLogPort}) => placeOf(host, editLogPort))
    .filter(place => !/\s/.test(place));

/**
 * What the group would be without this one: only who answers itself, and holds the same group, is counted on, before its row says
 * otherwise.
 */
const askSafety = async (
  standing: Standing,
  more: Facts | ((away: readonly string[]) => Facts) = {},
): Promise<Look> => {
  const {node, cluster, ask, row, frontends, apart, skipped} = standing;
  const others = await askOthers(
    ask,
    cluster,
    nodesOf(cluster, 'fe').filter(({id}) => id !== node.id),
    skipped,
  );
  const serving = new Set(others.serving.map(({id}): string => id));
  const mute = new Set(others.down.map(({id}): string => id));
  const named = (other: Frontend): string => nameOfFrontend(cluster, other);
  const isApart = (name: string): boolean => apart.some(({id}) => id === name);
  const counts = (name: string): boolean => serving.has(name) && !isApart(name);
  const believed = frontends.map(other => ({...other, alive: other.alive && counts(named(other))}));
  const down = frontends.filter(
    other => !sameFrontend(other, row) && (!other.alive || mute.has(named(other))),
  );
  const {followers, aliveAfter, majority, kept} = quorumWithout(believed, row);
  const voters = row.role === 'follower' ? votersBeside(believed, row) : [];
  const told = typeof more === 'function' ? more(others.away) : more;
  const group = otherGroupFact(apart, skipped.nodes);
  return toldOf(others, down.map(named), {
    ...told,
    ...group,
    voters,
    followers,
    aliveAfter,
    majority,
    quorumKept: kept,
  });
};

/**
 * Who of the others has read least of the master's journal, and how far that is: whoever stands still is the slowest before
 * long. Nothing where nobody follows, or no row tells a number.
 */
const slowestFacts = ({cluster, row, frontends}: Standing, away: readonly string[]): Facts => {
  const masters = masterOf(frontends)?.journal ?? null;
  const [slowest] = frontends
    .filter(other => other.alive && !other.master && !sameFrontend(other, row))
    .filter(other => !away.includes(nameOfFrontend(cluster, other)))
    .flatMap(other => (other.journal === null ? [] : [{journal: other.journal, other}]))
    .toSorted((a, b) => a.journal - b.journal);
  return masters === null || slowest === undefined
    ? {}
    : {
        slowest: nameOfFrontend(cluster, slowest.other),
        slowestJournal: slowest.journal,
        masterJournal: masters,
      };
};

const askTurn = async (standing: Standing): Promise<Look> => {
  const {cluster, node, row, frontends, skipped} = standing;
  // Whoever was taken out of the run never goes: nobody waits for its turn.
  const goes = (other: Frontend): boolean => !skipped.nodes.has(nameOfFrontend(cluster, other));
  if (row.master && row.version === null)
    return silentBecause(text('its own row tells no version', '它自己的行没有给出版本'), node);
  const waiting = row.master
    ? frontends.filter(
        other => goes(other) && !sameFrontend(other, row) && (other.version ?? row.version) === row.version,
      )
    : [];
  return askSafety(standing, {
    fe: frontendRole(row),
    turn: waiting.length === 0 ? 'now' : 'later',
    ...(waiting.length === 0 ? {} : {before: waiting.map(other => nameOfFrontend(cluster, other))}),
  });
};

/** A look at this frontend among the others, as the live master counts them; of one that is left behind that alone is told. */
const among =
  (look: (standing: Standing) => Promise<Look>): Probe<Doris>['look'] =>
  async (node, cluster, plainAsk, given) => {
    const ask = oneLook(plainAsk);
    const group = await findMaster(ask, cluster);
    const itself = await itselfFacts(ask, cluster, node, group, given);
    if (itself.itself !== undefined) return seen(itself);
    if (!group.ok) return silent(group);
    const {frontends} = group.value;
    const row = rowOfFrontend(node, frontends);
    const apart = holdOtherGroups(cluster, group.value);
    return row === null
      ? notInGroup(node)
      : look({node, cluster, ask, row, frontends, apart, skipped: skippedIn(given)});
  };

/**
 * Whether the group can do without this frontend: `quorumKept` after its stop, counted among the live master's followers
 * that answer for themselves (one that the inventory does not know cannot be asked; `voters` says where they are), and `othersDown`, by name, of those
 * that are not alive in a row or do not serve by their own account; `otherGroup` names those that hold another group than the
 * master, `slowest` is who has read least of its journal.
 * Silent while one of them does not answer at all.
 */
export const frontendSafeToStop: Probe<Doris> = {
  roles: ['fe'],
  takesMs: leftBehindTakesMs,
  look: among(standing => askSafety(standing, away => slowestFacts(standing, away))),
};

/**
 * Frontends that are left behind: they go `before` this one, whoever leads; its `turn` is `later` then. One that is left
 * behind itself waits for none.
 */
export const frontendsLeftBehind: Probe<Doris> = {
  roles: ['fe'],
  takesMs: leftBehindTakesMs,
  look: async (node, cluster, plainAsk, given) => {
    const ask = oneLook(plainAsk);
    const group = await findMaster(ask, cluster);
    const itself = await itselfFacts(ask, cluster, node, group, given);
    if (itself.itself !== undefined) return seen({...itself, turn: 'now', before: []});
    const skipped = skippedIn(given).nodes;
    const behind = await othersLeftBehind(ask, cluster, node, group, String(given.to));
    // Whoever was taken out of the run does not go at all.
    const before = behind.filter(name => !skipped.has(name));
    return seen({turn: before.length === 0 ? 'now' : 'later', before});
  },
};

/**
 * The last look before a stop: all of the above, and whether it is this frontend's turn. `turn` is `later` for a master
 * beside which others still run its version, or none that is known; a master that is the last of its version goes now.
 */
export const frontendTurn: Probe<Doris> = {
  roles: ['fe'],
  takesMs: leftBehindTakesMs,
  look: among(standing => askTurn(standing)),
};
