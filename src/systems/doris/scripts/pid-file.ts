import {type Sh, sh} from '../../../lib/sh.ts';
import type {RoleScripts} from './role.ts';

/** Shell that sets `pid_file` and what it says, `listed`: the first that exists of those the role may have, in PID_DIR where the conf sets one. */
export const pidFile = ({
  conf,
  pidFiles,
}: RoleScripts): Sh => sh`pid_dir=$(sed -n 's/^[[:space:]]*PID_DIR[[:space:]]*=[[:space:]]*//p' "$home"/conf/${conf} 2>/dev/null |
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
