import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Row} from '../../../../src/systems/doris/parse/rows.ts';

const root = join(import.meta.dirname, '../../../recorded/doris');

/** One command as it was recorded from a real product: its output, apart. */
export type Recording = {readonly exit: number; readonly stdout: string; readonly stderr: string};

export const readRecording = (path: string): Recording => {
  const text = readFileSync(join(root, path), 'utf8');
  const [head = '', rest = ''] = text.split('--- stdout\n');
  const [stdout = '', stderr = ''] = rest.split('--- stderr\n');
  return {exit: Number(/^exit: (\d+)$/m.exec(head)?.[1]), stdout, stderr};
};

/** Names of recordings in a folder that hold `part`. */
export const recordingsOf = (folder: string, part: string): string[] =>
  readdirSync(join(root, folder))
    .filter(name => name.includes(part))
    .map(name => `${folder}/${name}`)
    .toSorted();

/** What `mysql --batch` printed, as rows by column name. */
export const rowsOf = (path: string): Row[] => {
  const [header = '', ...lines] = readRecording(path)
    .stdout.split('\n')
    .filter(line => line !== '');
  const names = header.split('\t');
  return lines.map(line => {
    const values = line.split('\t');
    return Object.fromEntries(
      names.map((name, i) => [name, values[i] === 'NULL' ? null : (values[i] ?? '')]),
    );
  });
};

/** The body of a recorded `curl -i`. */
export const bodyOf = (path: string): {readonly status: number; readonly body: string} => {
  const {stdout} = readRecording(path);
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(stdout)?.[1]);
  return {status, body: stdout.slice(stdout.search(/\r?\n\r?\n/)).trim()};
};

/** Lines as our own scripts print what a command said. */
export const saidBy = (path: string): (readonly [string, string])[] =>
  readRecording(path)
    .stdout.split('\n')
    .map(line => ['say', line] as const);
