import {parsePlace} from '../../../host/files.ts';
import {type Said, said} from '../../../host/lines.ts';
import {type Fact, type Facts, listOf} from '../../../model/facts.ts';
import {backupName, stageName} from './tree.ts';

// A node that is down in the middle of an upgrade whose journal nobody has: which upgrade, by its stamp, and where bin and lib
// of the old version and of the new one lie.

export const PARTS = ['bin', 'lib'] as const;
export type PartName = (typeof PARTS)[number];

/**
 * Where one of bin and lib stands. `old`: in its place, nothing was kept of it. `moved`: the old one is put by, and nothing is in
 * its place. `new`: the old one is put by, and the package's is in its place. Anything else is `unclear`, and nobody guesses.
 */
export type PartIs = 'old' | 'moved' | 'new' | 'unclear';

/** The stage of that stamp. `copying`: it is not whole yet; `unclear`: lakeup leaves none like that. */
type StageIs = 'none' | 'copying' | 'whole' | 'unclear';

/** A stage that is not whole yet has `.part` at its end: the node still ran then. */
const STAGED = /^\.lakeup-stage-(.+)(?<!\.part)$/;
const KEPT = /^(?:bin|lib)_backup_(.+)$/;

const stampsOf = (names: readonly string[], pattern: RegExp): readonly string[] =>
  names.flatMap(name => pattern.exec(name)?.[1] ?? []).toSorted();

/**
 * The stamp of the upgrade that a node that is down may be in the middle of, by the names in its home; null where none tells of
 * one. Earlier upgrades have left names too: it is the newest that keeps what is missing, or that has staged something. That it is
 * the right one is proved by what lies there (`parseCut`), and by the version of it.
 */
export const stampOfCut = (facts: Facts): string | null => {
  const names = listOf(facts, 'leftovers');
  const missing = PARTS.filter(part => facts[part] === 'none');
  if (missing.length === 0) return stampsOf(names, STAGED).at(-1) ?? stampsOf(names, KEPT).at(-1) ?? null;
  return (
    stampsOf(names, KEPT).findLast(stamp =>
      missing.every(part => names.includes(backupName(part, stamp)) || names.includes(stageName(stamp))),
    ) ?? null
  );
};

const partIs = (lines: Said, part: PartName): PartIs => {
  const [home, kept, staged] = ['home', 'kept', 'staged'].map(where =>
    parsePlace(said(lines, `${where}.${part}`)),
  );
  if (home === 'dir' && kept === 'none' && (staged === 'dir' || staged === 'none')) return 'old';
  if (home === 'none' && kept === 'dir' && (staged === 'dir' || staged === 'none')) return 'moved';
  const isPackages = said(lines, `packages.${part}`) === 'yes';
  return home === 'dir' && kept === 'dir' && staged === 'none' && isPackages ? 'new' : 'unclear';
};

const stageIs = (lines: Said): StageIs => {
  const [stage, copying] = [parsePlace(said(lines, 'stage')), parsePlace(said(lines, 'copying'))];
  if (stage === 'none' && copying === 'none') return 'none';
  if (stage === 'none' && copying === 'dir') return 'copying';
  return stage === 'dir' && copying === 'none' ? 'whole' : 'unclear';
};

/** What is the package's by its files: with its times, or without them where no file is older than the package's. */
const PACKAGES = new Set<string | null>(['yes', 'alike']);

/**
 * Whether the package's lies in its place, and nothing is kept of the old one. Names and sizes of all files are the package's, and
 * none is older than that: so is no part of an older release, or so seldom that a person may see to it.
 */
const isNewAlone = (lines: Said, part: PartName): boolean =>
  parsePlace(said(lines, `home.${part}`)) === 'dir' &&
  parsePlace(said(lines, `kept.${part}`)) === 'none' &&
  PACKAGES.has(said(lines, `packages.${part}`));

/**
 * Where bin, lib and the stage of one upgrade stand. `newAlone`: parts that seem to be old by their places, and are the package's
 * by their files. `newTwice`: those of them that lie in the stage too.
 */
export type CutPlaces = Readonly<Record<PartName, PartIs>> & {
  readonly stage: StageIs;
  readonly newAlone: readonly PartName[];
  readonly newTwice: readonly PartName[];
};

export const parseCut = (lines: Said): CutPlaces => {
  const newAlone = PARTS.filter(part => isNewAlone(lines, part));
  return {
    bin: partIs(lines, 'bin'),
    lib: partIs(lines, 'lib'),
    stage: stageIs(lines),
    newAlone,
    newTwice: newAlone.filter(part => parsePlace(said(lines, `staged.${part}`)) === 'dir'),
  };
};

/**
 * Whether that is a node in the middle of an upgrade. Files that an earlier upgrade has put by beside whole ones are none. Where
 * nothing was moved yet, only one that was stopped is: a stop of lakeup and a stop script take the pid file away, and who ended otherwise
 * as a rule does not.
 */
export const tellsOfCut = ({bin, lib, stage}: Facts, pidFile: Fact | undefined): boolean =>
  [bin, lib].some(is => is === 'moved' || is === 'new') || (stage === 'whole' && pidFile === 'none');

/** The name below the home under which the old one of bin or lib lies. */
export const oldName = (part: PartName, places: CutPlaces, stamp: string): string =>
  places[part] === 'old' ? part : backupName(part, stamp);
