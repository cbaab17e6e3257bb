import {digests, outline, place} from '../../../host/files.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {look} from '../../../host/look.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {DorisNode} from '../fields.ts';
import {beginAction} from './begin.ts';
import {forEachKind} from './role.ts';
import {startIt, unlessRunning} from './start.ts';

/**
 * The names that the upgrade of the stamp `$cut` has left below a home, and whether what lies in the place of `bin` or `lib` is
 * the package's: `yes` by names, sizes and times of all files, and the bytes of the small ones. `alike` where it is so but for the
 * times, and no file is older than the package's: so lies a copy that did not keep times. A part of an older release has older files.
 * Needs `place` and `digests`.
 */
const cutNames: Sh = lines(
  outline,
  sh`case $cut in '' | */*) echo "'$cut' is no stamp" >&2 && exit 2 ;; esac
cut_stage=$home/.lakeup-stage-$cut
older() {
  (cd "$home" && find "$1" -type f ! -name '*.pid') | while IFS= read -r file; do
    if [ "$package/$file" -nt "$home/$file" ]; then echo "$file"; fi
  done
}
packages() {
  wanted=$(parts=$1 && listing "$package" 0)
  if [ -z "$wanted" ] || [ ! -d "$home/$1" ]; then echo no
  elif [ "$(parts=$1 && listing "$home" 0)" = "$wanted" ]; then echo yes
  elif [ "$(parts=$1 && outline "$home" 0)" = "$(parts=$1 && outline "$package" 0)" ] && [ -z "$(older "$1")" ]; then echo alike
  else echo no
  fi
}`,
);

const cutBody = forEachKind('look.cut', () => [
  sh`set -eu
LC_ALL=C
export LC_ALL
parts='bin lib'`,
  place,
  digests,
  cutNames,
  sh`echo "stage=$(place "$cut_stage")"
echo "copying=$(place "$cut_stage.part")"
for part in bin lib; do
  echo "home.$part=$(place "$home/$part")"
  echo "kept.$part=$(place "$home/\${part}_backup_$cut")"
  echo "staged.$part=$(place "$cut_stage/$part")"
  echo "packages.$part=$(packages "$part")"
done`,
]);

/** Where bin and lib, what was kept of them and what was staged by the upgrade of that stamp lie. */
export const askCut = ({home, fields}: DorisNode, stamp: string): ShellRequest =>
  look(cutBody(fields.role), {home, package: fields.package, cut: stamp});

/**
 * Brings the files of a node that an upgrade of the stamp `$cut` left in the middle back to what they were before its first
 * rename: the new ones into its stage, the old ones to their places, and the stage under the name of this run. Renames alone, each in
 * one directory; nothing is overwritten, nothing removed. All of it is looked at before the first one, and what was half done is
 * finished. Only what is the package's goes into the stage, for a stage that is not proved is made anew.
 */
const renames: Sh = lines(
  digests,
  cutNames,
  sh`case $(place "$cut_stage")-$(place "$cut_stage.part")-$(place "$stage") in
  dir-none-none | none-none-none | none-none-dir) ;;
  *) refuse "$cut_stage is $(place "$cut_stage"), $cut_stage.part is $(place "$cut_stage.part"), and $stage is $(place "$stage")" ;;
esac
for part in bin lib; do
  kept=$home/\${part}_backup_$cut
  case $(place "$home/$part")-$(place "$kept")-$(place "$cut_stage/$part") in
    dir-none-dir | dir-none-none | none-dir-dir | none-dir-none) ;;
    dir-dir-none)
      if [ "$(packages "$part")" != yes ]; then refuse "$home/$part is not the package's, and $kept is there"; fi
      ;;
    *) refuse "$home/$part is $(place "$home/$part"), $kept is $(place "$kept"), and $cut_stage/$part is $(place "$cut_stage/$part")" ;;
  esac
done
for part in bin lib; do
  kept=$home/\${part}_backup_$cut
  if [ ! -d "$kept" ]; then continue; fi
  if [ -d "$home/$part" ]; then
    if [ ! -d "$cut_stage" ]; then mkdir -m 700 "$cut_stage"; fi
    mv "$home/$part" "$cut_stage/$part"
  fi
  mv "$kept" "$home/$part"
  echo "put back $home/$part"
done
if [ -d "$cut_stage" ]; then mv "$cut_stage" "$stage" && echo "the copy is $stage now"; fi`,
);

export const putBackBody = forEachKind('put-back', scripts => [
  beginAction(scripts, 'put-back'),
  nothingRuns,
  renames,
]);

/** Who runs while something is still kept was started from files of two versions, or may be: that is no node that is brought back. */
const allBack: Sh = sh`case $cut in '' | */*) echo "'$cut' is no stamp" >&2 && exit 2 ;; esac
for part in bin lib; do
  kept=$home/\${part}_backup_$cut
  if [ ! -e "$kept" ] && [ ! -L "$kept" ]; then continue; fi
  set -- $(pids)
  if [ $# -gt 0 ]; then refuse "process $* of $home runs from files that are not all back ($kept is still there): end it"; fi
done`;

/** The same, and then the start of what lies in the places of `bin` and `lib`: the old ones, for nothing is kept beside them any more. */
export const bringBackBody = forEachKind('bring-back', scripts => [
  beginAction(scripts, 'bring-back'),
  allBack,
  unlessRunning,
  nothingRuns,
  renames,
  startIt(scripts),
]);
