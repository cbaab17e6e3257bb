import {defineConfig} from 'vitest/config';

const project = (name: string, more: {include?: string[]; exclude?: string[]; slow?: boolean} = {}) => ({
  extends: true as const,
  test: {
    name,
    include: more.include ?? [`test/${name}/**/*.test.{ts,tsx}`],
    exclude: more.exclude ?? [],
    testTimeout: more.slow ? 120_000 : 20_000,
    hookTimeout: more.slow ? 120_000 : 20_000,
  },
});

/** One project per level of test; `lab` and `tmux` are longer and have scripts of their own. */
export default defineConfig({
  test: {
    globalSetup: ['scripts/build-first.mjs'],
    env: {FORCE_COLOR: '1', COLUMNS: '120', LINES: '40', TZ: 'UTC', LANG: 'en_US.UTF-8', LC_ALL: ''},
    projects: [
      project('unit'),
      project('contract'),
      project('law', {slow: true}),
      project('ui'),
      project('sim', {slow: true}),
      project('ssh', {slow: true}),
      project('screen', {slow: true, exclude: ['test/screen/**/*.tmux.test.ts']}),
      project('tmux', {slow: true, include: ['test/screen/**/*.tmux.test.ts']}),
      project('lab', {slow: true}),
    ],
  },
});
