/**
 * What all scripts of the fake product begin with: where the home is, and the node's own settings. Bash, like the real
 * ones: dash fails at the first line. \`note\` writes a line of the cluster's own log.
 */
export const HEAD = `#!/usr/bin/env bash
set -eo pipefail
curdir="$(cd "$(dirname "$0")" && pwd)"
home="$(cd "$curdir/.." && pwd)"
if [[ -f "$home/conf/fake.env" ]]; then
  set -a
  . "$home/conf/fake.env"
  set +a
fi
note() {
  if [[ -n "$EVENTS" ]]; then
    local at="$EPOCHREALTIME"
    at="\${at/[.,]/}"
    if [[ -n "$at" ]]; then at="\${at%???}"; else at="$(date +%s)000"; fi
    printf '%s\\t%s\\t%s\\t%s\\n' "$at" "$HOST_NAME" "$NODE_NAME" "$1" >>"$EVENTS" || true
  fi
}
# A process that ended but was not yet collected by its parent is gone, even where nobody collects.
running() {
  [[ -n "$1" ]] && kill -0 "$1" >/dev/null 2>&1 && [[ "$(ps -p "$1" -o stat= 2>/dev/null)" != Z* ]]
}
note "call \${0##*/}\${*:+ $*}"
trap 'note "exit \${0##*/} $?"' EXIT
`;

/** Upper-case keys of a conf file become variables, as the real scripts make them. */
export const exportConf = (conf: string): string => `
while IFS= read -r line || [[ -n "$line" ]]; do
  if [[ "$line" =~ ^[[:blank:]]*([A-Z][A-Z0-9_]*)[[:blank:]]*=[[:blank:]]*(.*)$ ]]; then
    eval "export \${BASH_REMATCH[1]}=\${BASH_REMATCH[2]}"
  fi
done <"$home/conf/${conf}"
`;

/** Both daemons refuse to start where a proxy is set. */
export const refuseProxies = `
for name in http_proxy HTTP_PROXY https_proxy HTTPS_PROXY; do
  if [[ -n "\${!name}" ]]; then
    echo "env '$name' = '\${!name}', need unset it using 'unset $name'"
    exit 1
  fi
done
`;

/** The words with which a script refuses without JAVA_HOME; they differ between MetaService and the others. */
export const javaNotSet = (what: 'correctly' | 'defined', conf: string): string =>
  what === 'correctly'
    ? `  echo 'The JAVA_HOME environment variable is not set correctly'
  echo 'This environment variable is required to run this program'
  echo 'Note: JAVA_HOME should point to a JDK and not a JRE'
  echo 'You can set JAVA_HOME in the ${conf} configuration file'
  exit 1`
    : `  echo 'The JAVA_HOME environment variable is not defined correctly'
  echo 'This environment variable is needed to run this program'
  echo 'NB: JAVA_HOME should point to a JDK not a JRE'
  echo 'You can set it in ${conf}'
  exit 1`;

/** Shell function `jdk_version JAVA`: 8, 17, … */
export const jdkVersion = `
jdk_version() {
  local text
  text="$("$1" -version 2>&1 | head -n 1)"
  text="\${text#*\\"}"
  text="\${text%%\\"*}"
  text="\${text#1.}"
  echo "\${text%%.*}"
}
`;
