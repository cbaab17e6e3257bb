import {type Sh, sh} from '../../../lib/sh.ts';

/** How many of the files that would be lost are named. */
const EXAMPLES = 20;

/**
 * Lists everything and loads nothing: what is only in the under store is not part of the namespace, and a list that loads
 * it makes an empty master look whole (recorded: a journal that another generation wrote). A path's configuration that the
 * masters hold would go before what is set here. 1.x takes the word as it was written in its source. `list -p` names what is
 * pinned alone, directories too (its LsCommand, from 1.x on).
 */
export const listing: Sh = sh`case $(version_of "$home") in 1.*) never=Never ;; *) never=NEVER ;; esac
list() {
  bash "$home/bin/alluxio" fs -Dalluxio.user.file.metadata.load.type=$never \\
    -Dalluxio.user.file.metadata.sync.interval=-1 ls -R "$@" / </dev/null
}`;

/**
 * Shell function `counted`: what a listing on its standard input says, and how many lines of it were not understood (`unread`):
 * then nobody knows what the list holds. Rows end in the percentage in memory, or DIR, and the
 * path; owner and mode are left out without security. Into the file `$all`, where that is set, goes every path that only
 * workers hold.
 */
export const counted: Sh = sh`counted() {
  ALL=\${all:-} LC_ALL=C awk -v most=${EXAMPLES} '
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
      if (state ~ /BE_|NOT_/) {
        open++
        if (open <= most) print "example=" path
        if (ENVIRON["ALL"] != "") print path >ENVIRON["ALL"]
      }
      next
    }
    function strange(row) {
      # What loggers and scripts warn of before the list (recorded: of deprecated variables) is none of it.
      if (row ~ /^(Warning|WARN|SLF4J|log4j)/) return
      unread++
      if (!odd) odd = row
    }
    {if ($0 != "") strange($0)}
    END {
      if (unread) print "unread=" unread
      print "paths=" rows + 1
      print "notPersisted=" open + 0
      print "lost=" lost + 0
      if (odd) print "odd=" odd
    }'
}`;
