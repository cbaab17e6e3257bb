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

/** Why a path is refused, in words that follow the path. */
type Why = {readonly en: string; readonly zh: string};

/** Says why a path is refused, or null when it is safe. Empty, relative, root and system paths are refused. */
export const absPathProblem = (path: string): Why | null => {
  if (path === '') return {en: 'is empty', zh: '为空'};
  if (!path.startsWith('/'))
    return {
      en: 'is relative; write the whole path, beginning with /',
      zh: '是相对路径；请写以 / 开头的完整路径',
    };
  if ([...path].some(char => char < ' ' || char === '\x7f'))
    return {en: 'holds a control character', zh: '含有控制字符'};
  if (path.split('/').some(piece => piece === '..' || piece === '.'))
    return {en: 'holds . or ..; write the real path', zh: '含有 . 或 ..；请写真实路径'};
  const normal = normalise(path);
  if (normal === '/') return {en: 'is the root directory', zh: '是根目录'};
  if (SYSTEM_PATHS.has(normal)) return {en: `is the system directory ${normal}`, zh: `是系统目录 ${normal}`};
  return null;
};

/** The same of a file's path: one that ends like a directory is refused as well. */
export const filePathProblem = (path: string): Why | null =>
  path.endsWith('/')
    ? {en: 'is a directory; write the path of the file', zh: '是目录；请写文件的路径'}
    : absPathProblem(path);

const normalise = (path: string): string => path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');

/** Normalises a path, or throws the reason why it is refused. */
export const parseAbsPath = (path: string): AbsPath => {
  const problem = absPathProblem(path);
  if (problem !== null) throw new Error(`${JSON.stringify(path)} ${problem.en}`);
  return normalise(path) as AbsPath;
};
