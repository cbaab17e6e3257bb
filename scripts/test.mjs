/**
 * `npm test`: every stage with its name and seconds; stops at the first that fails and shows what it printed.
 * `--fast` (`npm run check`) leaves out what needs the built program or takes long. More arguments go to vitest.
 */
import {spawn} from 'node:child_process';
import {availableParallelism, constants} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const fast = args.includes('--fast');
const forVitest = args.filter(arg => arg !== '--fast');

const node = (file, ...rest) => [process.execPath, [join(root, file), ...rest]];
const tool = (name, ...rest) => [join(root, 'node_modules/.bin', name), rest];

const FAST_PROJECTS = ['unit', 'contract', 'law', 'ui'];
const PROJECTS = [...FAST_PROJECTS, 'shell', 'ssh', 'end-to-end', 'screen'];
const projects = (fast ? FAST_PROJECTS : PROJECTS).flatMap(name => ['--project', name]);

/** Most of these wait for shells, terminals and servers: two cores have little to do with three files of them at a time. */
const workers = `--maxWorkers=${Math.max(4, availableParallelism())}`;

/** Name and command. Stages of one row run side by side; the next row begins when all have passed. */
const ROWS = [
  [
    {name: 'build', run: node('scripts/build.mjs')},
    {name: 'types', run: tool('tsc', '-p', '.')},
    {name: 'lint', run: tool('biome', 'ci', '--colors=off', '.')},
    {name: 'import law', run: tool('depcruise', 'src', '--output-type', 'err-long')},
    {name: 'dead code', run: tool('knip', '--no-progress')},
    {name: 'code for tests alone', run: tool('knip', '--production', '--no-progress')},
  ],
  [
    {
      name: fast ? 'tests (fast)' : 'tests',
      run: node('node_modules/vitest/vitest.mjs', 'run', workers, ...projects, ...forVitest),
      // It prints while it runs.
      live: true,
    },
  ],
];

const say = words => process.stdout.write(`${words}\n`);
const since = startedAt => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

const running = new Set();
const endAll = () => {
  for (const child of running) child.kill('SIGTERM');
};

/** The exit code after a signal; null before. */
let ended = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    // Whatever the terminal has told the stages already: they end, and then this.
    ended ??= 128 + constants.signals[signal];
    endAll();
  });

/** Resolves when the stage has passed; when it has not, says what it printed and ends everything. */
const pass = ({name, run: [command, rest], live = false}) =>
  new Promise(resolve => {
    const startedAt = Date.now();
    if (live) say(`  … ${name}`);
    const stdio = live ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, rest, {cwd: root, stdio});
    running.add(child);
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => printed.push(chunk));
    const fail = (code, why = '') => {
      endAll();
      process.stdout.write(Buffer.concat(printed));
      say(`${why}  ✗ ${name}  ${since(startedAt)}: ${command} ${rest.join(' ')}`);
      process.exit(code);
    };
    child.on('error', error => fail(1, `${error.message}\n`));
    child.on('close', (code, signal) => {
      running.delete(child);
      if (ended !== null) return running.size === 0 && process.exit(ended);
      if (code !== 0) return fail(code ?? 128 + (constants.signals[signal] ?? 0));
      say(`  ✓ ${name}  ${since(startedAt)}`);
      resolve();
    });
  });

const begunAt = Date.now();
for (const row of ROWS) await Promise.all(row.map(pass));
say(`  all ${ROWS.flat().length} stages passed in ${since(begunAt)}`);
