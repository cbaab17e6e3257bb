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
