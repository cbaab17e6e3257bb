import type {Node} from '../../../model/inventory.ts';
import type {Probe} from '../../../model/system.ts';
import {feFieldsOf, nodesOf} from '../fields.ts';
import {parseBootstrap} from '../parse/http.ts';
import {type Frontend, quorumWithout} from '../parse/rows.ts';
import {askPage, seen, silent} from './answers.ts';
import {findMaster, nodeOfFrontend, rowOfFrontend} from './master.ts';
import {frontendRole} from './status-fe.ts';

const notInGroup = (node: Node): string => `${node.id} is not among the frontends the master knows`;

/** What this frontend is just now: observers go first, then followers, then the master. Silent during an election. */
export const frontendOrder: Probe = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
    if (!master.ok) return silent(master.reason);
    const row = rowOfFrontend(node, master.value.frontends);
    return row === null ? silent(notInGroup(node)) : seen({fe: frontendRole(row)});
  },
};

/**
 * Whether it is this frontend's turn: `turn` is `later` for a master beside which others still run its version. A master
 * that is the last of its version goes now.
 */
export const frontendTurn: Probe = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
    if (!master.ok) return silent(master.reason);
    const row = rowOfFrontend(node, master.value.frontends);
    if (row === null) return silent(notInGroup(node));
    const same = (other: Frontend): boolean =>
      other !== row && (other.version ?? row.version) === row.version;
    const waiting = row.master ? master.value.frontends.filter(same) : [];
    return seen({
      fe: frontendRole(row),
      turn: waiting.length === 0 ? 'now' : 'later',
      ...(waiting.length === 0 ? {} : {before: waiting.map(({host}) => host).join(' ')}),
    });
  },
};

/**
 * Whether the group can do without this frontend: `quorumKept` after its stop, counted on the live master, and
 * `othersDown`, by name, of those that are not alive in a row or do not answer for themselves.
 */
export const frontendSafeToStop: Probe = {
  roles: ['fe'],
  look: async (node, cluster, ask) => {
    const master = await findMaster(ask, cluster);
    if (!master.ok) return silent(master.reason);
    const {frontends} = master.value;
    const row = rowOfFrontend(node, frontends);
    if (row === null) return silent(notInGroup(node));
    const pages = await Promise.all(
      nodesOf(cluster, 'fe')
        .filter(({id}) => id !== node.id)
        .map(async other => ({
          other,
          page: await askPage(ask, other, feFieldsOf(other).httpPort, '/api/bootstrap'),
        })),
    );
    const mute = pages.filter(({page}) => !(page.kind === 'page' && parseBootstrap(page.body) === 'ready'));
    const named = (other: Frontend): string =>
      nodeOfFrontend(cluster, other)?.id ?? `${other.host}:${other.editLogPort}`;
    const muteIds: readonly string[] = mute.map(({other}) => other.id);
    const believed = frontends.map(other =>
      muteIds.includes(named(other)) ? {...other, alive: false} : other,
    );
    const dead = believed.filter(other => other.host !== row.host || other.editLogPort !== row.editLogPort);
    const down = dead.filter(({alive}) => !alive).map(named);
    const quorum = quorumWithout(believed, row);
    return seen({
      followers: quorum.followers,
      aliveAfter: quorum.aliveAfter,
      majority: quorum.majority,
      quorumKept: quorum.kept,
      othersDown: down.length === 0 ? 'none' : down.join(' '),
    });
  },
};
