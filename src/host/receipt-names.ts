import {BUSY_EXIT, GUARD_EXIT, MOVED_EXIT} from '../lib/exit-codes.ts';
import {type Sh, sh} from '../lib/sh.ts';

/** With this begins the name of an action's receipt: a directory where its lease lies, or below its home. */
export const RECEIPT = '.lakeup-receipt';

/** In this variable every process of an action carries the end of its receipt's name; a daemon that it starts does not. */
export const CARRIED = 'LAKEUP_RECEIPT';

/** What the actions of an earlier lakeup leave while they are at work: a link that leads nowhere, and its name in a variable. */
export const OLD_MARK = '.lakeup-at-work';
export const OLD_CARRIED = 'LAKEUP_AT_WORK';

/** How an action ends that was turned away before it did anything; whoever launched it tells why, and takes its receipt away. */
export const TURNED_AWAY: Sh = sh`${MOVED_EXIT} | ${GUARD_EXIT} | ${BUSY_EXIT}`;

/** What an action does, a verb of ours, is told to people. */
const WORD_CHARACTERS = 100;

/** Which start of the host this is: processes of an earlier one are gone for good. */
export const thisBoot: Sh = sh`boot=
read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id || :
boot=\${boot%%-*}`;

/**
 * Where the receipts of a place lie, `receipts`, and shell functions about one: `receipt_word RECEIPT KEY`, what it says, and
 * `receipt_does RECEIPT`, what its action is. Needs `leaseFile`.
 */
export const receiptPlace: Sh = sh`receipts=\${lease%/*}/${RECEIPT}\${lease##*/.lakeup-lease}
old_marks=\${lease%/*}/${OLD_MARK}\${lease##*/.lakeup-lease}
receipt_word() {
  {
    while IFS= read -r line; do
      case $line in "$2="*) printf '%s\\n' "\${line#*=}" && break ;; esac
    done 2>/dev/null <"$1/of"
  } || :
}
receipt_does() {
  if [ -L "$1" ]; then readlink "$1" | cut -c 1-${WORD_CHARACTERS}; else receipt_word "$1" does | cut -c 1-${WORD_CHARACTERS}; fi
}
is_receipt() {
  case $1 in
    */${OLD_MARK}*) [ -L "$1" ] ;;
    *) [ -d "$1" ] && [ ! -L "$1" ] ;;
  esac
}`;

/**
 * Shell function `at_work RECEIPT`: a process that is at it, the owner or one of its that outlived it; nothing if none is. A
 * receipt's name ends with boot, process and its birth. Needs `births` and `thisBoot`.
 */
export const workers: Sh = sh`at_work() {
  birth=\${1##*.}
  told=\${1%.*}
  worker=\${told##*.}
  told=\${told%.*}
  told=\${told##*.}.$worker.$birth
  case $told in "$boot".[1-9]*.[0-9]*) ;; *) return 0 ;; esac
  # Anybody may carry a name that they have read: whoever is at work is who made the receipt.
  makers="0 $(file_owner "$1")"
  if [ "$(ticks "$worker")" = "$birth" ] && of_users "$worker" "$makers"; then echo "$worker" && return 0; fi
  printf '%s\\n' /proc/[0-9]*/environ |
    xargs grep -lzxF -e ${CARRIED}="$told" -e ${OLD_CARRIED}=${OLD_MARK}."$told" 2>/dev/null |
    while IFS=/ read -r _ _ worker _; do
      if of_users "$worker" "$makers"; then echo "$worker" && break; fi
    done
}`;

/**
 * Shell function `receipt_make`: makes the receipt of the action that runs in this very shell, `receipt`, or says in `unmade` why
 * none can be made. By its name it is at work from the first moment on. What is in it is nobody's but the login's.
 */
export const makeReceipt: Sh = sh`receipt_make() {
  receipt=
  unmade=
  read -r self _ 2>/dev/null </proc/self/stat || self=0
  carried=$boot.$self.$(ticks "$self")
  made=$receipts.$carried
  if ! said=$(umask 077 && mkdir "$made" 2>&1); then unmade=\${said:-$made cannot be made} && return 0; fi
  (umask 077 && printf '%s\\n' "$1" >"$made/of") 2>/dev/null && receipt=$made && return 0
  # Once more by cat, for its words: a shell's own printf says of a full disk "I/O error".
  if ! said=$( (umask 077 && printf '%s\\n' "$1" | cat >"$made/of") 2>&1) || [ ! -s "$made/of" ]; then
    rm -rf "$made"
    unmade="$made cannot be written: $said"
    return 0
  fi
  receipt=$made
}`;
