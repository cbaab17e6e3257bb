import {NO_RECEIPT_EXIT} from '../lib/exit-codes.ts';
import {lines, raw, type Sh, sh} from '../lib/sh.ts';
import type {RunId, StepId} from '../model/ids.ts';
import type {LeaseAt} from '../model/lease.ts';
import {type Body, body, renderScript, type Script, type Vars} from '../model/script.ts';
import {births} from './identity.ts';
import {leaseFile} from './lease.ts';
import {parseLines, said} from './lines.ts';
import {follow, pause} from './receipt-follow.ts';
import {
  CARRIED,
  makeReceipt,
  OLD_CARRIED,
  receiptPlace,
  TURNED_AWAY,
  thisBoot,
  workers,
} from './receipt-names.ts';

/**
 * What is kept of each stream of an action's output, in pieces: the first one, and the last that is whole with the one that is
 * being written. A piece takes so many reads at most, and so is shown while it grows.
 */
const READ_BYTES = 8_192;
const READS = 32;

/**
 * How often it is looked whether all output is kept after an action's end: a server that it started may hold on to it for ever.
 * Where it failed its words are what a person has to go by, and are waited for longer, for a busy host is slow to keep them.
 */
const DRAIN_ROUNDS = 40;
const FAILED_DRAIN_ROUNDS = 120;

/** Reads one stream to its end, whatever becomes of the disk: an action must not fail for what it says. */
const keep: Sh = sh`keep() {
  # By exec: a redirection of the function would keep what was there before open, and so the link's own streams.
  exec <"$receipt/$1" >/dev/null 2>&1
  trap '' HUP INT TERM PIPE
  umask 077
  piece=0
  while told=$(LC_ALL=C dd bs=${READ_BYTES} count=${READS} of="$receipt/$1.$piece" 2>&1); do
    # Fewer reads than it may take: that was the end. Another dd would only find that out, while a node is down.
    told=\${told%%" records in"*}
    told=\${told##*[!0-9+]}
    case $told in *[0-9]+[0-9]*) if [ "$((\${told}))" -lt ${READS} ]; then exit 0; fi ;; esac
    # Nothing more came; or the receipt was taken away, and a server that the action left goes on speaking.
    if [ ! -s "$receipt/$1.$piece" ]; then break; fi
    if [ "$piece" -gt 2 ]; then rm -f "$receipt/$1.$((piece - 2))"; fi
    piece=$((piece + 1))
  done
  # What cannot be kept is read all the same: nobody must stand still, or end, for what they say.
  exec cat
}`;

/**
 * Carries out the action `$action` out of sight of whoever launched it: only its receipt tells of it. Says where that
 * is, or why there is none; then nothing was begun. The name of the end is a link that leads nowhere: it is made whole or not at all,
 * and takes no room on a disk that is full.
 */
const CARRY_OUT: Sh = lines(
  births,
  thisBoot,
  leaseFile,
  receiptPlace,
  makeReceipt,
  keep,
  pause,
  sh`carry_out() {
  exec </dev/null
  # Who ends all of it with a signal is told how it ended; whatever it started gets its own way with signals back.
  trap : HUP INT TERM
  receipt_make "$receipt_of"
  if [ -n "$receipt" ] && ! said=$(mkfifo -m 600 "$receipt/out" "$receipt/err" 2>&1); then
    rm -rf "$receipt"
    receipt=
    unmade=\${said:-no pipe can be made in $made}
  fi
  if [ -z "$receipt" ]; then echo "none $unmade" && return 0; fi
  keep out &
  out=$!
  keep err &
  err=$!
  echo "$receipt"
  # Whoever follows is woken by the end of this, which nobody else holds.
  exec 3>&1 >/dev/null 2>&1
  (
    trap - HUP INT TERM
    ${CARRIED}=$carried
    export ${CARRIED}
    eval "$action"
  ) </dev/null >"$receipt/out" 2>"$receipt/err" 3>&-
  code=$?
  # Whoever keeps the output comes to its end meanwhile.
  rm -f "$receipt/out" "$receipt/err"
  rounds=0
  most=${DRAIN_ROUNDS}
  if [ "$code" != 0 ]; then most=${FAILED_DRAIN_ROUNDS}; fi
  while [ "$rounds" -lt "$most" ] && [ -n "$(ticks "$out")$(ticks "$err")" ]; do
    pause "$rounds" 0.05
    rounds=$((rounds + 1))
  done
  ln -s "$code" "$receipt/ended"
}
carry_out`,
);

/**
 * Launches an action and follows it. What turned it away before anything was done needs no receipt: the reply is on its way. Where
 * none can be made the action itself decides, by `unmade`, whether it goes on without one; it is then carried out in sight.
 */
const LAUNCH: Sh = lines(
  births,
  thisBoot,
  follow,
  sh`if command -v setsid >/dev/null 2>&1; then alone=setsid; else alone=; fi
# In a pipeline, and not by &: what is begun by that ignores SIGINT for good, and so would the servers that it starts.
printf '%s\\n' "$receipt_carry_out" | $alone sh -c 'eval "$(cat)"' lakeup-action | {
  IFS= read -r receipt || receipt=
  exec 3<&0 </dev/null
  wakes=yes
  case $receipt in
    /*) ;;
    *)
      exec 3<&-
      unmade=\${receipt#none }
      unmade=\${unmade:-nothing was heard of its receipt}
      receipt=
      eval "$receipt_action"
      exit $?
      ;;
  esac
  (follow)
  code=$?
  case $code in ${raw(TURNED_AWAY)}) rm -rf "$receipt" ;; esac
  exit "$code"
}`,
);

/**
 * Finds the receipt of one action of one run: `receipt`, or nothing. It is this login's own, and it says itself whose it is: the
 * run, a word that the run knows for its own, the step and the attempt. A run that is gone on with on two machines may have two:
 * `better` says whether `$found`, of the word at `$place`, counts rather than the one found before, of the word at `$known_at`.
 */
const find = (better: Sh): Sh =>
  lines(
    births,
    thisBoot,
    leaseFile,
    receiptPlace,
    workers,
    sh`own_uid
receipt=
known_at=0
for found in "$receipts".*; do
  if [ ! -d "$found" ] || [ -L "$found" ]; then continue; fi
  if [ "$(file_owner "$found")" != "$uid" ]; then continue; fi
  if [ "$(receipt_word "$found" run)" != "$receipt_run" ] || [ "$(receipt_word "$found" step)" != "$receipt_step" ] ||
    [ "$(receipt_word "$found" attempt)" != "$receipt_attempt" ]; then continue; fi
  hand=$(receipt_word "$found" hand)
  place=0
  for known in $receipt_hands; do
    place=$((place + 1))
    if [ "$known" = "$hand" ] && { [ -z "$receipt" ] || ${raw(better)}; }; then receipt=$found known_at=$place; fi
  done
done`,
  );

/** Whatever is at work has to be seen. */
const AT_WORK = sh`[ -n "$(at_work "$found")" ]`;

/** Words are known in the order in which they were made up: the last is that of the process that asks. */
const LATEST = sh`[ "$place" -gt "$known_at" ]`;

const LOOK = body(
  'receipt.look',
  find(AT_WORK),
  sh`if [ -z "$receipt" ]; then state=none
elif [ -L "$receipt/ended" ]; then state=ended
elif [ -n "$(at_work "$receipt")" ]; then state=running
elif [ -L "$receipt/ended" ]; then state=ended
else state=cut-off
fi
echo "receipt=$state"`,
);

const FOLLOW = body(
  'receipt.follow',
  find(AT_WORK),
  follow,
  sh`if [ -z "$receipt" ]; then exit ${NO_RECEIPT_EXIT}; fi
follow`,
);

/** Who has just written how it ended is about to end: it is waited for so often, and no longer, since looks wait behind this. */
const CLEAR_ROUNDS = 20;

/**
 * One that is at work stays: whoever comes next has to see it. So does that of another machine which goes on with the same run: it
 * was turned away a moment ago, and is about to be told why.
 */
const CLEAR = body(
  'receipt.clear',
  find(LATEST),
  pause,
  sh`if [ -z "$receipt" ]; then exit 0; fi
rounds=0
worker=$(at_work "$receipt")
while [ -n "$worker" ] && [ -L "$receipt/ended" ] && [ "$rounds" -lt ${CLEAR_ROUNDS} ]; do
  pause "$rounds" 0.05
  rounds=$((rounds + 1))
  worker=$(at_work "$receipt")
done
if [ -n "$worker" ]; then exit 0; fi
# A server that the action left may speak on: what is kept of that is made by name, and no more once the name is another.
rm -rf "$receipt" 2>/dev/null || { mv "$receipt" "$receipt.gone" && rm -rf "$receipt.gone"; }`,
);

/** Which action of a run it is: an attempt at a step. */
export type Attempt = {readonly step: StepId; readonly attempt: number};

/** What a run may ask for: its own actions, of whichever of its processes. */
export type Asked = Attempt & {
  readonly place: LeaseAt;
  readonly run: RunId;
  readonly hands: readonly string[];
};

/** What is said of an action by the last part of its name. */
const doesOf = ({name}: Body): string => name.slice(name.lastIndexOf('.') + 1);

/**
 * The same script, launched: it goes on whatever becomes of the link, and its receipt tells how it ended. Takes who acts from
 * the script's own lease. Its name and its variables stay what they were.
 */
export const launched = (script: Script, {step, attempt}: Attempt): Script => {
  const {vars} = script;
  const words = {
    run: vars.lease_run ?? '',
    token: vars.lease_token ?? '',
    hand: vars.lease_hand ?? '',
    step,
    attempt,
    does: doesOf(script.body),
  };
  const told: Vars = {
    lease_at: vars.lease_at ?? '',
    lease_kind: vars.lease_kind ?? '',
    action: renderScript(script),
    receipt_of: Object.entries(words)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join('\n'),
  };
  return {
    body: {name: script.body.name, text: LAUNCH},
    vars: {
      ...vars,
      receipt_step: step,
      receipt_attempt: attempt,
      receipt_carry_out: renderScript({body: {name: 'receipt.carry-out', text: CARRY_OUT}, vars: told}),
      receipt_action: renderScript(script),
    },
  };
};

/** Whether a script was written for a lakeup that left marks, and knows nothing of receipts. */
export const leavesMark = ({body: {text}}: Script): boolean =>
  text.includes(OLD_CARRIED) && !text.includes(CARRIED);

const askedVars = ({place, run, hands, step, attempt}: Asked): Vars => ({
  lease_at: place.at,
  lease_kind: place.kind,
  receipt_run: run,
  receipt_step: step,
  receipt_attempt: attempt,
  receipt_hands: hands,
});

export const lookAtReceipt = (asked: Asked): Script => ({body: LOOK, vars: askedVars(asked)});
export const followReceipt = (asked: Asked): Script => ({body: FOLLOW, vars: askedVars(asked)});
export const clearReceipt = (asked: Asked): Script => ({body: CLEAR, vars: askedVars(asked)});

/**
 * What a receipt says of its action. `cut-off`: it began, nothing of it runs any more, and how it ended was not written: it was
 * killed, or its host was started anew.
 */
export const RECEIPT_STATES = ['none', 'running', 'ended', 'cut-off'] as const;
export type ReceiptState = (typeof RECEIPT_STATES)[number];

export const parseReceipt = (stdout: string): ReceiptState | null => {
  const word = said(parseLines(stdout), 'receipt');
  return RECEIPT_STATES.find(state => state === word) ?? null;
};
