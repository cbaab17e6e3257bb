#!/usr/bin/env bash
# Ends every process of a class, of any installation, on this host or on those that conf/ names, as the product's script does.
BIN=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "${BIN}/../libexec/alluxio-config.sh"

cache=
softly=
if [[ "${GENERATION}" == new ]]; then
  cache=" [-c cache] [-s]"
  softly="
-c cache   save the worker ramcache(s) from the worker node(s) to the
           specified directory (relative to each worker node's host filesystem).
-s         processes won't be forcibly killed even if operation is timeout."
fi
usage="Usage: alluxio-stop.sh [-h] [component]${cache}
Where component is one of:
  all                 	Stop all masters, proxies, and workers.
  job_master          	Stop local job master.
  job_masters         	Stop job masters on master nodes.
  job_worker          	Stop local job worker.
  job_workers         	Stop job workers on worker nodes.
  master              	Stop local primary master.
  masters             	Stop masters on master nodes.
  proxy               	Stop local proxy.
  proxies             	Stop proxies on master and worker nodes.
  worker              	Stop local worker.
  workers             	Stop workers on worker nodes.
${softly}
-h         display this help."

soft=
saved=
previous=
for word in "${@:2}"; do
  [[ "${word}${GENERATION}" == -snew ]] && soft=-s
  [[ "${previous}${GENERATION}" == -cnew ]] && saved=${word}
  previous=${word}
done

# Memory of the first tier alone, while the worker may be at it; a copy that fails leaves it running.
save_cache() {
  local level=alluxio.worker.tieredstore.level0 path
  echo "Cache directory: ${saved}"
  if [[ -d "${saved}" ]]; then
    echo "Directory already exists at ${saved}; overwritting its contents"
    find "${saved}" -mindepth 1 -delete
  elif [[ -e "${saved}" ]]; then
    echo "Non-directory file already exists at the path ${saved}; aborting"
    exit 1
  elif ! mkdir -p "${saved}"; then
    echo "Failed to create directory: ${saved}"
    exit 2
  fi
  [[ "$("${BIN}/alluxio" getConf ${level}.dirs.mediumtype)" == MEM ]] || return
  for path in $("${BIN}/alluxio" getConf ${level}.dirs.path | tr ',' ' '); do
    echo "Saving worker ramcache at ${path} to ${saved}/${path}"
    mkdir -p "${saved}/${path}"
    if ! cp -R "${path}/." "${saved}/${path}/"; then
      echo "Failed to copy worker ramcache from ${path} to ${saved}/${path}"
      exit 1
    fi
  done
}

kill_all() {
  local killed=0 failed=0 pid
  for pid in $(ps -Aww -o pid,command | grep -i '[j]ava' | grep "$1" | awk '{print $1}'); do
    kill -15 "${pid}" >/dev/null 2>&1
    for _ in $(seq 120); do
      kill -0 "${pid}" >/dev/null 2>&1 || break
      sleep 1
    done
    if kill -0 "${pid}" >/dev/null 2>&1; then
      if [[ -n "${soft}" ]]; then
        echo "Process [${pid}] did not complete after 120 seconds, failing to kill it." >&2
        failed=$((failed + 1))
        continue
      elif [[ "${GENERATION}" == old ]]; then
        echo "Process did not complete after 120 seconds, killing."
      else
        echo "Process [${pid}] did not complete after 120 seconds, forcibly killing it." >&2
      fi
      kill -9 "${pid}" >/dev/null 2>&1
    fi
    killed=$((killed + 1))
  done
  if [[ "${GENERATION}" == old ]]; then
    echo "Killed ${killed} process(es) on $(hostname)"
  elif [[ ${killed} -gt 0 ]]; then
    echo "Successfully Killed ${killed} process(es) successfully on $(hostname)"
  fi
  [[ ${failed} -gt 0 ]] &&
    echo "Soft kill option -s specified, failed to kill ${failed} process(es) on $(hostname)"
  return 0
}

on_masters() { "${BIN}/alluxio-masters.sh" "${BIN}/alluxio-stop.sh" "$1" ${soft}; }
on_workers() { "${BIN}/alluxio-workers.sh" "${BIN}/alluxio-stop.sh" "$1" ${saved:+-c "${saved}"} ${soft}; }

case "$1" in
  '' | -h) echo "${usage}" ;;
  master) kill_all alluxio.master.AlluxioMaster ;;
  job_master) kill_all alluxio.master.AlluxioJobMaster ;;
  worker)
    [[ -n "${saved}" ]] && save_cache
    kill_all alluxio.worker.AlluxioWorker
    ;;
  job_worker) kill_all alluxio.worker.AlluxioJobWorker ;;
  proxy) kill_all alluxio.proxy.AlluxioProxy ;;
  masters) on_masters master ;;
  job_masters) on_masters job_master ;;
  workers) on_workers worker ;;
  job_workers) on_workers job_worker ;;
  proxies)
    on_masters proxy
    on_workers proxy
    ;;
  all) for each in proxies job_workers workers job_masters masters; do "$0" "${each}" ${soft}; done ;;
  *)
    echo "Error: Invalid component: $1" >&2
    echo "${usage}" >&2
    exit 1
    ;;
esac
