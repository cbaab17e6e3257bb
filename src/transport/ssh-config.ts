import {readdir, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {listFits, patternFits} from './known-hosts.ts';

/** One line of an ssh configuration: its keyword in lower case and its words; for an include, the files it names. */
export type ConfigLine = {
  readonly key: string;
  readonly words: readonly string[];
  readonly included: readonly (readonly ConfigLine[])[];
};

/** `beyond` names the first thing in the files that this reader cannot follow and `ssh -G` has to be asked for. */
export type Config = {readonly lines: readonly ConfigLine[]; readonly beyond: string | null};

/** What a configuration says of one host: by keyword, the words of each line that holds, in order. */
export type ConfigValues = ReadonlyMap<string, readonly (readonly string[])[]>;

/** What follows these is a command: it stands as it is, quotes, blanks and all. */
const COMMANDS = new Set(['proxycommand', 'knownhostscommand', 'localcommand', 'remotecommand']);

/** Splits a line as OpenSSH does: keyword, optional =, words, double quotes, comment. */
export const parseConfigLine = (raw: string): {key: string; words: string[]} | null => {
  const line = raw.trim();
  if (line === '' || line.startsWith('#')) return null;
  const [, key = '', rest = ''] = /^([^\s=]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(line) ?? [];
  if (COMMANDS.has(key.toLowerCase())) return {key: key.toLowerCase(), words: [rest]};
  const words = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const comment = words.findIndex(word => word.startsWith('#'));
  return {key: key.toLowerCase(), words: comment === -1 ? words : words.slice(0, comment)};
};

const INCLUDE_DEPTH = 16;

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
};

/** The files a pattern stands for; only its last part may hold * and ?. */
const filesOf = async (pattern: string): Promise<string[]> => {
  if (!/[*?]/.test(pattern)) return [pattern];
  const folder = dirname(pattern);
  const last = pattern.slice(folder.length + 1);
  const names = await readdir(folder).catch(() => []);
  return names
    .filter(name => patternFits(last, name) && !name.startsWith('.'))
    .sort()
    .map(name => join(folder, name));
};

/**
 * Reads a configuration and what it includes; a file that is not there is empty. Followed: Host, Include, quotes, the
 * first value wins. Not followed, and named in `beyond`: Match, CanonicalizeHostname, includes with variables or
 * patterns in folders.
 */
export const readConfig = async (file: string, home: string, depth = 0): Promise<Config> => {
  const lines: ConfigLine[] = [];
  let beyond: string | null = null;
  for (const raw of (await textOf(file)).split('\n')) {
    const line = parseConfigLine(raw);
    if (line === null) continue;
    if (line.key === 'match' || (line.key === 'canonicalizehostname' && line.words[0] !== 'no'))
      beyond ??= `${line.key} in ${file}`;
    const included: (readonly ConfigLine[])[] = [];
    for (const word of line.key === 'include' ? line.words : []) {
      const path = word.startsWith('~/') ? join(home, word.slice(2)) : word;
      const whole = path.startsWith('/') ? path : join(dirname(file), path);
      if (/[[%$]/.test(whole) || /[*?]/.test(dirname(whole)) || depth >= INCLUDE_DEPTH) {
        beyond ??= `include ${word} in ${file}`;
        continue;
      }
      for (const one of await filesOf(whole)) {
        const inner = await readConfig(one, home, depth + 1);
        beyond ??= inner.beyond;
        included.push(inner.lines);
      }
    }
    lines.push({...line, included});
  }
  return {lines, beyond};
};

/** What the lines say of a host, by the name as it is given. Lines under Match are left out. */
export const configValues = (lines: readonly ConfigLine[], host: string): ConfigValues => {
  const values = new Map<string, (readonly string[])[]>();
  const walk = (part: readonly ConfigLine[], outer: boolean) => {
    let holds = outer;
    for (const {key, words, included} of part) {
      if (key === 'host') holds = outer && listFits(words, host);
      else if (key === 'match') holds = outer && words.join(' ').toLowerCase() === 'all';
      else if (key === 'include') for (const file of included) walk(file, holds);
      else if (holds) values.set(key, [...(values.get(key) ?? []), words]);
    }
  };
  walk(lines, true);
  return values;
};

/** Reads what `ssh -G host` prints: one keyword and its words a line. */
export const parseSshG = (text: string): ConfigValues => {
  const values = new Map<string, (readonly string[])[]>();
  for (const raw of text.split('\n')) {
    const space = raw.indexOf(' ');
    if (space <= 0) continue;
    const key = raw.slice(0, space).toLowerCase();
    values.set(key, [
      ...(values.get(key) ?? []),
      raw
        .slice(space + 1)
        .trim()
        .split(' '),
    ]);
  }
  return values;
};
