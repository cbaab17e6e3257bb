import {type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {type Said, said} from './lines.ts';

/**
 * Shell function `logout_kills ROOT`: whether what this login starts dies when it logs out, by logind's configuration:
 * KillUserProcesses, and whom it leaves out. Said only where this very shell is in a login's session. ROOT stands before
 * /etc, /proc and the others.
 */
export const logoutKills: Sh = sh`logind_files() {
  for file in "$1/etc/systemd/logind.conf" "$1/run/systemd/logind.conf" "$1/usr/local/lib/systemd/logind.conf" \\
    "$1/usr/lib/systemd/logind.conf" "$1/lib/systemd/logind.conf"; do
    if [ -r "$file" ]; then printf '%s\\n' "$file" && break; fi
  done
  # Of drop-ins with one name the first counts, and all of them in the order of their names.
  for folder in "$1/etc" "$1/run" "$1/usr/local/lib" "$1/usr/lib" "$1/lib"; do
    for file in "$folder"/systemd/logind.conf.d/*.conf; do
      if [ -r "$file" ]; then printf '%s/%s\\n' "\${file##*/}" "$file"; fi
    done
  done | sort -s -t / -k 1,1 | awk -F / '!told[$1]++ {sub(/^[^\\/]*\\//, ""); print}'
}
logout_kills() {
  case $(cat "$1/proc/self/cgroup" 2>/dev/null || :) in
    */session-*.scope*) ;;
    *) return 0 ;;
  esac
  name=$(id -un 2>/dev/null) || return 0
  logind_files "$1" | while IFS= read -r file; do cat "$file" 2>/dev/null && echo || :; done | awk -v name="$name" '
    {gsub(/^[ \\t]+|[ \\t\\r]+$/, "")}
    /^\\[/ {login = $0 == "[Login]"; next}
    !login || !/=/ {next}
    {
      key = $0
      sub(/[ \\t]*=.*$/, "", key)
      value = $0
      sub(/^[^=]*=[ \\t]*/, "", value)
      set[key] = value
      is_set[key] = 1
    }
    function names(list, n, i, all) {
      n = split(list, all, /[ \\t]+/)
      for (i = 1; i <= n; i++) if (all[i] == name) return 1
      return 0
    }
    END {
      spared = is_set["KillExcludeUsers"] ? set["KillExcludeUsers"] : "root"
      kills = tolower(set["KillUserProcesses"]) ~ /^(yes|true|on|1|y|t)$/
      if (kills && !names(spared) && (set["KillOnlyUsers"] == "" || names(set["KillOnlyUsers"]))) print "logout=kills"
      else print "logout=keeps"
    }' || :
  if [ -e "$1/var/lib/systemd/linger/$name" ]; then echo linger=yes; else echo linger=no; fi
}`;

/** What was said of it, as facts: `logoutKills` and `linger`; none where this login has no session of its own. */
export const logoutFacts = (lines: Said): Facts => {
  const told = said(lines, 'logout');
  return told === null ? {} : {logoutKills: told === 'kills', linger: said(lines, 'linger') === 'yes'};
};
