#!/usr/bin/env bash
# Sourced by the scripts of bin/: where this installation is, which Java, and what each process is started with. Written
# for these tests; names of variables, messages and the order of arguments are those of the product's own script.
VERSION=@VERSION@
# What the scripts could do changed with 2.7 (recorded: 2.3.0 and 2.9.4).
GENERATION=@GENERATION@

ALLUXIO_HOME=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
ALLUXIO_CONF_DIR="${ALLUXIO_CONF_DIR:-${ALLUXIO_HOME}/conf}"
ALLUXIO_LOGS_DIR="${ALLUXIO_LOGS_DIR:-${ALLUXIO_HOME}/logs}"
ALLUXIO_USER_LOGS_DIR="${ALLUXIO_USER_LOGS_DIR:-${ALLUXIO_LOGS_DIR}/user}"
[[ -e "${ALLUXIO_CONF_DIR}/alluxio-env.sh" ]] && . "${ALLUXIO_CONF_DIR}/alluxio-env.sh"

if [[ -z "${JAVA}" ]]; then
  on_path=$(command -v java)
  in_home=
  [[ -n "${JAVA_HOME}" && -x "${JAVA_HOME}/bin/java" ]] && in_home="${JAVA_HOME}/bin/java"
  # Up to 2.3 the path wins, later JAVA_HOME.
  if [[ "${GENERATION}" == old ]]; then JAVA="${on_path:-${in_home}}"; else JAVA="${in_home:-${on_path}}"; fi
  if [[ -z "${JAVA}" ]]; then
    echo "Error: Cannot find 'java' on path or under \$JAVA_HOME/bin/."
    exit 1
  fi
fi
java_version=$("${JAVA}" -version 2>&1 | awk -F '"' '/version/ {print $2}')
case "${java_version}" in
  # The old one takes 8 only; it runs on 11 all the same, and 8 is not to be had here.
  1.8* | 11 | 11.*) ;;
  *)
    needed="Java 8 or Java 11"
    [[ "${GENERATION}" == old ]] && needed="Java 8"
    echo "Error: Alluxio requires ${needed}, currently Java ${java_version} found."
    exit 1
    ;;
esac

ALLUXIO_SERVER_CLASSPATH="${ALLUXIO_CONF_DIR}/:${ALLUXIO_CLASSPATH}:${ALLUXIO_HOME}/assembly/alluxio-server-${VERSION}.jar"
common="-Dalluxio.home=${ALLUXIO_HOME} -Dalluxio.conf.dir=${ALLUXIO_CONF_DIR} -Dalluxio.logs.dir=${ALLUXIO_LOGS_DIR} \
-Dalluxio.user.logs.dir=${ALLUXIO_USER_LOGS_DIR} -Dlog4j.configuration=file:${ALLUXIO_CONF_DIR}/log4j.properties \
-Dorg.apache.jasper.compiler.disablejsr199=true -Djava.net.preferIPv4Stack=true"
[[ "${GENERATION}" == new ]] &&
  common+=" -Dorg.apache.ratis.thirdparty.io.netty.allocator.useCacheForAllThreads=false"
ALLUXIO_JAVA_OPTS+=" ${common}"

# java_opts LOGGER OWN_OPTIONS: the arguments of a process, in the order of the generation.
java_opts() {
  local logger="-Dalluxio.logger.type=$1"
  case "$1" in MASTER_LOGGER) logger+=" -Dalluxio.master.audit.logger.type=MASTER_AUDIT_LOGGER" ;; esac
  if [[ "${GENERATION}" == old ]]; then echo "$2 ${ALLUXIO_JAVA_OPTS} ${logger}"; else echo "${logger} ${ALLUXIO_JAVA_OPTS} $2"; fi
}
