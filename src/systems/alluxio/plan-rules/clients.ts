import type {Check, Phase, Plan} from '../../../model/plan.ts';
import {type Text, text} from '../../../model/text.ts';
import {type AlluxioCluster, type ClientNode, clientsOf} from '../fields.ts';
import {type At, named, returns, says, sidesOf} from './steps.ts';

const ofClient = ({role}: At): boolean => role === 'client';

/** What a client is taken through, in this order. */
const stepsOf = ({fields}: ClientNode): readonly string[] => [
  'jar',
  ...(fields.safetyValve === undefined ? [] : ['safety-valve']),
  'restart',
];

/** Everybody goes through every step that is theirs. */
export const leftOutClients = ({direction}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] =>
  direction === 'back'
    ? []
    : clientsOf(cluster).flatMap(node =>
        stepsOf(node)
          .filter(name => !all.some(at => at.step.node === node.id && named(name)(at)))
          .map(name => text(`${node.id} is never taken through ${name}.`, `${node.id} 缺少步骤 ${name}。`)),
      );

/** An application that is restarted before its jar is there, or before it is told where, loads the old one. */
export const restartedTooEarly = ({direction}: Plan, all: readonly At[], cluster: AlluxioCluster): Text[] =>
  direction === 'back'
    ? []
    : clientsOf(cluster).flatMap(({id}) => {
        const its = all.filter(({step}) => step.node === id);
        const restart = its.findIndex(named('restart'));
        return its
          .filter((at, i) => i > restart && restart >= 0 && named('jar', 'safety-valve')(at))
          .map(({step}) =>
            says(step.id, 'stands after the restart of its application', '排在其应用的重启之后'),
          );
      });

/** A client of the new version has nobody to speak with while a server is down or still of the old one. */
export const clientsTooEarly = ({direction}: Plan, all: readonly At[]): Text[] => {
  const first = all.findIndex(ofClient);
  const last = all.findLast(returns);
  if (direction === 'back' || first < 0 || last === undefined || all.indexOf(last) < first) return [];
  return [
    text(
      `An application gets its client before all servers run: ${all[first]?.step.id} stands before ${last.step.id}.`,
      `在所有服务器启动之前更换客户端：${all[first]?.step.id} 排在 ${last.step.id} 之前。`,
    ),
  ];
};

const isWhole = ({to}: Plan, {probe, expect}: Check): boolean =>
  probe === 'cluster' && Array.isArray(expect.versions) && expect.versions.join() === to;

/** The servers are seen to be whole at the new version, before and after the question. */
export const clientsUnproved = (plan: Plan, all: readonly At[]): Text[] => {
  if (plan.direction === 'back') return [];
  const phases = new Set<Phase>(all.filter(ofClient).map(({phase}) => phase));
  return [...phases]
    .filter(({gates}) => !sidesOf(gates).every(side => side.some(check => isWhole(plan, check))))
    .map(({id}) =>
      says(
        id,
        'does not look, before and after its question, whether the servers are whole at the new version',
        '在确认前后没有查看服务器是否已完整运行新版本',
      ),
    );
};
