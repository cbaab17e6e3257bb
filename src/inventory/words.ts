import {z} from 'zod';
import {Text, text} from '../model/text.ts';

const SECRET = /passw|pwd|secret|token|passphrase/i;

/** Keys whose values are never shown, whatever is wrong with them. */
export const isSecretKey = (key: string): boolean => SECRET.test(key);

type Known = readonly [words: Text, fix: Text];

const BLOCK: Known = [
  text('a block of keys', '键值块'),
  text('write "key: value" lines, indented', '请写缩进的“键: 值”行'),
];

/** What zod asks for, in words, and how to write it. */
const TYPES: Readonly<Record<string, Known>> = {
  string: [
    text('a text', '文本'),
    text('write a text, in quotes if it looks like a number', '请写文本；若看起来像数字请加引号'),
  ],
  number: [text('a number', '数字'), text('write a number without quotes', '请写数字，不要加引号')],
  int: [text('a whole number', '整数'), text('write a whole number without quotes', '请写整数，不要加引号')],
  boolean: [text('true or false', 'true 或 false'), text('write true or false', '请写 true 或 false')],
  array: [text('a list', '列表'), text('write a list: one "- …" per line', '请写列表：每行一个“- …”')],
  object: BLOCK,
  record: BLOCK,
};

/** Kinds of values that no inventory can hold. */
const OTHER: Known = [
  text('something else', '其他内容'),
  text('compare it with inventory.example.yaml', '请对照 inventory.example.yaml'),
];

/** What stands there, in a few words, and never a secret. */
export const describeValue = (value: unknown, key: string): Text => {
  if (value === null) return text('nothing', '空');
  if (Array.isArray(value)) return text('a list', '列表');
  if (typeof value === 'object') return text('a block of keys', '键值块');
  if (isSecretKey(key)) return text('something else', '其他内容');
  const words = JSON.stringify(value) ?? String(value);
  const short = words.length > 60 ? `${words.slice(0, 57)}…` : words;
  return text(short, short);
};

/** What a schema says of its own refusals: why, in words that follow the value, and what to write instead. */
const OwnWords = z.object({text: Text, fix: Text.optional()});

/** Names one after the other. */
export const listed = (names: readonly string[]): Text => text(names.join(', '), names.join('、'));

const range = (issue: Extract<z.core.$ZodIssue, {code: 'too_small' | 'too_big'}>): Text => {
  const bound = String(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  const least = issue.code === 'too_small';
  if (issue.origin === 'string' && least) return text('write at least one character', '至少写一个字符');
  if (issue.origin === 'array') return text(`write at least ${bound}`, `至少写 ${bound} 个`);
  return least
    ? text(`write a number of at least ${bound}`, `请写不小于 ${bound} 的数`)
    : text(`write a number of at most ${bound}`, `请写不大于 ${bound} 的数`);
};

type Words = {readonly message: Text; readonly fix: Text};

/** Words for one issue of zod about the value of a key that is there. */
export const issueWords = (issue: z.core.$ZodIssue, value: unknown, key: string): Words => {
  const seen = describeValue(value, key);
  const got = text(`got ${seen.en}`, `实际为 ${seen.zh}`);
  switch (issue.code) {
    case 'invalid_type': {
      const [wanted, fix] = TYPES[issue.expected] ?? OTHER;
      return {message: text(`must be ${wanted.en}, ${got.en}`, `应为${wanted.zh}，${got.zh}`), fix};
    }
    case 'invalid_value': {
      const options = listed(issue.values.map(String));
      return {
        message: text(`is none of ${options.en}: ${got.en}`, `不在 ${options.zh} 之中：${got.zh}`),
        fix: text(`write one of: ${options.en}`, `请从中选一个：${options.zh}`),
      };
    }
    case 'too_small':
    case 'too_big':
      return {message: text(`is out of range: ${got.en}`, `超出范围：${got.zh}`), fix: range(issue)};
    case 'invalid_format':
      return {
        message: text(`does not have the right form: ${got.en}`, `格式不正确：${got.zh}`),
        fix: text(`write: ${issue.message}`, `格式要求：${issue.pattern ?? issue.format}`),
      };
    case 'invalid_union': {
      const inner = issue.errors.flat().find(({code}) => code === 'custom');
      if (inner !== undefined) return issueWords(inner, value, key);
      return {
        message: text(`is not understood: ${got.en}`, `无法识别：${got.zh}`),
        fix: text('compare it with inventory.example.yaml', '请对照 inventory.example.yaml'),
      };
    }
    default: {
      const own = OwnWords.safeParse('params' in issue ? issue.params : null);
      const {text: why, fix} = own.success
        ? own.data
        : {text: text(issue.message, '不符合要求'), fix: undefined};
      return {
        message: text(`${seen.en} ${why.en}`, `${seen.zh} ${why.zh}`),
        fix: fix ?? text('write it like in inventory.example.yaml', '请按 inventory.example.yaml 的写法填写'),
      };
    }
  }
};

/** Words for a key that has to be there and is not. */
export const missingWords = (key: string, where: Text): Words => ({
  message: text(`${key} is missing`, `缺少 ${key}`),
  fix: text(`write "${key}: …" ${where.en}`, `请${where.zh}写上“${key}: …”`),
});
