import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {HostId} from '../../src/model/ids.ts';
import {freePorts} from '../../src/sim/addresses.ts';
import {knownHostsLine, makeKeyPair} from '../../src/sim/keys.ts';
import {startSshHost} from '../../src/sim/ssh-host.ts';
import {openTransport, type SshTransport} from '../../src/transport/transport.ts';
import {type HostFields, hostOf, hostsOf, testEnv} from './fixtures.ts';
import {type RealSshd, startSshd} from './real-sshd.ts';

export const [FIRST, SECOND] = [HostId.parse('127.0.0.1'), HostId.parse('127.0.0.2')];

/** Two hosts as lakeup is told of them, a directory on each, and how each is cut off. */
export type Pair = {
  readonly transport: SshTransport;
  readonly dirs: readonly [string, string];
  readonly cut: readonly [() => void, () => void];
  readonly stop: () => Promise<void>;
};

/** Behind two real sshds. */
export const realPair = async (): Promise<Pair & {readonly second: RealSshd}> => {
  const [one, two] = [await startSshd({host: FIRST}), await startSshd({host: SECOND})];
  const transport = openTransport(hostsOf(hostOf(one), hostOf(two)), testEnv());
  return {
    second: two,
    transport,
    dirs: [one.dir, two.dir],
    cut: [one.killSessions, two.killSessions],
    stop: async () => {
      await transport.close();
      await Promise.all([one.stop(), two.stop()]);
    },
  };
};

/** Two of the hosts that a demo runs on. */
export const simPair = async (): Promise<Pair> => {
  const dir = mkdtempSync(join(tmpdir(), 'lakeup-pair-'));
  const clientKey = makeKeyPair('client');
  const identity = join(dir, 'id');
  writeFileSync(identity, clientKey.privateKey, {mode: 0o600});
  const user = userInfo().username;
  const start = async (address: HostId) => {
    const home = mkdtempSync(join(dir, 'host-'));
    const hostKey = makeKeyPair(address);
    const [port = 0] = await freePorts(address, 1);
    const env = {PATH: process.env.PATH ?? '/usr/bin:/bin'};
    const neighbours = new Set<string>();
    const ssh = await startSshHost({address, port, hostKey, user, clientKey, home, env, neighbours});
    const knownHostsFile = join(home, 'known_hosts');
    writeFileSync(knownHostsFile, knownHostsLine(address, port, hostKey));
    const fields: HostFields = {id: address, port, user, identityFiles: [identity], knownHostsFile};
    return {ssh, home, fields};
  };
  const [one, two] = [await start(FIRST), await start(SECOND)];
  const transport = openTransport(hostsOf(one.fields, two.fields), testEnv());
  return {
    transport,
    dirs: [one.home, two.home],
    cut: [one.ssh.drop, two.ssh.drop],
    stop: async () => {
      await transport.close();
      await Promise.all([one.ssh.close(), two.ssh.close()]);
      rmSync(dir, {recursive: true, force: true});
    },
  };
};
