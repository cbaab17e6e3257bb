import {digests, recall} from '../../../host/files.ts';
import {nothingRuns} from '../../../host/identity.ts';
import {sh} from '../../../lib/sh.ts';
import {beginAction} from './begin.ts';
import {forEachKind} from './role.ts';

/**
 * Copies the package's bin and lib beside the old ones and compares every byte, while the node still runs. The stage
 * gets its name only when it is whole; `verified` holds the listing it was proved against, `recalled` what the old files are,
 * so that few of them have to be read once the node is stopped.
 */
export const stageBody = forEachKind('stage', scripts => [
  beginAction(scripts, 'stage'),
  digests,
  recall,
  sh`for part in bin lib; do
  if [ "$(place "$package/$part")" != dir ]; then refuse "$package/$part is $(place "$package/$part")"; fi
done
for moved in "$bin_backup" "$lib_backup"; do
  if [ "$(place "$moved")" != none ]; then refuse "$moved is there already: this node is past staging"; fi
done
if [ "$(place "$stage")" = symlink ] || [ "$(place "$stage.part")" = symlink ]; then refuse "$stage is a link"; fi
rm -rf "$stage" "$stage.part"
mkdir -m 700 "$stage.part" "$stage.part/bin" "$stage.part/lib"
cp -RPp "$package/bin/." "$stage.part/bin/"
cp -RPp "$package/lib/." "$stage.part/lib/"
wanted=$(contents "$package")
copied=$(contents "$stage.part")
if [ "$wanted" != "$copied" ]; then
  echo "the copy differs from the package: $copied instead of $wanted" >&2
  exit 1
fi
listing "$package" 1 >"$stage.part/verified"
recall "$home" >"$stage.part/recalled"
mv "$stage.part" "$stage"
echo "staged $stage, contents $copied"`,
]);

/** Moves bin and lib aside, each by one rename in the same directory. Finishes what was half done; overwrites nothing. */
export const backupBody = forEachKind('backup', scripts => [
  beginAction(scripts, 'backup'),
  nothingRuns,
  sh`aside() {
  case $(place "$home/$1")-$(place "$2") in
    dir-none | none-dir) ;;
    *) refuse "$home/$1 is $(place "$home/$1") and $2 is $(place "$2")" ;;
  esac
}
aside bin "$bin_backup"
aside lib "$lib_backup"
if [ "$(place "$stage")" != dir ]; then refuse "$stage is $(place "$stage"): nothing is there to take their place"; fi
if [ -d "$home/bin" ]; then mv "$home/bin" "$bin_backup"; fi
if [ -d "$home/lib" ]; then mv "$home/lib" "$lib_backup"; fi
echo "backed up to $bin_backup and $lib_backup"`,
]);

/** Puts the staged bin and lib in their places, each by one rename. Finishes what was half done. */
export const deployBody = forEachKind('deploy', scripts => [
  beginAction(scripts, 'deploy'),
  nothingRuns,
  sh`for kept in "$bin_backup" "$lib_backup"; do
  if [ "$(place "$kept")" != dir ]; then refuse "$kept is $(place "$kept"): the old files are not safe"; fi
done
for part in bin lib; do
  case $(place "$stage/$part")-$(place "$home/$part") in
    dir-none | none-dir) ;;
    *) refuse "$stage/$part is $(place "$stage/$part") and $home/$part is $(place "$home/$part")" ;;
  esac
done
for part in bin lib; do
  if [ -d "$stage/$part" ]; then mv "$stage/$part" "$home/$part"; fi
done
rm -f "$stage/verified" "$stage/recalled"
if [ -d "$stage" ]; then rmdir "$stage"; fi
echo "deployed $package"`,
]);

/** Takes a stage away again: only a directory that this run made, by its name. */
export const unstageBody = forEachKind('unstage', scripts => [
  beginAction(scripts, 'unstage', 'go on'),
  sh`if [ "$(place "$stage")" = symlink ]; then refuse "$stage is a link"; fi
rm -rf "$stage" "$stage.part"
echo "removed $stage"`,
]);

/** Moves the backups back to bin and lib. */
export const restoreBody = forEachKind('restore', scripts => [
  beginAction(scripts, 'restore'),
  nothingRuns,
  sh`for part in bin lib; do
  kept=$home/\${part}_backup_$stamp
  case $(place "$kept")-$(place "$home/$part") in
    dir-none | none-dir) ;;
    *) refuse "$kept is $(place "$kept") and $home/$part is $(place "$home/$part")" ;;
  esac
done
if [ -d "$bin_backup" ]; then mv "$bin_backup" "$home/bin"; fi
if [ -d "$lib_backup" ]; then mv "$lib_backup" "$home/lib"; fi
echo "restored $home/bin and $home/lib"`,
]);

/**
 * Puts the new bin and lib aside, under names that say they failed; under a further one where the same run was taken back
 * before. While the backups are there, bin and lib are none of the old ones.
 */
export const undeployBody = forEachKind('undeploy', scripts => [
  beginAction(scripts, 'undeploy'),
  nothingRuns,
  sh`for kept in "$bin_backup" "$lib_backup"; do
  if [ "$(place "$kept")" != dir ]; then refuse "$kept is $(place "$kept"): there is nothing to go back to"; fi
done
free() {
  n=1
  name=$1
  while [ "$(place "$name")" != none ]; do
    n=$((n + 1))
    name=$1.$n
  done
}
for part in bin lib; do
  case $(place "$home/$part") in
    dir | none) ;;
    *) refuse "$home/$part is $(place "$home/$part")" ;;
  esac
done
for part in bin lib; do
  if [ ! -d "$home/$part" ]; then continue; fi
  free "$home/\${part}_failed_$stamp"
  mv "$home/$part" "$name"
  echo "put aside $name"
done`,
]);
