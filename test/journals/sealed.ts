import {FIRST_SUM, sealLine} from '../../src/engine/journal-line.ts';
import type {Event} from '../../src/model/event.ts';

/** The journal of those events, as a run writes it. */
export const journalOf = (events: readonly Event[]): string => {
  let before = FIRST_SUM;
  return events
    .map(event => {
      const {line, sum} = sealLine(before, JSON.stringify(event));
      before = sum;
      return `${line}\n`;
    })
    .join('');
};
