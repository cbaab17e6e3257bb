import type {Check} from '../../../model/plan.ts';
import type {Back, LastLook} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {check} from '../../../recipe/check.ts';
import {type Alluxio, type Context, firstMaster, isServer} from '../fields.ts';
import * as checks from './checks.ts';
import {pinsKept} from './checks-pins.ts';
import {serves} from './checks-running.ts';
import {JOB_WORKERS} from './names.ts';

/** What a run's own plan was made of. */
export const contextOf = ({cluster, plan}: Pick<LastLook<Alluxio>, 'cluster' | 'plan'>): Context => ({
  cluster,
  facts: new Map(cluster.nodes.map(({id}) => [id, plan.survey[id] ?? {}])),
  target: {from: plan.from, to: plan.to, stamp: plan.stamp},
});

/** Masters that serve again hold what was counted before anything was stopped, where it was counted. */
const verify: Back<Alluxio>['verify'] = (node, look) => {
  const {cluster, version, is} = look;
  if (!isServer(node)) {
    const title = text(`it is healthy at ${version}`, `以 ${version} 健康运行`);
    return [check(node, 'client', title, {health: 'ok', version}, cluster.settings.steadyMs + 60_000)];
  }
  const own = serves(node, version, cluster.settings.lastSteadyMs);
  const content: readonly Check[] =
    node === firstMaster(cluster) && is === 'taken back'
      ? [checks.contentKept(contextOf(look), 'old'), ...pinsKept(contextOf(look), 'old')]
      : [];
  return [own, ...content];
};

/** The way back of Alluxio, as far as its steps do not say it themselves: its phases ask for what they need in their steps. */
export const back: Back<Alluxio> = {
  around: () => [],
  // Whoever serves takes writes; until then only masters run, and nobody who was told to stop writes.
  loses: ({id}, {from, to}) =>
    id === 'rest' || id === JOB_WORKERS
      ? text(
          `What was written at ${to} since its workers were started stands in its journal alone: it is lost, files that are not persisted with it. ${from} comes back as it was when it was stopped.`,
          `自 ${to} 的 worker 启动以来写入的内容只存在于其日志中：将会丢失，包括尚未持久化的文件。${from} 恢复到停止时的状态。`,
        )
      : null,
  verify,
};
