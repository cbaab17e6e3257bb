import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';
import {clean, javaVars, quiet, run, withJava} from './command.ts';
import {versionOf} from './names.ts';
import {nodeVars} from './role.ts';

/** How many of the files that would be lost are named. */
const EXAMPLES = 20;

/**
 * Lists everything and loads nothing: what is only in the under store is not part of the namespace, and a list that loads
 * it makes an empty master look whole (recorded: a journal that another generation wrote). A path's configuration that the
 * masters hold would go before what is set here. 1.x takes the word as it was written in its source.
 */
const listing: Sh = sh`case $(version_of "$home") in 1.*) never=Never ;; *) never=NEVER ;; esac
list() {
  bash "$home/bin/alluxio" fs -Dalluxio.user.file.metadata.load.type=$never \\
    -Dalluxio.user.file.metadata.sync.interval=-1 ls -R / </dev/null
}`;

/** Rows end in the percentage in memory, or DIR, and the path; owner and mode are left out without security. */
const counted: Sh = sh`counted() {
  awk -v most=${EXAMPLES} '
    function path_of(row) {
      sub(/[ \\t\\r]+$/, "", row)
      return row
    }
    match($0, / (DIR|[0-9]+%) \\//) {
      head = substr($0, 1, RSTART)
      kind = substr($0, RSTART + 1, RLENGTH - 3)
      path = path_of(substr($0, RSTART + RLENGTH - 1))
      if (!match(head, / (NOT_PERSISTED|TO_BE_PERSISTED|PERSISTED|LOST) /)) {strange($0); next}
      state = substr(head, RSTART + 1, RLENGTH - 2)
      rows++
      if (kind == "DIR") next
      if (state == "LOST") lost++
      if (state ~ /BE_|NOT_/) {open++; if (open <= most) print "example=" path}
      next
    }
    function strange(row) {if (!odd) odd = row}
    {if ($0 != "") strange($0)}
    END {
      print "paths=" rows + 1
      print "notPersisted=" open + 0
      print "lost=" lost + 0
      if (odd) print "odd=" odd
    }'
}`;

const namespaceBody = body(
  'alluxio.master.look.namespace',
  quiet,
  versionOf,
  withJava,
  listing,
  counted,
  sh`ended=$(mktemp)
trap 'rm -f "$ended"' EXIT
{ list 2>/dev/null || echo $? >"$ended"; } | counted
told=$(cat "$ended")
echo "exit=\${told:-0}"`,
);

/** Every path that the masters know of, and those whose bytes only workers hold. How long that takes is up to the inventory. */
export const askNamespace = (node: ServerNode, timeoutMs: number): ShellRequest =>
  look(namespaceBody, {...nodeVars(node), ...javaVars(node)}, timeoutMs);

/** Without a leader 2.1.0 takes 54 s to say so (recorded). */
const QUORUM_TIMEOUT_MS = 120_000;

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
