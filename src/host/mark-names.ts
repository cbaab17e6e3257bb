import {type Sh, sh} from '../lib/sh.ts';

/** With this begins the name of what an action at work leaves below its home: a link that leads nowhere. */
export const MARK = '.lakeup-at-work';

/** In this variable every process of an action carries the name of its mark; a daemon that it starts does not. */
export const CARRIED = 'LAKEUP_AT_WORK';

/** Which start of the host this is: processes of an earlier one are gone for good. */
export const thisBoot: Sh = sh`boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=
boot=\${boot%%-*}`;

/**
 * Shell function `at_work MARK`: a process that is at it, the owner or one of its that outlived it; nothing if none is. A mark's
 * name ends with boot, process and its birth. Needs `births` and `thisBoot`.
 */
export const workers: Sh = sh`at_work() {
  birth=\${1##*.}
  told=\${1%.*}
  worker=\${told##*.}
  told=\${told%.*}
  told=\${told##*.}.$worker.$birth
  case $told in "$boot".[1-9]*.[0-9]*) ;; *) return 0 ;; esac
  # Anybody may carry a name that they have read: whoever is at work is who made the mark.
  makers="0 $(ls -ldn "$1" 2>/dev/null | awk 'NR == 1 {print $3}')"
  if [ "$(ticks "$worker")" = "$birth" ] && of_users "$worker" "$makers"; then echo "$worker" && return 0; fi
  printf '%s\\n' /proc/[0-9]*/environ | xargs grep -lzxF -e ${CARRIED}=${MARK}."$told" 2>/dev/null |
    while IFS=/ read -r _ _ worker _; do
      if of_users "$worker" "$makers"; then echo "$worker" && break; fi
    done
}`;
