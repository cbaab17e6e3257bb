import {lines, type Sh, sh} from '../lib/sh.ts';
import type {Facts} from '../model/facts.ts';
import {briefly} from './briefly.ts';
import {allSaid, type Said, said} from './lines.ts';

/** How many scripts that cron's tables name are looked into. */
const SCRIPTS = 60;

/**
 * Shell function `cron_tables ROOT SCRIPT…`: a line for each entry of cron's tables that names this home, `$home`, and one
 * of its start scripts, itself or in a script that it runs; which tables could be read; and whether monit runs here. What
 * an entry says is not printed: only where it stands, and the script. Needs `identity`. ROOT stands before /etc and /var.
 */
export const cronTables: Sh = lines(
  briefly,
  sh`mentions() {
  case $1 in
    *"$home"[!A-Za-z0-9_.-]* | *"$home" | *"$real"[!A-Za-z0-9_.-]* | *"$real") ;;
    *) return 1 ;;
  esac
  for name in $start_names; do
    case $1 in *"$name"*) return 0 ;; esac
  done
  return 1
}
script_text() {
  if [ ! -f "$1" ]; then return 0; fi
  briefly head -c 65536 "$1" 2>/dev/null | tr -d '\\000' | grep -v '^[[:space:]]*#[^!]' || :
}`,
  sh`cron_table() {
  number=0
  set_before=
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=\${line#"\${line%%[![:space:]]*}"}
    case $line in '' | '#'*) continue ;; esac
    case \${line%%[[:space:]]*} in [A-Za-z_]*=*) set_before="$set_before$newline$line" && continue ;; esac
    when=again
    case $line in @reboot*) when=boot ;; esac
    if mentions "$line$set_before"; then
      echo "cron=$when $1:$number"
      continue
    fi
    set -f
    for word in $line; do
      word=\${word%%[\\"\\'\\;\\)\\&]*}
      case $word in
        /bin/* | /usr/bin/* | /sbin/* | /usr/sbin/* | /dev/* | /proc/* | /sys/*) continue ;;
        /*) ;;
        *) continue ;;
      esac
      if [ "$looked" -ge ${SCRIPTS} ] || [ ! -f "$word" ] || [ ! -r "$word" ]; then continue; fi
      looked=$((looked + 1))
      if mentions "$line$set_before$newline$(script_text "$word")"; then
        echo "cron=$when $1:$number $word"
        break
      fi
    done
    set +f
  done
}`,
  sh`cron_tables() {
  root=$1
  shift
  start_names=$*
  looked=0
  if own_table=$(briefly crontab -l 2>/dev/null); then
    echo cron.read=crontab
    printf '%s\\n' "$own_table" | cron_table 'crontab -l'
  fi
  for file in "$root"/etc/crontab "$root"/etc/cron.d/* "$root"/var/spool/cron/* "$root"/var/spool/cron/crontabs/*; do
    if [ -f "$file" ] && [ -r "$file" ]; then
      # The login's own table was read already.
      case $file in */spool/cron/*"/$(id -un 2>/dev/null)") continue ;; esac
      echo "cron.read=$file"
      cron_table "\${file#"$root"}" <"$file"
    fi
  done
  for file in "$root"/etc/cron.hourly/* "$root"/etc/cron.daily/* "$root"/etc/cron.weekly/*; do
    if [ -f "$file" ] && [ -r "$file" ] && mentions "$(script_text "$file")"; then
      echo "cron=again \${file#"$root"}"
    fi
  done
  monit=$(grep -lxF -e monit /proc/[0-9]*/comm 2>/dev/null | head -n 1) || monit=
  if [ -z "$monit" ]; then return 0; fi
  hidden=seen
  for file in "$root"/etc/monitrc "$root"/etc/monit/monitrc "$root"/etc/monit.d/* "$root"/etc/monit/conf.d/* \\
    "$root"/etc/monit/conf-enabled/*; do
    if [ ! -e "$file" ] || [ -p "$file" ]; then continue; fi
    if [ ! -r "$file" ]; then hidden=hidden
    elif mentions "$(script_text "$file")"; then echo "monit=names \${file#"$root"}" && return 0
    fi
  done
  echo "monit=$hidden"
}`,
);

/**
 * What would start this node's process again from time to time, as facts: `cron`, the places of such entries; `cronBoot`,
 * of those that count at a boot only; `cronRead`, how many tables could be read; `monit`: names, hidden (its files cannot
 * be read) or seen, with `monitFile`.
 */
export const cronFacts = (lines: Said): Facts => {
  const entries = allSaid(lines, 'cron').map(line => line.split(' '));
  const placesOf = (when: string): string[] => [
    ...new Set(entries.flatMap(([kind, ...rest]) => (kind === when ? [rest.join(' ')] : []))),
  ];
  const [kind, file] = (said(lines, 'monit') ?? '').split(' ');
  return {
    cron: placesOf('again'),
    cronBoot: placesOf('boot'),
    cronRead: allSaid(lines, 'cron.read').length,
    ...(kind === undefined || kind === '' ? {} : {monit: kind}),
    ...(file === undefined ? {} : {monitFile: file}),
  };
};
