import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, type Problem, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed} from '../../../recipe/preflight.ts';
import {nodesOf, SERVERS, type ServerNode, type Servers} from '../fields.ts';
import {type Server, strangersAmong} from '../parse/servers.ts';

/** A home has one node of a role: a second process of it cannot be written in the inventory. */
const fixOf = ({role, pid}: Server, {host, home}: ServerNode, {cluster, facts}: Survey<Servers>): Text => {
  if (role === 'secondary-master')
    return text(
      `lakeup does not know secondary masters. Stop it for the upgrade (\`kill ${pid}\`), and start it again afterwards.`,
      `lakeup 不处理 secondary master。请在升级期间停止它（\`kill ${pid}\`），升级后再启动。`,
    );
  const own = nodesOf(cluster, role).find(node => node.host === host && node.home === home);
  if (own !== undefined) {
    const other = String(facts.get(own.id)?.pid ?? '-');
    return text(
      `${own.id} is the ${role} of this home, as process ${other}: a home has one of a role. End the one that does not serve (\`kill PID\`): beside it nothing of this home is copied, formatted or installed.`,
      `${own.id} 是该安装目录的 ${role}（进程 ${other}）：每个安装目录每种角色只有一个。请结束不提供服务的那个（\`kill PID\`）：它运行时，不会复制、格式化或安装该安装目录的任何内容。`,
    );
  }
  return text(
    `Write it in the inventory, as a ${role} on ${host}, or stop it (\`kill ${pid}\`): beside it nothing of this home is copied, formatted or installed.`,
    `请把它作为 ${host} 上的 ${role} 写入清单，或停止它（\`kill ${pid}\`）：它运行时，不会复制、格式化或安装该安装目录的任何内容。`,
  );
};

/**
 * One that is told of elsewhere: as the second process of a node of its role (`one-process`), or because that node was not
 * looked at, so nobody knows which process it is (`reachable`).
 */
const toldElsewhere = ({cluster, facts}: Survey<Servers>, {host}: ServerNode, {role}: Server): boolean =>
  nodesOf(cluster, ...SERVERS)
    .filter(node => node.host === host && node.role === role)
    .some(({id}) => Number(facts.get(id)?.count ?? 2) > 1);

const unlisted = (survey: Survey<Servers>): (Problem & {readonly node: ServerNode})[] =>
  strangersAmong(surveyed(survey))
    .filter(({beside, server}) => !toldElsewhere(survey, beside.node, server))
    .map(({beside: {node}, server}) => ({
      ...block(
        text(
          `on ${node.host} process ${server.pid} of ${server.home} is a ${server.role} that no node is`,
          `${node.host} 上进程 ${server.pid}（${server.home}）是 ${server.role}，不属于任何节点`,
        ),
        fixOf(server, node, survey),
      ),
      node,
    }));

/**
 * Processes that run out of the homes of the inventory and are none of its nodes. They are known as the scripts know them that
 * refuse to copy, format or install beside any: not those of another install on the same host.
 */
export const UNLISTED_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'unlisted',
    text('Every process of these homes is in the inventory', '这些安装目录的进程均在清单中'),
    unlisted,
  ),
];
