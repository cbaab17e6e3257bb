import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseLines} from '../../../../src/host/lines.ts';
import {parseProcesses} from '../../../../src/host/process.ts';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import type {Sh} from '../../../../src/lib/sh.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {HostId, NodeId} from '../../../../src/model/ids.ts';
import {renderScript, type Script} from '../../../../src/model/script.ts';
import {type DorisNode, ROLE_FIELDS, type RoleName} from '../../../../src/systems/doris/fields.ts';
import {parseStage, parseTree} from '../../../../src/systems/doris/parse/tree.ts';
import {askProcess, askStage, askTree} from '../../../../src/systems/doris/scripts/look.ts';
import {roots} from '../../made.ts';
import {startScript} from './actions.ts';

export const STAMP = '20261122_010203';
export const linux = process.platform === 'linux';
export const shells = ['sh', 'dash', 'bash', 'ash'].filter(
  shell => spawnSync(shell, ['-c', ':']).status === 0,
);

export type Place = {
  readonly root: string;
  readonly node: DorisNode;
  readonly home: string;
  readonly package: string;
};

/**
 * A home at 3.0.6 and a package at 3.1.2, in a place whose name holds what shells trip over. A stop is given more time
 * than the busiest machine needs; a test that waits for its end says less.
 */
export const install = (role: RoleName, stopWithinMs = 60_000): Place => {
  const root = mkdtempSync(join(tmpdir(), 'lakeup it\'s "$HOME" '));
  roots.push(root);
  const home = join(root, 'the home');
  const packageDir = join(root, 'the package');
  for (const [base, version] of [
    [home, '3.0.6'],
    [packageDir, '3.1.2'],
  ] as const) {
    mkdirSync(join(base, 'bin'), {recursive: true});
    mkdirSync(join(base, 'lib/deep er'), {recursive: true});
    writeFileSync(join(base, 'lib/version'), `doris-${version}-rc01-abc`);
    writeFileSync(join(base, 'lib/deep er/a "b" c.jar'), version.repeat(1000));
    symlinkSync('version', join(base, 'lib/link'));
  }
  mkdirSync(join(home, 'conf'));
  mkdirSync(join(home, 'log'));
  const node: DorisNode = {
    id: NodeId.parse('n-1'),
    host: HostId.parse('127.0.0.1'),
    role,
    home: parseAbsPath(home),
    fields: ROLE_FIELDS[role].parse({package: packageDir, stopWithinMs}),
  };
  return {root, node, home, package: packageDir};
};

export type Told = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Runs a script as the far shell does: in a subshell of sh, with nothing on its stdin. */
export const run = (asked: Sh | Script, shell = 'sh', env: NodeJS.ProcessEnv = {}): Told => {
  const script = typeof asked === 'string' ? asked : renderScript(asked);
  const {status, stdout, stderr} = spawnSync(shell, [], {
    input: `( eval ${quoted(script)} ) </dev/null`,
    encoding: 'utf8',
    env: {...process.env, ...env},
  });
  return {code: status ?? -1, stdout, stderr};
};
const quoted = (script: string): string => `'${script.replaceAll("'", `'\\''`)}'`;

export const program = (path: string, text: string): void => {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
};

/** A daemon that does this at SIGTERM, and says in log/up from when on. */
export const daemon = (onTerm: string): string => `#!/bin/bash
if [[ "$1" = --version ]]; then echo "$(cat "$(dirname "$0")/version")(AVX2) RELEASE"; exit 0; fi
trap '${onTerm}' TERM
: >"$(dirname "$0")/../log/up"
while :; do sleep 0.1; done
`;

/** A backend in the manner of the real one: a daemon named by its path in lib, a pid file, a stop script that waits. */
export const makeBackend = ({home, package: packageDir}: Place): void => {
  for (const base of [home, packageDir]) {
    program(join(base, 'lib/doris_be'), daemon('exit 0'));
    program(
      join(base, 'bin/start_be.sh'),
      `#!/usr/bin/env bash
home="$(cd "$(dirname "$0")/.." && pwd)"
if [[ "$1" = --version ]]; then exec "$home/lib/doris_be" --version; fi
env >"$home/log/env"; ulimit -n >"$home/log/nofile"; echo "$@" >>"$home/log/starts"
nohup "$home/lib/doris_be" >>"$home/log/be.out" 2>&1 </dev/null &
echo $! >"$home/bin/be.pid"
`,
    );
    program(
      join(base, 'bin/stop_be.sh'),
      `#!/usr/bin/env bash
home="$(cd "$(dirname "$0")/.." && pwd)"
echo "$@" >>"$home/log/stops"
pid="$(cat "$home/bin/be.pid")"
kill -15 "$pid"
while [[ -e /proc/$pid/stat ]] && ! grep -q ') Z' /proc/$pid/stat; do sleep 0.1; done
rm -f "$home/bin/be.pid"
`,
    );
  }
  // What is installed was made before the package: no two releases have files of the same times.
  spawnSync('find', [home, '-exec', 'touch', '-h', '-d', '2025-06-30 12:00:00', '{}', '+']);
};

export const running = ({node}: Place): number[] =>
  parseProcesses(parseLines(run(askProcess(node).script).stdout)).map(({pid}) => pid);

const AS = {flags: [], env: {}, nofile: null};
/** Waits until what was started is there and minds signals: a start script ends before that. */
export const awaitUp = ({home}: Place): void => {
  const end = Date.now() + 60_000;
  while (!existsSync(join(home, 'log/up'))) {
    if (Date.now() > end) throw new Error(`nothing came up in ${home}`);
    spawnSync('sleep', ['0.05']);
  }
};
export const startIt = (place: Place): Told => {
  const told = run(startScript(place.node, STAMP, AS));
  if (told.code === 0) awaitUp(place);
  return told;
};
export const treeOf = ({node}: Place, sizesOf?: string): Facts =>
  parseTree(parseLines(run(askTree(node, sizesOf).script).stdout));
export const stageOf = ({node}: Place): Facts => parseStage(parseLines(run(askStage(node).script).stdout));
