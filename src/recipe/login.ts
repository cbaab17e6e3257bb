import {limitsIn} from '../host/cgroup.ts';
import {formatBytes} from '../lib/bytes.ts';
import {quote} from '../lib/sh.ts';
import {yamlLine} from '../lib/yaml-line.ts';
import type {Facts} from '../model/facts.ts';
import {listOf} from '../model/facts.ts';
import type {Preflight} from '../model/system.ts';
import {COMMA, joinTexts, plain, type Text, text} from '../model/text.ts';
import {block, eachNode, type Problem, shown, warn} from './finding.ts';

// Checks of whom lakeup logs in as, and of what the successor of a process would get from that login.

/** A user by name and number: "root (uid 0)". */
const userOf = (facts: Facts, uid: string, name: string): string => {
  const [number, called] = [shown(facts, uid).en, facts[name]];
  return typeof called === 'string' && called !== '' && called !== number
    ? `${called} (uid ${number})`
    : `uid ${number}`;
};

const loginOf = (facts: Facts): string => userOf(facts, 'login', 'loginName');

/**
 * How to log in as somebody else. lakeup uses no sudo, so that is the way there is: by a name, which not every number has. All
 * nodes of a host are reached in one way, so the inventory refuses another user at one of several.
 */
const logInAs = (facts: Facts, uid: string, name: string): Text => {
  const [number, called] = [shown(facts, uid).en, facts[name]];
  const now = text(
    `lakeup logs in as ${loginOf(facts)} and uses no sudo.`,
    `lakeup 以 ${loginOf(facts)} 登录，不使用 sudo。`,
  );
  const write = (user: string): Text => {
    const line = `\`${yamlLine('user', user)}\``;
    return text(
      `${line} under \`ssh\` in the inventory, for the cluster, the role, or each node of this host.`,
      `在清单中为集群、角色或该主机的每个节点的 \`ssh\` 写 ${line}。`,
    );
  };
  if (typeof called === 'string' && called !== '' && called !== number)
    return text(
      `${now.en} Log in as ${called}: ${write(called).en}`,
      `${now.zh}请以 ${called} 登录：${write(called).zh}`,
    );
  const named = write('NAME');
  return text(
    `${now.en} No account there has the number ${number}, so nobody can log in as it: give it one as root (\`useradd -u ${number} NAME\`), then write ${named.en}`,
    `${now.zh}该主机上没有编号为 ${number} 的账户，无法以其登录：请以 root 创建（\`useradd -u ${number} NAME\`），然后${named.zh}`,
  );
};

export const sameUser: Preflight = eachNode(
  'same-user',
  text('lakeup logs in as the user of the process', '登录用户与进程用户相同'),
  facts => {
    if (facts.owner === undefined || facts.owner === facts.login) return null;
    const owner = userOf(facts, 'owner', 'ownerName');
    const home = facts.homeOwner === facts.owner;
    return block(
      text(
        `${home ? 'the process and its home belong' : 'the process belongs'} to ${owner}, the login is ${loginOf(facts)}`,
        `${home ? '进程及其安装目录属于' : '进程属于'} ${owner}，登录用户为 ${loginOf(facts)}`,
      ),
      logInAs(facts, 'owner', 'ownerName'),
    );
  },
);

const unwritable = (facts: Facts, home: string): Problem | null => {
  const {login, owner, homeOwner} = facts;
  const seen = text(
    `${home} belongs to ${userOf(facts, 'homeOwner', 'homeOwnerName')} and cannot be written by ${loginOf(facts)}`,
    `${home} 属于 ${userOf(facts, 'homeOwner', 'homeOwnerName')}，${loginOf(facts)} 无法写入`,
  );
  if (homeOwner === undefined)
    return block(
      text(`${home} cannot be written by ${loginOf(facts)}`, `${loginOf(facts)} 无法写入 ${home}`),
      text(
        `See whose it is (\`ls -ld ${quote(home)}\`), and log in as that user: \`user: NAME\` under \`ssh\` in the inventory, for the cluster, the role, or each node of this host.`,
        `请查看其所属用户（\`ls -ld ${quote(home)}\`）并以其登录：在清单中为集群、角色或该主机的每个节点的 \`ssh\` 写 \`user: NAME\`。`,
      ),
    );
  if (homeOwner === login)
    return block(
      seen,
      text(
        `Its mode or a read-only file system forbids it: look with \`ls -ld ${quote(home)}\` and \`mount\`; \`chmod u+w ${quote(home)}\` where it is the mode.`,
        `其权限位或只读文件系统不允许写入：用 \`ls -ld ${quote(home)}\` 和 \`mount\` 查看；若是权限位，执行 \`chmod u+w ${quote(home)}\`。`,
      ),
    );
  // Both belong to somebody else: that is one thing, and said where the process is spoken of.
  if (owner === homeOwner) return null;
  if (owner === undefined) return block(seen, logInAs(facts, 'homeOwner', 'homeOwnerName'));
  const uid = shown(facts, 'owner').en;
  return block(
    seen,
    text(
      `The process belongs to ${userOf(facts, 'owner', 'ownerName')}: give its home to the same user, \`chown -R ${uid} ${quote(home)}\` as root.`,
      `进程属于 ${userOf(facts, 'owner', 'ownerName')}：请把安装目录交给同一用户，以 root 执行 \`chown -R ${uid} ${quote(home)}\`。`,
    ),
  );
};

export const writable: Preflight = eachNode(
  'writable',
  text('The home can be written', '安装目录可写'),
  (facts, node) => (facts.writable === false ? unwritable(facts, String(node.home)) : null),
);

/** What is started through this login is not ended with it. */
export const outlives: Preflight = eachNode(
  'outlives-login',
  text('What is started here outlives the login', '在此启动的进程不会随登录会话结束'),
  facts => {
    if (facts.logoutKills !== true || facts.login === '0') return null;
    const name = shown(facts, 'loginName').en;
    const linger =
      facts.linger === true
        ? text(
            ' Lingering is on, but it spares only what the user’s own service manager started.',
            '已启用 linger，但它只保留由用户自己的服务管理器启动的进程。',
          )
        : text('', '');
    return block(
      text(
        `logind ends what a login left behind (KillUserProcesses=yes), and ${name} is not left out: the new process dies when lakeup logs out.${linger.en}`,
        `logind 会结束登录会话遗留的进程（KillUserProcesses=yes），且未排除 ${name}：lakeup 退出登录时新进程会随之结束。${linger.zh}`,
      ),
      text(
        `As root, write \`[Login]\` and \`KillExcludeUsers=root ${name}\`, with whom it has left out until now, into /etc/systemd/logind.conf.d/zz-lakeup.conf, then \`systemctl restart systemd-logind\`.`,
        `以 root 在 /etc/systemd/logind.conf.d/zz-lakeup.conf 中写入 \`[Login]\` 和 \`KillExcludeUsers=root ${name}\`（并保留此前已排除的用户），再执行 \`systemctl restart systemd-logind\`。`,
      ),
    );
  },
);

const limitText = (kind: string, value: string, group: string): Text => {
  switch (kind) {
    case 'memory':
      return text(
        `memory up to ${formatBytes(Number(value))} (${group})`,
        `内存上限 ${formatBytes(Number(value))}（${group}）`,
      );
    case 'cpu': {
      const [quota = 0, period = 1] = value.split('/').map(Number);
      const cores = Math.round((quota / period) * 100) / 100;
      return text(`${cores} CPUs (${group})`, `${cores} 个 CPU（${group}）`);
    }
    default:
      return text(`CPUs ${value} (${group})`, `CPU ${value}（${group}）`);
  }
};

/** The control group of a process sets it no limit that its successor would go without. */
export const sameLimits: Preflight = eachNode(
  'limits',
  text('The new process has the limits of the old one', '新进程与旧进程的资源限制相同'),
  facts => {
    const limits = limitsIn(listOf(facts, 'limits'));
    if (limits.length === 0) return null;
    const told = joinTexts(
      limits.map(({kind, value, group}) => limitText(kind, value, group)),
      COMMA,
    );
    const groups = [...new Set(limits.map(({group}) => group))];
    const commands = plain(groups.map(group => `\`echo PID > ${quote(`${group}/cgroup.procs`)}\``).join(' '));
    return warn(
      text(
        `its control group gives it ${told.en}; what lakeup starts would go without`,
        `它所在的控制组限制为：${told.zh}；lakeup 启动的进程没有这些限制`,
      ),
      typeof facts.unit === 'string' && groups.some(group => group.endsWith(String(facts.unit)))
        ? text(
            `They come from ${facts.unit}: restart the node through it after the upgrade.`,
            `这些限制来自 ${facts.unit}：升级后请通过它重启该节点。`,
          )
        : text(
            `Put the new process there as root right after its start: ${commands.en}.`,
            `请在启动后立即以 root 把新进程放入该组：${commands.zh}。`,
          ),
    );
  },
);
