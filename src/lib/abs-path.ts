declare const brand: unique symbol;

/** An absolute, normal path that is safe to rename and remove below. Only parseAbsPath makes one. */
export type AbsPath = string & {readonly [brand]: 'AbsPath'};

const SYSTEM_PATHS: ReadonlySet<string> = new Set([
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/local',
  '/var',
]);

/** Says why a path is refused, or null when it is safe. Empty, relative, root and system paths are refused. */
export const absPathProblem = (path: string): string | null => {
  if (path === '') return 'is empty';
  if (!path.startsWith('/')) return 'is relative; write the whole path, beginning with /';
  if (/[\0-\x1f\x7f]/.test(path)) return 'holds a control character';
  if (path.split('/').some(piece => piece === '..' || piece === '.'))
    return 'holds . or ..; write the real path';
  const normal = path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  if (normal === '/') return 'is the root directory';
  if (SYSTEM_PATHS.has(normal)) return `is the system directory ${normal}`;
  return null;
};

/** Normalises a path, or throws the reason why it is refused. */
export const parseAbsPath = (path: string): AbsPath => {
  const problem = absPathProblem(path);
  if (problem !== null) throw new Error(`${JSON.stringify(path)} ${problem}`);
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1') as AbsPath;
};
