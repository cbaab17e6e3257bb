import {chownSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {until} from '../../lab/command.ts';
import {type Lab, startLab} from '../../lab/lab.ts';
import {
  DATA,
  ENVIRONMENT,
  electorOf,
  HARD_DISK,
  HOME,
  HOMES,
  hostsOf,
  type Layout,
  LIGHT,
  mastersOf,
  propertiesOf,
  RAMDISK,
  STORE,
  USER,
  WORKERS,
} from './layout.ts';
import {JARS_AT, JAVA_AT, PACKAGES_AT, pack, packageAt} from './packages.ts';
import {leaderPage} from './pages.ts';
import type {Prepared} from './prepare.ts';

/** The words of the product's scripts for what runs on a host. */
export type Process = 'master' | 'job_master' | 'worker' | 'job_worker';

/** Real servers on lab hosts. */
export type Cluster = {
  readonly lab: Lab;
  readonly layout: Layout;
  readonly masters: readonly string[];
  /** The under store, as this machine sees it. */
  readonly store: string;
  /** Runs a shell command on a host as the product's user; throws what it said when it fails. */
  on(host: string, command: string, withinMs?: number): Promise<string>;
  /** Starts or stops a process by the installed scripts. */
  start(host: string, what: Process, options?: string): Promise<void>;
  stop(host: string, what: Process): Promise<void>;
  /** Waits until one master leads and every worker is registered there. */
  serves(withinMs?: number): Promise<void>;
  end(): Promise<void>;
};

const UID = 2777;
const START_MS = 300_000;
/** To ask is to start a program, and whoever starts meanwhile needs the same cores. */
const ASK_EVERY_MS = 1_000;

/** Gives a host an empty ramdisk, as its boot does; whatever was in the one before is gone. */
export const mountRamdisk = async (lab: Lab, host: string): Promise<void> => {
  const script = `set -e
mkdir -p ${RAMDISK}
if mountpoint -q ${RAMDISK}; then umount ${RAMDISK}; fi
mount -t tmpfs -o size=48m,mode=755 ramdisk ${RAMDISK}
chown ${USER}: ${RAMDISK}`;
  const {code, stderr} = await lab.inside(host, ['sh', '-c', script]);
  if (code !== 0) throw new Error(`${host} has no ramdisk: ${stderr}`);
};

const prepareHost = async (lab: Lab, layout: Layout, host: string): Promise<void> => {
  const properties = Object.entries(propertiesOf(layout, host))
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  const home = `${HOMES}/alluxio-${layout.from}`;
  const script = `set -e
mkdir -p ${HOMES} ${DATA}
tar -xzf ${packageAt(layout.from)} -C ${HOMES}
ln -s ${home} ${HOME}
cat >${home}/conf/alluxio-site.properties
printf '%s' "$0" >${home}/conf/alluxio-env.sh
printf '%s\\n' ${mastersOf(layout).join(' ')} >${home}/conf/masters
printf '%s\\n' ${WORKERS.join(' ')} >${home}/conf/workers
case ${host} in w-*) mkdir -p ${HARD_DISK} ;; esac
chown -hR ${USER}: ${HOMES} ${DATA}`;
  const {code, stderr} = await lab.inside(host, ['sh', '-c', script, ENVIRONMENT], {input: properties});
  if (code !== 0) throw new Error(`${host} could not be prepared: ${stderr}`);
  if (WORKERS.includes(host)) await mountRamdisk(lab, host);
};

const makeCluster = (lab: Lab, layout: Layout, store: string, scratch: string): Cluster => {
  const masters = mastersOf(layout);
  const on = async (host: string, command: string, withinMs = START_MS): Promise<string> => {
    const {code, stdout, stderr} = await lab.ssh(host, command, {withinMs});
    if (code !== 0) throw new Error(`${host}: ${command}: exit code ${code}: ${stderr}${stdout}`);
    return stdout;
  };
  return {
    lab,
    layout,
    masters,
    store,
    on,
    start: async (host, what, options = '') => {
      const mount = what === 'worker' ? 'NoMount' : '';
      await on(host, `${HOME}/bin/alluxio-start.sh -a -N ${options} ${what} ${mount}`);
    },
    stop: async (host, what) => {
      await on(host, `${HOME}/bin/alluxio-stop.sh ${what}`);
    },
    serves: async (withinMs = START_MS) => {
      await until(
        'a leader knows every worker',
        async () => (await leaderPage(lab, masters))?.page.workers.length === WORKERS.length,
        withinMs,
        ASK_EVERY_MS,
      );
    },
    end: async () => {
      await lab.stop();
      rmSync(scratch, {recursive: true, force: true});
    },
  };
};

/** Comes with the jars of any version. It forgets everything when its host ends. */
const startZooKeeper = async (lab: Lab, host: string): Promise<void> => {
  const jars = `${JARS_AT}/2.3.0/*`;
  const options = `-Xmx64m ${LIGHT} -Dzookeeper.admin.enableServer=false`;
  const program = 'org.apache.zookeeper.server.ZooKeeperServerMain 2181 /tmp/zookeeper';
  const command = `nohup ${JAVA_AT}/bin/java ${options} -cp '${jars}' ${program} >/tmp/zookeeper.out 2>&1 </dev/null &`;
  await lab.ssh(host, command);
  const asks = ['bash', '-c', `</dev/tcp/${host}/2181`];
  await until(
    'ZooKeeper listens',
    async () => (await lab.inside(host, asks)).code === 0,
    START_MS,
    ASK_EVERY_MS,
  );
};

/** Starts hosts with the old version installed on them, formatted, and nothing running. */
export const installCluster = async (prepared: Prepared, layout: Layout): Promise<Cluster> => {
  const scratch = mkdtempSync(join(tmpdir(), 'lakeup-real-'));
  const [packages, store] = [join(scratch, 'packages'), join(scratch, 'store')];
  for (const folder of ['', 'root', 'extra', 'backups']) {
    mkdirSync(join(store, folder), {recursive: true});
    chownSync(join(store, folder), UID, UID);
  }
  mkdirSync(packages);
  for (const version of [layout.from, layout.to]) await pack(prepared, version, packages);
  const elector = electorOf(layout);
  const lab = await startLab({
    hosts: [...hostsOf(layout), ...(elector === null ? [] : [elector])],
    user: USER,
    diskMb: 512,
    // Native libraries are unpacked there.
    tmpMb: 256,
    folders: [
      {from: prepared.java, at: JAVA_AT, writable: false},
      {from: prepared.jars, at: JARS_AT, writable: false},
      {from: packages, at: PACKAGES_AT, writable: false},
      {from: store, at: STORE, writable: true},
    ],
  });
  const cluster = makeCluster(lab, layout, store, scratch);
  try {
    if (elector !== null) await startZooKeeper(lab, elector);
    await Promise.all(
      hostsOf(layout).map(async host => {
        await prepareHost(lab, layout, host);
        // What masters share is formatted once.
        if (elector !== null && host.startsWith('m-') && host !== 'm-1') return;
        await cluster.on(
          host,
          `${HOME}/bin/alluxio ${host.startsWith('m-') ? 'formatMaster' : 'formatWorker'}`,
        );
      }),
    );
    return cluster;
  } catch (error) {
    await cluster.end();
    throw error;
  }
};

/** Starts every process by hand, masters first, and waits until all serve. */
export const startAll = async (cluster: Cluster): Promise<void> => {
  const {masters} = cluster;
  const {jobs} = cluster.layout;
  await Promise.all(masters.map(host => cluster.start(host, 'master')));
  await until(
    'a master leads',
    async () => (await leaderPage(cluster.lab, masters)) !== null,
    START_MS,
    ASK_EVERY_MS,
  );
  if (jobs) await Promise.all(masters.map(host => cluster.start(host, 'job_master')));
  await Promise.all(WORKERS.map(host => cluster.start(host, 'worker')));
  if (jobs) await Promise.all(WORKERS.map(host => cluster.start(host, 'job_worker')));
  await cluster.serves();
};
