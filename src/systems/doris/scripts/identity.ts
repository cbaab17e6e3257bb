import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {Node} from '../../../model/inventory.ts';
import {fieldsOf} from '../fields.ts';
import {roleScripts} from './role.ts';

const common = (node: Node): Sh => sh`set -eu
LC_ALL=C
export LC_ALL
home=${node.home}
real=$(cd "$home" 2>/dev/null && pwd -P) || real=$home
newline='
'
# Clock ticks at which a process began; nothing when it is gone or only waits to be buried.
ticks() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  set -- \${stat##*) }
  case \${1:-} in '' | Z | X) ;; *) echo "\${20}" ;; esac
}
arguments() {
  tr '\\0' '\\n' 2>/dev/null <"/proc/$1/cmdline" || :
}
# A process that only prints something and ends is none of a node's.
passing() {
  case $newline$1$newline in
    *"$newline"--version"$newline"* | *"$newline"--image"$newline"*) return 0 ;;
  esac
  return 1
}`;

/** A process is the node's when its binary's whole path is one of its arguments, or its exe lies in the home's lib. */
const native = (binary: string): Sh => sh`binary=${binary}
is_ours() {
  given=$(arguments "$1")
  passing "$given" && return 1
  read -r comm 2>/dev/null <"/proc/$1/comm" || return 1
  [ "$comm" = "$binary" ] && return 0
  first=\${given%%"$newline"*}
  case \${first##*/} in
    "$binary") return 0 ;;
    node | nodejs | sh | bash | dash | ash | ksh | python* | perl | ruby) ;;
    *) return 1 ;;
  esac
  # An interpreter is the node only by what it runs: the binary may be a mere argument of somebody's own program.
  ran=$(printf '%s\\n' "$given" | sed -n '1d; /^-/d; p; q')
  [ "$ran" = "$home/lib/$binary" ] || [ "$ran" = "$real/lib/$binary" ]
}
candidates() {
  # grep's own exit code is of no use: processes end while it reads.
  named=$(grep -lzxF -e"$home/lib/$binary" -e"$real/lib/$binary" /proc/[0-9]*/cmdline) || :
  if [ -n "$named" ]; then echo "$named" && return 0; fi
  # Started by hand, by a relative path: then only exe tells whose it is.
  for file in $(grep -lxF -e"$binary" /proc/[0-9]*/comm || :); do
    case $(readlink "\${file%/comm}/exe" || :) in
      "$real"/lib/* | "$real"/lib_backup_*/* | "$real"/lib_failed_*/*) echo "\${file%/comm}/cmdline" ;;
    esac
  done
}`;

/** A JVM is the node's when it runs the frontend's class with this home in its environment or, if hidden, arguments. */
const frontend: Sh = sh`is_ours() {
  passing "$(arguments "$1")" && return 1
  found=0
  grep -qzxF -e"DORIS_HOME=$home" -e"DORIS_HOME=$real" "/proc/$1/environ" 2>/dev/null || found=$?
  case $found in
    0) return 0 ;;
    1)
      # Started through a link: its own name for the home leads to the same place.
      named=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | sed -n 's/^DORIS_HOME=//p' | head -n 1) || named=
      [ -n "$named" ] && [ "$(cd "$named" 2>/dev/null && pwd -P)" = "$real" ]
      return $?
      ;;
  esac
  grep -qaF -e"$home/" -e"$real/" "/proc/$1/cmdline" 2>/dev/null
}
candidates() {
  grep -lzxF -eorg.apache.doris.DorisFE /proc/[0-9]*/cmdline || :
}`;

/**
 * Shell functions that find the processes of one node's home, whatever its pid file says: `pids` prints them, `ticks PID`
 * when one began. Reads /proc only. Domain: pid files lie, and stop scripts kill whatever stands in them.
 */
export const identity = (node: Node): Sh => {
  const {binary} = roleScripts(fieldsOf(node).role);
  return lines(
    common(node),
    binary === null ? frontend : native(binary),
    sh`pids() {
  candidates 2>/dev/null | while IFS=/ read -r _ _ pid _; do
    if is_ours "$pid"; then echo "$pid"; fi
  done
}`,
  );
};

/** Shell that sets `pid_file`: the first that exists of those the role may have, in PID_DIR where the conf sets one. */
export const pidFile = (node: Node): Sh => {
  const {conf, pidFiles} = roleScripts(fieldsOf(node).role);
  return sh`pid_dir=$(sed -n 's/^[[:space:]]*PID_DIR[[:space:]]*=[[:space:]]*//p' "$home"/conf/${conf} 2>/dev/null |
  tail -n 1 | sed 's/[[:space:]]*$//; s/^"\\(.*\\)"$/\\1/') || pid_dir=
case $pid_dir in
  '') pid_dir=$home/bin ;;
  '\${DORIS_HOME}'*) pid_dir=$home\${pid_dir#'\${DORIS_HOME}'} ;;
  '$DORIS_HOME'*) pid_dir=$home\${pid_dir#'$DORIS_HOME'} ;;
esac
pid_file=
for name in ${pidFiles}; do
  if [ -z "$pid_file" ] || [ -f "$pid_dir/$name" ]; then pid_file=$pid_dir/$name; fi
  if [ -f "$pid_file" ]; then break; fi
done
listed=$(tr -d '[:space:]' 2>/dev/null <"$pid_file") || listed=`;
};

/** Shell that sets `script` to the first of the names that is a file in a bin directory, or to nothing. */
export const pickScript = (bin: Sh, names: readonly string[]): Sh => sh`script=
for name in ${names}; do
  if [ -f ${raw(bin)}/"$name" ]; then script=$name && break; fi
done`;
