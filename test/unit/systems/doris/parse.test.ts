import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {compareVersions, minorsApart, parseVersion, sameMinor} from '../../../../src/lib/version.ts';
import {parseHaMaster, parseVersionComment} from '../../../../src/systems/doris/parse/http.ts';
import {parseStartLog} from '../../../../src/systems/doris/parse/log.ts';
import {parseRoles} from '../../../../src/systems/doris/parse/roles.ts';
import {
  masterOf,
  parseFrontend,
  parseGroup,
  quorumWithout,
} from '../../../../src/systems/doris/parse/rows.ts';
import {parseStage, parseTree} from '../../../../src/systems/doris/parse/tree.ts';
import {frontendFacts} from '../../../../src/systems/doris/probes/status-fe.ts';
import {parseCloudVersion} from '../../../../src/systems/doris/version.ts';
import {bodyOf, readRecording, rowsOf} from './recorded.ts';

describe('SHOW FRONTENDS', () => {
  test('columns are found by name, before and after LiveSince came', () => {
    const [old] = rowsOf('3.0.6.1/sql/master-show-frontends.txt').map(parseFrontend);
    const [young] = rowsOf('4.x/sql/master-show-frontends.txt').map(parseFrontend);
    expect(old).toMatchObject({role: 'observer', version: '3.0.6.1', journal: 38, error: null, join: true});
    expect(young).toMatchObject({role: 'observer', version: '0.0.0', journal: 539, error: null, join: true});
  });

  test('a frontend that was added and never answered has no version and no start', () => {
    const never = rowsOf('3.0.6.1/sql/B5-show-frontends-0s.txt').map(parseFrontend).at(-1);
    expect(never).toMatchObject({join: false, alive: false, version: null, lastStart: null, journal: 0});
  });

  test('a dead frontend says why', () => {
    const dead = rowsOf('3.0.6.1/sql/D3-show-frontends-try1.txt')
      .map(parseFrontend)
      .find(({alive}) => !alive);
    expect(dead).toMatchObject({
      host: '10.77.0.12',
      error: 'java.net.ConnectException: Connection refused',
      lastStart: null,
    });
  });

  test('no master, or two, are none', () => {
    const frontends = rowsOf('3.0.6.1/sql/master-show-frontends.txt').map(parseFrontend);
    expect(masterOf(frontends.map(row => ({...row, master: false})))).toBeNull();
    expect(masterOf(frontends.map(row => ({...row, master: true})))).toBeNull();
  });

  test('a row of something else is refused', () => {
    expect(() => parseFrontend({BackendId: '1', Host: '10.0.0.1'})).toThrow(/EditLogPort/);
  });

  test.each(['unknown', 'NULL', '', '-1', '1e3', '9'.repeat(400)])(
    'a journal id of "%s" is no number, and how far it is behind is not known',
    said => {
      const [row = {}] = rowsOf('3.0.6.1/sql/master-show-frontends.txt');
      const frontend = parseFrontend({...row, ReplayedJournalId: said});
      expect(frontend.journal).toBe(null);
      const facts = frontendFacts(frontend, [{...frontend, master: true, journal: 38}]);
      expect(facts).toMatchObject({masterJournal: 38});
      expect(facts).not.toHaveProperty('journal');
      expect(facts).not.toHaveProperty('lag');
    },
  );

  test('a port that is none makes it no row', () => {
    const [row = {}] = rowsOf('3.0.6.1/sql/master-show-frontends.txt');
    expect(() => parseFrontend({...row, EditLogPort: 'unknown'})).toThrow('EditLogPort is no port: unknown');
  });

  test('older names: IP instead of Host', () => {
    const [row = {}] = rowsOf('3.0.6.1/sql/master-show-frontends.txt');
    const {Host, ...rest} = row;
    expect(parseFrontend({...rest, IP: Host ?? ''}).host).toBe('10.77.0.14');
  });
});

describe('quorum', () => {
  const [observer, master, ...followers] = rowsOf('3.0.6.1/sql/master-show-frontends.txt').map(parseFrontend);
  if (observer === undefined || master === undefined) throw new Error('the recording holds no frontends');
  const all = [observer, master, ...followers];

  test.each([
    {what: 'one of three followers', rows: all, leaving: master, kept: true, aliveAfter: 2},
    {what: 'the observer', rows: all, leaving: observer, kept: true, aliveAfter: 3},
    {
      what: 'a second follower',
      rows: all.map(row => (row === followers[0] ? {...row, alive: false} : row)),
      leaving: master,
      kept: false,
      aliveAfter: 1,
    },
    {what: 'the only follower', rows: [observer, master], leaving: master, kept: false, aliveAfter: 0},
  ])('without $what', ({rows, leaving, kept, aliveAfter}) => {
    expect(quorumWithout(rows, leaving)).toMatchObject({kept, aliveAfter});
  });
});

describe('SHOW BACKENDS', () => {
  test.each([
    ['{"compute_group_name" : "cg1", "location" : "default"}', 'cg1'],
    ['{"location" : "default", "cloud_cluster_name" : "old"}', 'old'],
    ['{"location" : "default"}', null],
    ['not json', null],
    [null, null],
  ])('the compute group in %s is %s', (tag, group) => {
    expect(parseGroup(tag)).toBe(group);
  });
});

describe('versions', () => {
  test.each([
    ['doris-3.0.6.1-rc01-d89d2b9dab', '3.0.6.1'],
    ['Doris version doris-3.0.3-rc03-43f06a5e26 (Cloud Mode)', '3.0.3'],
    ['doris-0.0.0-Unknown', '0.0.0'],
    ['doris-3.1.2', '3.1.2'],
    ['3.1.10-release', '3.1.10'],
    ['5.7', null],
    ['', null],
  ])('%s is %s', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });

  test.each([
    ['doris_cloud_version : 30003', '3.0.3'],
    ['doris_cloud_version : 30006\r\n', '3.0.6'],
    ['doris_cloud_version : 30102', '3.1.2'],
    ['doris_cloud_version : 30100', '3.1.0'],
    ['doris_cloud_version : 3000601', '3.0.6.1'],
    ['doris_cloud_version : 300010', '3.0.10'],
    ['doris_cloud_version : 301002', '3.10.2'],
    ['doris_cloud_version : 40001', '4.0.1'],
    ['no such variable', null],
    ['doris_cloud_version : 7', null],
  ])('brpc says %j: %s', (body, version) => {
    expect(parseCloudVersion(body)).toBe(version);
  });

  test.each([
    ['3.0.6', '3.1.2', -1],
    ['3.1.2', '3.1.2', 0],
    ['3.0.6.1', '3.0.6', 1],
    ['3.0.10', '3.0.9', 1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });

  test('minor versions', () => {
    expect(sameMinor('3.0.6', '3.0.7')).toBe(true);
    expect(sameMinor('3.0.6', '3.1.0')).toBe(false);
    expect(minorsApart('3.0.6', '3.2.0')).toBe(2);
    expect(minorsApart('3.0.6', '4.0.0')).toBeNull();
  });

  test('@@version_comment tells the mode', () => {
    expect(parseVersionComment([{x: 'Doris version doris-3.0.3-rc03-43f06a5e26 (Cloud Mode)'}]).cloud).toBe(
      true,
    );
  });
});

describe('pages', () => {
  const ha = (data: Readonly<Record<string, string>>): string =>
    JSON.stringify({msg: 'success', code: 0, data});
  test.each([
    ['an election', {role: 'FOLLOWER', master: 'unknown', can_read: 'true', is_ready: 'true'}],
    ['an election, in other letters', {role: 'OBSERVER', master: 'UNKNOWN'}],
    ['one that is still finding out what it is', {role: 'UNKNOWN', master: '10.89.0.19'}],
    ['one that is not ready', {role: 'FOLLOWER', master: '10.89.0.19', is_ready: 'false'}],
    ['nothing', {role: 'FOLLOWER', master: ''}],
    ['an empty place', {role: 'FOLLOWER', master: ' '}],
    ['no object', {role: 'FOLLOWER', master: 'null'}],
    ['no role', {role: '', master: '10.89.0.19'}],
  ])('SHOW_HA of %s names no master', (_, data) => {
    expect(parseHaMaster(ha(data))).toBeNull();
  });

  test.each([
    ['unknown-1.lake.example', {role: 'FOLLOWER', master: 'unknown-1.lake.example'}],
    ['2001:db8::b', {role: 'MASTER', master: '2001:db8::b', is_ready: 'true'}],
  ])('SHOW_HA that names %s names it', (master, data) => {
    expect(parseHaMaster(ha(data))).toBe(master);
  });

  test('a page that is refused names none', () => {
    expect(parseHaMaster(bodyOf('3.0.6.1/http/master-fe_version_info-noauth.txt').body)).toBeNull();
  });
});

describe('log/doris_cloud.out', () => {
  const first = readRecording('3.0.6.1/ms-scripts/01-start-daemon-no-role.txt').stdout;
  const second = readRecording('3.0.6.1/ms-scripts/10-start-meta-service.txt').stdout.replace(
    'version:{STAND-IN}',
    'version:{doris-3.1.2-release} code_version:{commit=0}',
  );

  test('only the lines of this process count', () => {
    expect(parseStartLog(first + second, 9932)).toEqual({found: true, started: true, version: '3.1.2'});
    expect(parseStartLog(first, 9932)).toEqual({found: false, started: false, version: null});
  });

  test('a start that is not done yet has not started', () => {
    const begun = second.slice(0, second.indexOf('MetaService has been'));
    expect(parseStartLog(first + begun, 9932)).toEqual({found: true, started: false, version: '3.1.2'});
  });
});

describe('arguments', () => {
  test.each([
    [[], 'ms+recycler'],
    [['--meta-service'], 'ms'],
    [['--recycler'], 'recycler'],
    [['--meta-service', '--recycler'], 'ms+recycler'],
  ])('roles of %j: %s', (args, roles) => {
    expect(parseRoles(args)).toBe(roles);
  });
});

describe('files', () => {
  test('a home whose files equal the package’s', () => {
    const lines = parseLines(
      'home=dir\nbin=dir\nlib=dir\ntree.home=abc\ntree.package=abc\nleftover=bin_backup_1',
    );
    expect(parseTree(lines)).toEqual({home: 'dir', bin: 'dir', lib: 'dir', same: true, bin_backup_1: 'dir'});
  });

  test('how large a backup is, as far as a host says it as it was asked', () => {
    const size = (...entries: readonly string[]): unknown =>
      Object.entries(parseTree(parseLines(entries.map(entry => `size=${entry}`).join('\n')))).filter(
        ([name]) => name.endsWith('.kb'),
      );
    expect(size('bin_backup_20261122_020001 12', 'lib_backup_20261122_020001 2097152')).toEqual([
      ['bin_backup_20261122_020001.kb', 12],
      ['lib_backup_20261122_020001.kb', 2_097_152],
    ]);
    for (const odd of ['', '12', 'lib_backup_20261122_020001 ', 'lib_backup_20261122_020001 -1', 'health 1'])
      expect(size(odd), odd).toEqual([]);
    expect(
      size('lib_backup_20261122_020001 1e9', 'lib_backup_x 1', 'lib_backup_20261122_020001 1 2'),
    ).toEqual([]);
  });

  test('two empty hashes are not the same files', () => {
    expect(parseTree(parseLines('home=dir\nbin=none\nlib=none\ntree.home=\ntree.package='))).toMatchObject({
      bin: 'none',
      same: false,
    });
  });

  test.each([
    ['.lakeup-stage-1 abc abc', 'same'],
    ['.lakeup-stage-1 abd abd', 'differs'],
    ['.lakeup-stage-1 abc -', 'unproven'],
    ['.lakeup-stage-1 abc old', 'unproven'],
  ])('stage %s is %s', (stage, state) => {
    expect(parseStage(parseLines(`stage.package=abc\nstage=${stage}`))).toEqual({
      packageDigest: 'abc',
      '.lakeup-stage-1': state,
    });
  });
});
