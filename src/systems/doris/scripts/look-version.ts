import {pickScript} from '../../../host/files.ts';
import {look} from '../../../host/look.ts';
import {temporary} from '../../../host/temp.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {Vars} from '../../../model/script.ts';
import type {DorisNode} from '../fields.ts';
import {forEachKind, type RoleScripts} from './role.ts';

/** A JVM on a loaded host takes 20 s to print its version (recorded). */
export const VERSION_TIMEOUT_MS = 120_000;

/** A stage is told by its name below the home; so are a bin and a lib that lie there under names of their own. */
export type Release =
  | 'package'
  | 'home'
  | {readonly stage: string}
  | {readonly bin: string; readonly lib: string};

/**
 * Start scripts change the mode of the binary, and may patch it, before they ask it: in its place stands a small script
 * that calls it where it lies, however large it is. One that cannot be called as it is, is copied. Its path is not the
 * one by which a node's process is known. Where /tmp is mounted noexec none of that can be called: the binary alone is asked.
 */
const standIn = (binary: string): Sh => sh`binary=$try/real/${binary}
printf '%s\\n' '#!/bin/sh' >"$try/may"
chmod 700 "$try/may"
if ! "$try/may" 2>/dev/null; then tmp=noexec && echo tmp=noexec; fi
rm -f "$try"/lib/${binary}
if [ -x "$binary" ]; then
  printf '%s\\n' '#!/bin/sh' ${`exec "\${0%/*}/../real/${binary}" "$@"`} >"$try"/lib/${binary}
  chmod 700 "$try"/lib/${binary}
elif [ -f "$binary" ]; then
  cp -p "$binary" "$try"/lib/${binary} || rm -f "$try"/lib/${binary}
fi`;

/** The machine a binary is for and whether all of it is there, by its head; and the machine this is. */
const head: Sh = sh`head_of() {
  if [ ! -f "$1" ]; then return 0; fi
  size=$(ls -lLn "$1" 2>/dev/null | awk '{print $5}')
  set -- $(od -An -v -tu1 -N 64 "$1" 2>/dev/null)
  if [ "\${size:-1}" = 0 ]; then echo 'elf=- cut' && return 0; fi
  if [ "\${1:-} \${2:-} \${3:-} \${4:-}" = '127 69 76 70' ] && [ $# -lt 64 ]; then echo 'elf=- cut'; fi
  if [ $# -lt 64 ] || [ "$1 $2 $3 $4 $5 $6" != '127 69 76 70 2 1' ]; then return 0; fi
  # Where the table of its sections ends: the last thing in the file.
  ends=$((\${41} + \${42} * 256 + \${43} * 65536 + \${44} * 16777216 + \${45} * 4294967296))
  ends=$((ends + (\${59} + \${60} * 256) * (\${61} + \${62} * 256)))
  if [ -n "$size" ] && [ "$ends" -gt "$size" ]; then whole=cut; else whole=whole; fi
  echo "elf=$((\${19} + \${20} * 256)) $whole"
}`;

/** The JDK as a start script finds it: the conf's JAVA_HOME, or the environment's; never what lies in PATH. */
const jdk = (
  conf: string,
): Sh => sh`found=$(sed -n 's/^[[:space:]]*JAVA_HOME[[:space:]]*=[[:space:]]*//p' "$try/conf/"${conf} 2>/dev/null |
  tail -n 1 | sed 's/[[:space:]]#.*$//; s/[[:space:]]*$//')
found=\${found#[\\"\\']}
found=\${found%[\\"\\']}
case $found in
  '\${DORIS_HOME}'*) found=$home\${found#'\${DORIS_HOME}'} ;;
  '$DORIS_HOME'*) found=$home\${found#'$DORIS_HOME'} ;;
  # What the script will make of it is not known here.
  *'$'*) found=- ;;
  '') found=\${JAVA_HOME:-} ;;
esac
case $found in
  '') echo java=none ;;
  -) ;;
  *)
    echo "javaHome=$found"
    if [ ! -x "$found/bin/java" ]; then echo java=broken
    else
      echo java=ok
      number=$(sed -n 's/^JAVA_VERSION="\\{0,1\\}\\(1\\.\\)\\{0,1\\}\\([0-9]*\\).*/\\2/p' "$found/release" 2>/dev/null | head -n 1)
      if [ -z "$number" ]; then
        number=$(bounded "$found/bin/java" -version 2>&1 | sed -n 's/^.*version "\\(1\\.\\)\\{0,1\\}\\([0-9]*\\).*/\\2/p' | head -n 1)
      fi
      echo "jdk=$number"
    fi
    ;;
esac`;

/** Asks the binaries of a release, `$release_bin` and `$release_lib`, in a throw-away home with the conf they will have. */
const versionText = ({binary, conf: confName, starts}: RoleScripts): readonly Sh[] => [
  sh`set -u
if [ ! -d "$release_bin" ]; then exit 0; fi`,
  temporary('look'),
  sh`if [ -n "$java_home" ]; then export JAVA_HOME="$java_home"; fi
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
try=$temp
mkdir "$try/log" "$try/lib" "$try/conf"
ln -s "$release_lib" "$try/real"
ln -s "$release_lib"/* "$try/lib/" 2>/dev/null
# Half of a script is not let loose: then the binary alone is asked.
cp -R "$release_bin" "$try/bin" || rm -rf "$try/bin"
rm -f "$try"/bin/*.pid
if [ ! -d "$conf" ]; then conf=$package/conf; fi
for file in "$conf"/*.conf; do
  if [ -f "$file" ]; then cp "$file" "$try/conf/"; fi
done
chmod u+w "$try"/conf/* 2>/dev/null
# What it does not set is not set here either: the script has to say that itself.
options=
if grep -q '^[[:space:]]*JAVA_OPTS_FOR_JDK_17[[:space:]]*=' "$try/conf/"${confName} 2>/dev/null; then
  options='JAVA_OPTS_FOR_JDK_17 = "-Xmx256m"'
fi
printf '%s\\n' "" "LOG_DIR = $try/log" "PID_DIR = $try/bin" "meta_dir = $try/meta" 'JAVA_OPTS = "-Xmx256m"' "$options" \\
  >>"$try/conf/"${confName}
bounded() {
  if command -v timeout >/dev/null 2>&1; then timeout -k 5 50 "$@"; else "$@"; fi
}
echo "machine=$(uname -m)"
tmp=exec`,
  ...(binary === null ? [] : [head, sh`head_of "$release_lib/"${binary}`, jdk(confName), standIn(binary)]),
  pickScript(sh`"$release_bin"`, starts),
  sh`told=
if [ "$tmp" = exec ] && [ -n "$script" ] && [ -f "$try/bin/$script" ]; then
  ended=0
  # As at a start: as many open files as this login may have.
  (cd "$try" && { ulimit -n "$(ulimit -Hn)" 2>/dev/null || :; } && bounded bash "bin/$script" --version) >"$try/told" 2>&1 || ended=$?
  told=$(tail -n 60 "$try/told" | tr -d '\\000')
  echo "asked=script $script"
  printf '%s\\n' "$told" | sed 's/^/say=/'
  tail -n 5 "$try"/log/*.out 2>/dev/null | sed 's/^/logged=/'
  echo "ended=$ended"
fi`,
  ...(binary === null
    ? []
    : [
        sh`case $told in *doris-[0-9]* | *version:{*) exit 0 ;; esac
if [ ! -e "$binary" ]; then binary=$release_lib/${binary}; fi
if [ -x "$binary" ]; then
  ended=0
  (cd "$try" && LD_LIBRARY_PATH="$release_lib:\${java_home:-/usr}/lib/server" bounded "$binary" --version) >"$try/told" 2>&1 || ended=$?
  echo "asked=binary "${binary}
  tail -n 20 "$try/told" | tr -d '\\000' | sed 's/^/say=/'
  echo "ended=$ended"
fi`,
      ]),
  sh`exit 0`,
];

const BODIES = {
  package: forEachKind('look.package-version', versionText),
  home: forEachKind('look.home-version', versionText),
  stage: forEachKind('look.stage-version', versionText),
  kept: forEachKind('look.kept-version', versionText),
};

/**
 * What the binaries of a release call themselves, asked of its start script in a throw-away home, so that neither the
 * package nor a live home is written to, but with the home's conf, for that is what it will be started with; then of the
 * binary. Prints who was `asked`, what they `say`, understood by parsePackageVersion, and how they `ended` (parse/package-run.ts).
 */
export const askVersion = (node: DorisNode, from: Release, javaHome: string | null): ShellRequest => {
  const {home, fields} = node;
  const vars = {home, java_home: javaHome ?? '', conf: `${home}/conf`};
  const ask = (what: keyof typeof BODIES, directory: string, more: Vars = {}): ShellRequest => {
    const release = {package: directory, release_bin: `${directory}/bin`, release_lib: `${directory}/lib`};
    return look(BODIES[what](fields.role), {...vars, ...release, ...more}, VERSION_TIMEOUT_MS);
  };
  if (from === 'home') return ask('home', home);
  if (from === 'package') return ask('package', fields.package);
  if ('stage' in from) return ask('stage', `${home}/${from.stage}`, {stage: from.stage});
  return ask('kept', home, {release_bin: `${home}/${from.bin}`, release_lib: `${home}/${from.lib}`});
};
