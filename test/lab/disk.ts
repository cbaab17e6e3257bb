import {chmodSync, copyFileSync, linkSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {must} from './command.ts';
import {diskDir, identityFile, type LabHost, type LabState, SHARED_AT, shareDir} from './names.ts';

const UID = 2777;

const SSHD_CONFIG = `Port 22
AddressFamily inet
HostKey /etc/ssh/lakeup-lab/host_key
AuthorizedKeysFile /etc/ssh/lakeup-lab/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes no
PidFile none
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
`;

const write = (root: string, path: string, text: string, mode: number): void => {
  const file = join(root, path);
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, text);
  // Whatever umask says.
  chmodSync(file, mode);
};

const withLine = (file: string, line: string): string =>
  `${readFileSync(file, 'utf8').replace(/\n*$/, '\n')}${line}\n`;

const hostsFile = (lab: LabState): string =>
  [
    '127.0.0.1 localhost',
    ...lab.hosts.flatMap(({address, name}) => (address === name ? [] : [`${address} ${name}`])),
    '',
  ].join('\n');

/** Makes a host's disk, of limited size, with all that makes it a host of its own: name, keys, users. */
export const makeDisk = async (lab: LabState, host: LabHost): Promise<void> => {
  const disk = diskDir(lab.dir, host.name);
  mkdirSync(disk, {recursive: true});
  const size = `mode=755,size=${lab.diskMb}m`;
  await must(['mount', '-t', 'tmpfs', '-o', size, `lakeup-lab-${host.name}`, disk]);
  // Before the first boot the upper layer is a plain folder.
  const upper = join(disk, 'upper');
  mkdirSync(upper);
  write(upper, 'etc/hostname', `${host.name}\n`, 0o644);
  write(upper, 'etc/hosts', hostsFile(lab), 0o644);
  write(
    upper,
    'etc/passwd',
    withLine('/etc/passwd', `${lab.user}:x:${UID}:${UID}::/home/${lab.user}:/bin/bash`),
    0o644,
  );
  write(upper, 'etc/group', withLine('/etc/group', `${lab.user}:x:${UID}:`), 0o644);
  write(upper, 'etc/shadow', withLine('/etc/shadow', `${lab.user}:*:20000:0:99999:7:::`), 0o600);
  // Whiteouts: the homes of the machine's own users are not the host's; the first boot makes new ones.
  for (const hidden of ['home', 'root']) await must(['mknod', join(upper, hidden), 'c', '0', '0']);
  write(upper, 'etc/ssh/lakeup-lab/sshd_config', SSHD_CONFIG, 0o644);
  write(
    upper,
    'etc/ssh/lakeup-lab/authorized_keys',
    readFileSync(`${identityFile(lab.dir)}.pub`, 'utf8'),
    0o644,
  );
  const key = join(upper, 'etc/ssh/lakeup-lab/host_key');
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', host.name, '-f', key]);
};

/** The public half of a host's own key. */
export const hostKeyOf = (lab: LabState, host: LabHost): string => {
  const file = join(diskDir(lab.dir, host.name), 'upper/etc/ssh/lakeup-lab/host_key.pub');
  const [type, blob] = readFileSync(file, 'utf8').split(' ');
  return `${type} ${blob}`;
};

/** Where hosts find the node executable that runs this. */
export const NODE_ON_HOST = `${SHARED_AT}/bin/node`;

/** Makes the folder that all hosts see: the node executable, for whatever a test lets run on them. */
export const makeShare = (lab: LabState): void => {
  const bin = join(shareDir(lab.dir), 'bin');
  mkdirSync(bin, {recursive: true});
  const node = join(bin, 'node');
  try {
    linkSync(process.execPath, node);
  } catch {
    copyFileSync(process.execPath, node);
    chmodSync(node, 0o755);
  }
};
