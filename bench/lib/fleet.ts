import {mkdirSync, writeFileSync} from 'node:fs';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {startSshd} from '../../test/ssh/real-sshd.ts';
import type {FleetSpec} from '../child/fleet-spec.ts';
import type {Cleanup} from './cleanup.ts';

/** Hosts out of loopback addresses that one real sshd serves, and how each program is to reach them. */
export type Fleet = {
  readonly spec: FleetSpec;
  /** As pdsh and clush write the list. */
  readonly range: string;
  /** Files for `ssh -F`: `mux` keeps a ControlMaster per host, `modern` and `plain` connect anew each time. */
  readonly config: {readonly mux: string; readonly modern: string; readonly plain: string};
  /** Where the ControlMasters' sockets are. */
  readonly sockets: string;
  stop(): Promise<void>;
};

const MOST = 250;

// First lines win in sshd_config. Every address is listened on, so only loopback may log in.
const SSHD = `MaxStartups 1000:30:2000
MaxSessions 100
LogLevel ERROR
AllowUsers ${userInfo().username}@127.*
`;

/** Each login sees its own processes alone, as on a host: else a look at one reads those of all. Needs root. */
const APART =
  'ForceCommand exec unshare --pid --fork --kill-child --mount-proc sh -c "$SSH_ORIGINAL_COMMAND"\n';

/** Starts `count` hosts, 127.1.0.1 and on. `apart`: none sees the processes of the others. */
export const startFleet = async (cleanup: Cleanup, count: number, apart = false): Promise<Fleet> => {
  if (count > MOST) throw new Error(`at most ${MOST} hosts`);
  const sshd = await startSshd({host: '0.0.0.0', config: apart ? SSHD + APART : SSHD});
  const stopSshd = cleanup.add(() => sshd.stop());
  const dir = await mkdtemp(join(tmpdir(), 'lakeup-bench-'));
  const removeDir = cleanup.add(() => rm(dir, {recursive: true, force: true}));
  const hosts = Array.from({length: count}, (_, i) => `127.1.0.${i + 1}`);
  const key = (await readFile(join(sshd.dir, 'host_key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  const knownHosts = join(dir, 'known_hosts');
  writeFileSync(knownHosts, hosts.map(host => `[${host}]:${sshd.port} ${key}\n`).join(''));
  const sockets = join(dir, 'm');
  mkdirSync(sockets, {mode: 0o700});
  const common = `Host *
  Port ${sshd.port}
  User ${sshd.user}
  IdentityFile ${sshd.identity}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
`;
  const modern = '  KexAlgorithms curve25519-sha256\n';
  const mux = `${modern}  ControlMaster auto\n  ControlPath ${sockets}/%h\n  ControlPersist 600\n`;
  const write = (name: string, more: string): string => {
    const file = join(dir, name);
    writeFileSync(file, common + more);
    return file;
  };
  return {
    spec: {hosts, port: sshd.port, user: sshd.user, identity: sshd.identity, knownHosts},
    range: `127.1.0.[1-${count}]`,
    config: {mux: write('mux', mux), modern: write('modern', modern), plain: write('plain', '')},
    sockets,
    stop: async () => {
      await stopSshd();
      await removeDir();
    },
  };
};
