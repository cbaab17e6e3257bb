import {refuse} from '../../../src/host/guard.ts';
import {type Kind, nothingRuns} from '../../../src/host/identity.ts';
import {begin, withoutMark} from '../../../src/host/mark.ts';
import {type Sh, sh} from '../../../src/lib/sh.ts';
import {type Body, body, type Vars} from '../../../src/model/script.ts';
import {type AlluxioNode, type Context, nodeVars, type RoleName, SERVERS, type ServerRole} from './fields.ts';

const MAIN: Readonly<Record<ServerRole, string>> = {
  master: 'alluxio.master.AlluxioMaster',
  'job-master': 'alluxio.master.AlluxioJobMaster',
  worker: 'alluxio.worker.AlluxioWorker',
  'job-worker': 'alluxio.worker.AlluxioJobWorker',
};

/** The scripts keep no pid files: a process is known by its main class and the home among its arguments. */
const kindOf = (...roles: readonly ServerRole[]): Kind => ({
  kind: 'jvm',
  mainClasses: roles.map(role => MAIN[role]),
  homeIn: {property: 'alluxio.home'},
  passing: [],
});

/** The process of one role; of any, for whoever moves what they all run from. */
export const own = (role: ServerRole): Kind => kindOf(role);
const any: Kind = kindOf(...SERVERS);

/** The home is a link: what works there marks the version it leads to, and `$link` is what a new version takes over. */
const places: Sh = sh`link=$home
home=$(cd "$link" 2>/dev/null && pwd -P) || home=$link`;
const names: Sh = sh`old=$link-$from
new=$link-$to
kept=$old/.lakeup-$stamp
word=$(printf '%s' "$role" | tr - _)`;

/** What has to be possible on a full disk too. */
const WITHOUT_A_MARK: readonly string[] = ['stop', 'start', 'start-from', 'unstage'];

const act = (role: RoleName, kind: Kind, verb: string, ...pieces: readonly Sh[]): Body => {
  const unmarked = WITHOUT_A_MARK.includes(verb) ? 'go on' : 'refuse';
  return body(`alluxio.${role}.${verb}`, places, begin(kind, verb, unmarked), names, ...pieces);
};

/** An application's host has no home of ours. */
const atClient = (verb: string, ...pieces: readonly Sh[]): Body =>
  body(`alluxio.client.${verb}`, sh`set -eu`, refuse, ...pieces);

/** What every action is told: its node, and from where to where. */
export const varsOf = (node: AlluxioNode, {cluster, target}: Context): Vars => ({
  ...nodeVars(node),
  ...target,
  tarball: cluster.settings.tarball,
});
/** The same for an application, whose jar is called by its version. */
export const clientVars = (node: AlluxioNode, {cluster, target}: Context): Vars => ({
  ...nodeVars(node),
  stamp: target.stamp,
  name: clientJar(target.to),
  source: cluster.settings.clientJars,
});
export const clientJar = (version: string): string => `alluxio-${version}-client.jar`;

/** Unpacks the new version beside the old one and carries its configuration over, while everything still runs. */
export const stageBody = (role: RoleName): Body =>
  act(
    role,
    any,
    'stage',
    sh`if [ -d "$new" ]; then exit 0; fi
rm -rf "$new.part"
mkdir "$new.part"
tar -xzf "$tarball" -C "$new.part" --strip-components=1
for file in alluxio-site.properties alluxio-env.sh masters workers; do
  if [ -f "$old/conf/$file" ]; then cp -p "$old/conf/$file" "$new.part"/conf/; fi
done
grep -q '^alluxio.master.journal.type=' "$new.part"/conf/alluxio-site.properties ||
  echo alluxio.master.journal.type=EMBEDDED >>"$new.part"/conf/alluxio-site.properties
mv "$new.part" "$new"`,
  );

export const unstageBody = (role: RoleName): Body => act(role, any, 'unstage', sh`rm -rf "$new" "$new.part"`);

/** Makes the folder of this run on the node that backs up; what it knows by then is what the backup must hold. */
export const markBody: Body = act('master', any, 'mark', sh`mkdir -p -m 700 "$kept"`, sh`: >"$kept/mark"`);

/** Backs up with the old binaries. What it printed is kept: only that names the backup, "the newest file" does not. */
export const backupBody: Body = act(
  'master',
  any,
  'backup',
  sh`if [ -s "$kept/backup.out" ]; then exit 0; fi
"$old"/bin/alluxio fsadmin backup >"$kept/backup.part"
mv "$kept/backup.part" "$kept/backup.out"`,
);

export const stopBody = (role: ServerRole): Body =>
  act(role, own(role), 'stop', sh`cd "$home"`, sh`bin/alluxio-stop.sh "$word"`);

/** Starts one process and nothing else. -N: without it the script stops first, whatever runs. */
export const startBody = (role: ServerRole): Body =>
  act(
    role,
    own(role),
    'start',
    withoutMark,
    sh`if [ -n "$(pids)" ]; then exit 0; fi
cd "$home"
if [ "$role" = worker ]; then set -- NoMount; else set --; fi
without_mark bin/alluxio-start.sh -a -N "$word" "$@"`,
  );

/** -i stands before the action, or it is ignored; `backup` is the URI that the backup itself printed. */
export const startFromBody: Body = act(
  'master',
  own('master'),
  'start-from',
  withoutMark,
  sh`if [ -n "$(pids)" ]; then exit 0; fi
if [ -n "$(ls -A "$journal")" ]; then refuse "the journal is not empty: -i would be ignored"; fi
cd "$home"
without_mark bin/alluxio-start.sh -a -N -i "$backup" master`,
);

/** Shell function that copies a directory whole or not at all, keeping owners and modes; never over an earlier copy. */
const copyAside: Sh = sh`copy_aside() {
  if [ -e "$2" ]; then return 0; fi
  rm -rf "$2.part"
  mkdir -p "$2.part"
  cp -a "$1"/. "$2.part"/
  mv "$2.part" "$2"
}`;

export const keepCacheBody: Body = act(
  'worker',
  any,
  'keep-cache',
  nothingRuns,
  copyAside,
  sh`copy_aside "$ramdisk" "$copies/$stamp"`,
);

export const keepJournalBody: Body = act(
  'master',
  any,
  'keep-journal',
  nothingRuns,
  copyAside,
  sh`for place in "$journal" "$metastore"; do copy_aside "$place" "$place"_copy_"$stamp"; done`,
);

/** The new journal is moved aside, not removed; the old one comes back by a copy, so that the copy stays. */
export const journalBackBody: Body = act(
  'master',
  any,
  'journal-back',
  nothingRuns,
  sh`if [ ! -d "$journal"_copy_"$stamp" ]; then refuse "there is no copy of the old journal"; fi
for place in "$journal" "$metastore"; do
  if [ ! -e "$place"_new_"$stamp" ]; then mv "$place" "$place"_new_"$stamp"; fi
  rm -rf "$place".part
  cp -a "$place"_copy_"$stamp" "$place".part
  rm -rf "$place"
  mv "$place".part "$place"
done`,
);

const link = (role: RoleName, verb: string, version: Sh): Body =>
  act(role, any, verb, nothingRuns, sh`rm -f "$link.next"`, version, sh`mv -T "$link.next" "$link"`);
export const linkNewBody = (role: RoleName): Body => link(role, 'link-new', sh`ln -s "$new" "$link.next"`);
export const linkOldBody = (role: RoleName): Body => link(role, 'link-old', sh`ln -s "$old" "$link.next"`);

/** Local form: the cluster-wide one reaches the workers too and exits 0 whatever happens there. */
export const formatBody: Body = act(
  'master',
  any,
  'format',
  nothingRuns,
  sh`cd "$home"`,
  sh`bin/alluxio formatJournal`,
);

export const jarBody: Body = atClient(
  'jar',
  sh`cd "$jar"
for file in alluxio-*-client.jar; do
  if [ -f "$file" ] && [ "$file" != "$name" ]; then mv "$file" "$file"_backup_"$stamp"; fi
done
if [ ! -f "$name" ]; then cp -p "$source/$name" "$name.part" && mv "$name.part" "$name"; fi`,
);

export const jarBackBody: Body = atClient(
  'jar-back',
  sh`cd "$jar"
for file in alluxio-*-client.jar_backup_"$stamp"; do
  if [ -f "$file" ]; then mv "$file" "\${file%_backup_"$stamp"}"; fi
done
rm -f "$name"`,
);

/** The command stands in the inventory; it is the operator's own words and runs in a shell of its own. */
export const restartBody: Body = atClient('restart', sh`sh -c "$restart"`);
