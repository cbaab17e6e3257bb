import {quote} from '../../lib/sh.ts';
import {scriptHead} from '../common/kit-knobs.ts';
import {generationOf} from './generation.ts';
import {COMMON, KNOBS_OF_ROLE, ROLE} from './kit-scripts-config.ts';
import {COMMANDS_NEW, COMMANDS_OLD} from './kit-usage.ts';
import {COMMANDS_FIRST} from './kit-usage-first.ts';

/** bin/alluxio: every command is a JVM of its own. What is fanned out over ssh goes from tree to tree here. */
export const commandScript = (version: string): string => {
  const {isFirst, newClients} = generationOf(version);
  return `${scriptHead(KNOBS_OF_ROLE, ROLE)}${COMMON}
usage() {
  cat <<'END'
${isFirst ? COMMANDS_FIRST : newClients ? COMMANDS_NEW : COMMANDS_OLD}END
}
command="$1"
if [[ $# -gt 0 ]]; then shift; fi
options=()
words=()
for word in "$@"; do
  case "$word" in
    -D* | -X*) options+=("$word") ;;
    *) words+=("$word") ;;
  esac
done
run() {
  local code=0
  "$JAVA" -cp "$CLASSPATH" $ALLUXIO_USER_JAVA_OPTS $ALLUXIO_JAVA_OPTS "\${options[@]}" "$@" || code=$?
  return "$code"
}
fan_out() {
  local kind="$1" what="$2" there
  mkdir -p "$ALLUXIO_LOGS_DIR"
  echo "Executing the following command on all $kind nodes and logging to $ALLUXIO_LOGS_DIR/task.log: $BIN/alluxio $what"
  echo 'Waiting for tasks to finish...'
  while read -r role there; do
    if [[ "$role" = "$kind" ]]; then
      "$there\${BIN#"$root"}/alluxio" "$what" >>"$ALLUXIO_LOGS_DIR/task.log" 2>&1 </dev/null || true
    fi
  done <"$root/etc/fake-alluxio/neighbours"
  echo 'All tasks finished'
}
format_masters() {
  if [[ "$(run alluxio.cli.GetConf alluxio.master.journal.type)" = EMBEDDED ]]; then
    fan_out master formatJournal
  else
    "$BIN/alluxio" formatJournal
  fi
}
case "$command" in
  format)
    fan_out worker formatWorker
    format_masters
    ;;
  formatMasters) format_masters ;;
  formatMaster | formatJournal)
${isFirst ? `    if [[ "$command" = formatMaster ]]; then echo 'formatMaster is deprecated - use formatMasters instead'; fi\n` : ''}    echo "Formatting Alluxio Master @ $HOST_NAME"
    run alluxio.cli.Format MASTER
    ;;
  formatWorker)
    echo "Formatting Alluxio Worker @ $HOST_NAME"
    run alluxio.cli.Format WORKER
    ;;
  fs) run alluxio.cli.fs.FileSystemShell "\${words[@]}" ;;
  fsadmin) run alluxio.cli.fsadmin.FileSystemAdminShell "\${words[@]}" ;;
  getConf) run alluxio.cli.GetConf "\${words[@]}" ;;
  validateConf) run alluxio.cli.ValidateConf ;;
  version) run alluxio.cli.Version "\${words[@]}" ;;
  *)
    usage
    if [[ -n "$command" ]]; then echo "Unsupported command $command" >&2; fi
    exit 1
    ;;
esac
`;
};

/** Small heaps: many of these processes share one machine. */
export const NODE_FLAGS = '--max-semi-space-size=1 --max-old-space-size=64 --no-warnings';

/** bin/java of the fake JDK: says which it is (the knob JAVA_SAYS), and runs the fake under its own name. */
export const javaBinary = (run: {
  readonly node: string;
  readonly program: string;
}): string => `#!/usr/bin/env bash
if [[ "$1" = -version || "$1" = --version ]]; then
  echo "openjdk version \\"\${JAVA_SAYS:-1.8.0_392}\\"" >&2
  echo 'OpenJDK Runtime Environment (build 1.8.0_392-b08)' >&2
  exit 0
fi
exec -a "$0" ${quote(run.node)} ${NODE_FLAGS} ${quote(run.program)} "$@"
`;
