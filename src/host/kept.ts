import {lines, type Sh, sh} from '../lib/sh.ts';

// What a run has kept on a host, looked at before it is removed. Nothing here changes anything. Two places: `at`, where it lies
// once the links above it are followed, and `going`, the name beside it that it has while it is removed.

/**
 * Shell functions `kind_of PATH` (dir, file, none, symlink, other) and `id_of PATH`, which tells it from any other of the host
 * (numbers are used again: with its birth, where the host tells that); and the variables for `$path`: `at`, `going` by the stamp of the run that kept it, and `above_id`, what the directory above it
 * is. That one tells what is gone from what cannot be seen: of a file system that is not mounted everything seems gone.
 */
const places: Sh = sh`kind_of() {
  if [ -L "$1" ]; then echo symlink
  elif [ -d "$1" ]; then echo dir
  elif [ -f "$1" ]; then echo file
  elif [ -e "$1" ]; then echo other
  else echo none
  fi
}
id_of() { stat -c '%d:%i:%W' "$1" 2>/dev/null || :; }
case $path in /*/*) ;; *) echo "'$path' is no path that a run has kept something at" >&2 && exit 1 ;; esac
case $path/ in */../* | */./* | *//*) echo "$path holds . or .. or an empty name" >&2 && exit 1 ;; esac
case $kept_stamp in ????????_??????) ;; *) echo "'$kept_stamp' is no stamp" >&2 && exit 1 ;; esac
above=$(cd "\${path%/*}" 2>/dev/null && pwd -P) || above=
at=\${above%/}/\${path##*/}
# No name that anybody takes for an old version, or for a backup.
going=\${above%/}/.lakeup-going-$kept_stamp-\${path##*/}
above_id=
if [ -n "$above" ]; then above_id=$(id_of "$above"); fi`;

/**
 * Shell function `measure PATH`: files and directories below it, bytes, its newest change, and on how many file systems it lies.
 * Fails where not all of it can be seen.
 */
const measure: Sh = sh`measure() {
  { find "$1" -exec stat -c '%d %s %Y %F' {} + 2>/dev/null || echo failed; } | awk '
    $1 == "failed" {failed = 1; next}
    {devices[$1] = 1; if ($3 + 0 > newest) newest = $3 + 0}
    $4 == "directory" {folders++; next}
    {files++; if ($4 == "regular") bytes += $2}
    END {
      if (failed) exit 1
      for (device in devices) count++
      printf "files=%d\\nfolders=%d\\nbytes=%.0f\\nnewest=%d\\ndevices=%d\\n", files, folders, bytes, newest, count
    }'
}`;

/**
 * Shell function `against_mounts PATH`: what is mounted there or below; and where it, or a part of it, is mounted as well, as a
 * live home may be: no path tells that. A mount tells which directory of its file system it shows (proc(5), mountinfo).
 */
const againstMounts: Sh = sh`against_mounts() {
  inside=$1 awk '
    function plain(name) {
      gsub(/\\\\040/, " ", name)
      gsub(/\\\\134/, "\\\\\\\\", name)
      return name
    }
    BEGIN {inside = ENVIRON["inside"]; longest = -1}
    {
      device[NR] = $3
      root[NR] = plain($4)
      place = at[NR] = plain($5)
      if (place == inside || index(place, inside "/") == 1) print "against=" place " is mounted there"
      if (place == "/") place = ""
      if ((inside == place || index(inside, place "/") == 1) && length(place) >= longest) {
        longest = length(place)
        on = NR
      }
    }
    END {
      if (!on) {print "against=nothing tells on which file system it lies"; exit}
      own = (root[on] == "/" ? "" : root[on]) substr(inside, longest + 1)
      for (i = 1; i <= NR; i++)
        if (device[i] == device[on] && at[i] != inside && (root[i] == own || index(root[i], own "/") == 1))
          print "against=it is mounted at " at[i] " too"
    }' /proc/self/mountinfo
}`;

/**
 * Shell function `against_places PATH`: which of the live homes (`$homes`) and of what else the cluster uses (`$used`), a path a
 * line, lie in it, by their names or by what they are, however they are reached; and in which of `$closed` it lies itself.
 */
const againstPlaces: Sh = sh`under() {
  case $1/ in "\${2%/}"/*) return 0 ;; esac
  return 1
}
lies_in() {
  if under "$1" "$2" || under "$3" "$2"; then return 0; fi
  upward=$3
  while [ -n "$upward" ]; do
    if [ "$(id_of "$upward")" = "$4" ]; then return 0; fi
    upward=\${upward%/*}
  done
  return 1
}
against_places() {
  own=$(id_of "$1")
  printf '%s\\n' "$homes" "$used" | while IFS= read -r each; do
    if [ -z "$each" ]; then continue; fi
    theirs=$(readlink -f "$each") || theirs=$each
    if lies_in "$each" "$1" "$theirs" "$own"; then echo "against=$each lies in it"; fi
  done
  printf '%s\\n' "$closed" | while IFS= read -r each; do
    if [ -z "$each" ]; then continue; fi
    theirs=$(readlink -f "$each") || theirs=$each
    if under "$1" "$each" || under "$1" "$theirs"; then echo "against=it lies in $each"; fi
  done
}`;

/**
 * Shell function `against_links PATH`: links of a live home, and those beside it, that lead into it: another home may be one of
 * these. Its own are none.
 */
const againstLinks: Sh = sh`leads_into() {
  leads=$(readlink -f "$1" 2>/dev/null) || return 1
  under "$leads" "$2"
}
against_links() {
  for found in "$above"/* "$above"/.[!.]*; do
    if [ -L "$found" ] && leads_into "$found" "$1"; then echo "against=$found leads into it"; fi
  done
  printf '%s\\n' "$homes" | while IFS= read -r each; do
    if [ -z "$each" ] || [ ! -d "$each" ]; then continue; fi
    theirs=$(cd "$each" 2>/dev/null && pwd -P) || theirs=
    if [ -z "$theirs" ]; then echo "against=$each cannot be looked into by this login" && continue; fi
    { find "$theirs" -maxdepth 3 -type l 2>/dev/null || :; } | while IFS= read -r found; do
      if under "$found" "$1"; then continue; fi
      if leads_into "$found" "$1"; then echo "against=$found leads into it"; fi
    done
  done
}`;

/** Shell function `against_conf PATH`: files of a live home's conf that name it, in a line that is no comment. */
const againstConf: Sh = sh`names_it() {
  sed '/^[[:space:]]*[#!]/d' "$1" 2>/dev/null | named=$2 awk '
    BEGIN {named = ENVIRON["named"]}
    {
      rest = $0
      while ((i = index(rest, named)) > 0) {
        if (substr(rest, i + length(named), 1) !~ /[A-Za-z0-9._-]/) {found = 1; exit}
        rest = substr(rest, i + 1)
      }
    }
    END {exit !found}'
}
against_conf() {
  printf '%s\\n' "$homes" | while IFS= read -r each; do
    for file in "$each"/conf/*; do
      if [ ! -f "$file" ]; then continue; fi
      if [ ! -r "$file" ]; then echo "against=$file cannot be read by this login: it may name it" && continue; fi
      if names_it "$file" "$1" || names_it "$file" "$path"; then echo "against=$file names it"; fi
    done
  done
}`;

/**
 * Shell function `against_stranger PATH`: that the file by which the run knows it (`$known_by`; empty where its name is enough) does not
 * lie in it. Of what is half removed that may have gone first.
 */
const againstStranger: Sh = sh`against_stranger() {
  if [ -z "$known_by" ] || [ "$1" != "$at" ]; then return 0; fi
  if [ ! -f "$1/$known_by" ] || [ -L "$1/$known_by" ]; then
    echo "against=the run has left $known_by in it, and it is not there: it is not what the run has kept"
  fi
}`;

/** Shell function `against_processes PATH`: who has its directory, its program, a file or a library there, as far as /proc tells. */
const againstProcesses: Sh = sh`against_processes() {
  {
    ls -ln /proc/[0-9]*/cwd /proc/[0-9]*/exe /proc/[0-9]*/root 2>/dev/null || :
    ls -ln /proc/[0-9]*/fd/ 2>/dev/null || :
    grep -lF -e " $1/" /proc/[0-9]*/maps 2>/dev/null | sed 's/$/ -> mapped/' || :
  } | inside=$1 awk '
    BEGIN {inside = ENVIRON["inside"]}
    /^\\/proc\\/[0-9]+\\/fd\\/?:$/ {split($0, parts, "/"); pid = parts[3]; next}
    /^\\/proc\\/[0-9]+\\/maps -> mapped$/ {split($0, parts, "/"); print parts[3]; next}
    {
      cut = index($0, " -> ")
      if (!cut) next
      to = substr($0, cut + 4)
      sub(/ \\(deleted\\)$/, "", to)
      if (to != inside && index(to, inside "/") != 1) next
      of = substr($0, 1, cut - 1)
      if (match(of, /\\/proc\\/[0-9]+\\/(cwd|exe|root)$/)) {
        split(substr(of, RSTART), parts, "/")
        print parts[3]
      } else print pid
    }' | sort -un | while read -r pid; do
    comm=
    { read -r comm <"/proc/$pid/comm"; } 2>/dev/null || :
    echo "against=process $pid ($comm) is at work in it"
  done
}`;

/**
 * Shell function `against PATH`: all that speaks against removing it, a line each; nothing where nothing does. Fails where
 * the host has not what is needed to tell.
 */
const against: Sh = sh`against() {
  if [ ! -r /proc/self/mountinfo ]; then echo "/proc/self/mountinfo cannot be read" >&2 && return 1; fi
  if ! readlink -f / >/dev/null 2>&1; then echo "readlink knows no -f here" >&2 && return 1; fi
  if ! find / -maxdepth 0 >/dev/null 2>&1; then echo "find knows no -maxdepth here" >&2 && return 1; fi
  against_mounts "$1" || return 1
  against_places "$1" || return 1
  against_links "$1" || return 1
  against_conf "$1" || return 1
  against_stranger "$1"
  against_processes "$1"
}`;

/** The functions and variables for one `$path` that a run has kept. */
export const keptAt: Sh = lines(
  places,
  measure,
  againstMounts,
  againstPlaces,
  againstLinks,
  againstConf,
  againstStranger,
  againstProcesses,
  against,
);

/** Tells of it: what lies there, what it is and, but at a `$glance`, how much, and what speaks against removing it. */
export const tellKept: Sh = sh`place=$(kind_of "$at")
moved=$(kind_of "$going")
if [ -z "$above" ]; then place=unreachable; fi
printf '%s\\n' "place=$place" "going=$moved" "above=$above_id"
case $place-$moved in
  dir-none | file-none) now=$at ;;
  none-dir | none-file) now=$going ;;
  *) exit 0 ;;
esac
echo "id=$(id_of "$now")"
# A file system of the network may be the same one on several hosts.
case $(stat -f -c %T "$now" 2>/dev/null || :) in
  nfs* | cifs | smb* | ceph* | lustre | gpfs | fuse* | gluster*) echo shared=yes ;;
  *) echo shared=no ;;
esac
if [ "$glance" != yes ] && ! measure "$now"; then
  echo "not all of $now can be looked at by this login" >&2
  exit 1
fi
against "$now"`;
