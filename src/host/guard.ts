import {BUSY_EXIT, CUT_OFF_EXIT, GUARD_EXIT, MOVED_EXIT, NO_RECEIPT_EXIT} from '../lib/exit-codes.ts';
import {type Sh, sh} from '../lib/sh.ts';

/** What an exit code says of an action of ours that was not begun; null when it was. */
export const guardOf = (code: number): 'refused' | 'busy' | 'moved' | null => {
  switch (code) {
    case GUARD_EXIT:
      return 'refused';
    case BUSY_EXIT:
      return 'busy';
    case MOVED_EXIT:
      return 'moved';
    default:
      return null;
  }
};

/**
 * Shell function `refuse WORDS`: ends with the exit code that means "found that it must not begin, nothing was done". Once something
 * was done, behind `begun`, it ends as what has failed.
 */
export const refuse: Sh = sh`refusal=${GUARD_EXIT}
refuse() {
  printf '%s\\n' "$*" >&2
  exit "$refusal"
}`;

/** Stands behind the first change of an action that may still find that it must not go on. */
export const begun: Sh = sh`refusal=1`;

/** Shell function `moved WORDS`: ends with the exit code that means "it is not as the gates saw it any more, nothing was done". */
export const moved: Sh = sh`moved() {
  printf '%s\\n' "$*" >&2
  exit ${MOVED_EXIT}
}`;

/**
 * Shell function `foreign_exit CODE`: ends with the exit code of somebody else's script, but never with one of ours, which
 * would say that nothing was done, or that nobody knows.
 */
export const foreignExit: Sh = sh`foreign_exit() {
  case $1 in ${NO_RECEIPT_EXIT} | ${CUT_OFF_EXIT} | ${MOVED_EXIT} | ${GUARD_EXIT} | ${BUSY_EXIT}) exit 1 ;; *) exit "$1" ;; esac
}`;
