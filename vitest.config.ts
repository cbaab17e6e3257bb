import {availableParallelism} from 'node:os';
import {defineConfig} from 'vitest/config';

/** Stories that are too long for `npm test`. */
const LONG = 'test/**/*.long.test.ts';

/** Every node, key or moment, one after the other: `npm run test:sim` does them. */
const SWEEP = 'test/**/*.sweep.test.ts';

const project = (
  name: string,
  more: {
    include?: string[];
    exclude?: string[];
    slow?: boolean;
    built?: boolean;
    /** What is made ready before the first file. */
    setup?: string;
    /** What is loaded anew before each file. */
    each?: string;
    /** One file after the other. */
    oneFile?: boolean;
    /**
     * Files of one worker share the modules they load: loading them anew for each takes a third of the time. Not where bugs
     * are planted, for a module that is loaded already cannot be replaced. A hook belongs into the file itself, or `each`.
     */
    shared?: boolean;
    env?: Record<string, string>;
  } = {},
) => ({
  extends: true as const,
  test: {
    name,
    include: more.include ?? [`test/${name}/**/*.test.{ts,tsx}`],
    exclude: more.exclude ?? [LONG, SWEEP],
    ...(more.env ? {env: more.env} : {}),
    ...(more.oneFile ? {fileParallelism: false} : {}),
    globalSetup: [...(more.built ? ['scripts/build-first.mjs'] : []), ...(more.setup ? [more.setup] : [])],
    ...(more.each ? {setupFiles: [more.each]} : {}),
    isolate: more.shared !== true,
    testTimeout: more.slow ? 300_000 : 60_000,
    hookTimeout: more.slow ? 300_000 : 60_000,
  },
});

/** One project per level of test; the simulated worlds, `long`, `tmux`, `lab` and `real` take longer and have scripts of their own. */
export default defineConfig({
  // What the React of production knows, too.
  oxc: {jsx: {development: false}},
  test: {
    // Three at a time keep two cores busy: simulated worlds only compute, and more of them come nearer to their limits.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Limits are for what never ends: the busiest machine has to keep them.
    expect: {poll: {timeout: 60_000}},
    // Ink patches the real console.
    disableConsoleIntercept: true,
    // SHLVL: a bash that thinks it was begun by sshd would read the .bashrc of whoever runs the tests.
    env: {
      ...{FORCE_COLOR: '1', COLUMNS: '120', LINES: '40', TZ: 'UTC', LANG: 'en_US.UTF-8', LC_ALL: ''},
      SHLVL: '2',
    },
    projects: [
      project('unit', {shared: true}),
      // What scripts do in real shells.
      project('shell', {
        slow: true,
        shared: true,
        setup: 'test/shell/left-behind.ts',
        each: 'test/shell/clean-up.ts',
      }),
      project('contract', {shared: true}),
      project('law', {slow: true, shared: true}),
      // The screen is drawn by the React that the program is built with: that of development takes half as long again.
      project('ui', {shared: true, env: {NODE_ENV: 'production'}}),
      project('sweep', {shared: true, include: [SWEEP], exclude: []}),
      project('sim', {slow: true}),
      project('sim-cluster', {slow: true}),
      project('end-to-end', {built: true, slow: true, shared: true}),
      project('ssh', {built: true, slow: true, shared: true}),
      project('screen', {built: true, slow: true, shared: true}),
      project('long', {built: true, slow: true, include: [LONG], exclude: []}),
      project('tmux', {
        built: true,
        slow: true,
        include: ['test/screen/**/*.test.ts'],
        // It needs no terminal.
        exclude: [LONG, 'test/screen/third-system.test.ts'],
        env: {LAKEUP_TERMINAL: 'tmux'},
      }),
      // Fourteen hosts at a time are enough for one machine.
      project('lab', {built: true, slow: true, oneFile: true}),
      // Clusters of the product's own servers, which wait for each other most of the time.
      project('real', {built: true, slow: true, setup: 'test/real/alluxio/setup.ts'}),
    ],
  },
});
