import {temporary} from '../../../host/temp.ts';
import {lines, type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {ServerNode} from '../fields.ts';

/** What looks at files and commands begin with. */
export const quiet: Sh = sh`set -eu
LC_ALL=C
export LC_ALL`;

/**
 * Lets the product's own commands find the Java that the inventory names. JAVA too: to 2.3 a `java` on the PATH wins over
 * JAVA_HOME (recorded), and nothing wins over JAVA. And at the end of the PATH: 1.8 runs nothing where none is on it, whatever
 * the others say (its alluxio-config.sh).
 */
export const withJava: Sh = sh`if [ -n "$java_home" ]; then
  JAVA_HOME=$java_home
  JAVA=$java_home/bin/java
  PATH=\${PATH:-/usr/bin:/bin}:$java_home/bin
  export JAVA_HOME JAVA PATH
fi
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY`;

export const javaVars = ({fields}: ServerNode): Vars => ({java_home: fields.javaHome ?? ''});

/**
 * Shell function `clean`: what a command prints, line by line as it was meant: progress is written over itself with carriage
 * returns and padded with blanks (recorded), and its last state stands for all of them. Of a backup that took hours there
 * are megabytes of it, more than any look may print.
 */
export const clean: Sh = sh`clean() {
  return_key=$(printf '\\r')
  LC_ALL=C sed "s/[[:space:]]*$//; s/.*$return_key//; s/^[[:space:]]*//; /^$/d"
}`;

/**
 * Shell function `run COMMAND...`: runs it, prints each line of what it said as `out=LINE`, and at the end `exit=CODE`. Needs
 * `clean`. The command's own errors are on its standard output (recorded); what Java writes besides is shown as `err=`.
 */
export const run: Sh = lines(
  temporary('look'),
  sh`run() {
  ended=0
  "$@" >"$temp/said" 2>"$temp/errors" </dev/null || ended=$?
  clean <"$temp/said" | sed 's/^/out=/'
  clean <"$temp/errors" | tail -n 20 | sed 's/^/err=/'
  echo "exit=$ended"
}`,
);
