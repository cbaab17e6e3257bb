#!/usr/bin/env bash
# Starts one process of this host, or of each that conf/ names, as the product's script does: what exits 0 may still not come up.
BIN=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "${BIN}/../libexec/alluxio-config.sh"
mkdir -p "${ALLUXIO_LOGS_DIR}"

cache=
[[ "${GENERATION}" == new ]] && cache=" [-c cache]"
usage="Usage: alluxio-start.sh [-hNwm] [-i backup] ACTION [MOPT] [-f]${cache}
Where ACTION is one of:
  job_master                	Start the job_master on this node.
  job_masters               	Start job_masters on master nodes.
  job_worker                	Start a job_worker on this node.
  job_workers               	Start job_workers on worker nodes.
  master                    	Start the local master on this node.
  masters                   	Start masters on master nodes.
  proxy                     	Start the proxy on this node.
  proxies                   	Start proxies on master and worker nodes.
  worker  [MOPT]${cache} 	Start a worker on this node.
  workers [MOPT]${cache} 	Start workers on worker nodes.

MOPT (Mount Option) is one of:
  Mount    	Mount the configured RamFS if it is not already mounted.
  SudoMount	Mount the configured RamFS using sudo if it is not already mounted.
  NoMount  	Do not mount the configured RamFS.

-a         asynchronously start all processes. The script may exit before all
           processes have been started.
-f         format Journal, UnderFS Data and Workers Folder on master.
-h         display this help.
-i backup  a journal backup to restore the master from. The backup should be
           a URI path within the root under filesystem, e.g.
           hdfs://mycluster/alluxio_backups/alluxio-journal-YYYY-MM-DD-timestamp.gz.
-N         do not try to kill previous running processes before starting new ones.
-w         wait for processes to end before returning."

refuse() {
  echo "$1" >&2
  echo "${usage}" >&2
  exit 1
}

# A tmpfs above the directory satisfies it, too, as recorded.
is_mounted() {
  local at
  for at in $(mount -t tmpfs,ramfs | cut -d ' ' -f 3); do
    [[ "$1" == "${at}" || "$1" == "${at}"/* ]] && return 0
  done
  return 1
}

check_mount() {
  case "$1" in
    NoMount)
      local alias path
      alias=$("${BIN}/alluxio" getConf alluxio.worker.tieredstore.level0.alias)
      path=$("${BIN}/alluxio" getConf alluxio.worker.tieredstore.level0.dirs.path)
      [[ "${alias}" == MEM ]] || return
      is_mounted "${path}" ||
        refuse "ERROR: Ramdisk ${path} is not mounted with mount option NoMount. Use alluxio-mount.sh to mount ramdisk."
      ;;
    Mount | SudoMount) refuse "Mount failed, not starting worker" ;;
    *) refuse "Invalid mount mode: $1" ;;
  esac
}

# launch LOG CLASS LOGGER OPTIONS
launch() {
  nohup "${JAVA}" -cp "${ALLUXIO_SERVER_CLASSPATH}" $(java_opts "$3" "$4") "$2" \
    >"${ALLUXIO_LOGS_DIR}/$1.out" 2>&1 </dev/null &
}

# Without its journal folder a master of the embedded journal formats it before it starts.
format_missing() {
  local type folder
  type=$("${BIN}/alluxio" getConf alluxio.master.journal.type)
  [[ "${type}" == EMBEDDED ]] || return
  folder=$("${BIN}/alluxio" getConf alluxio.master.journal.folder)
  [[ -e "${folder}" ]] || "${BIN}/alluxio" formatMaster
}

backup=
kill_first=yes
while getopts haNwmi: option; do
  case "${option}" in
    h)
      echo "${usage}"
      exit 0
      ;;
    i) backup=${OPTARG} ;;
    N) kill_first=no ;;
    a | w | m) ;;
    *)
      echo "${usage}" >&2
      exit 1
      ;;
  esac
done
shift $((OPTIND - 1))
action=$1
[[ -n "${action}" ]] || refuse "Error: no ACTION specified"
case "${action}" in
  master | job_master | worker | job_worker | proxy | masters | job_masters | workers | job_workers | proxies) ;;
  *) refuse "Error: Invalid ACTION: ${action}" ;;
esac
mount=${2:-NoMount}
[[ "${action}" == worker* && -z "$2" ]] && echo "Assuming NoMount by default."
[[ "${action}" == worker ]] && check_mount "${mount}"
if [[ "${kill_first}" == yes ]]; then
  "${BIN}/alluxio-stop.sh" "${action}"
  sleep 1
fi

on_masters() { "${BIN}/alluxio-masters.sh" "${BIN}/alluxio-start.sh" "$@"; }
on_workers() { "${BIN}/alluxio-workers.sh" "${BIN}/alluxio-start.sh" "$@"; }
case "${action}" in
  masters) on_masters ${backup:+-i "${backup}"} -a master ;;
  job_masters) on_masters -a job_master ;;
  workers) on_workers -a worker "${mount}" ;;
  job_workers) on_workers -a job_worker ;;
  proxies)
    on_masters -a proxy
    on_workers -a proxy
    ;;
esac
# What was started elsewhere is not looked after.
[[ "${action}" == *s ]] && exit 0
echo "Starting ${action/_/ } @ $(hostname -f). Logging to ${ALLUXIO_LOGS_DIR}"
case "${action}" in
  master)
    options="${ALLUXIO_MASTER_JAVA_OPTS}"
    [[ -n "${backup}" ]] && options+=" -Dalluxio.master.journal.init.from.backup=${backup}"
    format_missing
    launch master alluxio.master.AlluxioMaster MASTER_LOGGER "${options} -XX:MetaspaceSize=256M"
    ;;
  job_master) launch job_master alluxio.master.AlluxioJobMaster JOB_MASTER_LOGGER "${ALLUXIO_JOB_MASTER_JAVA_OPTS}" ;;
  worker) launch worker alluxio.worker.AlluxioWorker WORKER_LOGGER "${ALLUXIO_WORKER_JAVA_OPTS}" ;;
  job_worker) launch job_worker alluxio.worker.AlluxioJobWorker JOB_WORKER_LOGGER "${ALLUXIO_JOB_WORKER_JAVA_OPTS}" ;;
  proxy) launch proxy alluxio.proxy.AlluxioProxy PROXY_LOGGER "${ALLUXIO_PROXY_JAVA_OPTS}" ;;
esac
sleep 1
