import {scriptHead} from '../common/kit-knobs.ts';
import {generationOf} from './generation.ts';
import {COMMON, KNOBS_OF_ROLE, ROLE} from './kit-scripts-config.ts';
import {ON_HOSTS} from './kit-scripts-fan-out.ts';
import {START_NEW, START_OLD} from './kit-usage.ts';
import {START_FIRST} from './kit-usage-first.ts';

/**
 * One process of a kind: what it is called in words, its heap, and its logger's name. In a session of its own: unlike a JVM the
 * fake forgets that nohup lets it ignore the end of its terminal (ssh -tt).
 */
const LAUNCH = `launch() {
  local what="$1" words="$2" heap="$3" class logger
  class="$(class_of "$what")"
  logger="$(tr '[:lower:]' '[:upper:]' <<<"$what")"
  mkdir -p "$ALLUXIO_LOGS_DIR"
  echo "Starting $words @ $HOST_NAME. Logging to $ALLUXIO_LOGS_DIR"
  # From its first moment on: a cluster-wide command takes its terminal away at once.
  trap '' HUP
  nohup $(command -v setsid) "$JAVA" -cp "$CLASSPATH" -Dalluxio.logger.type="\${logger}_LOGGER" $ALLUXIO_JAVA_OPTS "-Xmx$heap" $journal_backup "$class" >"$ALLUXIO_LOGS_DIR/$what.out" 2>&1 </dev/null &
}
`;

/** A master whose journal folder is missing has it made: by 2.3 with everything else in the whole cluster. */
const FORMAT = `format_missing() {
  local type folder
  type="$("$BIN/alluxio" getConf alluxio.master.journal.type)"
  folder="$("$BIN/alluxio" getConf alluxio.master.journal.folder)"
  if [[ "$type" != EMBEDDED ]]; then return 0; fi
  if [[ -f "$folder" ]]; then
    echo "Journal location $folder is a file not a directory. Please remove the file before retrying."
  elif [[ ! -e "$folder" ]]; then
    "$BIN/alluxio" FORMAT_COMMAND >/dev/null
  fi
}
`;

/** Only one tier, only memory: a directory that is no ramdisk is refused. What is mounted stands in a file here. */
const RAMDISK = `check_ramdisk() {
  local alias path
  alias="$("$BIN/alluxio" getConf alluxio.worker.tieredstore.level0.alias)"
  if [[ "$alias" != MEM ]]; then
    if [[ "$1" = NoMount ]]; then return 0; fi
    echo "Can't Mount/SudoMount when alluxio.worker.tieredstore.level0.alias is not MEM" >&2
    exit 1
  fi
  path="$("$BIN/alluxio" getConf alluxio.worker.tieredstore.level0.dirs.path)"
  if ! grep -qxF -- "$path" "$root/etc/fake-alluxio/mounts" 2>/dev/null; then
    if [[ "$1" != NoMount ]]; then echo "$path" >>"$root/etc/fake-alluxio/mounts"; return 0; fi
    echo "ERROR: Ramdisk $path is not mounted with mount option NoMount. Use alluxio-mount.sh to mount ramdisk." >&2
    usage >&2
    exit 1
  fi
}
`;

/** What the script looks for at its end, unless it is told not to: a port that listens. */
const MONITOR = `monitor() {
  local what="$1" key port i=0 bold
  case "$what" in
    master) key=MASTER_PORT ;;
    job_master) key=alluxio.job.master.rpc.port ;;
    worker) key=alluxio.worker.web.port ;;
    job_worker) key=alluxio.job.worker.web.port ;;
    *) key=alluxio.proxy.web.port ;;
  esac
  port="$("$BIN/alluxio" getConf "$key")"
  bold=$'\\e[1;37m---\\e[0m'
  while [[ $i -lt 60 ]]; do
    if (exec 3<>"/dev/tcp/$HOST_NAME/$port") 2>/dev/null; then
      echo "$bold "$'\\e[1;32m[ OK ]\\e[0m'" The "$'\\e[1;36m'"$what"$'\\e[0m'" service @ "$'\\e[0;35m'"$HOST_NAME"$'\\e[0m'" is in a healthy state."$'\\e[0m'
      return 0
    fi
    sleep "\${WAIT_1S:-1}"
    i=$((i + 1))
  done
  echo "$bold "$'\\e[1;31m[ FAILED ]\\e[0m'" The "$'\\e[1;36m'"$what"$'\\e[0m'" @ "$'\\e[0;35m'"$HOST_NAME"$'\\e[0m'" is not serving requests."$'\\e[0m'
}
`;

/** bin/alluxio-start.sh: forks and knows nothing of what becomes of it; exits 0. What it starts on other hosts it does not look after. */
export const startScript = (version: string): string => {
  const {isFirst, savesCache, formatsAll} = generationOf(version);
  return `${scriptHead(KNOBS_OF_ROLE, ROLE)}${COMMON}
usage() {
  cat <<'END'
${isFirst ? START_FIRST : savesCache ? START_NEW : START_OLD}END
}
${LAUNCH}${ON_HOSTS}${FORMAT.replace('FORMAT_COMMAND', formatsAll ? 'format' : 'formatJournal')}${RAMDISK}${MONITOR.replace('MASTER_PORT', isFirst ? 'alluxio.master.port' : 'alluxio.master.rpc.port')}
${isFirst ? '# It looks only where it is told to.\nasync=yes' : 'async='}
kills=yes
backup=
while getopts ':${isFirst ? '' : 'a'}Nwmhi:' flag; do
  case "$flag" in
    a) async=yes ;;
    N) kills= ;;
    i) backup="$OPTARG" ;;
    m) ${isFirst ? 'async=' : ''} ;;
    w) ;;
    h)
      usage
      exit 0
      ;;
    *)
      echo "$0: illegal option -- $OPTARG" >&2
      usage >&2
      exit 1
      ;;
  esac
done
shift $((OPTIND - 1))
action="$1"
mopt="$2"
if [[ -z "$action" ]]; then
  echo 'Error: no ACTION specified' >&2
  usage >&2
  exit 1
fi
case "$action" in
  ${isFirst ? 'master | worker | proxy' : 'master | job_master | worker | job_worker | proxy'}) ;;
  all | masters | ${isFirst ? '' : 'job_masters | job_workers | '}workers | proxies) ;;
  *)
    echo "Error: Invalid ACTION: $action" >&2
    usage >&2
    exit 1
    ;;
esac
if [[ "$action" = worker || "$action" = workers || "$action" = all ]]; then
  case "$mopt" in
    Mount | SudoMount | NoMount) ;;
    '')
${isFirst ? '' : "      echo 'Assuming NoMount by default.'\n"}      mopt=NoMount
      ;;
    *)
      echo "Invalid mount mode: $mopt" >&2
      usage >&2
      exit 1
      ;;
  esac
fi
if [[ -n "$kills" ]]; then "$BIN/alluxio-stop.sh" "$action"; fi
journal_backup=
case "$action" in
  master)
    format_missing
    if [[ -n "$backup" ]]; then journal_backup="-Dalluxio.master.journal.init.from.backup=$backup"; fi
    launch master master 300m
    ;;
  job_master) launch job_master 'job master' 200m ;;
  worker)
${isFirst ? '    if [[ "$mopt" != NoMount ]]; then check_ramdisk "$mopt"; fi' : '    check_ramdisk "$mopt"'}
    launch worker worker 300m
    ;;
  job_worker) launch job_worker 'job worker' 200m ;;
  proxy) launch proxy proxy 150m ;;
  masters) on master alluxio-start.sh \${backup:+-i "$backup"} ${isFirst ? '' : '-a '}master ;;
  job_masters) on master alluxio-start.sh -a job_master ;;
  workers) on worker alluxio-start.sh ${isFirst ? '' : '-a '}worker "$mopt" ;;
  job_workers) on worker alluxio-start.sh -a job_worker ;;
  proxies)
    on master alluxio-start.sh ${isFirst ? '' : '-a '}proxy
    on worker alluxio-start.sh ${isFirst ? '' : '-a '}proxy
    ;;
  all)
    "$0" -N ${isFirst ? '' : '-a '}\${backup:+-i "$backup"} masters
    ${isFirst ? '' : '"$0" -N -a job_masters\n    '}"$0" -N ${isFirst ? '' : '-a '}workers "$mopt"
    ${isFirst ? '' : '"$0" -N -a job_workers\n    '}"$0" -N ${isFirst ? '' : '-a '}proxies
    ;;
esac
case "$action" in all | *s) async=yes ;; esac
if [[ -z "$async" ]]; then monitor "$action"; fi
exit 0
`;
};
