import {type Facts, listOf} from '../../../model/facts.ts';
import type {Survey} from '../../../model/survey.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, type Problem, warn, wholeCluster} from '../../../recipe/finding.ts';
import {launcherOf, notFannedOut} from '../fan-out.ts';
import {nodesOf, SERVERS, type ServerNode, type Servers} from '../fields.ts';

type Found = Problem & {readonly node?: ServerNode};

/** What was seen of whom the commands would reach; null where they are not wanted, or their master was not looked at. */
const seenOf = ({
  cluster,
  facts,
}: Survey<Servers>): {readonly launcher: ServerNode; readonly facts: Facts} | null => {
  if (cluster.settings.commands !== 'cluster-wide' || nodesOf(cluster, 'master').length === 0) return null;
  const launcher = launcherOf(cluster);
  const seen = facts.get(launcher.id);
  return seen === undefined ? null : {launcher, facts: seen};
};

const listed = (facts: Facts, name: string): readonly string[] => listOf(facts, `fanOut.${name}`);

/** How many are told by name. */
const TOLD = 12;

const names = (all: readonly string[], between: string): string =>
  all.slice(0, TOLD).join(between) + (all.length > TOLD ? `${between}+${all.length - TOLD}` : '');

type Kind = {
  readonly fact: string;
  seen(launcher: ServerNode, told: string): Text;
  readonly fix: Text;
};

/** What keeps a command from reaching exactly the nodes of the inventory. To add one, add an entry. */
const KINDS: readonly Kind[] = [
  {
    fact: 'unreached',
    seen: ({id}, told) =>
      text(`${id} does not reach by ssh, without a password: ${told}`, `${id} 无法免密 ssh 到：${told}`),
    fix: text(
      'Let the login of the first master log in to each host of conf/masters and conf/workers without a password (`ssh -o BatchMode=yes HOST true`), itself too; or write `commands: per-node`.',
      '请让第一个 master 的登录用户可免密登录 conf/masters 与 conf/workers 中的每台主机（`ssh -o BatchMode=yes 主机 true`），包括它自己；或写 `commands: per-node`。',
    ),
  },
  {
    fact: 'strange',
    seen: ({id}, told) =>
      text(
        `on ${id} these names lead to no node of that role in the inventory: ${told}`,
        `${id} 上以下名称不对应清单中该角色的任何节点：${told}`,
      ),
    fix: text(
      'A command would start or stop what the inventory does not know. Take them out of conf/masters or conf/workers, or write them in the inventory.',
      '命令会启动或停止清单中没有的进程。请从 conf/masters 或 conf/workers 中移除，或将其写入清单。',
    ),
  },
  {
    fact: 'left',
    seen: ({id}, told) =>
      text(
        `conf/masters and conf/workers of ${id} leave out: ${told}`,
        `${id} 的 conf/masters 与 conf/workers 遗漏了：${told}`,
      ),
    fix: text(
      'A command would not reach them. Name them there, or write `commands: per-node`.',
      '命令不会到达它们。请在其中加入，或写 `commands: per-node`。',
    ),
  },
  {
    fact: 'twice',
    seen: ({id}, told) =>
      text(`on ${id} several names lead to the same node: ${told}`, `${id} 上多个名称指向同一节点：${told}`),
    fix: text('Each would be started twice. Keep one name of each.', '它们会被启动两次。请各保留一个名称。'),
  },
  {
    fact: 'lame',
    seen: ({id}, told) =>
      text(
        `in the shell that ${id} gets by ssh, bin/alluxio-start.sh does not run on: ${told}`,
        `${id} 通过 ssh 得到的 shell 中，以下主机的 bin/alluxio-start.sh 无法运行：${told}`,
      ),
    fix: text(
      'Let the home lie at the same path on each host, and write JAVA_HOME in conf/alluxio-env.sh: nothing that a login sets is there.',
      '请让安装目录在每台主机上路径相同，并在 conf/alluxio-env.sh 中写明 JAVA_HOME：此处没有登录时设置的环境。',
    ),
  },
  {
    fact: 'users',
    seen: ({id}, told) =>
      text(`${id} logs in there as somebody else: ${told}`, `${id} 在以下主机以其他用户登录：${told}`),
    fix: text(
      'Processes would be started as that user. Take the user out of ~/.ssh/config or of the files.',
      '进程会以该用户启动。请从 ~/.ssh/config 或文件中去掉该用户。',
    ),
  },
  {
    fact: 'others',
    seen: (_, told) =>
      text(`of another install, on hosts of this one: ${told}`, `本集群主机上有其他安装的进程：${told}`),
    fix: text(
      'The product’s own stop knows processes by their class alone and would end these too. Write `commands: per-node`: then each process is told apart by its home.',
      '产品自身的停止命令只按类名识别进程，会一并结束它们。请写 `commands: per-node`：那样会按安装目录区分进程。',
    ),
  },
  {
    fact: 'silent',
    seen: ({id}, told) =>
      text(`whom ${id} would reach could not be seen: ${told}`, `无法查看 ${id} 会到达哪些主机：${told}`),
    fix: text('Look again, or write `commands: per-node`.', '请重新查看，或写 `commands: per-node`。'),
  },
];

const told = (survey: Survey<Servers>): readonly Found[] => {
  const seen = seenOf(survey);
  if (seen === null) return [];
  const {launcher, facts} = seen;
  return KINDS.flatMap(({fact, seen: words, fix}): readonly Found[] => {
    const value = facts[`fanOut.${fact}`];
    const all = typeof value === 'string' ? [value] : listed(facts, fact);
    if (all.length === 0) return [];
    const evidence = words(launcher, names(all, '; '));
    return [{...block(evidence, fix), node: launcher}];
  });
};

/** The commands tell every host the launcher's own path, and give no process what the inventory has for it. */
const unfit = (survey: Survey<Servers>): readonly Found[] => {
  const seen = seenOf(survey);
  if (seen === null) return [];
  const {launcher} = seen;
  const nodes = nodesOf(survey.cluster, ...SERVERS);
  const elsewhere = nodes.filter(({home}) => home !== launcher.home);
  const ownJava = nodes.filter(({fields}) => fields.javaHome !== undefined);
  return [
    ...(elsewhere.length === 0
      ? []
      : [
          block(
            text(
              `not at ${launcher.home}: ${names(
                elsewhere.map(({id, home}) => `${id} ${home}`),
                ', ',
              )}`,
              `不在 ${launcher.home}：${names(
                elsewhere.map(({id, home}) => `${id} ${home}`),
                '、',
              )}`,
            ),
            text(
              'Cluster-wide commands know one path for all hosts: write `commands: per-node`.',
              '集群级命令在所有主机上使用同一路径：请写 `commands: per-node`。',
            ),
          ),
        ]),
    ...(ownJava.length === 0
      ? []
      : [
          block(
            text(
              `javaHome is written for ${names(
                ownJava.map(({id}) => id),
                ', ',
              )}, and such a command cannot pass it on`,
              `${names(
                ownJava.map(({id}) => id),
                '、',
              )} 写有 javaHome，而此类命令无法传递它`,
            ),
            text(
              'Write JAVA_HOME in conf/alluxio-env.sh of these homes and take `javaHome` out, or write `commands: per-node`.',
              '请在这些安装目录的 conf/alluxio-env.sh 中写明 JAVA_HOME 并去掉 `javaHome`，或写 `commands: per-node`。',
            ),
          ),
        ]),
  ];
};

/** What an operator has to know who chose these commands: what they do otherwise than node by node. */
const otherwise = (survey: Survey<Servers>): readonly Found[] => {
  const seen = seenOf(survey);
  if (seen === null) return [];
  const partly = notFannedOut(survey.cluster);
  return [
    ...(seen.facts['fanOut.soft'] === true
      ? []
      : [
          warn(
            text(
              'its alluxio-stop.sh has no -s: what takes longer than two minutes to end is killed outright',
              '其 alluxio-stop.sh 没有 -s：两分钟内未结束的进程会被强制终止',
            ),
            text(
              'Where a worker or a master may take longer, write `commands: per-node`: nothing is killed outright then.',
              '若 worker 或 master 可能需要更久，请写 `commands: per-node`：那样不会强制终止任何进程。',
            ),
          ),
        ]),
    ...(partly.length === 0
      ? []
      : [
          warn(
            text(
              `not on every host that the command reaches, so started and stopped node by node: ${partly.join(', ')}`,
              `并非命令所到的每台主机都有，因此逐个节点启停：${partly.join('、')}`,
            ),
            text(
              'The command would start one on the other hosts too. Nothing has to be done.',
              '命令也会在其他主机上启动它们。无需处理。',
            ),
          ),
        ]),
  ];
};

/** Nothing is said of such commands where the inventory does not ask for them. */
const whereWanted = ({name, find}: Preflight<Servers>): Preflight<Servers> => ({
  name,
  find: survey => (survey.cluster.settings.commands === 'cluster-wide' ? find(survey) : []),
});

/** The cluster-wide commands. To add a check, add an entry. */
export const FAN_OUT_CHECKS: readonly Preflight<Servers>[] = [
  wholeCluster<Servers>(
    'fan-out',
    text('Cluster-wide commands reach the nodes of the inventory alone', '集群级命令恰好到达清单中的节点'),
    told,
  ),
  wholeCluster<Servers>(
    'fan-out-path',
    text('Cluster-wide commands fit every home', '集群级命令适用于所有安装目录'),
    unfit,
  ),
  wholeCluster<Servers>(
    'fan-out-differs',
    text('Cluster-wide commands do what is done node by node', '集群级命令与逐节点执行效果一致'),
    otherwise,
  ),
].map(whereWanted);
