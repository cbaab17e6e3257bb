import {askLines, seen, silent, silentBecause} from '../../../host/ask.ts';
import type {Said} from '../../../host/lines.ts';
import type {Ask, ShellRequest} from '../../../model/ask.ts';
import type {Facts, Look} from '../../../model/facts.ts';
import type {Probe} from '../../../model/system.ts';
import {text} from '../../../model/text.ts';
import {SERVERS, type ServerNode, type Servers} from '../fields.ts';
import {confFacts, homeFacts} from '../parse/home.ts';
import {blastFacts, copyFacts, journalFacts} from '../parse/journal.ts';
import {proofFacts} from '../parse/proof.ts';
import {askProof, PROOF_TIMEOUT_MS} from '../scripts/look-backup.ts';
import {askConf, askHome, CONF_TIMEOUT_MS} from '../scripts/look-home.ts';
import {askJournal, askJournalBlast, askJournalCopy, JOURNAL_TIMEOUT_MS} from '../scripts/look-journal.ts';

/** A text that a check gives its probe; '' where it gives none. */
export const givenText = (given: Facts, name: string): string => {
  const value = given[name];
  return typeof value === 'string' ? value : '';
};

export const askFacts = async (
  ask: Ask,
  node: ServerNode,
  request: ShellRequest,
  factsOf: (lines: Said) => Facts,
): Promise<Look> => {
  const answer = await askLines(ask, node, request);
  return answer.ok ? seen(factsOf(answer.value.lines)) : silent(answer);
};

/** Nothing was told that could be looked at. */
export const nothingGiven = (node: ServerNode, name: string): Look =>
  silentBecause(text(`nothing says which ${name} to look at`, `没有说明要查看哪个 ${name}`), node);

export const namesIn = (given: Facts) => ({
  from: givenText(given, 'from'),
  to: givenText(given, 'to'),
  stamp: givenText(given, 'stamp'),
  old: givenText(given, 'old'),
});

/** Which version the home holds or leads to (`version`), and whether the new one is `staged` and the old one `kept`. */
export const homeProbe: Probe<Servers> = {
  roles: SERVERS,
  look: (node, _cluster, ask, given) => askFacts(ask, node, askHome(node, namesIn(given)), homeFacts),
};

/** What the new version thinks of the conf that was carried over: `unknown` keys, and its `journalType`. */
export const confProbe: Probe<Servers> = {
  roles: SERVERS,
  takesMs: () => CONF_TIMEOUT_MS,
  look: (node, _cluster, ask, given) => askFacts(ask, node, askConf(node, namesIn(given)), confFacts),
};

/** What a master's own host has at the path of a backup. */
export const proofProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => PROOF_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const path = givenText(given, 'path');
    return path.startsWith('/')
      ? askFacts(ask, node, askProof(node, path), proofFacts)
      : nothingGiven(node, 'path');
  },
};

export const keptIn = (given: Facts) => ({
  journal: givenText(given, 'journal'),
  metastore: givenText(given, 'metastore'),
  stamp: givenText(given, 'stamp'),
});

/** Which generation wrote the journal in a folder (`layout`), and what in it nobody of that generation reads (`foreign`). */
export const journalProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => JOURNAL_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const {journal} = keptIn(given);
    return journal.startsWith('/')
      ? askFacts(ask, node, askJournal(node, journal), journalFacts)
      : nothingGiven(node, 'journal');
  },
};

/** Whether the cold copies of this run are there, and the same as what lies in place. */
export const journalCopyProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: ({settings}) => settings.copyWithinMs,
  look: async (node, cluster, ask, given) => {
    const kept = keptIn(given);
    return kept.journal.startsWith('/')
      ? askFacts(ask, node, askJournalCopy(node, kept, cluster.settings.copyWithinMs), copyFacts)
      : nothingGiven(node, 'journal');
  },
};

/** What a format of this master would destroy. */
export const journalBlastProbe: Probe<Servers> = {
  roles: ['master'],
  takesMs: () => JOURNAL_TIMEOUT_MS,
  look: async (node, _cluster, ask, given) => {
    const kept = keptIn(given);
    // What covers it is shown beside it: the proved backup, as the plan names it.
    const {backup = '', entries} = given;
    return kept.journal.startsWith('/')
      ? askFacts(ask, node, askJournalBlast(node, kept), lines => ({
          ...blastFacts(lines),
          backup,
          ...(entries === undefined ? {} : {backupEntries: entries}),
        }))
      : nothingGiven(node, 'journal');
  },
};
