import ssh2 from 'ssh2';

/** A key pair in OpenSSH's own format: `publicLine` is "ssh-ed25519 AAAA…". */
export type KeyPair = {readonly privateKey: string; readonly publicLine: string};

export const makeKeyPair = (comment: string): KeyPair => {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', {comment});
  return {privateKey: pair.private, publicLine: pair.public.trim()};
};

/** A line of known_hosts; another port than 22 stands in brackets. */
export const knownHostsLine = (address: string, port: number, key: KeyPair): string => {
  const [type, blob] = key.publicLine.split(' ');
  return `${port === 22 ? address : `[${address}]:${port}`} ${type} ${blob}\n`;
};
