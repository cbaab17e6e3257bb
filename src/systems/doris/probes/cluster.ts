import {askLines, seen} from '../../../host/ask.ts';
import {sharedAsk} from '../../../host/shared-ask.ts';
import type {Ask} from '../../../model/ask.ts';
import {type Facts, type Look, listOf} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {type Doris, type DorisCluster, type DorisNode, nodesOf, type RoleName} from '../fields.ts';
import {parsePackageVersion} from '../parse/package-version.ts';
import {askVersion, VERSION_TIMEOUT_MS} from '../scripts/look-version.ts';
import {ORDER} from '../upgrade/names.ts';
import {itselfFacts} from './left-behind.ts';
import {findMaster} from './master.ts';
import {isAway, skippedFact, skippedIn} from './skipped.ts';
import {backendStatus} from './status-be.ts';
import {cloudStatus} from './status-cloud.ts';
import {frontendStatus} from './status-fe.ts';
import {withStore} from './store.ts';

export const statusOf = (role: string): Probe<Doris> =>
  role === 'be' ? backendStatus : role === 'fe' ? frontendStatus : cloudStatus;

type Seen = {readonly node: DorisNode; readonly look: Look};

/** Where no frontend told of a backend (a group of one, being upgraded), its own word has to do. */
const byItself = async (entry: Seen, ask: Ask): Promise<Seen> => {
  const {node, look} = entry;
  if (node.role !== 'be' || look.kind === 'silent' || look.facts.own !== 'ok') return entry;
  if (look.facts.rows === undefined) return entry;
  const answer = await askLines(ask, node, askVersion(node, 'home', null));
  const version = answer.ok ? parsePackageVersion(answer.value.lines) : null;
  return {
    node,
    look: {
      kind: 'seen',
      facts: {...look.facts, health: 'ok', causes: [], ...(version === null ? {} : {version})},
    },
  };
};

const unwell = ({node, look}: Seen): string[] => {
  if (look.kind === 'silent') return [`${node.id} silent`];
  const {health} = look.facts;
  if (health === 'ok') return [];
  // Of one that is down there is nothing more to say.
  const causes = health === 'down' ? [] : listOf(look.facts, 'causes');
  return [`${node.id} ${String(health)}${causes.length === 0 ? '' : ` (${causes.join(', ')})`}`];
};

const versionsOf = (entries: readonly Seen[]): string[] => {
  const versions = new Set(
    entries.map(({look}) =>
      look.kind === 'seen' && look.facts.version !== undefined ? String(look.facts.version) : '?',
    ),
  );
  return [...versions].toSorted();
};

const factsOf = (entries: readonly Seen[], roles: readonly RoleName[]): Facts =>
  Object.fromEntries(
    roles.flatMap(role => {
      const own = entries.filter(({node}) => node.role === role);
      if (own.length === 0) return [];
      return [
        [`${role}.unwell`, own.flatMap(unwell)],
        [`${role}.versions`, versionsOf(own)],
      ];
    }),
  );

const lookAt = async (
  roles: readonly RoleName[],
  cluster: DorisCluster,
  ask: Ask,
): Promise<readonly Seen[]> => {
  const looks = await Promise.all(
    roles
      .flatMap(role => nodesOf(cluster, role))
      .map(async node => {
        const look = await statusOf(node.role).look(node, cluster, ask, {});
        return {node, look: await withStore(look, node, cluster, ask)};
      }),
  );
  if (nodesOf(cluster, 'fe').length !== 1) return looks;
  return Promise.all(looks.map(entry => byItself(entry, ask)));
};

/**
 * The cluster at once, by role: `be.unwell` names the nodes that are not healthy, how they are and what keeps them from it,
 * `be.versions` the versions they report. `roles` of what is given are looked at, or all of them. Before a frontend, with
 * `to`, it is told too whether that one is left behind.
 */
export const clusterProbe: Probe<Doris> = {
  roles: ORDER,
  // A single frontend that is being upgraded is asked for nothing: then backends are asked for their own version.
  takesMs: ({settings}) => settings.sqlTimeoutMs + VERSION_TIMEOUT_MS,
  look: async (node, cluster, plainAsk, given) => {
    const ask = sharedAsk(plainAsk);
    const asked = listOf(given, 'roles');
    const roles = asked.length === 0 ? ORDER : ORDER.filter(role => asked.includes(role));
    const skipped = skippedIn(given).nodes;
    const entries = await lookAt(roles, cluster, ask);
    const away = entries.filter(entry => skipped.has(entry.node.id) && isAway(entry.look));
    const counted = entries.filter(entry => !away.includes(entry));
    const facts = {...factsOf(counted, roles), ...skippedFact(away.map(entry => entry.node.id))};
    if (node.fields.role !== 'fe' || given.to === undefined) return seen(facts);
    return seen({
      ...facts,
      ...(await itselfFacts(ask, cluster, node, await findMaster(ask, cluster), given)),
    });
  },
};
