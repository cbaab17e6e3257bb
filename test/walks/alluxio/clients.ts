import type {Move, Recipe} from '../../../src/model/procedure.ts';
import {text} from '../../../src/model/text.ts';
import {byHand, noWayBack, script, untrusted, wayBack} from '../../../src/recipe/actions.ts';
import {around, confirm} from '../../../src/recipe/gates.ts';
import * as checks from './checks.ts';
import type {Alluxio, AlluxioNode, Context, Fields} from './fields.ts';
import {clientJar, clientVars, jarBackBody, jarBody, restartBody} from './scripts.ts';

const MINUTE = 60_000;

const clientOf = ({id, fields}: AlluxioNode): Extract<Fields, {role: 'client'}> => {
  if (fields.role !== 'client') throw new Error(`${id} is no client`);
  return fields;
};

const jarPath = (node: AlluxioNode, version: string): string => `${clientOf(node).jar}/${clientJar(version)}`;

const jar = (node: AlluxioNode, context: Context): Move => {
  const {from, to} = context.target;
  const is = (version: string) =>
    checks.client(node, text(`the jar is ${version}`, `jar 为 ${version}`), {jar: version});
  return {
    name: 'jar',
    title: text('replace the client jar', '更换客户端 jar'),
    gates: [],
    action: script(jarBody, clientVars(node, context), MINUTE),
    done: [is(to)],
    undo: wayBack(script(jarBackBody, clientVars(node, context), MINUTE), [is(from)]),
    typicalMs: 2_000,
  };
};

/** The line as it is pasted: one text, for eyes and clipboard alike. */
export const safetyValve = (node: AlluxioNode, version: string): string =>
  ['export HADOOP_CLASSPATH=', jarPath(node, version), ':$', '{HADOOP_CLASSPATH}'].join('');

const paste = (node: AlluxioNode, {target}: Context): Move => {
  const {from, to} = target;
  const line = safetyValve(node, to);
  return {
    name: 'safety-valve',
    title: text('set HADOOP_CLASSPATH in Cloudera Manager', '在 Cloudera Manager 中设置 HADOOP_CLASSPATH'),
    gates: [],
    action: byHand(
      'alluxio.client.safety-valve',
      text(
        `In Cloudera Manager open YARN (MR2 Included), Configuration, and search for “Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh”. Replace the Alluxio line by\n\n${line}\n\nSave, then deploy the client configuration.`,
        `在 Cloudera Manager 中打开 YARN (包括MR2) 的“配置”，搜索 “Gateway Client Environment Advanced Configuration Snippet (Safety Valve) for hadoop-env.sh”，将 Alluxio 一行替换为\n\n${line}\n\n保存后部署客户端配置。`,
      ),
    ),
    done: [
      checks.client(node, text('the deployed file has the line', '已部署的文件中有该行'), {
        classpath: jarPath(node, to),
      }),
    ],
    undo: wayBack(
      byHand(
        'alluxio.client.safety-valve-back',
        text(
          'Put the former line back and deploy the client configuration.',
          '恢复原来的一行并部署客户端配置。',
        ),
      ),
      [
        checks.client(node, text('the deployed file has the old line', '已部署的文件中是旧行'), {
          classpathVersion: from,
        }),
      ],
    ),
    typicalMs: 300_000,
  };
};

const restart = (node: AlluxioNode, context: Context): Move => {
  const {from, to} = context.target;
  const {restart: command} = clientOf(node);
  return {
    name: 'restart',
    title: text('start the application again', '重启应用'),
    gates: [],
    action:
      command === 'by hand'
        ? byHand(
            'alluxio.client.restart',
            text(`Restart the application on ${node.host}.`, `请重启 ${node.host} 上的应用。`),
          )
        : untrusted(restartBody, clientVars(node, context), 3 * MINUTE),
    done: [checks.loaded(node, to)],
    // From here on applications write what only the new journal knows.
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

/** A client's jar, where Hadoop finds it, and the application that has to load it. */
export const clients: Recipe<Alluxio> = {
  name: 'clients',
  title: text('Clients', '客户端'),
  role: 'client',
  order: () => ({kind: 'listed'}),
  width: 1,
  gates: context =>
    around(
      confirm(
        text('Give the applications their new client and start them again?', '为应用更换客户端并重启？'),
        [text('each application restarts', '每个应用都会重启')],
      ),
      checks.wellAt(context, context.target.to),
    ),
  steps: (node, context) =>
    clientOf(node).kind === 'yarn'
      ? [jar(node, context), paste(node, context), restart(node, context)]
      : [jar(node, context), restart(node, context)],
};
