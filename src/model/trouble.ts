import {never} from '../lib/never.ts';
import type {Trouble} from './ask.ts';
import {type Text, text} from './text.ts';

/** What a trouble means and what to do about it, one sentence each. The detail beside it says what was seen. */
export type TroubleWords = {readonly what: Text; readonly todo: Text};

const words = (en: string, zh: string, todoEn: string, todoZh: string): TroubleWords => ({
  what: text(en, zh),
  todo: text(todoEn, todoZh),
});

/** Words for troubles of reaching a host: before anything could be asked. */
const reaching = {
  'connect-refused': words(
    'The host answers, but nothing listens on its SSH port.',
    '主机有响应，但 SSH 端口没有服务在监听。',
    'Check that sshd runs there and that the port in the inventory is right.',
    '请确认该主机上的 sshd 已启动，并核对清单中的端口。',
  ),
  unreachable: words(
    'The host does not answer at all.',
    '主机完全没有响应。',
    'Check power, network and firewall between here and the host, and the jump host if there is one.',
    '请检查主机电源、网络与防火墙；若经过跳板机，也请检查跳板机。',
  ),
  'name-unknown': words(
    'The host name cannot be resolved.',
    '无法解析主机名。',
    'Correct the name in the inventory, or add it to DNS, /etc/hosts or ~/.ssh/config.',
    '请更正清单中的名称，或将其加入 DNS、/etc/hosts 或 ~/.ssh/config。',
  ),
  'closed-before-handshake': words(
    'sshd closed the connection before saying anything, several times over.',
    'sshd 多次在握手之前就关闭了连接。',
    'It is refusing logins for now (MaxStartups, PerSourcePenalties): wait a minute, then try again.',
    '它暂时拒绝登录（MaxStartups、PerSourcePenalties）：请等一分钟再试。',
  ),
  'handshake-failed': words(
    'The SSH handshake failed.',
    'SSH 握手失败。',
    'Compare the key exchange and cipher settings of that sshd with what the detail names; `ssh -v` to the host shows more.',
    '请对照详情检查该 sshd 的密钥交换与加密算法设置；`ssh -v` 可显示更多信息。',
  ),
  'login-refused': words(
    'The host refused the login; it was tried once and is not tried again by itself.',
    '主机拒绝登录；只尝试一次，不会自动重试。',
    'Check the user and the key with plain ssh, then try again.',
    '请先用 `ssh` 命令核对用户与密钥，然后重试。',
  ),
  'second-factor': words(
    'The host asks for a second factor, which lakeup does not answer: a program that logs in to many hosts, again after each cut, would ask for it each time.',
    '主机要求第二因素认证，lakeup 不会应答：程序要登录许多主机，断线后还要重新登录，每次都会被要求。',
    'Let this user log in with a key alone from here: in sshd_config of the host a `Match User … Address …` with `AuthenticationMethods publickey`. Then reload sshd and try again.',
    '请允许该用户从本机仅凭密钥登录：在主机的 sshd_config 中用 `Match User … Address …` 设置 `AuthenticationMethods publickey`，重新加载 sshd 后重试。',
  ),
  'config-command': words(
    'A command that your ssh configuration names for this host failed on this machine.',
    '您的 ssh 配置为该主机指定的命令在本机执行失败。',
    'The detail names it and what it said: mend it, or the line of ~/.ssh/config; plain ssh to the host uses it too. Then try again.',
    '详情给出了该命令及其输出：请修复它或 ~/.ssh/config 中的那一行（直接用 ssh 连接同样会用到它），然后重试。',
  ),
  'jump-denied': words(
    'A jump host on the way forbids the connection to the next host.',
    '途中的跳板机禁止连接下一台主机。',
    'On the jump host that the detail names let this user go on: AllowTcpForwarding, PermitOpen and DisableForwarding in its sshd_config, `restrict` and `permitopen` in its authorized_keys. Reload sshd there and try again; or name another way in ~/.ssh/config.',
    '请在详情所述的跳板机上允许该用户继续连接：检查其 sshd_config 中的 AllowTcpForwarding、PermitOpen、DisableForwarding，以及 authorized_keys 中的 `restrict` 与 `permitopen`。重新加载该机的 sshd 后重试；或在 ~/.ssh/config 中改用其他路径。',
  ),
  'no-credentials': words(
    'There is no key, or no password, to log in with.',
    '没有可用于登录的密钥或密码。',
    'For SSH load a key into the agent with ssh-add, or name an identity file in the inventory; for SQL set the environment variable of the password.',
    'SSH：请用 ssh-add 将密钥加入 ssh-agent，或在清单中指定密钥文件；SQL：请设置存放密码的环境变量。',
  ),
  'agent-waits': words(
    'The agent on this machine did not sign in time; it is not asked again by itself.',
    '本机的 ssh-agent 未在限定时间内签名；不会自动再次请求。',
    'It may wait for you: try again, and touch the security key or answer its question, once for each host. Where it asks nothing, see with `ssh-add -l` whether it answers at all.',
    '它可能在等待您的操作：请重试，并按提示触摸安全密钥或回答确认，每台主机一次。若没有任何提示，请用 `ssh-add -l` 查看它是否有响应。',
  ),
} as const;

/** Words for troubles of trusting a host: its key is not the one that is known. */
const trusting = {
  'host-key-unknown': words(
    'The host shows a key that no known_hosts file holds.',
    '主机出示的密钥不在任何 known_hosts 文件中。',
    'Compare the fingerprint with one read on the host itself, then connect once with ssh to add it.',
    '请与主机本机上读取的指纹核对，然后用 ssh 连接一次以添加该密钥。',
  ),
  'host-key-changed': words(
    'The host shows another key than the one that is known: it was reinstalled, or someone stands in between.',
    '主机出示的密钥与已知的不同：可能重装过系统，也可能遭到中间人攻击。',
    'Find out which before going on; only then remove the old line with `ssh-keygen -R` and add the new key.',
    '请先查明原因；确认之后再用 `ssh-keygen -R` 删除旧行并添加新密钥。',
  ),
  'host-key-revoked': words(
    'The host shows a key that is marked @revoked.',
    '主机出示的密钥已被标记为 @revoked（吊销）。',
    'Do not log in; ask whoever revoked it, and give the host a new key.',
    '请勿登录；请联系吊销者，并为主机更换密钥。',
  ),
  'host-key-ca-only': words(
    'The host is known only through a certificate authority, which lakeup cannot check.',
    '该主机仅通过证书颁发机构（CA）受信，lakeup 无法校验。',
    'Add the host’s own key to known_hosts beside the @cert-authority line.',
    '请在 known_hosts 中除 @cert-authority 行外再加入该主机自身的密钥。',
  ),
} as const;

/** Words for troubles on a connection that stands. */
const asking = {
  'no-shell': words(
    'The login works, but no POSIX shell answers.',
    '可以登录，但没有 POSIX shell 响应。',
    'Give the user a login shell that can run `sh` (not nologin or a menu).',
    '请为该用户配置可运行 `sh` 的登录 shell（不能是 nologin 或菜单）。',
  ),
  'channel-refused': words(
    'The host refuses another session on the connection.',
    '主机拒绝在该连接上再开会话。',
    'Raise MaxSessions in its sshd_config and reload sshd, or end programs that hang there; then try again.',
    '请在其 sshd_config 中调大 MaxSessions 并重新加载 sshd，或结束卡住的程序；然后重试。',
  ),
  'forward-denied': words(
    'The host forbids forwarding, and holds no program to ask the port on the spot.',
    '主机禁止转发，且没有可在本机访问该端口的程序。',
    'Allow AllowTcpForwarding for this user, or install curl (HTTP) or bash (SQL) there.',
    '请为该用户开启 AllowTcpForwarding，或在主机上安装 curl（HTTP）或 bash（SQL）。',
  ),
  'port-refused': words(
    'Nothing listens on the asked port of that host.',
    '该主机的目标端口没有服务在监听。',
    'The process is down or still starting, or the port in the inventory is another one.',
    '进程未运行或仍在启动，或清单中的端口有误。',
  ),
  'password-asked': words(
    'The server wants the password itself and not a proof that it is known, and was not given it.',
    '服务器要求的是密码本身，而不是知道密码的证明，因此没有给它。',
    'See on the host who listens on that port (`ss -ltnp`). If it is the right server, use a user that logs in by `mysql_native_password`.',
    '请在主机上查看谁在监听该端口（`ss -ltnp`）。若确是该服务，请改用以 `mysql_native_password` 登录的用户。',
  ),
  protocol: words(
    'Something answered, but not in the expected protocol.',
    '有响应，但不符合预期的协议。',
    'Check that the port belongs to the service named in the inventory.',
    '请确认该端口属于清单中所写的服务。',
  ),
  dropped: words(
    'The connection was lost.',
    '连接已断开。',
    'Nothing to do if it comes back by itself; otherwise look at the network and at sshd’s log.',
    '若自行恢复则无需处理；否则请检查网络与 sshd 日志。',
  ),
  timeout: words(
    'No answer came in time.',
    '未在限定时间内得到响应。',
    'Look at the load of the host and at its disks, then try again. A limit that the inventory gives holds for later runs.',
    '请检查主机负载与磁盘，然后重试。在清单中更改的时限只对以后的运行生效。',
  ),
  cancelled: words('It was called off from here.', '操作已从本端取消。', 'Nothing to do.', '无需处理。'),
  'still-running': words(
    'What was begun there is still running.',
    '先前启动的操作仍在运行。',
    'Wait for its end, then look again.',
    '请等它结束后再查看。',
  ),
  'cut-off': words(
    'The action was ended on its host before it could tell how it ended.',
    '该动作在主机上被终止，未来得及说明结果。',
    'See who ended it, or started the host anew; the facts above say how far it came. A retry looks first and does what is missing.',
    '请查明是谁终止了它，或重启了主机；以上事实说明它进行到了哪一步。重试会先查看，再补做缺少的部分。',
  ),
  guard: words(
    'It could not be shown that it may begin, so it was not begun.',
    '未能证明可以开始，因此没有开始。',
    'The detail says why: go by that. A retry looks again.',
    '详情说明了原因：请据此处理。重试会再次查看。',
  ),
  leased: words(
    'The lease of this cluster is not this run’s, so nothing is done on any node.',
    '此集群的租约不属于本次运行，因此不会对任何节点做任何操作。',
    'Talk to whoever has it; `lakeup status CLUSTER -i FILE --watch` looks on live. Once they have ended or given it back, retry. To take it over deliberately, leave, and give `--take-over RUN` with the run the detail names.',
    '请与租约持有者联系；`lakeup status 集群 -i 文件 --watch` 可实时查看。对方结束或交还之后请重试。若要主动接管，请先离开，再加上 `--take-over RUN`，其中填写详情所述的运行。',
  ),
  unkept: words(
    'What was seen cannot be kept in the journal as it is, so nothing was made of it.',
    '所见内容无法原样写入日志，因此未予采用。',
    'A retry looks again. If it comes back, this is a bug of lakeup: report the detail.',
    '重试会再次查看。若再次出现，则是 lakeup 的缺陷：请报告详情。',
  ),
} as const;

/** Says what a trouble is and what to do, in every language. */
export const describeTrouble = (trouble: Trouble): TroubleWords => {
  switch (trouble) {
    case 'connect-refused':
    case 'unreachable':
    case 'name-unknown':
    case 'closed-before-handshake':
    case 'handshake-failed':
    case 'login-refused':
    case 'second-factor':
    case 'config-command':
    case 'jump-denied':
    case 'no-credentials':
    case 'agent-waits':
      return reaching[trouble];
    case 'host-key-unknown':
    case 'host-key-changed':
    case 'host-key-revoked':
    case 'host-key-ca-only':
      return trusting[trouble];
    case 'no-shell':
    case 'channel-refused':
    case 'forward-denied':
    case 'port-refused':
    case 'password-asked':
    case 'protocol':
    case 'dropped':
    case 'timeout':
    case 'cancelled':
    case 'still-running':
    case 'cut-off':
    case 'guard':
    case 'leased':
    case 'unkept':
      return asking[trouble];
    default:
      return never(trouble);
  }
};
