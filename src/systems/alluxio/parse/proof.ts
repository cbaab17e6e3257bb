import {numberFact, textFact, yesFact} from '../../../host/fact.ts';
import {type Said, said} from '../../../host/lines.ts';
import type {Facts} from '../../../model/facts.ts';
import {parseBackup, pathOf} from './backup.ts';
import {parseBackupProgress} from './backup-progress.ts';

/** A file that may be a backup, as facts: whether it can be read, how large it is, what gzip says of it, its sha256. */
export const proofFacts = (lines: Said): Facts => {
  const file = said(lines, 'file');
  if (file === null) return {};
  return {
    readable: file === 'yes' && said(lines, 'readable') === 'yes',
    ...numberFact('bytes', said(lines, 'bytes')),
    ...textFact('gzip', said(lines, 'gzip')),
    ...textFact('sha256', said(lines, 'sha256')),
    ...yesFact('complete', said(lines, 'complete')),
  };
};

/**
 * The backup of this run as facts: the run's `folder`, whether a command is `going` and how many entries it has `processed`,
 * which is how a run that was resumed meanwhile hears of it; its `uri`, the local `path` that it is
 * ('' for none), its `host` and `entries`, what is to be seen of the file where it lies here, or the `error` it ended with.
 * `local`: it was asked for on a master's own disk. Versions before 2.2 name that by its path alone, which `-i` would look for
 * in the root under store (domain 2.1).
 */
export const backupFacts = (lines: Said, local = false): Facts => {
  const printed = lines.flatMap(([key, value]) => (key === 'out' ? [value] : []));
  const {uri: told, host, entries, error} = parseBackup(printed);
  const uri = local && told?.startsWith('/') === true ? `file://${told}` : told;
  const {readable: _, ...proof} = proofFacts(lines);
  const exit = said(lines, 'exit');
  const failed = exit !== null && exit !== '0';
  const progress = parseBackupProgress(said(lines, 'says') ?? '');
  return {
    ...textFact('folder', said(lines, 'folder')),
    going: said(lines, 'going') === 'yes',
    ...(progress?.state === 'running' ? {processed: progress.entries} : {}),
    ...(uri === null || failed ? {} : {uri, path: pathOf(uri) ?? '', ...proof}),
    ...textFact('host', host),
    ...(entries === null ? {} : {entries}),
    ...(failed || (exit !== null && uri === null) ? {error: error ?? `exit code ${exit}`} : {}),
  };
};
