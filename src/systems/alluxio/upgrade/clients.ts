import type {ActionRecipe, GateRecipe, Move, Recipe} from '../../../model/procedure.ts';
import {text} from '../../../model/text.ts';
import {byHand, noWayBack, script, untrusted, wayBack} from '../../../recipe/actions.ts';
import {around, confirm} from '../../../recipe/gates.ts';
import {BY_HAND} from '../client-fields.ts';
import {type Alluxio, type ClientNode, type Context, clientsOf} from '../fields.ts';
import {clientVars, jarBackBody, jarBody, restartBody} from '../scripts/client.ts';
import * as checks from './checks.ts';
import * as looks from './checks-clients.ts';
import {classpathLine, formerLine, jarAfter, seenBefore} from './clients-known.ts';

const MINUTE = 60_000;

/** What the guide calls the field, in English in both: so it is searched for. */
const SAFETY_VALVE =
  'Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh';

const jar = (node: ClientNode, context: Context): Move => ({
  name: 'jar',
  title: text('put the new client jar in place', '更换客户端 jar'),
  gates: [],
  action: script(jarBody, clientVars(node, context), node.fields.jarWithinMs),
  done: [looks.jarIs(node, context)],
  undo: wayBack(
    text('put the old client jar back', '恢复旧的客户端 jar'),
    script(jarBackBody, clientVars(node, context), 5 * MINUTE),
    [looks.jarWas(node, context)],
  ),
  typicalMs: 5_000,
});

const safetyValve = (node: ClientNode, context: Context): Move => {
  const former = formerLine(node, context);
  return {
    name: 'safety-valve',
    title: text('set HADOOP_CLASSPATH in Cloudera Manager', '在 Cloudera Manager 中设置 HADOOP_CLASSPATH'),
    gates: [],
    action: byHand(
      'alluxio.client.safety-valve',
      text(
        `In Cloudera Manager, “YARN (MR2 Included)”, “Configuration”, search for “${SAFETY_VALVE}”. Let this line stand there, in place of the former one for Alluxio; save, and deploy the client configuration.`,
        `在 Cloudera Manager 的 “YARN (包括MR2)” 部分，“Configuration” 选项卡中，搜索参数 “${SAFETY_VALVE}”。将以下行添加到脚本中（替换原有的 Alluxio 一行），保存并部署客户端配置。`,
      ),
      classpathLine(jarAfter(node, context)),
    ),
    done: [looks.deployed(node, context)],
    undo: wayBack(
      text(
        'set HADOOP_CLASSPATH in Cloudera Manager as it was',
        '在 Cloudera Manager 中恢复 HADOOP_CLASSPATH',
      ),
      byHand(
        'alluxio.client.safety-valve-back',
        former === null
          ? text(
              `In Cloudera Manager, take the line for Alluxio out of “${SAFETY_VALVE}”; save, and deploy the client configuration.`,
              `在 Cloudera Manager 中，从 “${SAFETY_VALVE}” 删除 Alluxio 一行，保存并部署客户端配置。`,
            )
          : text(
              `In Cloudera Manager, let “${SAFETY_VALVE}” have its former line again; save, and deploy the client configuration.`,
              `在 Cloudera Manager 中，将 “${SAFETY_VALVE}” 恢复为原来的一行，保存并部署客户端配置。`,
            ),
        former ?? undefined,
      ),
      [looks.deployedBefore(node, context)],
    ),
    typicalMs: 5 * MINUTE,
  };
};

const restartAction = (node: ClientNode, context: Context): ActionRecipe => {
  const {kind, restart} = node.fields;
  return restart === BY_HAND
    ? byHand(
        'alluxio.client.restart',
        text(`Restart ${kind} on ${node.host}.`, `请重启 ${node.host} 上的 ${kind}。`),
      )
    : untrusted(restartBody, {...clientVars(node, context), restart}, node.fields.startWithinMs + MINUTE);
};

/**
 * Where no process was seen that loads the client, nothing can be looked for afterwards: then it is the operator who says that
 * it was restarted. As work by hand it would be passed over, for nobody has the old jar open.
 */
const onWord = ({host, fields}: ClientNode): GateRecipe =>
  confirm(
    text(
      `lakeup sees no process on ${host} that loads this client, so it cannot see a restart either. Has everything that uses ${fields.jar} been restarted?`,
      `lakeup 在 ${host} 上看不到加载此客户端的进程，因此也无法看到其重启。使用 ${fields.jar} 的程序是否都已重启？`,
    ),
  );

const restart = (node: ClientNode, context: Context): Move => {
  const {from, to} = context.target;
  const isOnWord = node.fields.restart === BY_HAND && !seenBefore(node, context);
  return {
    name: 'restart',
    title: text('restart the application', '重启应用'),
    gates: isOnWord ? [onWord(node)] : [],
    action: restartAction(node, context),
    done: looks.restarted(node, context),
    // From here on applications write what only the new version's journal holds.
    undo: noWayBack(
      text(
        `What applications write from now on stands in the journal of ${to} alone, which ${from} cannot read.`,
        `此后应用写入的内容只存在于 ${to} 的日志中，${from} 无法读取。`,
      ),
      text(
        'Stop the applications, persist every file, and start the old version from the copy of its journal: files come back from the under store, other metadata of that time does not.',
        '停止应用，持久化所有文件，再用旧日志副本启动旧版本：文件可从底层存储恢复，这段时间的其他元数据无法恢复。',
      ),
    ),
    typicalMs: 60_000,
    service: 'restarts',
  };
};

/** The applications, once the servers are whole: each gets the jar, is told where it is, and is restarted. */
export const clients: Recipe<Alluxio> = {
  name: 'clients',
  title: text('Clients', '客户端'),
  role: 'client',
  order: () => ({kind: 'listed'}),
  width: 1,
  nodes: ({cluster}) => clientsOf(cluster),
  gates: context =>
    around(
      confirm(
        text(
          `The servers are whole at ${context.target.to}. Give the applications its client, and restart them?`,
          `服务器已全部为 ${context.target.to}。为应用更换客户端并重启？`,
        ),
        [text('each application restarts', '每个应用都会重启')],
      ),
      checks.wellAt(context, context.target.to),
    ),
  steps: (node: ClientNode, context) => [
    jar(node, context),
    ...(node.fields.safetyValve === undefined ? [] : [safetyValve(node, context)]),
    restart(node, context),
  ],
};
