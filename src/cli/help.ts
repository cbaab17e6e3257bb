import type {Help, Option} from 'commander';
import type {Lang, Text} from '../model/text.ts';
import {plain, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';

/** A command to copy, and what it is for; without words it needs none. */
type Example = readonly [command: string, words?: Text];

/** What the help of a command says below its options. Lines are at most 80 columns wide. */
export type HelpText = {readonly words?: Text; readonly examples: readonly Example[]};

/** For who reads what is printed with --json. */
const JSON_PAGE = text('docs/json.md names each field of --json.', '--json 的每个字段见 docs/json.md。');

const FILE = 'my-lake -i inventory.yaml';

export const HELP = {
  lakeup: {
    examples: [
      ['lakeup demo', text('# a simulated cluster to try', '# 模拟集群，先试一试')],
      [`lakeup status ${FILE}`, text('# look, change nothing', '# 只看，不改')],
      [`lakeup upgrade ${FILE}`, text('# asks before every phase', '# 每个阶段之前都会询问')],
      ['lakeup resume', text('# go on with a run that was left', '# 继续之前离开的运行')],
    ],
  },
  upgrade: {
    words: text(
      `What happens:
  1. Every host is logged in to and every node looked at.
  2. Preflight refuses what cannot go well, and says how to put it right.
  3. The plan is made. The screen opens, and waits for a key before each phase.
  4. Node by node: a step is done when the node and the cluster show it.
Until the first confirmation nothing is changed. A step that fails holds the
run: retry it, or leave (q) and come back with lakeup resume.`,
      `过程：
  1. 登录每台主机，查看每个节点。
  2. 预检会拒绝无法顺利进行的升级，并说明如何处理。
  3. 生成计划。打开屏幕，每个阶段之前等待按键确认。
  4. 逐个节点进行：以节点和集群的实际状态判断一步是否完成。
第一次确认之前不会做任何改动。失败的步骤会使运行暂停：
可以重试，也可以离开（q），之后用 lakeup resume 继续。`,
    ),
    examples: [
      [`lakeup upgrade ${FILE}`],
      [`lakeup upgrade ${FILE} --lang zh`],
      [
        'read -rs SQL_PASSWORD; export SQL_PASSWORD',
        text('# if the inventory names it', '# 清单中写了该变量名时'),
      ],
    ],
  },
  status: {
    words: text(
      `One line per node: how it is, its version, its part in the cluster. Ends with 0
when every node is healthy and with 1 when one is not, so that scripts can ask.
With --watch the screen opens; without a terminal it prints every 5 seconds.
${JSON_PAGE.en}`,
      `每个节点一行：状态、版本、在集群中的角色。所有节点健康时以 0 结束，
否则以 1 结束，便于脚本使用。--watch 打开屏幕；没有终端时每 5 秒打印一次。
${JSON_PAGE.zh}`,
    ),
    examples: [
      [`lakeup status ${FILE}`],
      [`lakeup status ${FILE} --watch`],
      [`lakeup status ${FILE} --json |\n    jq '.nodes[] | select(.facts.health != "ok")'`],
    ],
  },
  resume: {
    words: text(
      `Reads where the run stood, looks at whatever was in hand, and asks again before
anything is done; nothing is done twice. It uses the inventory and the plan that
the run began with. Works after q, after a crash, and after a reboot.`,
      `读取运行当时的进度，先查看未完的步骤，再次询问之后才会动手；不会重复执行。
使用运行开始时的清单和计划。离开（q）、崩溃、重启之后都可以恢复。`,
    ),
    examples: [
      ['lakeup resume', text('# the only one that has not ended', '# 唯一未结束的运行')],
      ['lakeup resume 20261122-130102-k3f9', text('# this one', '# 指定的运行')],
    ],
  },
  undo: {
    words: text(
      `Makes a plan out of what the run did, reversed, the last thing first, and
carries it out like an upgrade: the screen shows it with every script (p), each
phase is asked for, and it can be left and resumed. Before a node that serves is
stopped the others are asked. The old bin and lib have to come back byte for
byte, and every node is looked at at the end. Behind a point of no return it
refuses, says why, and what can be done instead; nothing is changed then.`,
      `根据运行所做的改动生成一份反向计划（最后做的最先撤销），像升级一样执行：
屏幕显示计划及全部脚本（p），每个阶段都会询问，可以离开并恢复。
停止正在服务的节点之前先确认其他节点正常。旧的 bin 和 lib 必须逐字节恢复，
最后查看每个节点。越过不可回退点之后会拒绝，说明原因和替代办法，不做任何改动。`,
    ),
    examples: [
      ['lakeup undo', text('# the only run that has not ended', '# 唯一未结束的运行')],
      ['lakeup undo 20261122-130102-k3f9', text('# this one', '# 指定的运行')],
      ['lakeup undo --phase backends', text('# what it did last, and no more', '# 只撤销最后的阶段')],
      ['lakeup undo --node be-2', text('# one node', '# 一个节点')],
    ],
  },
  prune: {
    words: text(
      `Removes from the hosts what an upgrade that has ended has kept there: old
versions, copies of journals and caches, and last the backup. After that there
is no way back. Each kind is asked for by itself: the question shows every
place with its files, bytes and newest change, and wants the cluster's name
typed; all is measured again at the key press. It begins only while every node
is as the run has left it, and refuses what is in use, is not what it was, or
holds a mount. It can be left and resumed.`,
      `从主机上清除已结束的升级所保留的内容：旧版本、日志和缓存的副本，最后是备份。
此后无法再回退。每一类单独询问：列出每个位置的文件数、字节数和最近改动时间，
并要求输入集群名；按键时会再次测量。只有所有节点都保持运行结束时的状态才会开始；
正在使用、与原来不同或含有挂载点的内容一律拒绝。可以离开并恢复。`,
    ),
    examples: [
      ['lakeup prune 20261122-130102-k3f9', text('# this one', '# 指定的运行')],
      ['lakeup prune --keep backup', text('# all but the backup', '# 备份除外')],
      ['lakeup runs 20261122-130102-k3f9', text('# what it has kept', '# 它保留了什么')],
    ],
  },
  abandon: {
    words: text(
      `Nothing more is done in that run: it can be neither resumed nor taken back, and
a new upgrade may begin. How each node stands by its journal is printed.`,
      `此次运行不再继续：既不能恢复也不能撤销，可以开始新的升级。
会打印日志所记录的各节点状态。`,
    ),
    examples: [['lakeup abandon 20261122-130102-k3f9 --because "host be-2 is replaced"']],
  },
  runs: {
    words: text(
      `A line for each: whether a process is at it, whether it is held or has ended,
which nodes it has out of service, or left so, and who was down by itself when
it watched last: until a later run has seen them serve. With the name of a run:
what became of it, for a ticket: times, how long each node was out of service,
what is left on the hosts. Runs are kept in $XDG_STATE_HOME/lakeup/runs, by
default below ~/.local/state, and can be read by you alone.
${JSON_PAGE.en}`,
      `每个运行一行：是否有进程正在执行、已暂停还是已结束，以及因它停服、
或被它留在停服状态的节点，以及它最后看到时自行宕机的节点（直到之后的运行
看到其恢复服务）。
给出运行名称则输出其报告，可用于工单：用时、各节点停服时长、留下的备份。
运行记录保存在 $XDG_STATE_HOME/lakeup/runs（默认在 ~/.local/state 下），
只有你自己可以读取。
${JSON_PAGE.zh}`,
    ),
    examples: [
      ['lakeup runs'],
      ['lakeup runs 20261122-130102-k3f9', text('# its report', '# 它的报告')],
      ['lakeup runs 20261122-130102-k3f9 --all', text('# a row for each node', '# 每个节点一行')],
      ['lakeup runs --json'],
    ],
  },
  demo: {
    words: text(
      `Real processes behind real SSH servers, all on this machine and below one
temporary directory: nothing else is touched, and nothing is left behind. The
demo's run ends with the demo. A wrong --system or --scenario lists the names
there are. ${JSON_PAGE.en}`,
      `真实的进程，由真实的 SSH 服务器提供访问，全部在本机的一个临时目录之下：
不会改动其他任何东西，结束后不留痕迹。演示中的运行随演示结束。
--system 或 --scenario 给出错误的名称时会列出所有名称。
${JSON_PAGE.zh}`,
    ),
    examples: [
      ['lakeup demo', text('# you press the keys', '# 由你按键')],
      ['lakeup demo --autopilot --speed 20', text('# watch it being done', '# 看它自动进行')],
      ['lakeup demo --serve', text('# use it from other terminals', '# 供其他终端使用')],
      [
        'lakeup demo --fault dies-at-start@be-2',
        text('# see it fail, and what you can do', '# 看它失败，以及可以怎么做'),
      ],
      ['lakeup demo --scenario held', text('# only look at a screen', '# 只看一个屏幕')],
    ],
  },
  rehearse: {
    words: text(
      `Looks at the real cluster as \`upgrade\` does, then upgrades a simulated twin of
it: the same names, roles, groups and versions, the same plan, keys and screen,
and with --fault what may go wrong. Paths, data and times are the twin's own;
limits are those of \`settings\`, the type of a journal is what was seen. Nothing
is changed on the real hosts; with --from they are not even looked at. Twin and
run end with the command. ${JSON_PAGE.en}`,
      `像 \`upgrade\` 一样查看真实集群，然后升级它的模拟替身：名称、角色、分组与
版本相同，计划、按键与屏幕也相同；用 --fault 可演练故障。路径、数据与耗时是
替身自己的，时限取自 \`settings\`，日志类型取自所见。真实主机不会有任何改动；
使用 --from 时甚至不会查看它们。替身及其运行随命令一同结束。
${JSON_PAGE.zh}`,
    ),
    examples: [
      ['lakeup rehearse lake-prod -i cluster.yaml'],
      ['lakeup rehearse lake-prod -i cluster.yaml --fault never-ready@be-2'],
      ['lakeup rehearse lake-prod -i cluster.yaml --from 3.0.6 --autopilot'],
    ],
  },
  doctor: {
    words: text(
      `Node, the terminal, SSH files and agent, and where runs are kept. Ends with 1
when something that lakeup needs is missing.
${JSON_PAGE.en}`,
      `检查 node、终端、SSH 文件与代理，以及保存运行记录的位置。
缺少必需的条件时以 1 结束。${JSON_PAGE.zh}`,
    ),
    examples: [['lakeup doctor']],
  },
} as const satisfies Record<string, HelpText>;

const exampleLines = (examples: readonly Example[], lang: Lang): string => {
  const width = Math.max(...examples.map(([command, words]) => (words === undefined ? 0 : command.length)));
  return examples
    .map(([command, words]) =>
      words === undefined ? `  ${command}` : `  ${command.padEnd(width)}   ${words[lang]}`,
    )
    .join('\n');
};

/** What stands below a command's options. */
export const below = ({words, examples}: HelpText, lang: Lang): string => {
  const title = {en: 'Examples:', zh: '示例：'}[lang];
  return `${words === undefined ? '' : `\n${words[lang]}\n`}\n${title}\n${exampleLines(examples, lang)}`;
};

const EXIT_WORDS: readonly (readonly [ExitCode, Text])[] = [
  [EXIT.verified, text('every node was verified', '所有节点均已验证')],
  [
    EXIT.failed,
    text(
      'a node is not healthy, a need is not met, or lakeup itself failed',
      '有节点不健康、缺少所需条件，或 lakeup 自身出错',
    ),
  ],
  [
    EXIT.usage,
    text(
      'wrong usage or input, or preflight said no: nothing was changed',
      '用法或输入有误，或预检不通过：未做任何改动',
    ),
  ],
  [
    EXIT.held,
    text('left while held or waiting: lakeup resume goes on', '在暂停或等待时离开：可用 lakeup resume 继续'),
  ],
  [
    EXIT.skipped,
    text(
      'ended, with nodes that were skipped: it says how they come along',
      '运行已结束，但跳过了节点：会说明之后如何处理',
    ),
  ],
  [EXIT.hungUp, text('ended by SIGHUP, such as a closed terminal', '被 SIGHUP 终止，如终端被关闭')],
  [
    EXIT.interrupted,
    text('ended by SIGINT, such as Ctrl-C outside the screen', '被 SIGINT 终止，如在界面之外按 Ctrl-C'),
  ],
  [EXIT.terminated, text('ended by SIGTERM', '被 SIGTERM 终止')],
];

/** The table of exit codes. */
export const exitTable = (lang: Lang): string => {
  const title = {en: 'Exit codes:', zh: '退出码：'}[lang];
  return [title, ...EXIT_WORDS.map(([code, words]) => `  ${String(code).padStart(3)}  ${words[lang]}`)].join(
    '\n',
  );
};

const TITLES: Readonly<Record<string, Text>> = {
  'Usage:': text('Usage:', '用法：'),
  'Arguments:': text('Arguments:', '参数：'),
  'Options:': text('Options:', '选项：'),
  'Global Options:': text('With every command:', '所有命令通用：'),
  'Commands:': text('Commands:', '命令：'),
};

const describeOption = ({description, argChoices, defaultValue}: Option, lang: Lang): string => {
  const more = [
    ...(argChoices === undefined ? [] : [argChoices.join(', ')]),
    ...(defaultValue === undefined ? [] : [`${{en: 'default', zh: '默认'}[lang]} ${defaultValue}`]),
  ];
  if (more.length === 0) return description;
  return lang === 'en' ? `${description} (${more.join('; ')})` : `${description}（${more.join('；')}）`;
};

/** How commander writes the help: its titles in the language, and what goes with every command under each of them. */
export const helpStyle = (lang: Lang): Partial<Help> => ({
  showGlobalOptions: true,
  styleTitle: title => (TITLES[title] ?? plain(title))[lang],
  optionDescription: option => describeOption(option, lang),
});
