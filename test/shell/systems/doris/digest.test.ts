import {
  chmodSync,
  mkdirSync,
  readdirSync,
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
import {parseDigest} from '../../../../src/systems/doris/parse/tree.ts';
import {askDigest} from '../../../../src/systems/doris/scripts/look.ts';
import {backupScript, deployScript, restoreScript, stageScript, undeployScript} from './actions.ts';
import {install, linux, type Place, run, STAMP, shells} from './homes.ts';

const digestOf = ({node}: Place, bytes = true, shell = 'sh'): Facts => {
  const {code, stdout, stderr} = run(askDigest(node, bytes).script, shell);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return parseDigest(parseLines(stdout));
};

describe.runIf(linux)('the digest of bin and lib', () => {
  test.each(shells)('is there, and the same every time, in %s', shell => {
    const place = install('be');
    const digest = digestOf(place, true, shell);
    expect(digest).toMatchObject({
      bin: 'dir',
      lib: 'dir',
      files: expect.any(String),
      bytes: expect.any(String),
    });
    expect(digestOf(place, true, shell)).toEqual(digest);
  });

  test('is none where one of them is away, and of the bytes only where that is asked for', () => {
    const place = install('be');
    expect(digestOf(place, false)).not.toHaveProperty('bytes');
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
