import {type Sh, sh} from '../../../lib/sh.ts';

/**
 * Where the files of a home are that an action may change: `home` becomes the directory that the home is or leads
 * to, `link` keeps what the inventory calls it. Between the two renames of an exchange the home is not there: then it is
 * the old one, set aside. Stands before `begin`. Without it a receipt with no lease would lie in whatever version the link leads to.
 */
export const atReal: Sh = sh`link=$home
if [ ! -e "$link" ] && [ -d "\${link}_backup_\${stamp:-}" ]; then home=\${link}_backup_$stamp
else home=$(cd "$link" 2>/dev/null && pwd -P) || home=$link
fi`;

/**
 * The names of one run. A home is a link to a version (`layout=link`: the new version lies beside it under its own name, the
 * old one stays where it is, in `old`) or a directory (`layout=dir`: the new version is staged beside it, and takes its
 * name). `staged`: the new version until it is installed. `aside`: where the old one is once the new one is. `earlier`: where
 * the old one is now. `kept`: this run's own folder in it. Where `old` is empty, the link still leads there. Needs `place`
 * and `link`.
 */
export const names: Sh = sh`case $(place "$link") in
  symlink)
    layout=link
    staged=$link-\${to:-}
    aside=\${old:-$(cd "$link" 2>/dev/null && pwd -P || :)}
    earlier=$aside
    ;;
  *)
    layout=dir
    staged=$link.lakeup-$stamp
    aside=\${link}_backup_$stamp
    if [ -d "$aside" ]; then earlier=$aside; else earlier=$link; fi
    ;;
esac
kept=$earlier/.lakeup-$stamp`;

/**
 * Shell function `begun_of JOURNAL`: a mark beside a journal that was formatted, which says that a master of the new version was
 * started on it since. Masters that share a journal share the mark.
 */
export const begunName: Sh = sh`begun_of() { printf '%s\\n' "$1_begun_$stamp"; }`;

/** Shell functions that name the cold copy of a directory, and where a new one goes on the way back. */
export const copyNames: Sh = sh`copy_of() { printf '%s\\n' "$1_copy_$stamp"; }
new_of() { printf '%s\\n' "$1_new_$stamp"; }`;

/** Shell function `version_of DIR`: what the scripts of a home say they are, which takes no Java; nothing if none are there. */
export const versionOf: Sh = sh`version_of() {
  sed -n 's/^VERSION=["'\\'']\\{0,1\\}\\([^"'\\'' ]*\\).*/\\1/p' "$1/libexec/alluxio-config.sh" 2>/dev/null | head -n 1 || :
}`;
