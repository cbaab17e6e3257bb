import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = globSync('src/**/*.{ts,tsx}', {cwd: root}).sort();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The code without comments; strings stay. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Lines of a file that match, as "file:line: text". */
const hits = (file: string, text: string, pattern: RegExp): string[] =>
  text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));

const systems = globSync('src/systems/*/', {cwd: root}).map(path => path.split('/')[2] ?? '');

/** Where a product's name may stand: in its own folders and in the two lists. */
const mayName = (file: string, system: string): boolean =>
  [`src/systems/${system}/`, `src/fakes/${system}/`].some(folder => file.startsWith(folder)) ||
  ['src/systems/index.ts', 'src/fakes/index.ts'].includes(file);

const productsOutside = (file: string, text: string): string[] =>
  systems
    .filter(system => !mayName(file, system))
    .flatMap(system => hits(file, text, new RegExp(system, 'i')));

/** Time, chance and the process come in through ports; these places are where the ports are made (a lock is about this very process, a ProxyCommand is a process group of it). */
const MAKES_PORTS = [
  /^src\/engine\/run-lock\.ts$/,
  /^src\/transport\/proxy-command\.ts$/,
  /^src\/cli\//,
  /^src\/(lakeup|main)\.ts$/,
  /^src\/sim\//,
  /^src\/fakes\/[^/]+\/process(-[a-z]+)?\.ts$/,
];
const AMBIENT =
  /\b(Date|performance)\.now\(|\bnew Date\(\)|\bMath\.random\(|(?<![.\w])(setTimeout|setInterval|setImmediate)\(|(?<![.\w'"/])process\.[a-z]/;
/** A variable of the file's own with that name is not the process. */
const OWN_PROCESS = /\b(const|let) process\b|\bprocess(: |,| =>|\))/;

const ambientOutside = (file: string, text: string): string[] =>
  MAKES_PORTS.some(pattern => pattern.test(file))
    ? []
    : hits(file, code(text), AMBIENT).filter(
        hit =>
          !(
            hit.includes('process.') &&
            OWN_PROCESS.test(code(text)) &&
            !/process\.(env|exit|argv|on)\b/.test(hit)
          ),
      );

describe('products', () => {
  it('are named only in their own folders and in the lists', () => {
    expect(files.flatMap(file => productsOutside(file, read(file)))).toEqual([]);
  });

  it('would be found elsewhere', () => {
    expect(
      productsOutside('src/engine/decide.ts', 'const a = 1;\nif (system === "doris") stop();'),
    ).toHaveLength(1);
    expect(productsOutside('src/fakes/common/process-node.ts', 'doris-3.0.6')).toHaveLength(1);
    expect(productsOutside('src/systems/doris/index.ts', 'the doris folder')).toEqual([]);
    expect(productsOutside('src/fakes/doris/fake.ts', 'the doris folder')).toEqual([]);
  });
});

describe('time, chance and the process', () => {
  it('are used only where ports are made', () => {
    expect(files.flatMap(file => ambientOutside(file, read(file)))).toEqual([]);
  });

  it.each(['const t = Date.now();', 'x(Math.random())', 'setTimeout(f, 3)', 'if (process.env.X) y()'])(
    'would be found in the engine, and in what pretends in memory: %s',
    line => {
      expect(ambientOutside('src/engine/run.ts', line)).toHaveLength(1);
      expect(ambientOutside('src/fakes/doris/memory-world.ts', line)).toHaveLength(1);
      expect(ambientOutside('src/fakes/doris/process-fe.ts', line)).toEqual([]);
      expect(ambientOutside('src/cli/upgrade.ts', line)).toEqual([]);
    },
  );
});

/** Where words reach a terminal: each of these lets nothing through that it would obey. */
const WAYS_OUT = [
  'src/cli/write.ts',
  // A keyboard, not a screen.
  'src/cli/terminal.ts',
  // Words of lakeup's own, before anything is loaded.
  'src/lakeup.ts',
  'src/ui/aloud-root.tsx',
  'src/ui/parts/frame.tsx',
  'src/ui/parts/lines.tsx',
  'src/ui/parts/use-afar.ts',
  'src/ui/parts/use-hands.ts',
];
const WRITES =
  /\b(stdout|stderr|stream|outside)\.write\(|(?<!\w)<Text\b|(?<![.\w])console\.|\bprocess\.emitWarning\(/;

const writesOutside = (file: string, text: string): string[] =>
  WAYS_OUT.includes(file) ||
  !/^src\/(cli|engine|host|model|plan|probe|recipe|store|systems|transport|ui|\w+\.ts)/.test(file)
    ? []
    : hits(file, code(text), WRITES);

describe('what is printed', () => {
  it('has few ways out', () => {
    expect(files.flatMap(file => writesOutside(file, read(file)))).toEqual([]);
  });

  it.each([
    'outside.stderr.write(reply.stderr);',
    'process.stdout.write(words)',
    'console.warn(error.message)',
    '<Text>{words}</Text>',
  ])('would be found elsewhere: %s', line => {
    expect(writesOutside('src/cli/status.ts', line)).toHaveLength(1);
    expect(writesOutside('src/ui/screens/log.tsx', line)).toHaveLength(1);
  });
});

describe('tests', () => {
  it('all stand where a project of vitest.config.ts runs them', async () => {
    const {default: config} = await import('../../vitest.config.ts');
    const patterns = (config.test?.projects ?? []).flatMap(project =>
      typeof project === 'object' && 'test' in project ? (project.test?.include ?? []) : [],
    );
    const run = new Set(globSync(patterns, {cwd: root}));
    const all = globSync('test/**/*.test.{ts,tsx}', {cwd: root});
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(file => !run.has(file))).toEqual([]);
  });
});

describe('sizes', () => {
  it('no file is longer than 300 lines without saying why in its first comment', () => {
    const long = files.filter(
      file => read(file).split('\n').length > 300 && !/long because/i.test(read(file).slice(0, 600)),
    );
    expect(long).toEqual([]);
  });
});
