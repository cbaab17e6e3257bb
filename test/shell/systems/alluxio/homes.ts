import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {RECEIPT} from '../../../../src/host/receipt-names.ts';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {type Body, renderScript, type Vars} from '../../../../src/model/script.ts';
import {
  type Context,
  ROLE_FIELDS,
  type ServerNode,
  type ServerRole,
  Settings,
} from '../../../../src/systems/alluxio/fields.ts';
import {children, roots} from '../../made.ts';
import {productFiles} from './product.ts';

export const STAMP = '20261122_010203';
export const FROM = '2.3.0';
export const TO = '2.9.4';
export const linux = process.platform === 'linux';

/** Shells that hosts have, each as the words that begin it. */
export const shells = [['sh'], ['dash'], ['bash'], ['busybox', 'sh']]
  .filter(([shell = '', ...more]) => spawnSync(shell, [...more, '-c', ':']).status === 0)
  .map(words => ({name: words.join(' '), words}));

export type Layout = 'link' | 'dir';

export type Place = {
  readonly root: string;
  readonly layout: Layout;
  readonly node: ServerNode;
  readonly context: Context;
  /** What the inventory calls the home. */
  readonly home: string;
  /** Where the old version lies at first, and the new one once it is staged. */
  readonly old: string;
  readonly staged: string;
  /** Where the old one lies once the new one is installed. */
  readonly aside: string;
  readonly package: string;
  readonly journal: string;
  readonly metastore: string;
};

export const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
  chmodSync(path, mode);
};

export const writeVersion = (home: string, version: string): void => {
  for (const [name, text] of Object.entries(productFiles(version)))
    write(join(home, name), text, /^(bin|libexec)\//.test(name) ? 0o755 : 0o644);
};

type Options = {
  readonly layout?: Layout;
  readonly role?: ServerRole;
  readonly type?: 'EMBEDDED' | 'UFS';
  readonly facts?: Facts;
  readonly settings?: object;
  readonly from?: string;
  readonly stopWithinMs?: number;
};

/** A home at 2.3.0 and a package at 2.9.4, in a place whose name holds what shells trip over. */
export const install = (options: Options = {}): Place => {
  const {layout = 'link', role = 'master', type = 'EMBEDDED', from = FROM} = options;
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup it\'s "$HOME" ')));
  roots.push(root);
  const home = join(root, 'opt/allu xio');
  const old = layout === 'link' ? `${home}-${from}` : home;
  const [journal, metastore] = [join(root, 'srv/jour nal'), join(root, 'srv/meta')];
  writeVersion(old, from);
  if (layout === 'link') symlinkSync(old, home);
  write(
    join(old, 'conf/alluxio-site.properties'),
    `alluxio.master.journal.folder=${journal}\nalluxio.master.journal.type=${type}\n`,
    0o600,
  );
  write(join(old, 'conf/masters'), 'm1\nm2\n');
  write(join(old, 'conf/alluxio-env.sh'), 'export ALLUXIO_JAVA_OPTS=-Xmx1g\n', 0o755);
  if (type === 'EMBEDDED') {
    write(join(journal, 'copycat-1-1.log'), 'entries');
    write(join(journal, 'copycat.meta'), 'meta');
  } else {
    write(join(journal, 'FileSystemMaster/v1/logs/0x0-0x7fffffffffffffff'), 'entries');
    write(join(journal, 'FileSystemMaster/v1/_format_1'), '');
  }
  write(join(journal, 'JobJournal/v1/log'), 'jobs');
  write(join(metastore, 'rocks/CURRENT'), 'MANIFEST-1');
  const packageDir = join(root, `downloads/alluxio-${TO}`);
  writeVersion(packageDir, TO);
  const node: ServerNode = {
    id: NodeId.parse('m-1'),
    host: HostId.parse('127.0.0.1'),
    role,
    home: parseAbsPath(home),
    fields: ROLE_FIELDS[role].parse({stopWithinMs: options.stopWithinMs ?? 60_000}),
  };
  const facts: Facts = {
    homeKind: layout,
    homeReal: realpathSync(home),
    journalFolder: journal,
    metastoreDir: metastore,
    ...options.facts,
  };
  const context: Context = {
    cluster: {
      name: 'lake',
      system: 'alluxio',
      hosts: [],
      nodes: [node],
      settings: Settings.parse({version: TO, package: packageDir, ...options.settings}),
    },
    facts: new Map([[node.id, facts]]),
    target: {from, to: TO, stamp: STAMP},
  };
  return {
    ...{root, layout, node, context, home, old, journal, metastore, package: packageDir},
    staged: layout === 'link' ? `${home}-${TO}` : `${home}.lakeup-${STAMP}`,
    aside: layout === 'link' ? old : `${home}_backup_${STAMP}`,
  };
};

/** The package as it was downloaded, and the settings that name it. */
export const tarball = (place: Place, name = 'alluxio.tar.gz', from = place.package): Place => {
  const file = join(place.root, name);
  execFileSync('tar', ['-czf', file, '-C', dirname(from), ...readdirSync(dirname(from))]);
  return withSettings(place, {package: file});
};

export const withSettings = (place: Place, settings: object): Place => {
  const {context} = place;
  const merged = Settings.parse({...context.cluster.settings, ...settings});
  return {...place, context: {...context, cluster: {...context.cluster, settings: merged}}};
};

export type Told = {readonly code: number; readonly stdout: string; readonly stderr: string};

const quoted = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;

/** Runs a body as the far shell does: in a subshell, with nothing on its stdin. */
export const run = (body: Body, vars: Vars, shell = ['sh'], env: NodeJS.ProcessEnv = {}): Told => {
  const [program = 'sh', ...words] = shell;
  const {status, stdout, stderr} = spawnSync(program, words, {
    input: `( eval ${quoted(renderScript({body, vars}))} ) </dev/null`,
    encoding: 'utf8',
    env: {...process.env, ...env},
  });
  return {code: status ?? -1, stdout, stderr};
};

/** Everything below a directory: kinds, modes, contents, and where links lead. No times, and no receipts. */
export const treeOf = (directory: string): readonly string[] =>
  readdirSync(directory, {withFileTypes: true})
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({name}) => {
      const path = join(directory, name);
      const stat = lstatSync(path);
      const mode = (stat.mode & 0o7777).toString(8);
      if (name.startsWith(RECEIPT)) return [];
      if (stat.isSymbolicLink()) return [`l ${name} -> ${readlinkSync(path)}`];
      if (stat.isDirectory()) return [`d ${mode} ${name}`, ...treeOf(path).map(line => `  ${line}`)];
      return [`f ${mode} ${name} ${readFileSync(path, 'utf8')}`];
    });

/** A process that is one of this main class, of this home. */
export const javaOf = async (home: string, mainClass = 'alluxio.master.AlluxioMaster'): Promise<number> => {
  const args = [
    '-e',
    'console.log(1); setInterval(() => {}, 1e6)',
    '--',
    `-Dalluxio.home=${home}`,
    mainClass,
  ];
  const child = spawn(process.execPath, args);
  children.push(child);
  await new Promise(resolve => child.stdout.once('data', resolve));
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
};

const CHANGING = ['mv', 'cp', 'ln', 'mkdir', 'rm', 'tar', 'bash', 'awk'];

/** Runs a body, and kills it right after its n-th command that may change something; whether it came that far. */
export const cutAfter =
  (place: Place, body: Body, vars: Vars) =>
  (n: number): 'cut' | 'ended' => {
    const own = mkdtempSync(join(place.root, 'own'));
    const counter = join(place.root, `${basename(own)}.count`);
    for (const name of CHANGING) {
      const real = execFileSync('sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).trim();
      write(
        join(own, name),
        `#!/bin/sh
echo >>"$CUT_COUNT"
count=0
while read -r _; do count=$((count + 1)); done <"$CUT_COUNT"
PATH=$CUT_PATH
export PATH
${real} "$@"
code=$?
if [ "$count" -eq "$CUT_AFTER" ]; then kill -9 "$CUT_WHOM" 2>/dev/null; kill -9 $PPID; fi
exit $code
`,
        0o755,
      );
    }
    // What else is written to this disk is not waited for.
    write(join(own, 'sync'), '#!/bin/sh\n', 0o755);
    const path = process.env.PATH ?? '';
    const {signal} = spawnSync('sh', [], {
      input: `CUT_WHOM=$$; export CUT_WHOM; eval ${quoted(renderScript({body, vars}))} </dev/null`,
      encoding: 'utf8',
      env: {...process.env, PATH: `${own}:${path}`, CUT_PATH: path, CUT_COUNT: counter, CUT_AFTER: String(n)},
    });
    rmSync(own, {recursive: true});
    rmSync(counter, {force: true});
    return signal === 'SIGKILL' ? 'cut' : 'ended';
  };

/** Cuts an action off at every point it has, each time in a place of its own, and looks what became of that. */
export const atEveryCut = (
  make: () => Place,
  cut: (place: Place) => (n: number) => 'cut' | 'ended',
  after: (place: Place, at: string) => void,
): void => {
  for (let n = 1; n < 200; n += 1) {
    const place = make();
    const end = cut(place)(n);
    after(place, `cut after ${n}`);
    if (end === 'cut') continue;
    // An action whose commands are not seen would be cut off nowhere.
    if (n < 4) throw new Error(`only ${n} cuts`);
    return;
  }
  throw new Error('it never ended');
};
