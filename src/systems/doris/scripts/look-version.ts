import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {Node} from '../../../model/inventory.ts';
import {fieldsOf, packageOf} from '../fields.ts';
import {pickScript} from './identity.ts';
import {look} from './look.ts';
import {roleScripts} from './role.ts';

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

/**
 * What the binaries of a release call themselves, asked of its start script in a throw-away home, so that neither the
 * package nor a live home is written to; then of the binary. Prints `say=` lines, understood by parsePackageVersion.
 */
export const askVersion = (node: Node, from: Release, javaHome: string | null): ShellRequest => {
  const {binary, conf, starts} = roleScripts(fieldsOf(node).role);
  const name = typeof from === 'string' ? from : 'stage';
  const home = from === 'home';
  const directory =
    typeof from === 'string' ? (home ? node.home : packageOf(node)) : `${node.home}/${from.stage}`;
  return look(
    `doris.${name}-version`,
    lines(
      sh`set -u
package=${directory}
conf=${home ? node.home : packageOf(node)}/conf
java_home=${javaHome ?? ''}
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
  'JAVA_OPTS = "-Xmx256m"' 'JAVA_OPTS_FOR_JDK_17 = "-Xmx256m"' >>"$try/conf/"${conf}
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
    ),
    VERSION_TIMEOUT_MS,
  );
};
