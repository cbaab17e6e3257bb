import {expect, it} from 'vitest';
import {diskError, journalError, UserError} from '../../../src/cli/user-error.ts';
import {JournalDisturbed} from '../../../src/engine/journal.ts';
import {text} from '../../../src/model/text.ts';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: write`), {code});

it.each([
  ['ENOSPC', /disk is full\. Nothing further was begun/],
  ['EIO', /the disk reports an error\. Nothing further was begun/],
  ['EBADF', /cannot be read or written \(EBADF\)/],
])('%s on the journal is the operator’s to put right, and the run can be resumed', (code, sentence) => {
  const told = journalError(systemError(code), false);
  if (!(told instanceof UserError)) throw new Error('told as a bug');
  expect(told.what.en).toMatch(sentence);
  expect(told.fix?.en).toContain('lakeup resume');
  expect(told.code).toBe(3);
});

it('anything else stays a bug', () => {
  const bug = new TypeError('x is not a function');
  expect(journalError(bug, false)).toBe(bug);
});

it('of the first event nothing follows: there is no run to resume', () => {
  const told = journalError(systemError('ENOSPC'), true);
  if (!(told instanceof UserError)) throw new Error('told as a bug');
  expect(told.what.en).toBe(
    "The run's journal cannot be written: the disk is full. Nothing was changed on any node.",
  );
  expect(told.fix?.en).not.toContain('resume');
  expect(told.code).toBe(2);
});

it('a journal that somebody else was at is told as that', () => {
  const told = journalError(new JournalDisturbed(text('was removed', '已被删除')), false);
  if (!(told instanceof UserError)) throw new Error('told as a bug');
  expect(told.what.en).toMatch(/^The run's journal was removed\. Nothing further was begun/);
  expect(told.code).toBe(3);
});

it('a disk that is full or read-only is no bug, wherever it is met', () => {
  const told = diskError(Object.assign(systemError('EROFS'), {path: '/x/y'}));
  expect(told?.what.en).toBe('/x/y cannot be written: the file system is read-only');
  expect(told?.code).toBe(1);
  expect(diskError(systemError('ENOSPC'))?.what.en).toBe('a file cannot be written: the disk is full');
  expect(diskError(systemError('ECONNRESET'))).toBe(null);
  expect(diskError(new TypeError('x is not a function'))).toBe(null);
});
