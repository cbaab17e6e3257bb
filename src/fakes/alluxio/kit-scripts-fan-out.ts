import {scriptHead} from '../common/kit-knobs.ts';
import {generationOf} from './generation.ts';
import {COMMON, KNOBS_OF_ROLE, ROLE} from './kit-scripts-config.ts';

/**
 * bin/alluxio-masters.sh and bin/alluxio-workers.sh: a command on every host of conf/masters or conf/workers at once, by ssh. What
 * it prints there goes to logs/task.log; who was not reached is told, and the exit code is 0 in any case (recorded). 2.9 tells
 * of masters on the standard error.
 */
export const fanOutScript = (version: string, kind: 'master' | 'worker'): string => {
  const {countsKills} = generationOf(version);
  const told = kind === 'master' && countsKills ? ' >&2' : '';
  return `${scriptHead(KNOBS_OF_ROLE, ROLE)}${COMMON}
if [[ $# -le 0 ]]; then
  echo 'Usage: alluxio-${kind}s.sh command...' >&2
  exit 1
fi
task_log="$ALLUXIO_LOGS_DIR/task.log"
mkdir -p "$ALLUXIO_LOGS_DIR"
echo "Executing the following command on all ${kind} nodes and logging to $task_log: $*" | tee -a "$task_log"
codes="$(mktemp -d)"
hosts="$(sed 's/#.*$//;/^$/d' "$ALLUXIO_CONF_DIR/${kind}s")"
for host in $hosts; do
  echo "[$host] Connecting as $USER..." >>"$task_log"
  {
    code=0
    nohup ssh -o ConnectTimeout=5 -o StrictHostKeyChecking=no -tt "$host" "\${@// /\\\\ }" >"$codes/$host.out" 2>&1 </dev/null || code=$?
    while read -r line; do echo "[$(date '+%Y-%m-%d %H:%M:%S')][$host] $line"; done <"$codes/$host.out" >>"$task_log"
    echo "$code" >"$codes/$host"
  } &
done
echo 'Waiting for tasks to finish...'
wait
failed=
for host in $hosts; do
  code="$(cat "$codes/$host")"
  if [[ "$code" -ne 0 ]]; then
    failed=yes
    echo "Task on '$host' fails, exit code: $code"${told}
  fi
done
if [[ -n "$failed" ]]; then
  echo "There are task failures, look at $task_log for details."${told}
else
  echo 'All tasks finished'
fi
rm -rf "$codes"
exit 0
`;
};

/**
 * Shell function `on KIND SCRIPT WORDS...`: that script of this home on every host of the kind. The hosts of a demo have one
 * machine's ssh among them, which reaches none of them.
 */
export const ON_HOSTS = `on() {
  if [[ -n "$root" ]]; then
    echo "$1s: no ssh from here" >&2
    exit 1
  fi
  "$BIN/alluxio-$1s.sh" "$BIN/$2" "\${@:3}"
}
`;
