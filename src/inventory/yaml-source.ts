import {isMap, isScalar, isSeq, LineCounter, type Node, parseDocument} from 'yaml';
import {type Text, text} from '../model/text.ts';
import {aliasProblems} from './aliases.ts';

export type Path = readonly (string | number)[];
export type Which = 'key' | 'value';
export type Place = {readonly line: number; readonly column: number};

/** A YAML file as plain data, which still knows where everything stood. */
export type Source = {
  readonly tree: unknown;
  /** Where the value (or its key) stands; for a way that leads nowhere, the place where it ends. */
  place(path: Path, which: Which): Place;
};

export type Broken = {readonly place: Place; readonly message: Text; readonly fix: Text};

const FIXES: Readonly<Record<string, readonly [Text, Text]>> = {
  TAB_AS_INDENT: [
    text('a tab stands where YAML wants spaces', '此处用了制表符，而 YAML 只允许空格缩进'),
    text('indent with two spaces instead of the tab', '请把制表符换成两个空格'),
  ],
  BAD_INDENT: [
    text(
      'this line is not indented like its neighbours, or a bracket before it is not closed',
      '此行的缩进与相邻行不一致，或前面的括号没有闭合',
    ),
    text(
      'begin it in the same column as the other keys of its block, and close every { and [',
      '请让它与同一块中的其他键从同一列开始，并闭合每个 { 和 [',
    ),
  ],
  DUPLICATE_KEY: [
    text('this key stands twice in the same block', '同一块中重复出现了这个键'),
    text('keep one of the two', '请只保留其中一个'),
  ],
  MISSING_CHAR: [
    text(
      'a closing quote, bracket, brace or comma, or the ":" after a key, is missing',
      '缺少右引号、右括号、逗号，或键后面的“:”',
    ),
    text(
      'close what was opened before this place, or write "key: value"',
      '请补上缺少的符号，或写成“键: 值”',
    ),
  ],
  MULTILINE_IMPLICIT_KEY: [
    text('a key cannot go over several lines', '键不能跨多行'),
    text('write "key: value" on one line; look for a missing ":"', '请在一行内写“键: 值”；检查是否漏了“:”'),
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    text('a block begins where a simple value was expected', '此处应为简单值，却开始了一个块'),
    text(
      'put the block on the next line, indented, or quote a value that holds ": "',
      '请换行并缩进，或给含有“: ”的值加引号',
    ),
  ],
  MULTIPLE_DOCS: [
    text('the file holds several YAML documents', '文件中含有多个 YAML 文档'),
    text('remove the "---" line, or split the file', '请删除“---”行，或拆成多个文件'),
  ],
  BAD_ALIAS: [
    text('this *alias has no &anchor before it', '此 *别名 之前没有对应的 &锚点'),
    text('define the anchor first, or write the value out', '请先定义锚点，或直接写出值'),
  ],
  ALIAS_IN_ITSELF: [
    text('this *alias stands inside the &anchor that it names', '此 *别名 位于它所指的 &锚点 之内'),
    text('write the value out', '请直接写出值'),
  ],
  MANY_ALIASES: [
    text('with this *alias they unfold into too much', '到此 *别名 为止，展开后的内容过多'),
    text('write the values out', '请直接写出值'),
  ],
  BAD_MERGE: [
    text('what "<<" takes over is no block of keys', '“<<”合并的不是键的块'),
    text(
      'name an &anchor that stands before a block of keys, or a list of such',
      '请引用位于一个键的块之前的 &锚点，或由这样的锚点组成的列表',
    ),
  ],
};

const OTHER: readonly [Text, Text] = [
  text('this is not valid YAML', '这里不是有效的 YAML'),
  text(
    'compare the line with inventory.example.yaml; quote values that hold : # { } [ ] , & * or @',
    '请对照 inventory.example.yaml 检查此行；含有 : # { } [ ] , & * @ 的值请加引号',
  ),
];

const keyText = (key: unknown): unknown => (isScalar(key) ? key.value : key);

/** The nodes on the way down a path, and the key of the last one; shorter than the path where it ends early. */
const walk = (root: Node | null, path: Path): {readonly key: Node | null; readonly value: Node | null} => {
  let found: {key: Node | null; value: Node | null} = {key: null, value: root};
  for (const piece of path) {
    const {value}: {value: Node | null} = found;
    if (isMap<Node, Node | null>(value)) {
      const pair = value.items.find(({key}) => String(keyText(key)) === String(piece));
      if (pair === undefined) return found;
      found = {key: pair.key, value: pair.value ?? pair.key};
    } else if (isSeq<Node>(value)) {
      const item = value.items[Number(piece)];
      if (item === undefined) return found;
      found = {key: item, value: item};
    } else return found;
  }
  return found;
};

/** Parses a file. What is broken is worded without the text that stands there, for it may hold a secret. */
export const parseYaml = (file: string): {readonly source: Source} | {readonly broken: readonly Broken[]} => {
  const counter = new LineCounter();
  const doc = parseDocument(file, {
    lineCounter: counter,
    prettyErrors: false,
    merge: true,
    // Silent, it would take no notice of a second document.
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const {line, col} = counter.linePos(offset);
    return {line: Math.max(1, line), column: Math.max(1, col)};
  };
  const errors = doc.errors.length > 0 ? doc.errors : aliasProblems(doc);
  if (errors.length > 0) {
    const broken = errors.map(({code, pos}) => {
      const [message, fix] = FIXES[code] ?? OTHER;
      return {place: place(pos[0]), message, fix};
    });
    return {broken};
  }
  return {
    source: {
      // How much they unfold into is known by now: yaml's own limit refuses an anchor that a hundred nodes name.
      tree: doc.toJS({maxAliasCount: -1}),
      place: (path, which) => {
        const {key, value} = walk(doc.contents, path);
        return place((which === 'key' ? (key ?? value) : value)?.range?.[0] ?? 0);
      },
    },
  };
};
