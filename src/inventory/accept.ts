import type {z} from 'zod';
import {type Text, text} from '../model/text.ts';
import {nearest} from './nearest.ts';
import type {Report} from './problem.ts';
import {isSecretKey, issueWords, listed, missingWords} from './words.ts';
import type {Path} from './yaml-source.ts';

export type Block = Readonly<Record<string, unknown>>;

export const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as a block of keys; anything else is reported. */
export const acceptBlock = (value: unknown, path: Path, report: Report): Block | null => {
  if (isBlock(value)) return value;
  const {message, fix} = issueWords(
    {code: 'invalid_type', expected: 'object', path: [], message: ''},
    value ?? null,
    String(path.at(-1) ?? ''),
  );
  report.add(path, message, fix);
  return null;
};

/** Reports keys that nobody knows, with the one that was probably meant. */
export const refuseUnknown = (block: Block, known: readonly string[], path: Path, report: Report): void => {
  for (const key of Object.keys(block).filter(name => !known.includes(name))) {
    const env = known.find(name => name.endsWith('Env') && isSecretKey(name));
    const meant = nearest(key, known);
    const fix = (): Text => {
      if (isSecretKey(key) && !key.endsWith('Env'))
        return env === undefined
          ? text('remove it: secrets never stand in the file', '请删除：密码等机密不得写入文件')
          : text(
              `secrets never stand in the file: write "${env}: NAME" with the name of an environment variable`,
              `密码等机密不得写入文件：请写“${env}: 变量名”，即环境变量的名字`,
            );
      const all = listed(known.toSorted());
      return meant === null
        ? text(`remove it, or use one of: ${all.en}`, `请删除，或改用：${all.zh}`)
        : text(`did you mean "${meant}"?`, `是否想写“${meant}”？`);
    };
    report.add([...path, key], text(`unknown key "${key}"`, `未知的键“${key}”`), fix(), 'key');
  }
};

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (all, key) => (typeof all === 'object' && all !== null ? Reflect.get(all, key) : undefined),
    value,
  );

/** Only the keys a schema knows: what is unknown was reported before. */
export const pick = (block: Block, known: readonly string[]): Block =>
  Object.fromEntries(Object.entries(block).filter(([key]) => known.includes(key)));

/**
 * Parses a block by its schema, or reports everything that does not fit. `placeOf` says where a key of the block
 * stands in the file; `where` words where a missing one belongs. What a schema makes of a block may be anything, so it
 * comes in a box.
 */
export const accept = <T>(
  schema: z.ZodType<T>,
  block: Block,
  placeOf: (key: string | null) => Path,
  where: Text,
  report: Report,
): {readonly value: T} | null => {
  const parsed = schema.safeParse(block);
  if (parsed.success) return {value: parsed.data};
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const inner = at(block, issue.path);
      const path = issue.path.map(piece => (typeof piece === 'number' ? piece : String(piece)));
      const [key = null] = path;
      const place = [...placeOf(key === null ? null : String(key)), ...path.slice(1)];
      const known = Object.keys(Object(inner)).filter(name => !issue.keys.includes(name));
      if (isBlock(inner)) refuseUnknown(inner, known, place, report);
      continue;
    }
    const [first, ...rest] = issue.path;
    const key = first === undefined ? null : String(first);
    const value = at(block, issue.path);
    const name = String(issue.path.at(-1) ?? '');
    const missing = value === undefined && key !== null;
    const words = missing ? missingWords(name, where) : issueWords(issue, value, name);
    const deeper = rest.map(piece => (typeof piece === 'number' ? piece : String(piece)));
    report.add([...placeOf(key), ...(missing ? [] : deeper)], words.message, words.fix);
  }
  return null;
};
