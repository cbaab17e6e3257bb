import {raw, type Sh, sh} from '../lib/sh.ts';

/** What lies at a place: a directory of its own, nothing, or what must not be touched. */
export const PLACES = ['dir', 'none', 'symlink', 'other'] as const;
export type PlaceKind = (typeof PLACES)[number];

export const parsePlace = (value: string | null): PlaceKind => PLACES.find(kind => kind === value) ?? 'other';

/** Shell function `place PATH`: dir, none, symlink or other. A link is never followed. */
export const place: Sh = sh`place() {
  if [ -L "$1" ]; then echo symlink
  elif [ -d "$1" ]; then echo dir
  elif [ -e "$1" ]; then echo other
  else echo none
  fi
}`;

/**
 * Shell functions over the directories `$parts` below one directory; pid files are left out.
 * `listing DIR MODES`: one hash of all names, sizes and times, of small files' bytes too, and of modes when MODES is 1 (a
 * start may change them). Quick also for gigabytes: releases differ in the size or time of every large file.
 * `contents DIR`: one hash of all files' bytes.
 */
export const digests: Sh = sh`hash() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum | cut -c 1-64; else cksum | tr ' ' -; fi
}
listing() {
  for piece in $parts; do
    if [ ! -d "$1/$piece" ]; then return 0; fi
  done
  (
    cd "$1"
    find $parts ! -name '*.pid' -exec ls -ldn {} + | awk -v modes="$2" '{
      kind = substr($1, 1, 1)
      mode = modes == 1 ? substr($1, 1, 10) : kind
      told = kind == "-" ? $5 " " $6 " " $7 " " $8 : "-"
      for (i = 0; i < 8; i++) sub(/^[^ ]+ +/, "")
      print mode, told, $0
    }'
    find $parts -type f ! -name '*.pid' -size -2049 -exec cksum {} +
  ) | sort | hash
}
contents() {
  if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum=cksum; fi
  (cd "$1" && find $parts -type f ! -name '*.pid' -exec "$sum" {} +) | sort | hash
}`;

/**
 * Shell function `outline DIR MODES` over the directories `$parts` below one directory, after `digests`: one hash of all
 * names, kinds, links and sizes, of small files' bytes too, and of modes when MODES is 1; no times, for `ls` writes those of an
 * old file otherwise than those of a young one. Pid files are left out.
 */
export const outline: Sh = sh`outline() {
  (
    cd "$1"
    find $parts ! -name '*.pid' -exec ls -ldn {} + | awk -v modes="$2" '{
      kind = substr($1, 1, 1)
      mode = modes == 1 ? substr($1, 1, 10) : kind
      size = kind == "-" ? $5 : "-"
      for (i = 0; i < 8; i++) sub(/^[^ ]+ +/, "")
      print mode, size, $0
    }'
    find $parts -type f ! -name '*.pid' -size -2049 -exec cksum {} +
  ) | sort | hash
}`;

/** Shell that sets `script` to the first of the names that is a file in a directory, or to nothing. */
export const pickScript = (directory: Sh, names: readonly string[]): Sh => sh`script=
for name in ${names}; do
  if [ -f ${raw(directory)}/"$name" ]; then script=$name && break; fi
done`;
