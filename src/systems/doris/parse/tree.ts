import type {Facts} from '../../../model/facts.ts';
import {allSaid, type Said, said} from './lines.ts';

/** What lies at a place: a directory of its own, nothing, or what must not be touched. */
export const PLACES = ['dir', 'none', 'symlink', 'other'] as const;
export type PlaceKind = (typeof PLACES)[number];

export const parsePlace = (value: string | null): PlaceKind => PLACES.find(kind => kind === value) ?? 'other';

/** Names below a home that a run of lakeup leaves: the stage, its unfinished copy, backups, and what an undo put aside. */
export const stageName = (stamp: string): string => `.lakeup-stage-${stamp}`;
export const backupName = (part: 'bin' | 'lib', stamp: string): string => `${part}_backup_${stamp}`;
export const failedName = (part: 'bin' | 'lib', stamp: string): string => `${part}_failed_${stamp}`;

/** Stages that an earlier run left behind. */
export const parseStages = (lines: Said): string[] =>
  allSaid(lines, 'leftover').filter(name => name.startsWith('.lakeup-stage-'));

/**
 * The home as facts: `bin` and `lib` are dir, none, symlink or other; every stage and backup has a fact of its own name.
 * `same`: bin and lib hold the same files as the package. `stage:<name>`: how a stage compares with the package.
 */
export const parseTree = (lines: Said): Facts => {
  const home = said(lines, 'tree.home');
  const wanted = said(lines, 'tree.package');
  return {
    home: parsePlace(said(lines, 'home')),
    bin: parsePlace(said(lines, 'bin')),
    lib: parsePlace(said(lines, 'lib')),
    same: home !== null && home !== '' && home === wanted,
    ...Object.fromEntries(allSaid(lines, 'leftover').map(name => [name, 'dir'])),
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
