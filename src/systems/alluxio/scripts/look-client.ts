import {place} from '../../../host/files.ts';
import {births, tone} from '../../../host/identity.ts';
import {look} from '../../../host/look.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {body} from '../../../model/script.ts';
import type {ClientNode} from '../fields.ts';
import {restartNote} from './client.ts';
import {jarPlace, jarVersion} from './client-jar.ts';

/** What lies where the client is loaded from: each jar `found`, where the first is `at` once links are followed, its version. */
const jar: Sh = sh`kind=$(jar_kind "$jar")
echo "kind=$kind"
case $kind in
  dir) found=$(jars_in "$jar") ;;
  file | link) found=$jar ;;
  *) found= ;;
esac
if [ -n "$found" ]; then
  printf '%s\\n' "$found" | sed 's/^/found=/'
  first=$(printf '%s\\n' "$found" | head -n 1)
  at=$(real_of "$first")
  echo "at=$at"
  echo "version=$(jar_version "$at")"
fi`;

/**
 * Java processes that name a client among their arguments, or have one open: a jar that is replaced stays open as it was. Of
 * other users' processes only the arguments can be seen. Hosts have hundreds of them: they are read in one go, and only those
 * that are told of are looked at by themselves. /proc/self stands among them so that ls always says whose files it lists.
 */
const uses: Sh = sh`folder=$(folder_of "$jar")
javas=$(grep -lzE '^(.*/)?(java|jsvc[^/]*)$' /proc/[0-9]*/cmdline 2>/dev/null) || :
opened() {
  ls -l /proc/self/fd $(printf '%s\\n' "$javas" | sed 's|cmdline$|fd|') 2>/dev/null | awk '
    /^\\/proc\\/[0-9a-z]+\\/fd:$/ {split($0, part, "/"); pid = part[3]; next}
    pid != "self" && (at = index($0, " -> /")) {print "open=" pid " " substr($0, at + 4)}' || :
}
named() {
  if [ -z "$javas" ]; then return 0; fi
  for file in $(grep -lzF -e alluxio -e "$folder/" $javas 2>/dev/null); do
    pid=\${file#/proc/}
    tr '\\0:,=' '\\n\\n\\n\\n' 2>/dev/null <"$file" | sed "s|^//*|/|; s|^|arg=\${pid%%/*} |" || :
  done
}
{ opened; named; } | JAR=$jar FOLDER=$folder awk '
  {
    at = index($0, " ")
    path = substr($0, at + 1)
    plain = path
    sub(/ [(]deleted[)]$/, "", plain)
    name = plain
    sub(/.*\\//, "", name)
  }
  plain == ENVIRON["JAR"] || path == ENVIRON["FOLDER"] "/*" || (path ~ /^\\// && name ~ /alluxio.*[.]jar(_backup_[0-9_]*)?$/)
' | sort -u | while IFS= read -r told; do
  pid=\${told%% *}
  pid=\${pid#*=}
  born=$(ticks "$pid")
  if [ -n "$born" ]; then printf '%s\\n' "\${told%%=*}=$pid.$born \${told#* }"; fi
done`;

/** What HADOOP_CLASSPATH is set to by the file that Cloudera Manager deploys. */
const deployed: Sh = sh`if [ -n "$deployed" ]; then
  if [ -r "$deployed" ] && [ -f "$deployed" ]; then
    echo deployed=file
    sed -n 's/^[[:space:]]*\\(export[[:space:]][[:space:]]*\\)\\{0,1\\}HADOOP_CLASSPATH=/classpath=/p' "$deployed"
  else echo "deployed=$(place "$deployed")"
  fi
fi`;

const clientLook: readonly Sh[] = [
  tone,
  births,
  place,
  jarPlace,
  jarVersion,
  restartNote,
  jar,
  uses,
  deployed,
  sh`if [ -n "$stamp" ] && [ -f "$(restart_note)" ]; then echo "restarted=$(cat "$(restart_note)")"; fi`,
];

const vars = ({fields}: ClientNode, stamp: string) => ({
  jar: fields.jar,
  deployed: fields.safetyValve ?? '',
  stamp,
});

const clientBody = body('alluxio.client.look.client', ...clientLook);

/** The client of an application, who has it loaded, and how the restart of a run ended. */
export const askClient = (node: ClientNode, stamp: string): ShellRequest =>
  look(clientBody, vars(node, stamp));

/** Reading a jar of a hundred megabytes from a busy disk. */
const SURVEY_TIMEOUT_MS = 120_000;

const surveyBody = body(
  'alluxio.client.look.survey',
  ...clientLook,
  sh`echo "login=$(id -u)"
echo "loginName=$(id -un 2>/dev/null || :)"
echo "new=$(jar_kind "$new_jar")"
if [ -f "$new_jar" ]; then
  if [ -r "$new_jar" ]; then echo "newVersion=$(jar_version "$new_jar")"; else echo new=unreadable; fi
fi
if [ ! -w "$folder/" ]; then echo "unwritable=$folder"; fi
if [ "$kind" = link ] && [ ! -w "\${at%/*}/" ]; then echo "unwritable=\${at%/*}"; fi`,
);

/** The same, with what preflight has to know of the new jar and of the login. */
export const askClientSurvey = (node: ClientNode): ShellRequest =>
  look(surveyBody, {...vars(node, ''), new_jar: node.fields.newJar}, SURVEY_TIMEOUT_MS);
