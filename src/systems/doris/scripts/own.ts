import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {RoleScripts} from './role.ts';

/** Longest script that is compared line by line. */
const SCRIPT_KB = 256;
/** How many files of lib the package does not hold are told of. */
const FILES = 200;

/** Code lines of a script, how many of them the package's has too, and how many others hold the home's own path. */
const compare: Sh = sh`compare() {
  OWN_HOME=$home awk '
    {line = $0; gsub(/^[ \\t]+|[ \\t\\r]+$/, "", line)}
    line == "" || line ~ /^#/ {next}
    FNR == NR {packaged[line] = 1; next}
    {all++; if (line in packaged) kept++; else if (index(line, ENVIRON["OWN_HOME"])) paths++}
    END {print all + 0, kept + 0, paths + 0}
  ' "$1" "$2"
}`;

/** Of each script of the home's bin that the package has too: when it was changed, and how it differs. */
const scripts: Sh = sh`for file in "$home"/bin/*; do
  name=\${file##*/}
  if [ ! -f "$file" ] || [ ! -f "$package/bin/$name" ]; then continue; fi
  case $name in *.pid) continue ;; esac
  changed=$(stat -c %Y "$file" 2>/dev/null) || changed=-
  differs=-
  counts='0 0 0'
  if command -v cmp >/dev/null 2>&1; then
    differs=same
    cmp -s "$file" "$package/bin/$name" || differs=differs
  fi
  if [ "$differs" = differs ] && [ -z "$(find "$file" -size +${SCRIPT_KB}k 2>/dev/null || :)" ]; then
    counts=$(compare "$package/bin/$name" "$file" 2>/dev/null) || counts='0 0 0'
  fi
  echo "script=$changed $differs $counts $name"
done`;

/**
 * Files of the home's lib that the package holds neither by their name nor in another version, with the times of their
 * last change and of their last move, and how many there are; and the newest such times of those that the package holds too.
 */
const libFiles = (
  binary: RoleScripts['binary'],
): Sh => sh`if [ -d "$home/lib" ] && [ -d "$package/lib" ]; then
  {
    (cd "$package/lib" && find . '(' -type f -o -type l ')' 2>/dev/null | sed 's/^/p 0 0 /') || :
    (cd "$home/lib" && find . -type f -exec stat -c 'h %Z %Y %n' {} + 2>/dev/null) || :
    # A link is made anew by whoever copies it: its time tells nothing of the release's.
    (cd "$home/lib" && find . -type l -exec stat -c 'l %Z %Y %n' {} + 2>/dev/null) || :
  } | awk -v binary=${`./${binary ?? ''}`} -v most=${FILES} '
    function stem(path) {
      sub(/^.*\\//, "", path)
      sub(/[-_.]v?[0-9].*$/, "", path)
      return path
    }
    {
      path = $0
      for (i = 0; i < 3; i++) sub(/^[^ ]* /, "", path)
    }
    $1 == "p" {packaged[path] = 1; stems[stem(path)] = 1; next}
    path in packaged {
      if (path == binary || $1 == "l") next
      if ($2 > moved) moved = $2
      if ($3 > changed) changed = $3
      next
    }
    stem(path) in stems {next}
    {others++}
    count < most {told[count++] = $2 " " $3 " " substr(path, 3)}
    END {
      if (moved) print "lib.shipped=" moved " " changed
      if (others) print "lib.others=" others
      for (i = 0; i < count; i++) print "lib.other=" told[i]
    }' || :
fi`;

/** Directories of the package, one or two deep, that hold files and that the home lacks. */
const brings: Sh = sh`holds_files() {
  [ -n "$(find "$1" -type f 2>/dev/null | head -n 1)" ]
}
for folder in "$package"/*/; do
  folder=\${folder%/}
  name=\${folder##*/}
  case $name in '*' | bin | lib | conf | log) continue ;; esac
  if [ ! -e "$home/$name" ]; then
    if holds_files "$folder"; then echo "brings=$name"; fi
    continue
  fi
  for inner in "$folder"/*/; do
    inner=\${inner%/}
    if [ -d "$inner" ] && [ ! -e "$home/$name/\${inner##*/}" ] && holds_files "$inner"; then
      echo "brings=$name/\${inner##*/}"
    fi
  done
done`;

/** The name of the process that the home's own custom_start.sh asks for (domain: start.sh runs lib/$process_name). */
const processName: Sh = sh`process_name=$(sed -n 's/^[[:space:]]*\\(export[[:space:]][[:space:]]*\\)\\{0,1\\}process_name=["'\\'']\\{0,1\\}\\([A-Za-z0-9_.-]*\\).*/\\2/p' \\
  "$home/bin/custom_start.sh" 2>/dev/null | tail -n 1) || process_name=
if [ -n "$process_name" ]; then echo "processName=$process_name"; fi
strangers "$process_name"`;

/** What of the home would be lost with bin and lib, what the package brings beside them, and what else runs out of it. */
export const ownFiles = ({binary}: RoleScripts): Sh =>
  lines(compare, scripts, libFiles(binary), brings, processName);
