import {type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Node} from 'yaml';

/** What is wrong with an alias or a merge key, and where in the file it stands. */
export type AliasProblem = {
  readonly code: 'BAD_ALIAS' | 'ALIAS_IN_ITSELF' | 'MANY_ALIASES' | 'BAD_MERGE';
  readonly pos: readonly [number];
};

/** More values than any inventory has, and few enough to be looked at in a moment. */
const UNFOLDED_MOST = 1_000_000;

/** What stands behind an anchor, and how many values that is, unfolded; null while it is not over. */
type Anchored = {readonly node: Node; readonly size: number | null};

/**
 * What is wrong with the aliases of a file, each told where it stands; in one pass, for to look through a long file for the anchor of
 * each takes its length squared.
 */
export const aliasProblems = (doc: Document): readonly AliasProblem[] => {
  const anchors = new Map<string, Anchored>();
  const problems: AliasProblem[] = [];
  let unfolded = 0;
  const tell = (code: AliasProblem['code'], node: Node): void =>
    void problems.push({code, pos: [node.range?.[0] ?? 0]});
  const behind = (node: unknown): unknown => (isAlias(node) ? anchors.get(node.source)?.node : node);
  const isMergeable = (value: unknown): boolean => {
    const source = behind(value);
    return isMap(source) || (isSeq(source) && source.items.every(item => isMap(behind(item))));
  };
  const sizeOf = (node: unknown): number => {
    if (isPair(node)) {
      const size = sizeOf(node.key) + sizeOf(node.value);
      if (isScalar(node.key) && typeof node.key.value === 'symbol' && !isMergeable(node.value))
        tell('BAD_MERGE', node.key);
      return size;
    }
    if (!isNode(node)) return 1;
    if (isAlias(node)) {
      const {size} = anchors.get(node.source) ?? {size: undefined};
      if (size === undefined) tell('BAD_ALIAS', node);
      else if (size === null) tell('ALIAS_IN_ITSELF', node);
      else {
        const before = unfolded;
        unfolded += size;
        if (before <= UNFOLDED_MOST && unfolded > UNFOLDED_MOST) tell('MANY_ALIASES', node);
      }
      return size ?? 1;
    }
    const {anchor} = node;
    if (anchor !== undefined) anchors.set(anchor, {node, size: null});
    const size = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + sizeOf(item), 1) : 1;
    if (anchor !== undefined) anchors.set(anchor, {node, size});
    return size;
  };
  sizeOf(doc.contents);
  return problems;
};
