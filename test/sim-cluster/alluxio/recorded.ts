import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {DemoCluster} from '../../../src/sim/demo-cluster.ts';
import {placeOf, run} from '../support.ts';

const RECORDED = join(import.meta.dirname, '../../recorded/alluxio');

export type Said = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** One recording: the command that was given, and what came of it. */
const read = (name: string): Said & {readonly command: string} => {
  const text = readFileSync(join(RECORDED, `${name}.txt`), 'utf8');
  const match =
    /^\$ (.*)\nexit: (\d+)\n[\s\S]*?--- stdout\n([\s\S]*?)(?:(?<=\n)|^|\n)--- stderr\n([\s\S]*)$/.exec(text);
  if (match === null) throw new Error(`${name} cannot be read`);
  const [, command = '', code, stdout = '', stderr = ''] = match;
  return {command, code: Number(code), stdout, stderr};
};

/** What differs between any two clusters and moments: hosts, homes, other paths, times, numbers of their own. */
const normal = (text: string): string =>
  text
    // Of states that are written over each other there may be any number.
    .replaceAll(/(?: {75}\r Backup state: [^\r]*\r {75}\r)+/g, 'STATES ')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, 'LOG-TIME')
    .replaceAll(/\d\d-\d\d-\d{4} \d\d:\d\d:\d\d:\d{3}/g, 'TIME')
    .replaceAll(/\d+ day\(s\).*$/gm, 'SPAN')
    .replaceAll(/\/\S*\/alluxio-\d\.\d\.\d(?=[/\s)]|$)/gm, 'HOME')
    .replaceAll(/(file:\/\/)?\/\S*\/alluxio-backup-[\d-]+\.gz/g, 'BACKUP')
    .replaceAll(/127\.77\.\d+\.\d+|\b[mxwy]\d(\.lab)?\b/g, 'HOST')
    .replaceAll(/HOST:\d+ +(?=PRIMARY|STANDBY)/g, 'HOST:PORT ')
    .replaceAll(/\d+(\.\d+)?(KB|MB|B)\b/g, 'SIZE')
    .replaceAll(/Tier: \w+/g, 'Tier: T')
    .replaceAll(/(Live Workers|Entry Count) *: *\d+/g, '$1: N');

export const tidy = ({code, stdout, stderr}: Said): Said => ({
  code,
  stdout: normal(stdout).trimEnd(),
  stderr: normal(stderr).trimEnd(),
});

export const recorded = (name: string): Said => tidy(read(name));

/** The very command that was recorded, given in the home of a simulated node. */
export const given = async (cluster: DemoCluster, node: string, name: string): Promise<Said> =>
  tidy(await run(cluster, node, `cd '${placeOf(cluster, node).home}' && ${read(name).command}`));
