import {existsSync, mkdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {actionVars} from '../../../../src/systems/alluxio/scripts/begin.ts';
import {installBody, uninstallBody} from '../../../../src/systems/alluxio/scripts/install.ts';
import {stageBody, stageVars, unstageBody} from '../../../../src/systems/alluxio/scripts/stage.ts';
import {
  atEveryCut,
  cutAfter,
  FROM,
  install,
  javaOf,
  type Layout,
  linux,
  type Place,
  run,
  STAMP,
  shells,
  TO,
  type Told,
  treeOf,
  write,
} from './homes.ts';

const LAYOUTS: readonly Layout[] = ['link', 'dir'];

const staged = (layout: Layout): Place => {
  const place = install({layout});
  expect(run(stageBody('master'), stageVars(place.node, place.context))).toMatchObject({code: 0, stderr: ''});
  return place;
};
const put = (place: Place, shell?: string[]): Told =>
  run(installBody('master'), actionVars(place.node, place.context), shell);
const putBack = (place: Place, shell?: string[]): Told =>
  run(uninstallBody('master'), actionVars(place.node, place.context), shell);

const versionAt = (home: string): string | undefined =>
  treeOf(join(home, 'libexec'))
    .find(line => line.includes('VERSION='))
    ?.replace(/^.*VERSION=/s, '')
    .trim();
const refused = (place: Place, told: Told, before: readonly string[]): void => {
  expect(`${told.code} ${told.stderr}`).toMatch(/^97 ./);
  expect(treeOf(place.root)).toEqual(before);
};

describe.runIf(linux).each(LAYOUTS)('a home that is a %s', layout => {
  test.each(shells)(
    'by $name: becomes the new version and the old one again, each twice',
    ({words: shell}) => {
      const place = staged(layout);
      const before = treeOf(place.root);
      for (const _ of [1, 2]) expect(put(place, shell)).toMatchObject({code: 0, stderr: ''});
      expect(versionAt(place.home)).toBe(TO);
      expect(versionAt(place.aside), 'the old one is kept').toBe(FROM);
      expect(existsSync(join(place.home, `.lakeup-staged-${STAMP}`))).toBe(false);
      if (layout === 'link') expect(readlinkSync(place.home)).toBe(place.staged);
      for (const _ of [1, 2]) expect(putBack(place, shell)).toMatchObject({code: 0, stderr: ''});
      expect(treeOf(place.root), 'as it was, the stage too').toEqual(before);
      expect(run(unstageBody('master'), stageVars(place.node, place.context), shell).code).toBe(0);
      expect(existsSync(place.staged)).toBe(false);
    },
  );

  test('there is a whole version at every point but between two renames, and each action finishes what was cut off', () => {
    const whole = staged(layout);
    const before = treeOf(whole.root).join('\n').replaceAll(whole.root, '');
    put(whole);
    const wanted = treeOf(whole.root).join('\n').replaceAll(whole.root, '');
    const local = ({root}: Place): string => treeOf(root).join('\n').replaceAll(root, '');
    atEveryCut(
      () => staged(layout),
      place => cutAfter(place, installBody('master'), actionVars(place.node, place.context)),
      (place, n) => {
        if (layout === 'link') expect([FROM, TO], n).toContain(versionAt(place.home));
        expect(put(place), n).toMatchObject({code: 0, stderr: ''});
        expect(local(place), n).toBe(wanted);
      },
    );
    // And back from wherever the way there was left.
    atEveryCut(
      () => staged(layout),
      place => cutAfter(place, installBody('master'), actionVars(place.node, place.context)),
      (place, n) => {
        expect(putBack(place), n).toMatchObject({code: 0, stderr: ''});
        expect(versionAt(place.home)).toBe(FROM);
        expect(versionAt(place.staged)).toBe(TO);
      },
    );
    atEveryCut(
      () => {
        const place = staged(layout);
        put(place);
        return place;
      },
      place => cutAfter(place, uninstallBody('master'), actionVars(place.node, place.context)),
      (place, n) => {
        expect(putBack(place), n).toMatchObject({code: 0, stderr: ''});
        expect(local(place), n).toBe(before);
      },
    );
  });

  test.each([
    ['a worker', 'alluxio.worker.AlluxioWorker'],
    ['a secondary master', 'alluxio.master.AlluxioSecondaryMaster'],
  ])('is not exchanged while %s of it runs', async (_, mainClass) => {
    const place = staged(layout);
    const before = treeOf(place.root);
    const pid = await javaOf(realpathSync(place.home), mainClass);
    const told = put(place);
    refused(place, told, before);
    expect(told.stderr).toContain(`${pid}`);
    refused(place, putBack(place), before);
  });

  test.each([
    ['nothing was staged', (place: Place) => rmSync(place.staged, {recursive: true})],
    [
      'what was staged is another version',
      (place: Place) => write(join(place.staged, 'libexec/alluxio-config.sh'), 'VERSION=2.8.0\n'),
    ],
    [
      'what was staged is a link',
      (place: Place) => {
        renameSync(place.staged, `${place.staged}-x`);
        symlinkSync(`${place.staged}-x`, place.staged);
      },
    ],
    [
      'the home is another version than was surveyed',
      (place: Place) => write(join(place.old, 'libexec/alluxio-config.sh'), 'VERSION=2.8.0\n'),
    ],
  ])('is not exchanged where %s', (_, spoil) => {
    const place = staged(layout);
    spoil(place);
    const before = treeOf(place.root);
    refused(place, put(place), before);
  });
});

describe.runIf(linux)('what an exchange must not hit', () => {
  test('a link that somebody led elsewhere meanwhile', () => {
    const place = staged('link');
    mkdirSync(join(place.root, 'opt/third'));
    rmSync(place.home);
    symlinkSync(join(place.root, 'opt/third'), place.home);
    const before = treeOf(place.root);
    refused(place, put(place), before);
    refused(place, putBack(place), before);
  });

  test('an earlier backup of the same name', () => {
    const place = staged('dir');
    mkdirSync(place.aside);
    const before = treeOf(place.root);
    refused(place, put(place), before);
  });

  test('a link where mv knows no -T is made anew', () => {
    const place = staged('link');
    const own = join(place.root, 'own');
    write(join(own, 'mv'), '#!/bin/sh\nif [ "$1" = -T ]; then exit 1; fi\nexec /bin/mv "$@"\n', 0o755);
    const told = run(installBody('master'), actionVars(place.node, place.context), ['sh'], {
      PATH: `${own}:${process.env.PATH}`,
    });
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(readlinkSync(place.home)).toBe(place.staged);
  });
});
