import {scriptHead} from '../common/kit-knobs.ts';
import {exportConf, javaNotSet} from './kit-scripts-shared.ts';

/** MetaService and Recycler: waits 3 s and looks for the success line in the log, so a slow start reads as a failed one. */
export const START_CLOUD = `${scriptHead()}
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
export const STOP_CLOUD = `${scriptHead()}
cd "$home"
pidfile=bin/doris_cloud.pid
if [[ "$STOP_BLIND" = yes ]]; then pidfile=bin/elsewhere/doris_cloud.pid; fi
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
