import {Command, InvalidArgumentError, Option} from 'commander';
import type {System} from '../model/system.ts';
import {joinTexts, type Lang, type Text, text} from '../model/text.ts';
import type {DemoOptions} from './demo.ts';
import type {ExitCode} from './exit-code.ts';
import {below, exitTable, HELP, helpStyle} from './help.ts';
import {type Common, type Context, makeContext, type Outside} from './outside.ts';
import type {RehearseOptions} from './rehearse.ts';
import {addRunCommands} from './run-commands.ts';
import {VERSION} from './version.ts';
import {write} from './write.ts';

const THEMES = ['dark', 'light', 'plain', 'ascii'];

const parseSpeed = (word: string): number => {
  const speed = Number(word);
  if (!(speed >= 0.1 && speed <= 100)) throw new InvalidArgumentError('a number from 0.1 to 100');
  return speed;
};

/** By the variable that every program drawn with Ink goes by. */
const isReadAloud = ({env}: Outside): boolean => env.INK_SCREEN_READER === 'true';

const commonOf = (command: Command, lang: Lang, outside: Outside): Common => {
  const {theme, ascii, plain, json, screenReader, title, progress, bell} = command.optsWithGlobals();
  return {
    lang,
    theme: typeof theme === 'string' ? theme : null,
    ascii: ascii === true,
    plain: plain === true,
    aloud: screenReader === true || isReadAloud(outside),
    json: json === true,
    // Each is wanted unless it is switched off.
    signs: {title: title !== false, progress: progress !== false, bell: bell !== false},
  };
};

/** What a help says of a system. */
export type Named = Pick<System, 'name' | 'title'>;

/** The clusters of every system by its title, as far as they are known. */
const clustersOf = (systems: readonly Named[]): Text => {
  const titles = systems.map(({title}) => title);
  const {en, zh} = joinTexts(titles, text(' and ', ' 与 '));
  return titles.length === 0 ? text('a cluster', '集群') : text(`${en} clusters`, `${zh} 集群`);
};

/**
 * The command line: every command with its options, its examples and what it calls. Commands are loaded when they are
 * called; `done` gets their exit code. `systems`: those that a help names.
 */
export const makeProgram = (
  outside: Outside,
  lang: Lang,
  done: (code: ExitCode) => void,
  systems: readonly Named[] = [],
): Command => {
  const t = (en: string, zh: string): string => (lang === 'zh' ? zh : en);
  const clusters = clustersOf(systems)[lang];
  const names = systems.map(({name}) => name).join(', ');
  const act = (command: Command, call: (context: Context) => Promise<ExitCode>): Promise<void> =>
    call(makeContext(outside, commonOf(command, lang, outside))).then(done);

  const program = new Command('lakeup')
    .description(
      t(
        `Upgrades ${clusters} from a full-screen terminal, over SSH, one confirmed phase at a time.`,
        `在全屏终端中经 SSH 升级 ${clusters}，每个阶段都由你确认。`,
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
    .option(
      '--plain',
      t('no screen: status --watch, demo and rehearse --autopilot', '逐行输出：status --watch、--autopilot'),
    )
    .option(
      '--json',
      t(
        'JSON: status, runs, doctor, demo and rehearse --autopilot',
        'JSON：status、runs、doctor、--autopilot',
      ),
    )
    .option(
      '--screen-reader',
      t(
        'lines for a screen reader instead of a screen; the same keys',
        '为读屏软件逐行输出，不打开屏幕；按键相同',
      ),
    )
    .option('--no-title', t('leave the title of the terminal as it is', '不改动终端标题'))
    .option('--no-progress', t("no progress at the terminal's icon", '不在终端图标上显示进度'))
    .option(
      '--no-bell',
      t('no bell when you are waited for or a node goes down', '等待你或有节点宕机时不响铃'),
    )
    .addHelpText('after', `${below(HELP.lakeup, lang)}\n\n${exitTable(lang)}`)
    .configureHelp(helpStyle(lang))
    .showHelpAfterError(t('(lakeup --help explains)', '（lakeup --help 可查看帮助）'))
    .exitOverride()
    .configureOutput({
      writeOut: words => write(outside.stdout, words),
      writeErr: words => write(outside.stderr, words),
    });

  const FAULT = [
    '--fault <name>',
    t(
      'what goes wrong, as NAME or NAME@NODE; may be given again; `list` explains each',
      '故障：NAME 或 NAME@NODE，可多次给出；`list` 逐一说明',
    ),
    (name: string, before: readonly string[] = []): readonly string[] => [...before, name],
  ] as const;
  const fileOption = () =>
    new Option(
      '-i, --inventory <file>',
      t('the inventory, a YAML file', '清单文件（YAML）'),
    ).makeOptionMandatory();

  const takeOverOption = () =>
    new Option(
      '--take-over <run>',
      t(
        'take the cluster over from this run of another lakeup, for good',
        '从另一个 lakeup 的这次运行永久接管该集群',
      ),
    );

  program
    .command('upgrade')
    .argument('<cluster>', t("the cluster's name in the inventory", '清单中的集群名'))
    .description(t('upgrade a cluster; asks before every phase', '升级集群；每个阶段之前都会询问'))
    .addOption(fileOption())
    .addOption(takeOverOption())
    .addHelpText('after', below(HELP.upgrade, lang))
    .action(
      async (
        cluster: string,
        {inventory, takeOver}: {inventory: string; takeOver?: string},
        command: Command,
      ) =>
        act(command, async context =>
          (await import('./upgrade.ts')).upgrade(context, cluster, inventory, takeOver ?? null),
        ),
    );

  program
    .command('status')
    .argument('<cluster>', t("the cluster's name in the inventory", '清单中的集群名'))
    .description(t('look at every node once; changes nothing', '查看所有节点一次；不做任何改动'))
    .addOption(fileOption())
    .option('-w, --watch', t('keep looking', '持续查看'))
    .addHelpText('after', below(HELP.status, lang))
    .action(
      async (cluster: string, {inventory, watch}: {inventory: string; watch?: boolean}, command: Command) =>
        act(command, async context =>
          (await import('./status.ts')).status(context, cluster, inventory, watch === true),
        ),
    );

  addRunCommands(program, {lang, act, takeOver: takeOverOption});

  program
    .command('demo')
    .description(t('upgrade a simulated cluster of real processes', '升级一个由真实进程组成的模拟集群'))
    .option('--autopilot', t('press the keys itself; needs no terminal', '自动按键；不需要终端'))
    .option('--speed <n>', t('how many times faster than real', '比真实快多少倍'), parseSpeed, 10)
    .option(
      '--system <name>',
      t(
        `which product${names === '' ? '' : ` (${names})`}; the first by default`,
        `哪种产品${names === '' ? '' : `（${names}）`}；默认为第一种`,
      ),
    )
    .option('--from <version>', t('the version that is installed', '已安装的版本'))
    .option('--to <version>', t('the version that it is upgraded to', '升级到的版本'))
    .option('--serve', t('only keep the cluster running for other terminals', '只运行集群，供其他终端使用'))
    .option(...FAULT)
    .option(
      '--scenario <name>',
      t('open a prepared state of the screen instead', '改为打开一个预备好的屏幕状态'),
    )
    .addHelpText('after', below(HELP.demo, lang))
    .action(
      async (
        options: Partial<Omit<DemoOptions, 'speed'>> & {speed: number; scenario?: string},
        command: Command,
      ) =>
        act(command, async context => {
          const {autopilot = false, serve = false, scenario, ...rest} = options;
          if (scenario !== undefined) return (await import('./scenario.ts')).openScenario(context, scenario);
          return (await import('./demo.ts')).demo(context, {...rest, autopilot, serve});
        }),
    );

  program
    .command('rehearse')
    .argument('<cluster>', t("the cluster's name in the inventory", '清单中的集群名'))
    .description(
      t(
        'upgrade a simulated twin of a cluster; its hosts are only looked at',
        '升级集群的模拟替身；对真实主机只查看',
      ),
    )
    .addOption(fileOption())
    .option('--autopilot', t('press the keys itself; needs no terminal', '自动按键；不需要终端'))
    .option('--speed <n>', t('how many times faster than real', '比真实快多少倍'), parseSpeed, 10)
    .option(
      '--from <version>',
      t('begin with it, and do not look at the real cluster', '从该版本开始，不查看真实集群'),
    )
    .option(...FAULT)
    .addHelpText('after', below(HELP.rehearse, lang))
    .action(
      async (
        cluster: string,
        {inventory, autopilot = false, ...rest}: RehearseOptions & {inventory: string},
        command: Command,
      ) =>
        act(command, async context =>
          (await import('./rehearse.ts')).rehearse(context, cluster, inventory, {...rest, autopilot}),
        ),
    );

  program
    .command('doctor')
    .description(t('check what lakeup itself needs on this machine', '检查本机是否满足 lakeup 的需要'))
    .addHelpText('after', below(HELP.doctor, lang))
    .action(async (_: unknown, command: Command) =>
      act(command, async context => (await import('./doctor.ts')).doctor(context)),
    );

  return program;
};
