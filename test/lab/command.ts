import {type SpawnOptions, spawn} from 'node:child_process';

/** What a command said, and how it ended: 128 and more when a signal ended it. */
export type Ran = {readonly code: number; readonly stdout: string; readonly stderr: string};

export type RunOptions = {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly withinMs?: number;
};

const collect = (stream: NodeJS.ReadableStream | null): (() => string) => {
  let text = '';
  stream?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
};

/** Runs a program to its end, without a shell. Rejects only when it cannot be started. */
export const run = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = argv;
    const {input, withinMs = 120_000, ...rest} = options;
    const more: SpawnOptions = {...rest, timeout: withinMs, killSignal: 'SIGKILL'};
    const child = spawn(program, args, {...more, stdio: ['pipe', 'pipe', 'pipe']});
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', reject);
    // A program that does not read its input to the end is not an error.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
    child.on('close', (code, signal) =>
      resolve({code: code ?? 128, stdout: stdout(), stderr: `${stderr()}${signal ?? ''}`}),
    );
  });

/** Runs a program and returns what it printed; throws its words when it fails. */
export const must = async (argv: readonly string[], options: RunOptions = {}): Promise<string> => {
  const {code, stdout, stderr} = await run(argv, options);
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit code ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
};

/**
 * Asks again until something else than null or false comes; throws what was waited for when it does not in time. Who starts a
 * program to ask lets some time pass in between.
 */
export const until = async <T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = 60_000,
  pauseMs = 50,
): Promise<Exclude<T, null | false | undefined>> => {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined)
      return answer as Exclude<T, null | false | undefined>;
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
};
