import {join} from 'node:path';
import {quote} from '../../lib/sh.ts';
import type {KitContext, KitFile, Place} from '../../model/kit.ts';
import {knobsFile, scriptHead} from '../common/kit-knobs.ts';
import {jdkOf, port} from './kit-conf.ts';
import {clientJar} from './kit-jar.ts';
import {javaBinary, NODE_FLAGS} from './kit-scripts-command.ts';

// Applications that load the client: `spark` runs a process with the jar on its class path, and `yarn` is a gateway of
// Cloudera Manager, where nothing runs but the agent that deploys hadoop-env.sh.

const jarsOf = ({home}: Place): string => join(home, 'jars');
const jarName = (version: string): string => `alluxio-${version}-client.jar`;
const newJarOf = ({root}: Place, {to}: KitContext): string => join(root, 'opt/pkg', jarName(to));
const deployedOf = ({root}: Place): string => join(root, 'etc/hadoop/conf/hadoop-env.sh');

/** The line that the safety valve has. */
export const classpathLine = (jar: string): string =>
  ['export HADOOP_CLASSPATH=', jar, ':$', '{HADOOP_CLASSPATH}'].join('');

const isGateway = ({kind}: Place): boolean => kind === 'yarn';

/** bin/app.sh: starts the one process, stops it by its pid. */
const script = (place: Place, context: KitContext): string => {
  const run = isGateway(place)
    ? `bash -c 'exec -a cmf-agent "$@"' agent ${quote(context.node)} ${NODE_FLAGS} ${quote(context.program)} -Dapp.home="$home" fake.cloudera.Agent`
    : `"${join(jdkOf(place), 'bin/java')}" -cp "$home/conf:$home/jars/*" -Dapp.home="$home" fake.spark.Application`;
  return `${scriptHead()}
stop_app() {
  local pid
  pid="$(cat "$home/app.pid" 2>/dev/null || true)"
  if ! running "$pid"; then return 0; fi
  kill -15 "$pid"
  while running "$pid"; do sleep 0.1; done
}
start_app() {
  nohup ${run} >"$home/app.out" 2>&1 </dev/null &
  echo $! >"$home/app.pid"
  echo "started $!"
}
case "$1" in
  start) start_app ;;
  stop) stop_app ;;
  restart)
    stop_app
    start_app
    ;;
  *)
    echo "Usage: app.sh start|stop|restart" >&2
    exit 1
    ;;
esac
`;
};

/** The files of one application's host. */
export const applicationFiles = (place: Place, context: KitContext): readonly KitFile[] => {
  const file = (path: string, text: string | Uint8Array, mode = 0o644): KitFile => ({path, text, mode});
  const old = join(jarsOf(place), jarName(context.from));
  return [
    file(old, clientJar(context.from)),
    file(newJarOf(place, context), clientJar(context.to)),
    file(join(place.home, 'VERSION'), '3.1.1\n'),
    file(
      join(place.home, 'conf/app.conf'),
      `address = ${place.address}\nport = ${port(place, 'uiPort')}\ndeployed = ${deployedOf(place)}\n`,
    ),
    file(join(place.home, 'bin/app.sh'), script(place, context), 0o755),
    file(join(jdkOf(place), 'bin/java'), javaBinary(context), 0o755),
    ...(isGateway(place)
      ? [file(deployedOf(place), `export JAVA_HOME=/usr/lib/jvm/java\n${classpathLine(old)}\n`)]
      : []),
    knobsFile(place, context),
  ];
};

/** What the inventory says of an application. */
export const applicationKeys = (place: Place, context: KitContext): Readonly<Record<string, unknown>> => ({
  kind: place.kind,
  jar: jarsOf(place),
  newJar: newJarOf(place, context),
  ...(isGateway(place)
    ? {restart: 'by hand', safetyValve: deployedOf(place)}
    : {restart: `bash ${quote(join(place.home, 'bin/app.sh'))} restart`}),
});
