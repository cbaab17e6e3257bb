import type {Help, Option} from 'commander';
import type {Lang, Text} from '../model/text.ts';
import {plain, text} from '../model/text.ts';
import {EXIT, type ExitCode} from './exit-code.ts';

/** A command to copy, and what it is for; without words it needs none. */
type Example = readonly [command: string, words?: Text];

/** What the help of a command says below its options. Lines are at most 80 columns wide. */
export type HelpText = {readonly words?: Text; readonly examples: readonly Example[]};

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
With --watch the screen opens; without a terminal it prints every 5 seconds.`,
      `每个节点一行：状态、版本、在集群中的角色。所有节点健康时以 0 结束，
否则以 1 结束，便于脚本使用。--watch 打开屏幕；没有终端时每 5 秒打印一次。`,
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
  runs: {
    words: text(
      `A line for each: whether a process is at it, whether it is held or has ended,
and which nodes do not serve because of it. With the name of a run: what became
of it, for a ticket: times, how long each node was out of service, what is left
on the hosts. Runs are kept in $XDG_STATE_HOME/lakeup/runs, by default
below ~/.local/state, and can be read by you alone.`,
      `每个运行一行：是否有进程正在执行、已暂停还是已结束，以及因它而未提供服务的节点。
给出运行名称则输出其报告，可用于工单：用时、各节点停服时长、留下的备份。
运行记录保存在 $XDG_STATE_HOME/lakeup/runs（默认在 ~/.local/state 下），
只有你自己可以读取。`,
    ),
    examples: [
      ['lakeup runs'],
      ['lakeup runs 20261122-130102-k3f9', text('# its report', '# 它的报告')],
      ['lakeup runs --json'],
    ],
  },
  demo: {
    words: text(
      `Real processes behind real SSH servers, all on this machine and below one
temporary directory: nothing else is touched, and nothing is left behind. The
demo's run ends with the demo. A wrong --system or --scenario lists the names
there are.`,
      `真实的进程，由真实的 SSH 服务器提供访问，全部在本机的一个临时目录之下：
不会改动其他任何东西，结束后不留痕迹。演示中的运行随演示结束。
--system 或 --scenario 给出错误的名称时会列出所有名称。`,
    ),
    examples: [
      ['lakeup demo', text('# you press the keys', '# 由你按键')],
      ['lakeup demo --autopilot --speed 20', text('# watch it being done', '# 看它自动进行')],
      ['lakeup demo --serve', text('# use it from other terminals', '# 供其他终端使用')],
      ['lakeup demo --scenario held', text('# only look at a screen', '# 只看一个屏幕')],
    ],
  },
  doctor: {
    words: text(
      'Node, the terminal, SSH files and agent, and where runs are kept. Ends with 1\nwhen something that lakeup needs is missing.',
      '检查 node、终端、SSH 文件与代理，以及保存运行记录的位置。\n缺少必需的条件时以 1 结束。',
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
