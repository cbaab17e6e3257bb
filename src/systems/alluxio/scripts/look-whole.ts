import {look} from '../../../host/look.ts';
import {temporary} from '../../../host/temp.ts';
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
  temporary('look'),
  sh`all=
ended=$temp/ended
{ list 2>/dev/null || echo $? >"$ended"; } | counted
told=$(cat "$ended" 2>/dev/null) || told=
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

/** How many lines of a log are told of: each start has three at most. */
const LOG_LINES = 200;

/**
 * What is said of starts and restores in what there is of the log, the parts that were rolled away last before it. A start
 * names no time, which the process may tell in another time zone.
 */
const restoreBody = body(
  'alluxio.master.look.restore',
  quiet,
  sh`for log in "$home/logs/master.log.2" "$home/logs/master.log.1" "$home/logs/master.log"; do
  tail -c 20000000 "$log" 2>/dev/null || :
done |
  grep -aE ' - (Starting Alluxio master @|Restored [0-9]+ entries from backup|Initializing metadata from backup)' |
  tail -n ${LOG_LINES} | sed 's/^/log=/' || :`,
);

/** What a master wrote of restores, and of its starts. */
export const askRestore = (node: ServerNode): ShellRequest => look(restoreBody, nodeVars(node));
