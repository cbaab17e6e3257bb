import {globSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = globSync('src/**/*.{ts,tsx}', {cwd: root}).sort();

/** Files of src that a file imports, types and re-exports included: `late` by import() when they are first needed. */
const importsOf = (file: string): {readonly path: string; readonly late: boolean}[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\b(from\s*|import\s*\(?\s*)['"](\.[^'"]+)['"]/g)].map(
    ([, how = '', name = '']) => ({
      path: relative(root, resolve(root, dirname(file), name)),
      late: how.includes('('),
    }),
  );

const graph = new Map(files.map(file => [file, importsOf(file)]));

/** Everything that is loaded with a file: what it imports, and what that imports, but nothing that is imported late. */
const loadedWith = (file: string, found = new Set<string>()): ReadonlySet<string> => {
  if (found.has(file)) return found;
  found.add(file);
  for (const {path, late} of graph.get(file) ?? []) if (!late) loadedWith(path, found);
  return found;
};

const isFake = (path: string): boolean => path.startsWith('src/fakes/');

describe('a real upgrade loads no fake', () => {
  it('the only way to them is one late import of main', () => {
    const ways = [...graph].flatMap(([file, imports]) =>
      isFake(file)
        ? []
        : imports
            .filter(({path}) => isFake(path))
            .map(({path, late}) => `${file} -> ${path}${late ? ' late' : ''}`),
    );
    expect(ways).toEqual(['src/main.ts -> src/fakes/index.ts late']);
  });

  it.each([
    'src/main.ts',
    'src/cli/program.ts',
    'src/cli/upgrade.ts',
    'src/cli/resume.ts',
    'src/systems/index.ts',
  ])('not with %s', file => {
    const loaded = loadedWith(file);
    expect(loaded.size).toBeGreaterThan(2);
    expect([...loaded].filter(isFake)).toEqual([]);
  });

  it('they are there, though', () => {
    expect([...loadedWith('src/fakes/index.ts')].filter(isFake).length).toBeGreaterThan(5);
  });
});
