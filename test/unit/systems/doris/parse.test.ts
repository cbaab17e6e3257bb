import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../../src/host/lines.ts';
import {parseBinary, parseProcesses} from '../../../../src/host/process.ts';
import {busyPorts, parseListener} from '../../../../src/host/sockets.ts';
import {parseAbsPath} from '../../../../src/lib/abs-path.ts';
import {
  parseBeHealth,
  parseBootstrap,
  parseCloudHealth,
  parseHaMaster,
  parseVersionComment,
} from '../../../../src/systems/doris/parse/http.ts';
import {parseStartLog} from '../../../../src/systems/doris/parse/log.ts';
import {parsePackageVersion} from '../../../../src/systems/doris/parse/package-version.ts';
import {parseRoles} from '../../../../src/systems/doris/parse/roles.ts';
import {
  masterOf,
  parseBackend,
  parseFrontend,
  parseGroup,
  quorumWithout,
} from '../../../../src/systems/doris/parse/rows.ts';
import {parseStage, parseTree} from '../../../../src/systems/doris/parse/tree.ts';
import {
  compareVersions,
  minorsApart,
  parseCloudVersion,
  parseVersion,
  sameMinor,
} from '../../../../src/systems/doris/version.ts';
import {bodyOf, readRecording, recordingsOf, rowsOf, saidBy} from './recorded.ts';

const frontendFiles = [
  ...recordingsOf('3.0.6.1/sql', 'show-frontends'),
  ...recordingsOf('4.x/sql', 'show-frontends'),
  ...recordingsOf('mixed/sql', 'show-frontends'),
];

describe('SHOW FRONTENDS', () => {
  test.each(frontendFiles)('%s: every row is read, one asked frontend, one master', path => {
    const frontends = rowsOf(path).map(parseFrontend);
    expect(frontends.length).toBeGreaterThan(0);
    expect(frontends.filter(({self}) => self)).toHaveLength(1);
    expect(masterOf(frontends)).toMatchObject({
      role: 'follower',
      master: true,
      alive: true,
      editLogPort: 9010,
    });
    for (const frontend of frontends) expect(frontend.host).toMatch(/^10\.77\.0\.1[1-4]$/);
  });

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
  const files = [
    ...recordingsOf('3.0.6.1/sql', 'show-backends'),
    ...recordingsOf('4.x/sql', 'show-backends'),
  ];

  test.each(files)('%s: a backend that never answered', path => {
    for (const backend of rowsOf(path).map(parseBackend))
      expect(backend).toMatchObject({
        heartbeatPort: 9050,
        alive: false,
        version: null,
        lastStart: null,
      });
  });

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

  test.each(['3.0.6.1', '4.x'])('@@version_comment of %s', folder => {
    for (const path of recordingsOf(`${folder}/sql`, 'version_comment')) {
      const {version, cloud} = parseVersionComment(rowsOf(path));
      expect(version).toBe(folder === '4.x' ? '0.0.0' : '3.0.6.1');
      expect(cloud).toBe(false);
    }
    expect(parseVersionComment([{x: 'Doris version doris-3.0.3-rc03-43f06a5e26 (Cloud Mode)'}]).cloud).toBe(
      true,
    );
  });

  test.each([
    ['3.0.6.1/fe-scripts/34-version-stopped.txt', '3.0.6.1'],
    ['3.0.6.1/fe-scripts/03-version-while-running.txt', '3.0.6.1'],
    ['3.0.6.1/be-scripts/46-version.txt', '0.0.0'],
    ['3.0.6.1/be-scripts/12-version-while-running.txt', '0.0.0'],
    ['3.0.6.1/ms-scripts/51-version.txt', '0.0.0'],
    ['3.0.6.1/ms-scripts/04-version-while-running.txt', '0.0.0'],
    ['4.x/ms-scripts/51-version.txt', '0.0.0'],
    ['4.x/be-scripts/46-version.txt', '0.0.0'],
  ])('--version in %s is %s, whatever else is said of Java', (path, version) => {
    expect(parsePackageVersion(saidBy(path))).toBe(version);
  });
});

describe('pages', () => {
  test.each(['master', 'follower', 'observer'])(
    '/api/bootstrap of the %s, without credentials, is ready',
    who => {
      const {status, body} = bodyOf(`3.0.6.1/http/${who}-bootstrap-noauth.txt`);
      expect(status).toBe(200);
      expect(parseBootstrap(body)).toBe('ready');
    },
  );

  test.each([
    ['{"msg":"Error","code":1,"data":"not ready","count":0}', 'not ready'],
    [bodyOf('3.0.6.1/http/master-version-noauth.txt').body, 'not ready'],
    ['<html>', 'unknown'],
  ])('/api/bootstrap says %j: %s', (body, state) => {
    expect(parseBootstrap(body)).toBe(state);
  });

  test.each(['master', 'follower', 'observer'])('SHOW_HA of the %s names the master', who => {
    expect(parseHaMaster(bodyOf(`3.0.6.1/http/${who}-show_ha-noauth.txt`).body)).toBe('10.77.0.11');
  });

  test('a page that is refused names none', () => {
    expect(parseHaMaster(bodyOf('3.0.6.1/http/master-fe_version_info-noauth.txt').body)).toBeNull();
  });

  test.each([
    ['{"status": "OK","msg": "To Be Added"}', true],
    ['{"status": "OK","msg": "OK"}', true],
    ['{"status": "OK","msg": "Server is not available"}', false],
    ['{"status": "Failed","msg": "OK"}', false],
    ['', false],
  ])('BE health %j is %s', (body, ok) => {
    expect(parseBeHealth(body)).toBe(ok);
  });

  test.each([
    [200, 'OK\n', true],
    [200, 'not OK', false],
    [503, 'OK', false],
  ])('brpc health %i %j is %s', (status, body, ok) => {
    expect(parseCloudHealth(status, body)).toBe(ok);
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

describe('processes', () => {
  const home = parseAbsPath('/opt/doris/ms');
  const lines = parseLines(
    [
      'self=10.0.0.1',
      'process=20',
      'ticks=900',
      'comm=doris_cloud',
      'arg=/opt/doris/ms/lib/doris_cloud',
      'arg=--meta-service',
      'user=1000',
      'nofile=unlimited',
      'env=JAVA_HOME=/usr/lib/jvm/a=b',
      'process=10',
      'ticks=500',
      'process=30',
      'ticks=',
    ].join('\n'),
  );

  test('oldest first, those that ended meanwhile are not there', () => {
    expect(parseProcesses(lines).map(({pid}) => pid)).toEqual([10, 20]);
    expect(parseProcesses(lines)[1]).toMatchObject({
      startTicks: 900,
      args: ['/opt/doris/ms/lib/doris_cloud', '--meta-service'],
      env: {JAVA_HOME: '/usr/lib/jvm/a=b'},
      nofile: Number.POSITIVE_INFINITY,
    });
  });

  test.each([
    [[], 'ms+recycler'],
    [['--meta-service'], 'ms'],
    [['--recycler'], 'recycler'],
    [['--meta-service', '--recycler'], 'ms+recycler'],
  ])('roles of %j: %s', (args, roles) => {
    expect(parseRoles(args)).toBe(roles);
  });

  test.each([
    ['/opt/doris/ms/lib/doris_cloud', 'home'],
    ['/opt/doris/ms/lib_backup_20261122_010203/doris_cloud', 'old'],
    ['/opt/doris/ms/lib/doris_cloud (deleted)', 'old'],
    ['/usr/bin/node', 'other'],
    [null, 'other'],
  ])('exe %s is %s', (exe, binary) => {
    expect(parseBinary(exe, home)).toBe(binary);
  });
});

describe('sockets', () => {
  test.each([
    ['0100007F:1388', {address: '127.0.0.1', port: 5000}],
    ['00000000:2382', {address: '0.0.0.0', port: 9090}],
    ['0B004D0A:1F90', {address: '10.77.0.11', port: 8080}],
    ['00000000000000000000000000000000:1388', {address: '::', port: 5000}],
    ['0000000000000000FFFF00000100007F:1388', {address: '127.0.0.1', port: 5000}],
    ['00000000000000000000000001000000:1388', {address: '0:0:0:0:0:0:0:1', port: 5000}],
    ['nonsense', null],
  ])('%s', (text, listener) => {
    expect(parseListener(text)).toEqual(listener);
  });

  test('a port counts when it is bound everywhere, to this host’s address, or to any that is no loopback', () => {
    const at = (address: string) => [{address, port: 5000}];
    expect(busyPorts(at('0.0.0.0'), [5000], '127.77.0.1')).toEqual([5000]);
    expect(busyPorts(at('::'), [5000], '127.77.0.1')).toEqual([5000]);
    expect(busyPorts(at('127.77.0.1'), [5000], '127.77.0.1')).toEqual([5000]);
    expect(busyPorts(at('10.0.0.1'), [5000], '127.77.0.1')).toEqual([5000]);
    expect(busyPorts(at('127.77.0.2'), [5000], '127.77.0.1')).toEqual([]);
    expect(busyPorts(at('0:0:0:0:0:0:0:1'), [5000], '10.0.0.1')).toEqual([]);
    expect(busyPorts(at('0.0.0.0'), [5001], '10.0.0.1')).toEqual([]);
  });
});

describe('files', () => {
  test('a home whose files equal the package’s', () => {
    const lines = parseLines(
      'home=dir\nbin=dir\nlib=dir\ntree.home=abc\ntree.package=abc\nleftover=bin_backup_1',
    );
    expect(parseTree(lines)).toEqual({home: 'dir', bin: 'dir', lib: 'dir', same: true, bin_backup_1: 'dir'});
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
