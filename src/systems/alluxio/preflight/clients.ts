import {quote} from '../../../lib/sh.ts';
import {compareVersions} from '../../../lib/version.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {block, eachNode, type Problem, shown, warn, wholeCluster} from '../../../recipe/finding.ts';
import {surveyed, valuesOf} from '../../../recipe/preflight.ts';
import {type Alluxio, type ClientNode, clientsOf, isClient} from '../fields.ts';
import {versionInName} from '../parse/client.ts';
import {surveyOfServers} from '../servers.ts';

/** Clients of before 2.0.0 and servers from it on do not understand each other, nor the other way round (guide; domain 3.1). */
const BOUNDARY = '2.0.0';

const isBefore = (version: string): boolean => compareVersions(version, BOUNDARY) < 0;

/** What the servers run now; null where they do not say one thing. */
const serversNow = (survey: Survey<Alluxio>): string | null => {
  const [version, ...others] = valuesOf(surveyed(surveyOfServers(survey)), 'version');
  return version === undefined || others.length > 0 ? null : version;
};

const crosses = (survey: Survey<Alluxio>): boolean => {
  const now = serversNow(survey);
  return now !== null && isBefore(now) && !isBefore(survey.cluster.settings.version);
};

const jarProblem = (facts: Facts, {fields}: ClientNode): Problem | null => {
  const jars = listOf(facts, 'jars');
  if (jars.length === 1) return null;
  const inside = facts.kind === 'dir';
  return block(
    jars.length > 1
      ? text(
          `${fields.jar} holds several clients: ${jars.join(' ')}`,
          `${fields.jar} 中有多个客户端：${jars.join(' ')}`,
        )
      : inside
        ? text(`${fields.jar} holds no alluxio-*-client.jar`, `${fields.jar} 中没有 alluxio-*-client.jar`)
        : text(`${fields.jar} is ${shown(facts, 'kind').en}`, `${fields.jar} 为 ${shown(facts, 'kind').zh}`),
    text(
      'Write as `jar` what the application loads: the jar, a link to it, or a directory that holds this one client. Move others away.',
      '请把应用加载的内容写为 `jar`：jar 文件、指向它的链接，或只含这一个客户端的目录。请移走其余的。',
    ),
  );
};

/** P20: a client has to be of the servers' side of 2.0.0; inside 2.x other versions have broken things, and mostly work. */
const newProblem = (facts: Facts, node: ClientNode, survey: Survey<Alluxio>): Problem | null => {
  const {newJar} = node.fields;
  const to = survey.cluster.settings.version;
  const fix = text(
    `Put client/alluxio-${to}-client.jar of the package there on this host, or correct \`newJar\`.`,
    `请将安装包中的 client/alluxio-${to}-client.jar 放到该主机的该位置，或更正 \`newJar\`。`,
  );
  if (facts.newKind !== 'file' && facts.newKind !== 'link')
    return block(
      text(`${newJar} is ${shown(facts, 'newKind').en}`, `${newJar} 为 ${shown(facts, 'newKind').zh}`),
      fix,
    );
  const {newVersion} = facts;
  if (typeof newVersion !== 'string')
    return block(text(`${newJar} does not tell its version`, `${newJar} 没有标明版本`), fix);
  if (newVersion === to) return null;
  const seen = text(
    `${newJar} is ${newVersion}, settings.version is ${to}`,
    `${newJar} 的版本是 ${newVersion}，而 settings.version 是 ${to}`,
  );
  return isBefore(newVersion) !== isBefore(to) || crosses(survey) ? block(seen, fix) : warn(seen, fix);
};

const nowProblem = ({version}: Facts, survey: Survey<Alluxio>): Problem | null => {
  const now = serversNow(survey);
  if (now === null || version === now) return null;
  const seen =
    typeof version === 'string'
      ? text(`its client is ${version}, the servers run ${now}`, `其客户端为 ${version}，服务器为 ${now}`)
      : text('its jar does not tell its version', '其 jar 没有标明版本');
  return warn(
    seen,
    text(
      'See that this is the jar the application loads: the upgrade replaces it by the new version whatever it is.',
      '请确认应用加载的正是此 jar：无论版本如何，升级都会将其换为新版本。',
    ),
  );
};

const named = (facts: Facts, {fields}: ClientNode, to: string): Problem | null => {
  const name = facts.kind === 'file' || facts.kind === 'link' ? versionInName(fields.jar) : null;
  return name === null || name === to
    ? null
    : warn(
        text(
          `${fields.jar} keeps its name, and holds ${to} afterwards`,
          `${fields.jar} 的文件名保持不变，之后其内容为 ${to}`,
        ),
        text(
          'The application names this path, so it stays. Where you would rather have the version in the name, write the directory as `jar`, and let the application load a wildcard, or a link.',
          '应用使用该路径，因此保持不变。若希望文件名带有新版本，请将目录写为 `jar`，并让应用加载通配符或链接。',
        ),
      );
};

const valveProblem = (facts: Facts, {fields}: ClientNode): Problem | null => {
  const {safetyValve} = fields;
  return safetyValve === undefined || facts.deployed === 'file'
    ? null
    : block(
        text(
          `${safetyValve} cannot be read: ${shown(facts, 'deployed').en}`,
          `无法读取 ${safetyValve}：${shown(facts, 'deployed').zh}`,
        ),
        text(
          'Write as `safetyValve` the hadoop-env.sh that Cloudera Manager deploys on this host, mostly /etc/hadoop/conf/hadoop-env.sh; or leave it out where HADOOP_CLASSPATH is not set by it.',
          '请把 Cloudera Manager 在该主机上部署的 hadoop-env.sh（通常为 /etc/hadoop/conf/hadoop-env.sh）写为 `safetyValve`；若不由它设置 HADOOP_CLASSPATH，请不要写。',
        ),
      );
};

/** The jar is replaced by renames in its folder. */
const writableProblem = (facts: Facts): Problem | null => {
  const places = listOf(facts, 'unwritable');
  const name = shown(facts, 'loginName').en;
  const command = places.map(place => `setfacl -m u:${quote(name)}:rwx ${quote(place)}`).join('; ');
  return places.length === 0
    ? null
    : block(
        text(`${name} cannot write in ${places.join(' ')}`, `${name} 无法写入 ${places.join(' ')}`),
        text(
          `Let this login write there for the upgrade (\`${command}\` as root), or name one that may: \`user\` under \`ssh\` in the inventory, for each node of this host.`,
          `升级期间请允许该登录用户写入（以 root 执行 \`${command}\`），或在清单中为该主机的每个节点的 \`ssh\` 写有权限的 \`user\`。`,
        ),
      );
};

/** One check of each client by its own facts. */
const eachClient = (
  name: string,
  title: ReturnType<typeof text>,
  find: (facts: Facts, node: ClientNode, survey: Survey<Alluxio>) => Problem | null,
): Preflight<Alluxio> => ({
  name,
  find: survey => {
    const {cluster, facts} = survey;
    const check = eachNode<Alluxio>(name, title, (own, node) =>
      isClient(node) ? find(own, node, survey) : null,
    );
    return check.find({cluster: {...cluster, nodes: clientsOf(cluster)}, facts});
  },
});

/** Applications that load the client. To add a check, add an entry. */
export const CLIENT_CHECKS: readonly Preflight<Alluxio>[] = [
  wholeCluster<Alluxio>(
    'clients-told',
    text('Applications follow the servers over 2.0.0', '跨越 2.0.0 时应用随服务器升级'),
    survey => {
      if (!crosses(survey) || clientsOf(survey.cluster).length > 0) return [];
      const to = survey.cluster.settings.version;
      return [
        warn(
          text(
            `the inventory has no client, and clients of before ${BOUNDARY} cannot speak with ${to}`,
            `清单中没有客户端，而 ${BOUNDARY} 之前的客户端无法与 ${to} 通信`,
          ),
          text(
            `Every application has to get a client of 2.x, and be restarted with it, when the servers are up: list them under \`client\`, or see to it yourself.`,
            `服务器启动后，每个应用都必须换用 2.x 客户端并重启：请将它们列在 \`client\` 下，或自行处理。`,
          ),
        ),
      ];
    },
  ),
  eachClient(
    'client-jar',
    text('The client’s jar is where the inventory says', '客户端 jar 与清单一致'),
    jarProblem,
  ),
  eachClient(
    'client-new',
    text('The new client lies ready and is the right one', '新客户端已就绪且版本正确'),
    newProblem,
  ),
  eachClient(
    'client-now',
    text('The client is of the servers’ version', '客户端与服务器版本一致'),
    (facts, _node, survey) => nowProblem(facts, survey),
  ),
  eachClient(
    'client-name',
    text('The jar’s name stays true', 'jar 的文件名仍然正确'),
    (facts, node, {cluster}) => named(facts, node, cluster.settings.version),
  ),
  eachClient('client-writable', text('The jar can be replaced', '可以更换 jar'), writableProblem),
  eachClient(
    'client-valve',
    text('The deployed hadoop-env.sh can be read', '可以读取已部署的 hadoop-env.sh'),
    valveProblem,
  ),
];
