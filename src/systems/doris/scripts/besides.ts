import {lines, type Sh, sh} from '../../../lib/sh.ts';
import {database} from './store.ts';

/**
 * Prints a line `beside=PID FLAGS HOME` for every MetaService or Recycler of this cluster that runs on the host out of
 * another home. Whose cluster it is says the FoundationDB it uses; one that cannot be told counts as of this cluster.
 */
export const besides: Sh = lines(
  database,
  sh`mine=$(database "$home")
for file in $(grep -lxF -e doris_cloud /proc/[0-9]*/comm 2>/dev/null || :); do
  other=\${file#/proc/}
  other=\${other%/comm}
  given=$(arguments "$other")
  # One that has ended, and of whose end nobody has taken note, has no arguments any more.
  if [ -z "$given" ] || passing "$given"; then continue; fi
  where=$(readlink "/proc/$other/cwd" 2>/dev/null) || where='?'
  if [ "$where" = "$home" ] || [ "$where" = "$real" ]; then continue; fi
  theirs=$(database "$where")
  if [ -n "$mine" ] && [ -n "$theirs" ] && [ "$mine" != "$theirs" ]; then continue; fi
  flags=$(printf '%s\\n' "$given" | grep -xF -e --meta-service -e --recycler | tr '\\n' ,) || :
  echo "beside=$other \${flags:--} $where"
done`,
);
