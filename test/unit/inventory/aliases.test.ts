import {describe, expect, it} from 'vitest';
import {parseYaml} from '../../../src/inventory/yaml-source.ts';

const treeOf = (file: string): unknown => {
  const read = parseYaml(file);
  return 'source' in read ? read.source.tree : read.broken;
};

/** What is told of a file, each as "line:column words". */
const told = (file: string): readonly string[] => {
  const read = parseYaml(file);
  if ('source' in read) return [];
  return read.broken.map(({place: {line, column}, message}) => `${line}:${column} ${message.en}`);
};

const LOOSE = 'this *alias has no &anchor before it';
const INSIDE = 'this *alias stands inside the &anchor that it names';
const MERGE = 'what "<<" takes over is no block of keys';

describe('an alias', () => {
  it.each([
    ['of a block', 'a: &a {x: 1}\nb: *a\n', {a: {x: 1}, b: {x: 1}}],
    [
      'of a block that has an alias itself',
      'a: &a {x: 1}\nb: &b {<<: *a, y: *a}\nc: *b\nd: {<<: *b}\n',
      {a: {x: 1}, b: {x: 1, y: {x: 1}}, c: {x: 1, y: {x: 1}}, d: {x: 1, y: {x: 1}}},
    ],
    ['of a key', '&k key: 1\nb: *k\n', {key: 1, b: 'key'}],
    ['of a name that was given twice: the last before it', 'a: &x 1\nb: &x 2\nc: *x\n', {a: 1, b: 2, c: 2}],
    ['of blocks in a list', 'a: &a {x: 1}\nb: {<<: [*a, {y: 2}]}\n', {a: {x: 1}, b: {x: 1, y: 2}}],
  ])('%s stands for it', (_, file, tree) => {
    expect(treeOf(file)).toEqual(tree);
  });

  it.each([
    [
      'without an anchor, each',
      'a: *x\nb: [*y]\nc: {d: *z}\n',
      [`1:4 ${LOOSE}`, `2:5 ${LOOSE}`, `3:8 ${LOOSE}`],
    ],
    ['before its anchor', 'a: *x\nb: &x 1\n', [`1:4 ${LOOSE}`]],
    ['in itself', 'a: &a\n  x: *a\n', [`2:6 ${INSIDE}`]],
    ['in itself, merged', 'a: &a\n  <<: *a\n', [`2:7 ${INSIDE}`]],
    ['in itself, deep down and beside a good one', 'a: &a\n  b: &b {c: [*a]}\n  d: *b\n', [`2:14 ${INSIDE}`]],
    ['merged that is no block', 'x: &x 1\na: {<<: *x}\nb: {<<: [*x]}\n', [`2:5 ${MERGE}`, `3:5 ${MERGE}`]],
  ])('%s is told where it stands', (_, file, words) => {
    expect(told(file)).toEqual(words);
  });

  it('may stand at each of many nodes', () => {
    const nodes = Array.from({length: 5_000}, (_, i) => `  - {<<: *all, name: n-${i}, ssh: *ssh}\n`).join('');
    const began = performance.now();
    const tree = treeOf(`all: &all {port: 1}\nssh: &ssh {user: root}\nnodes:\n${nodes}`);
    // To look through the file for the anchor of each took half a minute.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(tree).toMatchObject({
      nodes: expect.objectContaining({4999: {port: 1, name: 'n-4999', ssh: {user: 'root'}}, length: 5_000}),
    });
  });

  it('that unfolds with others into more than anybody reads is told, the first that is too much', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const lines = names.map((name, i) => {
      const items =
        i === 0
          ? '1, 1, 1, 1, 1, 1, 1, 1, 1'
          : Array(9)
              .fill(`*${names[i - 1]}`)
              .join(', ');
      return `${name}: &${name} [${items}]\n`;
    });
    expect(told(lines.join(''))).toEqual([
      expect.stringMatching(/^7:\d+ with this \*alias they unfold into too much$/),
    ]);
  });
});
