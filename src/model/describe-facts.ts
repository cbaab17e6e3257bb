import {dateOf, timeOfDay} from '../lib/moment.ts';
import {type Expect, type Fact, type Facts, isList, type Scalar} from './facts.ts';
import type {Check, PlannedExpect} from './plan.ts';
import {both, COMMA, joinTexts, plain, type Text, text} from './text.ts';

// How facts, and what they have to be, are written.

const shownOne = (value: Scalar): string => (value === '' ? '""' : String(value));

/** A fact as a value: nobody and nothing is a word of its own. */
export const describeFact = (value: Fact): Text => {
  if (!isList(value)) return plain(shownOne(value));
  return value.length === 0
    ? text('none', '无')
    : joinTexts(
        value.map(item => plain(shownOne(item))),
        COMMA,
      );
};

/** Facts that are dates, in every system. */
const DATES: ReadonlySet<string> = new Set(['since']);

/** A fact by its name: a date as one. */
export const describeNamed = (name: string, value: Fact): Text =>
  DATES.has(name) && typeof value === 'number'
    ? plain(`${dateOf(value)} ${timeOfDay(value)}`)
    : describeFact(value);

/** What a fact must be, such as ">= 3" or "not down". */
export const describeExpected = (expected: PlannedExpect[string]): Text => {
  if (typeof expected !== 'object' || isList(expected)) return describeFact(expected);
  if ('not' in expected) return text(`not ${shownOne(expected.not)}`, `不是 ${shownOne(expected.not)}`);
  if ('atLeast' in expected) return plain(`>= ${expected.atLeast}`);
  if ('atMost' in expected) return plain(`<= ${expected.atMost}`);
  if ('oneOf' in expected) {
    const values = expected.oneOf.map(shownOne);
    return text(values.join(' or '), values.join(' 或 '));
  }
  const {fact, step} = expected.from;
  const found = text(`the ${fact} that ${step} found`, `${step} 得到的 ${fact}`);
  return expected.bound === undefined ? found : text(`at least ${found.en}`, `至少为 ${found.zh}`);
};

/** The same by its name. */
export const describeNamedExpected = (name: string, expected: PlannedExpect[string]): Text =>
  typeof expected !== 'object' || isList(expected)
    ? describeNamed(name, expected)
    : describeExpected(expected);

/** "alive true, version 3.1.2". */
export const describeExpect = (expect: Expect | PlannedExpect): Text =>
  both((pick, lang) =>
    Object.entries(expect)
      .map(([name, expected]) => `${name} ${pick(describeNamedExpected(name, expected))}`)
      .join(lang === 'en' ? ', ' : '，'),
  );

/** What a check wants to see, with what does as well. */
export const describeWanted = ({expect, or = []}: Pick<Check, 'expect' | 'or'>): Text =>
  joinTexts([expect, ...or].map(describeExpect), text('; or ', '；或 '));

/** Facts as "name value" pairs in one line; beside one that was found otherwise before, what it was. */
export const describeFacts = (facts: Facts, before: Facts = {}): Text =>
  joinTexts(
    Object.entries(facts).map(([name, value]) => {
      const now = both(pick => `${name} ${pick(describeNamed(name, value))}`);
      const then = before[name];
      if (then === undefined) return now;
      const was = describeNamed(name, then);
      return text(`${now.en}, it was ${was.en}`, `${now.zh}，原为 ${was.zh}`);
    }),
    COMMA,
  );
