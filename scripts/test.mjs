/**
 * `npm test`: every stage with its name and seconds; stops at the first that fails and shows what it printed.
 * `--fast` (`npm run check`) leaves out what needs the built program or takes long. More arguments go to vitest.
 */
import {spawnSync} from 'node:child_process';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const fast = args.includes('--fast');
const forVitest = args.filter(arg => arg !== '--fast');

const node = (file, ...rest) => [process.execPath, [join(root, file), ...rest]];
const tool = (name, ...rest) => [join(root, 'node_modules/.bin', name), rest];

const FAST_PROJECTS = ['unit', 'contract', 'law', 'ui'];
const PROJECTS = [...FAST_PROJECTS, 'shell', 'sim', 'sim-cluster', 'ssh', 'end-to-end', 'screen'];
const projects = (fast ? FAST_PROJECTS : PROJECTS).flatMap(name => ['--project', name]);

/** name, what it proves, command; `live` stages print while they run. */
const STAGES = [
  {name: 'build', run: node('scripts/build.mjs')},
  {name: 'types', run: tool('tsc', '-p', '.')},
  {name: 'lint', run: tool('biome', 'ci', '--colors=off', '.')},
  {name: 'import law', run: tool('depcruise', 'src', '--output-type', 'err-long')},
  {name: 'dead code', run: tool('knip', '--no-progress')},
  {
    name: fast ? 'tests (fast)' : 'tests',
    run: node('node_modules/vitest/vitest.mjs', 'run', ...projects, ...forVitest),
    live: true,
  },
];

const seconds = ms => `${(ms / 1000).toFixed(1)} s`;

const begunAt = Date.now();
for (const {name, run, live} of STAGES) {
  const startedAt = Date.now();
  if (live) process.stdout.write(`  … ${name}\n`);
  const [command, rest] = run;
  const {status, stdout, stderr, error} = spawnSync(command, rest, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) {
    if (!live) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
    process.stdout.write(`  ✗ ${name}  ${seconds(Date.now() - startedAt)}: ${command} ${rest.join(' ')}\n`);
    process.exit(status ?? 1);
  }
  process.stdout.write(`  ✓ ${name}  ${seconds(Date.now() - startedAt)}\n`);
}
process.stdout.write(`  all ${STAGES.length} stages passed in ${seconds(Date.now() - begunAt)}\n`);
