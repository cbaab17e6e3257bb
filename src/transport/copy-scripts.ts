import {GUARD_EXIT} from '../lib/exit-codes.ts';
import {type Sh, sh} from '../lib/sh.ts';
import {PART} from '../model/copy.ts';
import {body, type Script} from '../model/script.ts';

/** So much is handed on at once where nobody says how far a descriptor has been read, in bytes. */
const PIECE = 8 * 1024 * 1024;

/**
 * What both sides of a copy can do. `tell WORD …`: a line for lakeup, on stderr behind the mark. `count FILE`: sets `counted`
 * to its sha256, and tells how far it is: once in a second where the host says where a descriptor stands (Linux), else
 * piece by piece, as the file is handed to who counts.
 */
const COMMON: Sh = sh`tell() { printf '%s %s\\n' "$mark" "$*" >&2; }
refuse() {
  printf '%s\\n' "$*" >&2
  exit ${GUARD_EXIT}
}
fail() {
  printf '%s\\n' "$*" >&2
  exit 1
}
if command -v sha256sum >/dev/null 2>&1; then sha256() { sha256sum; }
elif command -v shasum >/dev/null 2>&1; then sha256() { shasum -a 256; }
elif command -v openssl >/dev/null 2>&1; then sha256() { openssl dgst -sha256 -r; }
else refuse 'no program here counts sha256: neither sha256sum nor shasum nor openssl'
fi
at() { sed -n 's/^pos:[^0-9]*//p' /proc/self/fdinfo/8 8<&8 2>/dev/null; }
watched() {
  (while sleep 1 >/dev/null 2>&1; do tell at "$(at)"; done) &
  beat=$!
  counted=$(sha256 <&8)
  kill "$beat" 2>/dev/null
  wait "$beat" 2>/dev/null
}
handed() {
  come=0
  left=$((($1 + ${PIECE - 1}) / ${PIECE}))
  while [ "$left" -gt 0 ]; do
    dd bs=65536 count=${PIECE / 65_536} <&8 2>/dev/null || return 1
    come=$((come + ${PIECE}))
    left=$((left - 1))
    tell at "$come"
  done
}
count() {
  counted=
  exec 8<"$1"
  if [ -n "$(at)" ]; then watched
  else
    length=$(wc -c <"$1") || return 1
    counted=$( (
      (
        handed "$length"
        echo "$?" >&7
      ) | sha256
    ) 7>&1)
    case $counted in
      '0
'*) counted=\${counted#??} ;;
      *) counted= ;;
    esac
  fi
  exec 8<&-
  counted=\${counted%% *}
  [ \${#counted} -eq 64 ]
}`;

const SEND = body(
  'copy.send',
  COMMON,
  sh`if [ ! -e "$path" ]; then refuse "$path is not there"; fi
if [ ! -f "$path" ]; then refuse "$path is no file"; fi
if [ ! -r "$path" ]; then refuse "$path cannot be read"; fi
size=$(wc -c <"$path") || fail "$path cannot be read"
tell size $((size))
count "$path" || fail "$path cannot be read to its end"
tell sum "$counted"
printf '%s\\n' "$mark"
exec cat <"$path"`,
);

/**
 * Writes what comes on stdin beside its place, and gives it its name once it is whole, on the disk, and has the sum that the
 * sender counted. The name is given by a link, which cannot overwrite. The part is this copy's own as long as it is the
 * same file: a later copy puts another one in its place, and an earlier one, cut off from lakeup, leaves that alone.
 */
const RECEIVE = body(
  'copy.receive',
  COMMON,
  sh`umask 077
part=$to${PART}
dir=\${to%/*}
if [ -L "$to" ]; then refuse "$to is a symbolic link"; fi
if [ -e "$to" ]; then
  if [ ! -f "$to" ]; then refuse "$to is there and is no file"; fi
  count "$to" || refuse "$to is there and cannot be read"
  if [ "$counted" != "$sum" ]; then refuse "$to is there with other bytes and is not overwritten: sha256 $counted"; fi
  if [ -f "$part" ]; then rm -f "$part"; fi
  tell already
  exit 0
fi
if [ -d "$part" ]; then refuse "$part is a directory"; fi
if ! said=$(mkdir -p "\${dir:-/}" 2>&1); then refuse "$said"; fi
if ! said=$(rm -f "$part" 2>&1); then refuse "$said"; fi
free=$(df -Pk "\${dir:-/}" 2>/dev/null | awk 'NR == 2 {print $4}')
case $free in
  '' | *[!0-9]*) ;;
  *) if [ "$free" -lt $((size / 1024)) ]; then refuse "no room for $size bytes in $dir: $free KiB are free"; fi ;;
esac
if ! said=$( (set -C && : >"$part") 2>&1); then refuse "$part cannot be made: $said"; fi
born=$(ls -di "$part")
own() { [ "$(ls -di "$part" 2>/dev/null)" = "$born" ]; }
exec 9>>"$part"
if sync "\${dir:-/}" 2>/dev/null; then flush() { sync "$1"; }; else flush() { sync; }; fi
tell ready
if ! cat >&9; then
  if own; then rm -f "$part"; fi
  fail "$part could not be written: what had come is removed"
fi
exec 9>&-
own || fail "another copy has begun $part anew"
got=$(wc -c <"$part")
if [ $((got)) -ne "$size" ]; then fail "only $((got)) of $size bytes came"; fi
tell flush
if ! flush "$part"; then
  if own; then rm -f "$part"; fi
  fail "$part could not be brought to the disk: what had come is removed"
fi
tell check
count "$part" || fail "$part cannot be read"
if [ "$counted" != "$sum" ]; then fail "what came is not what the sender counted: sha256 $counted, not $sum"; fi
own || fail "another copy has begun $part anew"
if ln "$part" "$to" 2>/dev/null; then rm -f "$part"
elif [ -e "$to" ] || [ -L "$to" ]; then fail "$to has come to be there meanwhile and is not overwritten"
elif ! said=$(mv -n "$part" "$to" 2>&1); then fail "$part cannot be renamed: $said"
elif own || [ ! -f "$to" ] || [ -L "$to" ]; then fail "$to has come to be there meanwhile and is not overwritten"
fi
flush "\${dir:-/}" || fail "$to may not be on the disk yet"
tell there`,
);

export const sendScript = (mark: string, path: string): Script => ({body: SEND, vars: {mark, path}});

export const receiveScript = (
  mark: string,
  to: string,
  {size, sum}: {readonly size: number; readonly sum: string},
): Script => ({body: RECEIVE, vars: {mark, to, size, sum}});
