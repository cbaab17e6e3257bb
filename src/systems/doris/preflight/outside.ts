import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {unit, watchdog} from '../../../recipe/preflight.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {type Beside, besidesOf} from '../parse/beside.ts';

/** A process that a node of the inventory is: by its pid on the same host, or by its home where hosts share their pids. */
const listed = ({cluster, facts}: Survey<Doris>, host: string, {pid, home}: Beside): boolean =>
  cluster.nodes.some(node => facts.get(node.id)?.pid === pid && (node.host === host || node.home === home));

const unlisted = (survey: Survey<Doris>): (Problem & {readonly node: DorisNode})[] => {
  const told = new Set<string>();
  return survey.cluster.nodes.flatMap(node =>
    besidesOf(survey.facts.get(node.id) ?? {})
      .filter(found => !listed(survey, node.host, found))
      .filter(({pid}) => !told.has(`${node.host} ${pid}`) && told.add(`${node.host} ${pid}`))
      .map(({pid, roles, home}) => ({
        ...warn(
          text(
            `on ${node.host} process ${pid} of ${home} plays ${roles}`,
            `${node.host} 上进程 ${pid}（${home}）的角色是 ${roles}`,
          ),
          text(
            'It would stay at the old version. Add it to the inventory, or upgrade it by hand right after MetaService.',
            '它会停留在旧版本。请把它加入清单，或在 MetaService 之后手工升级。',
          ),
        ),
        node,
      })),
  );
};

/** What else on the hosts has to do with the cluster: service managers, and processes the inventory does not name. */
export const OUTSIDE_CHECKS: readonly Preflight<Doris>[] = [
  unit<Doris>(),
  watchdog<Doris>(),
  wholeCluster<Doris>(
    'unlisted',
    text(
      'Every MetaService and Recycler on these hosts is in the inventory',
      '这些主机上的 MetaService 和 Recycler 均在清单中',
    ),
    unlisted,
  ),
];
