import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {allSaid, said} from '../../../../src/host/lines.ts';
import {namespaceFacts, parseRestored} from '../../../../src/systems/alluxio/parse/namespace.ts';
import {parseQuorum} from '../../../../src/systems/alluxio/parse/quorum.ts';
import {askNamespace, askQuorum, askRestore} from '../../../../src/systems/alluxio/scripts/look-whole.ts';
import {readRecording, tableOf} from '../../../unit/systems/alluxio/recorded.ts';
import {answer, callsOf, lookOf, makeHome, makeVersion, nodeAt, SHELLS, write} from './looked.ts';

const LISTED = tableOf(/^bin\/alluxio fs (-D\S+ )*ls -R \/$/);

describe('look.namespace', () => {
  it('has recordings to read', () => expect(LISTED.length).toBeGreaterThan(20));

  it.each(LISTED)('counts %s', (_, {stdout, exit}) => {
    const {home, real} = makeHome('link');
    answer(real, 'alluxio.fs.ls.-R._', stdout, exit);
    const told = lookOf(askNamespace(nodeAt(home), 1000));
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(said(told.lines, 'exit')).toBe(String(exit));
    if (exit !== 0) {
      expect(said(told.lines, 'odd')).toMatch(/^(Failed to |Unrecognized configuration value <NEVER>)/);
      return;
    }
    const rows = stdout.split('\n').filter(line => line !== '');
    const open = rows.filter(line => / NOT_PERSISTED .*% \//.test(line));
    expect(namespaceFacts(told.lines)).toEqual({
      paths: rows.length + 1,
      notPersisted: open.length,
      lost: rows.filter(line => / LOST /.test(line)).length,
      examples: open.map(line => line.replace(/^.*% /, '')),
    });
  });
});

describe.each(SHELLS)('look.namespace, by %s', shell => {
  const listed = (lines: readonly string[]) => {
    const {home, real} = makeHome('dir');
    answer(real, 'alluxio.fs.ls.-R._', `${lines.join('\n')}\n`);
    return {home, told: lookOf(askNamespace(nodeAt(home), 1000), shell)};
  };

  it('loads nothing from the under store, in the words of either generation', () => {
    const {home} = listed([]);
    expect(callsOf(home)[0]).toBe(
      'alluxio fs -Dalluxio.user.file.metadata.load.type=NEVER -Dalluxio.user.file.metadata.sync.interval=-1 ls -R /',
    );
    makeVersion(home, '1.8.1');
    lookOf(askNamespace(nodeAt(home), 1000), shell);
    expect(callsOf(home)[1]).toContain('load.type=Never ');
  });

  it('reads rows without owners, names with blanks, and leaves the rest out', () => {
    const {told} = listed([
      'Warning: ALLUXIO_UNDERFS_ADDRESS is deprecated by ALLUXIO_MASTER_MOUNT_TABLE_ROOT_UFS',
      '              4       PERSISTED 11-22-2026 07:47:48:816  DIR /d   ',
      '        3000000   NOT_PERSISTED 11-22-2026 07:47:33:892 100% /d/a file 5% /x',
      '        3000000 TO_BE_PERSISTED 11-22-2026 07:47:33:892 100% /d/b',
      '        3000000            LOST 11-22-2026 07:47:33:892   0% /d/c',
      '              0   NOT_PERSISTED 11-22-2026 07:47:33:892  DIR /e',
    ]);
    expect(namespaceFacts(told.lines)).toEqual({
      paths: 6,
      notPersisted: 2,
      lost: 1,
      examples: ['/d/a file 5% /x', '/d/b'],
    });
    expect(said(told.lines, 'exit')).toBe('0');
  });

  it('holds nothing that is known where a row is not understood', () => {
    const row = '-rw-r--r--  a  b  3  PERSISTED 11-22-2026 07:47:33:892 100% /f';
    for (const odd of [row.replace('PERSISTED', 'EVICTED'), 'Failed to list', '/f']) {
      const {told} = listed([row, odd, 'SLF4J: Class path contains multiple bindings.']);
      expect(said(told.lines, 'odd')).toBe(odd);
      expect(namespaceFacts(told.lines)).toEqual({});
    }
  });

  it('names twenty of those that would be lost', () => {
    const {told} = listed(
      Array.from(
        {length: 50},
        (_, i) => `-rw-r--r--  a  b  3  NOT_PERSISTED 11-22-2026 07:47:33:892 100% /f${i}`,
      ),
    );
    expect(namespaceFacts(told.lines)).toMatchObject({paths: 51, notPersisted: 50});
    expect(allSaid(told.lines, 'example').length).toBe(20);
  });
});

describe.each(SHELLS)('look.quorum and look.restore, by %s', shell => {
  it.each(['2.9.4/quorum-one-stopped.txt', 'guide-a-emb/04-quorum.txt', '2.9.4/down-quorum.txt'])(
    '%s',
    path => {
      const {stdout, exit} = readRecording(path);
      const {home, real} = makeHome('link');
      answer(real, 'alluxio.fsadmin.journal.quorum.info.-domain.MASTER', stdout, exit);
      const {lines} = lookOf(askQuorum(nodeAt(home, 'master', {javaHome: '/opt/java'})), shell);
      expect(said(lines, 'exit')).toBe(String(exit));
      expect(parseQuorum(allSaid(lines, 'out'))?.members.length).toBe(exit === 0 ? 3 : undefined);
    },
  );

  it('reads what was logged of a restore, also before a start and in what was rolled away', () => {
    const {home, real} = makeHome('link');
    const restoredBy = (backup = '/bk/one.gz') =>
      parseRestored(allSaid(lookOf(askRestore(nodeAt(home)), shell).lines, 'log'), backup);
    expect(restoredBy(), 'there is no log').toBeNull();
    const line = (text: string): string => `2026-11-22 08:01:51,551 INFO  [main](X.java:66) - ${text}\n`;
    const start = line('Starting Alluxio master @m1:19998.');
    const restore =
      line('Initializing metadata from backup /bk/one.gz') + line('Restored 17 entries from backup');
    write(join(real, 'logs/master.log'), 'something\n');
    expect(restoredBy(), 'the start is not there').toBeNull();
    write(join(real, 'logs/master.log'), `${start}something\n`);
    expect(restoredBy()).toBe(0);
    write(join(real, 'logs/master.log'), `${start}${restore}`);
    expect(restoredBy()).toBe(17);
    expect(restoredBy('/bk/other.gz')).toBe(0);
    write(join(real, 'logs/master.log'), `${start}${restore}${start}something else\n`);
    expect(restoredBy()).toBe(17);
    write(join(real, 'logs/master.log.1'), `${start}${restore}`);
    write(join(real, 'logs/master.log'), 'something else\n');
    expect(restoredBy()).toBe(17);
    rmSync(join(real, 'logs/master.log.1'));
    expect(restoredBy()).toBeNull();
  });
});
