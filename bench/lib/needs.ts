import {spawnSync} from 'node:child_process';
import {existsSync, rmSync, writeFileSync} from 'node:fs';

/** A program that is needed here, and Debian's package of it. */
const PACKAGES = {
  bash: 'bash',
  ip: 'iproute2',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  pdsh: 'pdsh',
  clush: 'clustershell',
} as const;
export type Need = keyof typeof PACKAGES;

/** Programs that do the same as lakeup. */
export const PEERS = ['pdsh', 'clush'] as const satisfies readonly Need[];
export type PeerName = (typeof PEERS)[number];

/** What is not there, and why. */
export type Missing = ReadonlyMap<Need, string>;

const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
const isThere = (program: string): boolean => FOLDERS.some(folder => existsSync(`${folder}/${program}`));

const POLICY = '/usr/sbin/policy-rc.d';

/** Installs without starting a service; says why that failed. */
const install = (packages: readonly string[]): string | null => {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', {mode: 0o755});
  try {
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    ]) {
      const {status, stderr, error} = spawnSync('apt-get', args, {
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      });
      if (status !== 0) return `apt-get ${args[0]} failed: ${(error?.message ?? stderr).trim().slice(-200)}`;
    }
    return null;
  } finally {
    if (ours) rmSync(POLICY, {force: true});
  }
};

/** Why nothing at all can be measured here, or null. */
export const whyUnfit = (): string | null => {
  if (process.platform !== 'linux') return `it reads /proc: it needs Linux, and this is ${process.platform}`;
  if (!existsSync('/proc/self/stat')) return 'it reads /proc, and /proc is not mounted here';
  return null;
};

/** Sees that everything that is wanted is there, installing what is absent where that can be done. */
export const findMissing = (wanted: readonly Need[], say: (words: string) => void): Missing => {
  const absent = [...new Set(wanted)].filter(name => !isThere(name));
  if (absent.length === 0) return new Map();
  const packages = absent.map(name => PACKAGES[name]);
  let why = 'was installed, and brought none';
  if (process.getuid?.() !== 0) why = 'is not installed, and this is not root';
  else if (!isThere('apt-get')) why = 'is not installed, and there is no apt-get';
  else {
    say(`installing ${packages.join(', ')}`);
    const failure = install(packages);
    if (failure !== null) why = `could not be installed: ${failure}`;
  }
  return new Map(
    absent.filter(name => !isThere(name)).map(name => [name, `the package ${PACKAGES[name]} ${why}`]),
  );
};
