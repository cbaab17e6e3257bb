import {expect, it} from 'vitest';
import {formatFindings} from '../../../src/cli/preflight.ts';
import {surveyCluster} from '../../../src/cli/survey.ts';
import {vault} from '../../systems/vault/system.ts';
import {cluster} from '../engine/toy.ts';

it('tells once why several nodes could not be looked at, also where each reason names its own node', async () => {
  const {silent, survey} = await surveyCluster(
    {
      cluster,
      system: {
        ...vault,
        survey: 'all',
        probes: {
          all: {
            roles: ['any'],
            look: async ({id}) => ({kind: 'silent', reason: `${id}: PW is not set`}),
          },
        },
      },
      clock: {
        now: () => 0,
        sleep: (_, signal) => new Promise(done => signal?.addEventListener('abort', () => done())),
      },
      ask: () => Promise.reject(new Error('nobody is asked')),
    },
    () => undefined,
  );
  expect(survey.facts.size).toBe(0);
  expect(formatFindings(silent, 'en').split('\n').slice(0, 2)).toEqual([
    '  ✗ a, b, c: the node could not be looked at',
    '      seen: PW is not set',
  ]);
});
