import ssh2 from 'ssh2';

/** A key pair in OpenSSH's own format: `publicLine` is "ssh-ed25519 AAAA…". */
export type KeyPair = {readonly privateKey: string; readonly publicLine: string};

/**
 * ssh2 1.17 takes leading zero bytes off a public key: one pair in 256 cannot be read back, and such a pair is made again.
 */
const TRIES = 10;

/** A new ed25519 key pair, which was read back once. */
export const makeKeyPair = (comment: string): KeyPair => {
  for (let i = 0; i < TRIES; i += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', {comment});
    const readBack = ssh2.utils.parseKey(pair.private);
    if (!(readBack instanceof Error)) return {privateKey: pair.private, publicLine: pair.public.trim()};
  }
  throw new Error(`no readable key pair came out of ${TRIES} tries`);
};

/** A line of known_hosts; another port than 22 stands in brackets. */
export const knownHostsLine = (address: string, port: number, key: KeyPair): string => {
  const [type, blob] = key.publicLine.split(' ');
  return `${port === 22 ? address : `[${address}]:${port}`} ${type} ${blob}\n`;
};
