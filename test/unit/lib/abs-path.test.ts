import {describe, expect, it} from 'vitest';
import {absPathProblem, parseAbsPath} from '../../../src/lib/abs-path.ts';

describe('a path that may be renamed and removed below', () => {
  it.each([
    ['/opt/doris/be', '/opt/doris/be'],
    ['/opt/doris/be/', '/opt/doris/be'],
    ['/opt//doris///be//', '/opt/doris/be'],
    ['//opt/doris', '/opt/doris'],
    ['/home/doris', '/home/doris'],
    ['/data', '/data'],
    ['/opt/two words', '/opt/two words'],
    ['/opt/数据', '/opt/数据'],
    ['/opt/..doris/...', '/opt/..doris/...'],
    ['/opt/.hidden', '/opt/.hidden'],
    ['/tmpfs', '/tmpfs'],
  ])('%s is %s', (path, normal) => {
    expect(absPathProblem(path)).toBeNull();
    expect(parseAbsPath(path)).toBe(normal);
  });

  it.each<readonly [string, string]>([
    ['', 'empty'],
    ['opt/doris', 'relative'],
    ['./doris', 'relative'],
    ['~/doris', 'relative'],
    ['$HOME/doris', 'relative'],
    [' /opt/doris', 'relative'],
    ['/', 'root directory'],
    ['//', 'root directory'],
    ['///', 'root directory'],
    ['/opt/../etc', '. or ..'],
    ['/opt/doris/..', '. or ..'],
    ['/..', '. or ..'],
    ['/.', '. or ..'],
    ['/opt/./doris', '. or ..'],
    ['/opt/do\nris', 'control character'],
    ['/opt/do\0ris', 'control character'],
    ['/opt/doris\x7f', 'control character'],
    ['/usr', 'system directory /usr'],
    ['/usr/', 'system directory /usr'],
    ['//usr//', 'system directory /usr'],
    ['/usr/local', 'system directory /usr/local'],
    ...[
      'bin',
      'boot',
      'dev',
      'etc',
      'home',
      'lib',
      'lib64',
      'mnt',
      'opt',
      'proc',
      'root',
      'run',
      'sbin',
      'srv',
      'sys',
      'tmp',
      'var',
    ].map(name => [`/${name}`, `system directory /${name}`] as const),
  ])('%j is refused: %s', (path, words) => {
    const problem = absPathProblem(path);
    expect(problem?.en).toContain(words);
    expect(problem?.zh).not.toBe('');
    expect(() => parseAbsPath(path)).toThrow(words);
  });
});
