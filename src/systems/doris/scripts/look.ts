import {limitsOf} from '../../../host/cgroup.ts';
import {clock} from '../../../host/clock.ts';
import {cronTables} from '../../../host/cron.ts';
import {contentsSince, digests, outline, pickScript, place, recall} from '../../../host/files.ts';
import {identity} from '../../../host/identity.ts';
import {lastWords, logTail} from '../../../host/log.ts';
import {logoutKills} from '../../../host/logout.ts';
import {look} from '../../../host/look.ts';
import {parentsOf} from '../../../host/parents.ts';
import {brief, eachBrief, eachFull, full} from '../../../host/process.ts';
import {hexPorts, portOwner, sockets} from '../../../host/sockets.ts';
import {strangers} from '../../../host/strangers.ts';
import {loginAndHome, ownerOf} from '../../../host/survey.ts';
import {unitOf} from '../../../host/unit.ts';
import {lines, raw, type Sh, sh} from '../../../lib/sh.ts';
import type {ShellRequest} from '../../../model/ask.ts';
import type {Script} from '../../../model/script.ts';
import {type DorisNode, feFieldsOf, portsOf} from '../fields.ts';
import {logNames} from '../logs.ts';
import {BINARIES, backupName, stageName} from '../parse/tree.ts';
import {besides} from './besides.ts';
import {demands} from './demands.ts';
import {ownFiles} from './own.ts';
import {pidFile} from './pid-file.ts';
import {forEachKind, type RoleScripts} from './role.ts';
import {KEPT_ENV} from './start.ts';

/** Of one that does not run, the ends of its own output and of its log. */
const endOfLogs = lastWords('log');
const endsOf = (node: DorisNode): readonly string[] => logNames(node.fields.role).slice(0, 2);

const aliveBody = forEachKind('look.alive', ({process}) => [identity(process), brief, eachBrief, endOfLogs]);

/** Which processes of this home run: cheap, asked all the time. Where none does, what it said last. */
export const askAlive = (node: DorisNode): ShellRequest =>
  look(aliveBody(node.fields.role), {home: node.home, logs: endsOf(node)});

const processBody = forEachKind('look.process', scripts => [
  identity(scripts.process),
  brief,
  full(KEPT_ENV),
  pidFile(scripts),
  eachFull,
  sh`echo "pidfile=$listed"`,
  endOfLogs,
  sockets,
]);

/** The same with what is known of each process, the pid file, and who listens on the node's ports. */
export const askProcess = (node: DorisNode): ShellRequest =>
  look(processBody(node.fields.role), {
    home: node.home,
    ports: hexPorts(portsOf(node)),
    logs: endsOf(node),
  });

const portOwnerBody = forEachKind('look.port-owner', ({process}) => [identity(process), portOwner]);

/** Who listens on a frontend's query port: it prints nothing unless that is the frontend's own process. */
export const queryPortOwner = (node: DorisNode): Script => ({
  body: portOwnerBody(node.fields.role),
  vars: {home: node.home, port: hexPorts([feFieldsOf(node).queryPort])},
});

/** Which start and stop scripts lie in the home and in the package. */
const scriptNames = ({starts, stops}: RoleScripts): Sh => {
  const pick = (key: string, bin: Sh, wanted: readonly string[]): Sh =>
    sh`${raw(pickScript(bin, wanted))}
echo ${key}="$script"`;
  return lines(
    pick('homeStart', sh`"$home"/bin`, starts),
    pick('homeStop', sh`"$home"/bin`, stops),
    pick('packageStart', sh`"$package"/bin`, starts),
    pick('packageStop', sh`"$package"/bin`, stops),
  );
};

const leftovers: Sh = sh`for found in "$home"/.lakeup-stage-* "$home"/bin_backup_* "$home"/lib_backup_* \\
  "$home"/bin_failed_* "$home"/lib_failed_*; do
  if [ -e "$found" ]; then echo "leftover=\${found##*/}"; fi
done`;

/** Whether its pages are HTTPS, by the last word of its conf and of the one that is read after it. */
const asksForTls = ({conf}: RoleScripts): Sh =>
  sh`for file in "$home"/conf/${conf} "$home"/conf/${conf.replace(/\.conf$/, '_custom.conf')}; do
  sed -n 's/^[[:space:]]*enable_https[[:space:]]*=[[:space:]]*\\([a-z]*\\).*/conf.https=\\1/p' "$file" 2>/dev/null || :
done`;

const surveyBody = forEachKind('look.survey', (scripts, kind) => [
  identity(scripts.process, 'anybody'),
  brief,
  full(KEPT_ENV),
  place,
  pidFile(scripts),
  unitOf,
  parentsOf,
  limitsOf,
  ownerOf,
  cronTables,
  logoutKills,
  sh`for pid in $(pids); do
  full "$pid"
  owner_of "$pid"
  unit_of "$pid"
  parents_of "$pid"
  limits_of "$pid" ''
done
cron_tables '' ${scripts.starts}
logout_kills ''
if [ -f "$pid_file" ]; then echo "pidfile=\${listed:-empty}"; else echo pidfile=none; fi`,
  loginAndHome,
  sh`for part in bin lib conf; do echo "$part=$(place "$home/$part")"; done
for part in bin lib; do echo "package.$part=$(place "$package/$part")"; done
du -sk "$package/bin" "$package/lib" 2>/dev/null | awk '{sum += $1} END {if (NR > 0) print "packageKb=" sum}' || :
for file in "$home"/bin/*; do
  name=\${file##*/}
  case $name in '*' | *.pid) continue ;; esac
  if [ -d "$package/bin" ] && [ ! -e "$package/bin/$name" ]; then echo "extra=$name"; fi
done`,
  endOfLogs,
  asksForTls(scripts),
  strangers(BINARIES),
  ownFiles(scripts),
  demands(scripts),
  sh`demands ''`,
  scriptNames(scripts),
  leftovers,
  sockets,
  ...(kind === 'cloud' ? [besides] : []),
]);

export const SURVEY_TIMEOUT_MS = 60_000;

/** Everything a plan and preflight need to know of one node's host, in one look. Changes nothing. */
export const askSurvey = (node: DorisNode): ShellRequest =>
  look(
    surveyBody(node.fields.role),
    {
      home: node.home,
      package: node.fields.package,
      ports: hexPorts(portsOf(node)),
      logs: endsOf(node),
    },
    SURVEY_TIMEOUT_MS,
  );

/** What looks at files alone begins with. */
const quiet: Sh = sh`set -eu
LC_ALL=C
export LC_ALL
parts='bin lib'`;

const treeBody = forEachKind('look.tree', () => [
  quiet,
  place,
  digests,
  sh`echo "home=$(place "$home")"
for part in bin lib; do echo "$part=$(place "$home/$part")"; done
echo "tree.home=$(listing "$home" 0)"
echo "tree.package=$(listing "$package" 0)"`,
  leftovers,
  // What is read in part only has no size.
  sh`for name in $sized; do
  if [ -d "$home/$name" ] && [ ! -L "$home/$name" ] && taken=$(timeout 10 du -sk "$home/$name" 2>/dev/null); then
    echo "size=$name \${taken%%[!0-9]*}"
  fi
done`,
]);

/**
 * How the home's bin and lib lie, and whether they are the package's; and how much room the backups of that stamp take: where
 * nobody waits for the node.
 */
export const askTree = ({home, fields}: DorisNode, sizesOf?: string): ShellRequest =>
  look(treeBody(fields.role), {
    home,
    package: fields.package,
    sized:
      sizesOf === undefined ? '' : (['bin', 'lib'] as const).map(part => backupName(part, sizesOf)).join(' '),
  });

const digestBody = forEachKind('look.digest', () => [
  quiet,
  place,
  digests,
  recall,
  contentsSince,
  outline,
  sh`for part in bin lib; do echo "$part=$(place "$home/$part")"; done
if [ -d "$home/bin" ] && [ -d "$home/lib" ]; then
  echo "files=$(outline "$home" 0)"
  case $bytes in
    all) echo "bytes=$({ contents "$home"; outline "$home" 1; } | hash)" ;;
    since) echo "bytes=$({ contents_since "$home" "$home/$stage/recalled"; outline "$home" 1; } | hash)" ;;
  esac
fi`,
]);

/** Gigabytes are read from a disk that may be slow. */
export const DIGEST_TIMEOUT_MS = 600_000;

/** Which bytes a digest is of: none, those of every file as it is read now, or the same told by what that stage recalls. */
export type Bytes = 'none' | 'all' | {readonly since: string};

/** What the home's bin and lib are: every name, kind and size, and where that is asked for every byte and every mode of it. */
export const askDigest = ({home, fields}: DorisNode, bytes: Bytes): ShellRequest =>
  look(
    digestBody(fields.role),
    typeof bytes === 'string'
      ? {home, bytes, stage: ''}
      : {home, bytes: 'since', stage: stageName(bytes.since)},
    DIGEST_TIMEOUT_MS,
  );

const stageBody = forEachKind('look.stage', () => [
  quiet,
  digests,
  sh`echo "stage.package=$(listing "$package" 1)"
for stage in "$home"/.lakeup-stage-*; do
  if [ ! -d "$stage" ] || [ -L "$stage" ]; then continue; fi
  receipt=$(cat "$stage/verified" 2>/dev/null) || receipt=-
  listed=$(listing "$stage" 1)
  echo "stage=\${stage##*/} \${listed:--} $receipt"
done`,
]);

/** How each stage below the home compares with the package: listing with modes, and the receipt of compared contents. */
export const askStage = ({home, fields}: DorisNode): ShellRequest =>
  look(stageBody(fields.role), {home, package: fields.package});

const clockBody = forEachKind('look.clock', () => [clock]);

/** The host's own time. */
export const askClock = ({home, fields}: DorisNode): ShellRequest => look(clockBody(fields.role), {home});

const logBody = forEachKind('look.log', () => [logTail]);

/** The end of MetaService's or Recycler's own output file. */
export const askLog = ({home, fields}: DorisNode): ShellRequest =>
  look(logBody(fields.role), {home, log: 'log/doris_cloud.out'});
