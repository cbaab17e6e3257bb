import {type Sh, sh} from '../../../lib/sh.ts';

/**
 * Shell functions about what a backup command printed into a file. `printed_uri FILE`: where it says that the backup is, in either
 * of its forms (domain 2.1; recorded: behind progress that is written over itself, or dots); nothing where it names none.
 * `path_of URI`: where that is on this host, as far as it may be; nothing for another file system. The same is read by
 * parse/backup.ts.
 */
export const printedUri: Sh = sh`printed_uri() {
  tr '\\r' '\\n' <"$1" | sed -n '
    s/^[[:space:].]*//
    s/[[:space:]]*$//
    s/^Backup URI[[:space:]]*:[[:space:]]*//p
    s/^Successfully backed up journal to \\([^ ]*\\).*/\\1/p' | sed 's/[.]$//' | tail -n 1
}
path_of() {
  case $1 in
    file:///*) printf '/%s\\n' "\${1#file:///}" ;;
    /*) printf '%s\\n' "$1" ;;
  esac
}`;
