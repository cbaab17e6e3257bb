import {askPage, type Page, seen, silent, silentBecause} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {type Doris, type DorisCluster, type DorisNode, feFieldsOf, nodesOf} from '../fields.ts';
import {parseBootstrap} from '../parse/http.ts';
import {type Frontend, quorumWithout} from '../parse/rows.ts';
import {findMaster, nodeOfFrontend, rowOfFrontend} from './master.ts';
import {frontendRole} from './status-fe.ts';

const notInGroup = (node: DorisNode): Look =>
  silentBecause(text('is not among the frontends the master knows', '不在主 FE 所知的 FE 之中'), node);

/** What this frontend is just now: observers go first, then followers, then the master. Silent during an election. */
export const frontendOrder: Probe<Doris> = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
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
};

/** A look at this frontend among the others, as the live master counts them. */
const among =
  (look: (standing: Standing) => Promise<Look>): Probe<Doris>['look'] =>
  async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
    if (!master.ok) return silent(master);
    const {frontends} = master.value;
    const row = rowOfFrontend(node, frontends);
    return row === null ? notInGroup(node) : look({node, cluster, ask, row, frontends});
  };

const same = (a: Frontend, b: Frontend): boolean => a.host === b.host && a.editLogPort === b.editLogPort;

/** What the group would be without this one; who does not answer for itself counts as down before its row says so. */
const safety = async ({node, cluster, ask, row, frontends}: Standing): Promise<Facts> => {
  const others = nodesOf(cluster, 'fe').filter(({id}) => id !== node.id);
  const pages = await Promise.all(
    others.map(other => askPage(ask, other, feFieldsOf(other).httpPort, '/api/bootstrap')),
  );
  const ready = (page: Page | undefined): boolean =>
    page?.kind === 'page' && parseBootstrap(page.body) === 'ready';
  const mute: readonly string[] = others.filter((_, i) => !ready(pages[i])).map(({id}) => id);
  const named = (other: Frontend): string =>
    nodeOfFrontend(cluster, other)?.id ?? `${other.host}:${other.editLogPort}`;
  const believed = frontends.map(other => (mute.includes(named(other)) ? {...other, alive: false} : other));
  const down = believed.filter(other => !same(other, row) && !other.alive).map(named);
  const {followers, aliveAfter, majority, kept} = quorumWithout(believed, row);
  return {followers, aliveAfter, majority, quorumKept: kept, othersDown: down};
};

/**
 * Whether the group can do without this frontend: `quorumKept` after its stop, counted on the live master, and
 * `othersDown`, by name, of those that are not alive in a row or do not answer for themselves.
 */
export const frontendSafeToStop: Probe<Doris> = {
  roles: ['fe'],
  look: among(async standing => seen(await safety(standing))),
};

/**
 * The last look before a stop: all of the above, and whether it is this frontend's turn. `turn` is `later` for a master
 * beside which others still run its version, or none that is known; a master that is the last of its version goes now.
 */
export const frontendTurn: Probe<Doris> = {
  roles: ['fe'],
  look: among(async standing => {
    const {node, row, frontends} = standing;
    if (row.master && row.version === null)
      return silentBecause(text('its own row tells no version', '它自己的行没有给出版本'), node);
    const waiting = row.master
      ? frontends.filter(other => !same(other, row) && (other.version ?? row.version) === row.version)
      : [];
    return seen({
      ...(await safety(standing)),
      fe: frontendRole(row),
      turn: waiting.length === 0 ? 'now' : 'later',
      ...(waiting.length === 0 ? {} : {before: waiting.map(({host}) => host)}),
    });
  }),
};
