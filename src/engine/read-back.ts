import type {z} from 'zod';
import {Event} from '../model/event.ts';
import {type Text, text} from '../model/text.ts';

/** Where in a value, and what: "plan.phases.0.id: Invalid input". */
export const firstIssue = (issues: readonly z.core.$ZodIssue[]): string => {
  const [issue] = issues;
  if (issue === undefined) return '';
  return issue.path.length === 0 ? issue.message : `${issue.path.map(String).join('.')}: ${issue.message}`;
};

/** An event that was not written, because nobody could have read it again. */
export class UnkeptEvent extends Error {
  readonly words: Text;
  constructor(type: Event['type'], what: string) {
    super(`${type} cannot be kept: ${what}`);
    this.name = 'UnkeptEvent';
    this.words = text(
      `"${type}" could not be read back from the journal, so it was not written there: ${what}`,
      `“${type}”写入日志后将无法读回，因此没有写入：${what}`,
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Where two values differ, as a path, or null; a field that is undefined is none. */
const differenceOf = (a: unknown, b: unknown, path = ''): string | null => {
  if (a === b) return null;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return path;
  const within = (name: string): string | null =>
    a[name] === b[name] ? null : differenceOf(a[name], b[name], path === '' ? name : `${path}.${name}`);
  for (const name of Object.keys(a)) {
    const found = within(name);
    if (found !== null) return found;
  }
  for (const name of Object.keys(b)) {
    const found = Object.hasOwn(a, name) ? null : within(name);
    if (found !== null) return found;
  }
  return null;
};

/**
 * An event as whoever resumes will read it. Throws for one that would be read as something else, or not at all: a number
 * that is not finite, say, stands in JSON as null.
 */
export const readBack = (event: Event): Event => {
  const read = Event.safeParse(JSON.parse(JSON.stringify(event)));
  if (!read.success) throw new UnkeptEvent(event.type, firstIssue(read.error.issues));
  const difference = differenceOf(event, read.data);
  if (difference !== null) throw new UnkeptEvent(event.type, `${difference} would be read as something else`);
  return read.data;
};
