import {formatDuration, formatEstimate} from '../lib/duration.ts';
import {amid, plain, type Text, text} from '../model/text.ts';
import {aloudWords} from './aloud-words.ts';
import {atHandWords} from './at-hand-words.ts';
import {endWords} from './end-words.ts';
import {heldWords} from './held-words.ts';
import {meanwhileWords} from './meanwhile-words.ts';
import {orderWords} from './order-words.ts';
import {searchWords} from './search-words.ts';
import {skipWords} from './skip-words.ts';

/** Every sentence of the screen that no noun of the model words itself. A missing language does not compile. */
export const messages = {
  ...aloudWords,
  ...atHandWords,
  ...heldWords,
  ...meanwhileWords,
  ...searchWords,
  ...skipWords,
  ...endWords,
  ...orderWords,
  watching: text('watching', '观察中'),
  running: text('running', '进行中'),
  downNow: (names: Text) => text(`down: ${names.en}`, `宕机：${names.zh}`),
  downSince: (node: string, host: string, clock: string, atLeast: boolean) =>
    atLeast
      ? text(`${node} on ${host}, since before ${clock}`, `${node}（${host}，${clock} 之前已宕机）`)
      : text(`${node} on ${host}, since ${clock}`, `${node}（${host}，自 ${clock} 起）`),
  downByItself: (names: Text) =>
    text(`down, and not because of the run: ${names.en}`, `已宕机，并非此次运行所致：${names.zh}`),
  unwellSince: (node: string, host: string, clock: Text) =>
    text(`${node} on ${host}, since ${clock.en}`, `${node}（${host}，自${amid(clock.zh)}起）`),
  somebodyDown: text('a node is down', '有节点宕机'),
  somebodyUnwell: text('a node is not well', '有节点异常'),
  waitingSince: (clock: string) => text(`waiting for you since ${clock}`, `自 ${clock} 起等待你`),
  waitingShort: (clock: string) => text(`waiting since ${clock}`, `等待自 ${clock}`),
  waiting: text('waiting for you', '等待你'),
  holdsThen: text(', holds then', '，答后暂停'),
  heldSince: (clock: string) => text(`held, waiting for you since ${clock}`, `暂停，自 ${clock} 起等待你`),
  heldShort: (clock: string) => text(`held since ${clock}`, `自 ${clock} 起暂停`),
  held: text('held', '暂停'),
  verified: text('verified', '已验证'),
  left: text('left', '已离开'),
  willHold: text('will hold after this step', '此步之后暂停'),
  willHoldNode: text('will hold after this node', '此节点之后暂停'),
  willLeave: text('will leave after what is in hand', '做完手头的事后离开'),
  holds: text('holds soon', '即将暂停'),
  leaves: text('leaves soon', '即将离开'),
  timeLeft: (ms: number) => text(`~${formatEstimate(ms)} left`, `约剩 ${formatEstimate(ms)}`),
  until: (end: string) => text(`until ${end}`, `到 ${end}`),
  leftUntil: (end: string) => text(` (${end})`, `（${end}）`),
  warnings: (n: number, key: string) =>
    text(`${n} ${n === 1 ? 'warning' : 'warnings'}: ${key}`, `${n} 条警告：${key}`),
  /** A moment of the clock, or what lies before it. */
  moment: (clock: string, atLeast: boolean) =>
    atLeast ? text(`before ${clock}`, `${clock} 之前`) : plain(clock),
  longest: (clock: Text) => text(`, the longest since ${clock.en}`, `，最久自${amid(clock.zh)}起`),
  alone: (clock: Text) => text(`, since ${clock.en}`, `，自${amid(clock.zh)}起`),
  phaseOf: (n: number, all: number) => text(`phase ${n} of ${all}`, `第 ${n}/${all} 阶段`),

  steps: text('steps', '步骤'),
  log: text('log', '日志'),
  plan: text('plan', '计划'),
  keys: text('keys', '按键'),
  following: text('following', '跟随最新'),
  linesBelow: (n: number) => text(`${n} newer below`, `下方还有 ${n} 行`),
  linesAround: (from: number, to: number, all: number) =>
    text(`${from}-${to} of ${all}`, `${from}-${to} / ${all}`),
  noLog: text('Nothing has happened yet.', '还没有发生任何事。'),
  noSteps: text('This node has no part in the plan.', '计划不涉及此节点。'),
  noPlan: text('There is no plan: the cluster is only watched.', '没有计划：仅观察集群。'),
  noMatch: text('No node matches the filter.', '没有符合筛选的节点。'),
  hiddenNodes: (n: number) => text(n === 1 ? 'more node' : 'more nodes', '个节点未显示'),
  moreNodes: (n: number) => text(`and ${n} more`, `另有 ${n} 个`),
  destroyed: (node: string, words: Text) =>
    text(`destroyed on ${node}: ${words.en}`, `${node} 上将销毁：${words.zh}`),
  yes: text('yes', '是'),
  no: text('no', '否'),
  waitsUntil: text('waits until', '等待'),
  expected: text('expected', '期望'),
  orSeen: (wanted: Text) => text(`or ${wanted.en}`, `或${amid(wanted.zh).trimEnd()}`),
  seen: text('seen', '实际'),
  seenNothing: text('nothing', '没有'),
  lastWords: text('its logs end with', '其日志的末尾'),
  notLooked: text('not looked yet', '尚未查看'),
  silent: (why: Text) => text(`nobody answers: ${why.en}`, `没有应答：${why.zh}`),
  contradict: (why: Text) =>
    text(`the answers contradict each other: ${why.en}`, `各方的应答互相矛盾：${why.zh}`),
  undecided: (why: Text) => text(`the answers do not tell: ${why.en}`, `应答无法说明：${why.zh}`),
  gatesFirst: text('is it safe? looks for', '是否安全？正在查看'),
  onEnd: (ms: number) => text(`, ${formatDuration(ms)} on end`, `，持续 ${formatDuration(ms)}`),
  never: text('never seen', '从未看到'),
  lastSeen: (clock: string) => text(`last seen ${clock}`, `最后看到于 ${clock}`),
  facts: text('facts', '事实'),
  output: text('output', '输出'),
  exitCode: (code: number) => text(`exit code ${code}`, `退出码 ${code}`),
  attempt: (n: number) => text(`attempt ${n}`, `第 ${n} 次`),
  already: text('was done already', '此前已完成'),
  linkDown: (why: Text) => text(`no connection: ${why.en}`, `无连接：${why.zh}`),
  noReason: text('no reason given', '未说明原因'),

  confirmTitle: (n: number, all: number, title: Text) =>
    text(`Phase ${n} of ${all} · ${title.en}`, `第 ${n}/${all} 阶段 · ${title.zh}`),
  onEach: text('on each node', '每个节点'),
  goesOn: text('then at once', '随即'),
  coveredBy: (titles: readonly Text[]) =>
    text(
      `${titles.map(({en}) => `"${en}"`).join(' and ')}, without a question of their own`,
      `${titles.map(({zh}) => `“${zh}”`).join('与')}，不再单独询问`,
    ),
  takes: text('takes', '用时'),
  /** `when`: that it is then until when, or nothing. */
  about: (ms: number, when: Text, how: Text) =>
    text(
      `about ${formatEstimate(ms)}${when.en}${how.en === '' ? '' : `: ${how.en}`}`,
      `约 ${formatEstimate(ms)}${when.zh}${how.zh === '' ? '' : `：${how.zh}`}`,
    ),
  aboutShort: (ms: number, when: Text, how: Text) =>
    text(
      `~${formatEstimate(ms)}${when.en}${how.en === '' ? '' : `, ${how.en}`}`,
      `约 ${formatEstimate(ms)}${when.zh}${how.zh === '' ? '' : `，${how.zh}`}`,
    ),
  nodesHow: (nodes: number, how: Text) => text(`${nodes} nodes, ${how.en}`, `${nodes} 个节点，${how.zh}`),
  atATime: (nodes: number, width: number) =>
    width === 1
      ? text('one at a time', '逐个进行')
      : width >= nodes
        ? text('all at once', '同时进行')
        : text(`${width} at a time`, `每次 ${width} 个`),
  fromUntil: (begin: string, end: string) =>
    text(` (until ${end} if begun at ${begin})`, `（${begin} 开始则到 ${end}）`),
  andByHand: (n: number) =>
    text(
      `, besides ${n === 1 ? 'one step' : `${n} steps`} by hand, which ${n === 1 ? 'takes' : 'take'} as long as you take`,
      `，另有 ${n} 个手动步骤，用时取决于你`,
    ),
  andThen: (ms: number, title: Text) =>
    text(`, ${formatEstimate(ms)} for "${title.en}"`, `，“${title.zh}”约 ${formatEstimate(ms)}`),
  outFor: (ms: number, nodes: number) =>
    nodes === 1
      ? text(`, out for ${formatEstimate(ms)} of it`, `，其中停服 ${formatEstimate(ms)}`)
      : text(`, each out for ${formatEstimate(ms)}`, `，每个停服 ${formatEstimate(ms)}`),
  outUntil: (phase: Text, nodes: number, ms: number) =>
    text(
      `; ${nodes === 1 ? 'it stays' : 'they stay'} out of service until "${phase.en}" is done: about ${formatEstimate(ms)} in all, and as long as your answers take`,
      `；停服直到“${phase.zh}”阶段完成：合计约 ${formatEstimate(ms)}，另加等待你回答的时间`,
    ),
  outOn: text('; out of service from then on', '；之后一直停服'),
  outage: text('OUTAGE', '服务中断'),
  pointOfNoReturn: text('NO WAY BACK', '无法回退'),
  wayBack: text('way back', '回退'),
  rule: text('why so', '依据'),
  rehearsed: text('rehearsed', '演练'),
  canUndo: (key: string) =>
    text(
      `each step has one, in the plan (${key}); only lakeup undo takes it`,
      `每一步都有，见计划（${key}）；只有 lakeup undo 会执行`,
    ),
  isWayBack: text('this is one: finish it, then upgrade again', '这就是回退：请先完成它，再重新升级'),
  noWayBack: (step: Text, because: Text) =>
    text(`none after "${step.en}": ${because.en}`, `“${step.zh}”之后没有：${because.zh}`),
  total: text('total', '合计'),
  drifted: text(
    'What would be hit has changed since you looked. These are the new figures.',
    '影响范围在你查看之后发生了变化。以下是新的数字。',
  ),
  doneAgain: (wanted: Text, saw: Text | null, times: number) =>
    text(
      `asked anew: this was not so any more, and what it rests on was done again${times > 1 ? `, ${times} times` : ''}: ${wanted.en}${saw === null ? '' : ` (${saw.en})`}`,
      `重新询问：以下条件曾不再成立，其依据的步骤已重新执行${times > 1 ? `（${times} 次）` : ''}：${wanted.zh}${saw === null ? '' : `（${saw.zh}）`}`,
    ),
  inVain: (times: number) =>
    text(
      `What it rests on was done again ${times === 1 ? 'once' : `${times} times`}, in vain. A retry looks, and does it again if need be.`,
      `其依据的步骤已重新执行 ${times} 次，仍不成立。重试会先查看，必要时再次执行。`,
    ),
  typeName: (phrase: string) =>
    text(`type the cluster's name, ${phrase}, to go on:`, `输入集群名称 ${phrase} 以继续：`),
  typedWrong: text('that is not the name', '名称不符'),
  pasteIgnored: text('Pasted text does not answer. Type it.', '粘贴的内容不作为回答，请手动输入。'),
  oneKeyOnly: text(
    'Several keys at once do not answer. Press one, alone.',
    '同时到达的多个按键不作为回答，请单独按一个键。',
  ),
  readOn: text('Read it to its end first: PgDn.', '请先用 PgDn 读到末尾。'),
  arming: text('one moment …', '请稍候 …'),

  manualTitle: (node: string) => text(`By hand · ${node}`, `手动 · ${node}`),
  manualThen: text('lakeup then looks for itself before it goes on.', '之后 lakeup 会自行查看，然后才继续。'),

  copied: text(
    'Sent to the clipboard (OSC 52), where your terminal lets it.',
    '已发送到剪贴板（OSC 52），前提是终端允许。',
  ),
  noLine: text('there is no line to copy', '没有可复制的内容'),

  leaveTitle: text('Leave?', '离开？'),
  leaveAsk: text(
    'lakeup ends after the step that is in hand. Nothing is undone.',
    '做完手头的一步后 lakeup 结束。不会撤销任何内容。',
  ),
  leaveByHand: text(
    'lakeup ends. What is done by hand stays as you leave it: a resumed run looks first. Nothing is undone.',
    '现在 lakeup 结束。手动步骤保持你离开时的状态：恢复运行时会先查看。不会撤销任何内容。',
  ),
  leaveIdle: text(
    'lakeup ends: no step is in hand. Nothing is undone.',
    'lakeup 结束：手头没有步骤。不会撤销任何内容。',
  ),
  leaveCommand: text('The run can be resumed.', '此次运行可以恢复。'),
  leaveHere: text('The run can be resumed as long as the demo runs.', '演示运行期间，此次运行可以恢复。'),
  leaveNever: text('This is a demo: its run ends with it.', '这是演示：运行随之结束。'),
  leaveNowTitle: text('Leave at once?', '立即离开？'),
  leaveNow: text(
    'A step is still in hand. It goes on by itself on the host; a resumed run looks what became of it.',
    '仍有一步正在进行。它会在主机上自行继续；恢复运行时会查看其结果。',
  ),

  helpGrid: text('the grid', '节点总览'),
  helpConfirm: text('before a phase', '阶段确认时'),
  helpHeld: text('when the run is held', '暂停时'),
  helpManual: text('a step by hand', '手动步骤'),
  helpViews: text('log, node, plan', '日志、节点、计划'),
  helpFilter: text('the filter', '筛选'),
  helpShapes: text('shapes', '图形'),

  tooSmall: text('lakeup needs 60 × 16 or more.', 'lakeup 至少需要 60 × 16。'),
  tooSmallHas: (w: number, h: number) => text(`The terminal has ${w} × ${h}.`, `当前终端为 ${w} × ${h}。`),
  tooSmallWaits: text(
    'A question waits for you. No key answers it here.',
    '有问题等待你回答；在此处按键无效。',
  ),
  tooSmallGoes: text('Work goes on meanwhile.', '期间工作照常进行。'),

  filter: text('filter', '筛选'),
  waitsBehind: text('a question waits for you: Esc', '有问题等待你：Esc'),
  otherKey: text(
    'This key does not answer this question. The keys are named above.',
    '此键不能回答这个问题，请用上面所列的键。',
  ),
  typing: text('what you type goes into the name', '输入的内容进入名称栏'),
  checking: text('checking', '检查中'),
  scripts: text('scripts', '脚本'),
  scriptLines: (n: number) => text(n === 1 ? '(1 line)' : `(${n} lines)`, `（共 ${n} 行）`),
  scriptShown: (n: number) =>
    text(n === 1 ? '(1 line; c shows it)' : `(${n} lines; c shows them)`, `（共 ${n} 行；按 c 显示）`),
  seenByGates: (name: string) =>
    text(`${name}, as its gates see it right before`, `关卡在此前刚刚看到的 ${name}`),
  triedBefore: text('whether it was begun before', '此前是否已开始过'),
  copyShown: (part: string) =>
    text(
      `Through lakeup: the two hosts need not reach each other. The file is written with ${part} behind its name, readable by its owner alone, and gets its name once it is whole: the same size and sha256 on both sides. A file that is there with other bytes is not overwritten.`,
      `经由 lakeup 传输：两台主机不必互通。先写入名称后加 ${part} 的文件（仅属主可读），两端的大小与 sha256 一致之后才改为正式名称。已存在且内容不同的文件不会被覆盖。`,
    ),
  warningsFound: text('what preflight warned of', '预检的警告'),
  toDo: text('to do', '处理'),
  outOf: ({en, zh}: Text, certain: boolean) =>
    certain
      ? text(`out of service since ${en}`, `自${amid(zh)}起停服`)
      : text(`perhaps out of service since ${en}`, `可能自${amid(zh)}起停服`),
  outSince: ({en, zh}: Text, certain: boolean) =>
    certain
      ? text(`out since ${en}`, `${amid(zh).trimStart()}起停服`)
      : text(`perhaps out since ${en}`, `可能${amid(zh)}起停服`),
  outAt: ({en, zh}: Text, certain: boolean) =>
    certain ? text(`out ${en}`, `停服 ${zh}`) : text(`out? ${en}`, `停服？${zh}`),
  outNow: (names: Text, certain: boolean) =>
    certain
      ? text(`out: ${names.en}`, `停服：${names.zh}`)
      : text(`perhaps out: ${names.en}`, `可能停服：${names.zh}`),
  outShort: (certain: boolean) => (certain ? text('out', '停服') : text('out?', '停服？')),
  enterAnswersNot: text(
    'Enter answers nothing here. The keys are named above.',
    '回车在此不作为回答，请用上面所列的键。',
  ),
  escAnswersNot: text(
    'Esc answers nothing here. The keys are named above.',
    'Esc 在此不作为回答，请用上面所列的键。',
  ),
  heldAlready: text('the run is held already', '运行已暂停'),
  noFilter: text('no filter is on', '没有筛选'),
  noRunToHold: text('no run to hold', '没有可暂停的运行'),
  runEnded: text('the run has ended', '运行已结束'),
  noDetail: text('no node is selected', '未选择节点'),
  noSuspend: text('this terminal cannot be suspended', '此终端无法挂起'),
} as const satisfies Record<string, Text | ((...values: never[]) => Text)>;
