import type {UnwellAs} from '../model/describe-service.ts';
import {amid, type Text, text} from '../model/text.ts';

/** What is said of a node that the operator gets at by themselves: where it stands, its log, a shell there. */
export const atHandWords = {
  onHost: (node: string, host: string) =>
    node === host ? text(node, node) : text(`${node} on ${host}`, `${node}（${host}）`),
  downFrom: (clock: string, atLeast: boolean) =>
    atLeast
      ? text(`down since before ${clock}`, `${clock} 之前已宕机`)
      : text(`down since ${clock}`, `自 ${clock} 起宕机`),
  leftBehindNow: (names: Text) => text(`left behind: ${names.en}`, `因新主退出：${names.zh}`),
  leftBehind: (names: Text) =>
    text(
      `left behind by a newer master, and brought back by its upgrade: ${names.en}`,
      `因新主退出，升级后恢复：${names.zh}`,
    ),
  leftBehindFrom: (clock: string, atLeast: boolean) =>
    atLeast
      ? text(`left behind by a newer master since before ${clock}`, `${clock} 之前已因新主退出`)
      : text(`left behind by a newer master since ${clock}`, `自 ${clock} 起因新主退出`),
  unwellFrom: (is: UnwellAs, clock: Text) => {
    const [en, zh] = {
      silent: ['it does not answer', '无应答'],
      'not-serving': ['not seen to serve', '未见提供服务'],
      degraded: ['degraded', '降级'],
      starting: ['still starting', '仍在启动'],
    }[is];
    return text(`${en} since ${clock.en}`, `自${amid(clock.zh)}起${zh}`);
  },
  noPeers: text('nobody else of its kind', '没有同类节点'),
  serving: (n: number, all: number, kind: Text, names: Text) =>
    n === 0
      ? text(`none of ${all} ${kind.en} is seen to serve`, `${all} 个${amid(kind.zh)}中没有一个在提供服务`)
      : text(
          `${n} of ${all} ${kind.en} serve: ${names.en}`,
          `${all} 个${amid(kind.zh)}中有 ${n} 个在提供服务：${names.zh}`,
        ),
  servingKind: (n: number, all: number, kind: Text) =>
    text(`${n} of ${all} ${kind.en} serve`, `${all} 个${amid(kind.zh)}中有 ${n} 个在提供服务`),
  servingOf: (n: number, all: number) => text(`${n} of ${all} serve`, `${all} 个中 ${n} 个在服务`),
  servingOfKinds: (n: number, all: number) =>
    text(`${n} of ${all} of their kinds serve`, `同类 ${all} 个中 ${n} 个在服务`),
  onIts: (host: string) => text(`, on ${host}`, `，位于 ${host}`),
  node: text('node', '节点'),
  downAdvice: (tail: string, shell: string) =>
    text(
      `See why it ended (${tail} follows its log), start it on its host (${shell} opens a shell there), and then retry.`,
      `请查看其停止原因（按 ${tail} 跟随其日志），在其主机上启动它（按 ${shell} 打开 shell），然后重试。`,
    ),
  leftBehindAdvice: ({en, zh}: Text) =>
    text(
      `${en} ended beside a newer frontend: in the old version it may end again at every start. Do not start it on its host; retry, and it is upgraded next, which brings it back.`,
      `${zh} 在出现更新版本的 FE 之后退出：旧版本每次启动都可能再次退出。请勿在其主机上启动；请重试，接下来会升级它并使其恢复。`,
    ),
  startsBy: (node: string) =>
    text(`The line that starts ${node}, as the user it runs as:`, `以其运行用户启动 ${node} 的命令：`),
  tail: text('its log', '它的日志'),
  nextTail: text('next log', '下一个日志'),
  noHostBehind: text('no host stands behind this screen', '此屏幕背后没有主机'),
  noLogs: text('no log of this node is known', '不知道此节点的日志位置'),
  tailEnds: (why: Text) => text(`Nothing comes any more: ${why.en}`, `不再有新内容：${why.zh}`),
  tailWaits: text('reading …', '正在读取 …'),
  shell: text('shell', 'shell'),
  shellRuns: text(
    'A shell on its host, by your own ssh with your own keys and configuration. This runs:',
    '用你自己的 ssh（及其密钥与配置）在其主机上打开 shell。将运行：',
  ),
  shellMeanwhile: text(
    'lakeup goes on meanwhile as if you watched: what is in hand ends, and the next begins. A question waits until you are back; nothing that is typed there answers it. Leave the shell (exit) to come back.',
    '期间 lakeup 照常进行：手头的会做完，下一步会开始。需要你回答的问题会等你回来；在 shell 中输入的内容不会作为回答。退出 shell（exit）即可返回。',
  ),
  shellAtWork: (title: Text) =>
    text(`lakeup is at work on this node just now: ${title.en}`, `lakeup 正在操作此节点：${title.zh}`),
  shellKeys: (enter: string) =>
    text(
      `${enter} opens it, c copies the line, Esc goes back.`,
      `按 ${enter} 打开，按 c 复制该行，按 Esc 返回。`,
    ),
  shellEnded: (node: string, code: number) =>
    // The shell's own last exit code says nothing of the visit; ssh has this one for itself.
    code === 255
      ? text(
          `back from ${node}: ssh ended with 255, so it did not get there, or lost the link`,
          `已从 ${node} 返回：ssh 退出码 255，未能连上或连接中断`,
        )
      : text(`back from ${node}`, `已从 ${node} 返回`),
  shellNone: (why: string) => text(`ssh could not be run: ${why}`, `无法运行 ssh：${why}`),
} as const;
