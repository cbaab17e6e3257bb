import {describe, expect, it} from 'vitest';
import {NodeId} from '../../../src/model/ids.ts';
import {describeReasons, type Reason, Reasons, reason, silenceOf} from '../../../src/model/reason.ts';
import {both, COMMA, joinTexts, plain, SEMICOLON, type Text, text} from '../../../src/model/text.ts';

const [one, two, three] = ['fe-1', 'fe-2', 'fe-3'].map(id => NodeId.parse(id)) as [NodeId, NodeId, NodeId];
const mute = text('no answer', '没有应答');
const torn = text('two masters', '有两个主节点');

describe('reasons in one line', () => {
  it.each<[string, readonly Reason[], NodeId | null, Text]>([
    ['nothing', [], null, plain('')],
    ['one of no node', [reason(mute)], null, mute],
    ['one of a node', [reason(mute, one)], null, text('fe-1: no answer', 'fe-1：没有应答')],
    ['one of the node that is named anyway', [reason(mute, one)], one, mute],
    ['one of another node', [reason(mute, two)], one, text('fe-2: no answer', 'fe-2：没有应答')],
    [
      'what several have in common, once',
      [reason(mute, one), reason(torn), reason(mute, two)],
      null,
      text('fe-1, fe-2: no answer; two masters', 'fe-1, fe-2：没有应答；有两个主节点'),
    ],
    [
      'the node that is named anyway among others',
      [reason(mute, one), reason(mute, two)],
      one,
      text('fe-1, fe-2: no answer', 'fe-1, fe-2：没有应答'),
    ],
    [
      'the same of a node twice, once',
      [reason(mute, three), reason(mute, three)],
      null,
      text('fe-3: no answer', 'fe-3：没有应答'),
    ],
    [
      'the same in one language alone is not the same',
      [reason(text('busy', '忙'), one), reason(text('busy', '占用'), two)],
      null,
      text('fe-1: busy; fe-2: busy', 'fe-1：忙；fe-2：占用'),
    ],
  ])('%s', (_what, reasons, about, words) => {
    expect(describeReasons(reasons, about)).toEqual(words);
  });

  it.each<[string, readonly Reason[] | null, string]>([
    ['none', null, 'missing'],
    ['none of them', [], 'missing'],
    ['somebody who did not answer', [reason(mute, one)], 'missing'],
    ['one who did not beside answers', [reason(torn, null, 'contradict'), reason(mute, one)], 'missing'],
    ['answers that contradict each other', [reason(torn, null, 'contradict')], 'contradict'],
    [
      'these beside some that do not tell',
      [reason(torn, null, 'undecided'), reason(torn, null, 'contradict')],
      'contradict',
    ],
    ['answers that do not tell', [reason(torn, null, 'undecided')], 'undecided'],
  ])('are no silence where all answered: %s', (_what, reasons, is) => {
    expect(silenceOf(reasons)).toBe(is);
  });

  it('are at least one', () => {
    expect(Reasons.safeParse([]).success).toBe(false);
    expect(Reasons.parse([{node: 'fe-1', words: mute}])).toEqual([reason(mute, one)]);
    const kept = [reason(torn, null, 'contradict')];
    expect(Reasons.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    expect(Reasons.safeParse([{node: 'fe-1', words: 'no answer'}]).success).toBe(false);
  });
});

describe('texts', () => {
  it('are put together language by language', () => {
    expect(both((pick, lang) => `${lang} ${pick(mute)}`)).toEqual(text('en no answer', 'zh 没有应答'));
    expect(joinTexts([mute, torn], SEMICOLON)).toEqual(
      text('no answer; two masters', '没有应答；有两个主节点'),
    );
    expect(joinTexts([plain('a'), plain('b')], COMMA)).toEqual(text('a, b', 'a，b'));
    expect(joinTexts([], COMMA)).toEqual(plain(''));
  });
});
