import type {Facts} from '../../../model/facts.ts';
import type {Node} from '../../../model/inventory.ts';
import type {Preflight, Survey} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {fieldsOf} from '../fields.ts';
import {type Beside, parseBeside} from '../parse/around.ts';
import {block, eachNode, type Problem, shown, warn, wholeCluster} from './finding.ts';

/** Units whose cgroup a process stays in because somebody started it from there: none of them knows of it. */
const HARMLESS = /^(ssh|sshd|dropbear)(@.*)?\.service$|^(user@.*|cron|crond|anacron|atd)\.service$/;

/** Domain: many units run the start script and are done (MainPID 0), or watch the daemon; a supervisor is neither. */
const unitProblem = (facts: Facts, node: Node): Problem | null => {
  const {unit, unitRestart, unitMain} = facts;
  if (typeof unit !== 'string' || HARMLESS.test(unit) || unit === fieldsOf(node).harmlessUnit) return null;
  const told = `the process belongs to ${unit}`;
  if (unitRestart === undefined)
    return block(
      `${told}; whether it starts it again cannot be seen from this login`,
      text(
        `Ask \`systemctl show -p Restart ${unit}\`. If nothing there starts the process again, write \`harmlessUnit: ${unit}\` at the node.`,
        `请查看 \`systemctl show -p Restart ${unit}\`。若它不会重新启动该进程，请在节点上写 \`harmlessUnit: ${unit}\`。`,
      ),
    );
  if (unitRestart !== 'no')
    return block(
      `${told}, which has Restart=${unitRestart}`,
      text(
        'Set Restart=no for the upgrade (a drop-in and `systemctl daemon-reload`), or it starts the process again while its files are moved.',
        '升级期间请设置 Restart=no（drop-in 加 `systemctl daemon-reload`），否则移动文件时它会重新启动该进程。',
      ),
    );
  if (unitMain !== 0 && unitMain !== facts.pid)
    return block(
      `${told}, whose own process is ${shown(facts, 'unitMain')}`,
      text(
        `If that is a supervisor, tell it to leave this process alone for the upgrade; then, or if it is none, write \`harmlessUnit: ${unit}\` at the node.`,
        `若它是进程守护程序，请让它在升级期间不要管理该进程；之后（或它并非守护程序时）在节点上写 \`harmlessUnit: ${unit}\`。`,
      ),
    );
  return warn(
    `${told}, which does not start it again`,
    text(
      `After the upgrade the process no longer belongs to ${unit}; restart it through the unit when that suits you.`,
      `升级后该进程不再属于 ${unit}；可在方便时通过该服务单元重新启动。`,
    ),
  );
};

/** A process that a node of the inventory is: by its pid on the same host, or by its home where hosts share their pids. */
const listed = ({cluster, facts}: Survey, host: string, {pid, home}: Beside): boolean =>
  cluster.nodes.some(node => facts.get(node.id)?.pid === pid && (node.host === host || node.home === home));

const unlisted = (survey: Survey): (Problem & {readonly node: Node})[] => {
  const told = new Set<string>();
  return survey.cluster.nodes.flatMap(node =>
    parseBeside(survey.facts.get(node.id) ?? {})
      .filter(found => !listed(survey, node.host, found))
      .filter(({pid}) => !told.has(`${node.host} ${pid}`) && told.add(`${node.host} ${pid}`))
      .map(({pid, roles, home}) => ({
        ...warn(
          `on ${node.host} process ${pid} of ${home} plays ${roles}`,
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
export const OUTSIDE_CHECKS: readonly Preflight[] = [
  eachNode('unit', text('No service manager starts it again', '没有服务管理器会重新启动它'), unitProblem),
  wholeCluster(
    'unlisted',
    text(
      'Every MetaService and Recycler on these hosts is in the inventory',
      '这些主机上的 MetaService 和 Recycler 均在清单中',
    ),
    unlisted,
  ),
];
