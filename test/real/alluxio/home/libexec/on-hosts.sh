# Sourced by bin/alluxio-masters.sh and bin/alluxio-workers.sh: one command on every host that a file of conf/ names, at once, by ssh.
# As recorded: what it prints there goes to logs/task.log, who failed or was not reached is told, and the exit code is 0 in any case.
on_hosts() {
  local kind=$1 words host code failed=
  shift
  if [[ $# -eq 0 ]]; then
    echo "Usage: alluxio-${kind}s.sh command..." >&2
    exit 1
  fi
  local log="${ALLUXIO_LOGS_DIR}/task.log" codes hosts
  # Later versions tell of masters that failed on the standard error, of workers not.
  local told=1
  [[ "${kind}${GENERATION}" == masternew ]] && told=2
  mkdir -p "${ALLUXIO_LOGS_DIR}"
  echo "Executing the following command on all ${kind} nodes and logging to ${log}: $*" | tee -a "${log}"
  codes=$(mktemp -d)
  hosts=$(sed 's/#.*$//; /^$/d' "${ALLUXIO_CONF_DIR}/${kind}s")
  words=("${@// /\\ }")
  for host in ${hosts}; do
    echo "[${host}] Connecting as ${USER}..." >>"${log}"
    {
      nohup ssh -o ConnectTimeout=5 -o StrictHostKeyChecking=no -tt "${host}" "${words[@]}" </dev/null 2>&1 |
        while read -r line; do echo "[$(date '+%Y-%m-%d %H:%M:%S')][${host}] ${line}"; done >>"${log}"
      echo "${PIPESTATUS[0]}" >"${codes}/${host}"
    } &
  done
  echo "Waiting for tasks to finish..."
  wait
  for host in ${hosts}; do
    code=$(cat "${codes}/${host}")
    if [[ "${code}" -ne 0 ]]; then
      failed=yes
      echo "Task on '${host}' fails, exit code: ${code}" >&"${told}"
    fi
  done
  rm -r "${codes}"
  if [[ -n "${failed}" ]]; then
    echo "There are task failures, look at ${log} for details." >&"${told}"
  else
    echo "All tasks finished"
  fi
}
