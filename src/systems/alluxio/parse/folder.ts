import {numberFact} from '../../../host/fact.ts';
import {parsePlace} from '../../../host/files.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {type Facts, listOf} from '../../../model/facts.ts';
import {folderOf} from '../scripts/journal.ts';

/** When a file there last changed, from the seconds that were printed. */
export const newestAt = (lines: Said): Facts => {
  const {newest} = numberFact('newest', said(lines, 'newest'));
  return typeof newest === 'number' ? {newestAt: newest * 1_000} : {};
};

/** Folders of the host that its configuration names, besides tiers. Words of a list hold no blanks. */
const FOLDERS = [
  'alluxio.master.journal.folder',
  'alluxio.master.metastore.dir',
  'alluxio.master.mount.table.root.ufs',
  'alluxio.master.backup.directory',
];

/** What a copy of ramdisks may not be mixed up with. */
export const othersOf = (facts: Facts): readonly string[] => [
  ...listOf(facts, 'tierDirs'),
  ...FOLDERS.map(key => folderOf(facts[`conf.${key}`])).filter(path => path !== '' && !/\s/.test(path)),
];

/** Where a folder is and how much is in it: `path`, `mount`, `filesystem`, `files`, `bytes`, `newestAt`. */
export const folderFacts = (lines: Said): Facts => {
  const texts = ['path', 'mount', 'filesystem'].flatMap(name => {
    const value = said(lines, name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...numberFact('files', said(lines, 'files')),
    ...numberFact('bytes', said(lines, 'bytes')),
    ...newestAt(lines),
  };
};

/** The place of a copy of ramdisks: that, what it is (`place`), whether it may lie there, and whether there is room (`short`: none). */
export const cachePlaceFacts = (lines: Said): Facts => {
  const [needed, free] = [said(lines, 'neededKb'), said(lines, 'freeKb')];
  return {
    ...folderFacts(lines),
    place: parsePlace(said(lines, 'place')),
    writable: said(lines, 'writable') === 'yes',
    mounted: said(lines, 'mounted') === 'yes',
    inside: allSaid(lines, 'inside'),
    ...numberFact('neededKb', needed),
    ...numberFact('freeKb', free),
    short: free === null || needed === null || Number(free) < Number(needed),
  };
};

/** Whether there is room beside a journal: `short` names the folders whose copies would not fit. */
export const roomFacts = (lines: Said): Facts => ({
  short: allSaid(lines, 'short'),
  ...numberFact('neededKb', said(lines, 'neededKb')),
  ...numberFact('freeKb', said(lines, 'freeKb')),
});
