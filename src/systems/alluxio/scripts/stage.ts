import {digests} from '../../../host/files.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import type {Vars} from '../../../model/script.ts';
import type {Context, ServerNode, Servers} from '../fields.ts';
import {ZOOKEEPER, ZOOKEEPER_ADDRESS} from '../properties.ts';
import {actionVars, beginAction} from './begin.ts';
import {inUse, receipt} from './install.ts';
import {ANY_PROCESS, forEachRole} from './role.ts';

/** Taken from the old version whatever the new one brings: what a site writes (domain 7.9: a package has its own examples). */
const CARRIED = [
  'alluxio-site.properties',
  'alluxio-env.sh',
  'masters',
  'workers',
  'core-site.xml',
  'hdfs-site.xml',
];

/**
 * Shell function `carry DIR`: takes the configuration of the old version over into that of the new one, in DIR. What the
 * new one has of its own stays as it is, and log4j files belong to a version. A link stays one, unless it would lead
 * nowhere from there.
 */
const carry: Sh = sh`carry() {
  for file in "$earlier"/conf/* "$earlier"/conf/.[!.]*; do
    name=\${file##*/}
    if [ ! -e "$file" ]; then continue; fi
    case " "${CARRIED.join(' ')}" " in
      *" $name "*) ;;
      *)
        case $name in *.template | log4j*) continue ;; esac
        if [ -e "$1/$name" ] || [ -L "$1/$name" ]; then continue; fi
        ;;
    esac
    rm -rf "$1/$name"
    cp -RPp "$file" "$1/$name" || return 1
    if [ -L "$1/$name" ] && [ ! -e "$1/$name" ]; then
      rm -f "$1/$name"
      cp -RLp "$file" "$1/$name" || return 1
    fi
  done
}`;

/**
 * Shell function `set_properties FILE`: each line KEY=VALUE of `$conf` takes the place of that key's own line, or is
 * appended; where it is a KEY alone, that key's lines go. Written anew and renamed: where the file is a link, what it leads to
 * belongs to others too.
 */
const setProperties: Sh = sh`set_properties() {
  if [ -e "$1" ]; then cp -p "$1" "$1.next" || return 1; fi
  if [ -e "$1" ]; then cat "$1"; fi | WANTED=$conf awk '
    BEGIN {
      count = split(ENVIRON["WANTED"], entries, "\\n")
      for (i = 1; i <= count; i++) {
        at = index(entries[i], "=")
        if (at == 0 && entries[i] != "") left[entries[i]] = 1
        if (at < 2) continue
        key = substr(entries[i], 1, at - 1)
        order[++keys] = key
        wanted[key] = entries[i]
      }
    }
    # A line that ends in an odd number of backslashes goes on in the next one, which begins no key.
    function goes_on(line,   slashes) {
      slashes = 0
      while (substr(line, length(line) - slashes, 1) == "\\\\" && slashes < length(line)) slashes++
      return slashes % 2
    }
    {
      if (within) {
        if (!dropping) print
        within = goes_on($0)
        next
      }
      key = $0
      sub(/^[ \\t\\f]+/, "", key)
      comment = key ~ /^[#!]/
      sub(/[ \\t\\f=:\\r].*$/, "", key)
      within = !comment && goes_on($0)
      dropping = !comment && ((key in wanted) || (key in left))
      if (!dropping) print
      else if ((key in wanted) && !(key in done)) {
        print wanted[key]
        done[key] = 1
      }
    }
    END {for (i = 1; i <= keys; i++) if (!(order[i] in done)) print wanted[order[i]]}
  ' >"$1.next" || return 1
  mv -f "$1.next" "$1"
}`;

/**
 * Unpacks or copies the package beside the old version, and gives it the old configuration, while everything runs. It has
 * its final name only when it is whole. A disk that is full now is full for those who run, too: what was begun is removed.
 */
export const stageBody = forEachRole('stage', () => [
  beginAction(ANY_PROCESS, 'stage'),
  digests,
  carry,
  setProperties,
  receipt,
  sh`case $(place "$staged") in
  dir)
    if [ ! -f "$(receipt "$staged")" ]; then refuse "$staged is there already, and not by this run, or installed"; fi
    rm -rf "$staged.part"
    echo "$staged is there already"
    exit 0
    ;;
  none) ;;
  *) refuse "$staged is $(place "$staged")" ;;
esac
if [ "$(version_of "$link")" = "$to" ]; then refuse "$link is version $to already: it is past staging"; fi
if [ "$(place "$aside")" != none ] && [ "$layout" = dir ]; then refuse "$aside is there already: this home is past staging"; fi
part=$staged.part
case $(place "$part") in none | dir) ;; *) refuse "$part is $(place "$part")" ;; esac
if [ -d "$package" ]; then
  found=$(version_of "$package")
  if [ "$found" != "$to" ]; then refuse "$package is version '$found', not $to"; fi
elif [ -f "$package" ]; then
  case $package in *.tar.gz | *.tgz) ;; *) refuse "$package is no .tar.gz and no .tgz" ;; esac
else
  refuse "$package is $(place "$package")"
fi
given_up() {
  echo "$1" >&2
  rm -rf "$part"
  exit 1
}
rm -rf "$part"
mkdir "$part"
if [ -d "$package" ]; then
  mkdir "$part/home"
  cp -RPp "$package/." "$part/home/" || given_up "$package could not be copied"
  parts=.
  if [ "$(contents "$package")" != "$(contents "$part/home")" ]; then given_up "the copy differs from $package"; fi
else
  mkdir "$part/unpacked"
  tar -xzpof "$package" -C "$part/unpacked" || given_up "$package could not be unpacked"
  set -- "$part"/unpacked/*
  if [ $# -ne 1 ] || [ "$(place "$1")" != dir ]; then given_up "$package does not hold one folder and nothing else"; fi
  mv "$1" "$part/home"
fi
found=$(version_of "$part/home")
if [ "$found" != "$to" ]; then given_up "$package is version '$found', not $to"; fi
for file in bin/alluxio bin/alluxio-start.sh; do
  if [ ! -f "$part/home/$file" ]; then given_up "$package holds no $file"; fi
done
if [ ! -d "$part/home/conf" ]; then mkdir "$part/home/conf"; fi
carry "$part/home/conf" || given_up "the configuration could not be carried over"
if [ -n "$conf" ]; then
  set_properties "$part/home/conf/alluxio-site.properties" || given_up "the properties could not be written"
fi
: >"$(receipt "$part/home")"
# What names the old version's own place goes on meaning that.
for file in alluxio-env.sh alluxio-site.properties; do
  if grep -qsF -e "$earlier/" "$part/home/conf/$file"; then echo "note: conf/$file names $earlier"; fi
done
mv "$part/home" "$staged"
rm -rf "$part"
echo "staged $staged, version $to"`,
]);

/** What the new version does not start with once `conf` is set. */
const leftOut = (conf: Servers['settings']['conf']): readonly string[] =>
  conf[ZOOKEEPER] === 'false' && conf[ZOOKEEPER_ADDRESS] === undefined ? [ZOOKEEPER_ADDRESS] : [];

/** The package, and the properties that the new version's configuration gets, one a line, and what it has no longer. */
export const stageVars = (node: ServerNode, context: Context): Vars => {
  const {package: packagePath, conf} = context.cluster.settings;
  return {
    ...actionVars(node, context),
    package: packagePath,
    // In a properties file a line ends a value: one that holds a line's end is written as Java reads it back.
    conf: [
      ...Object.entries(conf).map(([key, value]) => `${key}=${value.replaceAll('\n', '\\n')}`),
      ...leftOut(conf),
    ].join('\n'),
  };
};

/** Takes the new version away again: only one that this run has put there, and that nothing is installed as. */
export const unstageBody = forEachRole('unstage', () => [
  beginAction(ANY_PROCESS, 'unstage', 'go on'),
  receipt,
  inUse,
  sh`case $(place "$staged") in
  none) ;;
  dir)
    if in_use "$staged"; then refuse "$link is $staged: it is installed"; fi
    if [ ! -f "$(receipt "$staged")" ]; then refuse "$staged was not put there by this run"; fi
    ;;
  *) refuse "$staged is $(place "$staged")" ;;
esac
if [ -L "$staged.part" ]; then refuse "$staged.part is a link"; fi
# Renamed first: half of a version must not look like one.
if [ -d "$staged" ]; then
  rm -rf "$staged.part"
  mv "$staged" "$staged.part"
fi
rm -rf "$staged.part"
echo "removed $staged"`,
]);
