import {apart, beginIn} from '../../../host/alone.ts';
import {foreignExit} from '../../../host/guard.ts';
import {temporary} from '../../../host/temp.ts';
import {type Sh, sh} from '../../../lib/sh.ts';
import {body, type Vars} from '../../../model/script.ts';
import type {ClientNode, Context} from '../fields.ts';
import {jarPlace} from './client-jar.ts';

/** What a client is called in a directory: by its version, as the product ships it. */
export const jarName = (version: string): string => `alluxio-${version}-client.jar`;

/** The version of the jar that lies ready on a client's host; what the servers become where it was not told. */
export const newVersionOf = ({id}: ClientNode, {facts, target}: Context): string => {
  const told = facts.get(id)?.newVersion;
  return typeof told === 'string' ? told : target.to;
};

/** The folder the jar lies in is where an action is alone: an application has no home. */
const atFolder: Sh = sh`home=$(folder_of "$jar")`;

/**
 * Shell function `bring FILE`: puts a copy of the new jar there, compared byte by byte, under another name first. That name does
 * not end in .jar: nobody loads half a jar by a wildcard.
 */
const bring: Sh = sh`bring() {
  part=$1.lakeup-$stamp.part
  rm -f "$part"
  cp "$new_jar" "$part"
  chmod 644 "$part"
  if ! cmp -s "$new_jar" "$part"; then
    rm -f "$part"
    echo "$part is not the same as $new_jar" >&2
    exit 1
  fi
  mv -f "$part" "$1"
}`;

/** Shell function `lead_to PATH`: the link leads there from one moment to the next. Where mv has no -T, ln makes it anew. */
const leadTo: Sh = sh`lead_to() {
  next=$jar.lakeup-$stamp.next
  rm -f "$next"
  ln -s "$1" "$next"
  if ! mv -T -f "$next" "$jar" 2>/dev/null; then
    rm -f "$next"
    ln -sfn "$1" "$jar"
  fi
}`;

/**
 * Puts the new client in the place of the old, which stays beside it as `NAME_backup_STAMP`. In a directory the old one is
 * renamed and the new one comes under its own name. A file keeps its name: what runs keeps the old one open, which no name
 * leads to but the backup's. A link is moved to a copy beside what it led to. What is there already is not done again.
 */
export const jarBody = body(
  'alluxio.client.jar',
  jarPlace,
  atFolder,
  beginIn('jar'),
  bring,
  leadTo,
  sh`if [ ! -f "$new_jar" ]; then refuse "$new_jar is $(place "$new_jar")"; fi
case $(jar_kind "$jar") in
  dir)
    target=$jar/$name
    fresh=$target.lakeup-$stamp.new
    rm -f "$fresh"
    if ! cmp -s "$new_jar" "$target"; then bring "$fresh"; fi
    jars_in "$jar" | while IFS= read -r old; do
      if [ "$old" = "$target" ] && cmp -s "$new_jar" "$target"; then continue; fi
      if [ "$(place "$old"_backup_"$stamp")" != none ]; then echo "$old"_backup_"$stamp is there already" >&2 && exit 1; fi
      mv "$old" "$old"_backup_"$stamp"
    done
    if [ -f "$fresh" ]; then mv -f "$fresh" "$target"; fi
    ;;
  file)
    if ! cmp -s "$new_jar" "$jar"; then
      if [ "$(place "$jar"_backup_"$stamp")" = none ]; then
        ln "$jar" "$jar"_backup_"$stamp" 2>/dev/null || {
          cp -p "$jar" "$jar"_backup_"$stamp".part
          mv "$jar"_backup_"$stamp".part "$jar"_backup_"$stamp"
        }
      fi
      bring "$jar"
    fi
    ;;
  link)
    now=$(real_of "$jar")
    target=\${now%/*}/$name
    if [ "$(place "$target")" = none ]; then bring "$target"
    elif ! cmp -s "$new_jar" "$target"; then refuse "$target is there already, and is not $new_jar"
    fi
    if [ "$now" != "$target" ]; then
      if [ "$(place "$jar"_backup_"$stamp")" = none ]; then ln -s "$(readlink "$jar")" "$jar"_backup_"$stamp"; fi
      lead_to "$target"
    fi
    ;;
  *) refuse "$jar is $(jar_kind "$jar")" ;;
esac
echo "$jar: $name"`,
);

/** Puts the old client back in its place, from what was kept of it. Where nothing was kept nothing is done. */
export const jarBackBody = body(
  'alluxio.client.jar-back',
  jarPlace,
  atFolder,
  beginIn('jar-back', 'go on'),
  sh`kept=$jar"_backup_$stamp"
case $(jar_kind "$jar") in
  dir)
    for kept in "$jar"/alluxio-*-client.jar_backup_"$stamp"; do
      if [ "$(place "$kept")" = none ]; then continue; fi
      rm -f "$jar/$name"
      mv "$kept" "\${kept%_backup_"$stamp"}"
    done
    ;;
  file) if [ -f "$kept" ]; then mv -f "$kept" "$jar"; fi ;;
  link)
    if [ -L "$kept" ]; then mv -T -f "$kept" "$jar" 2>/dev/null || { ln -sfn "$(readlink "$kept")" "$jar" && rm -f "$kept"; }; fi
    ;;
  *) refuse "$jar is $(jar_kind "$jar")" ;;
esac
echo "$jar is back"`,
);

/** Where the exit code of a run's restart command is kept. */
export const restartNote: Sh = sh`restart_note() { printf '%s\\n' "$(folder_of "$jar")/.lakeup-restarted-$stamp"; }`;

/**
 * Runs the inventory's own command in a shell of its own, with an output of its own: what it starts may go on writing there.
 * Its exit code is kept beside the jar, for nobody else can tell afterwards that it ran.
 */
export const restartBody = body(
  'alluxio.client.restart',
  jarPlace,
  atFolder,
  restartNote,
  beginIn('restart', 'go on'),
  temporary('action'),
  apart,
  foreignExit,
  sh`note=$(restart_note)
rm -f "$note"
said=$temp/said
unset LC_ALL
result=0
apart sh -c "$restart" >"$said" 2>&1 </dev/null || result=$?
tail -c 4000 "$said"
echo "$result" >"$note.part"
mv -f "$note.part" "$note"
foreign_exit "$result"`,
);

/** What every action on a client is told. */
export const clientVars = (node: ClientNode, context: Context): Vars => ({
  jar: node.fields.jar,
  new_jar: node.fields.newJar,
  name: jarName(newVersionOf(node, context)),
  stamp: context.target.stamp,
});
