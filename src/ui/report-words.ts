import {type Text, text} from '../model/text.ts';

/** What the report of a run says beside its figures. */
export const words = {
  title: (run: string) => text(`lakeup: run ${run}`, `lakeup：运行 ${run}`),
  cluster: text('cluster', '集群'),
  end: text('end', '结果'),
  began: text('began', '开始'),
  ended: text('ended', '结束'),
  last: text('last event', '最后事件'),
  waited: text('waited', '等待'),
  program: text('lakeup', 'lakeup'),
  left: text('left before its end; it can be resumed', '未结束即离开，可恢复'),
  open: text('not ended; it can be resumed', '未结束，可恢复'),
  inHand: ({en, zh}: Text) => text(`not ended; in hand: ${en}`, `未结束，执行中：${zh}`),
  takenBack: (by: string) =>
    text(`taken back by run ${by}: see its report`, `已由运行 ${by} 撤销：请看其报告`),
  yielded: (by: string) => text(`being taken back by run ${by}`, `正在由运行 ${by} 撤销`),
  abandoned: (because: string) => text(`given up: ${because}`, `已放弃：“${because}”`),
  back: text('the way back', '回退'),
  after: (span: string) => text(`after ${span}`, `历时 ${span}`),
  asked: (span: string) => text(`${span} for an answer`, `等待回答 ${span}`),
  held: (span: string) => text(`${span} while held`, `暂停 ${span}`),
  away: (span: string) => text(`${span} while no lakeup was at it`, `无 lakeup 执行 ${span}`),
  resumed: (n: number) => text(n === 1 ? 'resumed once' : `resumed ${n} times`, `恢复 ${n} 次`),
  leader: text('master', 'master'),
  leaderOf: (before: string, after: string) =>
    text(`${before} before, ${after} after`, `之前 ${before}，之后 ${after}`),
  nobody: text('not known', '未知'),

  phase: text('phase', '阶段'),
  took: text('took', '用时'),
  ofItWaited: text('of it waiting', '其中等待'),
  nodes: text('nodes', '节点'),
  notBegun: text('not begun', '未开始'),

  node: text('node', '节点'),
  host: text('host', '主机'),
  outHead: text('out of service', '停服'),
  allSteps: text('its steps', '步骤用时'),
  least: text('least', '最短'),
  middle: text('median', '中位'),
  most: text('longest', '最长'),
  outMeans: text(
    'Out of service: from the start of the step that stops the node to the look that saw it serve. A node that went down by itself is not counted here.',
    '停服：从开始停止该节点的步骤，到查看确认其恢复服务。自行宕机的节点不计入此处。',
  ),
  outMore: text(
    ' >: it was out before the run began, or was not seen to serve by the last event.',
    '“>”：运行开始前已停服，或至最后事件仍未看到其恢复服务。',
  ),
  down: text('was down, and not because of the run', '曾宕机，并非此次运行所致'),
  upTo: (clock: string) => text(`up to ${clock} at least`, `至少到 ${clock}`),
  taken: text('then stopped by the run', '随后由此运行停止'),
  never: text('-', '-'),
  times: (n: number) => text(`${n} times`, `${n} 次`),
  stillOut: text('still out', '仍停服'),
  perhaps: ({en, zh}: Text) => text(`perhaps ${en}`, `可能 ${zh}`),
  perhapsOut: text('perhaps out', '可能停服'),
  outUntilBack: text('until taken back', '直至撤销'),
  nodeSkipped: text('skipped', '已跳过'),
  notVerified: text('not verified', '未验证'),
  slowest: (n: number, all: number, run: string) =>
    text(
      `the ${n} of ${all} nodes that were out longest, or are not verified; how long each was stands at the end; a row for each: lakeup runs ${run} --all`,
      `${all} 个节点中停服最久或未验证的 ${n} 个；各节点的停服时长见末尾；逐行列出所有节点：lakeup runs ${run} --all`,
    ),

  eachNode: text('how long each node was out of service', '各节点停服时长'),
  fromTo: (first: string, last: string) => text(`${first} to ${last}`, `${first} 至 ${last}`),

  skipped: (steps: number, nodes: number) =>
    text(
      `Passed over, for it was done already: ${steps} ${steps === 1 ? 'step' : 'steps'} on ${nodes} ${nodes === 1 ? 'node' : 'nodes'}.`,
      `因此前已完成而略过：${nodes} 个节点上的 ${steps} 个步骤。`,
    ),
  noneSkipped: text('Nothing was passed over.', '没有略过任何步骤。'),
  troubles: text('what held it, or was done anew', '暂停与重做'),
  noTroubles: text('Nothing held it, and nothing was done anew.', '没有暂停，也没有重做。'),
  moreTroubles: (n: number) => text(`and ${n} more, in the journal`, `另有 ${n} 条，见日志`),
  warnings: text('what preflight warned of', '预检的警告'),
  noWarnings: text('Preflight warned of nothing.', '预检没有警告。'),
  onNodes: (names: string) => text(` (${names})`, `（${names}）`),
  more: (n: number) => text(`and ${n} more`, `另有 ${n} 个`),
  kept: text('left on the hosts for a way back', '留在主机上供回退'),
  noneKept: text(
    'This run left nothing on the hosts for a way back.',
    '此运行没有在主机上留下供回退的内容。',
  ),
  on: (hosts: string) => text(`on ${hosts}`, `位于 ${hosts}`),
  each: (size: string) => text(`${size} each`, `各 ${size}`),
  eachFrom: (least: string, most: string) => text(`${least} to ${most} each`, `各 ${least} 至 ${most}`),
  howLarge: text(
    'To see how large one is, on its host: du -sh PATH.',
    '查看大小（在其主机上）：du -sh 路径。',
  ),
  prune: (run: string) =>
    text(
      `To remove it, once nobody wants to go back: lakeup prune ${run}, which says what stays work by hand.`,
      `确定不再回退后清除：lakeup prune ${run}，它会说明哪些仍需手工处理。`,
    ),
  notYet: (run: string) =>
    text(
      `This run has not ended, and may need it; once it has, lakeup prune ${run} removes it.`,
      `此运行尚未结束，可能还要用到；结束之后用 lakeup prune ${run} 清除。`,
    ),
  mayBeNeeded: text(
    'This run has not taken every node all the way: what it has kept may be needed, and lakeup prune removes nothing of it. That holds until a later run has verified every node.',
    '此运行没有完成所有节点：其保留的内容可能还用得上，lakeup prune 不会清除其中任何内容。直到之后的运行验证所有节点为止都是如此。',
  ),
  notYetBack: text(
    'This run has not ended: leave these files where they are until it has.',
    '此运行尚未结束：在其结束之前请保留这些文件。',
  ),
  keptByOther: (run: string) =>
    text(
      `What run ${run} has left on the hosts stands in its report: lakeup runs ${run}.`,
      `运行 ${run} 留在主机上的内容，见其报告：lakeup runs ${run}。`,
    ),
  remains: text('left on the hosts, though it was taken back', '虽已撤销，仍留在主机上'),
  removeRemains: text(
    'The cluster does not need it any more. To remove it, on its host: rm -r PATH.',
    '集群已不再需要它。删除方法（在其主机上）：rm -r 路径。',
  ),
  whileTakenBack: (by: string) =>
    text(
      `To see how large one is, on its host: du -sh PATH. Run ${by} takes back what this one did, and may need it.`,
      `查看大小（在其主机上）：du -sh 路径。运行 ${by} 正在撤销此运行的改动，可能还要用到。`,
    ),
  isPruned: (by: string) =>
    text(
      `Run ${by} was made to remove what this one has kept: see its report.`,
      `运行 ${by} 用于清除此运行保留的内容：请看其报告。`,
    ),
  gone: (by: string) =>
    text(`removed by run ${by}: there is no way back any more`, `已由运行 ${by} 清除，无法再回退`),
  goneInPart: (by: string) =>
    text(
      `removed since; run ${by} was made to remove more: see its report`,
      `此后已清除；运行 ${by} 用于继续清除：请看其报告`,
    ),
  remove: text(
    'To remove it, once nobody needs it, on its host: rm -r PATH.',
    '确定无人需要之后删除（在其主机上）：rm -r 路径。',
  ),
} as const;
