/**
 * The way in: `node scripts/run.mjs COMMAND [ARGS]`, as package.json's scripts call it. Runs on node 20 with nothing
 * installed: installs what the lock file says (without install scripts), picks a node that is new enough, builds
 * what is out of date, and hands over. Takes its exit code from what it ran.
 */
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync} from 'node:fs';
import {constants} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

/** The first version that runs TypeScript files as they are. */
const NEEDED = [22, 18];

/**
 * As in the first line of src/lakeup.ts. Left to itself node 24 keeps garbage for as long as the machine has memory: 330 MB with
 * fourteen connections, where 40 MB are in use. Young garbage, of which the screen makes plenty, gets 6 MB twice from the beginning
 * (a space that is small at first passes some of it on to the old one); the most that the old one may ever have is several times
 * what a thousand nodes need; and it is cleared once it has grown by a third (src/main.ts; sooner costs a thousand nodes half as
 * much CPU again). What is no JavaScript comes out of one arena: glibc has one per thread, and gives little of them back.
 */
const LEAN = {
  flags: ['--min-semi-space-size=6', '--max-semi-space-size=6', '--max-old-space-size=1024'],
  env: {MALLOC_ARENA_MAX: '1'},
};

/** command -> what node runs, in order; each gets a `build` first where it needs the built program. */
const COMMANDS = {
  demo: {build: true, run: ['dist/lakeup.mjs', 'demo'], ...LEAN},
  lakeup: {build: true, run: ['dist/lakeup.mjs'], ...LEAN},
  build: {build: false, run: ['scripts/build.mjs', '--force']},
  test: {build: false, run: ['scripts/test.mjs']},
  check: {build: false, run: ['scripts/test.mjs', '--fast']},
  vitest: {build: true, run: ['node_modules/vitest/vitest.mjs', 'run']},
  schema: {build: false, run: ['scripts/schema.ts']},
  lab: {build: true, run: ['test/lab/cli.ts']},
  sim: {build: false, run: ['test/sim/main.ts']},
  journals: {build: false, run: ['test/journals/record.ts']},
  bench: {build: true, run: ['bench/main.ts']},
};

const say = words => process.stderr.write(`lakeup: ${words}\n`);

const fail = words => {
  say(words);
  process.exit(1);
};

const readJson = file => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Every package of the lock file is there in its version; one for another platform may be absent. */
const isInstalled = () => {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const there = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(readJson('package-lock.json').packages).every(
    ([path, {version, optional, devOptional, link}]) =>
      path === '' || link || (there[path] ? there[path].version === version : optional || devOptional),
  );
};

const install = () => {
  say('installing packages (npm ci, no install scripts)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  const options = {cwd: root, stdio: ['ignore', 2, 2], env: {...process.env, npm_config_loglevel: 'error'}};
  const {status, error} = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, options);
  if (error) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail('the packages could not be installed; npm says above why');
};

const versionOf = node => {
  const {status, stdout} = spawnSync(node, ['--version'], {encoding: 'utf8'});
  const match = status === 0 ? /^v(\d+)\.(\d+)/.exec(stdout) : null;
  return match ? [Number(match[1]), Number(match[2])] : null;
};

const isNewEnough = version =>
  version !== null && (version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1]));

/** The node that came with the packages, else the one that runs this. */
const chooseNode = () => {
  const own = join(bin, 'node');
  if (existsSync(own)) {
    if (isNewEnough(versionOf(own))) return own;
    // A node for another C library: out of the way, since npm puts this folder first in PATH.
    rmSync(own, {force: true});
  }
  if (isNewEnough(versionOf(process.execPath))) return process.execPath;
  const wanted = NEEDED.join('.');
  return fail(
    `needs node ${wanted} or newer: this one is ${process.version}, and the packages bring none for ` +
      `${process.platform}-${process.arch}. Install a newer node and try again.`,
  );
};

const [command = '', ...args] = process.argv.slice(2);
const wanted = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : null;
if (wanted === null) fail(`unknown command "${command}"; there are: ${Object.keys(COMMANDS).join(', ')}`);

if (!isInstalled()) install();
const node = chooseNode();
const env = {...process.env, PATH: [bin, process.env.PATH].filter(Boolean).join(delimiter)};

if (wanted.build) {
  const {status} = spawnSync(node, [join(root, 'scripts/build.mjs')], {stdio: ['ignore', 2, 2], env});
  if (status !== 0) process.exit(status ?? 1);
}

const [file, ...first] = wanted.run;
const child = spawn(node, [...(wanted.flags ?? []), join(root, file), ...first, ...args], {
  stdio: 'inherit',
  env: {...env, ...wanted.env},
  cwd: process.cwd(),
});
// Ctrl-C reaches the child by the terminal; a signal to this process alone is passed on. Either way the child decides.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', error => fail(`${node} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
