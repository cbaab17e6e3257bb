import {type Command, InvalidArgumentError, Option} from 'commander';
import {KEPT_KINDS} from '../model/kept.ts';
import type {Lang} from '../model/text.ts';
import type {ExitCode} from './exit-code.ts';
import {below, HELP} from './help.ts';
import type {Context} from './outside.ts';

/** What these commands take of the whole command line. */
export type Around = {
  readonly lang: Lang;
  readonly act: (command: Command, call: (context: Context) => Promise<ExitCode>) => Promise<void>;
  readonly takeOver: () => Option;
};

/** What `lakeup prune` removes of its own. */
const KINDS = KEPT_KINDS.filter(kind => kind !== 'client');

/** One more kind that is left alone. A word that is none is refused: it would be removed. */
const keepAlso = (word: string, before: readonly string[] = []): readonly string[] => {
  if (KINDS.some(kind => kind === word)) return [...before, word];
  throw new InvalidArgumentError(`one of ${KINDS.join(', ')}`);
};

/** The commands about runs of this machine: go on with one, take it back, prune it, give it up, tell of it. */
export const addRunCommands = (program: Command, {lang, act, takeOver: takeOverOption}: Around): void => {
  const t = (en: string, zh: string): string => (lang === 'zh' ? zh : en);

  const runOfMachine = t(
    'which run; by default the only one that has not ended',
    '哪个运行；默认是唯一未结束的那个',
  );

  program
    .command('resume')
    .argument('[run]', runOfMachine)
    .description(t('go on with a run that was left or interrupted', '继续之前离开或被中断的运行'))
    .addOption(takeOverOption())
    .addHelpText('after', below(HELP.resume, lang))
    .action(async (run: string | undefined, {takeOver}: {takeOver?: string}, command: Command) =>
      act(command, async context =>
        (await import('./resume.ts')).resume(context, run ?? null, takeOver ?? null),
      ),
    );

  program
    .command('undo')
    .argument('[run]', runOfMachine)
    .description(
      t('take back what a run did; asks before every phase', '撤销一次运行的改动；每个阶段之前都会询问'),
    )
    .option('--node <name>', t('only this node', '只撤销此节点'))
    .option('--phase <name>', t('only this phase, or the one of this role', '只撤销此阶段（或此角色的阶段）'))
    .addOption(takeOverOption())
    .addHelpText('after', below(HELP.undo, lang))
    .action(
      async (
        run: string | undefined,
        {takeOver, ...parts}: {node?: string; phase?: string; takeOver?: string},
        command: Command,
      ) =>
        act(command, async context =>
          (await import('./undo.ts')).undo(context, run ?? null, parts, takeOver ?? null),
        ),
    );

  program
    .command('prune')
    .argument(
      '[run]',
      t('which run; by default the only one that may be', '哪个运行；默认是唯一可以清除的那个'),
    )
    .description(
      t('remove what an upgrade has kept for a way back; asks', '清除升级为回退保留的内容；每类都会询问'),
    )
    .addOption(
      new Option(
        '--keep <kind>',
        t(
          `leave these where they are: ${KINDS.join(', ')}; may be given again`,
          `保留此类不清除：${KINDS.join('、')}；可多次给出`,
        ),
      ).argParser(keepAlso),
    )
    .addHelpText('after', below(HELP.prune, lang))
    .action(async (run: string | undefined, {keep = []}: {keep?: readonly string[]}, command: Command) =>
      act(command, async context =>
        (await import('./prune.ts')).prune(
          context,
          run ?? null,
          KINDS.filter(kind => keep.includes(kind)),
        ),
      ),
    );

  program
    .command('abandon')
    .argument('<run>', t('which run', '哪个运行'))
    .description(t('give a run up; its nodes stay as they are', '放弃一次运行；节点保持现状'))
    .addOption(
      new Option(
        '--because <words>',
        t('why; kept in its journal', '原因；记入其日志'),
      ).makeOptionMandatory(),
    )
    .addHelpText('after', below(HELP.abandon, lang))
    .action(async (run: string, {because}: {because: string}, command: Command) =>
      act(command, async context => (await import('./abandon.ts')).abandon(context, run, because)),
    );

  program
    .command('runs')
    .argument('[run]', t('which run to report on, for a ticket', '要报告的运行，可用于工单'))
    .description(
      t('list the runs of this machine, or report on one', '列出本机的所有运行，或给出其中一个的报告'),
    )
    .option('--all', t('in its report a row for each node, however many', '报告中逐行列出所有节点'))
    .addHelpText('after', below(HELP.runs, lang))
    .action(async (run: string | undefined, {all = false}: {all?: boolean}, command: Command) =>
      act(command, async context => (await import('./runs.ts')).runs(context, run ?? null, all)),
    );
};
