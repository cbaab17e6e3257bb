import {foreignExit} from '../../../host/guard.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {sh} from '../../../lib/sh.ts';
import {type Body, body, type Vars} from '../../../model/script.ts';
import type {Context, ServerNode} from '../fields.ts';
import {actionVars, beginAction, envVars, setEnv} from './begin.ts';
import {journalFiles, newJournalOf, proper} from './journal.ts';
import {begunName, copyNames} from './names.ts';
import {ANY_PROCESS} from './role.ts';

/**
 * Formats the journal of this master and nothing else, by the new version's own command: the cluster-wide ones reach the
 * workers too, and say that all went well whatever happened there (domain 0). Nothing may run, the cold copy must be there
 * unless there is nothing to copy, and the new version must mean that very folder.
 */
export const formatBody: Body = body(
  'alluxio.master.format',
  beginAction(ANY_PROCESS, 'format'),
  nothingRuns,
  copyNames,
  begunName,
  proper,
  journalFiles,
  foreignExit,
  sh`found=$(version_of "$link")
if [ "$found" != "$to" ]; then refuse "$link is version '$found', not $to"; fi
proper "$journal"
copy=$(copy_of "$journal")
case $(place "$copy")-$(place "$journal") in
  dir-dir | dir-none | none-none) ;;
  none-dir)
    # A folder that the journal is to be moved to: what is empty needs no copy.
    if [ -n "$(ls -A "$journal")" ]; then refuse "$copy is none: what is formatted is gone for good"; fi
    ;;
  *) refuse "$copy is $(place "$copy"), and $journal is $(place "$journal")" ;;
esac`,
  setEnv,
  sh`cd "$home"
asked=alluxio.master.journal.folder
if ! meant=$(bash bin/alluxio getConf "$asked" 2>/dev/null); then
  refuse "bin/alluxio getConf $asked says: $(bash bin/alluxio getConf "$asked" 2>&1 | tail -n 5)"
fi
case $meant in
  file://*) meant=\${meant#file://} ;;
  file:*) meant=\${meant#file:} ;;
esac
case $meant in ?*/) meant=\${meant%/} ;; esac
if [ "$meant" != "\${journal%/}" ]; then refuse "$link means the journal folder '$meant', not $journal"; fi
begun=$(begun_of "$journal")
if [ -f "$begun" ]; then rm -f "$begun"; fi
if [ -d "$journal" ] && [ -z "$(journal_files "$journal" | head -n 1)" ]; then
  if [ -n "$(find "$journal" -type f -name '_format_*' | head -n 1)" ]; then
    echo "$journal is formatted already"
    exit 0
  fi
fi
# Without arguments it only lists its commands, and ends with 1.
command=formatMaster
if bash bin/alluxio 2>&1 | grep -q '^[[:space:]]*formatJournal[[:space:]]'; then command=formatJournal; fi
result=0
bash bin/alluxio "$command" || result=$?
if [ "$result" -ne 0 ]; then foreign_exit "$result"; fi
if [ ! -d "$journal" ]; then echo "$command has left no folder $journal" >&2 && exit 1; fi
left=$(journal_files "$journal" | head -n 1)
if [ -n "$left" ]; then echo "$command has left $left in $journal" >&2 && exit 1; fi`,
);

/** Where no such folder is on a master's own disks there is no plan that formats. */
export const formatVars = (node: ServerNode, context: Context): Vars => ({
  ...actionVars(node, context),
  ...envVars(node, context),
  journal: newJournalOf(node, context),
});
