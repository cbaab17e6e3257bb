import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {Node} from '../../../model/inventory.ts';
import {fieldsOf, packageOf, portsOf} from '../fields.ts';
import {besides, unitOf} from './around.ts';
import {digests, place} from './files.ts';
import {identity, pickScript, pidFile} from './identity.ts';
import {roleScripts} from './role.ts';

const LOOK_TIMEOUT_MS = 30_000;
const MAX_BYTES = 256 * 1024;

/** A script that changes nothing, on the shell for looks. */
export const look = (name: string, script: Sh, timeoutMs = LOOK_TIMEOUT_MS): ShellRequest => ({
  kind: 'shell',
  lane: 'look',
  name,
  script,
  timeoutMs,
  maxBytes: MAX_BYTES,
});

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

const brief: Sh = sh`brief() {
  echo "process=$1"
  echo "ticks=$(ticks "$1")"
  read -r comm 2>/dev/null <"/proc/$1/comm" || comm=
  echo "comm=$comm"
  exe=$(readlink "/proc/$1/exe" 2>/dev/null) || exe=
  if [ -n "$exe" ]; then echo "exe=$exe"; fi
  arguments "$1" | sed 's/^/arg=/'
}
reached() {
  if [ $# -ge 3 ]; then echo "self=$3"; fi
}
reached \${SSH_CONNECTION:-}`;

const full: Sh = sh`full() {
  brief "$1"
  awk '/^Uid:/ {print "user=" $2}' "/proc/$1/status" 2>/dev/null || :
  awk '/^Max open files/ {print "nofile=" $4}' "/proc/$1/limits" 2>/dev/null || :
  tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | grep -E ${`^(${KEPT_ENV.join('|')})=`} | sed 's/^/env=/' || :
}`;

const sockets = (node: Node): Sh => {
  const wanted = portsOf(node).map(port => port.toString(16).toUpperCase().padStart(4, '0'));
  return sh`awk -v want=${` ${wanted.join(' ')} `} '
    $4 == "0A" && index(want, " " substr($2, length($2) - 3) " ") {print "listen=" $2}
  ' /proc/net/tcp /proc/net/tcp6 2>/dev/null || :`;
};

/** Which processes of this home run: cheap, asked all the time. */
export const askAlive = (node: Node): ShellRequest =>
  look('doris.alive', lines(identity(node), brief, sh`for pid in $(pids); do brief "$pid"; done`));

/** The same with what is known of each process, the pid file, and who listens on the node's ports. */
export const askProcess = (node: Node): ShellRequest =>
  look(
    'doris.process',
    lines(
      identity(node),
      brief,
      full,
      pidFile(node),
      sh`for pid in $(pids); do full "$pid"; done
echo "pidfile=$listed"`,
      sockets(node),
    ),
  );

const names = (node: Node): Sh => {
  const {starts, stops} = roleScripts(fieldsOf(node).role);
  const pick = (key: string, bin: Sh, wanted: readonly string[]): Sh =>
    sh`${raw(pickScript(bin, wanted))}
echo ${key}="$script"`;
  return lines(
    pick('homeStart', sh`"$home"/bin`, starts),
    pick('homeStop', sh`"$home"/bin`, stops),
    pick('packageStart', sh`"$package"/bin`, starts),
    pick('packageStop', sh`"$package"/bin`, stops),
  );
};

const leftovers: Sh = sh`for found in "$home"/.lakeup-stage-* "$home"/bin_backup_* "$home"/lib_backup_* \\
  "$home"/bin_failed_* "$home"/lib_failed_*; do
  if [ -e "$found" ]; then echo "leftover=\${found##*/}"; fi
done`;

/** Everything a plan and preflight need to know of one node's host, in one look. Changes nothing. */
export const askSurvey = (node: Node): ShellRequest =>
  look(
    'doris.survey',
    lines(
      identity(node),
      brief,
      full,
      place,
      pidFile(node),
      unitOf,
      sh`package=${packageOf(node)}
for pid in $(pids); do
  full "$pid"
  unit_of "$pid"
done
if [ -f "$pid_file" ]; then echo "pidfile=\${listed:-empty}"; else echo pidfile=none; fi
echo "login=$(id -u)"
echo "session.nofile=$(ulimit -n)"
echo "session.hard=$(ulimit -Hn)"
echo "home=$(place "$home")"
for part in bin lib conf; do echo "$part=$(place "$home/$part")"; done
for part in bin lib; do echo "package.$part=$(place "$package/$part")"; done
if [ -w "$home" ]; then echo writable=yes; else echo writable=no; fi
df -Pk "$home" 2>/dev/null | awk 'NR == 2 {print "freeKb=" $4}' || :
du -sk "$package/bin" "$package/lib" 2>/dev/null | awk '{sum += $1} END {print "packageKb=" sum + 0}' || :
for file in "$home"/bin/*; do
  name=\${file##*/}
  case $name in '*' | *.pid) continue ;; esac
  if [ -d "$package/bin" ] && [ ! -e "$package/bin/$name" ]; then echo "extra=$name"; fi
done`,
      names(node),
      leftovers,
      sockets(node),
      ...(node.role === 'ms' || node.role === 'recycler' ? [besides] : []),
    ),
    60_000,
  );

/** How the home's bin and lib lie, and whether they are the package's. */
export const askTree = (node: Node): ShellRequest =>
  look(
    'doris.tree',
    lines(
      sh`set -eu
LC_ALL=C
export LC_ALL
home=${node.home}
package=${packageOf(node)}`,
      place,
      digests,
      sh`echo "home=$(place "$home")"
for part in bin lib; do echo "$part=$(place "$home/$part")"; done
echo "tree.home=$(listing "$home" 0)"
echo "tree.package=$(listing "$package" 0)"`,
      leftovers,
    ),
  );

/** How each stage below the home compares with the package: listing with modes, and the receipt of compared contents. */
export const askStage = (node: Node): ShellRequest =>
  look(
    'doris.stage',
    lines(
      sh`set -eu
LC_ALL=C
export LC_ALL
home=${node.home}
package=${packageOf(node)}`,
      digests,
      sh`echo "stage.package=$(listing "$package" 1)"
for stage in "$home"/.lakeup-stage-*; do
  if [ ! -d "$stage" ] || [ -L "$stage" ]; then continue; fi
  receipt=$(cat "$stage/verified" 2>/dev/null) || receipt=-
  listed=$(listing "$stage" 1)
  echo "stage=\${stage##*/} \${listed:--} $receipt"
done`,
    ),
  );

/** The end of MetaService's or Recycler's own output file. */
export const askLog = (node: Node): ShellRequest =>
  look(
    'doris.log',
    sh`if [ -f ${node.home}/log/doris_cloud.out ]; then tail -c 65536 ${node.home}/log/doris_cloud.out; fi`,
  );
