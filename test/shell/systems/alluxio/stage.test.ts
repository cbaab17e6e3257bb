import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {stageBody, stageVars, unstageBody} from '../../../../src/systems/alluxio/scripts/stage.ts';
import {
  atEveryCut,
  cutAfter,
  install,
  type Layout,
  linux,
  type Place,
  run,
  STAMP,
  shells,
  TO,
  type Told,
  tarball,
  treeOf,
  withSettings,
  write,
  writeVersion,
} from './homes.ts';

const stage = (place: Place, shell?: string[]): Told =>
  run(stageBody('master'), stageVars(place.node, place.context), shell);
const unstage = (place: Place, shell?: string[]): Told =>
  run(unstageBody('master'), stageVars(place.node, place.context), shell);

const RECEIPT = `.lakeup-staged-${STAMP}`;
const LAYOUTS: readonly Layout[] = ['link', 'dir'];

/** What a refused action must not have touched: the homes, what is beside them, and the package. */
const all = ({root}: Place): readonly string[] => treeOf(root);
const refusedBy = (place: Place, act: (place: Place) => Told): string => {
  const before = all(place);
  const {code, stderr} = act(place);
  expect(`${code} ${stderr}`).toMatch(/^97 ./);
  expect(all(place)).toEqual(before);
  return stderr;
};
const conf = (place: Place, name: string): string => readFileSync(join(place.staged, 'conf', name), 'utf8');

describe.runIf(linux).each(LAYOUTS)('staging beside a home that is a %s', layout => {
  test.each(shells)('by $name: a directory is copied whole; again it does nothing', ({words: shell}) => {
    const place = install({layout});
    const before = treeOf(place.old);
    expect(stage(place, shell)).toMatchObject({code: 0, stderr: ''});
    const staged = treeOf(place.staged);
    expect(readFileSync(join(place.staged, 'libexec/alluxio-config.sh'), 'utf8')).toBe(`VERSION=${TO}\n`);
    expect(statSync(join(place.staged, 'bin/alluxio')).mode & 0o777).toBe(0o755);
    expect(stage(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(treeOf(place.staged)).toEqual(staged);
    expect(treeOf(place.old), 'the old version').toEqual(before);
    expect(existsSync(`${place.staged}.part`)).toBe(false);
  });

  test.each(shells)('by $name: a tarball is unpacked to the same', ({words: shell}) => {
    const [place, packed] = [install({layout}), tarball(install({layout}))];
    expect(stage(place, shell).code).toBe(0);
    expect(stage(packed, shell)).toMatchObject({code: 0, stderr: ''});
    const local = (one: Place) => treeOf(one.staged).join('\n').replaceAll(one.root, '');
    expect(local(packed)).toBe(local(place));
  });

  test('the site’s own configuration is carried over, the version’s own stays', () => {
    const place = install({layout});
    const from = join(place.old, 'conf');
    write(join(from, 'metrics.properties'), 'sink', 0o640);
    write(join(from, 'tls/key store.jks'), 'key');
    write(join(from, 'log4j2.xml'), 'old');
    write(join(from, 'mine.template'), 'old');
    write(join(place.package, 'conf/alluxio-env.sh'), 'export OTHER=1\n', 0o644);
    write(join(place.package, 'conf/rack.sh'), 'new');
    write(join(from, 'rack.sh'), 'old');
    write(join(place.root, 'etc/core-site.xml'), '<configuration/>');
    symlinkSync(join(place.root, 'etc/core-site.xml'), join(from, 'core-site.xml'));
    write(join(place.old, 'more/hdfs.xml'), '<hdfs/>');
    symlinkSync('../more/hdfs.xml', join(from, 'hdfs-site.xml'));
    expect(stage(place)).toMatchObject({code: 0, stderr: ''});
    expect(conf(place, 'masters')).toBe('m1\nm2\n');
    expect(conf(place, 'workers')).toBe('localhost\n');
    expect(conf(place, 'alluxio-env.sh')).toBe('export ALLUXIO_JAVA_OPTS=-Xmx1g\n');
    expect(statSync(join(place.staged, 'conf/alluxio-env.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(join(place.staged, 'conf/alluxio-site.properties')).mode & 0o777).toBe(0o600);
    expect(conf(place, 'metrics.properties')).toBe('sink');
    expect(conf(place, 'tls/key store.jks')).toBe('key');
    expect(conf(place, 'rack.sh')).toBe('new');
    expect(conf(place, 'log4j.properties')).toBe(`# log4j of ${TO}\n`);
    expect(existsSync(join(place.staged, 'conf/log4j2.xml'))).toBe(false);
    expect(existsSync(join(place.staged, 'conf/mine.template'))).toBe(false);
    expect(lstatSync(join(place.staged, 'conf/core-site.xml')).isSymbolicLink()).toBe(true);
    expect(conf(place, 'hdfs-site.xml'), 'a link that would lead nowhere').toBe('<hdfs/>');
  });

  test('is begun anew where it was cut off, at every point', () => {
    const whole = install({layout, settings: {conf: {'alluxio.a': 'b'}}});
    expect(stage(tarball(whole)).code).toBe(0);
    const wanted = treeOf(whole.staged).join('\n').replaceAll(whole.root, '');
    const local = (place: Place) => treeOf(place.staged).join('\n').replaceAll(place.root, '');
    atEveryCut(
      () => tarball(install({layout, settings: {conf: {'alluxio.a': 'b'}}})),
      place => cutAfter(place, stageBody('master'), stageVars(place.node, place.context)),
      (place, n) => {
        if (existsSync(place.staged)) expect(local(place), n).toBe(wanted);
        expect(stage(place), n).toMatchObject({code: 0, stderr: ''});
        expect(local(place), n).toBe(wanted);
        expect(existsSync(`${place.staged}.part`)).toBe(false);
      },
    );
  });

  test('unstaging removes what staging made, twice, and nothing else', () => {
    const place = install({layout});
    const before = all(place);
    stage(place);
    for (const _ of [1, 2]) expect(unstage(place)).toMatchObject({code: 0, stderr: ''});
    expect(all(place)).toEqual(before);
    mkdirSync(join(`${place.staged}.part`, 'half'), {recursive: true});
    expect(unstage(place).code).toBe(0);
    expect(all(place)).toEqual(before);
  });

  test('what this run did not put there is neither taken for its work nor removed', () => {
    const place = install({layout});
    writeVersion(place.staged, TO);
    expect(refusedBy(place, stage)).toContain('not by this run');
    expect(refusedBy(place, unstage)).toContain('not put there by this run');
  });

  test.each([
    ['the package is not there', place => rmSync(place.package, {recursive: true}), 'is none'],
    [
      'the package is another version',
      place => write(join(place.package, 'libexec/alluxio-config.sh'), 'VERSION=2.8.0\n'),
      "is version '2.8.0'",
    ],
    ['a link lies in the new place', place => symlinkSync(place.package, place.staged), 'is symlink'],
    ['a file lies in the new place', place => writeFileSync(place.staged, ''), 'is other'],
    ['a link is called like the part', place => symlinkSync('/', `${place.staged}.part`), 'is symlink'],
    [
      'the home is the new version already',
      place => write(join(place.old, 'libexec/alluxio-config.sh'), `VERSION=${TO}\n`),
      'past staging',
    ],
  ] as readonly [string, (place: Place) => void, string][])(
    'refuses, and changes nothing: %s',
    (_, spoil, told) => {
      const place = install({layout});
      spoil(place);
      expect(refusedBy(place, stage)).toContain(told);
    },
  );

  test.each([
    ['that holds two folders', place => mkdirSync(join(dirname(place.package), 'more')), 'one folder'],
    [
      'of another version',
      place => write(join(place.package, 'libexec/alluxio-config.sh'), 'VERSION=2.8.0\n'),
      "version '2.8.0'",
    ],
    ['without its scripts', place => rmSync(join(place.package, 'bin/alluxio-start.sh')), 'holds no'],
  ] as readonly [string, (place: Place) => void, string][])(
    'a tarball %s leaves nothing behind',
    (_, spoil, told) => {
      const place = install({layout});
      spoil(place);
      const packed = tarball(place);
      const before = all(packed);
      const {code, stderr} = stage(packed);
      expect(`${code} ${stderr}`).toMatch(/^1 /);
      expect(stderr).toContain(told);
      expect(all(packed)).toEqual(before);
    },
  );

  test('a tarball that is cut off leaves nothing behind', () => {
    const place = tarball(install({layout}));
    const file = join(place.root, 'alluxio.tar.gz');
    writeFileSync(file, readFileSync(file).subarray(0, 800));
    const before = readdirSync(join(place.root, 'opt'));
    const {code, stderr} = stage(place);
    expect(code).toBe(1);
    expect(stderr).toContain('could not be unpacked');
    expect(readdirSync(join(place.root, 'opt'))).toEqual(before);
  });

  test('a disk that is full gets its room back', () => {
    const place = install({layout});
    const own = join(place.root, 'own');
    write(join(own, 'cp'), `#!/bin/sh\n/bin/cp "$@"; echo 'No space left on device' >&2; exit 1\n`, 0o755);
    const {code, stderr} = run(stageBody('master'), stageVars(place.node, place.context), ['sh'], {
      PATH: `${own}:${process.env.PATH}`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('No space left');
    expect(existsSync(place.staged)).toBe(false);
    expect(existsSync(`${place.staged}.part`)).toBe(false);
  });
});

describe.runIf(linux)('properties of the new version', () => {
  const withConf = (file: string, conf: Record<string, string>, shell?: string[]): string => {
    const place = withSettings(install(), {conf});
    writeFileSync(join(place.old, 'conf/alluxio-site.properties'), file);
    expect(stage(place, shell)).toMatchObject({code: 0, stderr: ''});
    expect(readFileSync(join(place.old, 'conf/alluxio-site.properties'), 'utf8')).toBe(file);
    expect(existsSync(join(place.staged, 'conf/alluxio-site.properties.next'))).toBe(false);
    return conf_(place);
  };
  const conf_ = (place: Place): string => conf(place, 'alluxio-site.properties');

  test.each(shells)('by $name: replace the line of their key, or are appended', ({words: shell}) => {
    const file = [
      '# alluxio.a=comment',
      'alluxio.a.b=longer key',
      ' alluxio.a : old \\',
      '   alluxio.b=of the line before',
      'alluxio.b=kept',
      'alluxio.a=twice',
      'alluxio.c',
      'last=no newline',
    ].join('\n');
    const set = {
      'alluxio.a': 'new value = "it\'s" $HOME \\\\ & ',
      'alluxio.c': '',
      'alluxio.z': 'two\nlines',
    };
    expect(withConf(file, set, shell)).toBe(
      `${[
        '# alluxio.a=comment',
        'alluxio.a.b=longer key',
        'alluxio.a=new value = "it\'s" $HOME \\\\ & ',
        'alluxio.b=kept',
        'alluxio.c=',
        'last=no newline',
        'alluxio.z=two\\nlines',
      ].join('\n')}\n`,
    );
  });

  test.each(shells)(
    'by $name: where ZooKeeper elects nobody any more, its address goes',
    ({words: shell}) => {
      const enabled = 'alluxio.zookeeper.enabled';
      const file = `${enabled}=true\nalluxio.zookeeper.address=z-1:2181,\\\n  z-2:2181\nalluxio.b=kept\n`;
      expect(withConf(file, {[enabled]: 'false'}, shell)).toBe(`${enabled}=false\nalluxio.b=kept\n`);
      expect(withConf(file, {[enabled]: 'true'}, shell)).toBe(file);
      const address = 'alluxio.zookeeper.address';
      expect(withConf(file, {[enabled]: 'false', [address]: 'z-3:2181'}, shell)).toContain(
        `${address}=z-3:2181\n`,
      );
    },
  );

  test('a line that goes on begins no key, and an even number of backslashes ends one', () => {
    const file = 'x=1 \\\nalluxio.a=2\ny=\\\\\nalluxio.a=3\n';
    expect(withConf(file, {'alluxio.a': '4'})).toBe('x=1 \\\nalluxio.a=2\ny=\\\\\nalluxio.a=4\n');
  });

  test('a file that there is not is made; what a link leads to stays as it is', () => {
    const bare = withSettings(install(), {conf: {'alluxio.a': 'b'}});
    rmSync(join(bare.old, 'conf/alluxio-site.properties'));
    expect(stage(bare)).toMatchObject({code: 0, stderr: ''});
    expect(conf_(bare)).toBe('alluxio.a=b\n');
    const linked = withSettings(install(), {conf: {'alluxio.a': 'b'}});
    const [file, shared] = [join(linked.old, 'conf/alluxio-site.properties'), join(linked.root, 'shared')];
    renameSync(file, shared);
    symlinkSync(shared, file);
    const before = readFileSync(shared, 'utf8');
    expect(stage(linked).code).toBe(0);
    expect(readFileSync(shared, 'utf8')).toBe(before);
    expect(conf_(linked)).toBe(`${before}alluxio.a=b\n`);
    expect(lstatSync(join(linked.staged, 'conf/alluxio-site.properties')).isSymbolicLink()).toBe(false);
  });
});

test.runIf(linux)('what goes on naming the old version is told', () => {
  const place = install();
  write(join(place.old, 'conf/alluxio-env.sh'), `JAVA_OPTS="-Dx=${place.old}/conf/x"\n`);
  expect(stage(place).stdout).toContain(`note: conf/alluxio-env.sh names ${place.old}`);
  expect(stage(install()).stdout).not.toContain('note:');
});

test.runIf(linux)('a version says by a receipt who put it there', () => {
  const place = install();
  stage(place);
  expect(readdirSync(place.staged)).toContain(RECEIPT);
});
