import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {onTestFinished} from 'vitest';
import type {Outside} from '../../../src/cli/outside.ts';
import {runMain} from '../../../src/cli/run-main.ts';
import type {Fake} from '../../../src/model/fake.ts';
import type {System} from '../../../src/model/system.ts';
import {vault} from '../../systems/vault/system.ts';

const RECORDINGS = join(import.meta.dirname, '../../journals/2');

/** What a test has of its own: systems, what pretends to be them, and the program of their processes. */
type Own = {
  readonly systems?: readonly System[];
  readonly fakes?: readonly Fake[];
  readonly program?: string;
  /** Somebody sits before it. */
  readonly terminal?: boolean;
};

/** Runs a command line, without a terminal unless one is asked for, and gathers what it said. */
export const runCli = async (
  argv: readonly string[],
  env: Record<string, string> = {},
  {systems = [vault], fakes = [], program = '/nowhere', terminal = false}: Own = {},
) => {
  const state = env.XDG_STATE_HOME ?? mkdtempSync(join(tmpdir(), 'lakeup-cli-'));
  if (env.XDG_STATE_HOME === undefined) onTestFinished(() => rmSync(state, {recursive: true, force: true}));
  const said = {stdout: '', stderr: ''};
  const stream = (name: 'stdout' | 'stderr') => {
    const out = new PassThrough();
    out.on('data', chunk => {
      said[name] += chunk;
    });
    return Object.assign(out, {isTTY: terminal}) as unknown as NodeJS.WriteStream;
  };
  const outside: Outside = {
    systems: async () => systems,
    fakes: async () => fakes,
    fakeProgram: () => program,
    recordings: RECORDINGS,
    env: {...env, XDG_STATE_HOME: state},
    stdin: Object.assign(new PassThrough(), {isTTY: terminal}) as unknown as NodeJS.ReadStream,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  };
  const code = await runMain(argv, outside);
  return {code, ...said, state};
};
