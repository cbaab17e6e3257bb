import {numberFact} from '../../../host/fact.ts';
import {allSaid, type Said, said} from '../../../host/lines.ts';
import {parseWhole} from '../../../lib/whole.ts';
import type {Facts} from '../../../model/facts.ts';

/**
 * The namespace as facts: how many `paths`, how many files only workers hold (`notPersisted`) or nobody any more (`lost`). None
 * where a line of the list was not understood.
 */
export const namespaceFacts = (lines: Said): Facts =>
  said(lines, 'unread') === null
    ? {
        ...numberFact('paths', said(lines, 'paths')),
        ...numberFact('notPersisted', said(lines, 'notPersisted')),
        ...numberFact('lost', said(lines, 'lost')),
        examples: allSaid(lines, 'example'),
      }
    : {};

/** How many names a question shows: the whole list lies on the host. */
const SHOWN = 5;

/** The code of a list that was ended because its time was up. */
const TIME_UP = '124';

/** What stands for a number that nobody knows: a question shows it, and nothing counts it. */
const UNKNOWN = 'unknown';

/** What the other list of a run says: which files are pinned. Nothing where none was asked for. */
const pinFacts = (lines: Said): Facts => {
  const at = said(lines, 'pinnedList');
  const many = said(lines, 'pinnedPaths');
  if (at === null) return many === UNKNOWN ? {pinnedPaths: UNKNOWN} : {};
  return {
    ...numberFact('pinnedPaths', many),
    pinnedSuchAs: allSaid(lines, 'pinned'),
    pinnedList: at,
    ...numberFact('pinnedFolders', said(lines, 'pinnedFolders')),
  };
};

/**
 * What the list of a run says: whether it was `listed` in time, how many files only workers hold (`notPersisted`) or nobody any
 * more (`lost`), each `unknown` where it was not, some of the first, and where the list of those that only workers hold lies. Nothing
 * while there is no such list. And, where anything is pinned, how many files that are (`pinnedPaths`, `unknown` where they could not be listed), the first of them, where the list lies,
 * and how many folders are pinned besides (`pinnedFolders`).
 */
export const unpersistedFacts = (lines: Said): Facts => {
  const end = said(lines, 'end');
  const pins = pinFacts(lines);
  if (end === TIME_UP) return {listed: false, notPersisted: UNKNOWN, lost: UNKNOWN, examples: [], ...pins};
  if (end !== '0') return {};
  const {notPersisted, lost} = namespaceFacts(lines);
  const examples = allSaid(lines, 'example').slice(0, SHOWN);
  const at = said(lines, 'notPersistedList');
  return notPersisted === undefined || lost === undefined
    ? {}
    : {listed: true, notPersisted, lost, examples, ...(at === null ? {} : {notPersistedList: at}), ...pins};
};

/** The last part of a path or a URI. The name of a backup holds the moment it was made at: no two are called alike. */
const nameOf = (path: string): string => path.trim().split('/').at(-1) ?? '';

/**
 * How many entries a master wrote that it restored from this backup, in whatever start of it (recorded: `Initializing metadata
 * from backup PATH`, then `Restored 17 entries from backup`); 0 where it wrote of its start and of none, and null where even the
 * start is not there: a log that was rolled away, or lies elsewhere, says nothing.
 */
export const parseRestored = (log: readonly string[], backup: string): number | null => {
  let began = false;
  let own = false;
  let restored: number | null = null;
  for (const line of log) {
    const [, from] = / - Initializing metadata from backup (.+)$/.exec(line) ?? [];
    const [, count] = / - Restored (\d+) entries from backup/.exec(line) ?? [];
    if (/ - Starting Alluxio master @/.test(line)) {
      began = true;
      own = false;
    }
    if (from !== undefined) own = nameOf(from) === nameOf(backup);
    if (count !== undefined && own) restored = parseWhole(count);
  }
  return restored ?? (began ? 0 : null);
};
