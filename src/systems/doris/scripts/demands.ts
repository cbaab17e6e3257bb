import {pickScript} from '../../../host/files.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {RoleScripts} from './role.ts';

/** The mount that the home lies on, where no program may be run from it. Of two at one place the later lies on top. */
const noexec: Sh = sh`if real=$(cd "$home" 2>/dev/null && pwd -P); then
    real=$real awk '
      function plain(path) {
        gsub(/\\\\040/, " ", path)
        return path
      }
      {
        at = plain($2)
        if (at != "/" && ENVIRON["real"] != at && index(ENVIRON["real"], at "/") != 1) next
        if (length(at) >= longest) {longest = length(at); point = at; options = $4}
      }
      END {if (("," options ",") ~ /,noexec,/) print "host.noexec=" point}' "$1/proc/mounts" 2>/dev/null || :
  fi`;

/**
 * Shell function `demands ROOT`: what the package's start script will ask for before it starts anything, read from its own
 * text (versions differ), and what this host has. ROOT stands before /proc.
 */
export const demands = ({starts, conf, binary}: RoleScripts): Sh =>
  lines(
    sh`demands() {
  ${raw(pickScript(sh`"$package"/bin`, starts))}
  if [ -n "$script" ]; then
    awk '
      /^[ \\t]*#/ {next}
      /\\/proc\\/sys\\/vm\\/max_map_count/ {maps = 2000000}
      /MAX_MAP_COUNT.*-lt +[0-9]/ && maps {maps = number($0)}
      /swapon/ {swap = 1}
      /ulimit -n/ && !/echo/ {files = 60000}
      /MAX_FILE_COUNT.*-lt +[0-9]/ && files {files = number($0)}
      /jdk_version.*must be [0-9]/ {jdk = $0; sub(/^.*must be /, "", jdk); sub(/[^0-9].*$/, "", jdk)}
      /JAVA_HOME environment variable is not/ {java = 1}
      /SKIP_CHECK_ULIMIT/ && !skip {skip = NR}
      /done *<.*conf\\// && !conf {conf = NR}
      function number(line) {
        sub(/^.*-lt +/, "", line)
        sub(/[^0-9].*$/, "", line)
        return line
      }
      END {
        if (maps) print "demands.maps=" maps
        if (swap) print "demands.swap=off"
        if (files) print "demands.files=" files
        if (jdk) print "demands.jdk=" jdk
        if (java) print "demands.java=yes"
        # Where the conf is read after the question, only the environment counts.
        if (skip) print "demands.skip=" (conf && conf < skip ? "conf" : "env")
      }' "$package/bin/$script" 2>/dev/null || :
  fi
  # Such a file is read at once or not at all: a shell's own read takes it byte by byte.
  if count=$(cat "$1/proc/sys/vm/max_map_count" 2>/dev/null); then echo "host.maps=$count"; fi
  # Start scripts ask swapon: where it is not to be found, they find no swap.
  if command -v swapon >/dev/null 2>&1; then
    awk 'END {if (NR > 0) print "host.swaps=" NR - 1}' "$1/proc/swaps" 2>/dev/null || :
  fi
  ${raw(binary === null ? sh`` : noexec)}
  sed -n 's/^[[:space:]]*SKIP_CHECK_ULIMIT[[:space:]]*=[[:space:]]*["'\\'']\\{0,1\\}\\([a-z]*\\).*/conf.skip=\\1/p' \\
    "$home"/conf/${conf} 2>/dev/null | tail -n 1 || :
}`,
  );
