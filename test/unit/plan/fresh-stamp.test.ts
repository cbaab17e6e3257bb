import {expect, it} from 'vitest';
import {NodeId} from '../../../src/model/ids.ts';
import {freshStamp} from '../../../src/plan/fresh-stamp.ts';
import {cluster} from '../engine/toy.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 58);
const surveyOf = (...leftovers: string[]) => ({
  cluster,
  facts: new Map([[NodeId.parse('a'), {leftovers, home: 'dir'}]]),
});

it('is the time of now, as the guide writes it, and one that no home has seen', () => {
  expect(freshStamp(NOW, surveyOf(), [])).toBe('20260101_120058');
  const survey = surveyOf('bin_backup_20260101_120058', '.lakeup-stage-20260101_120100');
  expect(freshStamp(NOW, survey, ['20260101_120059'])).toBe('20260101_120101');
});
