import {type Sh, sh} from '../../../lib/sh.ts';

/** Shell function `place PATH`: dir, none, symlink or other. A link is never followed. */
export const place: Sh = sh`place() {
  if [ -L "$1" ]; then echo symlink
  elif [ -d "$1" ]; then echo dir
  elif [ -e "$1" ]; then echo other
  else echo none
  fi
}`;

/**
 * Shell functions over a directory that holds bin and lib; pid files are left out.
 * `listing DIR MODES`: one hash of all names, sizes and times, of small files' bytes too, and of modes when MODES is 1 (a
 * start may change them). Quick also for gigabytes: releases differ in the size or time of every large file.
 * `contents DIR`: one hash of all files' bytes.
 */
export const digests: Sh = sh`hash() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum | cut -c 1-64; else cksum | tr ' ' -; fi
}
listing() {
  if [ ! -d "$1/bin" ] || [ ! -d "$1/lib" ]; then return 0; fi
  (
    cd "$1"
    find bin lib ! -name '*.pid' -exec ls -ldn {} + | awk -v modes="$2" '{
      kind = substr($1, 1, 1)
      mode = modes == 1 ? substr($1, 1, 10) : kind
      told = kind == "-" ? $5 " " $6 " " $7 " " $8 : "-"
      for (i = 0; i < 8; i++) sub(/^[^ ]+ +/, "")
      print mode, told, $0
    }'
    find bin lib -type f ! -name '*.pid' -size -2049 -exec cksum {} +
  ) | sort | hash
}
contents() {
  if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum=cksum; fi
  (cd "$1" && find bin lib -type f ! -name '*.pid' -exec "$sum" {} +) | sort | hash
}`;

/** Shell function `refuse WORDS`: ends with the exit code that means "found that it must not begin, nothing was done". */
export const refuse: Sh = sh`refuse() {
  printf '%s\\n' "$*" >&2
  exit 97
}`;
