import {createHash} from 'node:crypto';
import type {ServerHostKeyAlgorithm} from 'ssh2';
import type {Refused} from '../model/ask.ts';
import {judgeKey, type KeyVerdict, type KnownHosts, knownName} from './known-hosts.ts';

/** How a host is called when its key is looked up. An alias stands alone, without a port. */
export type KeyNames = {readonly host: string; readonly port: number; readonly alias: string | null};

const namesOf = ({host, port, alias}: KeyNames): readonly [string, ...string[]] =>
  alias !== null
    ? [alias.toLowerCase()]
    : [knownName(host, port), ...(port === 22 ? [] : [host.toLowerCase()])];

/** The fingerprint as ssh prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** The type that stands at the beginning of a key's bytes. */
const keyType = (key: Buffer): string => {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.toString('latin1', 4, 4 + Math.min(length, 64));
};

const ALGORITHMS: readonly {type: string; algorithms: readonly ServerHostKeyAlgorithm[]}[] = [
  {type: 'ssh-ed25519', algorithms: ['ssh-ed25519']},
  {type: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256']},
  {type: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384']},
  {type: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521']},
  {type: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256']},
];

/** The host key algorithms to offer: those of known keys first, or a host known by its ECDSA key would look unknown. */
export const keyAlgorithms = (known: KnownHosts, names: KeyNames): ServerHostKeyAlgorithm[] => {
  const types = new Set(
    namesOf(names)
      .flatMap(name => known.of(name))
      .flatMap(line => (line.marker === null ? [line.type] : [])),
  );
  const order = [...ALGORITHMS.filter(a => types.has(a.type)), ...ALGORITHMS.filter(a => !types.has(a.type))];
  return order.flatMap(a => a.algorithms);
};

/**
 * Judges the key a host shows. As OpenSSH does, a host on another port than 22 is also accepted by a line without a
 * port, when that line holds this very key.
 */
export const judgeHostKey = (known: KnownHosts, names: KeyNames, key: Buffer): KeyVerdict => {
  const [name, ...others] = namesOf(names);
  const verdicts = [name, ...others].map(one => judgeKey(known, one, keyType(key), key.toString('base64')));
  const strict = verdicts.find(verdict => verdict.kind === 'revoked') ?? verdicts[0] ?? {kind: 'unknown'};
  if (strict.kind !== 'unknown') return strict;
  return verdicts.find(verdict => verdict.kind === 'ok') ?? strict;
};

const shown = (key: Buffer): string => `${keyType(key)} ${fingerprint(key)}`;

/** The refusal for a verdict, with fingerprints, file and line; null when the key is known. */
export const hostKeyRefusal = (
  verdict: KeyVerdict,
  names: KeyNames,
  key: Buffer,
  files: readonly string[],
): Refused | null => {
  const [name] = namesOf(names);
  const refused = (trouble: Refused['trouble'], detail: string): Refused => ({
    kind: 'refused',
    trouble,
    detail,
  });
  const check = `on the host: for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done`;
  const add = `${names.port === 22 ? 'ssh' : `ssh -p ${names.port}`} ${names.host}`;
  switch (verdict.kind) {
    case 'ok':
      return null;
    case 'unknown':
      return refused(
        'host-key-unknown',
        `${name} shows ${shown(key)}; no line for it in ${files.join(', ')}. To check, ${check}. To add: ${add}`,
      );
    case 'other':
      return refused(
        'host-key-unknown',
        `${name} shows ${shown(key)}, but ${verdict.at.file}:${verdict.at.line} knows only its ${verdict.at.type} key. ` +
          `To check, ${check}. To add: ${add}`,
      );
    case 'changed':
      return refused(
        'host-key-changed',
        `${name} shows ${shown(key)}, but ${verdict.at.file}:${verdict.at.line} holds ` +
          `${verdict.at.type} ${fingerprint(Buffer.from(verdict.at.key, 'base64'))}`,
      );
    case 'revoked':
      return refused(
        'host-key-revoked',
        `${name} shows ${shown(key)}, revoked in ${verdict.at.file}:${verdict.at.line}`,
      );
    case 'ca-only':
      return refused(
        'host-key-ca-only',
        `${name} shows ${shown(key)}, and ${verdict.at.file}:${verdict.at.line} knows only a certificate authority`,
      );
  }
};
