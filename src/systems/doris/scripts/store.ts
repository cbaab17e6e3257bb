import {tone} from '../../../host/identity.ts';
import {look} from '../../../host/look.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {DorisNode} from '../fields.ts';

/**
 * Shell function `database HOME`: the FoundationDB of a MetaService or Recycler, as `description:id@host:port,…`: what its conf says,
 * which each start writes into its cluster file (domain 1.2), or that file.
 */
export const database: Sh = sh`database() {
  told=$(sed -n 's/^[[:space:]]*fdb_cluster[[:space:]]*=[[:space:]]*//p' "$1/conf/doris_cloud.conf" 2>/dev/null | tail -n 1) || told=
  # FoundationDB begins a file that it has written itself with comments.
  if [ -z "$told" ]; then told=$(grep -v '^[[:space:]]*#' "$1/conf/fdb.cluster" 2>/dev/null | grep -m 1 @) || told=; fi
  printf '%s' "$told"
}`;

/** What one coordinator may take to accept a connection. */
const CONNECT_S = 2;

/** A connection, and no more: nothing is said to whoever accepts it. */
const CONNECT = ': 3<>"/dev/tcp/$0/$1"';

/** Asked at once, so that mute ones do not keep the looks behind this one waiting for longer than one of them does. */
const ASKED_MOST = 9;

/**
 * Prints a line `coordinator=HOW HOST:PORT` for each coordinator, all tried at once from this host: `yes`, `mute` or `no`. The
 * description and the id before them are as good as a password, and are not printed. Nothing is printed where the conf names none, or
 * where there is nothing to ask with.
 */
const coordinators: Sh = lines(
  database,
  sh`# An old busybox knows no -k, and some build of bash no /dev/tcp: then nobody can be asked.
if timeout -k 1 2 bash -c ': >/dev/udp/127.0.0.1/9' >/dev/null 2>&1; then
  database "$home" | sed -n 's/^[^@]*@//p' | tr ',' '\\n' | head -n ${ASKED_MOST} | { while IFS= read -r each || [ -n "$each" ]; do
    each=$(printf '%s' "$each" | tr -d '[:space:]')
    each=\${each%:tls}
    port=\${each##*:}
    host=\${each%:*}
    host=\${host#[}
    host=\${host%]}
    case $host in '' | *[!0-9A-Za-z.:_-]*) continue ;; esac
    case $port in '' | *[!0-9]*) continue ;; esac
    {
      ended=0
      timeout -k 1 ${CONNECT_S} bash -c ${CONNECT} "$host" "$port" </dev/null >/dev/null 2>&1 || ended=$?
      case $ended in
        0) how=yes ;;
        # As timeout says it, and as that of older busyboxes does.
        124 | 137 | 143) how=mute ;;
        *) how=no ;;
      esac
      echo "coordinator=$how $each"
    } &
  done; wait; }
fi`,
);

const storeBody = body('doris.cloud.look.store', tone, coordinators);

/** Which coordinators of a node's FoundationDB take a connection from its host. */
export const askStore = (node: DorisNode): ShellRequest => look(storeBody, {home: node.home});
