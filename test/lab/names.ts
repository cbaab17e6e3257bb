import {join} from 'node:path';

/** Everything a lab makes carries this, so that whatever a dead run left is found by name. */
export const PREFIX = 'lakeup-lab-';

/** Where labs keep their disks, keys and words: a folder each. */
export const LABS = '/var/lib/lakeup-lab';

/** One host of a lab. */
export type LabHost = {
  readonly name: string;
  readonly address: string;
  /** Its place in the lab, from 0: names its cable. */
  readonly index: number;
};

/** A folder of the machine that every host sees at the same place: what all of them read, or an under store. */
export type SharedFolder = {readonly from: string; readonly at: string; readonly writable: boolean};

/** What a lab is, as its folder tells it. */
export type LabState = {
  readonly name: string;
  readonly dir: string;
  readonly hosts: readonly LabHost[];
  /** A user without rights, beside root; both log in with the lab's key. */
  readonly user: string;
  readonly diskMb: number;
  readonly tmpMb: number;
  /** Beside what every lab shares. */
  readonly folders: readonly SharedFolder[];
  /** The process that the lab must not outlive; null: it stays until it is taken down. */
  readonly owner: {readonly pid: number; readonly started: string} | null;
};

export const labDir = (name: string): string => join(LABS, name);
export const stateFile = (dir: string): string => join(dir, 'lab.json');
export const identityFile = (dir: string): string => join(dir, 'id_ed25519');
export const knownHostsFile = (dir: string): string => join(dir, 'known_hosts');
export const sshConfigFile = (dir: string): string => join(dir, 'ssh_config');

/** The tmpfs that holds a host's files; its size is the disk's. */
export const diskDir = (dir: string, host: string): string => join(dir, 'disks', host);
/** What every host sees read-only, and where. */
export const shareDir = (dir: string): string => join(dir, 'share');
export const SHARED_AT = '/opt/lakeup-lab';

export const bootLog = (dir: string, host: string): string => join(dir, `${host}.log`);

export const namespaceOf = (lab: string, host: string): string => `${PREFIX}${lab}.${host}`;
/** The operator's namespace: where lakeup runs, and where all cables end. */
export const operatorOf = (lab: string): string => `${PREFIX}${lab}.operator`;

export const BRIDGE = 'cables';
export const cableOf = (host: LabHost): string => `to-${host.index}`;

/** The nth host's address; up to 65,000 of them. The operator is 10.77.0.1. */
export const addressOf = (index: number): string => {
  const n = index + 11;
  return `10.77.${Math.floor(n / 256)}.${n % 256}`;
};
export const OPERATOR_ADDRESS = '10.77.0.1/16';

/** The same after a reboot: others remember it. */
export const macOf = (index: number): string => {
  const n = (index + 11).toString(16).padStart(4, '0');
  return `02:4c:55:00:${n.slice(0, 2)}:${n.slice(2)}`;
};
