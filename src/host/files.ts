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
 * Shell function `recall DIR`, after `digests`: prints what of each file changes with every write (inode, size, both times) and
 * its hash, while it may be written to. Nothing of a file that was changed in the last seconds: a further write might leave the
 * same times.
 */
export const recall: Sh = sh`stats() {
  (cd "$1" && find $parts -type f ! -name '*.pid' -exec stat -c '%Z %Y %s %i %z %n' {} +)
}
recall() {
  command -v sha256sum >/dev/null 2>&1 || return 0
  now=$(date +%s)
  was=$(stats "$1") || return 0
  printf '%s\\n' "$was" | awk -v now="$now" '$1 + 2 < now { print "stat " $0 }'
  (cd "$1" && find $parts -type f ! -name '*.pid' -exec sha256sum {} +) | sed 's/^/hash /'
}`;

/**
 * Shell function `contents_since DIR FILE`, after `digests` and `recall`: the hash that `contents DIR` gives, for which only
 * those files are read that are not as FILE recalls them. Whoever is stopped shall not be away for as long as gigabytes are
 * read. Without the programs for it, or where anything does not add up, every file is read.
 */
export const contentsSince: Sh = sh`# What is as it was comes with its hash, the others by their names; a name with a line break is never told apart, so it is read.
unlike() {
  awk -v known="$1" -v wanted="$2" 'BEGIN {
      while ((getline line < known) > 0) {
        if (line ~ /^stat /) seen[substr(line, 6)] = 1
        else if (line ~ /^hash [0-9a-f]/) sum[substr(line, 72)] = substr(line, 6)
      }
    }
    {
      name = $0
      for (i = 0; i < 7; i++) sub(/^[^ ]+ +/, "", name)
      same = ($0 in seen) && (name in sum)
      if (wanted == "hashes" && same) print sum[name]
      if (wanted == "names" && !same) print name
    }'
}
contents_since() {
  is=$(stats "$1" 2>/dev/null) || is=
  if [ -n "$is" ] && [ -f "$2" ] && command -v sha256sum >/dev/null 2>&1; then
    sums=$(
      printf '%s\\n' "$is" | unlike "$2" hashes
      printf '%s\\n' "$is" | unlike "$2" names | tr '\\n' '\\000' | (cd "$1" && xargs -0 -r sha256sum 2>/dev/null) || :
    )
    if [ "$(printf '%s\\n' "$sums" | wc -l)" -eq "$(cd "$1" && find $parts -type f ! -name '*.pid' | wc -l)" ]; then
      printf '%s\\n' "$sums" | sort | hash
      return 0
    fi
  fi
  contents "$1"
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
