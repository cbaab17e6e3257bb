import {describe, expect, test} from 'vitest';
import {formatBytes, formatCount} from '../../src/lib/bytes.ts';
import {TROUBLES} from '../../src/model/ask.ts';
import {describeFailure} from '../../src/model/describe.ts';
import {describeExpected} from '../../src/model/describe-facts.ts';
import {describeKnowledge} from '../../src/model/describe-knowledge.ts';
import type {Failure} from '../../src/model/event.ts';
import {NodeId, StepId} from '../../src/model/ids.ts';
import {type Reasons, reason} from '../../src/model/reason.ts';
import {plain, text} from '../../src/model/text.ts';
import {jsonLine, visible} from '../../src/ui/control.ts';
import {cutLine, flow, line, lineWidth, span} from '../../src/ui/line.ts';
import {messages} from '../../src/ui/messages.ts';
import {cut, pad, widthOf, wrap} from '../../src/ui/width.ts';

describe('widths', () => {
  test.each([
    ['be-1', 4],
    ['后端', 4],
    ['后端 be', 7],
    ['✓ ok', 4],
    ['', 0],
  ])('%j takes %i columns', (words, columns) => expect(widthOf(words)).toBe(columns));

  test.each([
    ['backend', 7, 'backend'],
    ['backend', 6, 'backe…'],
    ['后端节点', 8, '后端节点'],
    ['后端节点', 7, '后端节…'],
    ['后端节点', 6, '后端…'],
    ['后端', 1, '…'],
    ['x', 0, ''],
  ])('%j cut to %i is %j', (words, columns, short) => {
    expect(cut(words, columns)).toBe(short);
    expect(widthOf(pad(words, columns))).toBe(columns);
  });

  test.each([
    ['a node that waits', 8, ['a node', 'that', 'waits']],
    ['确定没有开始。', 6, ['确定没', '有开', '始。']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['one\ntwo', 10, ['one', 'two']],
    ['', 10, ['']],
  ])('%j wraps at %i', (words, columns, lines) => {
    expect(wrap(words, columns)).toEqual(lines);
    for (const each of wrap(words, columns)) expect(widthOf(each)).toBeLessThanOrEqual(columns);
  });

  test('a line is cut in the piece where it ends, and keeps the tones before', () => {
    const spans = line(span('be-1', 'strong'), ' ', span('后端节点', 'muted'));
    expect(cutLine(spans, 20)).toEqual(spans);
    const short = cutLine(spans, 9);
    expect(lineWidth(short)).toBeLessThanOrEqual(9);
    expect(short[0]).toEqual({text: 'be-1', tone: 'strong'});
    expect(short.at(-1)?.text).toMatch(/…$/);
  });

  test('items flow into as many lines as they need', () => {
    const items = ['one', 'two', 'three'].map(word => line(word));
    expect(flow(items, 8, 2).map(spans => spans.map(({text: words}) => words).join(''))).toEqual([
      'one  two',
      'three',
    ]);
  });
});

describe('control characters of remote output', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', '␛[31mred␛[0m'],
    ['bell\u0007', 'bell␇'],
    ['back\b\b', 'back␈␈'],
    ['over\rwrite', 'over␍write'],
    ['tab\tstop', 'tab  stop'],
    ['\u009b2J', '␦2J'],
    ['evil\u202egnp', 'evil␦gnp'],
    ['\u061c\u180e\ufff9\u{e0041}', '␦␦␦␦'],
    ['del\u007f', 'del␡'],
    ['中文 ok', '中文 ok'],
  ])('%j is shown as %j', (words, seen) => expect(visible(words)).toBe(seen));
});

test('a value as JSON has nothing that a terminal obeys, and is the same when it is read', () => {
  const value = {'\u009b2J': 'a\nb\u001b[31m\u007f\u202e\u{e0041} 中文 ✓'};
  const line = jsonLine(value);
  expect(visible(line)).toBe(line);
  expect(line).toContain('中文 ✓');
  expect(JSON.parse(line)).toEqual(value);
});

describe('figures', () => {
  test.each([
    [900, '900 B'],
    [4_300, '4.2 KiB'],
    [412_316_860_416, '384 GiB'],
  ])('%i bytes are %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));
  test.each([
    [7, '7'],
    [18_231, '18,231'],
    [1_000_000, '1,000,000'],
  ])('%i is %s', (n, words) => expect(formatCount(n)).toBe(words));
});

describe('failures in words', () => {
  const check = {
    title: text('alive', '存活'),
    node: NodeId.parse('be-1'),
    probe: 'status',
    expect: {alive: true},
    withinMs: 60_000,
    pollMs: 500,
  };
  const silent: Reasons = [reason(text('timed out', '超时'))];
  const failures: readonly Failure[] = [
    ...TROUBLES.map(trouble => ({kind: 'refused' as const, trouble, detail: plain('x')})),
    ...TROUBLES.map(trouble => ({kind: 'lost' as const, trouble, detail: plain('x')})),
    {kind: 'exit', code: 3, tail: 'no space'},
    {kind: 'unsettled', check, seen: {alive: false}, silent: null},
    {kind: 'unsettled', check, seen: null, silent},
  ];

  test('each has a sentence and what is known, in both languages, and never says more than was seen', () => {
    for (const failure of failures) {
      const said = describeFailure(failure);
      for (const ran of ['no', 'perhaps', 'yes', 'again', 'all'] as const) {
        const {known, unknown} = describeKnowledge(failure, ran);
        for (const words of [said, known]) {
          expect(words.en).toMatch(/\.$/);
          expect(words.zh).toMatch(/。$/);
        }
        // Only what was certainly not begun leaves nothing open.
        const certain =
          failure.kind === 'refused' && failure.trouble !== 'still-running' && ran !== 'perhaps';
        expect(unknown === null).toBe(certain);
      }
    }
  });

  test.each(failures.filter(({kind}) => kind === 'unsettled'))(
    'a gate that did not open is never told as an action that ran: %j',
    failure => {
      expect(describeKnowledge(failure, 'no').known.en).toBe('Nothing was begun: lakeup only looked.');
      expect(describeKnowledge(failure, 'perhaps').known.en).toMatch(/^The action may have been begun/);
      expect(describeKnowledge(failure, 'yes').known.en).toMatch(/^The action ran/);
    },
  );

  test('what was not waited for to the end is not told as if it was', () => {
    const gone = {...check, hopeless: {process: 'none'}, hopelessAfterMs: 15_000};
    const seen = {alive: false, process: 'none', pid: 7};
    expect(describeFailure({kind: 'unsettled', check: gone, seen, silent: null})).toEqual({
      en: '"alive" cannot come true any more: process none, for 15s.',
      zh: '“存活”已不可能实现：process none，已持续 15s。',
    });
    const slow = {alive: false, process: 'running'};
    expect(describeFailure({kind: 'unsettled', check: gone, seen: slow, silent: null}).en).toBe(
      '"alive" was not seen within 1m: alive false.',
    );
  });

  test('no answer is never told as "no"', () => {
    const said = describeFailure({kind: 'unsettled', check, seen: null, silent});
    expect(said.en).toBe('"alive" was not seen within 1m: nobody answered.');
    expect(said.zh).toContain('没有应答');
  });

  test.each([
    [true, 'true'],
    ['', '""'],
    [{not: 'down'}, 'not down'],
    [{atLeast: 3}, '>= 3'],
    [{atMost: 3}, '<= 3'],
    [{oneOf: ['a', 'b']}, 'a or b'],
    [[], 'none'],
    [['fe-1', 'fe-2'], 'fe-1, fe-2'],
    [{from: {step: StepId.parse('be/stop@be-1'), fact: 'pid'}}, 'the pid that be/stop@be-1 found'],
  ])('%j is "%s"', (expected, words) => expect(describeExpected(expected).en).toBe(words));
});

describe('Chinese words have no blank between them', () => {
  const role = text('MetaService', '元数据服务');
  const before = messages.moment('02:14:55', true);
  test.each<[string, string]>([
    [messages.serving(2, 3, role, plain('ms-1, ms-2')).zh, '3 个元数据服务中有 2 个在提供服务：ms-1, ms-2'],
    [messages.serving(0, 3, role, plain('')).zh, '3 个元数据服务中没有一个在提供服务'],
    [
      messages.serving(2, 3, plain('BE cg_etl'), plain('be-1, be-2')).zh,
      '3 个 BE cg_etl 中有 2 个在提供服务：be-1, be-2',
    ],
    [messages.alone(before).zh, '，自 02:14:55 之前起'],
    [messages.longest(before).zh, '，最久自 02:14:55 之前起'],
    [messages.unwellFrom('silent', before).zh, '自 02:14:55 之前起无应答'],
    [messages.unwellSince('be-2', 'host-2', before).zh, 'be-2（host-2，自 02:14:55 之前起）'],
    [messages.outOf(before, true).zh, '自 02:14:55 之前起停服'],
    [messages.outOf(before, false).zh, '可能自 02:14:55 之前起停服'],
    [messages.outSince(before, true).zh, '02:14:55 之前起停服'],
    [messages.outSince(messages.moment('02:14:55', false), false).zh, '可能 02:14:55 起停服'],
    [messages.alone(messages.moment('02:14:55', false)).zh, '，自 02:14:55 起'],
    [messages.orSeen(text('none', '无')).zh, '或无'],
    [messages.orSeen(plain('ok')).zh, '或 ok'],
  ])('%s', (said, wanted) => expect(said).toBe(wanted));
});
