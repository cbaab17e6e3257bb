import {globSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const HOME = 'test/systems/vault';
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Modules a file imports, types and re-exports included: paths from the root, or package names. */
const importsOf = (file: string, source: string): string[] =>
  [...source.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"$]+)['"]/g)].map(([, name = '']) =>
    name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
  );

/** What a system may stand on. A process of its own also needs node's modules. */
const MAY_IMPORT = [
  /^src\/(model|lib|host|recipe|fakes\/common)\//,
  /^test\/fakes\/(common\/|memory\.ts$)/,
  /^test\/systems\/vault\//,
  /^zod$/,
];
const strays = (file: string, source: string): string[] =>
  importsOf(file, source)
    .filter(name => !MAY_IMPORT.some(pattern => pattern.test(name)))
    .filter(name => !(file.endsWith('.mjs') && name.startsWith('node:')))
    .map(name => `${file} imports ${name}`);

const mentions = (file: string, source: string): string[] =>
  source.split('\n').flatMap((line, i) => (/vault/i.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));

const files = globSync(`${HOME}/**/*.{ts,tsx,mjs}`, {cwd: root}).sort();
const sources = globSync('{src,scripts}/**/*.{ts,tsx,mjs}', {cwd: root}).sort();

describe('a third system', () => {
  it('is one folder, no larger than an evening’s work', () => {
    expect(files).toContain(`${HOME}/system.ts`);
    const lines = files.reduce((all, file) => all + read(file).split('\n').length, 0);
    expect(lines).toBeLessThan(900);
  });

  it('stands on nothing but the nouns, the small helpers, and what every system may use', () => {
    expect(files.flatMap(file => strays(file, read(file)))).toEqual([]);
  });

  it('would be found leaning on anything else', () => {
    const file = `${HOME}/system.ts`;
    expect(strays(file, "import {run} from '../../../src/engine/run.ts';")).toHaveLength(1);
    expect(strays(file, "import type {X} from '../../../src/systems/doris/fields.ts';")).toHaveLength(1);
    expect(strays(file, "export {x} from '../../../src/fakes/doris/kit.ts';")).toHaveLength(1);
    expect(strays(file, "export {x} from 'ssh2';")).toHaveLength(1);
    expect(strays(file, "const x = await import('node:fs');")).toHaveLength(1);
    expect(strays(file, "import {sh} from '../../../src/lib/sh.ts';\nimport {z} from 'zod';")).toEqual([]);
    expect(strays(file, "import {x} from '../../fakes/common/memory-alone.ts';")).toEqual([]);
    expect(
      strays(file, "import {x} from '../../../src/host/x.ts'; import {y} from '../../../src/recipe/y.ts';"),
    ).toEqual([]);
  });

  it('is known to nothing in the program', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(file => mentions(file, read(file)))).toEqual([]);
    expect(mentions('src/engine/run.ts', 'if (system.name === "Vault") return;')).toHaveLength(1);
  });
});
