import {existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {backupBody, backupVars, markBody} from '../../../../src/systems/alluxio/scripts/backup.ts';
import {actionVars} from '../../../../src/systems/alluxio/scripts/begin.ts';
import {
  atEveryCut,
  cutAfter,
  FROM,
  install,
  type Layout,
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
} from './homes.ts';

const mark = (place: Place, shell?: string[]): Told =>
  run(markBody, actionVars(place.node, place.context), shell);
const backup = (place: Place, shell?: string[], env?: NodeJS.ProcessEnv): Told =>
  run(backupBody, backupVars(place.node, place.context), shell, env);
const keptIn = (place: Place): string => join(place.old, `.lakeup-${STAMP}`);
const kept = (place: Place, name: string): string | null => {
  const file = join(keptIn(place), name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};
const commands = ({old}: Place): string[] =>
  readFileSync(join(old, 'logs/commands'), 'utf8').trim().split('\n');
const marked = (layout: Layout = 'link'): Place => {
  const place = install({layout});
  expect(mark(place)).toMatchObject({code: 0, stderr: ''});
  return place;
};
const refused = (place: Place, act: (place: Place) => Told): string => {
  const before = treeOf(place.root);
  const {code, stderr} = act(place);
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect(treeOf(place.root)).toEqual(before);
  return stderr;
};

describe.runIf(linux).each(['link', 'dir'] as const)('in a home that is a %s', layout => {
  test.each(shells)('by $name: the folder of the run is made once', ({words}) => {
    const place = install({layout});
    for (const _ of [1, 2]) expect(mark(place, words)).toMatchObject({code: 0, stderr: ''});
    expect(statSync(keptIn(place)).mode & 0o777).toBe(0o700);
  });

  test.each(shells)('by $name: the backup is made once, and what it said is kept', ({words}) => {
    const place = marked(layout);
    const told = backup(place, words);
    expect(told).toMatchObject({code: 0, stderr: ''});
    expect(told.stdout).toContain('Backup Entry Count : 22');
    expect(kept(place, 'backup.exit')).toBe('0\n');
    const out = kept(place, 'backup.out');
    expect(out, 'the bytes as they came').toContain('\r Backup state: Initiating\r');
    expect(backup(place, words)).toMatchObject({code: 0, stderr: ''});
    expect(kept(place, 'backup.out')).toBe(out);
    expect(commands(place)).toEqual(['fsadmin backup']);
  });

  test('a backup that was cut off is begun anew, at every point', () => {
    atEveryCut(
      () => marked(layout),
      place => cutAfter(place, backupBody, backupVars(place.node, place.context)),
      (place, n) => {
        const complete = kept(place, 'backup.exit') === '0\n';
        const out = kept(place, 'backup.out');
        expect(backup(place), n).toMatchObject({code: 0, stderr: ''});
        if (complete) expect(kept(place, 'backup.out'), n).toBe(out);
        expect(kept(place, 'backup.out'), n).toContain('Backup URI');
        expect(kept(place, 'backup.exit'), n).toBe('0\n');
        expect(kept(place, 'backup.part'), n).toBeNull();
      },
    );
  });
});

describe.runIf(linux)('backing up', () => {
  test('a backup that failed is told, kept, and tried anew', () => {
    const place = marked();
    write(join(place.old, 'backup-fails'), '');
    const told = backup(place);
    expect(told.code).toBe(255);
    expect(told.stdout).toContain('Failed to create directory');
    expect(kept(place, 'backup.exit')).toBe('255\n');
    expect(kept(place, 'backup.out')).toContain('Failed to create directory');
    rmSync(join(place.old, 'backup-fails'));
    expect(backup(place).code).toBe(0);
    expect(kept(place, 'backup.exit')).toBe('0\n');
    expect(kept(place, 'backup.out')).not.toContain('Failed');
  });

  test('a command that ends well and names no backup has made none', () => {
    const place = marked();
    write(join(place.old, 'says-nothing'), '');
    const told = backup(place);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('names no backup');
    rmSync(join(place.old, 'says-nothing'));
    expect(backup(place).code).toBe(0);
  });

  test('a directory of the masters’ own is named, and written there', () => {
    const place = withSettings(marked(), {backupDirectory: "/srv/it's $HOME"});
    expect(backup(place).code).toBe(0);
    expect(commands(place)).toEqual(["fsadmin backup /srv/it's $HOME --local"]);
    expect(kept(place, 'backup.out')).toContain("file:///srv/it's $HOME/alluxio-backup");
  });

  test('what lies on another master’s disk is made anew by whoever asks again: from here it cannot be seen to be whole', () => {
    const place = withSettings(marked(), {backupDirectory: '/srv/bk'});
    expect(backup(place).code).toBe(0);
    expect(backup(place).code).toBe(0);
    expect(commands(place)).toEqual(['fsadmin backup /srv/bk --local', 'fsadmin backup /srv/bk --local']);
  });

  test('a leader that has nobody to delegate to is asked itself', () => {
    const place = marked();
    write(join(place.old, 'alone'), '');
    expect(backup(place)).toMatchObject({code: 0});
    expect(commands(place)).toEqual(['fsadmin backup', 'fsadmin backup --allow-leader']);
    expect(kept(place, 'backup.out')).toContain('Backup URI');
  });

  test('the command has the environment of the old process, and no proxy', () => {
    const place = install({facts: {'env.JAVA_HOME': "/it's java", 'env.LANG': 'zh_CN.UTF-8'}});
    mark(place);
    write(
      join(place.old, 'bin/alluxio'),
      `#!/bin/sh\nenv >'${place.root.replaceAll("'", `'\\''`)}/env'\necho 'Backup URI : /b.gz'\n`,
      0o755,
    );
    expect(backup(place, ['sh'], {http_proxy: 'http://proxy', LC_ALL: 'C'}).code).toBe(0);
    const env = readFileSync(join(place.root, 'env'), 'utf8');
    expect(env).toContain("JAVA_HOME=/it's java\n");
    expect(env).toContain('LANG=zh_CN.UTF-8\n');
    expect(env).not.toMatch(/^(http_proxy|LC_ALL)=/m);
  });

  test.each([
    ['the folder of this run is not there', (place: Place) => rmSync(keptIn(place), {recursive: true})],
    [
      'it is a link',
      (place: Place) => {
        rmSync(keptIn(place), {recursive: true});
        mkdirSync(join(place.root, 'x'));
        symlinkSync(join(place.root, 'x'), keptIn(place));
      },
    ],
    [
      'the output would go through a link',
      (place: Place) => symlinkSync('/dev/null', join(keptIn(place), 'backup.out')),
    ],
    [
      'the home is the new version',
      (place: Place) => write(join(place.old, 'libexec/alluxio-config.sh'), `VERSION=${TO}\n`),
    ],
  ])('is not begun where %s', (_, spoil) => {
    const place = marked();
    spoil(place);
    expect(refused(place, backup)).not.toBe('');
  });

  test('the folder of the run is not made in place of something else', () => {
    const place = install();
    writeFileSync(keptIn(place), FROM);
    expect(refused(place, mark)).toContain('is other');
  });
});
