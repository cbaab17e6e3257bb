import {type Command, CommanderError} from 'commander';
import {EXIT, type ExitCode} from './exit-code.ts';
import {languageOf} from './language.ts';
import type {Outside} from './outside.ts';
import {makeProgram} from './program.ts';
import {diskError, TO_DO, UserError} from './user-error.ts';
import {write} from './write.ts';

const BUG = {
  en: 'This is a bug of lakeup. What was done stands in the journal; `lakeup resume` goes on from there.',
  zh: '这是 lakeup 的缺陷。已做的操作都记录在日志中；可用 `lakeup resume` 从那里继续。',
};

const asksForHelp = (argv: readonly string[]): boolean =>
  argv.length === 0 || argv.some(word => ['-h', '--help', 'help'].includes(word));

/** What nobody expected: said with its stack, which may hold a host's words. */
export const tellBug = (error: unknown, {stderr, env}: Pick<Outside, 'stderr' | 'env'>): void => {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(stderr, `${BUG[languageOf(process.argv.slice(2), env)]}\n${stack}\n`);
};

/** Whether help was asked for by the command of that name, for everything or for a command that there is. */
const isHelp = ({code}: CommanderError, [word, of]: readonly string[], {commands}: Command): boolean =>
  code === 'commander.help' &&
  word === 'help' &&
  (of === undefined || commands.some(command => command.name() === of));

/**
 * Runs one command line and resolves with its exit code. What the operator can put right is told in their words; what
 * they cannot is a bug, and comes with its stack.
 */
export const runMain = async (argv: readonly string[], outside: Outside): Promise<ExitCode> => {
  const lang = languageOf(argv, outside.env);
  let code: ExitCode = EXIT.verified;
  // Only a help names the systems: nothing else waits for them here.
  const systems = asksForHelp(argv) ? await outside.systems() : [];
  const program = makeProgram(
    outside,
    lang,
    result => {
      code = result;
    },
    systems,
  );
  try {
    if (argv.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync([...argv], {from: 'user'});
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 || isHelp(error, argv, program) ? EXIT.verified : EXIT.usage;
    const told = error instanceof UserError ? error : diskError(error);
    if (told !== null) {
      write(outside.stderr, `${told.what[lang]}\n`);
      if (told.fix !== null) write(outside.stderr, `${TO_DO[lang]}: ${told.fix[lang]}\n`);
      return told.code;
    }
    tellBug(error, outside);
    return EXIT.failed;
  }
};
