/**
 * What all scripts of the fake product begin with: where the home is, and the node's own settings. Bash, like the real
 * ones: dash fails at the first line. \`note\` writes a line of the cluster's own log.
 */
export const HEAD = `#!/usr/bin/env bash
set -eo pipefail
curdir="$(cd "$(dirname "$0")" && pwd)"
home="$(cd "$curdir/.." && pwd)"
if [[ -f "$home/conf/fake.env" ]]; then
  set -a
  . "$home/conf/fake.env"
  set +a
fi
note() {
  if [[ -n "$EVENTS" ]]; then
    local at="$EPOCHREALTIME"
    at="\${at/[.,]/}"
    if [[ -n "$at" ]]; then at="\${at%???}"; else at="$(date +%s)000"; fi
    printf '%s\\t%s\\t%s\\t%s\\n' "$at" "$HOST_NAME" "$NODE_NAME" "$1" >>"$EVENTS" || true
  fi
}
# A process that ended but was not yet collected by its parent is gone, even where nobody collects.
running() {
  [[ -n "$1" ]] && kill -0 "$1" >/dev/null 2>&1 && [[ "$(ps -p "$1" -o stat= 2>/dev/null)" != Z* ]]
}
note "call \${0##*/}\${*:+ $*}"
trap 'note "exit \${0##*/} $?"' EXIT
`;

/** Upper-case keys of a conf file become variables, as the real scripts make them. */
const exportConf = (conf: string): string => `
while IFS= read -r line || [[ -n "$line" ]]; do
  if [[ "$line" =~ ^[[:blank:]]*([A-Z][A-Z0-9_]*)[[:blank:]]*=[[:blank:]]*(.*)$ ]]; then
    eval "export \${BASH_REMATCH[1]}=\${BASH_REMATCH[2]}"
  fi
done <"$home/conf/${conf}"
`;

const refuseProxies = `
for name in http_proxy HTTP_PROXY https_proxy HTTPS_PROXY; do
  if [[ -n "\${!name}" ]]; then
    echo "env '$name' = '\${!name}', need unset it using 'unset $name'"
    exit 1
  fi
done
`;

const javaNotSet = (what: 'correctly' | 'defined', conf: string): string =>
  what === 'correctly'
    ? `  echo 'The JAVA_HOME environment variable is not set correctly'
  echo 'This environment variable is required to run this program'
  echo 'Note: JAVA_HOME should point to a JDK and not a JRE'
  echo 'You can set JAVA_HOME in the ${conf} configuration file'
  exit 1`
    : `  echo 'The JAVA_HOME environment variable is not defined correctly'
  echo 'This environment variable is needed to run this program'
  echo 'NB: JAVA_HOME should point to a JDK not a JRE'
  echo 'You can set it in ${conf}'
  exit 1`;

const jdkVersion = `
jdk_version() {
  local text
  text="$("$1" -version 2>&1 | head -n 1)"
  text="\${text#*\\"}"
  text="\${text%%\\"*}"
  text="\${text#1.}"
  echo "\${text%%.*}"
}
`;

/** MetaService and Recycler: waits 3 s and looks for the success line in the log, so a slow start reads as a failed one. */
export const START_CLOUD = `${HEAD}
cd "$home"
if [[ ! -d bin || ! -d conf || ! -d lib ]]; then
  echo "$0 must be invoked at the directory which contains bin, conf and lib"
  exit 1
fi
daemonized=0
meta_service=0
recycler=0
version=0
args=()
for arg in "$@"; do
  case "$arg" in
    --daemon | --daemonized | -daemonized) daemonized=1 ;;
    --console) ;;
    --version) version=1 ;;
    --meta-service) meta_service=1; args+=("$arg") ;;
    --recycler) recycler=1; args+=("$arg") ;;
    *) args+=("$arg") ;;
  esac
done
if [[ "$meta_service" -eq "$recycler" ]]; then
  role='MetaService and Recycler'
elif [[ "$meta_service" -eq 1 ]]; then
  role='MetaService'
else
  role='Recycler'
fi
if [[ "$version" -eq 1 ]]; then
  lib/doris_cloud --version
  exit 0
fi
set +e
${exportConf('doris_cloud.conf')}
set -e
if [[ -z "$JAVA_HOME" ]]; then
${javaNotSet('defined', 'doris_cloud.conf')}
fi
pidfile=bin/doris_cloud.pid
if [[ -f "$pidfile" ]]; then
  pid="$(cat "$pidfile")"
  if running "$pid"; then
    echo "pid file existed, $role have already started, pid=$pid"
    exit 1
  fi
  echo "pid file existed but process not alive, remove it, pid=$pid"
  rm -f "$pidfile"
fi
chmod 550 lib/doris_cloud || true
mkdir -p log
out=log/doris_cloud.out
export FAKE_HOME="$home"
if [[ "$daemonized" -ne 1 ]]; then
  trap - EXIT
  exec "$home/lib/doris_cloud" "\${args[@]}"
fi
began="$(date '+%Y-%m-%d %H:%M:%S') start with args: \${args[*]}"
echo "$began"
printf '\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n%s\\n' "$began" >>"$out"
nohup "$home/lib/doris_cloud" "\${args[@]}" >>"$out" 2>&1 &
echo "wait and check $role start successfully" >>"$out"
sleep "\${WAIT_3S:-3}"
if ! tail -n 12 "$out" | grep 'successfully started service'; then
  echo "$role may not start successfully please check process log for more details"
  exit 1
fi
tail -n 12 "$out"
exit 0
`;

/** SIGINT to whatever the pid file names, then, since 3.0.2, an endless wait; STOP_WAITS=no is the older one. */
export const STOP_CLOUD = `${HEAD}
cd "$home"
pidfile=bin/doris_cloud.pid
if [[ ! -f "$pidfile" ]]; then
  echo 'no doris_cloud.pid found, process may have been stopped'
  exit 1
fi
pid="$(cat "$pidfile")"
kill -2 "$pid" || true
if [[ "$STOP_WAITS" != no ]]; then
  elapsed=1
  while true; do
    echo "waiting $pid to quit, $elapsed seconds elapsed"
    elapsed=$((elapsed + 1))
    if ! running "$pid"; then break; fi
    ps -p "$pid" || true
    sleep "\${WAIT_1S:-1}"
  done
  echo "$pid has quit"
fi
rm -f "$pidfile"
exit 0
`;

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

/** Exits 0 as soon as the backend was forked: nothing is known of it then. */
export const START_BE = `${HEAD}
DORIS_HOME="$home"
export DORIS_HOME
${DAEMON_FLAGS('')}
LOG_DIR="$DORIS_HOME/log/"
PID_DIR="$curdir"
${exportConf('be.conf')}
export LOG_DIR PID_DIR
if [[ "$(uname -s)" != Darwin && -n "$MAX_MAP_COUNT" && "$MAX_MAP_COUNT" -lt 2000000 ]]; then
  echo "Set kernel parameter 'vm.max_map_count' to a value greater than 2000000, example: 'sysctl -w vm.max_map_count=2000000'"
  exit 1
fi
if [[ "$SWAP" = on ]]; then
  echo 'Disable swap memory before starting be'
  exit 1
fi
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
export const START_FE = `${HEAD}
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
const stopScript = (conf: string, pidName: string, comm: string, what: string): string => `${HEAD}
signal=9
if [[ "$1" = --grace ]]; then signal=15; fi
PID_DIR="$curdir"
${exportConf(conf)}
pidfile="$PID_DIR/${pidName}"
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
