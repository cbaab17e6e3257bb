import {execFile} from 'node:child_process';
import {cp, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {beforeAll, describe, expect, it} from 'vitest';
import {z} from 'zod';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

const Result = z.object({
  summary: z.object({violations: z.array(z.object({from: z.string(), rule: z.object({name: z.string()})}))}),
});

/** What is done wrong, the file that does it, its text, and the rule that is to say so. Every file sins once. */
const SINS: readonly (readonly [what: string, file: string, text: string, rule: string])[] = [
  [
    'lib importing a noun',
    'src/lib/noun.ts',
    `export {text} from '../model/text.ts';`,
    'lib-imports-only-nothing',
  ],
  [
    'a type import as well',
    'src/model/type.ts',
    `import type {x} from '../engine/x.ts'; export type X = typeof x;`,
    'model-imports-only-lib',
  ],
  [
    'a dynamic import',
    'src/probe/dynamic.ts',
    `export const x = () => import('../engine/x.ts');`,
    'probe-imports-only-host-model-lib',
  ],
  [
    'a screen that reaches into the engine',
    'src/ui/engine.tsx',
    `import {x} from '../engine/x.ts'; export const Y = () => <b>{x}</b>;`,
    'ui-imports-only-store-model-lib',
  ],
  [
    'an engine that knows the screen',
    'src/engine/screen.ts',
    `export {x} from '../ui/x.tsx';`,
    'engine-imports-only-probe-host-model-lib',
  ],
  [
    'ssh2 outside transport and sim',
    'src/engine/ssh2.ts',
    `import ssh2 from 'ssh2'; export const s = ssh2;`,
    'ssh2-belongs-to-transport-sim',
  ],
  ['ink outside ui', 'src/cli/ink.ts', `import {Box} from 'ink'; export const b = Box;`, 'ink-belongs-to-ui'],
  [
    'yaml outside inventory',
    'src/cli/yaml.ts',
    `import {parse} from 'yaml'; export const p = parse;`,
    'yaml-belongs-to-inventory',
  ],
  [
    'a deep import of a package',
    'src/cli/deep.ts',
    `import {createStore} from 'zustand/vanilla'; export const p = createStore;`,
    'zustand-belongs-to-store',
  ],
  [
    'a package nobody owns',
    'src/cli/chalk.ts',
    `import chalk from 'chalk'; export const c = chalk;`,
    'unknown-package',
  ],
  [
    'files in a pure folder',
    'src/plan/files.ts',
    `import {readFileSync} from 'node:fs'; export const r = readFileSync;`,
    'no-node-in-pure-folders',
  ],
  ['an import that leads nowhere', 'src/cli/astray.ts', `export {x} from './nowhere.ts';`, 'not-found'],
  ['an import of main', 'src/cli/main.ts', `export {x} from '../main.ts';`, 'no-import-of-main'],
  [
    'one system that imports another',
    'src/systems/a/neighbour.ts',
    `export {x} from '../b/x.ts';`,
    'systems-apart',
  ],
  [
    'a host that knows recipes',
    'src/host/recipe.ts',
    `export {x} from '../recipe/x.ts';`,
    'host-imports-only-model-lib',
  ],
  [
    'a recipe that knows a product',
    'src/recipe/product.ts',
    `export {x} from '../systems/b/x.ts';`,
    'recipe-imports-only-host-model-lib',
  ],
  [
    'a system that opens files',
    'src/systems/a/files.ts',
    `import {readFileSync} from 'node:fs'; export const r = readFileSync;`,
    'no-node-in-pure-folders',
  ],
  [
    'a system that knows its fake',
    'src/systems/a/fake.ts',
    `export type {x} from '../../fakes/a/x.ts';`,
    'fakes-only-for-main',
  ],
  [
    'a command that loads a fake, however late',
    'src/cli/fake.ts',
    `export const x = () => import('../fakes/index.ts');`,
    'fakes-only-for-main',
  ],
  [
    'main loading the fakes at once',
    'src/main.ts',
    `import {x} from './fakes/index.ts'; export {x};`,
    'fakes-late',
  ],
  [
    'one fake that imports another',
    'src/fakes/a/neighbour.ts',
    `export {x} from '../b/x.ts';`,
    'fakes-apart',
  ],
  [
    'a fake that knows another system',
    'src/fakes/a/system.ts',
    `export {x} from '../../systems/b/x.ts';`,
    'fakes-know-their-own-system',
  ],
  [
    'a product in what the fakes share',
    'src/fakes/common/product.ts',
    `export {x} from '../../systems/b/x.ts';`,
    'fakes-know-their-own-system',
  ],
  [
    'two files that import each other, types included',
    'src/lib/a.ts',
    `import type {B} from './b.ts'; export type A = B | 2;`,
    'no-cycle',
  ],
];

/** What they import, and a file that imports what it may. */
const INNOCENT: Readonly<Record<string, string>> = {
  'src/engine/x.ts': 'export const x = 1;',
  'src/probe/x.ts': 'export const x = 1;',
  'src/ui/x.tsx': 'export const x = <b />;',
  'src/host/x.ts': 'export const x = 1;',
  'src/recipe/x.ts': `export {x} from '../host/x.ts';`,
  'src/systems/a/x.ts': `export {x} from '../../recipe/x.ts';`,
  'src/systems/b/x.ts': `export {x} from '../../host/x.ts';`,
  'src/fakes/index.ts': `export {x} from './a/x.ts';`,
  'src/fakes/common/x.ts': `import {readFileSync} from 'node:fs'; export const x = readFileSync;`,
  'src/fakes/a/x.ts': `export {x} from '../../systems/a/x.ts'; export {x as y} from '../common/x.ts';`,
  'src/fakes/b/x.ts': 'export const x = 1;',
  // A circle is told of once, at its first file.
  'src/lib/b.ts': `import type {A} from './a.ts'; export type B = A | 1;`,
  'src/engine/good.ts': `export {x} from '../probe/x.ts';`,
};

/** The rules that each file breaks, by the tool and configuration of `npm test`. One cruise over all of them. */
const cruise = async (files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> => {
  const copy = await mkdtemp(join(tmpdir(), 'lakeup-law-'));
  try {
    const own = ['.dependency-cruiser.mjs', 'package.json', 'scripts/import-law.mjs', 'src/lib', 'src/model'];
    for (const path of own) await cp(join(root, path), join(copy, path), {recursive: true});
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const [path, words] of Object.entries(files)) {
      await mkdir(dirname(join(copy, path)), {recursive: true});
      await writeFile(join(copy, path), `${words}\n`);
    }
    const tool = join(root, 'node_modules/.bin/depcruise');
    const args = [tool, 'src', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
    const {stdout} = await run(process.execPath, args, {cwd: copy, maxBuffer: 64 * 1024 * 1024});
    const rules = new Map<string, string[]>();
    for (const {from, rule} of Result.parse(JSON.parse(stdout)).summary.violations)
      rules.set(from, [...(rules.get(from) ?? []), rule.name]);
    return rules;
  } finally {
    await rm(copy, {recursive: true, force: true});
  }
};

describe('the import law catches', () => {
  let broken: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    broken = await cruise({...INNOCENT, ...Object.fromEntries(SINS.map(([, file, text]) => [file, text]))});
  });

  it.each(SINS)('%s', (_, file, _text, rule) => {
    expect(broken.get(file)).toContain(rule);
  });

  it('nothing else: neither what they import, nor the real files beside them', () => {
    expect([...broken.keys()].sort()).toEqual(SINS.map(([, file]) => file).sort());
  });
});
