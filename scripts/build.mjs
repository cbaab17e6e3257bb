/**
 * Builds dist/ from src/ when it is out of date: lakeup.mjs with lazily loaded chunks, fake-SYSTEM.mjs for every system
 * that has a process of its own for the demo, and scenarios/, the recordings that `demo --scenario` shows.
 * `node scripts/build.mjs [--force]`.
 */
import {createHash} from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.built-from');

/** Recordings of the newest format, as `npm run journals` has kept them: what a screen needs of each. */
const recordings = () => {
  const formats = globSync('test/journals/*', {cwd: root}).flatMap(
    folder => /\/(\d+)$/.exec(folder)?.[1] ?? [],
  );
  const newest = `test/journals/${Math.max(...formats.map(Number))}`;
  return globSync(`${newest}/*/*.gz`, {cwd: root})
    .sort()
    .map(file => ({in: file, out: `scenarios/${file.slice(newest.length + 1)}`}));
};

const sources = () => [
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  ...globSync('src/**/*.{ts,tsx}', {cwd: root}).sort(),
  ...recordings().map(file => file.in),
];

const fingerprint = () => {
  const hash = createHash('sha256');
  for (const file of sources())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
};

/** fake-SYSTEM -> its entry; the demo starts these as the nodes' processes. */
const fakes = () =>
  globSync('src/fakes/*/process.ts', {cwd: root}).map(file => ({
    in: file,
    out: `fake-${file.split('/')[2]}`,
  }));

/** Ink's bundle of react-devtools is asked for only in development; an external one would fail when it is loaded. */
const noDevtools = {
  name: 'no-devtools',
  setup: build => {
    build.onResolve({filter: /^react-devtools-core$/}, ({path}) => ({path, namespace: 'empty'}));
    build.onLoad({filter: /.*/, namespace: 'empty'}, () => ({contents: 'export default {}', loader: 'js'}));
  },
};

/** ssh2 tries its compiled parts, below node_modules where they are built, and does without when they are missing. */
const nativeOutside = {
  name: 'native-outside',
  setup: build => {
    build.onResolve({filter: /^cpu-features$/}, ({path}) => ({path, external: true}));
    build.onResolve({filter: /\.node$/}, ({path, resolveDir}) => {
      const inside = join(resolveDir, path).split('/node_modules/').at(-1);
      return {path: inside ?? path, external: true};
    });
  },
};

/**
 * One measure of text for Ink, its helpers and the screen: the version Ink wants, which remembers what it has measured.
 * Ink measures every text on the screen anew for every frame, and each of those packages comes with a copy of its own.
 */
const oneRuler = {
  name: 'one-ruler',
  setup: build => {
    build.onResolve({filter: /^string-width$/}, ({pluginData}) =>
      pluginData === 'the real one' ? undefined : {path: 'string-width', namespace: 'ruler'},
    );
    build.onLoad({filter: /.*/, namespace: 'ruler'}, () => ({
      resolveDir: join(root, 'node_modules/ink/build'),
      pluginData: 'the real one',
      contents: `
        import stringWidth from 'string-width';
        const measured = new Map();
        export default (text, options) => {
          if (options !== undefined || typeof text !== 'string') return stringWidth(text, options);
          const known = measured.get(text);
          if (known !== undefined) return known;
          if (measured.size >= 8_000) measured.clear();
          const width = stringWidth(text);
          measured.set(text, width);
          return width;
        };`,
    }));
  },
};

/** The first file asks which node this is, and what it then loads stays outside. */
const mainOutside = {
  name: 'main-outside',
  setup: build => {
    build.onResolve({filter: /^\.\/main\.ts$/}, () => ({path: './main.mjs', external: true}));
  },
};

/** What CommonJS packages expect to find in an ES module. */
const COMMON_JS = [
  "import {createRequire as lakeupRequire} from 'node:module';",
  "import {dirname as lakeupDirname} from 'node:path';",
  'const require = lakeupRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = lakeupDirname(__filename);',
].join(' ');

const bundle = async outdir => {
  const {build} = await import('esbuild');
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const common = {
    absWorkingDir: root,
    outdir,
    outExtension: {'.js': '.mjs'},
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: true,
    sourcesContent: false,
    // node keeps the text of all that it has loaded for as long as it runs.
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'external',
    logLevel: 'warning',
  };
  await build({
    ...common,
    entryPoints: [{in: 'src/lakeup.ts', out: 'lakeup'}],
    target: 'node12.22',
    plugins: [mainOutside],
  });
  await build({
    ...common,
    entryPoints: [{in: 'src/main.ts', out: 'main'}, ...fakes()],
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    target: 'node22',
    define: {'process.env.NODE_ENV': '"production"', LAKEUP_VERSION: JSON.stringify(version)},
    banner: {js: COMMON_JS},
    plugins: [noDevtools, nativeOutside, oneRuler],
  });
};

/**
 * One character beyond ASCII in a file, and node keeps two bytes for each of its characters. esbuild escapes those of strings, not
 * those of a regular expression.
 */
const refuseBeyondAscii = outdir => {
  for (const file of globSync('**/*.mjs', {cwd: outdir})) {
    const [at] = /.{0,60}[^\0-\x7f].{0,20}/.exec(readFileSync(join(outdir, file), 'utf8')) ?? [];
    if (at !== undefined) throw new Error(`${file}: write this as \\u… or in a string: ${at}`);
  }
};

const copyRecordings = outdir => {
  for (const file of recordings()) {
    const copy = join(outdir, file.out);
    mkdirSync(dirname(copy), {recursive: true});
    copyFileSync(join(root, file.in), copy);
  }
};

const filesIn = folder =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** Moves each file into place by rename, entries last; chunks a running lakeup may still load stay for an hour. */
const moveIntoPlace = made => {
  const files = filesIn(made).sort(
    (a, b) => Number(b.startsWith('chunks/')) - Number(a.startsWith('chunks/')),
  );
  for (const file of files) {
    mkdirSync(dirname(join(dist, file)), {recursive: true});
    renameSync(join(made, file), join(dist, file));
  }
  const hourAgo = Date.now() - 3_600_000;
  for (const file of filesIn(dist)) {
    const path = join(dist, file);
    if (!files.includes(file) && existsSync(path) && statSync(path).mtimeMs < hourAgo)
      rmSync(path, {force: true});
  }
};

/** Builds when dist/ was made from other sources; returns whether it did. */
export const ensureBuilt = async ({force = false} = {}) => {
  const now = fingerprint();
  const before = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (!force && before === now) return false;
  const made = join(root, `dist/.making-${process.pid}`);
  try {
    await bundle(made);
    refuseBeyondAscii(made);
    copyRecordings(made);
    moveIntoPlace(made);
    writeFileSync(stampFile, now);
  } finally {
    rmSync(made, {recursive: true, force: true});
  }
  return true;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const startedAt = Date.now();
  const force = process.argv.includes('--force');
  try {
    if (await ensureBuilt({force}))
      process.stderr.write(`lakeup: built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    process.stderr.write(`lakeup: the build failed\n${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
