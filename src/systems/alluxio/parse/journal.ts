import {numberFact} from '../../../host/fact.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import {folderFacts, newestAt} from './folder.ts';

/** Something below a journal's folder: a directory, a file, or what is neither. */
export type Entry = {readonly kind: 'd' | 'f' | 'o'; readonly bytes: number; readonly path: string};

export const parseEntry = (text: string): Entry | null => {
  const [, kind, bytes, path] = /^([dfo]) +(\d+) (.+)$/.exec(text) ?? [];
  if (path === undefined || (kind !== 'd' && kind !== 'f' && kind !== 'o')) return null;
  return {kind, bytes: Number(bytes), path};
};

/**
 * Who wrote a journal, by what lies in its folder. `formatted`: a UFS journal that nothing was written to yet. `raft-flat`:
 * a group of Ratis without the folder that later versions put around it. `other`: something, and none of these.
 */
export type Layout = 'none' | 'empty' | 'formatted' | 'ufs' | 'copycat' | 'raft-flat' | 'raft' | 'other';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The job masters' own journal lies in the same folder; which layout that has is their business. */
const JOB_JOURNAL = 'JobJournal';

type Kind = Extract<Layout, 'ufs' | 'copycat' | 'raft-flat' | 'raft'>;

const kindOf = (name: string): Kind | null => {
  if (name === 'raft') return 'raft';
  if (UUID.test(name)) return 'raft-flat';
  if (/^copycat\b/.test(name)) return 'copycat';
  return /^[A-Z]\w*Master$/.test(name) ? 'ufs' : null;
};

/** The newest generation counts: where two of them lie, the older one's files are what nobody reads (recorded). */
const NEWEST_FIRST: readonly Kind[] = ['raft', 'raft-flat', 'copycat', 'ufs'];

const topOf = (path: string): string => path.split('/')[0] ?? path;

/** A format leaves one empty file a master, and nothing that was written (domain 1.4). */
const onlyFormatted = (entries: readonly Entry[]): boolean =>
  entries.every(({kind, path}) => kind === 'd' || /\/_format_\d+$/.test(path));

/** The layout of a folder, and the names in it that do not belong to that. */
export const parseLayout = (entries: readonly Entry[]): {layout: Layout; foreign: readonly string[]} => {
  const own = entries.filter(({path}) => topOf(path) !== JOB_JOURNAL);
  const names = [...new Set(own.map(({path}) => topOf(path)))].toSorted();
  if (names.length === 0) return {layout: 'empty', foreign: []};
  const kinds = new Set(names.map(kindOf));
  const layout = NEWEST_FIRST.find(kind => kinds.has(kind));
  if (layout === undefined) return {layout: 'other', foreign: names};
  const foreign = names.filter(name => kindOf(name) !== layout);
  const files = own.filter(({path}) => kindOf(topOf(path)) === layout);
  return {layout: layout === 'ufs' && onlyFormatted(files) ? 'formatted' : layout, foreign};
};

/** A journal's folder as facts: `layout`, `foreign` names, and how much is in it. */
export const journalFacts = (lines: Said): Facts => {
  const place = said(lines, 'place');
  const entries = allSaid(lines, 'entry').flatMap(text => parseEntry(text) ?? []);
  const totals = {
    ...numberFact('files', said(lines, 'files')),
    ...numberFact('bytes', said(lines, 'bytes')),
    ...newestAt(lines),
  };
  if (place === 'none') return {layout: 'none', foreign: [], files: 0, bytes: 0};
  // A link to a directory is looked into as well.
  if (place !== 'dir' && totals.files === undefined) return {layout: 'other', foreign: []};
  return {...parseLayout(entries), ...totals};
};

const same = (lines: Said, name: string): readonly string[] => allSaid(lines, `${name}.same`);

/** The cold copies as facts: whether what there is to copy was `copied`, and is the `same` as what lies in place. */
export const copyFacts = (lines: Said): Facts => {
  const copies = ['journal', 'metastore'].filter(name => said(lines, `${name}.copy`) !== null);
  const aside = allSaid(lines, 'aside');
  const nothing = (name: string): boolean =>
    said(lines, `${name}.place`) === 'none' && said(lines, `${name}.copy`) === 'none';
  return {
    copied:
      said(lines, 'journal.copy') === 'dir' &&
      copies.every(name => nothing(name) || said(lines, `${name}.copy`) === 'dir'),
    same: copies.length > 0 && copies.every(name => same(lines, name)[0] === 'yes'),
    ...(aside.length === 0 ? {} : {aside}),
  };
};

/** What a format destroys, as facts. */
export const blastFacts = (lines: Said): Facts => ({
  ...folderFacts(lines),
  copied: said(lines, 'copied') === 'yes',
});
