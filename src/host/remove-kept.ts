import {lines, type Sh, sh} from '../lib/sh.ts';
import {keptAt} from './kept.ts';

/**
 * Removes one place that a run has kept, `$path`, and nothing else. It has to be what the plan was made of and the operator
 * was asked about: `$what` (dir or file) with that `$id`, in a directory that is `$above_was`, with as many `$files`, `$folders` and
 * `$bytes` and no newer change than `$newest`; and nothing may speak against it. Then it gets another name beside it, which
 * is one moment: what it is, and who is at work in it, is looked at once more under that name, and only then is it
 * removed. What an earlier try has left half removed has that name already. Stands behind an action's beginning.
 */
export const removeKept: Sh = lines(
  keptAt,
  sh`if [ "$above_id" != "$above_was" ]; then refuse "the directory above $path is not the one it was: nothing is known of what lies there"; fi
rename() {
  # Without -T it would land in what another has made there meanwhile.
  if mv --help 2>&1 | grep -q -e '-T'; then mv -T "$1" "$2"; else mv "$1" "$2"; fi
}
back=no
stay() {
  if [ "$back" = yes ]; then
    if [ "$(kind_of "$at")" != none ]; then
      echo "$at is $(kind_of "$at") by now: what lay there lies in $going, whole" >&2
      exit 1
    fi
    rename "$going" "$at"
  fi
  lies=$path
  if [ "$(kind_of "$at")" = none ]; then lies=$going; fi
  refuse "$lies stays: $(printf '%s\\n' "$1" | sed 's/^against=//' | awk 'NR > 1 {printf "; "} {printf "%s", $0}')"
}
case $(kind_of "$at")-$(kind_of "$going") in
  none-none)
    echo "$path is gone already"
    exit 0
    ;;
  "$what"-none)
    if [ "$(id_of "$at")" != "$id" ]; then stay "it is another one than what was asked about"; fi
    is=$(measure "$at") || stay "not all of it can be looked at by this login"
    was=$(printf 'files=%s\\nfolders=%s\\nbytes=%s\\nnewest=%s\\ndevices=1' "$files" "$folders" "$bytes" "$newest")
    if [ "$is" != "$was" ]; then stay "it has changed since it was asked about: $(printf '%s' "$is" | tr '\\n' ' '), and was $(printf '%s' "$was" | tr '\\n' ' ')"; fi
    stands=$(against "$at") || stay "it cannot be told here what speaks against it"
    if [ -n "$stands" ]; then stay "$stands"; fi
    rename "$at" "$going"
    back=yes
    ;;
  none-"$what") ;;
  *) stay "it is $(kind_of "$at"), and $going is $(kind_of "$going")" ;;
esac
if [ "$(id_of "$going")" != "$id" ]; then stay "it was exchanged in the last moment"; fi
if [ "$back" = yes ] && [ "$(measure "$going")" != "$was" ]; then stay "it has changed in the last moment"; fi
stands=$(against "$going") || stay "it cannot be told here what speaks against it"
if [ -n "$stands" ]; then stay "$stands"; fi
if rm --help 2>&1 | grep -q -e '--one-file-system'; then rm -rf --one-file-system "$going"
else
  find "$going" -xdev ! -type d -exec rm -f {} +
  if [ -d "$going" ]; then find "$going" -xdev -depth -type d -exec rmdir {} +; fi
fi
if [ "$(kind_of "$going")" != none ]; then echo "$going could not be removed whole" >&2 && exit 1; fi
echo "removed $path"`,
);
