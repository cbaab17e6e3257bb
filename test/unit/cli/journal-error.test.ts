import {expect, it} from 'vitest';
import {journalError, UserError} from '../../../src/cli/user-error.ts';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: write`), {code});

it.each([
  ['ENOSPC', /disk is full\. Nothing further was begun/],
  ['EIO', /cannot be written \(EIO\)/],
])('%s on the journal is the operator’s to put right, and the run can be resumed', (code, sentence) => {
  const told = journalError(systemError(code));
  if (!(told instanceof UserError)) throw new Error('told as a bug');
  expect(told.what.en).toMatch(sentence);
  expect(told.fix?.en).toContain('lakeup resume');
  expect(told.code).toBe(3);
});

it('anything else stays a bug', () => {
  const bug = new TypeError('x is not a function');
  expect(journalError(bug)).toBe(bug);
});
