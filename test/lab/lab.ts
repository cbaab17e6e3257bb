import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {z} from 'zod';
import {must, type Ran, type RunOptions, run} from './command.ts';
import {hostKeyOf, makeDisk, makeShare} from './disk.ts';
import {bootHost, cutHost, fillHost, insideHost, mendHost, powerOff, unfillHost} from './host.ts';
import {
  addressOf,
  BRIDGE,
  identityFile,
  knownHostsFile,
  LABS,
  type LabHost,
  type LabState,
  labDir,
  namespaceOf,
  OPERATOR_ADDRESS,
  operatorOf,
  PREFIX,
  type SharedFolder,
  sshConfigFile,
  stateFile,
} from './names.ts';
import {mountsBelow, namespacesOf, readProc, removeNamespace} from './namespaces.ts';
import {labProblem} from './need.ts';

export type LabOptions = {
  /** How many hosts, or their names; by default they are named host-1, host-2, … */
  readonly hosts: number | readonly string[];
  /** Labs of different names do not see each other. By default one that no other has. */
  readonly name?: string;
  /** The size of each host's disk, in MiB; 192 by default. It takes as much memory as is written to it. */
  readonly diskMb?: number;
  /** The size of each host's /tmp, in MiB; 16 by default. */
  readonly tmpMb?: number;
  /** Folders of this machine that every host sees besides; their paths hold no blanks. */
  readonly folders?: readonly SharedFolder[];
  /** Beside root, who may log in; `ops` by default. */
  readonly user?: string;
  /** Stands until it is taken down, whoever started it. */
  readonly lasting?: boolean;
};

/** Hosts that run. Every method takes a host by its name. */
export type Lab = {
  readonly name: string;
  readonly dir: string;
  readonly hosts: readonly LabHost[];
  readonly user: string;
  /** Private key that logs in everywhere, the hosts' own keys, and both as a file for `ssh -F`. */
  readonly identity: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  /** A command as it is started in the operator's namespace. */
  inOperator(...argv: readonly string[]): string[];
  /** Runs a command in the operator's namespace. */
  operator(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a shell command on a host over ssh, as the lab's user or as another. */
  ssh(host: string, command: string, options?: RunOptions & {readonly as?: string}): Promise<Ran>;
  /** Runs a program on a host as root without the network. */
  inside(host: string, argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Pulls the host's cable: packets vanish, connections stand half-open. */
  cut(host: string): Promise<void>;
  mend(host: string): Promise<void>;
  /** Takes the power away, and leaves it off until `boot`. */
  powerOff(host: string): Promise<void>;
  boot(host: string): Promise<void>;
  /** A power cut and a boot: another boot id, the same disk. */
  reboot(host: string): Promise<void>;
  /** Fills the disk: "No space left on device". */
  fill(host: string): Promise<void>;
  unfill(host: string): Promise<void>;
  /** Ends every process and removes every namespace, mount and file. May be called more than once. */
  stop(): Promise<void>;
};

const LabStateSchema = z.object({
  name: z.string(),
  dir: z.string(),
  hosts: z.array(z.object({name: z.string(), address: z.string(), index: z.number()})),
  user: z.string(),
  diskMb: z.number(),
  tmpMb: z.number(),
  folders: z.array(z.object({from: z.string(), at: z.string(), writable: z.boolean()})),
  owner: z.object({pid: z.number(), started: z.string()}).nullable(),
});

/** When a process began, as the kernel counts: tells it from another that got its number later. */
const startOf = (pid: number): string =>
  readProc(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';

const readState = (name: string): LabState | null => {
  try {
    return LabStateSchema.parse(JSON.parse(readFileSync(stateFile(labDir(name)), 'utf8')));
  } catch {
    return null;
  }
};

const isOwned = ({owner}: LabState): boolean => owner === null || startOf(owner.pid) === owner.started;

/** By folder and by namespace: whichever of them is left. */
const labNames = (): string[] => {
  const folders = existsSync(LABS) ? readdirSync(LABS).filter(name => !name.startsWith('.')) : [];
  const namespaces = namespacesOf(PREFIX).map(name => name.slice(PREFIX.length).replace(/\..*$/, ''));
  return [...new Set([...folders, ...namespaces])];
};

/** A lab's folder and its words appear at once: nobody takes it for something that was left. */
const makeFolder = (state: LabState): void => {
  const draft = `${LABS}/.${state.name}`;
  mkdirSync(draft, {recursive: true, mode: 0o755});
  writeFileSync(stateFile(draft), JSON.stringify(state), {mode: 0o600});
  renameSync(draft, state.dir);
};

/** Removes all that carries a lab's name, however little of it is left. */
const removeLab = async (name: string): Promise<void> => {
  const namespaces = namespacesOf(namespaceOf(name, ''));
  await Promise.all(namespaces.map(removeNamespace));
  for (const mount of mountsBelow(labDir(name))) await must(['umount', '-l', mount]);
  rmSync(labDir(name), {recursive: true, force: true});
};

/** Removes every lab whose owner died. Labs that last, and those in use, stay. */
export const clearLeftovers = async (): Promise<void> => {
  for (const name of labNames()) {
    const state = readState(name);
    if (state === null || !isOwned(state)) await removeLab(name);
  }
};

const writeKeys = async (state: LabState): Promise<void> => {
  const {dir, hosts} = state;
  const lines = hosts.map(host => {
    const names = [...new Set([host.address, host.name])].join(',');
    return `${names} ${hostKeyOf(state, host)}\n`;
  });
  writeFileSync(knownHostsFile(dir), lines.join(''), {mode: 0o600});
  const named = hosts.map(({name, address}) => `Host ${name}\n  HostName ${address}\n`);
  const common = [
    'Host *',
    `  IdentityFile ${identityFile(dir)}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${knownHostsFile(dir)}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '  ConnectTimeout 30',
    '  LogLevel ERROR',
    '',
  ];
  writeFileSync(sshConfigFile(dir), `${named.join('')}${common.join('\n')}`, {mode: 0o600});
};

const makeOperator = async (state: LabState): Promise<void> => {
  const namespace = operatorOf(state.name);
  await must(['ip', 'netns', 'add', namespace]);
  const input = [
    'link set lo up',
    `link add ${BRIDGE} type bridge stp_state 0`,
    `addr add ${OPERATOR_ADDRESS} dev ${BRIDGE}`,
    `link set ${BRIDGE} up`,
    '',
  ].join('\n');
  await must(['ip', '-n', namespace, '-batch', '-'], {input});
};

const makeLab = (state: LabState): Lab => {
  const {name, dir, hosts, user} = state;
  const find = (wanted: string): LabHost => {
    const host = hosts.find(({name: known, address}) => known === wanted || address === wanted);
    if (host === undefined)
      throw new Error(`no host ${wanted}; there are: ${hosts.map(known => known.name).join(' ')}`);
    return host;
  };
  const inOperator = (...argv: readonly string[]): string[] => [
    'ip',
    'netns',
    'exec',
    operatorOf(name),
    ...argv,
  ];
  return {
    name,
    dir,
    hosts,
    user,
    identity: identityFile(dir),
    knownHosts: knownHostsFile(dir),
    sshConfig: sshConfigFile(dir),
    inOperator,
    operator: (argv, options) => run(inOperator(...argv), options),
    ssh: (host, command, {as = user, ...options} = {}) =>
      run(inOperator('ssh', '-F', sshConfigFile(dir), '-l', as, find(host).name, command), options),
    inside: (host, argv, options) => insideHost(state, find(host), argv, options),
    cut: host => cutHost(state, find(host)),
    mend: host => mendHost(state, find(host)),
    powerOff: host => powerOff(state, find(host)),
    boot: host => bootHost(state, find(host)),
    reboot: async host => {
      await powerOff(state, find(host));
      await bootHost(state, find(host));
    },
    fill: host => fillHost(state, find(host)),
    unfill: host => unfillHost(state, find(host)),
    stop: () => removeLab(name),
  };
};

const stateOf = (options: LabOptions): LabState => {
  const names =
    typeof options.hosts === 'number'
      ? Array.from({length: options.hosts}, (_, i) => `host-${i + 1}`)
      : options.hosts;
  const name = options.name ?? `${process.pid}-${process.hrtime.bigint().toString(36)}`;
  return {
    name,
    dir: labDir(name),
    hosts: names.map((host, index) => ({name: host, address: addressOf(index), index})),
    user: options.user ?? 'ops',
    diskMb: options.diskMb ?? 192,
    tmpMb: options.tmpMb ?? 16,
    folders: options.folders ?? [],
    owner: options.lasting === true ? null : {pid: process.pid, started: startOf(process.pid)},
  };
};

/**
 * Starts a lab and waits until every host's sshd listens. What dead runs left, and a lab of the same name, is removed
 * first. Throws with what is missing where labs cannot be, and leaves nothing when a host does not come up.
 */
export const startLab = async (options: LabOptions): Promise<Lab> => {
  const problem = labProblem();
  if (problem !== null) throw new Error(problem);
  await clearLeftovers();
  const state = stateOf(options);
  await removeLab(state.name);
  makeFolder(state);
  try {
    makeShare(state);
    await must([
      'ssh-keygen',
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'lakeup-lab',
      '-f',
      identityFile(state.dir),
    ]);
    await makeOperator(state);
    await Promise.all(
      state.hosts.map(async host => {
        await makeDisk(state, host);
        await bootHost(state, host);
      }),
    );
    await writeKeys(state);
    return makeLab(state);
  } catch (error) {
    await removeLab(state.name);
    throw error;
  }
};

/** The lab of that name that stands, or null. */
export const openLab = (name: string): Lab | null => {
  const state = readState(name);
  return state === null || !namespacesOf(operatorOf(name)).includes(operatorOf(name)) ? null : makeLab(state);
};
