import {scriptHead} from '../common/kit-knobs.ts';
import {exportConf, javaNotSet, jdkVersion, refuseProxies} from './kit-scripts-shared.ts';

const DAEMON_FLAGS = (extra: string): string => `
daemon=0
console=0
version=0
while [[ $# -gt 0 ]]; do
  case "$1" in
    --daemon) daemon=1 ;;
    --console) console=1 ;;
    --version) version=1 ;;
${extra}
    --) ;;
    -*)
      echo "$0: unrecognized option '$1'" >&2
      exit 1
      ;;
    *) ;;
  esac
  shift
done
`;

/** What a backend's start script asks of its host. Where nothing else is wanted, the host is what the node's knobs say of it. */
const ASKS_KNOBS = `if [[ "$(uname -s)" != Darwin && -n "$MAX_MAP_COUNT" && "$MAX_MAP_COUNT" -lt 2000000 ]]; then
  echo "Set kernel parameter 'vm.max_map_count' to a value greater than 2000000, example: 'sysctl -w vm.max_map_count=2000000'"
  exit 1
fi
if [[ "$SWAP" = on ]]; then
  echo 'Disable swap memory before starting be'
  exit 1
fi`;

/** The host itself, as the product's own script asks it: for hosts whose kernel can be made to say what a test wants. */
const ASKS_HOST = `if [[ "$(uname -s)" != Darwin ]]; then
  MAX_MAP_COUNT="$(cat /proc/sys/vm/max_map_count)"
  if [[ "$MAX_MAP_COUNT" -lt 2000000 ]]; then
    echo "Set kernel parameter 'vm.max_map_count' to a value greater than 2000000, example: 'sysctl -w vm.max_map_count=2000000'"
    exit 1
  fi
  if [[ "$(swapon -s | wc -l)" -gt 1 ]]; then
    echo 'Disable swap memory before starting be'
    exit 1
  fi
fi`;

/** Exits 0 as soon as the backend was forked: nothing is known of it then. `asks`: of whom it asks what its host is like. */
export const startBe = (asks: 'knobs' | 'host'): string => `${scriptHead()}
DORIS_HOME="$home"
export DORIS_HOME
${DAEMON_FLAGS('')}
LOG_DIR="$DORIS_HOME/log/"
PID_DIR="$curdir"
${exportConf('be.conf')}
export LOG_DIR PID_DIR
${asks === 'host' ? ASKS_HOST : ASKS_KNOBS}
if [[ -n "$NOFILE" && "$NOFILE" -lt 60000 ]]; then
  echo 'Set max number of open file descriptors to a value greater than 60000.'
  exit 1
fi
if [[ -z "$JAVA_HOME" ]]; then
${javaNotSet('correctly', 'be.conf')}
fi
if [[ "$version" -eq 1 ]]; then
  "$DORIS_HOME/lib/doris_be" --version
  exit 0
fi
${jdkVersion}
java_cmd="$JAVA_HOME/bin/java"
if [[ ! -x "$java_cmd" ]]; then
  echo "ERROR: invalid java_cmd $java_cmd" >>"$LOG_DIR/be.out"
  exit 1
fi
jdk="$(jdk_version "$java_cmd")"
{
  echo "INFO: java_cmd $java_cmd"
  echo "INFO: jdk_version $jdk"
} >>"$LOG_DIR/be.out"
if [[ "$jdk" != 17 ]]; then
  echo "ERROR: The jdk_version is $jdk, it must be 17." >>"$LOG_DIR/be.out"
  exit 1
fi
${refuseProxies}
pidfile="$PID_DIR/be.pid"
if [[ -f "$pidfile" ]]; then
  pid="$(cat "$pidfile")"
  if running "$pid"; then
    echo "Backend is already running as process $pid, stop it first"
    exit 1
  fi
  rm -f "$pidfile"
fi
chmod 550 "$DORIS_HOME/lib/doris_be"
echo "StdoutLogger $(date '+%Y-%m-%d %H:%M:%S,000') Start time: $(date)" >>"$LOG_DIR/be.out"
export FAKE_HOME="$home"
if [[ "$daemon" -eq 1 ]]; then
  nohup "$DORIS_HOME/lib/doris_be" >>"$LOG_DIR/be.out" 2>&1 </dev/null &
else
  trap - EXIT
  exec "$DORIS_HOME/lib/doris_be" </dev/null
fi
exit 0
`;

/** Exits 0 as soon as the JVM was forked. The script writes the pid file itself. */
export const START_FE = `${scriptHead()}
DORIS_HOME="$home"
export DORIS_HOME
image=
${DAEMON_FLAGS('    --image | --helper | --cluster_snapshot) shift ;;\n    --metadata_failure_recovery) ;;')}
LOG_DIR="$DORIS_HOME/log"
PID_DIR="$curdir"
${exportConf('fe.conf')}
export LOG_DIR PID_DIR
if [[ -n "$JAVA_HOME" ]]; then java="$JAVA_HOME/bin/java"; else java="$(command -v java || true)"; fi
if [[ ! -x "$java" ]]; then
${javaNotSet('correctly', 'fe.conf')}
fi
${jdkVersion}
jdk="$(jdk_version "$java")"
if [[ "$jdk" != 17 ]]; then
  echo "ERROR: The jdk_version is $jdk, must be 17."
  exit 1
fi
if [[ -z "$JAVA_OPTS_FOR_JDK_17" ]]; then
  echo 'JAVA_OPTS_FOR_JDK_17 is not set in fe.conf'
  exit 1
fi
export FAKE_HOME="$home"
if [[ "$version" -eq 1 ]]; then
  "$java" org.apache.doris.DorisFE --version
  exit 0
fi
${refuseProxies}
pidfile="$PID_DIR/fe.pid"
if [[ -f "$pidfile" ]]; then
  pid="$(cat "$pidfile")"
  if running "$pid"; then
    echo "Frontend running as process $pid. Stop it first."
    exit 1
  fi
  rm -f "$pidfile"
fi
mkdir -p "$LOG_DIR"
echo "StdoutLogger $(date '+%Y-%m-%d %H:%M:%S,000') Using Java version $jdk" >>"$LOG_DIR/fe.out"
if [[ "$daemon" -eq 1 ]]; then
  nohup "$java" $JAVA_OPTS_FOR_JDK_17 org.apache.doris.DorisFE >>"$LOG_DIR/fe.out" 2>&1 </dev/null &
else
  trap - EXIT
  exec "$java" $JAVA_OPTS_FOR_JDK_17 org.apache.doris.DorisFE </dev/null
fi
echo $! >"$pidfile"
exit 0
`;

/** SIGKILL, or SIGTERM with --grace; refuses a process of another name; then waits without limit. */
const stopScript = (conf: string, pidName: string, comm: string, what: string): string => `${scriptHead()}
signal=9
if [[ "$1" = --grace ]]; then signal=15; fi
PID_DIR="$curdir"
${exportConf(conf)}
pidfile="$PID_DIR/${pidName}"
if [[ "$STOP_BLIND" = yes ]]; then pidfile="$curdir/elsewhere/${pidName}"; fi
if [[ ! -f "$pidfile" ]]; then
  echo "ERROR: $pidfile does not exist"
  exit 1
fi
pid="$(cat "$pidfile")"
if [[ -z "$pid" ]]; then
  echo 'ERROR: Invalid PID'
  exit 1
fi
if ! kill -0 "$pid" 2>&1 || ! running "$pid"; then
  echo "ERROR: ${what} process with PID $pid does not exist"
  exit 1
fi
name="$(ps -p "$pid" -o comm=)"
if [[ "\${name##*/}" != "${comm}" && "$(uname -s)" = Linux ]]; then
  echo "ERROR: PID may not be the ${what} process"
  exit 1
fi
kill "-$signal" "$pid" >/dev/null 2>&1 || true
while running "$pid"; do
  echo "Waiting for ${what} process with PID $pid to terminate"
  sleep "\${WAIT_2S:-2}"
done
if [[ "$signal" -eq 9 ]]; then note 'process ends SIGKILL'; fi
rm -f "$pidfile"
echo 'stop ${comm} and remove PID file'
exit 0
`;

export const STOP_BE = stopScript('be.conf', 'be.pid', 'doris_be', 'be');
export const STOP_FE = stopScript('fe.conf', 'fe.pid', 'java', 'fe');
