import {createHash} from 'node:crypto';
import type {ServerHostKeyAlgorithm} from 'ssh2';
import {never} from '../lib/never.ts';
import type {Refused} from '../model/ask.ts';
import {type Text, text} from '../model/text.ts';
import {typeOf} from './key-blob.ts';
import {judgeKey, type KeyVerdict, type KnownHosts, knownName} from './known-hosts.ts';
import type {KnownKeys} from './known-hosts-files.ts';
import {refused} from './replies.ts';
import type {Settings} from './settings.ts';

/** How a host is called when its key is looked up. An alias stands alone, without a port. */
export type KeyNames = {readonly host: string; readonly port: number; readonly alias: string | null};

export const keyNames = ({address, port, keyAlias}: Settings): KeyNames => ({
  host: address,
  port,
  alias: keyAlias,
});

/** The names under which its key is looked up, the one it is added by first. */
export const namesOf = ({host, port, alias}: KeyNames): readonly [string, ...string[]] =>
  alias !== null
    ? [alias.toLowerCase()]
    : [knownName(host, port), ...(port === 22 ? [] : [host.toLowerCase()])];

/** The fingerprint as ssh prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

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
  const verdicts = [name, ...others].map(one => judgeKey(known, one, typeOf(key), key.toString('base64')));
  const strict = verdicts.find(verdict => verdict.kind === 'revoked') ?? verdicts[0] ?? {kind: 'unknown'};
  if (strict.kind !== 'unknown') return strict;
  return verdicts.find(verdict => verdict.kind === 'ok') ?? strict;
};

const shown = (key: Buffer): string => `${typeOf(key)} ${fingerprint(key)}`;

const check = 'for f in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$f"; done';

/** How to compare a key that is not known, and how to make it known. */
const advice = ({host, port}: KeyNames): Text => {
  const add = `${port === 22 ? 'ssh' : `ssh -p ${port}`} ${host}`;
  return text(
    `To check it, run on the host: \`${check}\`. To add it: \`${add}\``,
    `核对：请在该主机上运行 \`${check}\`；添加：请运行 \`${add}\``,
  );
};

const noLine = ({files, unreadable}: Pick<KnownKeys, 'files' | 'unreadable'>): Text => {
  const none =
    files.length === 0
      ? text('no known_hosts file is configured', '没有配置 known_hosts 文件')
      : text(`no line for it in ${files.join(', ')}`, `${files.join('、')} 中没有对应的条目`);
  if (unreadable.length === 0) return none;
  return text(
    `${none.en}; these cannot be read: ${unreadable.join(', ')}`,
    `${none.zh}；以下文件无法读取：${unreadable.join('、')}`,
  );
};

/** The refusal for a verdict, with fingerprints, file and line; null when the key is known. */
export const hostKeyRefusal = (
  verdict: KeyVerdict,
  names: KeyNames,
  key: Buffer,
  read: Pick<KnownKeys, 'files' | 'unreadable'>,
): Refused | null => {
  const [name] = namesOf(names);
  const shows = text(`${name} shows ${shown(key)}`, `${name} 出示的密钥是 ${shown(key)}`);
  switch (verdict.kind) {
    case 'ok':
      return null;
    case 'unknown': {
      const why = noLine(read);
      const todo = advice(names);
      return refused(
        'host-key-unknown',
        text(`${shows.en}; ${why.en}. ${todo.en}`, `${shows.zh}；${why.zh}。${todo.zh}`),
      );
    }
    case 'other': {
      const {file, line, type} = verdict.at;
      const todo = advice(names);
      return refused(
        'host-key-unknown',
        text(
          `${shows.en}, but ${file}:${line} knows only its ${type} key. ${todo.en}`,
          `${shows.zh}，但 ${file}:${line} 只记录了它的 ${type} 密钥。${todo.zh}`,
        ),
      );
    }
    case 'changed': {
      const {file, line, type, key: known} = verdict.at;
      const print = `${type} ${fingerprint(Buffer.from(known, 'base64'))}`;
      return refused(
        'host-key-changed',
        text(
          `${shows.en}, but ${file}:${line} holds ${print}`,
          `${shows.zh}，而 ${file}:${line} 记录的是 ${print}`,
        ),
      );
    }
    case 'revoked': {
      const {file, line} = verdict.at;
      return refused(
        'host-key-revoked',
        text(`${shows.en}, revoked in ${file}:${line}`, `${shows.zh}，已在 ${file}:${line} 中吊销`),
      );
    }
    case 'ca-only': {
      const {file, line} = verdict.at;
      return refused(
        'host-key-ca-only',
        text(
          `${shows.en}, and ${file}:${line} knows only a certificate authority`,
          `${shows.zh}，而 ${file}:${line} 只记录了证书颁发机构`,
        ),
      );
    }
    default:
      return never(verdict);
  }
};
