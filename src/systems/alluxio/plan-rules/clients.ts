import type {Check, Phase, Plan, Step} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type AlluxioCluster, type ClientNode, clientsOf} from '../fields.ts';
import {says, sidesOf} from './reading.ts';

// Rules about the applications that load the client: they follow the servers.

/** A step with its phase, and whose it is. */
type At = {readonly phase: Phase; readonly step: Step; readonly role: string};

const allSteps = ({phases}: Plan, cluster: AlluxioCluster): readonly At[] => {
  const roles = new Map<string, string>(cluster.nodes.map(({id, role}) => [id, role]));
  return phases.flatMap(phase =>
    phase.lanes.flatMap(({steps}) => steps.map(step => ({phase, step, role: roles.get(step.node) ?? ''}))),
  );
};

const named =
  (...names: readonly string[]) =>
  ({step}: At): boolean =>
    names.includes(step.name);

const returns = ({step}: At): boolean => step.service === 'returns';

const ofClient = ({role}: At): boolean => role === 'client';

/** What a client is taken through, in this order. */
const stepsOf = ({fields}: ClientNode): readonly string[] => [
  'jar',
  ...(fields.safetyValve === undefined ? [] : ['safety-valve']),
  'restart',
];

/** Everybody goes through every step that is theirs. */
const leftOutClients = (all: readonly At[], cluster: AlluxioCluster): Text[] =>
  clientsOf(cluster).flatMap(node =>
    stepsOf(node)
      .filter(name => !all.some(at => at.step.node === node.id && named(name)(at)))
      .map(name => text(`${node.id} is never taken through ${name}.`, `${node.id} 缺少步骤 ${name}。`)),
  );

/** An application that is restarted before its jar is there, or before it is told where, loads the old one. */
const restartedTooEarly = (all: readonly At[], cluster: AlluxioCluster): Text[] =>
  clientsOf(cluster).flatMap(({id}) => {
    const its = all.filter(({step}) => step.node === id);
    const restart = its.findIndex(named('restart'));
    return its
      .filter((at, i) => restart >= 0 && i > restart && named('jar', 'safety-valve')(at))
      .map(({step}) => says(step.id, 'stands after the restart of its application', '排在其应用的重启之后'));
  });

/** A client of the new version has nobody to speak with while a server is down or still of the old one. */
const clientsTooEarly = (all: readonly At[]): Text[] => {
  const first = all.findIndex(ofClient);
  const last = all.findLastIndex(returns);
  const [client, server] = [all[first], all[last]];
  if (client === undefined || server === undefined || last < first) return [];
  return [
    text(
      `An application gets its client before all servers run: ${client.step.id} stands before ${server.step.id}.`,
      `在所有服务器启动之前更换客户端：${client.step.id} 排在 ${server.step.id} 之前。`,
    ),
  ];
};

const isWhole = ({to}: Plan, {probe, expect}: Check): boolean =>
  probe === 'cluster' && Array.isArray(expect.versions) && expect.versions.join() === to;

/** The servers are seen to be whole at the new version, before and after the question. */
const clientsUnproved = (plan: Plan, all: readonly At[]): Text[] =>
  [...new Set(all.filter(ofClient).map(({phase}) => phase))]
    .filter(({gates}) => !sidesOf(gates).every(side => side.some(check => isWhole(plan, check))))
    .map(({id}) =>
      says(
        id,
        'does not look, before and after its question, whether the servers are whole at the new version',
        '在确认前后没有查看服务器是否已完整运行新版本',
      ),
    );

/** The last looks see of each client that nobody has the old one. */
const unverifiedClients = ({verify}: Plan, cluster: AlluxioCluster): Text[] =>
  clientsOf(cluster)
    .filter(
      ({id}) =>
        !verify.some(({node, checks}) =>
          checks.some(
            ({probe, node: of, expect}) =>
              node === id && of === id && probe === 'client' && expect.old !== undefined,
          ),
        ),
    )
    .map(({id}) =>
      text(
        `The last looks do not see which client ${id} has loaded.`,
        `最后的检查没有查看 ${id} 加载了哪个客户端。`,
      ),
    );

/** What holds of a plan that leads forward; back there is no way for an application that writes. */
export const clientRules = (plan: Plan, cluster: AlluxioCluster): readonly Text[] => {
  if (plan.direction === 'back') return [];
  const all = allSteps(plan, cluster);
  return [
    ...leftOutClients(all, cluster),
    ...restartedTooEarly(all, cluster),
    ...clientsTooEarly(all),
    ...clientsUnproved(plan, all),
    ...unverifiedClients(plan, cluster),
  ];
};
