import {CUT_OFF_EXIT} from '../lib/exit-codes.ts';
import {lines, type Sh, sh} from '../lib/sh.ts';
import {workers} from './receipt-names.ts';

/** So many of the first rounds are short ones: most actions are over in a moment, and a node is down meanwhile. */
const SHORT_ROUNDS = 10;

/** Shell function `pause ROUND LONG`: waits for the next round, in seconds; whole ones where the host's `sleep` knows no others. */
export const pause: Sh = sh`pause() {
  if [ "$1" -lt ${SHORT_ROUNDS} ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep "$2" 2>/dev/null || sleep 1; fi
}`;

/** Seconds between two looks at what an action says. */
const ROUND = 0.3;

/**
 * Shell function `rest`: waits for the next round of `follow`. Whoever launched the action hears of its end at once, by the end of
 * descriptor 3, which its owner alone holds; `wakes` is set as long as that can be waited for. A host without `timeout`, or with one
 * that knows no parts of a second, is looked at in rounds that get longer.
 */
const rest: Sh = sh`rest() {
  if [ -n "\${wakes:-}" ]; then
    code=0
    timeout ${ROUND} cat <&3 >/dev/null 2>&1 || code=$?
    case $code in 124 | 143) return 0 ;; esac
    wakes=
    if [ "$code" = 0 ]; then return 0; fi
  fi
  if [ "$rounds" -lt 30 ]; then pause "$rounds" 0.05; else pause "$rounds" ${ROUND}; fi
  rounds=$((rounds + 1))
}`;

/**
 * Shell function `follow`: prints what the action of `$receipt` says, as it says it, and exits with its exit code. How it ended is
 * only ever what is written there: one that is gone without that has no exit code.
 */
export const follow: Sh = lines(
  workers,
  pause,
  rest,
  sh`show() {
  while :; do
    file=$receipt/$1.$piece
    more=
    for later in "$receipt/$1".*; do
      later=\${later##*.}
      case $later in '' | *[!0-9]*) continue ;; esac
      if [ "$later" -gt "$piece" ] && { [ -z "$more" ] || [ "$later" -lt "$more" ]; }; then more=$later; fi
    done
    size=0
    if [ "$at" = 0 ] && [ -n "$ended" ]; then
      # All of it is there, and none of it was shown.
      if [ -s "$file" ]; then cat "$file" 2>/dev/null || :; fi
    else
      if [ -s "$file" ]; then size=$(wc -c 2>/dev/null <"$file") 2>/dev/null || size=0; fi
      if [ "$((size))" -gt "$at" ]; then
        tail -c +$((at + 1)) "$file" 2>/dev/null | head -c $((size - at))
        at=$((size))
      fi
    fi
    if [ -z "$more" ]; then return 0; fi
    piece=$more
    at=0
  done
}
follow() {
  out_piece=0 out_at=0 err_piece=0 err_at=0 rounds=0 gone=
  told=\${receipt%.*}
  owner=\${told##*.}
  told=\${told%.*}
  if [ "\${told##*.}" != "$boot" ]; then owner=0; fi
  # Most actions are over in a moment: nothing is to be seen of one before that.
  if [ -n "\${wakes:-}" ]; then rest; fi
  while :; do
    ended=$(readlink "$receipt/ended") || ended=
    piece=$out_piece at=$out_at
    show out
    out_piece=$piece out_at=$at piece=$err_piece at=$err_at
    show err >&2
    err_piece=$piece err_at=$at
    case $ended in
      '') ;;
      *[!0-9]*) exit ${CUT_OFF_EXIT} ;;
      *) exit "$ended" ;;
    esac
    # Between the last word of its end and the last of its processes nothing may come: it is looked at once more.
    if [ -n "$gone" ]; then exit ${CUT_OFF_EXIT}; fi
    if [ "$(ticks "$owner")" != "\${receipt##*.}" ] && [ -z "$(at_work "$receipt")" ]; then gone=yes && continue; fi
    rest
  done
}`,
);
