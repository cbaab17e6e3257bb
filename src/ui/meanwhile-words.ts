import {type Text, text} from '../model/text.ts';

/** What a question says of the service while its phase goes on. */
export const meanwhileWords = {
  meanwhile: text('meanwhile', '期间'),
  nothingStops: text(
    'nothing is stopped or started: every node goes on as it is',
    '不停止也不启动任何节点：一切照常运行',
  ),
  noOutage: text(
    'no outage is expected: others of its kind keep serving',
    '预计不会中断服务：同类节点继续服务',
  ),
  noOutageAlone: text(
    'no outage is expected: it is the only one of its kind, and what it does waits meanwhile',
    '预计不会中断服务：它是唯一的同类节点，其工作会暂时等待',
  ),
  unseenWaits: ({en, zh}: Text, n: number) =>
    text(
      `not seen to serve just now: ${en}. lakeup stops nobody of its kind until ${n === 1 ? 'it is' : 'they are'}`,
      `目前未看到以下节点提供服务：${zh}。在其恢复之前，lakeup 不会停止任何同类节点`,
    ),
  unseenSkipped: ({en, zh}: Text, n: number) =>
    text(
      `not seen to serve just now: ${en}. ${n === 1 ? 'It was skipped, so nobody waits for it' : 'They were skipped, so nobody waits for them'}`,
      `目前未看到以下节点提供服务：${zh}。已跳过，因此不会等待`,
    ),
  unseen: ({en, zh}: Text) =>
    text(
      `not seen to serve just now: ${en}. What they do may have to wait meanwhile`,
      `目前未看到以下节点提供服务：${zh}。其工作可能需要暂时等待`,
    ),
  noWork: ({en, zh}: Text, oneWaited: boolean) =>
    oneWaited
      ? text(
          `given no work: ${en}. Before each stop lakeup waits until another one of its group can take over`,
          `不会被分配工作：${zh}。每次停止之前，lakeup 都会等到同组有其他节点可以接管`,
        )
      : text(`given no work: ${en}`, `不会被分配工作：${zh}`),
} as const;
