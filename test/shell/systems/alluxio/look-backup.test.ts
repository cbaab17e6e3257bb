import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {CARRIED, RECEIPT} from '../../../../src/host/receipt-names.ts';
import {backupFacts, proofFacts} from '../../../../src/systems/alluxio/parse/proof.ts';
import {askBackup, askProof} from '../../../../src/systems/alluxio/scripts/look-backup.ts';
import {leaveReceipt, ownerName} from '../../host/receipts.ts';
import {
  java,
  linux,
  lookOf,
  makeHome,
  makeRoot,
  makeVersion,
  nodeAt,
  SHELLS,
  STAMP,
  write,
} from './looked.ts';

const BYTES = gzipSync('entries of a journal');
const WHOLE = {
  readable: true,
  bytes: BYTES.length,
  gzip: 'ok',
  sha256: createHash('sha256').update(BYTES).digest('hex'),
};

describe.each(SHELLS)('look.proof, by %s', shell => {
  const factsOf = (path: string) => {
    const told = lookOf(askProof(nodeAt('/nowhere'), path), shell);
    expect(told).toMatchObject({code: 0, stderr: ''});
    return proofFacts(told.lines);
  };

  it('reads all of it', () => {
    const path = join(makeRoot(), 'a backup.gz');
    writeFileSync(path, BYTES);
    expect(factsOf(path)).toEqual({...WHOLE, complete: false});
    write(`${path}.complete`, '');
    expect(factsOf(path)).toEqual({...WHOLE, complete: true});
  });

  it('tells one that is broken, and one that is not there', () => {
    const root = makeRoot();
    const path = join(root, 'a backup.gz');
    expect(factsOf(path)).toEqual({readable: false});
    writeFileSync(path, BYTES.subarray(0, 20));
    expect(factsOf(path)).toMatchObject({readable: true, bytes: 20, gzip: 'broken'});
    expect(factsOf(root)).toEqual({readable: false});
  });
});

/** With the command's own words; PATH stands for a file that is there. */
const PRINTED: readonly (readonly [string, (path: string) => string])[] = [
  [
    'three lines behind the progress of hours',
    path => `${HOURS}Backup Host        : m3.lab\nBackup URI         : ${path}\nBackup Entry Count : 17\n`,
  ],
  [
    'three lines behind progress',
    path =>
      `${' '.repeat(75)}\r Backup state: Initiating\r${' '.repeat(75)}\r Backup state: Running | Entries processed: 7\r${' '.repeat(75)}\rBackup Host        : m3.lab\nBackup URI         : ${path}\nBackup Entry Count : 17\n`,
  ],
  ['with a scheme', path => `Backup Host : m3.lab\nBackup URI : file://${path}\nBackup Entry Count : 17\n`],
  [
    'one sentence behind dots',
    path => `.......Successfully backed up journal to ${path} on master m3.lab with 17 entries\n`,
  ],
];

/** Of a backup that takes hours: twice in a second a state. */
const HOURS = ` Backup state: Running | Entries processed: 1234567\r${' '.repeat(75)}\r`.repeat(20_000);

describe.each(SHELLS)('look.backup, by %s', shell => {
  const make = (layout: 'link' | 'dir') => {
    const {root, home, real} = makeHome(layout);
    // The command cuts a path in two at a blank, and so would its own scripts.
    const path = join('/tmp', `lakeup-backup-${process.pid}.gz`);
    const kept = join(real, `.lakeup-${STAMP}`);
    const factsOf = (old = real) => {
      const told = lookOf(askBackup(nodeAt(home), {stamp: STAMP, old}), shell);
      expect(told).toMatchObject({code: 0, stderr: ''});
      return backupFacts(told.lines);
    };
    return {root, home, real, path, kept, factsOf};
  };

  it.each(PRINTED)('reads what was printed: %s', (_, printed) => {
    const {path, kept, factsOf} = make('link');
    writeFileSync(path, BYTES);
    write(join(kept, 'backup.out'), printed(path));
    write(join(kept, 'backup.exit'), '0\n');
    const {readable: _readable, ...whole} = WHOLE;
    expect(factsOf()).toEqual({
      folder: 'dir',
      going: false,
      uri: printed(path).includes('file:') ? `file://${path}` : path,
      path,
      host: 'm3.lab',
      entries: 17,
      ...whole,
      complete: false,
    });
    rmSync(path);
    // It lies on the host that is named.
    expect(factsOf()).toMatchObject({path, host: 'm3.lab', entries: 17});
    expect(factsOf()).not.toHaveProperty('bytes');
  });

  it('names nothing that is on another file system, or that failed', () => {
    const {kept, factsOf} = make('link');
    expect(factsOf()).toEqual({folder: 'none', going: false});
    write(join(kept, 'backup.out'), 'Backup Host : m1\nBackup URI : hdfs://h:9000/b/x.gz\n');
    expect(factsOf()).toMatchObject({uri: 'hdfs://h:9000/b/x.gz', path: ''});
    write(
      join(kept, 'backup.out'),
      ' Backup state: Initiating\r \rBackup failed at worker: Failed to create directory /x\n',
    );
    write(join(kept, 'backup.exit'), '255\n');
    expect(factsOf()).toEqual({
      folder: 'dir',
      going: false,
      error: 'Backup failed at worker: Failed to create directory /x',
    });
  });

  it.runIf(linux)(
    'goes on as long as a process of it does, and ends with it, whatever files it leaves',
    async () => {
      const {real, kept, factsOf} = make('link');
      write(join(kept, 'backup.part'), '');
      expect(factsOf(), 'it was cut off').toEqual({folder: 'dir', going: false});
      const pid = await java('a backup');
      const own = ownerName(pid);
      leaveReceipt(real, own);
      expect(factsOf(), 'something else is at work').toMatchObject({going: false});
      leaveReceipt(real, ownerName(pid, {birth: '1'}), 'backup');
      leaveReceipt(real, ownerName(pid, {boot: '00000000'}), 'backup');
      expect(factsOf(), 'the pid is another process by now').toMatchObject({going: false});
      rmSync(join(real, `${RECEIPT}.${own}`), {recursive: true});
      leaveReceipt(real, own, 'backup');
      expect(factsOf()).toEqual({folder: 'dir', going: true});
      // How far that is, by the last of what it wrote over itself.
      write(join(kept, 'backup.part'), `${' '.repeat(75)}\r Backup state: Initiating\r${' '.repeat(75)}\r`);
      expect(factsOf()).toEqual({folder: 'dir', going: true});
      write(join(kept, 'backup.part'), HOURS);
      expect(factsOf()).toEqual({folder: 'dir', going: true, processed: 1_234_567});
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => factsOf().going, {timeout: 10_000}).toBe(false);
      // The script was killed, and the command that it had begun goes on.
      const child = spawn('sleep', ['600'], {
        env: {...process.env, [CARRIED]: own},
      });
      try {
        await expect.poll(() => factsOf().going, {timeout: 10_000}).toBe(true);
      } finally {
        child.kill('SIGKILL');
      }
      await expect.poll(() => factsOf().going, {timeout: 10_000}).toBe(false);
    },
  );

  it('is found in the old version, wherever that lies by now', () => {
    const one = make('link');
    write(join(one.kept, 'backup.out'), 'Backup URI : s3://b/x.gz\n');
    makeVersion(`${one.home}-2.9.4`, '2.9.4');
    rmSync(one.home);
    symlinkSync(`${one.home}-2.9.4`, one.home);
    expect(one.factsOf()).toMatchObject({uri: 's3://b/x.gz'});
    expect(one.factsOf('')).toEqual({folder: 'none', going: false});
    const other = make('dir');
    write(join(other.kept, 'backup.out'), 'Backup URI : s3://b/x.gz\n');
    renameSync(other.home, `${other.home}_backup_${STAMP}`);
    expect(other.factsOf('')).toMatchObject({uri: 's3://b/x.gz'});
    mkdirSync(other.home);
    expect(other.factsOf('')).toMatchObject({uri: 's3://b/x.gz'});
    expect(
      readFileSync(join(`${other.home}_backup_${STAMP}`, `.lakeup-${STAMP}`, 'backup.out'), 'utf8'),
    ).not.toBe('');
  });
});
