import {pickScript} from '../../../host/files.ts';
import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {DorisNode} from '../fields.ts';
import {forEachKind, type RoleScripts} from './role.ts';

/** A JVM on a loaded host takes 20 s to print its version (recorded). */
const VERSION_TIMEOUT_MS = 120_000;

/** A stage is told by its name below the home; its conf is the package's, for it has none of its own. */
export type Release = 'package' | 'home' | {readonly stage: string};

/**
 * Start scripts change the mode of the binary, and may patch it, before they ask it: in its place stands a small script
 * that calls it where it lies, however large it is. One that cannot be called as it is, is copied. Its path is not the
 * one by which a node's process is known.
 */
const standIn = (binary: string): Sh => sh`binary=$try/real/${binary}
rm -f "$try"/lib/${binary}
if [ -x "$binary" ]; then
  printf '%s\\n' '#!/bin/sh' ${`exec "\${0%/*}/../real/${binary}" "$@"`} >"$try"/lib/${binary}
  chmod 700 "$try"/lib/${binary}
elif [ -f "$binary" ]; then
  cp -p "$binary" "$try"/lib/${binary} || rm -f "$try"/lib/${binary}
fi`;

/** Asks the binaries of a release, `$package`, in a throw-away home. */
const versionText = ({binary, conf: confName, starts}: RoleScripts): readonly Sh[] => [
  sh`set -u
if [ ! -d "$package/bin" ]; then exit 0; fi
if [ -n "$java_home" ]; then export JAVA_HOME="$java_home"; fi
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
try=$(mktemp -d) || exit 1
trap 'rm -rf "$try"' EXIT
mkdir "$try/log" "$try/lib"
ln -s "$package/lib" "$try/real"
ln -s "$package"/lib/* "$try/lib/" 2>/dev/null
# Half of a script is not let loose: then the binary alone is asked.
cp -R "$package/bin" "$try/bin" || rm -rf "$try/bin"
rm -f "$try"/bin/*.pid
if [ -d "$conf" ]; then cp -R "$conf" "$try/conf"; else mkdir "$try/conf"; fi
chmod u+w "$try/conf" "$try"/conf/* 2>/dev/null
printf '%s\\n' "" "LOG_DIR = $try/log" "PID_DIR = $try/bin" "meta_dir = $try/meta" \\
  'JAVA_OPTS = "-Xmx256m"' 'JAVA_OPTS_FOR_JDK_17 = "-Xmx256m"' >>"$try/conf/"${confName}
bounded() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 5 50 "$@"; else "$@"; fi
}`,
  ...(binary === null ? [] : [standIn(binary)]),
  pickScript(sh`"$package"/bin`, starts),
  sh`told=
if [ -n "$script" ]; then told=$(cd "$try" && bounded bash "bin/$script" --version 2>&1 | tail -n 60); fi
printf '%s\\n' "$told" | sed 's/^/say=/'`,
  ...(binary === null
    ? []
    : [
        sh`case $told in *doris-[0-9]* | *version:{*) exit 0 ;; esac
if [ ! -e "$binary" ]; then binary=$package/lib/${binary}; fi
if [ -x "$binary" ]; then
  (cd "$try" && LD_LIBRARY_PATH="$package/lib:\${java_home:-/usr}/lib/server" bounded "$binary" --version 2>&1) |
    sed 's/^/say=/' | tail -n 20
fi`,
      ]),
  sh`exit 0`,
];

const BODIES = {
  package: forEachKind('look.package-version', versionText),
  home: forEachKind('look.home-version', versionText),
  stage: forEachKind('look.stage-version', versionText),
};

/**
 * What the binaries of a release call themselves, asked of its start script in a throw-away home, so that neither the
 * package nor a live home is written to; then of the binary. Prints `say=` lines, understood by parsePackageVersion.
 */
export const askVersion = (node: DorisNode, from: Release, javaHome: string | null): ShellRequest => {
  const {home, fields} = node;
  const vars = {home, java_home: javaHome ?? ''};
  const ask = (what: keyof typeof BODIES, directory: string, conf: string, stage = ''): ShellRequest =>
    look(
      BODIES[what](fields.role),
      {...vars, package: directory, conf: `${conf}/conf`, ...(stage === '' ? {} : {stage})},
      VERSION_TIMEOUT_MS,
    );
  if (from === 'home') return ask('home', home, home);
  if (from === 'package') return ask('package', fields.package, fields.package);
  return ask('stage', `${home}/${from.stage}`, fields.package, from.stage);
};
