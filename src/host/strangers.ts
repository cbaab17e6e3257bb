import {type Sh, sh} from '../lib/sh.ts';
import type {Folder} from './identity.ts';

/**
 * Shell function `strangers NAME`: a line `other=PID COMM` for every process that runs out of this folder of the home, `$home`, and
 * is none of those that `identity` knows: a program of another name. NAME is one that may run there by a relative path,
 * or nothing. Needs `identity`.
 */
export const strangers = ({folder}: Folder): Sh => sh`stranger_folder=${folder}
stranger() {
  for known in $known_pids; do
    if [ "$known" = "$1" ]; then return 1; fi
  done
  given=$(arguments "$1")
  if passing "$given"; then return 1; fi
  first=\${given%%"$newline"*}
  case \${first##*/} in
    node | nodejs | sh | bash | dash | ash | ksh | python* | perl | ruby)
      first=$(printf '%s\\n' "$given" | sed -n '1d; /^-/d; p; q')
      ;;
  esac
  case $first in "$home/$stranger_folder"/* | "$real/$stranger_folder"/*) return 0 ;; esac
  case $(readlink "/proc/$1/exe" 2>/dev/null || :) in "$real/$stranger_folder"/*) return 0 ;; esac
  return 1
}
strangers() {
  known_pids=$(pids)
  for file in $(grep -lzF -e "$home/$stranger_folder/" -e "$real/$stranger_folder/" /proc/[0-9]*/cmdline 2>/dev/null || :) \\
    $(if [ -n "$1" ]; then grep -lxF -e "$1" /proc/[0-9]*/comm 2>/dev/null || :; fi); do
    file=\${file#/proc/}
    pid=\${file%%/*}
    if ! stranger "$pid"; then continue; fi
    read -r comm 2>/dev/null <"/proc/$pid/comm" || continue
    echo "other=$pid $comm"
    known_pids="$known_pids $pid"
  done
}`;
