import {type Sh, sh} from '../../../lib/sh.ts';

/**
 * Shell function `unit_of PID`: the service unit whose cgroup the process is in, and, where the service manager tells,
 * what it does about its end (`unitRestart`) and which process it watches (`unitMain`).
 */
export const unitOf: Sh = sh`unit_of() {
  group=$(sed -n 's|^[^:]*:[^:]*:\\(.*\\.service\\)$|\\1|p' "/proc/$1/cgroup" 2>/dev/null | head -n 1) || group=
  if [ -z "$group" ]; then return 0; fi
  echo "unit=\${group##*/}"
  case $group in */user@*.service/*) manager=--user ;; *) manager=--system ;; esac
  # A unit it does not know is described by defaults: those are no answer.
  timeout 5 systemctl "$manager" show -p LoadState -p Restart -p MainPID "\${group##*/}" 2>/dev/null | awk -F= '
    {value[$1] = $2}
    END {if (value["LoadState"] == "loaded") {print "unitRestart=" value["Restart"]; print "unitMain=" value["MainPID"]}}
  ' || :
}`;

/**
 * Prints a line `beside=PID FLAGS HOME` for every MetaService or Recycler of this cluster that runs on the host out of
 * another home. Whose cluster it is says the FoundationDB it uses; one that cannot be told counts as of this cluster.
 */
export const besides: Sh = sh`database() {
  told=$(sed -n 's/^[[:space:]]*fdb_cluster[[:space:]]*=[[:space:]]*//p' "$1/conf/doris_cloud.conf" 2>/dev/null | tail -n 1) || told=
  if [ -z "$told" ]; then told=$(head -n 1 "$1/conf/fdb.cluster" 2>/dev/null) || told=; fi
  printf '%s' "$told"
}
mine=$(database "$home")
for file in $(grep -lxF -e doris_cloud /proc/[0-9]*/comm 2>/dev/null || :); do
  other=\${file#/proc/}
  other=\${other%/comm}
  given=$(arguments "$other")
  if passing "$given"; then continue; fi
  where=$(readlink "/proc/$other/cwd" 2>/dev/null) || where='?'
  if [ "$where" = "$home" ] || [ "$where" = "$real" ]; then continue; fi
  theirs=$(database "$where")
  if [ -n "$mine" ] && [ -n "$theirs" ] && [ "$mine" != "$theirs" ]; then continue; fi
  flags=$(printf '%s\\n' "$given" | grep -xF -e --meta-service -e --recycler | tr '\\n' ,) || :
  echo "beside=$other \${flags:--} $where"
done`;
