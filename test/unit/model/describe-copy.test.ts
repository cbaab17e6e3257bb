import {describe, expect, it} from 'vitest';
import {copyHeadway, describeCopy} from '../../../src/model/describe-copy.ts';
import {text} from '../../../src/model/text.ts';
import {a, copy, ref} from '../engine/toy.ts';

describe('a copy in words', () => {
  const told = (fact: string) => ref('p/backup@a', fact);
  const unknown = () => undefined;

  it('names the sender and the file, and where it goes when that is another place', () => {
    expect(describeCopy(copy(a), unknown)).toEqual(
      text('copy /backups/x.gz from a', '从 a 复制 /backups/x.gz'),
    );
    expect(describeCopy(copy(a, {to: '/b/y'}), unknown)).toEqual(
      text('copy /backups/x.gz from a to /b/y', '从 a 复制 /backups/x.gz 到 /b/y'),
    );
  });

  it('names what is not known yet by the step that finds it, and what is by itself', () => {
    const action = copy(told('node'), {from: {node: told('node'), path: told('path')}, to: told('path')});
    expect(describeCopy(action, unknown)).toEqual(
      text(
        'copy (the path that p/backup@a found) from (the node that p/backup@a found)',
        '从 p/backup@a 得到的 node 复制 p/backup@a 得到的 path',
      ),
    );
    expect(describeCopy(action, () => ({node: 'b', path: '/b/x'})).en).toBe('copy /b/x from b');
  });

  it.each([
    [
      {stage: 'waiting', bytes: 0, totalBytes: 0, withinMs: 14_400_000},
      'waits for its turn, other copies go first: 4h at most',
      '排队等待，其他复制先进行：最多 4h',
    ],
    [
      {stage: 'copying', bytes: 1_288_490_188, totalBytes: 4_294_967_296},
      'on its way: 1.2 GiB of 4.0 GiB (29%)',
      '正在传输：1.2 GiB，共 4.0 GiB（29%）',
    ],
    [
      {stage: 'counting', bytes: 0, totalBytes: 1_024},
      'the sender counts its sum: 0 B of 1.0 KiB (0%)',
      '发送端正在计算校验和：0 B，共 1.0 KiB（0%）',
    ],
    [
      {stage: 'checking', bytes: 0, totalBytes: 0},
      'whole; its sum is counted here',
      '已传输完毕，正在本机核对校验和',
    ],
  ] as const)('says how far it is: %o', (progress, en, zh) => {
    expect(copyHeadway(progress).words).toEqual({en, zh});
  });
});
