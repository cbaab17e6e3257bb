import {generationOf} from './generation.ts';

/**
 * libexec/alluxio-config.sh, which every script reads: where the home really lies, Java, and the options of each process.
 * Unlike the real one it takes no java from the PATH: the machine's own would run the fake.
 */
export const configScript = (version: string): string => {
  const {isFirst, java11, newClients} = generationOf(version);
  const wanted = java11 ? 'Java 8 or Java 11' : 'Java 8';
  const hint = newClients ? ' Please set JAVA_HOME in alluxio-env.sh or user bash profile.' : '';
  return `#!/usr/bin/env bash
# Included in all the Alluxio scripts with source command
VERSION=${version}
ALLUXIO_HOME="$(cd "$(dirname "\${BASH_SOURCE[0]}")/.." && pwd -P)"
BIN="$ALLUXIO_HOME/bin"
ALLUXIO_CONF_DIR="$ALLUXIO_HOME/conf"
ALLUXIO_LOGS_DIR="$ALLUXIO_HOME/logs"
if [[ -e "$ALLUXIO_CONF_DIR/alluxio-env.sh" ]]; then . "$ALLUXIO_CONF_DIR/alluxio-env.sh"; fi
JAVA="$JAVA_HOME/bin/java"
if [[ -z "$JAVA_HOME" || ! -x "$JAVA" ]]; then
  echo "${isFirst ? "Cannot find the 'java' command." : `Error: Cannot find 'java' on path or under \\$JAVA_HOME/bin/.${hint}`}"
  exit 1
fi
JAVA_VERSION="$("$JAVA" -version 2>&1 | awk -F '"' '/version/ {print $2}')"
case "$JAVA_VERSION" in
  ${isFirst ? '*' : '1.8* | 8*'}) ;;
  ${java11 ? '11*' : 'no-other'}) ;;
  *)
    echo "Error: Alluxio requires ${wanted}, currently Java $JAVA_VERSION found."
    exit 1
    ;;
esac
CLASSPATH="$ALLUXIO_CONF_DIR/::$ALLUXIO_HOME/assembly/alluxio-server-$VERSION.jar"
ALLUXIO_JAVA_OPTS+=" -Dalluxio.home=$ALLUXIO_HOME -Dalluxio.conf.dir=$ALLUXIO_CONF_DIR -Dalluxio.logs.dir=$ALLUXIO_LOGS_DIR -Dalluxio.user.logs.dir=$ALLUXIO_LOGS_DIR/user -Dlog4j.configuration=file:$ALLUXIO_CONF_DIR/log4j.properties -Dorg.apache.jasper.compiler.disablejsr199=true -Djava.net.preferIPv4Stack=true"
# The host's own tree: "" on a real one.
root="$(cd "$ALLUXIO_HOME/../.." && pwd -P)"
root="\${root%/}"
`;
};

/** Whose knobs count: the role that is a script's own argument, or the first that its host has. */
export const ROLE = `role=
for word in "$@"; do
  case "$word" in
    master | job_master | worker | job_worker | proxy)
      role="\${word/_/-}"
      break
      ;;
  esac
done
notes="$(dirname "$0")/../../../etc/fake-alluxio"
if [[ ! -f "$notes/$role.env" ]]; then role=; fi
for known in master worker job-master job-worker proxy; do
  if [[ -z "$role" && -f "$notes/$known.env" ]]; then role="$known"; fi
done
`;
/** Outside the homes: a node keeps its knobs over an upgrade. */
export const KNOBS_OF_ROLE = '../../etc/fake-alluxio/$role.env';

/** Shell functions that are in all scripts. */
export const COMMON = `
. "$home/libexec/alluxio-config.sh"
class_of() {
  case "$1" in
    master) echo alluxio.master.AlluxioMaster ;;
    job_master) echo alluxio.master.AlluxioJobMaster ;;
    worker) echo alluxio.worker.AlluxioWorker ;;
    job_worker) echo alluxio.worker.AlluxioJobWorker ;;
    proxy) echo alluxio.proxy.AlluxioProxy ;;
    *) echo "no.such.Class" ;;
  esac
}
# Every process of a class on this host, of whatever install; hosts are told apart by their trees.
pids_of() {
  ps -Aww -o pid,command | grep -i '[j]ava' | grep -F -- "-Dalluxio.home=$root/" | grep -E "$1( |\\$)" | awk '{print $1}' || true
}
`;
