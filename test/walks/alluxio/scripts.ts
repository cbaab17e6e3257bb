import {lines, raw, type Sh, sh} from '../../../src/lib/sh.ts';
import {PLACES} from './cluster.ts';

const {home, oldHome, newHome, tarball, journal, metastore, ramdisk, cacheCopies, clientJar} = PLACES;

/** Main classes by role: the scripts keep no pid files. */
const CLASSES: Readonly<Record<string, string>> = {
  master: 'alluxio.master.AlluxioMaster',
  'job-master': 'alluxio.master.AlluxioJobMaster',
  worker: 'alluxio.worker.AlluxioWorker',
  'job-worker': 'alluxio.worker.AlluxioJobWorker',
};

/** The action words of the per-node start and stop scripts. */
const WORDS: Readonly<Record<string, string>> = {
  master: 'master',
  'job-master': 'job_master',
  worker: 'worker',
  'job-worker': 'job_worker',
};

const begin: Sh = sh`set -eu
refuse() { printf '%s\\n' "$*" >&2; exit 97; }
pids() { ps -Aww -o pid= -o args= | grep '[j]ava' | grep -F -e "$1" | awk '{print $1}'; }`;

const runs = (role: string): Sh => sh`pids ${CLASSES[role] ?? role}`;

const nothingRuns: Sh = sh`running=$(pids alluxio.master.; pids alluxio.worker.)
[ -z "$running" ] || refuse "process $running still runs"`;

/** Unpacks the new version beside the old one and carries its configuration over, while everything still runs. */
export const stage = (): Sh =>
  lines(
    begin,
    sh`if [ -d ${newHome} ]; then exit 0; fi
rm -rf ${`${newHome}.part`}
mkdir ${`${newHome}.part`}
tar -xzf ${tarball} -C ${`${newHome}.part`} --strip-components=1
for file in alluxio-site.properties alluxio-env.sh masters workers; do
  if [ -f ${oldHome}/conf/"$file" ]; then cp -p ${oldHome}/conf/"$file" ${`${newHome}.part`}/conf/; fi
done
grep -q '^alluxio.master.journal.type=' ${`${newHome}.part`}/conf/alluxio-site.properties ||
  echo alluxio.master.journal.type=EMBEDDED >>${`${newHome}.part`}/conf/alluxio-site.properties
mv ${`${newHome}.part`} ${newHome}`,
  );

export const unstage = (): Sh => lines(begin, sh`rm -rf ${newHome} ${`${newHome}.part`}`);

/** Makes the folder of this run on the node that backs up; what it knows by then is what the backup must hold. */
export const mark = (stamp: string): Sh =>
  lines(
    begin,
    sh`kept=${`${oldHome}/.lakeup-${stamp}`}
mkdir -p -m 700 "$kept"
: >"$kept/mark"`,
  );

/** Backs up with the old binaries. What it printed is kept: only that names the backup, "the newest file" does not. */
export const backup = (stamp: string): Sh =>
  lines(
    begin,
    sh`kept=${`${oldHome}/.lakeup-${stamp}`}
if [ -s "$kept/backup.out" ]; then exit 0; fi
cd ${oldHome}
bin/alluxio fsadmin backup >"$kept/backup.part"
mv "$kept/backup.part" "$kept/backup.out"`,
  );

export const stop = (role: string): Sh =>
  lines(
    begin,
    sh`cd ${home}
bin/alluxio-stop.sh ${WORDS[role] ?? role}`,
  );

/** Starts one process and nothing else. -N: without it the script stops first, whatever runs. */
export const start = (role: string): Sh =>
  lines(
    begin,
    sh`if [ -n "$(${raw(runs(role))})" ]; then exit 0; fi
cd ${home}
bin/alluxio-start.sh -a -N ${WORDS[role] ?? role}${raw(role === 'worker' ? sh` NoMount` : sh``)}`,
  );

/** -i stands before the action, or it is ignored; BACKUP is the URI that the backup itself printed. */
export const startFromBackup = (): Sh =>
  lines(
    begin,
    sh`if [ -n "$(${raw(runs('master'))})" ]; then exit 0; fi
[ -z "$(ls -A ${journal})" ] || refuse "the journal is not empty: -i would be ignored"
cd ${home}
bin/alluxio-start.sh -a -N -i "$BACKUP" master`,
  );

/** Copies a directory whole or not at all, keeping owners and modes; never over an earlier copy. */
const copyAside = (from: string, to: string): Sh => sh`if [ ! -e ${to} ]; then
  rm -rf ${`${to}.part`}
  mkdir -p ${`${to}.part`}
  cp -a ${from}/. ${`${to}.part`}/
  mv ${`${to}.part`} ${to}
fi`;

export const keepCache = (stamp: string): Sh =>
  lines(begin, nothingRuns, sh`mkdir -p ${cacheCopies}`, copyAside(ramdisk, `${cacheCopies}/${stamp}`));

export const keepJournal = (stamp: string): Sh =>
  lines(
    begin,
    nothingRuns,
    copyAside(journal, `${journal}_copy_${stamp}`),
    copyAside(metastore, `${metastore}_copy_${stamp}`),
  );

/** The new journal is moved aside, not removed; the old one comes back by a copy, so that the copy stays. */
export const putJournalBack = (stamp: string): Sh =>
  lines(
    begin,
    nothingRuns,
    sh`[ -d ${`${journal}_copy_${stamp}`} ] || refuse "there is no copy of the old journal"
for place in ${journal} ${metastore}; do
  if [ ! -e "$place"_new_${stamp} ]; then mv "$place" "$place"_new_${stamp}; fi
  rm -rf "$place".part
  cp -a "$place"_copy_${stamp} "$place".part
  rm -rf "$place"
  mv "$place".part "$place"
done`,
  );

export const link = (to: 'old' | 'new'): Sh =>
  lines(
    begin,
    nothingRuns,
    sh`ln -s ${to === 'new' ? newHome : oldHome} ${`${home}.next`}
mv -T ${`${home}.next`} ${home}`,
  );

/** Local form: the cluster-wide one reaches the workers too and exits 0 whatever happens there. */
export const format = (): Sh =>
  lines(
    begin,
    nothingRuns,
    sh`cd ${home}
bin/alluxio formatJournal`,
  );

export const replaceJar = (folder: string, stamp: string): Sh =>
  lines(
    begin,
    sh`cd ${folder}
for jar in alluxio-*-client.jar; do
  if [ -f "$jar" ] && [ "$jar" != ${clientJar} ]; then mv "$jar" "$jar"_backup_${stamp}; fi
done
if [ ! -f ${clientJar} ]; then cp -p ${`/opt/pkg/client/${clientJar}`} ${`${clientJar}.part`} && mv ${`${clientJar}.part`} ${clientJar}; fi`,
  );

export const putJarBack = (folder: string, stamp: string): Sh =>
  lines(
    begin,
    sh`cd ${folder}
for jar in alluxio-*-client.jar_backup_${stamp}; do
  if [ -f "$jar" ]; then mv "$jar" "\${jar%_backup_${stamp}}"; fi
done
rm -f ${clientJar}`,
  );

/** The command stands in the inventory; it is the operator's own words and runs in a shell of its own. */
export const restart = (command: string): Sh => lines(begin, sh`sh -c ${command}`);
