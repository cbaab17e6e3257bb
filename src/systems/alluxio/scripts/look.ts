import {clock} from '../../../host/clock.ts';
import {lastWords} from '../../../host/log.ts';
import {look} from '../../../host/look.ts';
import {birthNow, brief} from '../../../host/process.ts';
import {hexPorts, sockets} from '../../../host/sockets.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {portsOf, type ServerNode} from '../fields.ts';
import {logNames} from '../logs.ts';
import {versionOf} from './names.ts';
import {eachServer, forEachRole, HOME_ARGUMENT, nodeVars} from './role.ts';

/**
 * Shell function `home_of PID`: where the home lies that a process was started from, and which version lies there now.
 * Needs `identity` and `version_of`.
 */
export const homeOf: Sh = sh`home_of() {
  its=$(arguments "$1" | sed -n ${HOME_ARGUMENT} | head -n 1)
  if [ -z "$its" ]; then return 0; fi
  its=$(cd "$its" 2>/dev/null && pwd -P) || return 0
  echo "procHome=$its"
  echo "procVersion=$(version_of "$its")"
}`;

const processBody = forEachRole('look.process', role => [
  eachServer(role),
  brief,
  versionOf,
  homeOf,
  sh`for pid in $(pids); do
  brief "$pid"
  home_of "$pid"
done`,
  birthNow,
  lastWords('logs'),
  sockets,
]);

/**
 * Which processes of the role run out of the home, or of one beside it, who else of the product does, and who listens on the
 * node's ports; how old they are, by `birthNow`; and where none runs, what it said last.
 */
export const askProcess = (node: ServerNode): ShellRequest =>
  look(processBody(node.fields.role), {
    ...nodeVars(node),
    ports: hexPorts(portsOf(node)),
    logs: logNames(node.fields.role),
  });

const clockBody = forEachRole('look.clock', () => [clock]);

/** What time it is on the host of a node. */
export const askClock = (node: ServerNode): ShellRequest =>
  look(clockBody(node.fields.role), {home: node.home});
