import {place} from '../../../host/files.ts';
import {look} from '../../../host/look.ts';
import {temporary} from '../../../host/temp.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {ServerNode} from '../fields.ts';
import {javaVars, quiet, withJava} from './command.ts';
import {names, versionOf} from './names.ts';
import {forEachRole, nodeVars} from './role.ts';

/** What tells one run's names apart; `old` is where a link led when the home was surveyed. */
export type RunNames = {
  readonly from: string;
  readonly to: string;
  readonly stamp: string;
  readonly old: string;
};

/** Shell function `kind_of PATH`: what a home is: link (to a directory), dir, none or other. Needs `place`. */
export const kindOf: Sh = sh`kind_of() {
  case $(place "$1") in
    symlink) if [ -d "$1" ]; then echo link; else echo other; fi ;;
    dir) echo dir ;;
    none) echo none ;;
    *) echo other ;;
  esac
}`;

const homeBody = forEachRole('look.home', () => [
  quiet,
  place,
  kindOf,
  versionOf,
  sh`link=$home`,
  names,
  sh`told() {
  if [ "$(place "$1")" = none ]; then echo none && return 0; fi
  version=$(version_of "$1")
  echo "\${version:-other}"
}
echo "kind=$(kind_of "$home")"
echo "version=$(version_of "$home")"
echo "staged=$(told "$staged")"
echo "kept=$(told "$aside")"`,
]);

/** Which version the home holds or leads to, and whether the new one lies staged and the old one was kept. */
export const askHome = (node: ServerNode, run: RunNames): ShellRequest =>
  look(homeBody(node.fields.role), {...nodeVars(node), ...run});

/** A JVM for each property that is called by another name, 10 s each on a loaded host (recorded). */
export const CONF_TIMEOUT_MS = 600_000;

/**
 * A removed key, and one that nobody knows, end with 1; validateConf calls all of them valid (recorded). The list of all
 * keys holds no custom ones, so what stands in it is known; an alias does not stand in it.
 */
const confBody = forEachRole('look.conf', () => [
  quiet,
  place,
  sh`link=$home`,
  names,
  withJava,
  temporary('look'),
  sh`if [ -d "$staged" ]; then at=$staged; else at=$home; fi
if [ ! -f "$at/bin/alluxio" ]; then echo "$at/bin/alluxio is not there" >&2 && exit 1; fi
told=$temp/told
conf=$at/conf/alluxio-site.properties
if ! bash "$at/bin/alluxio" getConf >"$told" 2>&1 </dev/null; then
  tail -n 3 "$told" >&2
  exit 1
fi
type=$(sed -n 's/^alluxio\\.master\\.journal\\.type=//p' "$told" | head -n 1)
if [ -z "$type" ]; then echo "$at/bin/alluxio getConf tells no alluxio.master.journal.type" >&2 && exit 1; fi
keys=$(sed -n 's/^[[:space:]]*\\(alluxio\\.[A-Za-z0-9._-]*\\).*/\\1/p' "$conf" 2>/dev/null | sort -u) || keys=
sed -n 's/^\\(alluxio\\.[^=]*\\)=.*/\\1/p' "$told" | sort -u >"$told.known"
count=0
for key in $keys; do
  count=$((count + 1))
  if grep -qxF -e "$key" "$told.known"; then continue; fi
  if said=$(bash "$at/bin/alluxio" getConf "$key" 2>&1 </dev/null); then continue; fi
  case $said in
    *"is not a valid configuration key"* | *"is not found"*) echo "unknown=$key" ;;
    *) printf '%s\\n' "$said" | tail -n 3 >&2 && exit 1 ;;
  esac
done
echo "asked=$count"
echo "type=$type"`,
]);

/** Which properties of the conf that was carried over the new version does not know, and its journal's type by that conf. */
export const askConf = (node: ServerNode, {to, stamp}: Pick<RunNames, 'to' | 'stamp'>): ShellRequest =>
  look(confBody(node.fields.role), {...nodeVars(node), ...javaVars(node), to, stamp}, CONF_TIMEOUT_MS);
