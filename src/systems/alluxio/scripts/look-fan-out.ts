import {look} from '../../../host/look.ts';
import {thisBoot} from '../../../host/receipt-names.ts';
import {temporary} from '../../../host/temp.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {javaVars, quiet, withJava} from './command.ts';
import {listed} from './fan-out.ts';
import {forEachRole, nodeVars, otherInstalls} from './role.ts';

/** Of a thousand hosts fifty at a time, each of which may take five seconds to be given up. */
export const FAN_OUT_TIMEOUT_MS = 180_000;

/**
 * Shell function `place_of DIR`: what names a directory on its host, whatever the host is called there: the host's own boot, and the
 * file system's own number. So the host that a name leads to is known for a node of the inventory, or for none.
 */
const placeOf: Sh = lines(
  thisBoot,
  sh`place_of() { echo "$boot:$(stat -L -c %d:%i "$1" 2>/dev/null || :)"; }`,
);

/**
 * What a host says that is reached by the launcher's own ssh, in the shell that the product's commands get there: where the
 * home is, who logs in, and whether the home's scripts find their Java without what a login would set.
 */
const FAR = `IFS= read -r home
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
echo "place=\${boot%%-*}:$(stat -L -c %d:%i "$home" 2>/dev/null)"
echo "user=$(id -un)"
case $(bash "$home/bin/alluxio-start.sh" -h 2>&1 </dev/null) in *Usage:*) echo runs=yes ;; *) echo runs=no ;; esac`;

/**
 * Whom the product's cluster-wide commands would reach: each name of conf/masters and conf/workers is logged in to as they log
 * in, but that nobody can be asked for a password, and that no host key is written down.
 */
const fanOutBody = body(
  'alluxio.master.look.fan-out',
  quiet,
  withJava,
  temporary('look'),
  listed,
  sh`reach() {
  said=0
  printf '%s\\n' "$home" | ssh -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -o GlobalKnownHostsFile=/dev/null -o LogLevel=ERROR -o ServerAliveInterval=5 -o ServerAliveCountMax=2 -T "$1" ${FAR} \
    >"$temp/$1.out" 2>"$temp/$1.err" || said=$?
  echo "$said" >"$temp/$1.code"
}
listed masters | sed 's/^/masters=/'
listed workers | sed 's/^/workers=/'
if bash "$home/bin/alluxio-stop.sh" -h 2>/dev/null </dev/null | grep -q '^-s[[:space:]]'; then echo soft=yes; else echo soft=no; fi
many=0
for name in $({ listed masters && listed workers; } | sort -u); do
  case $name in -* | *[!A-Za-z0-9._:@%-]*) continue ;; esac
  reach "$name" &
  many=$((many + 1))
  if [ $((many % 50)) -eq 0 ]; then wait; fi
done
wait
for name in $({ listed masters && listed workers; } | sort -u); do
  if [ ! -f "$temp/$name.code" ]; then echo "reach=$name odd" && continue; fi
  echo "reach=$name $(cat "$temp/$name.code")"
  sed 's/^/far./' "$temp/$name.out"
  tail -n 1 "$temp/$name.err" | tr -d '\\r' | cut -c 1-200 | sed 's/^/far.said=/'
done`,
);

/** Asked of the node that the commands are sent from. */
export const askFanOut = (node: ServerNode): ShellRequest =>
  look(fanOutBody, {...nodeVars(node), ...javaVars(node)}, FAN_OUT_TIMEOUT_MS);

const placeBody = forEachRole('look.place', () => [
  otherInstalls,
  placeOf,
  sh`echo "place=$(place_of "$home")"
echo "user=$(id -un)"`,
]);

/** Where a node's home is, who logs in there, and every process of the product on its host that is none of that home's. */
export const askPlace = (node: ServerNode): ShellRequest => look(placeBody(node.fields.role), nodeVars(node));
