import {execFile} from 'node:child_process';
import {cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {z} from 'zod';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
let copy = '';

const Result = z.object({
  summary: z.object({violations: z.array(z.object({from: z.string(), rule: z.object({name: z.string()})}))}),
});

/** The rules that a file breaks, by the tool and configuration of `npm test`. */
const broken = async (file: string, text: string, others: Readonly<Record<string, string>> = {}) => {
  for (const [path, words] of Object.entries({...others, [file]: text})) {
    await mkdir(dirname(join(copy, path)), {recursive: true});
    await writeFile(join(copy, path), words);
  }
  const cruise = join(root, 'node_modules/.bin/depcruise');
  const args = [cruise, 'src', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const {stdout} = await run(process.execPath, args, {cwd: copy, maxBuffer: 64 * 1024 * 1024});
  for (const path of [file, ...Object.keys(others)]) await rm(join(copy, path));
  return Result.parse(JSON.parse(stdout))
    .summary.violations.filter(({from}) => from === file)
    .map(({rule}) => rule.name);
};

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'lakeup-law-'));
  for (const path of [
    '.dependency-cruiser.mjs',
    'package.json',
    'scripts/import-law.mjs',
    'src/lib',
    'src/model',
  ])
    await cp(join(root, path), join(copy, path), {recursive: true});
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, {recursive: true, force: true}));

describe('the import law catches', () => {
  const other = {'src/engine/x.ts': 'export const x = 1;\n', 'src/ui/x.tsx': 'export const x = <b />;\n'};

  it.each([
    [
      'lib importing a noun',
      'src/lib/bad.ts',
      `export {text} from '../model/text.ts';`,
      'lib-imports-only-nothing',
    ],
    [
      'a type import as well',
      'src/model/bad.ts',
      `import type {x} from '../engine/x.ts'; export type X = typeof x;`,
      'model-imports-only-lib',
    ],
    [
      'a dynamic import',
      'src/probe/bad.ts',
      `export const x = () => import('../engine/x.ts');`,
      'probe-imports-only-model-lib',
    ],
    [
      'a screen that reaches into the engine',
      'src/ui/bad.tsx',
      `import {x} from '../engine/x.ts'; export const Y = () => <b>{x}</b>;`,
      'ui-imports-only-store-model-lib',
    ],
    [
      'an engine that knows the screen',
      'src/engine/bad.ts',
      `export {x} from '../ui/x.tsx';`,
      'engine-imports-only-probe-model-lib',
    ],
    [
      'ssh2 outside transport and sim',
      'src/engine/bad.ts',
      `import ssh2 from 'ssh2'; export const s = ssh2;`,
      'ssh2-belongs-to-transport-sim',
    ],
    [
      'ink outside ui',
      'src/cli/bad.ts',
      `import {Box} from 'ink'; export const b = Box;`,
      'ink-belongs-to-ui',
    ],
    [
      'yaml outside inventory',
      'src/cli/bad.ts',
      `import {parse} from 'yaml'; export const p = parse;`,
      'yaml-belongs-to-inventory',
    ],
    [
      'a deep import of a package',
      'src/cli/bad.ts',
      `import {createStore} from 'zustand/vanilla'; export const p = createStore;`,
      'zustand-belongs-to-store',
    ],
    [
      'a package nobody owns',
      'src/cli/bad.ts',
      `import chalk from 'chalk'; export const c = chalk;`,
      'unknown-package',
    ],
    [
      'files in a pure folder',
      'src/plan/bad.ts',
      `import {readFileSync} from 'node:fs'; export const r = readFileSync;`,
      'no-node-in-pure-folders',
    ],
    ['an import that leads nowhere', 'src/cli/bad.ts', `export {x} from './nowhere.ts';`, 'not-found'],
    ['an import of main', 'src/cli/bad.ts', `export {x} from '../main.ts';`, 'no-import-of-main'],
    [
      'one system that imports another',
      'src/systems/a/bad.ts',
      `export {x} from '../b/x.ts';`,
      'systems-apart',
    ],
  ])('%s', async (_, file, text, rule) => {
    const others = {
      ...other,
      'src/main.ts': 'export const x = 1;\n',
      'src/systems/b/x.ts': 'export const x = 1;\n',
    };
    expect(await broken(file, text, others)).toContain(rule);
  });

  it('two files that import each other, types included', async () => {
    const back = {'src/lib/b.ts': `import type {A} from './a.ts'; export type B = A | 1;\n`};
    const text = `import type {B} from './b.ts'; export type A = B | 2;\n`;
    expect(await broken('src/lib/a.ts', text, back)).toContain('no-cycle');
  });

  it('nothing where all is well', async () => {
    expect(
      await broken('src/engine/good.ts', `export {x} from '../probe/x.ts';`, {
        'src/probe/x.ts': 'export const x = 1;\n',
      }),
    ).toEqual([]);
  });
});
