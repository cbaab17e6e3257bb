import {spawn} from 'node:child_process';
import {closeSync, openSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {must, type Ran, type RunOptions, run, until} from './command.ts';
import {
  BRIDGE,
  bootLog,
  cableOf,
  diskDir,
  type LabHost,
  type LabState,
  macOf,
  namespaceOf,
  operatorOf,
  shareDir,
} from './names.ts';
import {initOf, readProc, removeNamespace} from './namespaces.ts';

const INIT = join(import.meta.dirname, 'init.sh');
/** 22 in hex, and a socket that listens. */
const SSH_LISTENS = /^\s*\d+: [0-9A-F]{8}:0016 \S+ 0A /m;

/** A new network stack with its cable plugged in. */
const plugIn = async (lab: LabState, host: LabHost): Promise<void> => {
  const namespace = namespaceOf(lab.name, host.name);
  const cable = cableOf(host);
  await must(['ip', 'netns', 'add', namespace]);
  await must(['ip', '-n', operatorOf(lab.name), '-batch', '-'], {
    input: [
      `link add ${cable} type veth peer name eth0 address ${macOf(host.index)} netns ${namespace}`,
      `link set ${cable} master ${BRIDGE} up`,
      '',
    ].join('\n'),
  });
};

const startInit = (lab: LabState, host: LabHost): void => {
  const log = openSync(bootLog(lab.dir, host.name), 'a');
  const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child'];
  const child = spawn(
    'ip',
    ['netns', 'exec', namespaceOf(lab.name, host.name), 'unshare', ...namespaces, '/bin/sh', INIT],
    {
      // It outlives the program that starts it.
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        HOST_NAME: host.name,
        ADDRESS: `${host.address}/16`,
        USER_NAME: lab.user,
        DISK: diskDir(lab.dir, host.name),
        SHARE: shareDir(lab.dir),
        TMP_MB: String(lab.tmpMb),
        FOLDERS: lab.folders
          .map(({from, at, writable}) => `${writable ? 'rw' : 'ro'} ${at} ${from}\n`)
          .join(''),
      },
    },
  );
  closeSync(log);
  child.on('error', () => {});
  child.unref();
};

/** What a machine tells its network when its link comes up: whoever gave up asking for it finds it again. */
const announce = (lab: LabState, host: LabHost): Promise<string> => {
  const entry = [host.address, 'lladdr', macOf(host.index), 'dev', BRIDGE, 'nud', 'reachable'];
  return must(['ip', '-n', operatorOf(lab.name), 'neigh', 'replace', ...entry]);
};

/** Switches a host on, and waits until its sshd listens. Throws with what the boot said. */
export const bootHost = async (lab: LabState, host: LabHost): Promise<void> => {
  await plugIn(lab, host);
  startInit(lab, host);
  const namespace = namespaceOf(lab.name, host.name);
  const listens = async (): Promise<boolean> => {
    const init = await initOf(namespace);
    return init !== null && SSH_LISTENS.test(readProc(`/proc/${init}/net/tcp`));
  };
  await until(`${host.name} answers`, listens).catch(error => {
    const said = readFileSync(bootLog(lab.dir, host.name), 'utf8').slice(-2000);
    throw new Error(`${error instanceof Error ? error.message : error}\n${said}`);
  });
  await announce(lab, host);
};

/** Pulls the cable: packets vanish both ways, connections stand half-open. */
export const cutHost = async (lab: LabState, host: LabHost): Promise<void> => {
  await must(['ip', '-n', operatorOf(lab.name), 'link', 'set', cableOf(host), 'down']);
};

export const mendHost = async (lab: LabState, host: LabHost): Promise<void> => {
  await must(['ip', '-n', operatorOf(lab.name), 'link', 'set', cableOf(host), 'up']);
  await announce(lab, host);
};

/** Takes the power away: nobody hears a goodbye. The disk keeps its files; the next boot has its cable plugged in. */
export const powerOff = async (lab: LabState, host: LabHost): Promise<void> => {
  // Taken out first, whole: a namespace's own cables are only removed some time after it.
  await run(['ip', '-n', operatorOf(lab.name), 'link', 'del', cableOf(host)]);
  await removeNamespace(namespaceOf(lab.name, host.name));
};

/** Runs a command inside a host as root, past its network: it works while the cable is cut. */
export const insideHost = async (
  lab: LabState,
  host: LabHost,
  argv: readonly string[],
  options?: RunOptions,
): Promise<Ran> => {
  const init = await initOf(namespaceOf(lab.name, host.name));
  if (init === null) throw new Error(`${host.name} is off`);
  return run(['nsenter', '--target', String(init), '--all', '--', ...argv], options);
};

const FILLER = '/var/lakeup-lab-filler';

/** Fills the host's disk to the last byte: "No space left on device" from now on. */
export const fillHost = async (lab: LabState, host: LabHost): Promise<void> => {
  const script = `for n in 1 2 3 4 5 6 7 8; do
  free=$(df --output=avail -B1 / | tail -n 1)
  [ "$free" -gt 0 ] || exit 0
  fallocate -l "$free" "$0.$n" || exit 1
done`;
  const {code, stderr} = await insideHost(lab, host, ['sh', '-c', script, FILLER]);
  if (code !== 0) throw new Error(`${host.name} could not be filled: ${stderr.trim()}`);
};

/** Gives the space back that fillHost took. */
export const unfillHost = async (lab: LabState, host: LabHost): Promise<void> => {
  await insideHost(lab, host, ['sh', '-c', 'rm -f "$0".*', FILLER]);
};
