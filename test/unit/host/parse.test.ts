import {describe, expect, test} from 'vitest';
import {parseLines} from '../../../src/host/lines.ts';
import {parseBinary, parseProcesses} from '../../../src/host/process.ts';
import {busyPorts, parseListener} from '../../../src/host/sockets.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';

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
    ['/opt/doris/ms/lib/doris_cloud', 'home'],
    ['/opt/doris/ms/lib_backup_20261122_010203/doris_cloud', 'old'],
    ['/opt/doris/ms/lib/doris_cloud (deleted)', 'old'],
    ['/usr/bin/node', 'other'],
    [null, 'other'],
  ])('exe %s is %s', (exe, binary) => {
    expect(parseBinary(exe, home, {folder: 'lib', movedTo: ['lib_backup_']})).toBe(binary);
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
