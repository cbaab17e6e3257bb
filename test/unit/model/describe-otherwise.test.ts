import {describe, expect, it} from 'vitest';
import {dateOf, timeOfDay} from '../../../src/lib/moment.ts';
import {describeReopened} from '../../../src/model/describe-otherwise.ts';
import {GateId, NodeId, StepId} from '../../../src/model/ids.ts';
import type {Gate} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';

const mark = (fact: string) => ({from: {step: StepId.parse('backup/mark@m-1'), fact}});
const gate: Gate = {
  kind: 'check',
  id: GateId.parse('stop#0'),
  check: {
    node: NodeId.parse('m-1'),
    probe: 'cluster',
    title: text('the same master leads, and nothing was written', 'leader 未变，且没有写入'),
    expect: {leaders: 1, writes: mark('writes'), since: mark('since')},
    withinMs: 1,
    pollMs: 1,
  },
  otherwise: {again: StepId.parse('backup/mark@m-1')},
};
const [BEFORE, NOW] = [1_795_309_200_000, 1_795_862_075_759];
const moment = (at: number): string => `${dateOf(at)} ${timeOfDay(at)}`;

describe('why a gate opened a step again', () => {
  it('is what was otherwise, and what it was before: another leader, which has written nothing', () => {
    const seen = {leaders: 1, writes: 0, since: NOW, paths: 7};
    const words = describeReopened({seen, found: {since: BEFORE}}, gate);
    expect(words.en).toBe(`since ${moment(NOW)}, it was ${moment(BEFORE)}`);
    expect(words.zh).toBe(`since ${moment(NOW)}，原为 ${moment(BEFORE)}`);
  });

  it('is a write where there was one, and nobody’s moments', () => {
    const seen = {leaders: 1, writes: 132, since: BEFORE};
    expect(describeReopened({seen, found: {writes: 88}}, gate).en).toBe('writes 132, it was 88');
  });

  it('is what the plan itself asks for, too', () => {
    const seen = {leaders: 2, writes: 88, since: BEFORE};
    expect(describeReopened({seen, found: {}}, gate).en).toBe('leaders 2');
  });

  it('of an older journal is all that an earlier step found, and a moment is one', () => {
    const seen = {leaders: 1, writes: 132, since: BEFORE};
    expect(describeReopened({seen}, gate).en).toBe(`writes 132, since ${moment(BEFORE)}`);
  });
});
