import {look} from '../../../host/look.ts';
import {sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {clean, javaVars, quiet, run, withJava} from './command.ts';
import {counted, listing} from './listing.ts';
import {versionOf} from './names.ts';
import {nodeVars} from './role.ts';

const namespaceBody = body(
  'alluxio.master.look.namespace',
  quiet,
  versionOf,
  withJava,
  listing,
  counted,
  sh`all=
ended=$(mktemp)
trap 'rm -f "$ended"' EXIT
{ list 2>/dev/null || echo $? >"$ended"; } | counted
told=$(cat "$ended")
echo "exit=\${told:-0}"`,
);

/** Every path that the masters know of, and those whose bytes only workers hold. How long that takes is up to the inventory. */
export const askNamespace = (node: ServerNode, timeoutMs: number): ShellRequest =>
  look(namespaceBody, {...nodeVars(node), ...javaVars(node)}, timeoutMs);

/** Without a leader 2.1.0 takes 54 s to say so (recorded). */
export const QUORUM_TIMEOUT_MS = 120_000;

const quorumBody = body(
  'alluxio.master.look.quorum',
  quiet,
  withJava,
  clean,
  run,
  sh`run bash "$home/bin/alluxio" fsadmin journal quorum info -domain MASTER`,
);

/** Which masters keep the journal together: it is the leader who is asked, through whichever home. */
export const askQuorum = (node: ServerNode): ShellRequest =>
  look(quorumBody, {...nodeVars(node), ...javaVars(node)}, QUORUM_TIMEOUT_MS);

/**
 * Each start begins with the same line, so what stands after the last of them is this process's own. It names no time, which
 * the process may tell in another time zone.
 */
const restoreBody = body(
  'alluxio.master.look.restore',
  quiet,
  sh`{ tail -c 20000000 "$home/logs/master.log" 2>/dev/null || :; } | awk '
  / - Starting Alluxio master @/ {count = 0; next}
  /Restored [0-9]+ entries from backup|Initializing metadata from backup|not freshly formatted/ {line[++count] = $0}
  END {for (i = (count > 20 ? count - 19 : 1); i <= count; i++) print "log=" line[i]}'`,
);

/** What a master wrote about a restore since it was started. */
export const askRestore = (node: ServerNode): ShellRequest => look(restoreBody, nodeVars(node));
