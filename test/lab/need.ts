import {accessSync, constants, readFileSync} from 'node:fs';

type Tool = {readonly path: string; readonly from: string};

const TOOLS: readonly Tool[] = [
  {path: 'ip', from: 'iproute2'},
  {path: 'unshare', from: 'util-linux'},
  {path: 'nsenter', from: 'util-linux'},
  {path: 'pivot_root', from: 'util-linux'},
  {path: 'mount', from: 'mount'},
  {path: 'sshd', from: 'openssh-server'},
  {path: 'ssh', from: 'openssh-client'},
  {path: 'ssh-keygen', from: 'openssh-client'},
];

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const isThere = (tool: string): boolean =>
  FOLDERS.some(folder => {
    try {
      accessSync(`${folder}/${tool}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** CAP_SYS_ADMIN and CAP_NET_ADMIN: root in a container has often neither. */
const mayMount = (): boolean => {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (line === undefined) return false;
  const caps = BigInt(`0x${line}`);
  return [21n, 12n].every(bit => (caps & (1n << bit)) !== 0n);
};

/** What the lab needs and does not find here, in one line; null when it can run. */
export const labProblem = (): string | null => {
  if (process.platform !== 'linux') return `the lab needs Linux; this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the lab needs root: it makes namespaces, mounts and hosts with users';
  if (!mayMount())
    return 'the lab needs a root that may mount and make networks (CAP_SYS_ADMIN, CAP_NET_ADMIN)';
  const missing = TOOLS.filter(({path}) => !isThere(path));
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map(({from}) => from))].join(' ');
  return `the lab needs ${missing.map(({path}) => path).join(', ')}: apt-get install ${packages}`;
};
