import {type Sh, sh} from '../lib/sh.ts';
import {CARRIED} from './receipt-names.ts';

/** How much of a file is read for what it says just now: more than a line of any terminal. */
const END_BYTES = 1_000;

/**
 * Shell function `followed FILE COMMAND...`: runs the command with all that it prints in FILE, and once a second writes what
 * stands last there, as one line that is written over itself; `ended` is the command's exit code. The command itself
 * writes to the file alone: a link that is cut must not end it in the middle of its work. Whoever tells of it ends with
 * it, with the script, and with the link.
 */
export const followed: Sh = sh`tell_of() {
  # It is no work on the home, and the receipt is not its own.
  trap - EXIT
  unset ${CARRIED}
  told=
  while kill -0 "$1" 2>/dev/null; do
    sleep 1 </dev/null >/dev/null 2>&1
    says=$(tail -c ${END_BYTES} "$2" 2>/dev/null | tr '\\r' '\\n' | sed 's/[[:space:]]*$//; /^$/d' | tail -n 1)
    if [ "$says" = "$told" ]; then continue; fi
    told=$says
    printf '%s\\r' "$told" || exit 0
  done
}
followed() {
  into=$1
  shift
  self=$(exec sh -c 'echo $PPID')
  tell_of "$self" "$into" 2>/dev/null &
  teller=$!
  ended=0
  "$@" >"$into" 2>&1 </dev/null || ended=$?
  kill "$teller" 2>/dev/null || :
  wait "$teller" 2>/dev/null || :
}`;
