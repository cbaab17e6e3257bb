import {expect, it} from 'vitest';
import {formatFindings} from '../../../src/cli/preflight.ts';
import {surveyCluster} from '../../../src/cli/survey.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import {type Reasons, reason} from '../../../src/model/reason.ts';
import {text} from '../../../src/model/text.ts';
import {a, b, c, clusterOf, systemWith} from './small-run.ts';

const cluster = clusterOf([a, b, c]);

const silentOf = async (reasonsOf: (node: NodeId) => Reasons) => {
  const {silent, survey} = await surveyCluster(
    {
      cluster,
      system: systemWith({
        probes: {all: {roles: ['toy'], look: async ({id}) => ({kind: 'silent', reasons: reasonsOf(id)})}},
      }),
      clock: {
        now: () => 0,
        ticks: () => 0,
        sleep: (_, signal) => new Promise(done => signal?.addEventListener('abort', () => done())),
      },
      ask: () => Promise.reject(new Error('nobody is asked')),
    },
    () => undefined,
  );
  expect(survey.facts.size).toBe(0);
  return silent;
};

it('tells once why several nodes could not be looked at, also where each reason names its own node', async () => {
  const silent = await silentOf(node => [reason(text('PW is not set', '未设置 PW'), node)]);
  expect(formatFindings(silent, 'en').split('\n').slice(0, 2)).toEqual([
    '  ✗ a, b, c: the node could not be looked at',
    '      seen: PW is not set',
  ]);
  expect(formatFindings(silent, 'zh').split('\n')[1]).toBe('      所见: 未设置 PW');
});

it('names the other nodes that a reason is about', async () => {
  const silent = await silentOf(node => [
    reason(text('no answer', '没有应答'), a),
    reason(text('no answer', '没有应答'), b),
    reason(text('refused', '被拒绝'), node),
  ]);
  expect(formatFindings(silent.slice(2), 'en').split('\n')[1]).toBe('      seen: a, b: no answer; refused');
});
