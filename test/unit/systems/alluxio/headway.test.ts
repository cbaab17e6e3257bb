import {describe, expect, test} from 'vitest';
import type {Facts} from '../../../../src/model/facts.ts';
import {NodeId} from '../../../../src/model/ids.ts';
import type {Step} from '../../../../src/model/plan.ts';
import {alluxioHeadway, entriesExpected} from '../../../../src/systems/alluxio/headway.ts';
import {parseBackupProgress} from '../../../../src/systems/alluxio/parse/backup-progress.ts';

describe('a line of the backup command', () => {
  // Of each state as the jars of 2.3.0, 2.7.3 and 2.9.4 write it: nobody has recorded one that took longer than a moment.
  test.each([
    ['Backup state: Initiating', {state: 'initiating'}],
    ['Backup state: Transitioning', {state: 'transitioning'}],
    ['Backup state: Running | Entries processed: 0', {state: 'running', entries: 0}],
    ['Backup state: Running | Entries processed: 12345678', {state: 'running', entries: 12_345_678}],
    ['.', {state: 'waiting'}],
    // Half a line, an end, and what no version of it says.
    ['Backup state: Runn', null],
    ['Backup state: Running', null],
    ['Backup state: Running | Entries processed: ', null],
    ['Backup state: Completed', null],
    ['Backup Entry Count : 22', null],
    ['Successfully backed up journal to /b/x.gz', null],
    ['Backup lost. Please check Alluxio logs.', null],
    ['', null],
  ])('%j', (line, progress) => expect(parseBackupProgress(line)).toEqual(progress));
});

describe('how many entries are expected', () => {
  test.each<[string, Facts, ReturnType<typeof entriesExpected>]>([
    [
      'by paths and blocks (recorded: 22 in the end)',
      {paths: 7, uniqueBlocks: 12, lastBackup: 3},
      {amount: 19, bound: 'about'},
    ],
    ['by the last backup', {paths: 7, lastBackup: 22}, {amount: 22, bound: 'about'}],
    ['no longer by one that is outgrown', {paths: 30, lastBackup: 22}, {amount: 30, bound: 'atLeast'}],
    ['by paths alone', {paths: 7}, {amount: 7, bound: 'atLeast'}],
    ['by the last backup alone', {lastBackup: 22}, {amount: 22, bound: 'about'}],
    ['by nothing', {}, null],
  ])('%s', (_, counted, total) => expect(entriesExpected(counted)).toEqual(total));
});

describe('how far a backup is', () => {
  const step = {name: 'backup', node: NodeId.parse('m-1')} as Step;
  const told = (line: string, counted: Facts | undefined = undefined) =>
    alluxioHeadway(step, line, id => (id === 'backup/mark@m-1' ? counted : undefined));
  const running = 'Backup state: Running | Entries processed: 1234567';

  test.each<[string, Facts | undefined, string, string]>([
    [
      running,
      {paths: 1_000_000, uniqueBlocks: 1_000_000},
      'running: 1,234,567 of ~2,000,000 entries (61%)',
      '进行中：1,234,567 条，共约 2,000,000 条（61%）',
    ],
    [
      running,
      {paths: 2_000_000},
      'running: 1,234,567 of at least 2,000,000 entries',
      '进行中：1,234,567 条，共至少 2,000,000 条',
    ],
    [running, {paths: 1_000_000}, 'running: 1,234,567 entries', '进行中：1,234,567 条'],
    [running, undefined, 'running: 1,234,567 entries', '进行中：1,234,567 条'],
    ['Backup state: Initiating', {paths: 7}, 'initiating', '正在初始化'],
    ['...', {paths: 7}, 'it waits for the masters', '正在等待 master'],
  ])('%s, of %o', (line, counted, en, zh) => {
    expect(told(line, counted)?.words).toEqual({en, zh});
  });

  test('is not known by any other line, nor of any other step', () => {
    expect(told('cp: no space left')).toBeNull();
    expect(alluxioHeadway({...step, name: 'stage'}, running, () => undefined)).toBeNull();
  });
});
