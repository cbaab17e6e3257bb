import {chownSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {until} from '../../lab/command.ts';
import {type Lab, startLab} from '../../lab/lab.ts';
import {
  DATA,
  ENVIRONMENT,
  HARD_DISK,
  HOME,
  HOMES,
  hostsOf,
  type Layout,
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
case ${host} in w-*)
  mkdir -p ${RAMDISK} ${HARD_DISK}
  mount -t tmpfs -o size=48m,mode=755 ramdisk ${RAMDISK}
  chown ${USER}: ${RAMDISK}
esac
chown -hR ${USER}: ${HOMES} ${DATA}`;
  const {code, stderr} = await lab.inside(host, ['sh', '-c', script, ENVIRONMENT], {input: properties});
  if (code !== 0) throw new Error(`${host} could not be prepared: ${stderr}`);
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
      );
    },
    end: async () => {
      await lab.stop();
      rmSync(scratch, {recursive: true, force: true});
    },
  };
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
  const lab = await startLab({
    hosts: hostsOf(layout),
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
    await Promise.all(
      hostsOf(layout).map(async host => {
        await prepareHost(lab, layout, host);
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
  await Promise.all(masters.map(host => cluster.start(host, 'master')));
  await until('a master leads', async () => (await leaderPage(cluster.lab, masters)) !== null, START_MS);
  await Promise.all(masters.map(host => cluster.start(host, 'job_master')));
  await Promise.all(WORKERS.map(host => cluster.start(host, 'worker')));
  await Promise.all(WORKERS.map(host => cluster.start(host, 'job_worker')));
  await cluster.serves();
};
