import {lines, type Sh, sh} from '../lib/sh.ts';
import {briefly} from './briefly.ts';
import {allSaid, type Said} from './lines.ts';

/** A process that stands above a node's. Pid 1 is none: it takes in whoever has lost its parent. */
export type Parent = {
  readonly pid: number;
  readonly comm: string;
  /** The name it was called by, without the folders before it. */
  readonly called: string;
  /** Of a shell: whether what it runs goes round for ever, or cannot be read. */
  readonly loop: 'loop' | 'plain' | 'hidden' | null;
  /** Of supervisord: the configuration it was given. */
  readonly conf: string | null;
  /**
   * What it runs: of a shell or an interpreter its script, of what watches over a service that service's name; of a
   * shell's own text only that it is one, `-c`. Of any other program nothing: its arguments may hold a password.
   */
  readonly word: string | null;
};

const LOOPS = '(^|[^A-Za-z_])(while|until)([^A-Za-z_]|$)';

/** Reads the arguments of one process, a line each; prints its name, whether it loops, its conf and what it runs. */
const describe: Sh = sh`describe() {
  awk -v loops=${LOOPS} '
    # A title that a process gave itself may hold its arguments.
    function base(path) {
      sub(/[ \\t]+-.*/, "", path)
      sub(/^.*\\//, "", path)
      sub(/[ \\t].*/, "", path)
      return path
    }
    {all[count++] = $0}
    END {
      at = 0
      called = base(all[0])
      if (called == "busybox" && count > 1) called = base(all[++at])
      shell = called ~ /^-?(sh|bash|dash|ash|ksh|mksh|zsh)$/
      java = called == "java"
      python = called ~ /^python[0-9.]*$/
      script = called ~ /^(perl|ruby|node|nodejs|php)[0-9.]*$/
      # What other programs are given is not for others to read: it may be a password.
      shows = shell || java || python || script || called ~ /^(runsv|s6-supervise|supervise)$/
      word = conf = loop = "-"
      for (i = at + 1; i < count; i++) {
        if (shell && all[i] ~ /^-[a-z]*[cs]$/) {
          word = "-c"
          loop = "plain"
          if (all[i] ~ /c$/) for (j = i + 1; j < count; j++) if (all[j] ~ loops) loop = "loop"
          break
        }
        if (shell && all[i] ~ /^[-+][A-Za-z]*[oO]$/) {i++; continue}
        if (shows && word == "-") {
          if (java && all[i] ~ /^(-cp|-classpath|--class-path|-p|--module-path)$/) {i++; continue}
          # Its text is given here, or comes through a pipe: what follows are arguments.
          if (python && all[i] ~ /^-([A-Za-z]*c|$)/) break
          if (script && all[i] ~ /^-([A-Za-z0-9]*[eEprBR]|$)|^--(eval|print|run|require|import)$/) break
        }
        if (!shell && (all[i] == "-c" || all[i] == "--configuration")) {conf = all[++i]; continue}
        if (!shell && all[i] ~ /^(-c|--configuration=)\\//) {conf = all[i]; sub(/^[^\\/]*/, "", conf); continue}
        if (all[i] ~ /^-/ || all[i] ~ /=/ || all[i] == "") continue
        if (shows && word == "-") {word = all[i]; if (shell) {loop = "file"; break}}
      }
      # A script that came through a pipe is as good as a typed one.
      if (loop == "file" && word ~ /^\\/(dev|proc)\\//) {word = "-c"; loop = "plain"}
      # What other programs are given so could be anything.
      if (conf !~ /^\\// || called word !~ /supervisord/) conf = "-"
      gsub(/\\t/, " ", word)
      print called "\\t" loop "\\t" conf "\\t" substr(word, 1, 200)
    }'
}`;

/**
 * Shell function `parents_of PID`: a line for every process that stands above it, nearest first; and where supervisord began
 * it (its environment tells), for it may have gone on without that parent: by which name, and what supervisord says of it.
 * Needs `identity`.
 */
export const parentsOf: Sh = lines(
  briefly,
  describe,
  sh`tab=$(printf '\\t')
parents_of() {
  child=$1
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    parent=
    while read -r key value _; do
      if [ "$key" = PPid: ]; then parent=$value && break; fi
    done 2>/dev/null <"/proc/$child/status" || :
    case $parent in '' | 0 | 1) break ;; esac
    read -r comm 2>/dev/null <"/proc/$parent/comm" || break
    told=$(arguments "$parent" | describe) || break
    called=\${told%%"$tab"*}
    told=\${told#*"$tab"}
    loop=\${told%%"$tab"*}
    told=\${told#*"$tab"}
    if [ "$loop" = file ]; then
      word=\${told#*"$tab"}
      case $word in /*) file=$word ;; *) file=/proc/$parent/cwd/$word ;; esac
      loop=plain
      # A named pipe would be waited for, and its script be taken from the one it is meant for.
      if [ ! -f "$file" ] || [ ! -r "$file" ]; then loop=hidden
      # A line that is a comment runs nothing.
      elif briefly head -c 65536 "$file" 2>/dev/null | grep -v '^[[:space:]]*#' | grep -Eq ${LOOPS}; then loop=loop
      fi
    fi
    printf 'parent=%s\\t%s\\t%s\\t%s\\t%s\\n' "$parent" "$comm" "$called" "$loop" "$told"
    child=$parent
  done
  supervised "$1"
}
supervised() {
  group=
  name=
  server=
  while IFS= read -r line; do
    case $line in
      SUPERVISOR_GROUP_NAME=*) group=\${line#*=} ;;
      SUPERVISOR_PROCESS_NAME=*) name=\${line#*=} ;;
      SUPERVISOR_SERVER_URL=*) server=\${line#*=} ;;
    esac
  done <<END
$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ" | grep '^SUPERVISOR_' || :)
END
  if [ -z "$name" ]; then return 0; fi
  if [ -n "$group" ] && [ "$group" != "$name" ]; then name=$group:$name; fi
  echo "supervised=$name"
  if [ -n "$server" ]; then
    # It may have been told to stop, or have given up: then it starts nothing again.
    briefly supervisorctl -s "$server" status "$name" 2>/dev/null </dev/null | awk '{print "supervised.state=" $2}' || :
  fi
  for file in $(grep -lzE '(^|[/.])supervisord$' /proc/[0-9]*/cmdline 2>/dev/null || :); do
    file=\${file#/proc/}
    echo "supervisord=\${file%/cmdline}"
  done
}`,
);

const LOOP_WORDS = ['loop', 'plain', 'hidden'] as const;

const orNull = (value: string | undefined): string | null =>
  value === undefined || value === '-' || value === '' ? null : value;

/** The parents that were printed, nearest first. */
export const parseParents = (said: Said): Parent[] =>
  allSaid(said, 'parent').flatMap(line => {
    const [pid = '', comm = '', called = '', loop, conf, word] = line.split('\t');
    if (!/^\d+$/.test(pid)) return [];
    return [
      {
        pid: Number(pid),
        comm,
        called,
        loop: LOOP_WORDS.find(known => known === loop) ?? null,
        conf: orNull(conf),
        word: orNull(word),
      },
    ];
  });
