import {quote} from '../../../lib/sh.ts';
import type {Facts} from '../../../model/facts.ts';
import type {Preflight} from '../../../model/system.ts';
import {type Text, text} from '../../../model/text.ts';
import {block, eachNode, numberOf, type Problem, shown, warn} from '../../../recipe/finding.ts';
import type {Doris, DorisNode} from '../fields.ts';
import {roleScripts} from '../scripts/role.ts';

// What the package's start script will ask for before it starts anything: each cost an outage until a person came.

const scriptOf = (facts: Facts, node: DorisNode): string => {
  const [last = ''] = roleScripts(node.fields.role).starts.slice(-1);
  const found = facts.packageStart;
  return typeof found === 'string' && found !== '' ? found : last;
};

/** Where the script honours it in the conf, that is a way too. */
const orSkip = (facts: Facts, node: DorisNode): Text =>
  facts.skip === 'conf'
    ? text(
        ` Or write SKIP_CHECK_ULIMIT = true in conf/${roleScripts(node.fields.role).conf}.`,
        `也可以在 conf/${roleScripts(node.fields.role).conf} 中写 SKIP_CHECK_ULIMIT = true。`,
      )
    : text('', '');

const openFiles = (facts: Facts, node: DorisNode): Problem | null => {
  // A node that does not run is blocked for that; what it will need is not known.
  if (facts.pid === undefined) return null;
  const hard = numberOf(facts, 'sessionHard');
  if (hard === null) return null;
  const fix = text(
    'Raise the hard limit of open files (nofile) for this login, in limits.conf or sshd’s unit.',
    '请在 limits.conf 或 sshd 的服务单元中提高该登录用户的打开文件数硬上限（nofile）。',
  );
  const demanded = numberOf(facts, 'demandsFiles') ?? 0;
  if (hard < demanded) {
    const script = scriptOf(facts, node);
    const skip = orSkip(facts, node);
    return block(
      text(
        `the login may open ${hard} files, ${script} of the package asks for ${demanded}`,
        `该登录最多可打开 ${hard} 个文件，而升级包的 ${script} 要求 ${demanded}`,
      ),
      text(`${fix.en}${skip.en}`, `${fix.zh}${skip.zh}`),
    );
  }
  // What the running process has is enough for its successor.
  const has = numberOf(facts, 'nofile') ?? 0;
  if (hard >= has) return null;
  const seen = text(
    `the login may open ${hard} files, the process has ${shown(facts, 'nofile').en}`,
    `该登录最多可打开 ${hard} 个文件，而进程的上限是 ${shown(facts, 'nofile').zh}`,
  );
  return node.role === 'be' ? block(seen, fix) : warn(seen, fix);
};

const maps = (facts: Facts, node: DorisNode): Problem | null => {
  const [has, demanded] = [numberOf(facts, 'maps'), numberOf(facts, 'demandsMaps')];
  if (has === null || demanded === null || has >= demanded) return null;
  const [script, skip] = [scriptOf(facts, node), orSkip(facts, node)];
  return block(
    text(
      `vm.max_map_count is ${has}, ${script} of the package asks for ${demanded}`,
      `vm.max_map_count 为 ${has}，而升级包的 ${script} 要求 ${demanded}`,
    ),
    text(
      `As root: \`sysctl -w vm.max_map_count=${demanded}\`, and the same line in /etc/sysctl.d for the next boot.${skip.en}`,
      `以 root 执行 \`sysctl -w vm.max_map_count=${demanded}\`，并写入 /etc/sysctl.d 以便重启后生效。${skip.zh}`,
    ),
  );
};

const swap = (facts: Facts, node: DorisNode): Problem | null => {
  const areas = numberOf(facts, 'swaps');
  if (areas === null || areas === 0 || facts.demandsSwapOff !== true) return null;
  const [script, skip] = [scriptOf(facts, node), orSkip(facts, node)];
  return block(
    text(
      `swap is on (${areas} in /proc/swaps), ${script} of the package refuses to start with it`,
      `交换分区已启用（/proc/swaps 中有 ${areas} 项），升级包的 ${script} 会因此拒绝启动`,
    ),
    text(
      `As root: \`swapoff -a\`, and take it out of /etc/fstab for the next boot.${skip.en}`,
      `以 root 执行 \`swapoff -a\`，并从 /etc/fstab 中移除以便重启后生效。${skip.zh}`,
    ),
  );
};

/** The copy beside the old files can be asked for its version all the same: where /tmp lets it, it is asked there. */
const noexec = (facts: Facts, node: DorisNode): Problem | null => {
  const {binary} = roleScripts(node.fields.role);
  if (typeof facts.noexec !== 'string' || binary === null) return null;
  const point = facts.noexec;
  return block(
    text(
      `${point} is mounted noexec: lib/${binary} cannot be run from ${node.home}`,
      `${point} 以 noexec 挂载：无法从 ${node.home} 运行 lib/${binary}`,
    ),
    text(
      `As root: \`mount -o remount,exec ${quote(point)}\`, and take noexec out of /etc/fstab for the next boot.`,
      `以 root 执行 \`mount -o remount,exec ${quote(point)}\`，并从 /etc/fstab 中去掉 noexec 以便重启后生效。`,
    ),
  );
};

/** A backend's script writes this into be.out and ends: nothing of it is to be seen where it was called. */
const jdk = (facts: Facts, node: DorisNode): Problem | null => {
  // The others' scripts say it themselves when they are asked for their version; so may a backend's.
  if (node.role !== 'be' || facts.packageCause === 'wrong-jdk' || facts.packageCause === 'no-java')
    return null;
  const wanted = numberOf(facts, 'demandsJdk');
  const [script, home] = [scriptOf(facts, node), shown(facts, 'javaHome').en];
  const version = wanted === null ? 'JDK' : `JDK ${wanted}`;
  const fix = text(
    `Install ${version} and write it as JAVA_HOME in conf/${roleScripts(node.fields.role).conf}.`,
    `请安装 ${version}，并在 conf/${roleScripts(node.fields.role).conf} 中写为 JAVA_HOME。`,
  );
  if (facts.java === 'none' && facts.demandsJava === true)
    return block(
      text(
        `JAVA_HOME is set neither in the conf nor for the process, and ${script} of the package wants it`,
        `配置文件和进程环境中都没有 JAVA_HOME，而升级包的 ${script} 需要它`,
      ),
      fix,
    );
  if (facts.java === 'broken' && facts.demandsJava === true)
    return block(
      text(`JAVA_HOME is ${home}, and there is no java`, `JAVA_HOME 为 ${home}，其中没有 java`),
      fix,
    );
  const has = numberOf(facts, 'jdk');
  if (wanted === null || has === null || has === wanted) return null;
  return block(
    text(
      `${home} is JDK ${has}, ${script} of the package asks for ${wanted}`,
      `${home} 是 JDK ${has}，而升级包的 ${script} 要求 ${wanted}`,
    ),
    fix,
  );
};

/** What the host must have for the package's start script to go on. To add one, add an entry. */
export const DEMAND_CHECKS: readonly Preflight<Doris>[] = [
  eachNode<Doris>(
    'open-files',
    text('The session allows as many open files', '会话的打开文件数足够'),
    openFiles,
  ),
  eachNode<Doris>(
    'map-count',
    text('The kernel allows as many memory maps', '内核允许的内存映射数足够'),
    maps,
  ),
  eachNode<Doris>('swap', text('Swap is as the start script wants it', '交换分区符合启动脚本的要求'), swap),
  eachNode<Doris>('executable', text('Programs may be run from the home', '允许从安装目录运行程序'), noexec),
  eachNode<Doris>('jdk', text('The JDK is the one the start script wants', 'JDK 符合启动脚本的要求'), jdk),
];
