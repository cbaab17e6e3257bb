import {execFileSync} from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import type {Facts} from '../../../../src/model/facts.ts';
import {type CutPlaces, oldName, parseCut} from '../../../../src/systems/doris/parse/cut.ts';
import {parsePackageVersion} from '../../../../src/systems/doris/parse/package-version.ts';
import {parseDigest} from '../../../../src/systems/doris/parse/tree.ts';
import {askDigest} from '../../../../src/systems/doris/scripts/look.ts';
import {askVersion} from '../../../../src/systems/doris/scripts/look-version.ts';
import {askCut} from '../../../../src/systems/doris/scripts/put-back.ts';
import {backupScript, bringBackScript, deployScript, putBackScript, stageScript} from './actions.ts';
import {
  awaitUp,
  install,
  linux,
  makeBackend,
  type Place,
  program,
  run,
  running,
  STAMP,
  shells,
  stageOf,
  startIt,
  treeOf,
} from './homes.ts';

// A node that an upgrade of the stamp CUT left in the middle, in real homes: wherever between its stop and its start it was cut,
// its files come back to what they were, byte for byte, and all the rest of an upgrade goes on from there.

const CUT = '20260101_000000';

/** What the actions of an upgrade change below a home, one after the other. */
const RENAMES = [
  `mv bin bin_backup_${CUT}`,
  `mv lib lib_backup_${CUT}`,
  `mv .lakeup-stage-${CUT}/bin bin`,
  `mv .lakeup-stage-${CUT}/lib lib`,
  `rm -f .lakeup-stage-${CUT}/verified .lakeup-stage-${CUT}/recalled && rmdir .lakeup-stage-${CUT}`,
];

const IN_HOME = (place: Place, command: string): void => {
  execFileSync('sh', ['-c', command], {cwd: place.home});
};

const cutAfter = (renamed: number): Place => {
  const place = install('be');
  makeBackend(place);
  expect(run(stageScript(place.node, CUT)).code).toBe(0);
  for (const rename of RENAMES.slice(0, renamed)) IN_HOME(place, rename);
  return place;
};

const placesOf = ({node}: Place, shell = 'sh'): CutPlaces => {
  const {code, stdout, stderr} = run(askCut(node, CUT).script, shell);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return parseCut(parseLines(stdout));
};

const digestOf = ({node}: Place): Facts => parseDigest(parseLines(run(askDigest(node, 'all').script).stdout));

const oldVersionOf = (place: Place): string | null => {
  const places = placesOf(place);
  const [bin, lib] = [oldName('bin', places, CUT), oldName('lib', places, CUT)];
  return parsePackageVersion(parseLines(run(askVersion(place.node, {bin, lib}, null).script).stdout));
};

const everything = ({home}: Place): string => execFileSync('find', ['.'], {cwd: home, encoding: 'utf8'});

/** How many renames it takes from there, from the second on. */
const OWN_RENAMES = [3, 4, 5, 5];

const STANDS: readonly CutPlaces[] = [
  {bin: 'old', lib: 'old', stage: 'whole', newAlone: [], newTwice: []},
  {bin: 'moved', lib: 'old', stage: 'whole', newAlone: [], newTwice: []},
  {bin: 'moved', lib: 'moved', stage: 'whole', newAlone: [], newTwice: []},
  {bin: 'new', lib: 'moved', stage: 'whole', newAlone: [], newTwice: []},
  {bin: 'new', lib: 'new', stage: 'whole', newAlone: [], newTwice: []},
  {bin: 'new', lib: 'new', stage: 'none', newAlone: [], newTwice: []},
];

/** Whether the script came to its end, where it is killed at the rename after so many. */
const endsWithin = (place: Place, script: ReturnType<typeof putBackScript>, most: number): boolean => {
  const dir = join(place.root, 'instead');
  mkdirSync(dir, {recursive: true});
  const count = join(dir, 'count');
  writeFileSync(count, '');
  program(
    join(dir, 'mv'),
    `#!/bin/sh\nif [ "$(wc -c <'${count.replaceAll("'", `'\\''`)}')" -ge ${most} ]; then kill -9 $PPID; exit 1; fi\nprintf x >>'${count.replaceAll("'", `'\\''`)}'\nexec /bin/mv "$@"\n`,
  );
  return run(script, 'sh', {PATH: `${dir}:${process.env.PATH}`}).code === 0;
};

describe.runIf(linux)('files are put back', () => {
  /** All that lies in a home whose upgrade has renamed nothing yet: the same in every place. */
  let whole: Facts = {};
  beforeAll(() => {
    whole = digestOf(cutAfter(0));
  });

  describe.each(shells)('in %s', shell => {
    test.each(STANDS.map((stands, renamed) => ({renamed, stands})))(
      'after $renamed renames',
      ({renamed, stands}) => {
        const place = cutAfter(renamed);
        expect(placesOf(place, shell)).toEqual(stands);
        expect(oldVersionOf(place)).toBe('3.0.6');
        // Twice: an action whose answer was lost may be sent again.
        for (const _ of [1, 2])
          expect(run(putBackScript(place.node, STAMP, CUT), shell)).toMatchObject({code: 0, stderr: ''});
        expect(digestOf(place)).toEqual(whole);
        expect(placesOf(place, shell)).toEqual({
          bin: 'old',
          lib: 'old',
          stage: 'none',
          newAlone: [],
          newTwice: [],
        });
        expect(oldVersionOf(place)).toBe('3.0.6');
        expect(readdirSync(place.home).filter(name => name.includes(CUT))).toEqual([]);
        // What was copied is used again, but for a stage whose receipt is gone: that is made anew.
        expect(stageOf(place)[`.lakeup-stage-${STAMP}`]).toBe(renamed < 5 ? 'same' : 'unproven');
        const rest = [...(renamed < 5 ? [] : [stageScript]), backupScript, deployScript];
        for (const script of rest) expect(run(script(place.node, STAMP), shell)).toMatchObject({code: 0});
        expect(treeOf(place)).toMatchObject({bin: 'dir', lib: 'dir', same: true});
        expect(readFileSync(join(place.home, `lib_backup_${STAMP}/version`), 'utf8')).toContain('3.0.6');
      },
    );
  });

  const AS = {flags: [], env: {}, nofile: null};
  const starts = ({home}: Place): number =>
    existsSync(join(home, 'log/starts'))
      ? readFileSync(join(home, 'log/starts'), 'utf8').split('\n').length - 1
      : 0;

  test.each(STANDS.map((stands, renamed) => ({renamed, stands})))(
    'and started, after $renamed renames, and after a put-back that was cut',
    ({renamed}) => {
      for (const moves of [0, 1, 9]) {
        const place = cutAfter(renamed);
        endsWithin(place, putBackScript(place.node, STAMP, CUT), moves);
        const script = bringBackScript(place.node, STAMP, CUT, AS);
        expect(run(script)).toMatchObject({code: 0});
        awaitUp(place);
        expect(digestOf(place)).toEqual(whole);
        // Who runs is not started once more, and nothing is moved below it.
        expect(run(script)).toMatchObject({code: 0, stdout: expect.stringContaining('runs already')});
        expect(starts(place)).toBe(1);
      }
    },
  );

  test.each([2, 3, 4, 5].flatMap(renamed => [0, 1, 2, 3, 4].map(moves => ({renamed, moves}))))(
    'after $renamed renames, and cut once more after $moves of its own',
    ({renamed, moves}) => {
      const place = cutAfter(renamed);
      const script = putBackScript(place.node, STAMP, CUT);
      expect(endsWithin(place, script, moves)).toBe(moves >= (OWN_RENAMES[renamed - 2] ?? 0));
      expect(run(script)).toMatchObject({code: 0});
      expect(digestOf(place)).toEqual(whole);
      expect(placesOf(place)).toEqual({bin: 'old', lib: 'old', stage: 'none', newAlone: [], newTwice: []});
    },
  );

  test('who runs between the renames of a bring-back is told of, and brought back once it has ended', () => {
    const place = cutAfter(5);
    expect(endsWithin(place, putBackScript(place.node, STAMP, CUT), 2)).toBe(false);
    expect(placesOf(place)).toMatchObject({bin: 'old', lib: 'new'});
    startIt(place);
    const script = bringBackScript(place.node, STAMP, CUT, AS);
    const before = everything(place);
    const told = run(script);
    expect(told).toMatchObject({code: 97});
    expect(told.stderr).toMatch(
      /^process \d+ of .* runs from files that are not all back \(.*lib_backup_.*\): end it\n$/,
    );
    expect(everything(place)).toBe(before);
    for (const pid of running(place)) process.kill(pid, 'SIGKILL');
    expect(run(script)).toMatchObject({code: 0});
    awaitUp(place);
    expect(digestOf(place)).toEqual(whole);
  });

  test('of an upgrade by hand, with bin done and lib not begun, and no stage', () => {
    const place = install('be');
    makeBackend(place);
    IN_HOME(place, `mv bin bin_backup_${CUT} && cp -a '../the package/bin' .`);
    expect(placesOf(place)).toEqual({bin: 'new', lib: 'old', stage: 'none', newAlone: [], newTwice: []});
    expect(run(putBackScript(place.node, STAMP, CUT)).code).toBe(0);
    expect(digestOf(place)).toEqual(whole);
    // Half a copy is no stage: it is made anew.
    expect(run(stageScript(place.node, STAMP)).code).toBe(0);
    expect(stageOf(place)[`.lakeup-stage-${STAMP}`]).toBe('same');
  });

  test.each([0, 1, 2, 3, 4, 5])('a part whose backup is gone is told of, after %i renames', renamed => {
    for (const part of ['bin', 'lib'] as const) {
      const place = cutAfter(renamed);
      rmSync(join(place.home, `${part}_backup_${CUT}`), {recursive: true, force: true});
      rmSync(join(place.home, part), {recursive: true, force: true});
      IN_HOME(place, `cp -a '../the package/${part}' ${part}`);
      expect(placesOf(place).newAlone).toEqual([part]);
    }
  });

  test('one whose backup was brought back, with its times, is taken on as if it had never been away', () => {
    const place = cutAfter(5);
    IN_HOME(place, `mv bin_backup_${CUT} ../twin`);
    expect(placesOf(place)).toEqual({bin: 'old', lib: 'new', stage: 'none', newAlone: ['bin'], newTwice: []});
    IN_HOME(place, `cp -a ../twin bin_backup_${CUT}`);
    expect(placesOf(place)).toEqual({bin: 'new', lib: 'new', stage: 'none', newAlone: [], newTwice: []});
    expect(run(putBackScript(place.node, STAMP, CUT)).code).toBe(0);
    expect(digestOf(place)).toEqual(whole);
  });

  test.each([1, 2, 5])(
    'a copy of the package’s that did not keep its times is told of, after %i renames',
    renamed => {
      for (const part of ['bin', 'lib'] as const) {
        const place = cutAfter(renamed);
        rmSync(join(place.home, `${part}_backup_${CUT}`), {recursive: true, force: true});
        rmSync(join(place.home, part), {recursive: true, force: true});
        IN_HOME(place, `cp -r '../the package/${part}' ${part}`);
        expect(placesOf(place)).toMatchObject({
          newAlone: [part],
          newTwice: renamed < 3 ? [part] : [],
        });
      }
    },
  );

  test.each(shells)('an old part that the new version did not change is told by its times, in %s', shell => {
    const place = cutAfter(1);
    IN_HOME(place, `rm -r bin_backup_${CUT} && cp -r '../the package/bin' bin`);
    expect(placesOf(place, shell).newAlone).toEqual(['bin']);
    // All files of a release are older than those of the next one.
    IN_HOME(place, 'find bin -exec touch -t 201901010000 {} +');
    expect(placesOf(place, shell).newAlone).toEqual([]);
  });

  test('where the package’s lies in the stage too, an old one that goes straight to its place is taken on', () => {
    const place = cutAfter(2);
    IN_HOME(place, `mv bin_backup_${CUT} ../twin && cp -r '../the package/bin' bin`);
    expect(placesOf(place)).toMatchObject({bin: 'old', newAlone: ['bin'], newTwice: ['bin']});
    // Under the name of what is kept it would be one too many, which nobody knows apart.
    IN_HOME(place, `cp -a ../twin bin_backup_${CUT}`);
    expect(placesOf(place).bin).toBe('unclear');
    IN_HOME(place, `rm -r bin_backup_${CUT} && mv bin ../aside && cp -a ../twin bin`);
    expect(placesOf(place)).toEqual({bin: 'old', lib: 'moved', stage: 'whole', newAlone: [], newTwice: []});
    expect(run(putBackScript(place.node, STAMP, CUT)).code).toBe(0);
    expect(digestOf(place)).toEqual(whole);
  });

  const lying: readonly (readonly [string, number, (place: Place) => void])[] = [
    ['new files that somebody changed', 5, ({home}) => appendFileSync(join(home, 'bin/start_be.sh'), '#\n')],
    ['new files with one of the site’s', 5, ({home}) => writeFileSync(join(home, 'lib/own.jar'), '')],
    ['an old bin that is there twice', 0, ({home}) => mkdirSync(join(home, `bin_backup_${CUT}`))],
    ['an old lib that is gone', 2, ({home}) => rmSync(join(home, `lib_backup_${CUT}`), {recursive: true})],
    [
      'an old lib that is a link',
      2,
      ({home}) => {
        rmSync(join(home, `lib_backup_${CUT}`), {recursive: true});
        symlinkSync('/', join(home, `lib_backup_${CUT}`));
      },
    ],
    [
      'a copy that is not whole',
      2,
      place => IN_HOME(place, `mv .lakeup-stage-${CUT} .lakeup-stage-${CUT}.part`),
    ],
    ['a copy under the name of this run', 2, ({home}) => mkdirSync(join(home, `.lakeup-stage-${STAMP}`))],
  ];
  test.each(lying)('nothing is moved beside %s', (_, renamed, change) => {
    const place = cutAfter(renamed);
    change(place);
    const before = everything(place);
    expect(run(putBackScript(place.node, STAMP, CUT)).code).toBe(97);
    expect(run(bringBackScript(place.node, STAMP, CUT, AS)).code).toBe(97);
    expect(everything(place)).toBe(before);
  });

  test('nothing is moved while the node runs, or without a stamp', () => {
    const place = cutAfter(0);
    const before = everything(place);
    for (const stamp of ['', '/', '../x']) {
      expect(run(putBackScript(place.node, STAMP, stamp)).code).not.toBe(0);
      expect(everything(place)).toBe(before);
    }
    startIt(place);
    expect(run(putBackScript(place.node, STAMP, CUT)).code).toBe(97);
  });
});
