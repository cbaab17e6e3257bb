import type {Node} from '../../../src/model/inventory.ts';
import type {Undo} from '../../../src/model/plan.ts';
import type {Move} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {client} from './checks.ts';
import {PLACES, target} from './cluster.ts';
import {action, back} from './parts.ts';
import * as scripts from './scripts.ts';

const {stamp, from, to} = target;

const jarPath = (node: Node): string => `${node.home}/${PLACES.clientJar}`;

const jar = (node: Node): Move => ({
  name: 'jar',
  title: text('replace the client jar', '更换客户端 jar'),
  gates: [],
  action: action('client.jar', scripts.replaceJar(node.home, stamp)),
  done: [client(node, text(`the jar is ${to}`, `jar 为 ${to}`), {jar: to})],
  undo: back(
    action('client.jar-back', scripts.putJarBack(node.home, stamp)),
    client(node, text(`the jar is ${from}`, `jar 为 ${from}`), {jar: from}),
  ),
  typicalMs: 2_000,
  down: false,
});

/** The line as it is pasted: one text, for eyes and clipboard alike. */
export const safetyValve = (node: Node): string =>
  ['export HADOOP_CLASSPATH=', jarPath(node), ':$', '{HADOOP_CLASSPATH}'].join('');

const paste = (node: Node): Move => ({
  name: 'safety-valve',
  title: text('set HADOOP_CLASSPATH in Cloudera Manager', '在 Cloudera Manager 中设置 HADOOP_CLASSPATH'),
  gates: [],
  action: {
    kind: 'manual',
    name: 'client.safety-valve',
    instructions: text(
      `In Cloudera Manager open YARN (MR2 Included), Configuration, and search for “Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh”. Replace the Alluxio line by\n\n${safetyValve(node)}\n\nSave, then deploy the client configuration.`,
      `在 Cloudera Manager 中打开 YARN (包括MR2) 的“配置”，搜索 “Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh”，将 Alluxio 一行替换为\n\n${safetyValve(node)}\n\n保存后部署客户端配置。`,
    ),
  },
  done: [
    client(node, text('the deployed file has the line', '已部署的文件中有该行'), {classpath: jarPath(node)}),
  ],
  undo: {
    kind: 'action',
    action: {
      kind: 'manual',
      name: 'client.safety-valve-back',
      instructions: text(
        'Put the former line back and deploy the client configuration.',
        '恢复原来的一行并部署客户端配置。',
      ),
    },
    done: [
      client(node, text('the deployed file has the old line', '已部署的文件中是旧行'), {
        classpathVersion: from,
      }),
    ],
  },
  typicalMs: 300_000,
  down: false,
});

/** From here on applications write what only the new journal knows. */
const noWayBack: Undo = {
  kind: 'impossible',
  because: text(
    `What applications write from now on stands in the journal of ${to} alone, which ${from} cannot read.`,
    `此后应用写入的内容只存在于 ${to} 的日志中，${from} 无法读取。`,
  ),
  instead: text(
    'Stop the applications, persist every file, and start the old version from the copy of its journal: files come back from the under store, other metadata of that time does not.',
    '停止应用，持久化所有文件，再用旧日志副本启动旧版本：文件可从底层存储恢复，这段时间的其他元数据无法恢复。',
  ),
};

const restart = (node: Node): Move => ({
  name: 'restart',
  title: text('start the application again', '重启应用'),
  gates: [],
  action:
    node.fields.restart === 'by hand'
      ? {
          kind: 'manual',
          name: 'client.restart',
          instructions: text(`Restart the application on ${node.host}.`, `请重启 ${node.host} 上的应用。`),
        }
      : action('client.restart', scripts.restart(String(node.fields.restart)), {trust: 'facts'}),
  done: [client(node, text(`the application has ${to} loaded`, `应用已加载 ${to}`), {loaded: to})],
  undo: noWayBack,
  typicalMs: 60_000,
  down: true,
});

/** A client's jar, where Hadoop finds it, and the application that has to load it. */
export const clientMoves = (node: Node): readonly [Move, ...Move[]] =>
  node.fields.kind === 'yarn' ? [jar(node), paste(node), restart(node)] : [jar(node), restart(node)];
