import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import type {Event} from '../model/event.ts';
import type {Sighting} from '../model/facts.ts';
import type {Recording} from '../store/recording.ts';
import type {ScreenCluster} from '../store/state.ts';

/** The files of a recording that a screen needs, in a folder of its name. */
export const RECORDING_FILES = {
  journal: 'journal.ndjson.gz',
  sightings: 'sightings.ndjson.gz',
  cluster: 'cluster.json.gz',
} as const;

const unzip = promisify(gunzip);

const readLines = async (file: string): Promise<readonly string[]> =>
  (await unzip(await readFile(file)))
    .toString()
    .split('\n')
    .filter(line => line !== '');

/**
 * Reads a recording that was kept in that folder. It is a part of the program, like its code, and was parsed with every
 * schema by the tests: the first frame does not wait for that again, which for 1,000 nodes would take half a second.
 */
export const readRecording = async (folder: string): Promise<Recording> => {
  const [events, sightings, clusters] = await Promise.all(
    [RECORDING_FILES.journal, RECORDING_FILES.sightings, RECORDING_FILES.cluster].map(file =>
      readLines(join(folder, file)),
    ),
  );
  const cluster: ScreenCluster = JSON.parse(clusters?.[0] ?? '');
  return {
    cluster,
    events: events?.map((line): Event => JSON.parse(line).event) ?? [],
    sightings: sightings?.map((line): Sighting => JSON.parse(line)) ?? [],
  };
};
