import {createHash} from 'node:crypto';

/**
 * How an event stands in a journal: `{"sum":"…","event":{…}}`. The sum is made over the sum of the line before and the
 * event's own bytes, so each line vouches for all before it: nothing of them can be changed, left out or put in unseen.
 */

/** The sum before the first line. */
export const FIRST_SUM = '';

/** 128 bits: more than any accident, or an edit by hand, ever meets. */
const SUM_DIGITS = 32;
const SEALED = /^\{"sum":"([0-9a-f]{32})","event":$/;
const PREFIX_LENGTH = `{"sum":"${'0'.repeat(SUM_DIGITS)}","event":`.length;

const sumOf = (before: string, event: string): string =>
  createHash('sha256').update(before).update('\n').update(event).digest('hex').slice(0, SUM_DIGITS);

/** An event as JSON in a line, without the line's end, and the sum for the next one. */
export const sealLine = (before: string, event: string): {readonly line: string; readonly sum: string} => {
  const sum = sumOf(before, event);
  return {line: `{"sum":"${sum}","event":${event}}`, sum};
};

/**
 * What a line holds: the event as JSON, and the sum for the next line. `bare`: it has no sum, as lakeup wrote journals
 * before; whatever follows vouches for it all the same. `false`: its sum is not that of what stands there.
 */
export type OpenedLine = {
  readonly kind: 'sealed' | 'bare' | 'false';
  readonly event: string;
  readonly sum: string;
};

export const openLine = (before: string, line: string): OpenedLine => {
  const [, told] = SEALED.exec(line.slice(0, PREFIX_LENGTH)) ?? [];
  if (told === undefined) return {kind: 'bare', event: line, sum: sumOf(before, line)};
  const event = line.slice(PREFIX_LENGTH, -1);
  const sum = sumOf(before, event);
  return {kind: sum === told && line.endsWith('}') ? 'sealed' : 'false', event, sum};
};
