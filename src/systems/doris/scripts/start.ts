import {apart} from '../../../host/alone.ts';
import {pickScript} from '../../../host/files.ts';
import {foreignExit} from '../../../host/guard.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {DorisNode} from '../fields.ts';
import {actionVars, beginAction} from './begin.ts';
import {forEachKind, type RoleScripts} from './role.ts';

/**
 * What of a process's environment is shown and given to its successor. No name here may hold a secret. A JVM takes the
 * bytes of its texts and file names from the locale.
 */
export const KEPT_ENV = [
  'JAVA_HOME',
  'HADOOP_CONF_DIR',
  'HADOOP_USER_NAME',
  'KRB5_CONFIG',
  'TZ',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'SKIP_CHECK_ULIMIT',
] as const;
export type KeptEnv = (typeof KEPT_ENV)[number];

/** What the old process was started with, so that the new one is started the same way. */
export type StartAs = {
  readonly flags: readonly string[];
  readonly env: Readonly<Partial<Record<KeptEnv, string>>>;
  /** Soft limit of open files to have at least; null when it was not seen. */
  readonly nofile: number | null;
};

const setEnv: Sh = lines(
  ...KEPT_ENV.map(name => {
    const [variable, given] = [raw(name as Sh), raw(`env_${name}` as Sh)];
    return sh`if [ -n "\${${given}+set}" ]; then export ${variable}="$${given}"; fi`;
  }),
);

const openFiles: Sh = sh`if [ -n "$nofile" ]; then
  limit=$(ulimit -n)
  if [ "$limit" != unlimited ] && { [ "$nofile" = unlimited ] || [ "$limit" -lt "$nofile" ]; }; then
    ulimit -n "$nofile" 2>/dev/null || ulimit -n "$(ulimit -Hn)" || :
  fi
fi`;

/** The end of an action that would start what runs. */
export const unlessRunning: Sh = sh`set -- $(pids)
if [ $# -gt 0 ]; then echo "process $* of $home runs already: nothing is started" && exit 0; fi`;

/** Starts what lies in the places of `bin` and `lib` by its own script. */
export const startIt = (scripts: RoleScripts): Sh =>
  lines(
    sh`for part in $parts; do
  if [ "$(place "$home/$part")" != dir ]; then refuse "$home/$part is $(place "$home/$part")"; fi
done`,
    pickScript(sh`"$home"/bin`, scripts.starts),
    sh`if [ -z "$script" ]; then refuse "$home/bin holds no start script"; fi
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
# Ours above, for sort and ls: the process gets the one its predecessor had, or none.
unset LC_ALL`,
    setEnv,
    openFiles,
    apart,
    foreignExit,
    sh`cd "$home"
result=0
apart bash "bin/$script" --daemon $flags || result=$?
foreign_exit "$result"`,
  );

/**
 * Starts the node by its own script, unless a process of this home runs. The script's exit code says nothing of whether
 * it came up (domain: start_be.sh and start_fe.sh exit 0 at once, start.sh exits 1 when it is merely slow).
 */
export const startBody = forEachKind('start', scripts => [
  beginAction(scripts, 'start', 'go on'),
  unlessRunning,
  startIt(scripts),
]);

/** How a node is started: by these flags, in this environment, with as many open files. */
export const startVars = (node: DorisNode, stamp: string, {flags, env, nofile}: StartAs): Vars => ({
  ...actionVars(node, stamp),
  flags,
  nofile: nofile === null ? '' : Number.isFinite(nofile) ? nofile : 'unlimited',
  ...Object.fromEntries(Object.entries(env).map(([name, value]) => [`env_${name}`, value])),
});
