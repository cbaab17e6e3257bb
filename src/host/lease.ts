import {lines, type Sh, sh} from '../lib/sh.ts';
import {RunId} from '../model/ids.ts';
import type {LeaseAt, LeasePlace} from '../model/lease.ts';
import {body, type Script, type Vars} from '../model/script.ts';
import {refuse} from './guard.ts';
import {births, tone} from './identity.ts';
import {allSaid, parseLines, said} from './lines.ts';
import {receiptPlace, thisBoot, workers} from './receipt-names.ts';

/** How much of a lease is read, and how long a number may be that counts. */
const READ_BYTES = 2_048;
const WORD_CHARACTERS = 80;

/**
 * What a lease is called, `lease`, and shell functions about it. Each is a file of its own, `$lease.NUMBER`, that never changes: it
 * is made with its contents, by a link, and the highest number counts. So of two who take the same one only one does.
 * `lease_read` sets `lease_top` and `lease_said`; `lease_is KEY VALUE`: it says so; `lease_mine`: it is held under this
 * run's number; `lease_tell` says all of it.
 * Where no variable says where it lies it is looked for in `$home`.
 */
export const leaseFile: Sh = sh`lease_at=\${lease_at:-\${home:-}}
lease_newline='
'
case \${lease_kind:-in} in
  beside) lease=\${lease_at%/*}/.lakeup-lease-\${lease_at##*/} ;;
  around) if [ -d "$lease_at" ]; then lease=$lease_at/.lakeup-lease; else lease=\${lease_at%/*}/.lakeup-lease; fi ;;
  *) lease=$lease_at/.lakeup-lease ;;
esac
lease_read() {
  lease_top=0
  lease_said=
  for found in "$lease".*; do
    number=\${found##*.}
    case $number in '' | 0* | *[!0-9]* | ??????????????*) continue ;; esac
    if [ "$number" -gt "$lease_top" ]; then lease_top=$number; fi
  done
  if [ -f "$lease.$lease_top" ] && [ ! -L "$lease.$lease_top" ]; then
    lease_said=$(head -c ${READ_BYTES} "$lease.$lease_top" 2>/dev/null | tr -d '\\000') || lease_said=
  fi
}
lease_is() {
  lease_rest=$lease_said
  lease_line=
  while [ -n "$lease_rest" ]; do
    lease_line=\${lease_rest%%"$lease_newline"*}
    case $lease_line in "$1="*) break ;; esac
    case $lease_rest in *"$lease_newline"*) lease_rest=\${lease_rest#*"$lease_newline"} ;; *) lease_rest= ;; esac
    lease_line=
  done
  lease_line=\${lease_line#"$1="}
  [ "$lease_line" = "$2" ]
}
lease_word() {
  lease_is "$1" '' || printf '%s\\n' "$lease_line"
}
lease_mine() {
  [ "$lease_top" = "\${lease_token:-}" ] && lease_is run "\${lease_run:-}" && lease_is hand "\${lease_hand:-}" && lease_is state held
}
lease_tell() {
  echo "lease.top=$lease_top"
  echo "lease.now=$(date +%s)"
  echo "lease.beat=$(stat -c %Y "$lease.$lease_top" 2>/dev/null || :)"
  printf '%s\\n' "$lease_said" | sed 's/^/lease./'
}`;

/**
 * Goes on only under the run's own lease, in the number it was given; any other run's, an older number of its own, and one
 * that is gone refuse. An action that was given none goes on only where there is none. Needs `refuse` and `leaseFile`, and that the
 * action has its receipt: whoever takes the lease from now on waits for it.
 */
export const fence: Sh = sh`lease_read
if [ -n "\${lease_token:-}" ] || { [ "$lease_top" -gt 0 ] && ! lease_is state free; }; then
  if ! lease_mine; then
    lease_tell
    refuse "not under lease \${lease_token:-none} of $lease_at: it is number $lease_top by now, $(lease_word state), of run $(lease_word run) of $(lease_word owner)"
  fi
  # It has just been heard of.
  touch -c "$lease.$lease_top" 2>/dev/null || :
fi`;

const start: Sh = lines(tone, refuse, births, leaseFile);

/** Says whose lease it is, and what is at work under it. */
const LOOK = body(
  'lease.look',
  start,
  thisBoot,
  workers,
  receiptPlace,
  sh`lease_read
lease_tell
echo "place=$boot:$(stat -c %d:%i "\${lease%/*}" 2>/dev/null || :):\${lease##*/}"
for found in "$receipts".* "$old_marks".*; do
  if ! is_receipt "$found"; then continue; fi
  worker=$(at_work "$found")
  if [ -n "$worker" ]; then echo "busy=$(receipt_does "$found") $worker"; fi
done`,
);

/** Makes the next number, where the highest is the one that was seen; else says what it is, and does nothing. */
const WRITE = body(
  'lease.write',
  start,
  sh`umask 077
lease_read
if lease_mine && [ "$lease_state" = held ]; then lease_tell && exit 0; fi
if [ "$lease_top" != "$lease_seen" ]; then
  lease_tell
  refuse "the lease of $lease_at has come to be number $lease_top meanwhile"
fi
if [ ! -d "\${lease%/*}" ]; then refuse "\${lease%/*} is no directory"; fi
part=$lease-part-$$
trap 'rm -f "$part"' EXIT
if ! said=$( (set -C && printf '%s\\nstate=%s\\nat=%s\\n' "$lease_text" "$lease_state" "$(date +%s)" >"$part") 2>&1); then
  refuse "no lease can be written there: $said"
fi
# Where there are no links to files, the name is made for nobody else too, though not with its contents.
if ! ln "$part" "$lease.$lease_token" 2>/dev/null; then
  (set -C && cat "$part" >"$lease.$lease_token") 2>/dev/null || :
fi
lease_read
lease_tell
if [ "$lease_top" != "$lease_token" ] || [ "$(cat "$part")" != "$(cat "$lease.$lease_token")" ]; then
  refuse "the lease of $lease_at has come to be number $lease_top meanwhile"
fi
for found in "$lease".*; do
  number=\${found##*.}
  case $number in '' | 0* | *[!0-9]* | ??????????????*) continue ;; esac
  if [ "$number" -lt "$lease_token" ]; then rm -f "$found"; fi
done`,
);

/** Says that the run lives, or whose lease it is by now. */
const BEAT = body(
  'lease.beat',
  start,
  sh`lease_read
if lease_mine; then touch -c "$lease.$lease_top" && exit 0; fi
lease_tell
refuse "the lease of $lease_at is no longer this run's"`,
);

const placeVars = ({at, kind}: LeaseAt): Vars => ({lease_at: at, lease_kind: kind});

/**
 * Who has a lease: a run, the number it has it under, and the word that the process made up for it. Another process that has gone
 * on with a copy of the run's journal may want the same number; it has another word.
 */
export type Holder = {readonly run: RunId; readonly token: number; readonly hand: string};

/** What every action under a lease is told: whose it is. */
export const fenceVars = (place: LeaseAt, {run, token, hand}: Holder): Vars => ({
  ...placeVars(place),
  lease_run: run,
  lease_token: token,
  lease_hand: hand,
});

export const lookAtLease = (place: LeasePlace): Script => ({body: LOOK, vars: placeVars(place)});
export const beatLease = (place: LeasePlace, holder: Holder): Script => ({
  body: BEAT,
  vars: fenceVars(place, holder),
});

/** What stands in a lease. `run`: who holds it, or changed something under it last. `changed`: the number that was under. */
export type LeaseWords = {
  readonly run: RunId;
  readonly hand: string;
  readonly changed: number;
  readonly owner: string;
  readonly cluster: string;
  readonly reason: string;
  readonly stamp: string;
};

/** One line of what a person reads, whatever it was: no control characters, and not long. */
const oneLine = (words: string): string =>
  words
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, WORD_CHARACTERS);

const leaseText = ({run, hand, changed, owner, cluster, reason, stamp}: LeaseWords): string =>
  Object.entries({run, hand, changed: String(changed), owner, cluster, reason, stamp})
    .map(([key, value]) => `${key}=${oneLine(value)}`)
    .join('\n');

/** Takes a lease (`held`), or gives it back (`free`): as number `token`, where the highest is `seen`. */
export const writeLease = (
  place: LeasePlace,
  {token, seen, state}: {readonly token: number; readonly seen: number; readonly state: 'held' | 'free'},
  words: LeaseWords,
): Script => ({
  body: WRITE,
  vars: {
    ...fenceVars(place, {run: words.run, hand: words.hand, token}),
    lease_seen: seen,
    lease_state: state,
    lease_text: leaseText(words),
  },
});

/** A lease as a host tells it. What is in it was written by whoever could: it is shown, compared, and nothing else. */
export type LeaseSeen = {
  /** 0: there is none, and never was. */
  readonly top: number;
  /** `unreadable`: there is one, and it does not say whose. */
  readonly state: 'none' | 'held' | 'free' | 'unreadable';
  readonly run: RunId | null;
  readonly hand: string;
  readonly changed: number;
  readonly owner: string;
  readonly cluster: string;
  readonly reason: string;
  readonly stamp: string;
  /** Seconds by the host's own clock since it was taken, and since its run was heard of; null where that clock was set back. */
  readonly sinceS: number | null;
  readonly silentS: number | null;
  /** What names the folder it lies in, on whatever host it was asked for: its host's boot, and the file system's own number. */
  readonly place: string | null;
  /** Actions that are at work there: "stop 1234". */
  readonly busy: readonly string[];
};

const numberOf = (word: string | null): number | null =>
  word !== null && /^\d{1,13}$/.test(word) ? Number(word) : null;

const ago = (now: number | null, then: number | null): number | null =>
  now === null || then === null || now < then ? null : now - then;

/** What a script printed of a lease; null where it says nothing of one. */
export const parseLease = (stdout: string): LeaseSeen | null => {
  const told = parseLines(stdout);
  const word = (key: string): string => oneLine(said(told, `lease.${key}`) ?? '');
  const top = numberOf(said(told, 'lease.top'));
  if (top === null) return null;
  const run = RunId.safeParse(word('run')).data ?? null;
  const state = ((): LeaseSeen['state'] => {
    const state = word('state');
    if (top === 0) return 'none';
    return run !== null && (state === 'held' || state === 'free') ? state : 'unreadable';
  })();
  const now = numberOf(word('now'));
  return {
    top,
    state,
    run,
    hand: word('hand'),
    changed: numberOf(word('changed')) ?? top,
    owner: word('owner'),
    cluster: word('cluster'),
    reason: word('reason'),
    stamp: word('stamp'),
    sinceS: ago(now, numberOf(word('at'))),
    silentS: ago(now, numberOf(word('beat'))),
    place: said(told, 'place'),
    busy: allSaid(told, 'busy').map(oneLine),
  };
};
