import {lines, raw, type Sh, sh} from '../lib/sh.ts';
import {endsAtSignals} from './temp.ts';

/** Sets the tone of every script: stop at the first error, one locale, an end that is its own at every signal. */
export const tone: Sh = lines(
  sh`set -eu
LC_ALL=C
export LC_ALL`,
  endsAtSignals,
);

/**
 * Shell functions about any process: `ticks PID`, when it began, `arguments PID`, one a line, and `of_users PID UIDS`, whether
 * it is one of these users', by its real and its effective one.
 */
export const births: Sh = sh`# Clock ticks at which a process began; nothing when it is gone or only waits to be buried.
ticks() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
  set -- \${stat##*) }
  case \${1:-} in '' | Z | X) ;; *) echo "\${20}" ;; esac
}
# The user a file belongs to, by number; nothing when it is not there.
file_owner() {
  file_listed=$(ls -ldn "$1" 2>/dev/null) || return 0
  set -f
  set -- $file_listed
  set +f
  echo "\${3:-}"
}
# The login's own number, as uid.
own_uid() {
  uid=
  while read -r key _ user _; do
    case $key in Uid:) uid=$user && return 0 ;; esac
  done 2>/dev/null </proc/self/status
  uid=$(id -u)
}
arguments() {
  tr '\\0' '\\n' 2>/dev/null <"/proc/$1/cmdline" || :
}
of_users() {
  while read -r key real_user user _; do
    if [ "$key" != Uid: ]; then continue; fi
    case " $2 " in *" $user "*) [ "$real_user" = "$user" ] && return 0 ;; esac
    return 1
  done 2>/dev/null <"/proc/$1/status"
  return 1
}`;

/** About a home, `$home`: `real` is where it really lies. */
const common: Sh = lines(
  tone,
  sh`real=$(cd "$home" 2>/dev/null && pwd -P) || real=$home
newline='
'`,
  births,
  // Root's count too: it needs to forge nothing.
  sh`own_uid
users="0 $uid $(file_owner "$real/")"`,
);

/**
 * How the processes of one home are known. `native`: the binary's whole path, in `folder` below the home, is one of its
 * arguments, or its exe lies there, or in what the folder was moved to: names below the home that begin with one of
 * `movedTo`. `jvm`: a Java process of one of these main classes that names the home: in a variable of its environment or,
 * where that cannot be read, in its arguments; or in a system property among its arguments. `beside`: homes are exchanged
 * while processes may run, so one is the node's too when it names a directory beside the home, or beside what `$link` says
 * it is known as, that is called like it with another version, or as it is called when it is set aside. A process with one
 * of the arguments `passing` only prints something and ends: it is none of a node's.
 */
export type Kind =
  | ({readonly kind: 'native'; readonly binary: string; readonly passing: readonly string[]} & Folder)
  | {
      readonly kind: 'jvm';
      readonly mainClasses: readonly string[];
      readonly homeIn: {readonly variable: string} | {readonly property: string; readonly beside?: true};
      readonly passing: readonly string[];
    };

/** Where a home's binary lies, and what that folder is called when it was moved. */
export type Folder = {readonly folder: string; readonly movedTo: readonly string[]};

const passing = ({passing: words}: Kind): Sh => sh`passing() {
  for word in ${words}; do
    case $newline$1$newline in *"$newline$word$newline"*) return 0 ;; esac
  done
  return 1
}`;

const native = ({binary, folder, movedTo}: Extract<Kind, {kind: 'native'}>): Sh => sh`binary=${binary}
binary_folder=${folder}
is_ours() {
  given=$(arguments "$1")
  passing "$given" && return 1
  read -r comm 2>/dev/null <"/proc/$1/comm" || return 1
  [ "$comm" = "$binary" ] && return 0
  first=\${given%%"$newline"*}
  case \${first##*/} in
    "$binary") return 0 ;;
    node | nodejs | sh | bash | dash | ash | ksh | python* | perl | ruby) ;;
    *) return 1 ;;
  esac
  # An interpreter is the node only by what it runs: the binary may be a mere argument of somebody's own program.
  ran=$(printf '%s\\n' "$given" | sed -n '1d; /^-/d; p; q')
  [ "$ran" = "$home/$binary_folder/$binary" ] || [ "$ran" = "$real/$binary_folder/$binary" ]
}
candidates() {
  # grep's own exit code is of no use: processes end while it reads.
  named=$(grep -lzxF -e"$home/$binary_folder/$binary" -e"$real/$binary_folder/$binary" /proc/[0-9]*/cmdline) || :
  if [ -n "$named" ]; then echo "$named" && return 0; fi
  # Started by hand, by a relative path: then only exe tells whose it is.
  for file in $(grep -lxF -e"$binary" /proc/[0-9]*/comm || :); do
    exe=$(readlink "\${file%/comm}/exe" || :)
    case $exe in "$real/$binary_folder"/*) echo "\${file%/comm}/cmdline" ;; esac
    for moved in ${movedTo}; do
      case $exe in "$real/$moved"*/*) echo "\${file%/comm}/cmdline" ;; esac
    done
  done
}`;

const byVariable = (homeVariable: string): Sh => sh`is_ours() {
  passing "$(arguments "$1")" && return 1
  found=0
  grep -qzxF -e${homeVariable}="$home" -e${homeVariable}="$real" "/proc/$1/environ" 2>/dev/null || found=$?
  case $found in
    0) return 0 ;;
    1)
      # Started through a link: its own name for the home leads to the same place.
      named=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | sed -n ${`s/^${homeVariable}=//p`} | head -n 1) || named=
      [ -n "$named" ] && [ "$(cd "$named" 2>/dev/null && pwd -P)" = "$real" ]
      return $?
      ;;
  esac
  grep -qaF -e"$home/" -e"$real/" "/proc/$1/cmdline" 2>/dev/null
}`;

/**
 * What a directory beside the home may be called: after a name and its version, with a point in it, or as a run of lakeup
 * names what it sets aside. No other: a second cluster may have its home in the same place, or a second node (lake-2).
 */
const isBeside: Sh = sh`beside() {
  for known in "\${link:-$home}" "$real"; do
    parent=$(cd "\${known%/*}/" 2>/dev/null && pwd -P) || continue
    if [ "\${1%/*}" != "\${parent%/}" ]; then continue; fi
    known=\${known##*/}
    stem=$(printf '%s\\n' "$known" | sed 's/[-_.]*v\\{0,1\\}[0-9][0-9]*\\.[0-9.]*\\([-_].*\\)\\{0,1\\}$//')
    case \${1##*/} in
      "$known" | "$known"_backup_* | "$known".lakeup-*) return 0 ;;
      "$known"[-_.][0-9]*.[0-9]* | "$stem"[-_.][0-9]*.[0-9]* | "$known"-v[0-9]*.[0-9]* | "$stem"-v[0-9]*.[0-9]*) return 0 ;;
    esac
  done
  return 1
}`;

/** Started through a link or not: its own name for the home leads to the same place. */
const byProperty = (property: string, beside: boolean): readonly Sh[] => [
  ...(beside ? [isBeside] : []),
  sh`is_ours() {
  given=$(arguments "$1")
  passing "$given" && return 1
  named=$(printf '%s\\n' "$given" | sed -n ${`s/^-D${property.replaceAll('.', '\\.')}=//p`} | head -n 1)
  [ -n "$named" ] || return 1
  # What was removed meanwhile leads nowhere: then its name is all that is left.
  place=$(cd "$named" 2>/dev/null && pwd -P) || place=$named
  [ "$place" = "$real" ]${raw(beside ? sh` || beside "$place"` : sh``)}
}`,
];

const jvmCandidates = (mainClasses: readonly string[]): Sh => sh`candidates() {
  grep -lzxF ${mainClasses.map(name => `-e${name}`)} /proc/[0-9]*/cmdline || :
}`;

/** From here on, after `identity`, `pids` finds of its processes those alone that are of one of these main classes. */
export const onlyOf = (mainClasses: readonly string[]): Sh => jvmCandidates(mainClasses);

const jvm = ({homeIn, mainClasses}: Extract<Kind, {kind: 'jvm'}>): readonly Sh[] => [
  ...('variable' in homeIn
    ? [byVariable(homeIn.variable)]
    : byProperty(homeIn.property, homeIn.beside === true)),
  jvmCandidates(mainClasses),
];

/**
 * Shell functions that find the processes of one node's home, `$home`, whatever its pid file says: `pids` prints them,
 * `ticks PID` when one began. Reads /proc only. Anybody on the host may call a process as they like: those count that are of
 * the login, of the owner of the home, or root's. `anybodys` prints the others too, for whoever must not work beside one; a
 * survey counts them, and preflight says whose they are.
 */
export const identity = (kind: Kind, whose: 'node' | 'anybody' = 'node'): Sh =>
  lines(
    common,
    passing(kind),
    ...(kind.kind === 'native' ? [native(kind)] : jvm(kind)),
    sh`anybodys() {
  candidates 2>/dev/null | while IFS=/ read -r _ _ pid _; do
    if is_ours "$pid"; then echo "$pid"; fi
  done
}`,
    whose === 'anybody'
      ? sh`pids() { anybodys; }`
      : sh`pids() {
  anybodys | while read -r pid; do
    if of_users "$pid" "$users"; then echo "$pid"; fi
  done
}`,
  );

/** Only a node whose process is gone may have its files moved; one that only calls itself so is not moved beside either. */
export const nothingRuns: Sh = sh`running=$(anybodys)
if [ -n "$running" ] && [ "$running" = "$(pids)" ]; then refuse "process $running of $home still runs"; fi
if [ -n "$running" ]; then refuse "process $running calls itself one of $home, and one is of another user: see whose it is, and end it"; fi`;
