import {spawn, spawnSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {parseLines, type Said} from '../../../../src/host/lines.ts';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {ShellRequest} from '../../../../src/model/ask.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {
  type AlluxioCluster,
  ROLE_FIELDS,
  type ServerNode,
  type ServerRole,
  Settings,
} from '../../../../src/systems/alluxio/fields.ts';
import {children, roots} from '../../made.ts';

export const STAMP = '20261122_010203';
export const linux = process.platform === 'linux';
/** Shells that hosts have, each as the words that begin it. */
export const SHELLS = [['sh'], ['dash'], ['bash'], ['busybox', 'sh']]
  .filter(([shell = '', ...more]) => spawnSync(shell, [...more, '-c', ':']).status === 0)
  .map(words => words.join(' '));

export const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
  chmodSync(path, mode);
};

/** An empty place whose name holds what shells trip over. */
export const makeRoot = (): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup it\'s "$HOME" ')));
  roots.push(root);
  return root;
};

/**
 * A version whose commands say what lies in `answers`: of the file that is called like the command, its words joined by dots,
 * and end with the code in the file of the same name with `.exit`. What it was called with stands in `calls`.
 */
const COMMAND = `#!/usr/bin/env bash
home="$(cd "$(dirname "$0")/.." && pwd)"
echo "$(basename "$0") $*" >>"$home/calls"
args=()
for arg in "$@"; do case $arg in -D*) ;; *) args+=("\${arg//\\//_}") ;; esac; done
name="$(basename "$0" .sh)$(printf '.%s' "\${args[@]}")"
if [ ! -f "$home/answers/$name" ]; then echo "\${args[1]} is not a valid configuration key" >&2; exit 1; fi
cat "$home/answers/$name"
exit "$(cat "$home/answers/$name.exit" 2>/dev/null || echo 0)"
`;

export const makeVersion = (home: string, version: string): void => {
  write(join(home, 'libexec/alluxio-config.sh'), `#!/usr/bin/env bash\nVERSION=${version}\nALLUXIO_HOME=x\n`);
  for (const name of ['alluxio', 'alluxio-start.sh']) write(join(home, 'bin', name), COMMAND, 0o755);
  write(join(home, 'conf/alluxio-site.properties'), 'alluxio.master.journal.type=EMBEDDED\n');
};

/** What a command of a version says from now on. */
export const answer = (home: string, name: string, text: string, exit = 0): void => {
  write(join(home, 'answers', name), text);
  write(join(home, 'answers', `${name}.exit`), String(exit));
};

export const callsOf = (home: string): string[] =>
  existsSync(join(home, 'calls'))
    ? readFileSync(join(home, 'calls'), 'utf8')
        .split('\n')
        .filter(line => line !== '')
    : [];

export const nodeAt = (home: string, role: ServerRole = 'master', fields: object = {}): ServerNode => ({
  id: NodeId.parse('n-1'),
  host: HostId.parse('127.0.0.1'),
  role,
  home: parseAbsPath(home),
  fields: ROLE_FIELDS[role].parse(fields),
});

export const clusterOf = (node: ServerNode, settings: object): AlluxioCluster => ({
  name: 'lake',
  system: 'alluxio',
  hosts: [],
  nodes: [node],
  settings: Settings.parse({version: '2.9.4', package: '/nowhere', ...settings}),
});

/** A home at 2.3.0: a link to it, or the directory itself. */
export const makeHome = (layout: 'link' | 'dir'): {root: string; home: string; real: string} => {
  const root = makeRoot();
  const home = join(root, 'the alluxio');
  const real = layout === 'link' ? `${home}-2.3.0` : home;
  makeVersion(real, '2.3.0');
  if (layout === 'link') symlinkSync(real, home);
  return {root, home, real};
};

export type Told = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: Said;
};

/** Looks as the far shell does: in a subshell, with nothing on its stdin. */
export const lookOf = (
  {script}: ShellRequest,
  shell = 'sh',
  env: Readonly<Record<string, string>> = {},
): Told => {
  const [program = '', ...words] = shell.split(' ');
  const {status, stdout, stderr} = spawnSync(
    program,
    [...words, '-c', `( eval "$0" ) </dev/null`, renderScript(script)],
    {encoding: 'utf8', env: {...process.env, ...env}},
  );
  return {code: status ?? -1, stdout, stderr, lines: parseLines(stdout)};
};

/** A process whose arguments are those of a JVM. */
export const java = async (...args: readonly string[]): Promise<number> => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)', '--', ...args]);
  children.push(child);
  await new Promise(resolve => child.stdout?.once('data', resolve));
  if (child.pid === undefined) throw new Error('it did not start');
  return child.pid;
};
