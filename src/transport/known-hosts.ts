import {createHmac} from 'node:crypto';

/** One line of a known_hosts file. `names` as written: plain, patterns, or one hashed name. */
export type KnownKey = {
  readonly marker: 'revoked' | 'cert-authority' | null;
  readonly names: readonly string[];
  readonly type: string;
  /** The key in base64, as it stands in the file. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
};

/**
 * What known_hosts say of a key that a host shows. `other`: the host is known by a key of another type only, so this
 * one is unknown. Lines say where it stands.
 */
export type KeyVerdict =
  | {readonly kind: 'ok'; readonly at: KnownKey}
  | {readonly kind: 'revoked'; readonly at: KnownKey}
  | {readonly kind: 'changed'; readonly at: KnownKey}
  | {readonly kind: 'other'; readonly at: KnownKey}
  | {readonly kind: 'ca-only'; readonly at: KnownKey}
  | {readonly kind: 'unknown'};

/** The name a host goes by in known_hosts: lower case, with its port in brackets when that is not 22. */
export const knownName = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

/** Reads the lines of one file. Lines that are no entry are left out, as OpenSSH does. */
export const parseKnownHosts = (text: string, file: string): KnownKey[] =>
  text.split('\n').flatMap((raw, i) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const words = line.split(/[ \t]+/);
    const mark = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [names, type, key] = words;
    if (names === undefined || type === undefined || key === undefined) return [];
    if (mark !== undefined && mark !== '@revoked' && mark !== '@cert-authority') return [];
    const marker = mark === undefined ? null : mark === '@revoked' ? 'revoked' : 'cert-authority';
    return [
      {
        marker,
        names: names.startsWith('|') ? [names] : names.toLowerCase().split(','),
        type,
        key,
        file,
        line: i + 1,
      },
    ];
  });

const hashMatches = (hashed: string, name: string): boolean => {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
};

const escaped = (c: string): string => c.replace(/[.+^${}()|[\]\\]/g, '\\$&');

/** Whether a pattern with * and ? fits the whole name. */
export const patternFits = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${[...pattern].map(c => (c === '*' ? '.*' : c === '?' ? '.' : escaped(c))).join('')}$`,
    's',
  ).test(name);

const isPattern = (name: string): boolean => /[*?!]/.test(name);

/** Whether a list of names and patterns fits: one does, and none with a ! in front. */
export const listFits = (names: readonly string[], name: string): boolean => {
  if (names.some(one => one.startsWith('!') && patternFits(one.slice(1), name))) return false;
  return names.some(one => !one.startsWith('!') && patternFits(one, name));
};

/** All known keys, found by host name without reading every line each time. */
export type KnownHosts = {
  /** The lines that speak of this name (see knownName). */
  of(name: string): readonly KnownKey[];
};

/** Makes the index. Plain names are looked up; hashed and pattern lines are tried once per name. */
export const makeKnownHosts = (keys: readonly KnownKey[]): KnownHosts => {
  const plain = new Map<string, KnownKey[]>();
  const tried: KnownKey[] = [];
  for (const key of keys) {
    if (key.names.some(name => name.startsWith('|') || isPattern(name))) tried.push(key);
    else for (const name of new Set(key.names)) plain.set(name, [...(plain.get(name) ?? []), key]);
  }
  const seen = new Map<string, readonly KnownKey[]>();
  const find = (name: string): readonly KnownKey[] => [
    ...(plain.get(name) ?? []),
    ...tried.filter(({names: [first = '', ...rest]}) =>
      first.startsWith('|') ? hashMatches(first, name) : listFits([first, ...rest], name),
    ),
  ];
  return {
    of: name => {
      const known = seen.get(name) ?? find(name);
      seen.set(name, known);
      return known;
    },
  };
};

/** Judges a key that a host shows under one name. Revoked comes before everything. */
export const judgeKey = (known: KnownHosts, name: string, type: string, key: string): KeyVerdict => {
  const lines = known.of(name);
  const first = (fits: (line: KnownKey) => boolean) => lines.find(fits);
  const revoked = first(line => line.marker === 'revoked' && line.key === key);
  if (revoked !== undefined) return {kind: 'revoked', at: revoked};
  const plain = lines.filter(line => line.marker === null);
  const ok = plain.find(line => line.key === key);
  if (ok !== undefined) return {kind: 'ok', at: ok};
  const changed = plain.find(line => line.type === type);
  if (changed !== undefined) return {kind: 'changed', at: changed};
  const other = plain[0];
  if (other !== undefined) return {kind: 'other', at: other};
  const ca = first(line => line.marker === 'cert-authority');
  return ca === undefined ? {kind: 'unknown'} : {kind: 'ca-only', at: ca};
};
