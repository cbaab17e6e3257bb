import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {quote} from '../../../../src/lib/sh.ts';
import {formatBody, formatVars} from '../../../../src/systems/alluxio/scripts/format.ts';
import {
  journalBackBody,
  journalVars,
  keepJournalBody,
} from '../../../../src/systems/alluxio/scripts/journal.ts';
import {
  atEveryCut,
  cutAfter,
  install,
  javaOf,
  linux,
  type Place,
  run,
  STAMP,
  shells,
  TO,
  type Told,
  treeOf,
  withSettings,
  write,
  writeVersion,
} from './homes.ts';

const keep = (place: Place, shell?: string[], env?: NodeJS.ProcessEnv): Told =>
  run(keepJournalBody, journalVars(place.node, place.context), shell, env);
const back = (place: Place, shell?: string[], env?: NodeJS.ProcessEnv): Told =>
  run(journalBackBody, journalVars(place.node, place.context), shell, env);
const format = (place: Place, shell?: string[]): Told =>
  run(formatBody, formatVars(place.node, place.context), shell);

const copyOf = (folder: string): string => `${folder}_copy_${STAMP}`;
/** By the host and the home: as the demo has it, several hosts may have one name. */
const partOf = (folder: string, home: string): string => {
  const [sum] = execFileSync('cksum', {input: home, encoding: 'utf8'}).split(' ');
  return `${folder}.${hostname()}-${sum}.part`;
};
const newOf = (folder: string): string => `${folder}_new_${STAMP}`;
const refused = (place: Place, act: (place: Place) => Told): string => {
  const before = treeOf(place.root);
  const {code, stderr} = act(place);
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect(treeOf(place.root)).toEqual(before);
  return stderr;
};
/** What a new master makes of a journal. */
const writeNew = ({journal, metastore}: Place): void => {
  rmSync(join(journal, 'copycat.meta'), {force: true});
  write(join(journal, 'raft/current/log_inprogress_0'), 'new');
  write(join(metastore, 'rocks/CURRENT'), 'MANIFEST-2');
};

describe.runIf(linux)('the cold copy', () => {
  test.each(shells)(
    'by $name: is made once, whole, and comes back as often as it is asked for',
    ({words: shell}) => {
      const place = install();
      const [journal, metastore] = [treeOf(place.journal), treeOf(place.metastore)];
      expect(keep(place, shell)).toMatchObject({code: 0, stderr: ''});
      expect(treeOf(copyOf(place.journal))).toEqual(journal);
      expect(treeOf(copyOf(place.metastore))).toEqual(metastore);
      writeNew(place);
      const written = treeOf(place.journal);
      expect(keep(place, shell).stdout).toContain('is there already');
      expect(treeOf(copyOf(place.journal)), 'an earlier copy stays').toEqual(journal);
      for (const _ of [1, 2]) {
        expect(back(place, shell)).toMatchObject({code: 0, stderr: ''});
        expect(treeOf(place.journal)).toEqual(journal);
        expect(treeOf(place.metastore)).toEqual(metastore);
        expect(treeOf(newOf(place.journal)), 'nothing is lost').toEqual(written);
        expect(treeOf(copyOf(place.journal)), 'the copy stays').toEqual(journal);
      }
    },
  );

  test('is finished where it was cut off, at every point, there and back', () => {
    const wanted = (place: Place): void => {
      expect(treeOf(copyOf(place.journal))).toEqual(treeOf(place.journal));
      expect(treeOf(copyOf(place.metastore))).toEqual(treeOf(place.metastore));
      expect(existsSync(partOf(copyOf(place.journal), place.node.home))).toBe(false);
    };
    atEveryCut(
      () => install(),
      place => cutAfter(place, keepJournalBody, journalVars(place.node, place.context)),
      (place, n) => {
        if (existsSync(copyOf(place.journal)))
          expect(treeOf(copyOf(place.journal)), n).toEqual(treeOf(place.journal));
        expect(keep(place), n).toMatchObject({code: 0, stderr: ''});
        wanted(place);
      },
    );
    atEveryCut(
      () => {
        const place = install();
        keep(place);
        writeNew(place);
        return place;
      },
      place => cutAfter(place, journalBackBody, journalVars(place.node, place.context)),
      (place, n) => {
        expect(back(place), n).toMatchObject({code: 0, stderr: ''});
        wanted(place);
        expect(existsSync(partOf(place.journal, place.node.home))).toBe(false);
        expect(readFileSync(join(newOf(place.metastore), 'rocks/CURRENT'), 'utf8')).toBe('MANIFEST-2');
      },
    );
  });

  test('a metastore in memory, or one that is not there yet, is no matter', () => {
    const heap = install({facts: {metastoreDir: ''}});
    expect(keep(heap)).toMatchObject({code: 0, stderr: ''});
    expect(existsSync(copyOf(heap.metastore))).toBe(false);
    const none = install();
    rmSync(none.metastore, {recursive: true});
    expect(keep(none)).toMatchObject({code: 0, stderr: ''});
    writeNew(none);
    expect(back(none)).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(none.journal)).toEqual(treeOf(copyOf(none.journal)));
  });

  test('a journal at a URI is left alone; a file: URI is its folder', () => {
    const uri = install({facts: {journalFolder: 'hdfs://n1:9000/journal', metastoreDir: ''}});
    const before = treeOf(uri.root);
    expect(keep(uri)).toMatchObject({code: 0, stdout: '', stderr: ''});
    expect(treeOf(uri.root)).toEqual(before);
    const place = install();
    const file = {
      ...place.context,
      facts: new Map([[place.node.id, {journalFolder: `file://${place.journal}/`}]]),
    };
    expect(journalVars(place.node, file)).toMatchObject({journal: place.journal, metastore: ''});
  });

  test.each([
    ['the journal is not there', ({journal}: Place) => rmSync(journal, {recursive: true}), 'is none'],
    [
      'the journal is a link',
      ({journal}: Place) => {
        renameSync(journal, `${journal}-x`);
        symlinkSync(`${journal}-x`, journal);
      },
      'is symlink',
    ],
    ['the copy is a file', ({journal}: Place) => writeFileSync(copyOf(journal), ''), 'is other'],
    ['the copy is a link', ({journal}: Place) => symlinkSync('/', copyOf(journal)), 'is symlink'],
    [
      'the part is a link',
      ({metastore, node}: Place) => symlinkSync('/', partOf(copyOf(metastore), node.home)),
      'is symlink',
    ],
  ] as const)('is not made where %s', (_, spoil, told) => {
    const place = install();
    spoil(place);
    expect(refused(place, keep)).toContain(told);
  });

  test.each(['relative/journal', '/', '//', '/srv/../etc'])('is not made of %s', journal => {
    const place = install();
    const vars = {...journalVars(place.node, place.context), journal};
    expect(refused(place, () => run(keepJournalBody, vars))).not.toBe('');
  });

  test('is not made of what the home lies in', () => {
    const place = install();
    const vars = {...journalVars(place.node, place.context), journal: join(place.root, 'opt')};
    expect(refused(place, () => run(keepJournalBody, vars))).toContain('lies in');
  });

  test('is not made while anything of the home runs, nor brought back', async () => {
    const place = install();
    keep(place);
    await javaOf(place.old, 'alluxio.master.AlluxioJobMaster');
    expect(refused(place, keep)).toContain('still runs');
    expect(refused(place, back)).toContain('still runs');
  });

  test('needs room, and says how much', () => {
    const place = install();
    const own = join(place.root, 'own');
    write(join(own, 'df'), `#!/bin/sh\necho head\necho '/dev/sda 100 90 1500 90% /'\n`, 0o755);
    const env = {PATH: `${own}:${process.env.PATH}`};
    expect(
      refused(place, of => keep(of, ['sh'], env)),
      'one has room, both have not',
    ).toContain('are free');
    keep(place);
    writeNew(place);
    expect(refused(place, of => back(of, ['sh'], env))).toContain('are free');
  });

  test('that differs is none: what was made of it is removed', () => {
    const place = install();
    const own = join(place.root, 'own');
    write(join(own, 'cp'), '#!/bin/sh\n/bin/cp "$@"; for last; do :; done; : >"$last/torn"\n', 0o755);
    const {code, stderr} = keep(place, ['sh'], {PATH: `${own}:${process.env.PATH}`});
    expect(`${code} ${stderr}`).toContain('1 ');
    expect(stderr).toContain('could not be copied');
    expect(existsSync(copyOf(place.journal))).toBe(false);
    expect(existsSync(partOf(copyOf(place.journal), place.node.home))).toBe(false);
  });

  describe.each(shells)('by $name, where anything of the home was started meanwhile', ({words: shell}) => {
    /** What a copy that takes its time begins, the nth of them: a process of the home, and what ends it. */
    const startsOne = (
      place: Place,
      nth: number,
    ): {readonly env: NodeJS.ProcessEnv; readonly end: () => void} => {
      const own = join(place.root, 'own');
      const [pid, count] = [join(place.root, 'own-pid'), join(place.root, 'own-count')];
      const java = [process.execPath, '-e', 'setInterval(() => {}, 1e6)', '--', `-Dalluxio.home=${place.old}`]
        .map(quote)
        .join(' ');
      write(
        join(own, 'cp'),
        `#!/bin/sh\n/bin/cp "$@" || exit\necho >>${quote(count)}\n` +
          `if [ "$(wc -l <${quote(count)})" -eq ${nth} ]; then ${java} alluxio.master.AlluxioJobMaster >/dev/null 2>&1 </dev/null & echo $! >${quote(pid)}; fi\n`,
        0o755,
      );
      return {
        env: {PATH: `${own}:${process.env.PATH}`},
        end: () => {
          process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
          for (const path of [own, pid, count]) rmSync(path, {recursive: true});
        },
      };
    };
    const meanwhile = (place: Place, nth: number, act: typeof keep): string => {
      const {env, end} = startsOne(place, nth);
      const {code, stderr} = act(place, shell, env);
      end();
      return `${code} ${stderr}`;
    };
    // Not 97: that would say that nothing was done.
    const FAILED = /^1 process \d+ of .* still runs\nit was started while .* was copied\n$/;
    const partsOf = ({journal, metastore, node}: Place): string[] =>
      [journal, metastore, copyOf(journal), copyOf(metastore)]
        .map(folder => partOf(folder, node.home))
        .filter(part => existsSync(part));

    test('is none', () => {
      const place = install();
      expect(meanwhile(place, 1, keep)).toMatch(FAILED);
      expect(existsSync(copyOf(place.journal))).toBe(false);
      expect(meanwhile(place, 2, keep)).toMatch(FAILED);
      expect(treeOf(copyOf(place.journal))).toEqual(treeOf(place.journal));
      expect(existsSync(copyOf(place.metastore))).toBe(false);
      expect(partsOf(place)).toEqual([]);
      expect(keep(place, shell)).toMatchObject({code: 0, stderr: ''});
      expect(treeOf(copyOf(place.metastore))).toEqual(treeOf(place.metastore));
    });

    test('is not brought back, and what was brought back before stays', () => {
      const place = install();
      const [old, oldMetastore] = [treeOf(place.journal), treeOf(place.metastore)];
      keep(place);
      writeNew(place);
      const written = treeOf(place.journal);
      expect(meanwhile(place, 1, back)).toMatch(FAILED);
      expect(treeOf(place.journal)).toEqual(written);
      expect(existsSync(newOf(place.journal))).toBe(false);
      expect(meanwhile(place, 2, back)).toMatch(FAILED);
      expect(treeOf(place.journal)).toEqual(old);
      expect(treeOf(place.metastore)).not.toEqual(oldMetastore);
      expect(partsOf(place)).toEqual([]);
      expect(back(place, shell)).toMatchObject({code: 0, stderr: ''});
      expect(treeOf(place.metastore)).toEqual(oldMetastore);
    });
  });

  test('is left to each host of masters that share a journal, and made once', () => {
    const place = install();
    const others = `${copyOf(place.journal)}.other-host.part`;
    mkdirSync(others);
    expect(keep(place)).toMatchObject({code: 0, stderr: ''});
    expect(existsSync(others)).toBe(true);
    // The other one ends while this one compares.
    const late = install();
    const own = join(late.root, 'own');
    const copy = copyOf(late.journal).replaceAll("'", `'\\''`);
    write(
      join(own, 'sync'),
      `#!/bin/sh\nif [ ! -e '${copy}' ]; then cp -RPp '${late.journal.replaceAll("'", `'\\''`)}' '${copy}'; fi\n`,
      0o755,
    );
    expect(keep(late, ['sh'], {PATH: `${own}:${process.env.PATH}`})).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(copyOf(late.journal))).toEqual(treeOf(late.journal));
    expect(existsSync(partOf(copyOf(late.journal), late.node.home))).toBe(false);
  });

  test('does not come back over what the old version wrote since', () => {
    const place = install();
    keep(place);
    writeNew(place);
    back(place);
    write(join(place.journal, 'copycat-1-1.log'), 'more entries');
    expect(refused(place, back)).toContain('was put back before and is not as the copy any more');
    const bare = install();
    expect(refused(bare, back)).toContain('nothing to go back to');
  });

  test('comes back over what a new version wrote once more, as soon as that advice is followed', () => {
    const place = install();
    const old = treeOf(place.journal);
    keep(place);
    writeNew(place);
    back(place);
    writeNew(place);
    const again = treeOf(place.journal);
    const advice = refused(place, back);
    expect(advice).toContain(`give ${newOf(place.journal)} another name, and retry`);
    renameSync(newOf(place.journal), `${newOf(place.journal)}.first`);
    // The metastore was put back before, too, and has to be told the same.
    expect(refused(place, back)).toContain(`give ${newOf(place.metastore)} another name, and retry`);
    renameSync(newOf(place.metastore), `${newOf(place.metastore)}.first`);
    expect(back(place)).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(place.journal)).toEqual(old);
    expect(treeOf(newOf(place.journal)), 'nothing is lost').toEqual(again);
  });
});

/** The new version installed, with the old one's configuration. */
const installed = (type: 'EMBEDDED' | 'UFS' = 'EMBEDDED', version = TO): Place => {
  const made = install({type});
  const place = {...made, context: {...made.context, target: {...made.context.target, to: version}}};
  writeVersion(place.staged, version);
  write(
    join(place.staged, 'conf/alluxio-site.properties'),
    readFileSync(join(place.old, 'conf/alluxio-site.properties'), 'utf8'),
  );
  rmSync(place.home);
  symlinkSync(place.staged, place.home);
  return place;
};
const kept = (place: Place): Place => {
  expect(keep(place)).toMatchObject({code: 0, stderr: ''});
  return place;
};
const commands = (home: string): string => {
  const file = join(home, 'logs/commands');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

describe.runIf(linux)('formatting', () => {
  test.each(shells)(
    'by $name: empties the journal of this master alone; again it does the same',
    ({words: shell}) => {
      const place = kept(installed());
      const copies = [treeOf(copyOf(place.journal)), treeOf(place.metastore)];
      for (const _ of [1, 2]) {
        expect(format(place, shell)).toMatchObject({code: 0, stderr: ''});
        expect(treeOf(place.journal)).toEqual([]);
      }
      expect([treeOf(copyOf(place.journal)), treeOf(place.metastore)]).toEqual(copies);
      expect(commands(place.staged)).toContain('formatJournal');
      expect(commands(place.old), 'the new version’s own command').toBe('');
      expect(back(place)).toMatchObject({code: 0, stderr: ''});
      expect(treeOf(place.journal)).toEqual(treeOf(copyOf(place.journal)));
    },
  );

  test('a journal of the other kind is formatted once', () => {
    const place = kept(installed('UFS'));
    expect(format(place)).toMatchObject({code: 0, stderr: ''});
    expect(existsSync(join(place.journal, 'FileSystemMaster/v1/logs'))).toBe(false);
    expect(existsSync(join(place.journal, 'JobJournal/v1/log')), 'of the job service').toBe(true);
    const before = treeOf(place.journal);
    expect(format(place).stdout).toContain('formatted already');
    expect(treeOf(place.journal)).toEqual(before);
    expect(commands(place.staged).match(/formatJournal/g)).toHaveLength(1);
  });

  test('a version that knows no formatJournal is asked by the older word', () => {
    const place = kept(installed('EMBEDDED', '2.3.0'));
    expect(format(place)).toMatchObject({code: 0, stderr: ''});
    expect(commands(place.staged)).toContain('formatMaster');
    expect(commands(place.staged)).not.toContain('formatJournal');
  });

  test('what the product says of its failure is told, and never taken for ours', () => {
    const place = kept(installed());
    write(join(place.staged, 'format-fails'), '');
    expect(format(place)).toMatchObject({code: 255});
    expect(format(place).stdout).toContain('Failed to format');
  });

  test('a folder that the journal is moved to may be empty, or not be there', () => {
    const made = installed();
    const moved = join(made.root, 'srv/moved');
    const place = withSettings(made, {conf: {'alluxio.master.journal.folder': moved}});
    write(join(place.staged, 'conf/alluxio-site.properties'), `alluxio.master.journal.folder=${moved}\n`);
    expect(format(place)).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(moved)).toEqual([]);
    write(join(moved, 'somebody’s'), '');
    expect(refused(place, format)).toContain('gone for good');
  });

  test.each([
    [
      'the copy is not there',
      (place: Place) => rmSync(copyOf(place.journal), {recursive: true}),
      'gone for good',
    ],
    [
      'the copy is a link',
      (place: Place) => {
        rmSync(copyOf(place.journal), {recursive: true});
        symlinkSync(place.journal, copyOf(place.journal));
      },
      'symlink',
    ],
    [
      'the journal is a link',
      ({journal}: Place) => {
        renameSync(journal, `${journal}-x`);
        symlinkSync(`${journal}-x`, journal);
      },
      'symlink',
    ],
    [
      'the home is the old version still',
      (place: Place) => {
        rmSync(place.home);
        symlinkSync(place.old, place.home);
      },
      "is version '2.3.0'",
    ],
  ] as const)('refuses, and changes nothing: %s', (_, spoil, told) => {
    const place = kept(installed());
    spoil(place);
    expect(refused(place, format)).toContain(told);
  });

  test('refuses, and says why, where the new version cannot be asked', () => {
    const place = kept(installed());
    write(
      join(place.staged, 'bin/alluxio'),
      "#!/bin/sh\necho 'Error: Alluxio requires Java 8'; exit 1\n",
      0o755,
    );
    expect(refused(place, format)).toContain('Alluxio requires Java 8');
  });

  test('refuses where the new version means another folder', () => {
    const place = kept(installed());
    const other = join(place.root, 'srv/other');
    mkdirSync(other);
    write(join(place.staged, 'conf/alluxio-site.properties'), `alluxio.master.journal.folder=${other}\n`);
    mkdirSync(join(place.staged, 'logs'));
    expect(format(place)).toMatchObject({code: 97});
    expect(treeOf(place.journal)).toEqual(treeOf(copyOf(place.journal)));
    expect(commands(place.staged)).not.toContain('format');
  });

  test.each(['/', 'journal', '/srv/../etc', ''])('never formats %j', journal => {
    const place = kept(installed());
    const vars = {...formatVars(place.node, place.context), journal};
    expect(run(formatBody, vars)).toMatchObject({code: 97});
    expect(commands(place.staged)).not.toContain('format');
  });

  test.each(['alluxio.worker.AlluxioWorker', 'alluxio.master.AlluxioMaster'])(
    'refuses while %s runs, of the old version too',
    async mainClass => {
      const place = kept(installed());
      await javaOf(place.old, mainClass);
      expect(refused(place, format)).toContain('still runs');
    },
  );
});
