import {scriptHead} from '../common/kit-knobs.ts';
import {generationOf} from './generation.ts';
import {COMMON, KNOBS_OF_ROLE, ROLE} from './kit-scripts-config.ts';
import {ON_HOSTS} from './kit-scripts-fan-out.ts';
import {STOP_NEW, STOP_OLD} from './kit-usage.ts';
import {STOP_FIRST} from './kit-usage-first.ts';

/** Waits for each in turn, two minutes at most, then kills; counts, and says so only from 2.7 on when there was one. */
const KILL_NEW = `kill_all() {
  local killed=0 failed=0 pid i
  for pid in $(pids_of "$1"); do
    kill -15 "$pid" 2>/dev/null || true
    i=0
    while running "$pid" && [[ $i -lt 120 ]]; do
      sleep "\${WAIT_1S:-1}"
      i=$((i + 1))
    done
    if ! running "$pid"; then
      killed=$((killed + 1))
    elif [[ -n "$soft" ]]; then
      echo "Process [$pid] did not complete after 120 seconds, failing to kill it." >&2
      failed=$((failed + 1))
    else
      echo "Process [$pid] did not complete after 120 seconds, forcibly killing it." >&2
      kill -9 "$pid" || true
      note 'process ends SIGKILL'
      killed=$((killed + 1))
    fi
  done
  if [[ $killed -gt 0 ]]; then echo "Successfully Killed $killed process(es) successfully on $HOST_NAME"; fi
  if [[ $failed -gt 0 ]]; then echo "Soft kill option -s specified, failed to kill $failed process(es) on $HOST_NAME"; fi
}
`;

const KILL_OLD = `kill_all() {
  local killed=0 pid i
  for pid in $(pids_of "$1"); do
    killed=$((killed + 1))
    kill -15 "$pid" 2>/dev/null || true
    i=0
    while running "$pid" && [[ $i -lt 120 ]]; do
      sleep "\${WAIT_1S:-1}"
      i=$((i + 1))
    done
    if running "$pid"; then
      echo 'Process did not complete after 120 seconds, killing.'
      kill -9 "$pid" || true
      note 'process ends SIGKILL'
    fi
  done
  echo "Killed $killed process(es) on $HOST_NAME"
}
`;

/** bin/alluxio-stop.sh: by class, on this host or, by ssh, on those that its files name. Exits 0 whatever became of it. */
export const stopScript = (version: string): string => {
  const {isFirst, savesCache, countsKills} = generationOf(version);
  const killOld = isFirst ? KILL_OLD.replace('process(es)', 'processes') : KILL_OLD;
  return `${scriptHead(KNOBS_OF_ROLE, ROLE)}${COMMON}
usage() {
  cat <<'END'
${isFirst ? STOP_FIRST : savesCache ? STOP_NEW : STOP_OLD}END
}
${countsKills ? KILL_NEW : killOld}${ON_HOSTS}
soft=
softly=
for word in "$@"; do if [[ "$word" = -s ]]; then soft=yes softly=-s; fi; done
case "$1" in
  -h | '')
    usage
    exit 0
    ;;
  ${isFirst ? 'master | worker' : 'master | job_master | worker | job_worker'} | proxy | secondary_master | logserver)
    kill_all "$(class_of "$1")"
    ;;
  local)
    for what in proxy job_worker worker job_master master; do kill_all "$(class_of "$what")"; done
    ;;
  all)
    for what in proxies ${isFirst ? '' : 'job_workers '}workers ${isFirst ? '' : 'job_masters '}masters; do "$0" "$what" $softly; done
    ;;
  masters) on master alluxio-stop.sh master $softly ;;
  job_masters) on master alluxio-stop.sh job_master $softly ;;
  workers) on worker alluxio-stop.sh worker $softly ;;
  job_workers) on worker alluxio-stop.sh job_worker $softly ;;
  proxies)
    on master alluxio-stop.sh proxy $softly
    on worker alluxio-stop.sh proxy $softly
    ;;
  *)
    echo "Error: Invalid component: $1" >&2
    usage >&2
    exit 1
    ;;
esac
exit 0
`;
};
