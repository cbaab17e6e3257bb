import {apart} from '../../../host/alone.ts';
import {foreignExit} from '../../../host/guard.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {journalFiles, journalOf} from './journal.ts';
import {begunName} from './names.ts';
import {forEachRole, processOf} from './role.ts';

const openFiles: Sh = sh`if [ -n "$nofile" ]; then
  limit=$(ulimit -n)
  if [ "$limit" != unlimited ] && { [ "$nofile" = unlimited ] || [ "$limit" -lt "$nofile" ]; }; then
    ulimit -n "$nofile" 2>/dev/null || ulimit -n "$(ulimit -Hn)" || :
  fi
fi`;

/**
 * A master is started on the journal it is meant to have, or not at all. Recorded: without the folder 2.3.0 formats the
 * whole cluster, running workers included, and a journal that is not empty lets it ignore the backup without a word. What
 * the new version opened itself is no such journal: a master that ended while it started is started again like this, and one
 * of several that share a journal beside whoever restored it. An embedded one shows by its layout who wrote it; one of the
 * under store does not, so there a mark says that a master was begun since the format.
 */
export const journalIsRight: Sh = lines(
  journalFiles,
  begunName,
  sh`if [ -n "$journal" ]; then
  if [ ! -d "$journal" ]; then refuse "the journal folder $journal is $(place "$journal"): a master would format what it finds"; fi
  if [ -n "$backup" ]; then
    begun=$(begun_of "$journal")
    if [ -L "$begun" ] || { [ -e "$begun" ] && [ ! -f "$begun" ]; }; then refuse "$begun is no file"; fi
    own='^\\./raft/'
    if [ -f "$begun" ]; then own='^\\./[A-Z][A-Za-z]*Master/v1/'; fi
    written=$(journal_files "$journal" | grep -v -e '^\\./raft/' -e "$own" | head -n 1) || :
    if [ -n "$written" ]; then refuse "$journal holds $written: the backup would be ignored"; fi
    : >"$begun"
  fi
fi`,
);

/**
 * Starts this one process by the home's own script, unless it runs. -N: without it the script first stops whatever of that
 * class runs on the host; -a: without it the script looks after the start for a while. Both only where -h tells of them,
 * a line for each (recorded: the usage line leaves -a out). -i stands before the action, or it is ignored (recorded). The
 * script's exit code says nothing of whether the process came up.
 */
export const startBody = forEachRole('start', role => [
  beginAction(processOf(role), 'start', 'go on'),
  sh`set -- $(pids)
if [ $# -gt 0 ]; then echo "process $* of $link runs already: nothing is started" && exit 0; fi
if [ ! -f "$home/bin/alluxio-start.sh" ]; then refuse "$link holds no bin/alluxio-start.sh"; fi`,
  ...(role === 'master' ? [journalIsRight] : []),
  setEnv,
  openFiles,
  apart,
  foreignExit,
  sh`cd "$home"
told=$(apart bash bin/alluxio-start.sh -h 2>&1) || :
case $told in *Usage:*) ;; *) refuse "bin/alluxio-start.sh -h says: $told" ;; esac
known() { printf '%s\\n' "$told" | grep -q -e "^[[:space:]]*$1[[:space:]]"; }
set --
if known -a; then set -- "$@" -a; fi
if known -N; then set -- "$@" -N; fi`,
  ...(role === 'master' ? [sh`if [ -n "$backup" ]; then set -- "$@" -i "$backup"; fi`] : []),
  role === 'worker' ? sh`set -- "$@" "$role" NoMount` : sh`set -- "$@" "$role"`,
  sh`echo "bin/alluxio-start.sh $*"
result=0
apart bash bin/alluxio-start.sh "$@" || result=$?
foreign_exit "$result"`,
]);

/** How many files the old process might have open at a time, as its successor has to. */
const nofileOf = (node: ServerNode, {facts}: Pick<Context, 'facts'>): number | string => {
  const seen = facts.get(node.id)?.nofile;
  if (typeof seen !== 'number') return '';
  return seen >= Number.MAX_SAFE_INTEGER ? 'unlimited' : seen;
};

/**
 * How a node is started: in the environment of its predecessor. A master is told besides which `journal` folder has to be
 * there ('' for one that is no folder), and which `backup` it is to restore: none, unless somebody says otherwise.
 */
export const startVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  nofile: nofileOf(node, context),
  ...(node.fields.role === 'master' ? {journal: journalOf(node, context).journal, backup: ''} : {}),
});
