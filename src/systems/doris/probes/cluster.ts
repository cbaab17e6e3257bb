import {askLines} from '../../../host/ask.ts';
import type {Ask} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, type DorisCluster, type DorisNode, nodesOf} from '../fields.ts';
import {parsePackageVersion} from '../parse/package-version.ts';
import {askVersion} from '../scripts/look-version.ts';
import {ORDER} from '../upgrade/names.ts';
import {backendStatus} from './status-be.ts';
import {cloudStatus} from './status-cloud.ts';
import {frontendStatus} from './status-fe.ts';

export const statusOf = (role: string): Probe<Doris> =>
  role === 'be' ? backendStatus : role === 'fe' ? frontendStatus : cloudStatus;

type Seen = {readonly node: DorisNode; readonly look: Look};

/** With no frontend to ask (a group of one, being upgraded), a backend's own word has to do. */
const byItself = async (entry: Seen, ask: Ask, feSilent: boolean): Promise<Seen> => {
  const {node, look} = entry;
  if (!feSilent || node.role !== 'be' || look.kind === 'silent' || look.facts.own !== 'ok') return entry;
  const answer = await askLines(ask, node, askVersion(node, 'home', null));
  const version = answer.ok ? parsePackageVersion(answer.value.lines) : null;
  return {
    node,
    look: {kind: 'seen', facts: {...look.facts, health: 'ok', ...(version === null ? {} : {version})}},
  };
};

const unwell = ({node, look}: Seen): string[] => {
  if (look.kind === 'silent') return [`${node.id} silent`];
  return look.facts.health === 'ok' ? [] : [`${node.id} ${String(look.facts.health)}`];
};

const versionsOf = (entries: readonly Seen[]): string[] => {
  const versions = new Set(
    entries.map(({look}) =>
      look.kind === 'seen' && look.facts.version !== undefined ? String(look.facts.version) : '?',
    ),
  );
  return [...versions].toSorted();
};

const factsOf = (entries: readonly Seen[]): Facts =>
  Object.fromEntries(
    ORDER.flatMap(role => {
      const own = entries.filter(({node}) => node.role === role);
      if (own.length === 0) return [];
      return [
        [`${role}.unwell`, own.flatMap(unwell)],
        [`${role}.versions`, versionsOf(own)],
      ];
    }),
  );

const lookAtAll = async (cluster: DorisCluster, ask: Ask): Promise<readonly Seen[]> => {
  const looks = await Promise.all(
    cluster.nodes.map(async node => ({node, look: await statusOf(node.role).look(node, cluster, ask, {})})),
  );
  const feSilent = !looks.some(
    ({node, look}) => node.role === 'fe' && look.kind === 'seen' && look.facts.fe !== undefined,
  );
  const single = nodesOf(cluster, 'fe').length === 1;
  return Promise.all(looks.map(entry => byItself(entry, ask, feSilent && single)));
};

/**
 * The whole cluster at once, by role: `be.unwell` names the nodes that are not healthy and how they are, `be.versions` the
 * versions they report. What the gates of a phase ask.
 */
export const clusterProbe: Probe<Doris> = {
  roles: ORDER,
  look: async (_node, cluster, ask) => ({kind: 'seen', facts: factsOf(await lookAtAll(cluster, ask))}),
};
