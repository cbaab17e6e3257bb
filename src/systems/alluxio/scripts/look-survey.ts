import {limitsOf} from '../../../host/cgroup.ts';
import {cronTables} from '../../../host/cron.ts';
import {place} from '../../../host/files.ts';
import {logoutKills} from '../../../host/logout.ts';
import {look} from '../../../host/look.ts';
import {parentsOf} from '../../../host/parents.ts';
import {brief, full} from '../../../host/process.ts';
import {hexPorts, sockets} from '../../../host/sockets.ts';
import {loginAndHome, ownerOf} from '../../../host/survey.ts';
import {temporary} from '../../../host/temp.ts';
import {unitOf} from '../../../host/unit.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import {type AlluxioCluster, portsOf, type ServerNode} from '../fields.ts';
import {WANTED} from '../parse/conf.ts';
import {javaVars, quiet, withJava} from './command.ts';
import {homeOf} from './look.ts';
import {kindOf} from './look-home.ts';
import {versionOf} from './names.ts';
import {eachServer, forEachRole, KEPT_ENV, nodeVars} from './role.ts';

/** Unpacking a package of gigabytes as far as its version takes a minute; each command of the product up to 10 s. */
export const SURVEY_TIMEOUT_MS = 180_000;

/** Whoever starts or keeps a process running does it by one of these. */
const SCRIPTS = ['alluxio-start.sh', 'launch-process', 'alluxio-monitor.sh'];

/**
 * What lies ready: a directory, or a tarball, and the version that its scripts say they are. At its end a gzip file tells
 * its size, as what is left of it by 4 GiB: where that is less than the file itself, twice the file is taken.
 */
const packaged: Sh = sh`case $(place "$package") in
  dir | symlink)
    if [ -d "$package" ]; then
      echo package=dir
      echo "packageVersion=$(version_of "$package")"
      du -skL "$package" 2>/dev/null | awk '{print "packageKb=" $1}' || :
    else echo package=other
    fi
    ;;
  none) echo package=none ;;
  *)
    top=$(tar -tzf "$package" 2>/dev/null | sed -n '1{s|^\\./||; s|/.*||; p; q}') || top=
    if [ -z "$top" ]; then echo package=other
    else
      echo package=tar
      once=
      if tar --version 2>/dev/null | grep -q GNU; then once=--occurrence=1; fi
      for name in "$top/libexec/alluxio-config.sh" "./$top/libexec/alluxio-config.sh"; do
        found=$(tar -xzOf "$package" $once "$name" 2>/dev/null | sed -n 's/^VERSION=["'\\'']\\{0,1\\}\\([^"'\\'' ]*\\).*/\\1/p' | head -n 1) || found=
        if [ -n "$found" ]; then break; fi
      done
      echo "packageVersion=$found"
      packed=$(du -kL "$package" | awk '{print $1}')
      whole=$(tail -c 4 "$package" | od -An -v -tu1 | awk '{printf "%d", ($1 + 256 * ($2 + 256 * ($3 + 256 * $4))) / 1024}') || whole=0
      if [ "\${whole:-0}" -le "$packed" ]; then whole=$((packed * 2)); fi
      echo "packageKb=$whole"
    fi
    ;;
esac`;

/** How the home lies, and what is beside it. A version that was unpacked there by hand is not ours to take. */
const layout: Sh = sh`echo "homeKind=$(kind_of "$home")"
echo "homeReal=$real"
echo "homeVersion=$(version_of "$home")"
echo "newPlace=$(place "$home-$to")"
# New versions come beside the home, so that is where the room counts.
parent=\${home%/*}
if [ -w "$parent/" ]; then echo parentWritable=yes; else echo parentWritable=no; fi
df -Pk "$parent/" 2>/dev/null | awk 'NR == 2 {print "freeKb=" $4}' || :
for file in "$home"/conf/*; do
  if [ ! -f "$file" ]; then continue; fi
  case $file in *.template) ;; *) echo "conf=\${file##*/}" ;; esac
done
for found in "$real"/.lakeup-* "$home".lakeup-* "$home"_backup_* "$home"-*.part; do
  if [ -e "$found" ]; then echo "leftover=\${found##*/}"; fi
done
# Every upgrade that was never pruned has put an old version aside: by its own scripts each is known for what it is.
for found in "$home"_backup_*; do
  if [ -d "$found" ]; then echo "aside=\${found##*_backup_} $(version_of "$found")"; fi
done
# Until it is installed, a new version that a run has put there says so.
for found in "$home-$to"/.lakeup-staged-*; do
  if [ -f "$found" ]; then echo staged=yes; fi
done`;

/** Where a backup would lie: who may write there, and the room, of what there is of that path. */
const backups: Sh = sh`if [ -n "$backups" ]; then
  there=$backups
  while [ -n "$there" ] && [ ! -e "$there" ]; do there=\${there%/*}; done
  if [ -d "$there/" ] && [ -w "$there/" ]; then echo backupWritable=yes; else echo backupWritable=no; fi
  df -Pk "$there/" 2>/dev/null | awk 'NR == 2 {print "backupKb=" $4}' || :
fi`;

/** All that the host has. */
const memory: Sh = sh`awk '$1 == "MemTotal:" {print "memoryKb=" $2}' /proc/meminfo 2>/dev/null || :`;

/** Masters call workers by the names that their hosts have (recorded: with the domain). */
const named: Sh = sh`for told in "$(hostname 2>/dev/null || :)" "$(hostname -f 2>/dev/null || :)"; do
  if [ -n "$told" ]; then echo "named=$told"; fi
done`;

/**
 * What the scripts would do: the letters a start takes (older usage lines leave some out, and name them below), the
 * properties in effect with where they come from, and the Java that is found as versions from 2.5 on find it. A property
 * that none of them knows is not printed.
 */
const asked: Sh = sh`if [ -f "$home/bin/alluxio-start.sh" ]; then
  usage=$(bash "$home/bin/alluxio-start.sh" -h 2>/dev/null </dev/null) || usage=
  echo "startFlags=$(printf '%s\\n' "$usage" | awk '
    match($0, /alluxio-start\\.sh \\[-[A-Za-z]+\\]/) {letters = letters substr($0, RSTART + 19, RLENGTH - 20)}
    /^-[A-Za-z][ \\t]/ {letter = substr($0, 2, 1); if (!index(letters, letter)) letters = letters letter}
    END {print letters}')"
fi
if [ -f "$home/bin/alluxio" ]; then
  ended=0
  told=$temp/told
  bash "$home/bin/alluxio" getConf --source >"$told" 2>&1 </dev/null || ended=$?
  for key in ${WANTED}; do sed -n "s/^$key=/prop=&/p" "$told"; done
  if [ "$ended" -ne 0 ]; then echo "propSaid=$(tail -n 1 "$told")"; fi
  echo "propExit=$ended"
fi
echo "javaVersion=$(bash -c '
  ALLUXIO_HOME=$0
  ALLUXIO_CONF_DIR=$0/conf
  if [ -f "$ALLUXIO_CONF_DIR/alluxio-env.sh" ]; then . "$ALLUXIO_CONF_DIR/alluxio-env.sh"; fi >/dev/null 2>&1
  if [ -z "$JAVA" ]; then
    if [ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ]; then JAVA=$JAVA_HOME/bin/java; else JAVA=$(command -v java); fi
  fi
  if [ -z "$JAVA" ]; then echo none; else "$JAVA" -version 2>&1 | awk -F "\\"" "/version/ {print \\$2; exit}"; fi
' "$real" </dev/null 2>/dev/null || echo none)"`;

const surveyBody = forEachRole('look.survey', role => [
  quiet,
  temporary('look'),
  eachServer(role, 'anybody'),
  brief,
  full(KEPT_ENV),
  place,
  kindOf,
  versionOf,
  homeOf,
  unitOf,
  parentsOf,
  limitsOf,
  ownerOf,
  cronTables,
  logoutKills,
  sh`for pid in $(pids); do
  full "$pid"
  home_of "$pid"
  owner_of "$pid"
  unit_of "$pid"
  parents_of "$pid"
  limits_of "$pid" ''
done
cron_tables '' ${SCRIPTS}
logout_kills ''`,
  layout,
  loginAndHome,
  packaged,
  named,
  memory,
  backups,
  sockets,
  withJava,
  asked,
]);

/** Everything a plan and preflight need to know of one node's host, in one look. Changes nothing. */
export const askSurvey = (node: ServerNode, {settings}: AlluxioCluster): ShellRequest =>
  look(
    surveyBody(node.fields.role),
    {
      ...nodeVars(node),
      ...javaVars(node),
      package: settings.package,
      to: settings.version,
      backups: node.fields.role === 'master' ? (settings.backupDirectory ?? '') : '',
      ports: hexPorts(portsOf(node)),
    },
    SURVEY_TIMEOUT_MS,
  );
