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

/** How many names a question shows: the whole list lies on the host. */
const SHOWN = 5;

/** The code of a list that was ended because its time was up. */
const TIME_UP = '124';

/**
 * What the list of a run says: whether it was `listed` in time, how many files only workers hold (`notPersisted`; -1 where it
 * was not listed) or nobody any more, and some of the first. Nothing while there is no such list.
 */
export const unpersistedFacts = (lines: Said): Facts => {
  const end = said(lines, 'end');
  if (end === TIME_UP) return {listed: false, notPersisted: -1, lost: -1, examples: []};
  if (end !== '0') return {};
  const {notPersisted, lost} = namespaceFacts(lines);
  const examples = allSaid(lines, 'example').slice(0, SHOWN);
  return notPersisted === undefined || lost === undefined ? {} : {listed: true, notPersisted, lost, examples};
};

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
