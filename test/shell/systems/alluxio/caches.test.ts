import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {renderScript} from '../../../../src/model/script.ts';
import {cacheCopyFacts} from '../../../../src/systems/alluxio/parse/cache.ts';
import {
  type CacheCopy,
  formatTiersBody,
  formatTiersVars,
  keepCacheBody,
  keepCacheVars,
  restoreCacheBody,
  restoreCacheVars,
} from '../../../../src/systems/alluxio/scripts/caches.ts';
import {askCacheCopy} from '../../../../src/systems/alluxio/scripts/look-cache.ts';
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
  type Told,
  treeOf,
  write,
  writeVersion,
} from './homes.ts';

/** Words of a list hold no blanks: ramdisks lie elsewhere than the home. */
type Worker = Place & {
  readonly disks: string;
  readonly ramdisk: string;
  readonly ssd: string;
  readonly path: string;
};

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, {recursive: true, force: true});
});

const worker = (from = '2.3.0'): Worker => {
  const place = install({role: 'worker', from});
  const disks = realpathSync(mkdtempSync(join(tmpdir(), 'lakeup-disks-')));
  roots.push(disks);
  const [ramdisk, ssd] = [join(disks, 'mnt/ramdisk'), join(disks, 'mnt/ssd')];
  write(join(ramdisk, 'alluxioworker/16777217'), 'one', 0o777);
  write(join(ramdisk, 'alluxioworker/33554432'), 'two', 0o777);
  mkdirSync(join(ramdisk, 'alluxioworker/.tmp_blocks/7'), {recursive: true});
  write(join(ssd, 'alluxioworker/50331648'), 'three');
  mkdirSync(join(disks, 'data'));
  appendFileSync(
    join(place.old, 'conf/alluxio-site.properties'),
    `alluxio.worker.tieredstore.level0.dirs.path=${ramdisk}\n`,
  );
  return {...place, disks, ramdisk, ssd, path: join(disks, 'data/cache')};
};

const copyOf = ({path, ramdisk}: Worker): CacheCopy => ({path, memories: [ramdisk], ramdisks: []});
type By = 'lakeup' | 'scripts';
const keepVars = (place: Worker, overwrites = false, by: By = 'lakeup') =>
  keepCacheVars(place.node, place.context, copyOf(place), {overwrites, by});
const keep = (place: Worker, shell?: string[], overwrite = false, by: By = 'lakeup'): Told =>
  run(keepCacheBody, keepVars(place, overwrite, by), shell);
const restoreVars = (place: Worker, more: Partial<CacheCopy> = {}) =>
  restoreCacheVars(place.node, place.context, {...copyOf(place), ...more});
const restore = (place: Worker, shell?: string[]): Told => run(restoreCacheBody, restoreVars(place), shell);

const copied = ({path, ramdisk}: Worker): readonly string[] => treeOf(join(path, ramdisk));
const refused = (place: Worker, act: () => Told): string => {
  const before = [treeOf(place.root), treeOf(place.disks)];
  const {code, stderr} = act();
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect([treeOf(place.root), treeOf(place.disks)]).toEqual(before);
  return stderr;
};
const besides = ({disks}: Worker): readonly string[] =>
  treeOf(join(disks, 'data')).filter(line => !line.startsWith(' '));

describe.runIf(linux)('a cold copy of ramdisks', () => {
  test.each(shells)(
    'by $name: is whole, below its place as the product would have it, and made once',
    ({words}) => {
      const place = worker();
      const before = treeOf(place.ramdisk);
      expect(keep(place, words)).toMatchObject({code: 0, stderr: ''});
      expect(copied(place)).toEqual(before);
      expect(treeOf(place.ramdisk)).toEqual(before);
      expect(keep(place, words).stdout).toContain('holds the copy already');
      expect(besides(place)).toEqual(['d 700 cache']);
    },
  );

  test('overwrites nothing unasked, and everything where it was asked for', () => {
    const place = worker();
    write(join(place.path, 'deep/theirs'), 'theirs');
    expect(refused(place, () => keep(place))).toContain('deep/theirs, which is not overwritten unasked');
    expect(keep(place, ['sh'], true)).toMatchObject({code: 0, stderr: ''});
    expect(copied(place)).toEqual(treeOf(place.ramdisk));
    expect(existsSync(join(place.path, 'deep'))).toBe(false);
    expect(besides(place)).toEqual(['d 700 cache']);
  });

  describe('by the product’s own script', () => {
    const stops = ({old}: Worker): string =>
      existsSync(join(old, 'logs/stops')) ? readFileSync(join(old, 'logs/stops'), 'utf8') : '';

    test.each(shells)('by $name: goes to a place where nothing is, is compared, and made once', ({words}) => {
      const place = worker('2.8.0');
      const files = (dir: string): string[] => treeOf(dir).map(line => line.replace(/^(\s*\S) \d+ /, '$1 '));
      expect(keep(place, words, false, 'scripts')).toMatchObject({code: 0, stderr: ''});
      // It keeps neither owner nor mode.
      expect(files(join(place.path, place.ramdisk))).toEqual(files(place.ramdisk));
      expect(stops(place)).toBe(`worker -c ${place.path}.lakeup-${STAMP}.part\n`);
      expect(keep(place, words, false, 'scripts').stdout).toContain('holds the copy already');
      expect(stops(place).split('\n')).toHaveLength(2);
      expect(besides(place)).toEqual(['d 700 cache']);
    });

    test('never empties what lies at its place, asked or not: that goes once the copy is whole', () => {
      const place = worker('2.8.0');
      write(join(place.path, 'theirs'), 'theirs');
      write(join(place.old, 'copy-fails'), '');
      expect(refused(place, () => keep(place, ['sh'], false, 'scripts'))).toContain(
        'not overwritten unasked',
      );
      expect(keep(place, ['sh'], true, 'scripts').code).toBe(1);
      expect(readFileSync(join(place.path, 'theirs'), 'utf8')).toBe('theirs');
      rmSync(join(place.old, 'copy-fails'));
      expect(keep(place, ['sh'], true, 'scripts')).toMatchObject({code: 0});
      expect(existsSync(join(place.path, 'theirs'))).toBe(false);
    });

    test('that lost a block on its way is no copy, whatever its exit code', () => {
      const place = worker('2.8.0');
      write(join(place.old, 'copies-less'), '');
      const {code, stderr} = keep(place, ['sh'], false, 'scripts');
      expect(code).toBe(1);
      expect(stderr).toContain('is not what the ramdisks hold');
      expect(besides(place)).toEqual([]);
    });

    test('is not tried by one that would end the worker and copy nothing', () => {
      const place = worker();
      expect(refused(place, () => keep(place, ['sh'], false, 'scripts'))).toContain(
        'tells of no -c; undo this run, write copyBy: lakeup and begin anew',
      );
      expect(stops(place)).toBe('');
      // By lakeup itself, as it says, the same copy is made.
      expect(keep(place)).toMatchObject({code: 0});
      expect(copied(place)).toEqual(treeOf(place.ramdisk));
      const mute = worker('2.8.0');
      write(join(mute.old, 'no-java'), '');
      expect(refused(mute, () => keep(mute, ['sh'], false, 'scripts'))).toContain(
        "alluxio-stop.sh -h says: Error: Cannot find 'java'",
      );
    });

    test('is not tried where it would end a worker of another install', async () => {
      const [place, other] = [worker('2.8.0'), worker('2.8.0')];
      const pid = await javaOf(other.old, 'alluxio.worker.AlluxioWorker');
      expect(refused(place, () => keep(place, ['sh'], false, 'scripts'))).toMatch(
        /would end a worker of another install too \(other=\d+\): stop that one first, or undo this run/,
      );
      expect(stops(place)).toBe('');
      // Nothing else of that install was touched, and once it is stopped there, this one goes on.
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => keep(place, ['sh'], false, 'scripts').code).toBe(0);
    });
  });

  test('is made anew where the ramdisk is another than it was copied from', () => {
    const place = worker();
    keep(place);
    write(join(place.ramdisk, 'alluxioworker/99'), 'late');
    expect(keep(place)).toMatchObject({code: 0, stderr: ''});
    expect(copied(place)).toEqual(treeOf(place.ramdisk));
  });

  test.each([false, true])('is finished where it was cut off, at every point; asked: %s', overwrite => {
    const make = (): Worker => {
      const place = worker();
      if (overwrite) write(join(place.path, 'theirs'), 'theirs');
      else mkdirSync(place.path);
      return place;
    };
    const made: Worker[] = [];
    atEveryCut(
      () => {
        const place = make();
        made.push(place);
        return place;
      },
      place => cutAfter(place, keepCacheBody, keepVars(made.at(-1) ?? make(), overwrite)),
      (_, n) => {
        const place = made.at(-1) ?? make();
        expect(keep(place, ['sh'], overwrite), n).toMatchObject({code: 0, stderr: ''});
        expect(copied(place), n).toEqual(treeOf(place.ramdisk));
        expect(besides(place), n).toEqual(['d 700 cache']);
      },
    );
  });

  const partOf = ({path}: Worker): string => `${path}.lakeup-${STAMP}.part`;
  const asideOf = ({path}: Worker): string => `${path}.lakeup-${STAMP}.old`;
  const RECEIPT = `.lakeup-cache-${STAMP}`;
  const isWhole = (dir: string): boolean => existsSync(join(dir, RECEIPT));
  const theirsIn = (dir: string): boolean => existsSync(join(dir, 'theirs'));
  const cutUp = (overwrite: boolean, after: (place: Worker, n: string) => void): void => {
    const made: Worker[] = [];
    const latest = (): Worker => made.at(-1) ?? worker();
    atEveryCut(
      () => {
        const place = worker();
        write(join(place.path, 'theirs'), 'theirs');
        made.push(place);
        return place;
      },
      () => cutAfter(latest(), keepCacheBody, keepVars(latest(), overwrite)),
      (_, n) => after(latest(), n),
    );
  };

  test('gives up nothing before the copy is whole, at every cut', () => {
    cutUp(true, (place, n) => {
      const there = [place.path, asideOf(place)].filter(theirsIn);
      const copies = [place.path, partOf(place)].filter(isWhole);
      expect([...there, ...copies].length, n).toBeGreaterThan(0);
    });
  });

  test('is kept where the host loses its ramdisks after a cut', () => {
    cutUp(true, (place, n) => {
      const [copy] = [place.path, partOf(place)].filter(isWhole);
      const held = copy === undefined ? null : treeOf(join(copy, place.ramdisk));
      // What is left of it after a reboot.
      rmSync(join(place.ramdisk, 'alluxioworker'), {recursive: true});
      expect(keep(place, ['sh'], true), n).toMatchObject({code: 0, stderr: ''});
      expect(copied(place), n).toEqual(held ?? treeOf(place.ramdisk));
      expect(besides(place), n).toEqual(['d 700 cache']);
    });
  });

  test('brings back what lay there, where a try that was cut off cannot be finished', () => {
    cutUp(true, (place, n) => {
      if (!existsSync(asideOf(place)) || existsSync(place.path)) return;
      // The copy is of no use any more, and there is no ramdisk to make another of.
      rmSync(partOf(place), {recursive: true});
      rmSync(place.ramdisk, {recursive: true});
      expect(keep(place, ['sh'], true), n).toMatchObject({code: 97});
      expect(theirsIn(place.path), n).toBe(true);
      expect(existsSync(asideOf(place)), n).toBe(false);
    });
  });

  test('overwrites nothing that came after what was asked for was put aside', () => {
    let times = 0;
    cutUp(true, (place, n) => {
      if (!existsSync(asideOf(place)) || existsSync(place.path)) return;
      times += 1;
      write(join(place.path, 'late'), 'of somebody else');
      expect(
        refused(place, () => keep(place, ['sh'], true)),
        n,
      ).toContain('late, which came when');
    });
    expect(times).toBeGreaterThan(0);
  });

  test.each(shells)('by $name: is never replaced by less, whatever was asked', ({words}) => {
    const place = worker();
    keep(place, words);
    const before = copied(place);
    // The host was started again.
    rmSync(join(place.ramdisk, 'alluxioworker'), {recursive: true});
    for (const overwrite of [false, true]) {
      expect(keep(place, words, overwrite).stdout).toContain('holds the copy already');
      expect(copied(place)).toEqual(before);
    }
    rmSync(place.ramdisk, {recursive: true});
    expect(keep(place, words, true).stdout).toContain('holds the copy already');
    // Something else was cached since.
    write(join(place.ramdisk, 'alluxioworker/99'), 'another');
    for (const overwrite of [false, true])
      expect(refused(place, () => keep(place, words, overwrite))).toContain('holds what the ramdisks do not');
    renameSync(place.path, partOf(place));
    expect(refused(place, () => keep(place, words, true))).toContain('holds what the ramdisks do not');
  });

  test('is moved away by hand, as it is told, and made anew', () => {
    const place = worker();
    keep(place);
    const before = copied(place);
    rmSync(join(place.ramdisk, 'alluxioworker'), {recursive: true});
    write(join(place.ramdisk, 'alluxioworker/99'), 'another');
    expect(refused(place, () => keep(place))).toContain('move it away by hand');
    expect(copied(place)).toEqual(before);
    renameSync(place.path, `${place.path}.mine`);
    expect(keep(place)).toMatchObject({code: 0, stderr: ''});
    expect(copied(place)).toEqual(treeOf(place.ramdisk));
  });

  test.each(shells)(
    'by $name: is looked at by what it holds, and by what the ramdisks hold besides',
    ({words}) => {
      const place = worker();
      const look = () => {
        const {script} = askCacheCopy(place.node, place.path, STAMP, [place.ramdisk]);
        const {code, stdout, stderr} = run({name: script.body.name, text: renderScript(script)}, {}, words);
        expect({code, stderr}).toEqual({code: 0, stderr: ''});
        return cacheCopyFacts(parseLines(stdout));
      };
      expect(look()).toMatchObject({copied: false});
      keep(place, words);
      const whole = {copied: true, blocks: 2, bytes: 6};
      expect(look()).toEqual({...whole, differs: []});
      rmSync(join(place.ramdisk, 'alluxioworker/33554432'));
      expect(look(), 'it was lost with a reboot').toEqual({...whole, differs: []});
      write(join(place.ramdisk, 'alluxioworker/99'), 'late');
      expect(look()).toEqual({...whole, differs: [place.ramdisk]});
      rmSync(join(place.ramdisk, 'alluxioworker/99'));
      write(join(place.ramdisk, 'alluxioworker/16777217'), 'longer');
      expect(look()).toEqual({...whole, differs: [place.ramdisk]});
      rmSync(place.ramdisk, {recursive: true});
      expect(look()).toEqual({...whole, differs: []});
    },
  );

  test.each<readonly [string, (place: Worker) => void, string]>([
    ['the place is a file', ({path}) => writeFileSync(path, ''), 'is other'],
    ['the place is a link', ({path}) => symlinkSync('/', path), 'is symlink'],
    ['its part is a link', ({path}) => symlinkSync('/', `${path}.lakeup-${STAMP}.part`), 'is symlink'],
    ['the ramdisk is gone', ({ramdisk}) => rmSync(ramdisk, {recursive: true}), 'there is no ramdisk to copy'],
  ])('is not made where %s', (_, spoil, told) => {
    const place = worker();
    spoil(place);
    expect(refused(place, () => keep(place))).toContain(told);
  });

  test('is made neither into a ramdisk nor around one, nor where the home lies', () => {
    const place = worker();
    for (const path of [join(place.ramdisk, 'copy'), place.disks, '/', 'data', place.root])
      expect(refused(place, () => keep({...place, path}))).toMatch(/lies in|root directory|absolute/);
  });

  test('is not made, nor put back, while a worker runs', async () => {
    const place = worker();
    keep(place);
    await javaOf(place.old, 'alluxio.worker.AlluxioWorker');
    expect(refused(place, () => keep(place))).toContain('still runs');
    expect(refused(place, () => restore(place))).toContain('still runs');
  });
});

describe.runIf(linux)('what ramdisks lack', () => {
  test.each(shells)('by $name: is put back after a reboot, and nothing where all is there', ({words}) => {
    const place = worker();
    const before = treeOf(place.ramdisk).filter(line => !line.includes('tmp_blocks') && !line.endsWith(' 7'));
    keep(place);
    expect(restore(place, words).stdout).toContain('holds all that was copied');
    rmSync(join(place.ramdisk, 'alluxioworker'), {recursive: true});
    expect(restore(place, words)).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(place.ramdisk)).toEqual(before);
  });

  test('is put beside what is there; what differs is not overwritten', () => {
    const place = worker();
    keep(place);
    rmSync(join(place.ramdisk, 'alluxioworker/33554432'));
    write(join(place.ramdisk, 'alluxioworker/99'), 'theirs');
    expect(restore(place)).toMatchObject({code: 0, stderr: ''});
    const now = treeOf(place.ramdisk).join('\n');
    for (const block of ['16777217 one', '33554432 two', '99 theirs']) expect(now).toContain(block);
    write(join(place.ramdisk, 'alluxioworker/16777217'), 'another');
    expect(refused(place, () => restore(place))).toContain('16777217 is there and is not what was copied');
  });

  test('a second ramdisk that holds another file is no refusal any more: the first is filled by then', () => {
    const place = worker();
    const second = join(place.disks, 'mnt/ramdisk-2');
    write(join(second, 'alluxioworker/67108864'), 'four', 0o777);
    const both = {...copyOf(place), memories: [place.ramdisk, second]};
    const vars = keepCacheVars(place.node, place.context, both, {overwrites: false, by: 'lakeup'});
    expect(run(keepCacheBody, vars)).toMatchObject({code: 0, stderr: ''});
    write(join(second, 'alluxioworker/67108864'), 'another');
    expect(run(restoreCacheBody, restoreVars(place, both)).code).toBe(97);
    rmSync(join(place.ramdisk, 'alluxioworker/33554432'));
    const {code, stderr} = run(restoreCacheBody, restoreVars(place, both));
    expect(`${code} ${stderr}`).toMatch(/^1 .*67108864 is there and is not what was copied/);
    expect(treeOf(place.ramdisk).join('\n')).toContain('33554432 two');
  });

  test('is put back where it was cut off, at every point', () => {
    const made: Worker[] = [];
    const wanted = treeOf(worker().ramdisk).filter(line => / \d{8} /.test(line));
    atEveryCut(
      () => {
        const place = worker();
        keep(place);
        rmSync(join(place.ramdisk, 'alluxioworker'), {recursive: true});
        made.push(place);
        return place;
      },
      place => cutAfter(place, restoreCacheBody, restoreVars(made.at(-1) ?? worker())),
      (_, n) => {
        const place = made.at(-1) ?? worker();
        expect(restore(place), n).toMatchObject({code: 0, stderr: ''});
        expect(
          treeOf(place.ramdisk).filter(line => / \d{8} /.test(line)),
          n,
        ).toEqual(wanted);
        expect(existsSync(join(place.ramdisk, `.lakeup-${STAMP}.part`)), n).toBe(false);
      },
    );
  });

  test('is not put below a mount point, and not from what this run has not copied', () => {
    const place = worker();
    keep(place);
    const below = {ramdisks: [place.ramdisk]};
    expect(refused(place, () => run(restoreCacheBody, restoreVars(place, below)))).toContain(
      'is not mounted',
    );
    // One that is mounted goes on.
    expect(run(restoreCacheBody, restoreVars(place, {ramdisks: ['/']}))).toMatchObject({code: 0});
    renameSync(join(place.path, `.lakeup-cache-${STAMP}`), join(place.path, '.lakeup-cache-of-another'));
    expect(refused(place, () => restore(place))).toContain('holds no copy of this run');
  });
});

describe.runIf(linux)('tiers that are formatted', () => {
  const upgraded = (levels = '2'): Worker => {
    const place = worker();
    writeVersion(place.old, '2.9.4');
    write(
      join(place.old, 'conf/alluxio-site.properties'),
      [
        `alluxio.worker.tieredstore.levels=${levels}`,
        `alluxio.worker.tieredstore.level0.dirs.path=${place.ramdisk}`,
        `alluxio.worker.tieredstore.level1.dirs.path=${place.ssd}/`,
        '',
      ].join('\n'),
    );
    return place;
  };
  const format = (place: Worker, dirs = [place.ramdisk, place.ssd], shell?: string[]): Told =>
    run(formatTiersBody, formatTiersVars(place.node, place.context, dirs), shell);

  test.each(shells)('by $name: are empty, all of them; again it does the same', ({words}) => {
    const place = upgraded();
    for (const _ of [1, 2]) expect(format(place, undefined, words)).toMatchObject({code: 0, stderr: ''});
    for (const dir of [place.ramdisk, place.ssd]) expect(treeOf(join(dir, 'alluxioworker'))).toEqual([]);
  });

  /** The version was asked, which leaves its traces; the tiers are as they were. */
  const unformatted = (place: Worker, dirs?: string[]): string => {
    const before = treeOf(place.disks);
    const {code, stderr} = format(place, dirs);
    expect(code).toBe(97);
    expect(treeOf(place.disks)).toEqual(before);
    return stderr;
  };

  test('are those that were measured, or none is', () => {
    const place = upgraded();
    expect(unformatted(place, [place.ramdisk])).toContain('means the tiers');
    const one = upgraded('1');
    expect(unformatted(one)).toContain('means the tiers');
    const none = upgraded('');
    expect(unformatted(none)).toContain("levels is ''");
  });

  test('are formatted by the new version alone, and while no worker runs', async () => {
    const old = worker();
    expect(refused(old, () => format(old))).toContain("is version '2.3.0', not 2.9.4");
    const place = upgraded();
    await javaOf(place.old, 'alluxio.worker.AlluxioWorker');
    expect(refused(place, () => format(place))).toContain('still runs');
  });

  test('are said to be so only where they are', () => {
    const fails = upgraded();
    writeFileSync(join(fails.old, 'format-fails'), '');
    expect(format(fails)).toMatchObject({code: 255});
    const leaves = upgraded();
    writeFileSync(join(leaves.old, 'format-leaves'), '');
    expect(format(leaves)).toMatchObject({code: 1, stderr: expect.stringContaining('formatWorker has left')});
  });
});
