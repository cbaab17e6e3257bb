import {begun} from '../../../host/guard.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {raw, type Sh, sh} from '../../../lib/sh.ts';
import {beginAction} from './begin.ts';
import {ANY_PROCESS, forEachRole} from './role.ts';

/** Shell function `receipt DIR`: the file in a new version that says that this run has put it there. It goes when it is installed. */
export const receipt: Sh = sh`receipt() { printf '%s\\n' "$1/.lakeup-staged-$stamp"; }`;

/** Shell function `in_use DIR`: whether the home is, or leads to, that directory. */
export const inUse: Sh = sh`in_use() {
  used=$(cd "$link" 2>/dev/null && pwd -P) || return 1
  [ "$used" = "$(cd "$1" 2>/dev/null && pwd -P)" ]
}`;

/**
 * Shell function `lead_to DIR`: the link of the home leads there, from one moment to the next: by a rename. Without -T it
 * would be moved into the directory that the old one leads to; where mv has no such -T, ln makes it anew. Needs `in_use`.
 */
const leadTo: Sh = sh`lead_to() {
  next=$link.lakeup-$stamp.next
  case $(place "$next") in none | symlink) ;; *) refuse "$next is $(place "$next")" ;; esac
  rm -f "$next"
  ln -s "$1" "$next"
  if ! mv -T -f "$next" "$link" 2>/dev/null; then
    rm -f "$next"
    ln -sfn "$1" "$link"
  fi
  if ! in_use "$1"; then
    echo "$link does not lead to $1" >&2
    exit 1
  fi
}`;

/**
 * Shell function `move FROM TO`: renames a directory to a free name. The receipt of this action may lie in what is moved, and goes
 * with it.
 */
const move: Sh = sh`move() {
  if [ "$(place "$2")" != none ]; then refuse "$2 is $(place "$2")"; fi
  mv "$1" "$2"
  ${raw(begun)}
  case \${receipt:-} in "$1"/*) receipt=$2/\${receipt##*/} ;; esac
}`;

/** What is installed must be whole and of the version that the plan says. */
const whole: Sh = sh`whole() {
  if [ "$(place "$1")" != dir ]; then refuse "$1 is $(place "$1")"; fi
  found=$(version_of "$1")
  if [ "$found" != "$2" ]; then refuse "$1 is version '$found', not $2"; fi
}`;

/**
 * Puts the new version in the place of the old: the link leads to it, or two directories change their names. Finishes what
 * was half done; the old version stays as it was, under `aside`.
 */
export const installBody = forEachRole('install', () => [
  beginAction(ANY_PROCESS, 'install'),
  nothingRuns,
  receipt,
  inUse,
  leadTo,
  move,
  whole,
  sh`if [ "$layout" = link ]; then
  whole "$staged" "$to"
  if ! in_use "$staged"; then
    if ! in_use "$old"; then refuse "$link leads to $home, not to $old"; fi
    whole "$old" "$from"
    lead_to "$staged"
  fi
  rm -f "$(receipt "$staged")"
else
  case $(place "$link")-$(place "$aside")-$(place "$staged") in
    dir-none-dir)
      whole "$link" "$from"
      whole "$staged" "$to"
      move "$link" "$aside"
      move "$staged" "$link"
      ;;
    none-dir-dir)
      whole "$staged" "$to"
      move "$staged" "$link"
      ;;
    dir-dir-none) whole "$link" "$to" ;;
    *) refuse "$link is $(place "$link"), $aside is $(place "$aside"), $staged is $(place "$staged")" ;;
  esac
  rm -f "$(receipt "$link")"
fi
echo "$link is version $to"`,
]);

/** Puts the old version back in its place, and the new one where it was staged. */
export const uninstallBody = forEachRole('uninstall', () => [
  beginAction(ANY_PROCESS, 'uninstall'),
  nothingRuns,
  receipt,
  inUse,
  leadTo,
  move,
  whole,
  sh`if [ "$layout" = link ]; then
  whole "$old" "$from"
  if ! in_use "$old"; then
    if ! in_use "$staged"; then refuse "$link leads to $home, not to $staged"; fi
    : >"$(receipt "$staged")"
    lead_to "$old"
  fi
else
  case $(place "$link")-$(place "$aside")-$(place "$staged") in
    dir-dir-none)
      whole "$link" "$to"
      whole "$aside" "$from"
      : >"$(receipt "$link")"
      move "$link" "$staged"
      move "$aside" "$link"
      ;;
    none-dir-dir)
      whole "$aside" "$from"
      move "$aside" "$link"
      ;;
    dir-none-dir | dir-none-none) whole "$link" "$from" ;;
    *) refuse "$link is $(place "$link"), $aside is $(place "$aside"), $staged is $(place "$staged")" ;;
  esac
fi
echo "$link is version $from"`,
]);
