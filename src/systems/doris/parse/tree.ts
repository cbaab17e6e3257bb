import {type PlaceKind, parsePlace} from '../../../host/files.ts';
import type {Folder} from '../../../host/identity.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';

/** Names below a home that a run of lakeup leaves: the stage, its unfinished copy, backups, and what an undo put aside. */
export const stageName = (stamp: string): string => `.lakeup-stage-${stamp}`;
export const backupName = (part: 'bin' | 'lib', stamp: string): string => `${part}_backup_${stamp}`;
export const failedName = (part: 'bin' | 'lib', stamp: string): string => `${part}_failed_${stamp}`;

/** Where a node's binary lies, and the names it has after a backup or an undo. */
export const BINARIES: Folder = {folder: 'lib', movedTo: [backupName('lib', ''), failedName('lib', '')]};

/** What is left of the run of that stamp: its stage, whole or not, and its backups. Absence is a fact here, not a gap. */
const ofRun = (leftovers: readonly string[], stamp: string): Facts => {
  const dirOrNone = (...names: readonly string[]): PlaceKind =>
    names.some(name => leftovers.includes(name)) ? 'dir' : 'none';
  return {
    stage: dirOrNone(stageName(stamp), `${stageName(stamp)}.part`),
    kept: dirOrNone(backupName('bin', stamp), backupName('lib', stamp)),
  };
};

/** The fact that says how many KiB a backup of that name takes. */
export const sizeFact = (name: string): string => `${name}.kb`;

const sizesIn = (lines: Said): Facts =>
  Object.fromEntries(
    allSaid(lines, 'size').flatMap(entry => {
      const [, name = '', kb = ''] = /^((?:bin|lib)_backup_\d{8}_\d{6}) (\d{1,15})$/.exec(entry) ?? [];
      return name === '' ? [] : [[sizeFact(name), Number(kb)] as const];
    }),
  );

/**
 * The home as facts: `bin` and `lib` are dir, none, symlink or other; every stage and backup has a fact of its own name.
 * `same`: bin and lib hold the same files as the package. With a stamp, `stage` and `kept` tell what is left of that run.
 * The room that backups take is a fact where it was asked for.
 */
export const parseTree = (lines: Said, stamp?: string): Facts => {
  const home = said(lines, 'tree.home');
  const wanted = said(lines, 'tree.package');
  const leftovers = allSaid(lines, 'leftover');
  return {
    home: parsePlace(said(lines, 'home')),
    bin: parsePlace(said(lines, 'bin')),
    lib: parsePlace(said(lines, 'lib')),
    same: home !== null && home !== '' && home === wanted,
    ...Object.fromEntries(leftovers.map(name => [name, 'dir'])),
    ...sizesIn(lines),
    ...(stamp === undefined ? {} : ofRun(leftovers, stamp)),
  };
};

/** Digests of bin and lib; each is a fact only where it was taken of both. */
export const parseDigest = (lines: Said): Facts => {
  const [files, bytes] = [said(lines, 'files'), said(lines, 'bytes')];
  return {
    bin: parsePlace(said(lines, 'bin')),
    lib: parsePlace(said(lines, 'lib')),
    ...(files === null || files === '' ? {} : {files}),
    ...(bytes === null || bytes === '' ? {} : {bytes}),
  };
};

/**
 * A stage as facts. `stage` is `none`, `copying` (unfinished), `differs` (files, sizes or modes are not the package's),
 * `unproven` (no receipt that contents were compared, or one for another package), or `same`.
 */
export const parseStage = (lines: Said): Facts => {
  const wanted = said(lines, 'stage.package');
  const packageFacts: Facts = wanted === null || wanted === '' ? {} : {packageDigest: wanted};
  const stages = allSaid(lines, 'stage').map(entry => {
    const [name = '', listing = '', receipt = ''] = entry.split(' ');
    if (name.endsWith('.part')) return [name, 'copying'];
    if (listing !== wanted) return [name, 'differs'];
    return [name, receipt === wanted ? 'same' : 'unproven'];
  });
  return {...packageFacts, ...Object.fromEntries(stages)};
};
