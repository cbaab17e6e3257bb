import {spawnSync} from 'node:child_process';
import {existsSync, rmSync, writeFileSync} from 'node:fs';

/** A program that does the same, and Debian's package of it. */
const PACKAGES = {pdsh: 'pdsh', clush: 'clustershell'} as const;
export type PeerName = keyof typeof PACKAGES;
export const PEERS = Object.keys(PACKAGES) as readonly PeerName[];

const FOLDERS = (process.env.PATH ?? '').split(':');
const isThere = (program: string): boolean => FOLDERS.some(folder => existsSync(`${folder}/${program}`));

const POLICY = '/usr/sbin/policy-rc.d';

/** Installs without starting a service. */
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

/** Sees that the peers are there, installing what is absent where that can be done; per peer null, or why it is missing. */
export const needPeers = (
  wanted: readonly PeerName[],
  say: (words: string) => void,
): ReadonlyMap<PeerName, string | null> => {
  const absent = wanted.filter(name => !isThere(name));
  let why = 'it was not found';
  if (absent.length > 0) {
    if (process.getuid?.() !== 0) why = 'not installed, and this is not root';
    else if (!isThere('apt-get')) why = 'not installed, and there is no apt-get';
    else {
      say(`installing ${absent.map(name => PACKAGES[name]).join(', ')}`);
      why = install(absent.map(name => PACKAGES[name])) ?? why;
    }
  }
  return new Map(wanted.map(name => [name, isThere(name) ? null : why]));
};
