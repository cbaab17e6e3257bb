import {fork} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {z} from 'zod';
import type {CommandName} from '../child/commands.ts';
import type {Sweep} from '../child/sweeper.ts';
import type {Cleanup} from './cleanup.ts';
import type {Fleet} from './fleet.ts';
import type {Bench} from './part.ts';

/** What CommonJS packages expect to find in an ES module. */
const COMMON_JS = `import {createRequire} from 'node:module'; import {dirname as dirnameOf} from 'node:path';
const require = createRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = dirnameOf(__filename);`;

/** Bundles the measured client as the program is bundled; ssh2's native part is left where it was built, or out. */
export const buildSweeper = async ({scratch}: Bench): Promise<string> => {
  const outfile = join(scratch, 'sweeper.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../child/sweeper.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    define: {'process.env.NODE_ENV': '"production"'},
    banner: {js: COMMON_JS},
    logLevel: 'warning',
    plugins: [
      {
        name: 'native-outside',
        setup: ({onResolve}) => {
          onResolve({filter: /^cpu-features$/}, ({path}) => ({path, external: true}));
          onResolve({filter: /\.node$/}, ({path, resolveDir}) => ({
            path: join(resolveDir, path).split('/node_modules/').at(-1) ?? path,
            external: true,
          }));
        },
      },
    ],
  });
  return outfile;
};

/** Writes down how to reach a fleet, for the measured client. */
export const writeSpec = ({scratch}: Bench, {spec}: Fleet): string => {
  const file = join(scratch, 'fleet.json');
  writeFileSync(file, JSON.stringify(spec), {mode: 0o600});
  return file;
};

const SweepMessage = z.object({answers: z.number(), wallMs: z.number(), cpuMs: z.number()});

/** A client that stays connected. */
export type Sweeper = {sweep(command: CommandName): Promise<Sweep>; stop(): Promise<void>};

export const startSweeper = (cleanup: Cleanup, program: string, spec: string): Sweeper => {
  const child = fork(program, ['sweep', '', spec], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  return {
    sweep: command =>
      new Promise((resolve, reject) => {
        const over = (code: number | null): void => reject(new Error(`the client ended with ${code}`));
        child.once('exit', over);
        child.once('message', message => {
          child.off('exit', over);
          resolve(SweepMessage.parse(message));
        });
        child.send(command);
      }),
    stop: cleanup.add(() => void child.kill('SIGKILL')),
  };
};
