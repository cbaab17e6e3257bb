import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Node} from '../../../model/inventory.ts';
import {fieldsOf} from '../fields.ts';
import {begin, CARRIED, nothingRuns} from './begin.ts';
import {digests} from './files.ts';
import {pickScript} from './identity.ts';
import {roleScripts} from './role.ts';

/**
 * Copies the package's bin and lib beside the old ones and compares every byte, while the node still runs. The stage
 * gets its name only when it is whole; `verified` holds the listing it was proved against.
 */
export const stageScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'stage'),
    digests,
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
mv "$stage.part" "$stage"
echo "staged $stage, contents $copied"`,
  );

/** Moves bin and lib aside, each by one rename in the same directory. Finishes what was half done; overwrites nothing. */
export const backupScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'backup'),
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
  );

/** Puts the staged bin and lib in their places, each by one rename. Finishes what was half done. */
export const deployScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'deploy'),
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
rm -f "$stage/verified"
if [ -d "$stage" ]; then rmdir "$stage"; fi
echo "deployed $package"`,
  );

/** What the old process was started with, so that the new one is started the same way. */
export type StartAs = {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Soft limit of open files to have at least; null when it was not seen. */
  readonly nofile: number | null;
};

const setEnv = (env: StartAs['env']): Sh[] =>
  Object.entries(env)
    .filter(([name]) => /^[A-Z_][A-Z0-9_]*$/.test(name))
    .map(([name, value]) => sh`export ${name}=${value}`);

const openFiles = (nofile: number | null): Sh =>
  nofile === null
    ? sh`:`
    : sh`limit=$(ulimit -n)
if [ "$limit" != unlimited ] && [ "$limit" -lt ${Number.isFinite(nofile) ? nofile : 1_048_576} ]; then
  ulimit -n ${Number.isFinite(nofile) ? nofile : 'unlimited'} 2>/dev/null || ulimit -n "$(ulimit -Hn)" || :
fi`;

const WITHOUT_MARK = `unset ${CARRIED}; if [ -n "$0" ]; then SHLVL=$0; fi; bash "$@"; exit $?`;

/**
 * Starts the node by its own script, unless a process of this home runs. The script's exit code says nothing of whether
 * it came up (domain: start_be.sh and start_fe.sh exit 0 at once, start.sh exits 1 when it is merely slow).
 */
export const startScript = (node: Node, stamp: string, {flags, env, nofile}: StartAs): Sh =>
  lines(
    begin(node, stamp, 'start'),
    sh`set -- $(pids)
if [ $# -gt 0 ]; then echo "process $* of $home runs already: nothing is started" && exit 0; fi
for part in bin lib; do
  if [ "$(place "$home/$part")" != dir ]; then refuse "$home/$part is $(place "$home/$part")"; fi
done`,
    pickScript(sh`"$home"/bin`, roleScripts(fieldsOf(node).role).starts),
    sh`if [ -z "$script" ]; then refuse "$home/bin holds no start script"; fi
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
# Ours above, for sort and ls: the process gets the one its predecessor had, or none.
unset LC_ALL`,
    ...setEnv(env),
    openFiles(nofile),
    // Not by exec: what was taken for this action is given back after it. A shell that carries the mark waits for the
    // start script, which does not: the daemon would keep the mark alive for ever. Nor is it to see one more SHLVL.
    sh`cd "$home"
result=0
sh -c ${WITHOUT_MARK} "\${SHLVL:-}" "bin/$script" --daemon ${flags} || result=$?
case $result in 97 | 98) exit 1 ;; *) exit "$result" ;; esac`,
  );

/** Takes a stage away again: only a directory that this run made, by its name. */
export const unstageScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'unstage'),
    sh`if [ "$(place "$stage")" = symlink ]; then refuse "$stage is a link"; fi
rm -rf "$stage" "$stage.part"
echo "removed $stage"`,
  );

/** Moves the backups back to bin and lib. */
export const restoreScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'restore'),
    nothingRuns,
    sh`for part in bin lib; do
  kept=$home/\${part}_backup_${stamp}
  case $(place "$kept")-$(place "$home/$part") in
    dir-none | none-dir) ;;
    *) refuse "$kept is $(place "$kept") and $home/$part is $(place "$home/$part")" ;;
  esac
done
if [ -d "$bin_backup" ]; then mv "$bin_backup" "$home/bin"; fi
if [ -d "$lib_backup" ]; then mv "$lib_backup" "$home/lib"; fi
echo "restored $home/bin and $home/lib"`,
  );

/** Puts the new bin and lib aside, under names that say they failed. */
export const undeployScript = (node: Node, stamp: string): Sh =>
  lines(
    begin(node, stamp, 'undeploy'),
    nothingRuns,
    sh`for kept in "$bin_backup" "$lib_backup"; do
  if [ "$(place "$kept")" != dir ]; then refuse "$kept is $(place "$kept"): there is nothing to go back to"; fi
done
for part in bin lib; do
  aside=$home/\${part}_failed_${stamp}
  case $(place "$home/$part")-$(place "$aside") in
    dir-none | none-dir | none-none) ;;
    *) refuse "$home/$part is $(place "$home/$part") and $aside is $(place "$aside")" ;;
  esac
done
if [ -d "$home/bin" ]; then mv "$home/bin" "$bin_failed"; fi
if [ -d "$home/lib" ]; then mv "$home/lib" "$lib_failed"; fi
echo "put aside $bin_failed and $lib_failed"`,
  );
