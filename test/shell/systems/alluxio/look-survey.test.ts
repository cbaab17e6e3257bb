import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {quote} from '../../../../src/lib/sh.ts';
import {parseSurvey} from '../../../../src/systems/alluxio/parse/survey.ts';
import {askSurvey} from '../../../../src/systems/alluxio/scripts/look-survey.ts';
import {readRecording} from '../../../unit/systems/alluxio/recorded.ts';
import {
  answer,
  callsOf,
  clusterOf,
  java,
  linux,
  lookOf,
  makeHome,
  makeVersion,
  nodeAt,
  SHELLS,
  write,
} from './looked.ts';

const make = (layout: 'link' | 'dir', role: 'master' | 'worker' = 'master', fields: object = {}) => {
  const {root, home, real} = makeHome(layout);
  answer(real, 'alluxio-start.-h', readRecording('2.3.0/alluxio-start-h.txt').stdout);
  answer(real, 'alluxio.getConf.--source', readRecording('2.1.0/getConf-all-source.txt').stdout);
  const node = nodeAt(home, role, fields);
  const packageDir = join(root, 'the package/alluxio-2.9.4');
  const look = (place = packageDir, shell = 'sh', env: Readonly<Record<string, string>> = {}) =>
    lookOf(askSurvey(node, clusterOf(node, {package: place})), shell, env);
  const factsOf = (...args: Parameters<typeof look>) => parseSurvey(node, look(...args).lines);
  return {root, home, real, packageDir, node, look, factsOf};
};

const tarred = (packageDir: string, prefix = ''): string => {
  const file = `${packageDir}-bin.tar.gz`;
  const {status} = spawnSync('tar', [
    '-czf',
    file,
    '-C',
    join(packageDir, '..'),
    `${prefix}${basename(packageDir)}`,
  ]);
  expect(status).toBe(0);
  return file;
};

describe.each(SHELLS)('look.survey, by %s', shell => {
  it('tells what lies where, and what the scripts say', () => {
    const {home, real, packageDir, look, node} = make('link');
    makeVersion(packageDir, '2.9.4');
    write(join(real, 'conf/masters'), 'm1\n');
    write(join(real, 'conf/alluxio-env.sh.template'), '');
    mkdirSync(join(real, '.lakeup-20261122_010203'));
    const told = look(packageDir, shell);
    expect(told).toMatchObject({code: 0, stderr: ''});
    const facts = parseSurvey(node, told.lines);
    expect(facts).toMatchObject({
      process: 'none',
      count: 0,
      version: '2.3.0',
      homeKind: 'link',
      homeReal: real,
      homeVersion: '2.3.0',
      newPlace: 'none',
      writable: true,
      parentWritable: true,
      package: 'dir',
      packageVersion: '2.9.4',
      confFiles: ['alluxio-site.properties', 'masters'],
      leftovers: ['.lakeup-20261122_010203'],
      startFlags: 'hNwmafi',
      propExit: 0,
      journalType: 'EMBEDDED',
      journalFolder: '/srv/alluxio/journal',
      metastoreDir: '',
      rootUfs: '/mnt/ufs/root',
      'source.alluxio.master.journal.type': 'SITE_PROPERTY',
      'conf.alluxio.master.rpc.port': '19998',
    });
    expect(facts.named).not.toEqual([]);
    expect(facts.freeKb).toBeGreaterThan(0);
    expect(facts.packageKb).toBeGreaterThan(0);
    expect(callsOf(real)).toEqual(['alluxio-start.sh -h', 'alluxio getConf --source']);
    expect(callsOf(home)).toEqual(callsOf(real));
    makeVersion(`${home}-2.9.4`, '2.9.4');
    const byHand = parseSurvey(node, look(packageDir, shell).lines);
    expect(byHand).toMatchObject({newPlace: 'dir'});
    expect(byHand).not.toHaveProperty('staged');
    write(`${home}-2.9.4/.lakeup-staged-20261122_010203`, '');
    expect(parseSurvey(node, look(packageDir, shell).lines)).toMatchObject({staged: true});
  });

  it('tells which versions were put aside, and of what is none', () => {
    const {home, packageDir, factsOf} = make('dir');
    expect(factsOf(packageDir, shell)).not.toHaveProperty('asides');
    makeVersion(`${home}_backup_20261122_010203`, '2.3.0');
    makeVersion(`${home}_backup_20250101_010203`, '2.2.0');
    mkdirSync(`${home}_backup_20240101_010203`);
    makeVersion(`${home}_backup_by hand`, '2.1.0');
    expect(factsOf(packageDir, shell).asides).toEqual([
      '20240101_010203 other',
      '20250101_010203 2.2.0',
      '20261122_010203 2.3.0',
    ]);
  });

  it('tells of a home that lies aside, for an exchange was cut between its renames', () => {
    const {home, packageDir, factsOf} = make('dir');
    renameSync(home, `${home}_backup_20261122_010203`);
    const facts = factsOf(packageDir, shell);
    expect(facts).toMatchObject({homeKind: 'none', asides: ['20261122_010203 2.3.0']});
    expect(facts).not.toHaveProperty('homeVersion');
  });

  it('tells of the place for a backup, or of what there is above it; nothing of one nobody named', () => {
    const {root, node, packageDir, factsOf} = make('link');
    const at = (backupDirectory: string) =>
      parseSurvey(
        node,
        lookOf(askSurvey(node, clusterOf(node, {package: packageDir, backupDirectory})), shell, {}).lines,
      );
    expect(factsOf(packageDir, shell)).not.toHaveProperty('backupWritable');
    const there = at(join(root, 'not there', 'yet'));
    expect(there).toMatchObject({backupWritable: true});
    expect(there.backupKb).toBeGreaterThan(0);
    write(join(root, 'a file'), '');
    expect(at(join(root, 'a file'))).toMatchObject({backupWritable: false});
    expect(at(join(root, 'a file/below'))).toMatchObject({backupWritable: false});
  });

  it.each(['', './'])('asks a tarball whose names begin with %j for its version', prefix => {
    const {packageDir, factsOf} = make('dir');
    makeVersion(packageDir, '2.9.4');
    write(join(packageDir, 'assembly/large.jar'), 'x'.repeat(3_000_000));
    const file = tarred(packageDir, prefix);
    rmSync(packageDir, {recursive: true});
    const facts = factsOf(file, shell);
    expect(facts).toMatchObject({homeKind: 'dir', package: 'tar', packageVersion: '2.9.4'});
    expect(facts.packageKb).toBeGreaterThan(2_900);
  });
});

describe('look.survey', () => {
  it('takes nothing else for a package', () => {
    const {root, packageDir, factsOf} = make('dir');
    expect(factsOf(packageDir).package).toBe('none');
    write(join(root, 'no tarball'), 'text');
    expect(factsOf(join(root, 'no tarball')).package).toBe('other');
    mkdirSync(packageDir, {recursive: true});
    const empty = factsOf(packageDir);
    expect(empty.package).toBe('dir');
    expect(empty).not.toHaveProperty('packageVersion');
    writeFileSync(join(root, 'cut.tar.gz'), 'x');
    expect(factsOf(join(root, 'cut.tar.gz')).package).toBe('other');
  });

  it.each([
    ['2.1.0', 'hNwmafi'],
    ['2.3.0', 'hNwmafi'],
    ['2.9.4', 'hNwmacfi'],
  ])('knows what a start of %s takes', (version, flags) => {
    const {real, factsOf} = make('link');
    answer(real, 'alluxio-start.-h', readRecording(`${version}/alluxio-start-h.txt`).stdout);
    expect(factsOf().startFlags).toBe(flags);
  });

  it('knows no property where the command fails, and tells what it said', () => {
    const {real, factsOf} = make('link');
    answer(real, 'alluxio.getConf.--source', readRecording('2.9.4/java-none.txt').stdout, 1);
    const facts = factsOf();
    expect(facts).toMatchObject({propExit: 1, propSaid: expect.stringContaining("Cannot find 'java'")});
    for (const name of ['journalType', 'journalFolder', 'metastoreDir', 'rootUfs'])
      expect(facts).not.toHaveProperty(name);
  });

  it('asks the Java that its scripts would find', () => {
    const {root, real, factsOf, home} = make('link');
    const javaAt = (name: string, version: string): string => {
      write(join(root, name, 'bin/java'), `#!/bin/sh\necho 'openjdk version "${version}" 2025' >&2\n`, 0o755);
      return join(root, name);
    };
    const [one, two, three] = [javaAt('j11', '11.0.13'), javaAt('j8', '1.8.0_292'), javaAt('j17', '17.0.1')];
    expect(factsOf('/nowhere', 'sh', {JAVA_HOME: one, JAVA: ''}).javaVersion).toBe('11.0.13');
    write(join(real, 'conf/alluxio-env.sh'), `JAVA_HOME=${quote(two)}\necho said\n`);
    expect(factsOf('/nowhere', 'sh', {JAVA_HOME: one, JAVA: ''}).javaVersion).toBe('1.8.0_292');
    const named = nodeAt(home, 'master', {javaHome: three});
    const {lines} = lookOf(askSurvey(named, clusterOf(named, {})));
    expect(parseSurvey(named, lines).javaVersion).toBe('17.0.1');
    write(join(real, 'conf/alluxio-env.sh'), 'PATH=\nJAVA_HOME=\nJAVA=\n');
    expect(factsOf('/nowhere', 'sh', {JAVA_HOME: '', JAVA: ''}).javaVersion).toBe('none');
  });

  it('lets 1.8, which runs nothing without a java on the PATH, find the one that is named', () => {
    const {root, real, home} = make('link');
    const jdk = join(root, 'jdk');
    write(join(jdk, 'bin/java'), '#!/bin/sh\n', 0o755);
    write(
      join(real, 'bin/alluxio'),
      `case $PATH in *:${quote(join(jdk, 'bin'))}) ;; *) echo "Cannot find the 'java' command." && exit 1 ;; esac
echo 'alluxio.master.journal.type=UFS (DEFAULT)'\n`,
    );
    const surveyed = (fields: object) => {
      const node = nodeAt(home, 'master', fields);
      return parseSurvey(node, lookOf(askSurvey(node, clusterOf(node, {}))).lines);
    };
    expect(surveyed({})).toMatchObject({propExit: 1, propSaid: "Cannot find the 'java' command."});
    expect(surveyed({javaHome: jdk})).toMatchObject({propExit: 0, journalType: 'UFS'});
  });

  it('knows the tiers of a worker', () => {
    const {factsOf} = make('link', 'worker');
    expect(factsOf()).toMatchObject({tierDirs: ['/mnt/ramdisk'], ramdisks: ['/mnt/ramdisk']});
    expect(factsOf()).not.toHaveProperty('journalType');
  });

  it.runIf(linux)('believes what the process was given before what the files say', async () => {
    const {real, factsOf} = make('link');
    const pid = await java(
      `-Dalluxio.home=${real}`,
      '-Dalluxio.conf.dir=/etc/alluxio',
      '-Dalluxio.master.journal.type=ufs',
      '-Dalluxio.user.secret=x',
      'alluxio.master.AlluxioMaster',
    );
    const facts = factsOf();
    expect(facts).toMatchObject({
      process: 'running',
      pid,
      at: real,
      version: '2.3.0',
      confDir: '/etc/alluxio',
      journalType: 'UFS',
      journalTypeSource: 'SYSTEM_PROPERTY',
    });
    expect(facts).not.toHaveProperty('binary');
    expect(Object.keys(facts).filter(name => name.includes('secret'))).toEqual([]);
  });

  it.runIf(linux && process.getuid?.() !== 0)('tells a parent that may not be written to', () => {
    const {root, factsOf} = make('link');
    chmodSync(root, 0o555);
    try {
      expect(factsOf().parentWritable).toBe(false);
    } finally {
      chmodSync(root, 0o755);
    }
  });
});
