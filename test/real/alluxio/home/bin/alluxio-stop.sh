#!/usr/bin/env bash
# Ends every process of a class on this host, of any installation, as the product's script does.
BIN=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
. "${BIN}/../libexec/alluxio-config.sh"

cache=
[[ "${GENERATION}" == new ]] && cache=" [-c cache] [-s]"
usage="Usage: alluxio-stop.sh [-h] [component]${cache}
Where component is one of:
  job_master          	Stop local job master.
  job_worker          	Stop local job worker.
  master              	Stop local primary master.
  proxy               	Stop local proxy.
  worker              	Stop local worker.

-h         display this help."

kill_all() {
  local killed=0 pid
  for pid in $(ps -Aww -o pid,command | grep -i '[j]ava' | grep "$1" | awk '{print $1}'); do
    kill -15 "${pid}" >/dev/null 2>&1
    for _ in $(seq 120); do
      kill -0 "${pid}" >/dev/null 2>&1 || break
      sleep 1
    done
    if kill -0 "${pid}" >/dev/null 2>&1; then
      if [[ "${GENERATION}" == old ]]; then
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
}

case "$1" in
  '' | -h) echo "${usage}" ;;
  master) kill_all alluxio.master.AlluxioMaster ;;
  job_master) kill_all alluxio.master.AlluxioJobMaster ;;
  worker) kill_all alluxio.worker.AlluxioWorker ;;
  job_worker) kill_all alluxio.worker.AlluxioJobWorker ;;
  proxy) kill_all alluxio.proxy.AlluxioProxy ;;
  *)
    echo "Error: Invalid component: $1" >&2
    echo "${usage}" >&2
    exit 1
    ;;
esac
