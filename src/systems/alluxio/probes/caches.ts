import type {Facts} from '../../../model/facts.ts';
import {listOf} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import type {Servers} from '../fields.ts';
import {cacheCopyFacts, cacheFacts} from '../parse/cache.ts';
import {cachePlaceFacts, folderFacts, roomFacts} from '../parse/folder.ts';
import {unpersistedFacts} from '../parse/namespace.ts';
import {askCache, askCacheCopy, CACHE_TIMEOUT_MS, type Tiers} from '../scripts/look-cache.ts';
import {askCachePlace, askFolderBlast, FOLDER_TIMEOUT_MS} from '../scripts/look-folder.ts';
import {askJournalRoom, JOURNAL_TIMEOUT_MS} from '../scripts/look-journal.ts';
import {askUnpersisted} from '../scripts/namespace.ts';
import {askFacts, givenText, keptIn, namesIn, nothingGiven} from './files.ts';

const tiersIn = (given: Facts): Tiers => ({
  dirs: listOf(given, 'dirs'),
  memories: listOf(given, 'memories'),
  ramdisks: listOf(given, 'ramdisks'),
});

/** What lies in a worker's tiers, and whether its ramdisks are mounted. */
export const cacheProbe: Probe<Servers> = {
  roles: ['worker'],
  takesMs: () => CACHE_TIMEOUT_MS,
  look: (node, _cluster, ask, given) => askFacts(ask, node, askCache(node, tiersIn(given)), cacheFacts),
};

/** Whether a worker's ramdisks were copied to a path by this run, and whether they hold anything that the copy does not. */
export const cacheCopyProbe: Probe<Servers> = {
  roles: ['worker'],
  takesMs: () => CACHE_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const path = givenText(given, 'path');
    const {memories} = tiersIn(given);
    return path.startsWith('/')
      ? askFacts(ask, node, askCacheCopy(node, path, givenText(given, 'stamp'), memories), cacheCopyFacts)
      : nothingGiven(node, 'path');
  },
};

/** What lies where ramdisks are to be copied to, and whether they may be, and fit. */
export const cachePlaceProbe: Probe<Servers> = {
  roles: ['worker'],
  takesMs: () => FOLDER_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const path = givenText(given, 'path');
    const {memories} = tiersIn(given);
    return path.startsWith('/')
      ? askFacts(ask, node, askCachePlace(node, path, listOf(given, 'others'), memories), cachePlaceFacts)
      : nothingGiven(node, 'path');
  },
};

/** What is lost with a folder of a worker. What else is lost with it is shown beside, as the plan names it. */
export const folderBlastProbe: Probe<Servers> = {
  roles: ['worker'],
  takesMs: () => FOLDER_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const {path: _, ...beside} = given;
    const path = givenText(given, 'path');
    return path.startsWith('/')
      ? askFacts(ask, node, askFolderBlast(node, path), lines => ({...folderFacts(lines), ...beside}))
      : nothingGiven(node, 'path');
  },
};

/** Whether there is room beside a master's journal and metastore for the copies of them. */
export const journalRoomProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => JOURNAL_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const kept = keptIn(given);
    return kept.journal.startsWith('/')
      ? askFacts(ask, node, askJournalRoom(node, kept), roomFacts)
      : nothingGiven(node, 'journal');
  },
};

/** What was listed in this run of files whose bytes only workers hold. */
export const unpersistedProbe: Probe<Servers> = {
  roles: ['master'],
  look: (node, _cluster, ask, given) =>
    askFacts(ask, node, askUnpersisted(node, namesIn(given)), unpersistedFacts),
};
