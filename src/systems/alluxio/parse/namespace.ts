import {allSaid, type Said, said} from '../../../host/lines.ts';
import {numberFact} from '../../../host/survey.ts';
import type {Facts} from '../../../model/facts.ts';

/** The namespace as facts: how many `paths`, how many files only workers hold (`notPersisted`) or nobody any more (`lost`). */
export const namespaceFacts = (lines: Said): Facts => ({
  ...numberFact('paths', said(lines, 'paths')),
  ...numberFact('notPersisted', said(lines, 'notPersisted')),
  ...numberFact('lost', said(lines, 'lost')),
  examples: allSaid(lines, 'example'),
});

/**
 * What a master wrote about a restore: how many entries it restored; -1 when it wrote of none. The last word counts: the
 * log is that of one process (recorded: `Restored 17 entries from backup`).
 */
export const parseRestored = (log: readonly string[]): number => {
  const counts = log.flatMap(line => {
    const [, count] = /Restored (\d+) entries from backup/.exec(line) ?? [];
    return count === undefined ? [] : [Number(count)];
  });
  return counts.at(-1) ?? -1;
};
