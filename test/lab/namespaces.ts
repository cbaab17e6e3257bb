import {readdirSync, readFileSync} from 'node:fs';
import {run, until} from './command.ts';

/** A file of /proc, or nothing when its process has ended. */
export const readProc = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Names of network namespaces that begin so. */
export const namespacesOf = (prefix: string): string[] => {
  try {
    return readdirSync('/run/netns').filter(name => name.startsWith(prefix));
  } catch {
    return [];
  }
};

/** Every process of a network namespace, by the machine's numbers. */
export const processesOf = async (namespace: string): Promise<number[]> => {
  const {code, stdout} = await run(['ip', 'netns', 'pids', namespace]);
  return code === 0 ? stdout.split('\n').filter(Boolean).map(Number) : [];
};

/** The process that is number 1 in a host of its own, or null when the host is off. */
export const initOf = async (namespace: string): Promise<number | null> => {
  const pids = await processesOf(namespace);
  return pids.find(pid => /^NSpid:\s+\d+\s+1$/m.test(readProc(`/proc/${pid}/status`))) ?? null;
};

/** Ends every process of a namespace, and waits until none is left. */
export const emptyNamespace = async (namespace: string): Promise<void> => {
  await until(`${namespace} has no process left`, async () => {
    const pids = await processesOf(namespace);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    return pids.length === 0;
  });
};

/** Removes a namespace with its processes, sockets and cables. */
export const removeNamespace = async (namespace: string): Promise<void> => {
  if (namespacesOf(namespace).includes(namespace)) {
    await emptyNamespace(namespace);
    const {code, stderr} = await run(['ip', 'netns', 'del', namespace]);
    // Two that clear up at the same time may meet here.
    if (code !== 0 && namespacesOf(namespace).includes(namespace)) throw new Error(stderr.trim());
  }
};

/** Mount points of this machine below a folder, deepest first. */
export const mountsBelow = (folder: string): string[] =>
  readProc('/proc/self/mounts')
    .split('\n')
    .flatMap(line => {
      const at = line.split(' ')[1]?.replaceAll('\\040', ' ');
      return at?.startsWith(`${folder}/`) ? [at] : [];
    })
    .reverse();
