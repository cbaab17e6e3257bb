import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** One command as it was recorded from a real product: its output, apart. */
export type Recording = {
  readonly path: string;
  readonly command: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** What was recorded of one product. */
export const recordingsBelow = (product: string) => {
  const root = join(import.meta.dirname, '../../recorded', product);
  const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
  const readRecording = (path: string): Recording => {
    const text = readText(path);
    const [head = '', rest = ''] = text.split('--- stdout\n');
    const [stdout = '', stderr = ''] = rest.split('--- stderr\n');
    const command = /^\$ (.*)$/m.exec(head)?.[1] ?? '';
    return {path, command, exit: Number(/^exit: (\d+)$/m.exec(head)?.[1]), stdout, stderr};
  };
  /** Files of a folder whose names end so. */
  const recordingsOf = (folder: string, end: string): string[] =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith(end))
      .map(name => `${folder}/${name}`)
      .toSorted();
  /** Every command that was recorded. A timeline or a note is none. */
  const recordings: readonly Recording[] = readdirSync(root, {recursive: true, encoding: 'utf8'})
    .filter(path => path.endsWith('.txt'))
    .toSorted()
    .filter(path => readText(path).startsWith('$ '))
    .map(readRecording);
  return {readText, readRecording, recordingsOf, recordings};
};
