import {parseWhole} from '../../../lib/whole.ts';
/** What the backup command said: where the backup is, who wrote it, how many entries it holds, or why there is none. */
export type Backup = {
  readonly uri: string | null;
  readonly host: string | null;
  readonly entries: number | null;
  readonly error: string | null;
};

/** From about 2.2 on: one thing a line, behind progress that is written over itself. */
const LINE = /^Backup (Host|URI|Entry Count)\s*:\s*(\S+)$/;
const STATE = /^Backup state:/;

/**
 * Before that: one sentence, with the host for --local, and with the entries in previews of 2.1 (domain 2.1). What begins
 * so and does not name a place is an error.
 */
const SENTENCE =
  /^Successfully backed up journal to (\S+?)(?: on master (\S+?))?(?: with (\d+) entries)?\.?$/;

/** Reads the lines that the command printed, in any of its three forms. While it waits 2.1.0 prints dots (recorded). */
export const parseBackup = (printed: readonly string[]): Backup => {
  const lines = printed.map(line => line.replace(/^\.+/, ''));
  const told = new Map(
    lines.flatMap(line => {
      const [, name, value] = LINE.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const sentence = lines.map(line => SENTENCE.exec(line)).find(match => match !== null) ?? [];
  const [, place, host, count] = sentence;
  const uri = told.get('URI') ?? place ?? null;
  const entries = told.get('Entry Count') ?? count;
  return {
    uri,
    host: told.get('Host') ?? host ?? null,
    entries: parseWhole(entries),
    error: uri === null ? (lines.findLast(line => !STATE.test(line)) ?? null) : null,
  };
};

/** The path of a backup on a host's own file system, or null: a path of a root under store without a scheme is one too. */
export const pathOf = (uri: string): string | null => {
  const path = uri.startsWith('file://') ? uri.slice('file://'.length) : uri;
  return path.startsWith('/') ? path : null;
};
