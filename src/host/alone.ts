import {BUSY_EXIT} from '../lib/exit-codes.ts';
import {lines, raw, type Sh, sh} from '../lib/sh.ts';
import {place} from './files.ts';
import {refuse} from './guard.ts';
import {births, identity, type Kind, tone} from './identity.ts';
import {fence, leaseFile} from './lease.ts';
import {pause} from './receipt-follow.ts';
import {
  CARRIED,
  makeReceipt,
  OLD_MARK,
  RECEIPT,
  receiptPlace,
  TURNED_AWAY,
  thisBoot,
  workers,
} from './receipt-names.ts';

/** Each is cleared by the next action, and may take a look at every process: more than this did not come from lakeup. */
const RECEIPTS_MOST = 64;

/** By then whoever was turned away has heard why, or nobody hears it any more. Minutes. */
const TOLD_WITHIN_MIN = 1;

/** Whoever has written how it ended is gone in a moment: it is waited for so often, and no longer. */
const ENDING_ROUNDS = 20;

/**
 * Shell function `under_way HOME VERB`: whether an action of that name is at work there, or something that it began. Files say
 * that it was begun; that it goes on is told by what dies with its processes. `$link` is what the home is known as. Needs `ticks`.
 */
export const underWay: Sh = lines(
  workers,
  sh`under_way() (
  home=$1
  lease_kind=
  lease_at=$home`,
  thisBoot,
  leaseFile,
  receiptPlace,
  sh`for found in "$receipts".* "$old_marks".* "\${link%/*}/${RECEIPT}-\${link##*/}".*; do
    if is_receipt "$found" && [ "$(receipt_does "$found")" = "$2" ] && [ -n "$(at_work "$found")" ]; then exit 0; fi
  done
  exit 1
)`,
);

/**
 * What an action does where no receipt of it can be made. `refuse`: nothing. `go on`: what has to be possible on a full disk
 * too, a stop, a start, and the removal of what fills it.
 */
export type Unmade = 'refuse' | 'go on';

/**
 * Lets one action at a time work on a place: after a cut link the first script may still be at it when the next is sent.
 * Each has a receipt of its own, named after boot, process and its birth, and only then looks for others: of two at once
 * both may give way, but never do both go on. What is cleared names an owner that is gone for good, and is told of. Whoever
 * meets a live one ends with the exit code that means "an earlier action is still at work, nothing was done". Only then is the lease
 * looked at. Whoever launched this action has made its receipt, `$receipt`, or says in `$unmade` why there is none; where nobody
 * did, it is made here, and goes with the action.
 */
const alone = (verb: string, unmade: Unmade): Sh =>
  lines(
    thisBoot,
    workers,
    leaseFile,
    receiptPlace,
    makeReceipt,
    pause,
    sh`unreceipt() { :; }
if [ -z "\${receipt:-}\${unmade:-}" ]; then
  receipt_make does=${verb}
  if [ -n "$receipt" ]; then
    ${CARRIED}=$carried
    export ${CARRIED}
    unreceipt() { rm -rf "$receipt"; }
    trap unreceipt EXIT
  fi
fi
set -- "$receipts".* "$old_marks".*
if [ "\${receipts%/*}" != "$home" ]; then set -- "$@" "$home"/${RECEIPT}.* "$home"/${OLD_MARK}.*; fi
if [ $# -gt ${RECEIPTS_MOST} ]; then
  refuse "$# names in $home and where its lease lies are receipts of actions: remove them when nothing is at work there"
fi
left=
for found in "$@"; do
  if [ "$found" = "\${receipt:-}" ] || ! is_receipt "$found"; then continue; fi
  worker=$(at_work "$found")
  # Whoever followed it has heard of its end a moment before its last process is gone.
  rounds=0
  while [ -n "$worker" ] && [ -L "$found/ended" ] && [ "$rounds" -lt ${ENDING_ROUNDS} ]; do
    pause "$rounds" 0.05
    rounds=$((rounds + 1))
    worker=$(at_work "$found")
  done
  if [ -n "$worker" ]; then
    echo "$(receipt_does "$found") (process $worker) of an earlier call is still at work on $home" >&2
    exit ${BUSY_EXIT}
  fi
  ended=$(readlink "$found/ended") || ended=
  # Whoever launched what was turned away just now has not told why yet.
  case $ended in
    ${raw(TURNED_AWAY)}) if [ -z "$(find "$found" -prune -mmin +${TOLD_WITHIN_MIN} 2>/dev/null)" ]; then continue; fi ;;
  esac
  # The end of an action of this very run is known: its receipt is about to be taken away.
  if [ -n "$ended" ] && [ "$(receipt_word "$found" run)" = "\${lease_run:-}" ]; then :
  elif [ -n "$(receipt_word "$found" step)" ]; then
    left="$left
cleared the receipt of $(receipt_word "$found" step), attempt $(receipt_word "$found" attempt) of run $(receipt_word "$found" run), which was still there: \${ended:+exit code }\${ended:-its end was not written}"
  fi
  rm -rf "$found" 2>/dev/null || :
done`,
    unmade === 'go on'
      ? sh`if [ -n "\${unmade:-}" ]; then echo "going on without a receipt: $unmade" >&2; fi`
      : sh`if [ -n "\${unmade:-}" ]; then refuse "$unmade"; fi`,
    fence,
    sh`if [ -n "$left" ]; then echo "\${left#?}" >&2; fi`,
  );

/**
 * The beginning of every action on a home, `$home`: stop at the first error, know the processes, know what may not be
 * touched, and be the only one at work there. `verb` is what others are told of it.
 */
export const begin = (kind: Kind, verb: string, unmade: Unmade = 'refuse'): Sh =>
  lines(
    identity(kind),
    refuse,
    place,
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
    alone(verb, unmade),
  );

/**
 * The beginning of an action on a directory, `$home`, that is no node's home: the same but for the processes, of which none is
 * its own.
 */
export const beginIn = (verb: string, unmade: Unmade = 'refuse'): Sh =>
  lines(
    tone,
    births,
    refuse,
    place,
    sh`if [ "$(place "$home")" != dir ]; then refuse "$home is $(place "$home"), not a directory"; fi`,
    alone(verb, unmade),
  );

/**
 * Runs the command in `"$@"` apart from the action: a daemon that it starts must not keep the receipt alive for ever, and is in
 * no group of processes that is ended with the action. Not by exec: what was taken for this action is given back after it. Nor
 * is the daemon to see one more SHLVL.
 */
export const apart: Sh = sh`apart() {
  if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
  sh -c ${`unset ${CARRIED}; if [ -n "$0" ]; then SHLVL=$0; fi; "$@"; exit $?`} "\${SHLVL:-}" "$@"
}`;
