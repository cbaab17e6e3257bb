import {type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit} from 'yaml';
import {type Text, text} from '../model/text.ts';

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

/** Where an alias stands that no anchor before it explains; null where each has one. */
const looseAlias = (doc: Document): number | null => {
  let at: number | null = null;
  const anchors = new Set<string>();
  visit(doc, {
    Value: (_, {anchor}) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias: (_, alias) => {
      if (anchors.has(alias.source)) return undefined;
      at = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
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
  const alias = doc.errors.length > 0 ? null : looseAlias(doc);
  const errors = alias === null ? doc.errors : [{code: 'BAD_ALIAS', pos: [alias]} as const];
  if (errors.length > 0) {
    const broken = errors.map(({code, pos}) => {
      const [message, fix] = FIXES[code] ?? OTHER;
      return {place: place(pos[0]), message, fix};
    });
    return {broken};
  }
  let tree: unknown;
  try {
    tree = doc.toJS({maxAliasCount: 100});
  } catch {
    const message = text('aliases unfold into too much', '别名展开后内容过多');
    return {
      broken: [{place: {line: 1, column: 1}, message, fix: text('write the values out', '请直接写出值')}],
    };
  }
  return {
    source: {
      tree,
      place: (path, which) => {
        const {key, value} = walk(doc.contents, path);
        return place((which === 'key' ? (key ?? value) : value)?.range?.[0] ?? 0);
      },
    },
  };
};
