import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {parseDigest, stageName} from '../../../../src/systems/doris/parse/tree.ts';
import {askDigest, type Bytes} from '../../../../src/systems/doris/scripts/look.ts';
import {backupScript, deployScript, restoreScript, stageScript, undeployScript} from './actions.ts';
import {install, linux, type Place, program, run, STAMP, shells} from './homes.ts';

const digestOf = ({node}: Place, bytes: Bytes = 'all', shell = 'sh', env = {}): Facts => {
  const {code, stdout, stderr} = run(askDigest(node, bytes).script, shell, env);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return parseDigest(parseLines(stdout));
};

describe.runIf(linux)('the digest of bin and lib', () => {
  test.each(shells)('is there, and the same every time, in %s', shell => {
    const place = install('be');
    const digest = digestOf(place, 'all', shell);
    expect(digest).toMatchObject({
      bin: 'dir',
      lib: 'dir',
      files: expect.any(String),
      bytes: expect.any(String),
    });
    expect(digestOf(place, 'all', shell)).toEqual(digest);
  });

  test('is none where one of them is away, and of the bytes only where that is asked for', () => {
    const place = install('be');
    expect(digestOf(place, 'none')).not.toHaveProperty('bytes');
    rmSync(join(place.home, 'bin'), {recursive: true});
    expect(digestOf(place)).toEqual({bin: 'none', lib: 'dir'});
  });

  const big = (place: Place): string => join(place.home, 'lib/big');
  const withBig = (): Place => {
    const place = install('be');
    writeFileSync(big(place), Buffer.alloc(3_000_000, 1));
    return place;
  };

  test.each<[what: string, change: (place: Place) => void, seen: readonly string[]]>([
    [
      'a byte of a small file',
      ({home}) => writeFileSync(join(home, 'lib/version'), 'doris-3.0.6-rc02-abc'),
      ['bytes', 'files'],
    ],
    [
      'a byte of a large file, with its size and time as they were',
      place => {
        const {atime, mtime} = statSync(big(place));
        const bytes = Buffer.alloc(3_000_000, 1);
        bytes[1_500_000] = 2;
        writeFileSync(big(place), bytes);
        utimesSync(big(place), atime, mtime);
      },
      ['bytes'],
    ],
    ['a mode', ({home}) => chmodSync(join(home, 'lib/version'), 0o600), ['bytes']],
    ['a file more', ({home}) => writeFileSync(join(home, 'lib/udf.jar'), ''), ['bytes', 'files']],
    ['an empty directory more', ({home}) => mkdirSync(join(home, 'lib/udf')), ['bytes', 'files']],
    [
      'where a link leads',
      ({home}) => {
        rmSync(join(home, 'lib/link'));
        symlinkSync('big', join(home, 'lib/link'));
      },
      ['bytes', 'files'],
    ],
    ['not a pid file', ({home}) => writeFileSync(join(home, 'bin/be.pid'), '7'), []],
    ['not a time', place => utimesSync(big(place), 1, 1), []],
  ])('tells %s', (_, change, seen) => {
    const place = withBig();
    const before = digestOf(place);
    change(place);
    const after = digestOf(place);
    expect(['bytes', 'files'].filter(name => before[name] !== after[name])).toEqual(seen);
  });

  test('is the same after an upgrade was taken back, and after it was once more', () => {
    const place = install('be');
    const before = digestOf(place);
    const {node, home} = place;
    for (let round = 1; round <= 2; round += 1) {
      for (const script of [stageScript, backupScript, deployScript])
        expect(run(script(node, STAMP))).toMatchObject({code: 0, stderr: ''});
      expect(digestOf(place)).not.toEqual(before);
      // Twice each: an action whose answer was lost may be sent again.
      for (const script of [undeployScript, undeployScript, restoreScript, restoreScript])
        expect(run(script(node, STAMP))).toMatchObject({code: 0, stderr: ''});
      expect(digestOf(place)).toEqual(before);
    }
    // What was put aside is kept, each time under a name of its own.
    expect(
      readdirSync(home)
        .filter(name => name.includes('_failed_'))
        .toSorted(),
    ).toEqual(['bin', 'lib'].flatMap(part => [`${part}_failed_${STAMP}`, `${part}_failed_${STAMP}.2`]));
  });

  test('an undeploy that is sent late, when the old files are back, moves nothing', () => {
    const place = install('be');
    const before = digestOf(place);
    for (const script of [stageScript, backupScript, deployScript, undeployScript, restoreScript])
      run(script(place.node, STAMP));
    expect(run(undeployScript(place.node, STAMP))).toMatchObject({code: 97});
    expect(digestOf(place)).toEqual(before);
  });
});

/** Programs that are found first: each does what it says here, or is not there. */
const instead = (place: Place, programs: Readonly<Record<string, string>>): {PATH: string} => {
  const dir = join(place.home, '../instead');
  mkdirSync(dir, {recursive: true});
  for (const [name, body] of Object.entries(programs)) program(join(dir, name), `#!/bin/sh\n${body}\n`);
  return {PATH: `${dir}:${process.env.PATH}`};
};

/** A home whose files were not changed for a while when its stage was made. */
const rested = (place: Place): void => {
  const later = instead(place, {date: 'echo 99999999999'});
  expect(run(stageScript(place.node, STAMP), 'sh', later)).toMatchObject({code: 0, stderr: ''});
  rmSync(join(place.home, '../instead/date'));
};

describe.runIf(linux)('the same, told by what the stage recalls', () => {
  const since: Bytes = {since: STAMP};

  /** Which files are read for it. */
  const read = (place: Place, shell = 'sh'): readonly string[] => {
    const log = join(place.home, '../read');
    writeFileSync(log, '');
    const sum = spawnSync('sh', ['-c', 'command -v sha256sum'], {encoding: 'utf8'}).stdout.trim();
    const env = instead(place, {
      sha256sum: `for file; do echo "$file" >>'${log.replaceAll("'", `'\\''`)}'; done\nexec ${sum} "$@"`,
    });
    const told = digestOf(place, since, shell, env);
    expect(told).toEqual(digestOf(place, 'all', shell));
    const files = readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line !== '');
    return files.toSorted();
  };

  test.each(shells)('nothing is read again in %s', shell => {
    const place = install('be');
    writeFileSync(join(place.home, 'lib/a  name "with" \'all\' $of it'), 'x');
    rested(place);
    expect(read(place, shell)).toEqual([]);
  });

  test.each<[what: string, change: (home: string) => void, again: readonly string[]]>([
    [
      'whose bytes',
      home => writeFileSync(join(home, 'lib/version'), 'doris-3.0.6-rc02-abc'),
      ['lib/version'],
    ],
    [
      'whose bytes, with size and time as they were,',
      home => {
        const {atime, mtime} = statSync(join(home, 'lib/version'));
        const bytes = readFileSync(join(home, 'lib/version'));
        writeFileSync(join(home, 'lib/version'), Buffer.from(bytes).fill('y', 0, 1));
        utimesSync(join(home, 'lib/version'), atime, mtime);
      },
      ['lib/version'],
    ],
    ['that came', home => writeFileSync(join(home, 'lib/a new $one'), ''), ['lib/a new $one']],
    [
      'that another one replaced',
      home => {
        writeFileSync(join(home, 'lib/other'), readFileSync(join(home, 'lib/version')));
        renameSync(join(home, 'lib/other'), join(home, 'lib/version'));
      },
      ['lib/version'],
    ],
    ['that went', home => rmSync(join(home, 'lib/version')), []],
  ])('a file %s changed is', (_, change, again) => {
    const place = install('be');
    rested(place);
    change(place.home);
    expect(read(place)).toEqual(again);
  });

  test('a file that was written to right before is read again: a further write might leave its times', () => {
    const place = install('be');
    expect(run(stageScript(place.node, STAMP))).toMatchObject({code: 0});
    expect(read(place)).toContain('lib/version');
  });

  test.each<[what: string, spoil: (place: Place) => NodeJS.ProcessEnv]>([
    [
      'no stage',
      ({home}) => {
        rmSync(join(home, stageName(STAMP)), {recursive: true});
        return {};
      },
    ],
    [
      'nothing recalled',
      ({home}) => {
        writeFileSync(join(home, stageName(STAMP), 'recalled'), '');
        return {};
      },
    ],
    ['no stat', place => instead(place, {stat: 'exit 1'})],
    ['a stat of another kind', place => instead(place, {stat: 'echo 1 2 3'})],
    ['no xargs', place => instead(place, {xargs: 'exit 127'})],
    ['an xargs without -0', place => instead(place, {xargs: 'exec sha256sum lib/version'})],
    [
      'a name with a line break',
      ({home}) => {
        writeFileSync(join(home, 'lib/a\nb'), 'x');
        return {};
      },
    ],
  ])('with %s it is what it is without', (_, spoil) => {
    const place = install('be');
    rested(place);
    writeFileSync(join(place.home, 'lib/version'), 'doris-3.0.6-rc02-abc');
    const env = spoil(place);
    expect(digestOf(place, since, 'sh', env)).toEqual(digestOf(place));
  });

  test('a stage that was deployed leaves nothing behind', () => {
    const place = install('be');
    rested(place);
    for (const script of [backupScript, deployScript])
      expect(run(script(place.node, STAMP))).toMatchObject({code: 0, stderr: ''});
    expect(readdirSync(place.home).filter(name => name.includes('stage'))).toEqual([]);
  });
});
