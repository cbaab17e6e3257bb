import {type Sh, sh} from '../lib/sh.ts';
import {allSaid, type Said} from './lines.ts';

/**
 * Shell function `limits_of PID ROOT`: a line for each limit (memory, cpu, cpus) of the control group the process is in
 * that this shell is not in: what is started here would go without it. ROOT stands before /proc and /sys.
 */
export const limitsOf: Sh = sh`limit_at() {
  value=
  case $1 in
    memory)
      for file in memory.max memory.limit_in_bytes; do
        if read -r value 2>/dev/null <"$2/$file"; then break; fi
      done
      # A number of that length is how the first version says "none".
      case $value in '' | max | *[!0-9]* | ???????????????????*) value= ;; esac
      ;;
    cpu)
      if read -r quota period 2>/dev/null <"$2/cpu.max"; then :
      elif read -r quota 2>/dev/null <"$2/cpu.cfs_quota_us" && read -r period 2>/dev/null <"$2/cpu.cfs_period_us"; then :
      else return 1
      fi
      case $quota in max | -1 | '') ;; *) value=$quota/$period ;; esac
      ;;
    cpus)
      read -r value 2>/dev/null <"$2/cpuset.cpus" || value=
      if read -r all 2>/dev/null <"$3/cpuset.cpus" && [ "$all" = "$value" ]; then value=; fi
      ;;
  esac
  if [ -z "$value" ]; then return 1; fi
  echo "limit=$1 $value $2"
}
limit_above() {
  below=$4
  while :; do
    case $below in '' | / | *..*) return 0 ;; esac
    # A group that holds this shell too holds whatever it starts.
    case $5/ in "$below"/*) return 0 ;; esac
    if limit_at "$1" "$3$below" "$3"; then return 0; fi
    below=\${below%/*}
  done
}
limits_of() {
  groups=$2/sys/fs/cgroup
  while IFS=: read -r number controllers path; do
    mine=$(sed -n "s|^$number:[^:]*:||p" "$2/proc/self/cgroup" 2>/dev/null | head -n 1) || mine=
    for kind in memory cpu cpus; do
      case $kind in cpus) controller=cpuset ;; *) controller=$kind ;; esac
      case ,$controllers, in
        ,,) limit_above "$kind" "$controller" "$groups" "$path" "$mine" ;;
        *,"$controller",*) limit_above "$kind" "$controller" "$groups/$controller" "$path" "$mine" ;;
      esac
    done
  done 2>/dev/null <"$2/proc/$1/cgroup" || :
}`;

/** A limit that a process has by its control group. */
export type Limit = {
  readonly kind: 'memory' | 'cpu' | 'cpus';
  readonly value: string;
  readonly group: string;
};

const LINE = /^(memory|cpu|cpus) (\S+) (\/.+)$/;

const parseLimit = (line: string): Limit[] => {
  const [, kind, value, group] = LINE.exec(line) ?? [];
  if (value === undefined || group === undefined) return [];
  return kind === 'memory' || kind === 'cpu' || kind === 'cpus' ? [{kind, value, group}] : [];
};

/** The limits that were printed, as a list that is a fact. */
export const limitLines = (lines: Said): readonly string[] =>
  allSaid(lines, 'limit').filter(line => parseLimit(line).length > 0);

/** The limits of such a list. */
export const limitsIn = (list: readonly string[]): readonly Limit[] => list.flatMap(parseLimit);
