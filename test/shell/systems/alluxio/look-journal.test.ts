import {cpSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {cacheFacts} from '../../../../src/systems/alluxio/parse/cache.ts';
import {blastFacts, copyFacts, journalFacts} from '../../../../src/systems/alluxio/parse/journal.ts';
import {askCache} from '../../../../src/systems/alluxio/scripts/look-cache.ts';
import {
  askJournal,
  askJournalBlast,
  askJournalCopy,
} from '../../../../src/systems/alluxio/scripts/look-journal.ts';
import {linux, lookOf, makeRoot, nodeAt, SHELLS, STAMP, write} from './looked.ts';

const UUID = '02511d47-d67c-49a3-9011-abb3109a44c1';
const node = nodeAt('/nowhere');

describe.each(SHELLS)('look.journal, by %s', shell => {
  const factsOf = (journal: string) => {
    const told = lookOf(askJournal(node, journal), shell);
    expect(told).toMatchObject({code: 0, stderr: ''});
    return journalFacts(told.lines);
  };

  it('knows each generation by what it writes', () => {
    const root = makeRoot();
    const at = (name: string): string => join(root, name);
    write(at('raft/raft/x'), '');
    write(at(`grouped/raft/${UUID}/current/log_0-2`), '123');
    write(at(`flat/${UUID}/in_use.lock`), '');
    write(at('copycat/copycat-1-1.log'), '12');
    write(at('copycat/copycat.meta'), '1');
    write(at('formatted/FileSystemMaster/v1/_format_1795336496870'), '');
    write(at('ufs/FileSystemMaster/v1/_format_1795336496870'), '');
    write(at('ufs/FileSystemMaster/v1/logs/0x0-0x7fffffffffffffff'), '12345');
    write(at('jobs/JobJournal/raft/x/current/log_0'), '1');
    write(at('strange/a file'), '');
    mkdirSync(at('empty'));
    const layouts = [
      'raft',
      'grouped',
      'flat',
      'copycat',
      'formatted',
      'ufs',
      'jobs',
      'strange',
      'empty',
      'gone',
    ];
    expect(layouts.map(name => factsOf(at(name)).layout)).toEqual([
      'raft',
      'raft',
      'raft-flat',
      'copycat',
      'formatted',
      'ufs',
      'empty',
      'other',
      'empty',
      'none',
    ]);
    expect(factsOf(at('copycat'))).toMatchObject({files: 2, bytes: 3, foreign: []});
    expect(factsOf(at('strange'))).toMatchObject({files: 1, foreign: ['a file']});
    expect(factsOf(at('jobs'))).toMatchObject({files: 1, bytes: 1, foreign: []});
  });

  it('names what the newest generation does not read, and never more than a few hundred', () => {
    const root = join(makeRoot(), 'a journal');
    write(join(root, `raft/${UUID}/in_use.lock`), '');
    write(join(root, 'copycat.meta'), '');
    for (let i = 0; i < 300; i += 1) write(join(root, `raft/${UUID}/current/log_${i}`), '');
    symlinkSync('nowhere', join(root, 'a link'));
    const told = lookOf(askJournal(node, root), shell);
    expect(told.lines.filter(([key]) => key === 'entry').length).toBe(200);
    expect(journalFacts(told.lines)).toMatchObject({
      layout: 'raft',
      foreign: ['a link', 'copycat.meta'],
      files: 302,
    });
  });

  it('follows a link to a directory, and takes nothing else for one', () => {
    const root = makeRoot();
    write(join(root, 'journal/copycat.meta'), '');
    symlinkSync('journal', join(root, 'link'));
    write(join(root, 'file'), '');
    expect(factsOf(join(root, 'link')).layout).toBe('copycat');
    expect(factsOf(join(root, 'file'))).toEqual({layout: 'other', foreign: []});
  });
});

describe.each(SHELLS)('look.journal-copy, by %s', shell => {
  const make = () => {
    const root = makeRoot();
    const [journal, metastore] = [join(root, 'the journal'), join(root, 'meta')];
    write(join(journal, 'copycat.meta'), '1');
    write(join(metastore, 'blocks/LOCK'), '');
    const factsOf = (withMetastore = metastore) => {
      const told = lookOf(
        askJournalCopy(node, {journal, metastore: withMetastore, stamp: STAMP}, 60_000),
        shell,
      );
      expect(told).toMatchObject({code: 0, stderr: ''});
      return copyFacts(told.lines);
    };
    const copy = (place: string): void =>
      cpSync(place, `${place}_copy_${STAMP}`, {recursive: true, preserveTimestamps: true});
    return {journal, metastore, factsOf, copy};
  };

  it('compares names and contents', () => {
    const {journal, metastore, factsOf, copy} = make();
    expect(factsOf()).toEqual({copied: false, same: false});
    copy(journal);
    expect(factsOf()).toEqual({copied: false, same: false});
    expect(factsOf('')).toEqual({copied: true, same: true});
    copy(metastore);
    expect(factsOf()).toEqual({copied: true, same: true});
    write(join(journal, 'copycat.meta'), '2');
    expect(factsOf()).toEqual({copied: true, same: false});
    write(join(journal, 'copycat.meta'), '1');
    mkdirSync(join(journal, 'more'));
    expect(factsOf()).toEqual({copied: true, same: false});
  });

  it('names what a way back has put aside beside them', () => {
    const {journal, metastore, factsOf, copy} = make();
    copy(journal);
    copy(metastore);
    mkdirSync(`${journal}_new_${STAMP}`);
    expect(factsOf()).toEqual({copied: true, same: true, aside: [`${journal}_new_${STAMP}`]});
    mkdirSync(`${metastore}_new_${STAMP}`);
    expect(factsOf().aside).toEqual([journal, metastore].map(place => `${place}_new_${STAMP}`));
  });

  it('has nothing to compare where there is no metastore on the disk', () => {
    const {journal, metastore, factsOf, copy} = make();
    copy(journal);
    rmSync(metastore, {recursive: true});
    expect(factsOf()).toEqual({copied: true, same: true});
  });

  it('tells what a format would destroy', () => {
    const {journal, metastore, copy} = make();
    utimesSync(join(journal, 'copycat.meta'), 1_795_000_000, 1_795_000_000);
    const blastOf = () =>
      blastFacts(lookOf(askJournalBlast(node, {journal, metastore, stamp: STAMP}), shell).lines);
    expect(blastOf()).toMatchObject({
      path: journal,
      files: 1,
      bytes: 1,
      newestAt: 1_795_000_000_000,
      copied: false,
    });
    expect(blastOf().mount).toMatch(/^\//);
    if (linux) expect(blastOf().filesystem).toMatch(/^\w/);
    copy(journal);
    expect(blastOf().copied).toBe(false);
    copy(metastore);
    expect(blastOf().copied).toBe(true);
    rmSync(journal, {recursive: true});
    // Where it is to be kept from now on nothing has to lie yet.
    expect(blastOf()).toEqual({path: journal, files: 0, bytes: 0, copied: true});
    writeFileSync(journal, '');
    expect(lookOf(askJournalBlast(node, {journal, metastore, stamp: STAMP}), shell).code).toBe(1);
  });
});

describe.each(SHELLS)('look.cache, by %s', shell => {
  it('counts blocks in their own folder, and tells which ramdisk is none', () => {
    // Lists are for words without blanks, and so are the product's own scripts.
    const root = makeRoot();
    const link = `/tmp/lakeup-cache-${process.pid}-${SHELLS.indexOf(shell)}`;
    symlinkSync(root, link);
    try {
      const [mem, ssd] = [join(link, 'mem'), join(link, 'ssd')];
      write(join(mem, 'alluxioworker/16777217'), '12345');
      write(join(mem, 'alluxioworker/33554432'), '123');
      write(join(mem, 'alluxioworker/.tmp_blocks/55/7-99'), '1');
      write(join(mem, 'alluxioworker/other'), '1');
      write(join(mem, '99'), '1');
      mkdirSync(ssd);
      const told = lookOf(
        askCache(nodeAt('/nowhere', 'worker'), {dirs: [mem, ssd], memories: [mem], ramdisks: [mem]}),
        shell,
      );
      expect(told).toMatchObject({code: 0, stderr: ''});
      expect(told.stdout).toContain(`dir=2 8 ${mem}\ndir=0 0 ${ssd}\n`);
      expect(cacheFacts(told.lines)).toEqual({
        blocks: 2,
        bytes: 8,
        memoryBlocks: 2,
        memoryBytes: 8,
        unmounted: [mem],
      });
      const none = lookOf(
        askCache(nodeAt('/nowhere', 'worker'), {dirs: [], memories: [], ramdisks: ['/proc', '/no/where']}),
        shell,
      );
      expect(cacheFacts(none.lines)).toMatchObject({blocks: 0, bytes: 0, unmounted: ['/no/where']});
    } finally {
      rmSync(link);
    }
  });
});
