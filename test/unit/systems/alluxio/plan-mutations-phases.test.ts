import {describe, expect, it} from 'vitest';
import {StepId} from '../../../../src/model/ids.ts';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {planFor} from '../../../walks/drive.ts';
import {
  afterQuestion,
  dropped,
  expecting,
  ofChecks,
  ofDone,
  ofPhase,
  ofStep,
  without,
} from '../../../walks/mutate.ts';
import {
  cases,
  everywhere,
  from,
  given,
  notAt,
  ofQuestion,
  type Row,
  refusalsOf,
  withoutQuestion,
} from './mutations.ts';

describe('back up, format, restore', async () => {
  const booted = bootAlluxio();
  const plan = await planFor(booted);
  const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

  const ROWS: readonly Row[] = [
    [
      'a cluster that is not whole at the beginning',
      ofPhase('stage', everywhere(ofChecks('cluster', without('lost')))),
      'stage does not see, before and after its question, that the cluster is whole at 2.3.0.',
    ],
    [
      'a backup beside workers that are missing',
      ofPhase('backup', everywhere(ofChecks('cluster', without('missing')))),
      'backup does not see, before and after its question, that the cluster is whole at 2.3.0.',
    ],
    [
      'a backup while something is down',
      ofPhase('backup', everywhere(ofChecks('processes', dropped))),
      'backup does not see, before and after its question, that every process runs.',
    ],
    [
      'a stop that does not ask for late writes',
      ofPhase('stop', everywhere(ofChecks('cluster', dropped))),
      'stop does not see, before and after its question, that nothing was written since it was counted.',
    ],
    [
      'late writes that any leader may have counted',
      ofPhase('stop', everywhere(ofChecks('cluster', without('since')))),
      'stop does not see, before and after its question, that nothing was written since it was counted.',
    ],
    [
      'late writes of an earlier count',
      ofPhase(
        'stop-masters',
        everywhere(ofChecks('cluster', expecting('writes', from('backup/backup@m-1', 'writes')))),
      ),
      'stop-masters does not see, before and after its question, that nothing was written since it was counted.',
    ],
    [
      'late writes that are backed up and not counted',
      ofPhase('stop', ({gates}) => ({
        gates: gates.map(gate =>
          gate.kind === 'check' && typeof gate.otherwise === 'object'
            ? {...gate, otherwise: {again: StepId.parse('backup/backup@m-1')}}
            : gate,
        ),
      })),
      'stop#0 does not open again what was counted.',
      'stop#8 does not open again what was counted.',
    ],
    [
      'a backup that one master cannot read',
      ofPhase('stop', everywhere(notAt('proof', 'm-2'))),
      'stop does not see, before and after its question, that m-2 can read the backup.',
    ],
    [
      'a proof that is not looked at after the key press',
      ofPhase('stop', afterQuestion(notAt('proof', 'm-2'))),
      'stop does not look again after its question at what it looked at before.',
      'stop does not see, before and after its question, that m-2 can read the backup.',
    ],
    [
      'a proof of another file',
      ofPhase('stop', everywhere(ofChecks('proof', given('path', '/mnt/ufs/newest.gz')))),
      'stop does not see, before and after its question, that m-1 can read the backup.',
      'stop does not see, before and after its question, that m-2 can read the backup.',
      'stop does not see, before and after its question, that m-3 can read the backup.',
    ],
    [
      'a proof without its sum',
      ofPhase('stop-masters', everywhere(ofChecks('proof', without('sha256')))),
      'stop-masters does not see, before and after its question, that m-1 can read the backup.',
      'stop-masters does not see, before and after its question, that m-2 can read the backup.',
      'stop-masters does not see, before and after its question, that m-3 can read the backup.',
    ],
    [
      'masters that stop while others run',
      ofPhase('stop-masters', everywhere(ofChecks('processes', dropped))),
      'stop-masters does not see, before and after its question, that masters alone run.',
    ],
    [
      'a stop that names no outage',
      ofPhase('stop', ({gates}) => ({gates: ofQuestion({danger: 'phase', outages: []})(gates)})),
      'The question of stop covers stop-masters and does not say: no master answers until they are started again.',
      'stop stops nodes, and its question names no outage.',
    ],
    [
      'copies while something runs',
      ofPhase('keep', everywhere(ofChecks('processes', without('running')))),
      'keep/keep-journal@m-1 may begin before it is seen that nothing runs anywhere.',
      'keep/keep-journal@m-2 may begin before it is seen that nothing runs anywhere.',
      'keep/keep-journal@m-3 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'homes that are exchanged under a process',
      ofPhase('install', afterQuestion(ofChecks('processes', dropped))),
      'install does not look again after its question at what it looked at before.',
      'install/install@m-1 may begin before it is seen that nothing runs anywhere.',
      'install/install@m-2 may begin before it is seen that nothing runs anywhere.',
      'install/install@m-3 may begin before it is seen that nothing runs anywhere.',
      'install/install@w-1 may begin before it is seen that nothing runs anywhere.',
      'install/install@w-2 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'masters beside something that runs',
      ofPhase('masters', everywhere(ofChecks('processes', expecting('running', ['w-1'])))),
      'masters does not see, before and after its question, that nothing runs anywhere.',
    ],
    [
      'masters that start without the proof',
      ofPhase('masters', everywhere(notAt('proof', 'm-3'))),
      'masters does not see, before and after its question, that m-3 can read the backup.',
    ],
    [
      'a restore that nobody counted',
      ofStep('masters/start@m-1', ofDone('cluster', without('restored'))),
      'The masters count as started before it is seen that every entry of the backup was restored.',
    ],
    [
      'a restore as large as something else',
      ofStep('masters/start@m-1', ofDone('cluster', expecting('restored', {atLeast: 1}))),
      'The masters count as started before it is seen that every entry of the backup was restored.',
    ],
    [
      'a restore from something else',
      ofStep('masters/start@m-1', ofDone('cluster', given('backup', '/bk/other.gz'))),
      'The masters count as started before it is seen that every entry of the backup was restored.',
    ],
    [
      'masters whose content nobody looks at again',
      ofPhase('rest', everywhere(ofChecks('cluster', dropped))),
      'rest does not see, before and after its question, that the masters hold what was counted.',
      ...['jm-1', 'jm-2', 'jm-3'].map(
        id => `rest/start@${id} may begin before it is seen that the masters hold what was counted.`,
      ),
    ],
    [
      'masters that may be apart',
      ofPhase('rest', everywhere(ofChecks('quorum', dropped))),
      'rest does not see, before and after its question, that every master takes part in the quorum.',
    ],
    [
      'content that is not expected',
      ofStep('rest/start@w-1', everywhere(ofChecks('cluster', without('mounts')))),
      'rest/start@w-1 trusts what was seen before others were started, and does not see itself that the masters hold what was counted.',
    ],
    [
      'a worker that trusts the question',
      ofStep('rest/start@w-1', everywhere(ofChecks('cluster', dropped))),
      'rest/start@w-1 trusts what was seen before others were started, and does not see itself that the masters hold what was counted.',
    ],
    [
      'a worker that may have lost its blocks',
      ofStep('rest/start@w-1', everywhere(ofChecks('cache', dropped))),
      'rest/start@w-1 may begin before it is seen that its blocks are there.',
    ],
    [
      'a worker with the blocks of another',
      ofStep(
        'rest/start@w-1',
        everywhere(
          ofChecks('cache', expecting('blocks', {...from('stop/stop@w-2', 'blocks'), bound: 'atLeast'})),
        ),
      ),
      'rest/start@w-1 may begin before it is seen that its blocks are there.',
    ],
    [
      'a phase that is not confirmed',
      ofPhase('backup', everywhere(withoutQuestion)),
      'The phase backup would begin without being asked.',
      'backup does not see, before and after its question, that the cluster is whole at 2.3.0.',
      'backup does not see, before and after its question, that every process runs.',
    ],
    [
      'a quorum that was only looked at before the question',
      ofPhase('backup', afterQuestion(ofChecks('quorum', dropped))),
      'backup does not look again after its question at what it looked at before.',
    ],
  ];

  it('may hold the run where something was written, and have a person see to it', () => {
    const holding = ofPhase('stop', ({gates}) => ({
      gates: gates.map(gate => (gate.kind === 'check' ? {...gate, otherwise: 'hold'} : gate)),
    }));
    expect(refused(holding(plan))).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});
