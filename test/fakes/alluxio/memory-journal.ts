import {compareVersions} from '../../../src/lib/version.ts';
import type {Content} from './memory-content.ts';

/** Who reads which part of a journal folder: a generation sees nothing of what another one wrote. */
export type Part = 'ufs' | 'copycat' | 'raft-flat' | 'raft';

type State = {
  readonly writer: string;
  readonly parts: ReadonlyMap<Part, Content>;
  readonly foreign: readonly string[];
  readonly jobs: boolean;
};

/** One journal folder. */
export type Journal = {
  there: boolean;
  parts: Map<Part, Content>;
  /** What a master that was started has opened, whether anything is in it yet or not. */
  opened: Part | null;
  /** A master was started on it to restore a backup, since it was formatted. */
  begun: boolean;
  /** The version that wrote in it last: none that is older may ever read it. */
  writer: string;
  /** Formatted for the under store: nothing but marks in it. */
  formatted: boolean;
  /** Names in it that no version would write. */
  foreign: string[];
  /** The job masters' own journal is below it. */
  jobs: boolean;
  changedAt: number;
  /** Cold copies, by stamp; and what a way back put aside. */
  readonly copies: Map<string, State>;
  readonly aside: Map<string, State>;
};

export const JOURNAL = '/srv/alluxio/journal';
export const METASTORE = '/srv/alluxio/metastore';

/** Copycat until 2.3, Ratis from 2.4 on, in a folder of its own from 2.7 on. */
export const partOf = (version: string, type: 'EMBEDDED' | 'UFS'): Part => {
  if (type === 'UFS') return 'ufs';
  if (compareVersions(version, '2.4.0') < 0) return 'copycat';
  return compareVersions(version, '2.7.0') < 0 ? 'raft-flat' : 'raft';
};

export const makeJournal = (part: Part, content: Content, writer: string, at: number): Journal => ({
  there: true,
  parts: new Map([[part, content]]),
  opened: null,
  begun: false,
  writer,
  formatted: part === 'ufs',
  foreign: [],
  jobs: part === 'raft',
  changedAt: at,
  copies: new Map(),
  aside: new Map(),
});

export const stateOf = ({writer, parts, foreign, jobs}: Journal): State => ({
  writer,
  parts: new Map(parts),
  foreign: [...foreign],
  jobs,
});

export const takeState = (journal: Journal, {writer, parts, foreign, jobs}: State, at: number): void => {
  journal.writer = writer;
  journal.there = true;
  journal.begun = false;
  journal.parts = new Map(parts);
  journal.opened = null;
  journal.foreign = [...foreign];
  journal.jobs = jobs;
  journal.changedAt = at;
};

/** Whether a copy still is what it was copied from: nothing has written since. */
export const isSame = (journal: Journal, copy: State): boolean =>
  journal.writer === copy.writer &&
  journal.parts.size === copy.parts.size &&
  [...journal.parts].every(([part, content]) => copy.parts.get(part) === content) &&
  journal.foreign.join() === copy.foreign.join();

/** What a master that is to restore a backup must not find; what it opened itself at an earlier try is no hindrance. */
export const hinders = ({parts, opened, begun, foreign}: Journal): boolean =>
  foreign.length > 0 ||
  [...parts.keys(), ...(opened === null ? [] : [opened])].some(
    part => part !== 'raft' && !(begun && part === 'ufs'),
  );

/** What a version reads there. The flat layout of 2.4 to 2.6 is moved below `raft/` by whoever comes after. */
export const readPart = (journal: Journal, part: Part): Content | undefined => {
  const flat = journal.parts.get('raft-flat');
  if (part === 'raft' && flat !== undefined && !journal.parts.has('raft')) {
    journal.parts.delete('raft-flat');
    journal.parts.set('raft', flat);
  }
  return journal.parts.get(part);
};

export const format = (journal: Journal, type: 'EMBEDDED' | 'UFS', at: number, leave: boolean): void => {
  journal.there = true;
  journal.parts = new Map();
  journal.opened = null;
  journal.writer = '';
  journal.formatted = type === 'UFS';
  journal.foreign = leave ? ['copycat-1-1.log'] : [];
  journal.jobs = false;
  journal.changedAt = at;
};

const GROUP = '02511d47-d67c-49a3-9011-abb3109a44c1';

const raft = (at: string): string[] => [
  `d 4096 ${at}`,
  `f 7 ${at}/in_use.lock`,
  `d 4096 ${at}/current`,
  `f 4194304 ${at}/current/log_inprogress_0`,
  `f 57 ${at}/current/raft-meta`,
  `f 76 ${at}/current/raft-meta.conf`,
  `d 4096 ${at}/sm`,
];

const ENTRIES: Readonly<Record<Part, readonly string[]>> = {
  copycat: ['f 1048576 copycat-1-1.log', 'f 1024 copycat-1-20261122075431.snapshot', 'f 128 copycat.meta'],
  'raft-flat': raft(GROUP),
  raft: ['d 4096 raft', ...raft(`raft/${GROUP}`)],
  ufs: [
    'd 4096 FileSystemMaster/v1/logs',
    'f 505 FileSystemMaster/v1/logs/0x0-0xa',
    'f 10 FileSystemMaster/v1/logs/0xa-0x7fffffffffffffff',
    'd 4096 BlockMaster/v1/logs',
    'f 50 BlockMaster/v1/logs/0x0-0x4',
  ],
};

const UFS_FORMAT: readonly string[] = ['FileSystemMaster', 'BlockMaster', 'MetaMaster'].flatMap(name => [
  `d 4096 ${name}`,
  `d 4096 ${name}/v1`,
  `f 0 ${name}/v1/_format_1795336496834`,
]);

/** "TYPE SIZE PATH" of everything in the folder, as recorded. */
export const entriesIn = ({parts, opened, formatted, foreign, jobs}: Journal): string[] => [
  ...(formatted ? UFS_FORMAT : []),
  ...[...new Set([...parts.keys(), ...(opened === null ? [] : [opened])])].flatMap(part => ENTRIES[part]),
  ...foreign.map(name => `f 1048576 ${name}`),
  ...(jobs ? ['d 4096 JobJournal', 'd 4096 JobJournal/raft', ...raft(`JobJournal/raft/${GROUP}`)] : []),
];

export const sizeOf = (journal: Journal): {readonly files: number; readonly bytes: number} => {
  const files = entriesIn(journal).filter(entry => entry.startsWith('f '));
  return {files: files.length, bytes: files.reduce((sum, entry) => sum + Number(entry.split(' ')[1]), 0)};
};
