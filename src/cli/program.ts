import {Command, InvalidArgumentError, Option} from 'commander';
import type {Lang} from '../model/text.ts';
import {EXIT_WORDS, type ExitCode} from './exit-code.ts';
import {type Common, type Context, makeContext, type Outside} from './outside.ts';
import {VERSION} from './version.ts';

const THEMES = ['dark', 'light', 'plain', 'ascii'];

const parseSpeed = (word: string): number => {
  const speed = Number(word);
  if (!(speed >= 0.1 && speed <= 100)) throw new InvalidArgumentError('a number from 0.1 to 100');
  return speed;
};

const commonOf = (command: Command, lang: Lang): Common => {
  const {theme, ascii, plain, json} = command.optsWithGlobals();
  return {
    lang,
    theme: typeof theme === 'string' ? theme : null,
    ascii: ascii === true,
    plain: plain === true,
    json: json === true,
  };
};

const exitTable = (lang: Lang): string =>
  EXIT_WORDS.map(([code, words]) => `  ${String(code).padStart(3)}  ${words[lang]}`).join('\n');

/**
 * The command line: every command with its options, its examples and what it calls. Commands are loaded when they are
 * called; `done` gets their exit code.
 */
export const makeProgram = (outside: Outside, lang: Lang, done: (code: ExitCode) => void): Command => {
  const t = (en: string, zh: string): string => (lang === 'zh' ? zh : en);
  const examples = (lines: string): string => `\n${t('Examples:', '示例：')}\n${lines.replace(/^/gm, '  ')}`;
  const act = (command: Command, call: (context: Context) => Promise<ExitCode>): Promise<void> =>
    call(makeContext(outside, commonOf(command, lang))).then(done);

  const program = new Command('lakeup')
    .description(
      t(
        'Upgrades a cluster from a full-screen terminal, over SSH, one confirmed phase at a time.',
        '在全屏终端中经 SSH 升级集群，每个阶段都由你确认。',
      ),
    )
    .version(VERSION, '-V, --version', t('print the version', '显示版本'))
    .helpOption('-h, --help', t('explain a command', '显示帮助'))
    .helpCommand('help [command]', t('explain a command', '显示某个命令的帮助'))
    .addOption(
      new Option('--lang <lang>', t('language; by default from LANG', '语言；默认取自 LANG')).choices([
        'en',
        'zh',
      ]),
    )
    .addOption(new Option('--theme <name>', t('colours of the screen', '屏幕配色')).choices(THEMES))
    .option('--ascii', t('no characters beyond ASCII', '只用 ASCII 字符'))
    .option('--plain', t('lines instead of the screen', '逐行输出，不用全屏界面'))
    .option('--json', t('JSON instead of words', '输出 JSON'))
    .addHelpText(
      'after',
      `${examples(
        `lakeup demo                                   ${t('# a simulated cluster, to try it out', '# 模拟集群，先试一试')}
lakeup status my-lake -i inventory.yaml    ${t('# look, change nothing', '# 只看，不改')}
lakeup upgrade my-lake -i inventory.yaml   ${t('# asks before every phase', '# 每个阶段之前都会询问')}
lakeup resume                                 ${t('# go on with a run that was left', '# 继续之前离开的运行')}`,
      )}\n\n${t('Exit codes:', '退出码：')}\n${exitTable(lang)}`,
    )
    .showHelpAfterError(t('(lakeup --help explains)', '（lakeup --help 可查看帮助）'))
    .exitOverride()
    .configureOutput({
      writeOut: words => void outside.stdout.write(words),
      writeErr: words => void outside.stderr.write(words),
    });

  const fileOption = () =>
    new Option(
      '-i, --inventory <file>',
      t('the inventory, a YAML file', '清单文件（YAML）'),
    ).makeOptionMandatory();

  program
    .command('upgrade')
    .argument('<cluster>', t("the cluster's name in the inventory", '清单中的集群名'))
    .description(t('upgrade a cluster; asks before every phase', '升级集群；每个阶段之前都会询问'))
    .addOption(fileOption())
    .addHelpText(
      'after',
      `${t(
        `
What happens: every host is reached and every node looked at; preflight refuses what cannot go well, and says how to
put it right; the plan is made; the screen opens and waits for a key before each phase. Until the first confirmation
nothing is changed. A step that fails holds the run: retry, or leave and resume later.`,
        `
过程：连接每台主机、查看每个节点；预检会拒绝无法顺利进行的升级并说明如何处理；生成计划；打开屏幕，每个阶段之前等待按键确认。
第一次确认之前不会做任何改动。失败的步骤会使运行暂停：可重试，也可离开后再恢复。`,
      )}\n${examples(`lakeup upgrade my-lake -i inventory.yaml\nread -rs SQL_PASSWORD && export SQL_PASSWORD   ${t('# where the inventory names it; keeps it out of the history', '# 清单中写了该变量名时；不会留在命令历史里')}\nlakeup upgrade my-lake -i inventory.yaml --lang zh`)}`,
    )
    .action(async (cluster: string, {inventory}: {inventory: string}, command: Command) =>
      act(command, async context => (await import('./upgrade.ts')).upgrade(context, cluster, inventory)),
    );

  program
    .command('status')
    .argument('<cluster>', t("the cluster's name in the inventory", '清单中的集群名'))
    .description(t('look at every node once; changes nothing', '查看所有节点一次；不做任何改动'))
    .addOption(fileOption())
    .option('-w, --watch', t('keep looking', '持续查看'))
    .addHelpText(
      'after',
      examples(`lakeup status my-lake -i inventory.yaml
lakeup status my-lake -i inventory.yaml --watch
lakeup status my-lake -i inventory.yaml --json | jq '.nodes[] | select(.facts.health != "ok")'`),
    )
    .action(
      async (cluster: string, {inventory, watch}: {inventory: string; watch?: boolean}, command: Command) =>
        act(command, async context =>
          (await import('./status.ts')).status(context, cluster, inventory, watch === true),
        ),
    );

  program
    .command('resume')
    .argument(
      '[run]',
      t('which run; by default the only one that has not ended', '哪个运行；默认是唯一未结束的那个'),
    )
    .description(t('go on with a run that was left or interrupted', '继续之前离开或被中断的运行'))
    .addHelpText('after', examples('lakeup resume\nlakeup resume 20261122-130102-k3f9'))
    .action(async (run: string | undefined, _: unknown, command: Command) =>
      act(command, async context => (await import('./resume.ts')).resume(context, run ?? null)),
    );

  program
    .command('runs')
    .description(t('list the runs of this machine, newest first', '列出本机的所有运行，最新在前'))
    .action(async (_: unknown, command: Command) =>
      act(command, async context => (await import('./runs.ts')).runs(context)),
    );

  program
    .command('demo')
    .description(t('upgrade a simulated cluster of real processes', '升级一个由真实进程组成的模拟集群'))
    .option('--autopilot', t('press the keys itself; needs no terminal', '自动按键；不需要终端'))
    .option('--speed <n>', t('how many times faster than real', '比真实快多少倍'), parseSpeed, 10)
    .option('--serve', t('only keep the cluster running for other terminals', '只运行集群，供其他终端使用'))
    .option(
      '--scenario <name>',
      t('open a prepared state of the screen instead', '改为打开一个预备好的屏幕状态'),
    )
    .addHelpText(
      'after',
      examples(
        'lakeup demo\nlakeup demo --autopilot --speed 20\nlakeup demo --serve\nlakeup demo --scenario thousand',
      ),
    )
    .action(
      async (
        options: {autopilot?: boolean; speed: number; serve?: boolean; scenario?: string},
        command: Command,
      ) =>
        act(command, async context => {
          const {autopilot = false, serve = false, speed, scenario} = options;
          if (scenario !== undefined) return (await import('./scenario.ts')).openScenario(context, scenario);
          return (await import('./demo.ts')).demo(context, {autopilot, serve, speed});
        }),
    );

  program
    .command('doctor')
    .description(t('check what lakeup itself needs on this machine', '检查本机是否满足 lakeup 的需要'))
    .action(async (_: unknown, command: Command) =>
      act(command, async context => (await import('./doctor.ts')).doctor(context)),
    );

  return program;
};
