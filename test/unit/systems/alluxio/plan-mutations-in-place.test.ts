import {describe, expect, it} from 'vitest';
import {planSteps} from '../../../../src/model/plan.ts';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {retold} from '../../../walks/alluxio-story.ts';
import {planFor} from '../../../walks/drive.ts';
import {
  dropped,
  expecting,
  ofChecks,
  ofDone,
  ofPhase,
  ofPlan,
  ofStep,
  without,
} from '../../../walks/mutate.ts';
import {
  cases,
  everywhere,
  from,
  lanesWithout,
  ofQuestion,
  ofUndo,
  ofVar,
  type Row,
  refusalsOf,
} from './mutations.ts';

describe('in place', async () => {
  const booted = bootAlluxio({before: {from: '2.8.0', homes: 'dir'}});
  const plan = await planFor(booted);
  const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

  const ROWS: readonly Row[] = [
    [
      'nobody counts what is pinned',
      ofStep('backup/mark@m-1', ofDone('cluster', without('pinned'))),
      'backup/mark@m-1 counts as done before it is seen that it is counted how many files are pinned.',
    ],
    [
      'a list of pins that is never made',
      ofVar('backup/list@m-1', 'pins', 0),
      'backup/list@m-1 is not told whether any file is pinned.',
    ],
    [
      'workers that are started without a word on pins',
      ofPhase('rest', everywhere(ofQuestion({blast: []}))),
      'rest starts workers without telling how many files are pinned.',
    ],
    [
      'an end that does not look for pins',
      ofPlan(({verify}) => ({
        verify: verify.map(({node, checks: [first, ...more]}) => ({
          node,
          checks: [first, ...more.filter(({expect: its}) => its.pinned === undefined)],
        })),
      })),
      'The last looks do not see that as many files are pinned as were counted.',
    ],
    [
      'no copies at all',
      ofPlan(({phases}) => ({phases: phases.filter(({id}) => id !== 'keep')})),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      'm-1 is never taken through keep-journal.',
      'm-2 is never taken through keep-journal.',
      'm-3 is never taken through keep-journal.',
    ],
    ['one journal without a copy', lanesWithout('keep', 'm-3'), 'm-3 is never taken through keep-journal.'],
    [
      'copies that are no way back',
      ofStep('keep/keep-journal@m-1', ({title}) => ({undo: {kind: 'nothing', because: title}})),
      'keep/keep-journal@m-1 has no way back.',
    ],
    [
      'copies that come back as anything',
      ofUndo('keep/keep-journal@m-1', ({done}) => ({done: [{...done[0], ...without('same')(done[0])}]})),
      'The way back of keep/keep-journal@m-1 counts as done before it is seen that the journal of m-1 equals its copy.',
    ],
    [
      'a master that is told to restore',
      ofVar('masters/start@m-1', 'backup', from('backup/backup@m-1', 'uri')),
      'm-1 is never taken through format.',
      'm-2 is never taken through format.',
      'm-3 is never taken through format.',
      'The masters count as started before it is seen that every entry of the backup was restored.',
      'stop-masters does not see, before and after its question, that nothing was written since it was counted.',
      'masters does not see, before and after its question, that m-1 can read the backup.',
      'masters does not see, before and after its question, that m-2 can read the backup.',
      'masters does not see, before and after its question, that m-3 can read the backup.',
      'masters/start@m-1 may begin before it is seen that the journal of m-1 is empty.',
      'masters/start@m-2 may begin before it is seen that the journal of m-2 is empty.',
      'masters/start@m-3 may begin before it is seen that the journal of m-3 is empty.',
    ],
    [
      'masters that start on a journal of any kind',
      ofPhase('masters', everywhere(ofChecks('journal', expecting('layout', {oneOf: ['raft', 'copycat']})))),
      'masters/start@m-1 may begin before it is seen that m-1 has the journal of 2.8.0.',
      'masters/start@m-2 may begin before it is seen that m-2 has the journal of 2.8.0.',
      'masters/start@m-3 may begin before it is seen that m-3 has the journal of 2.8.0.',
    ],
    [
      'masters that start on a journal beside foreign files',
      ofPhase('masters', everywhere(ofChecks('journal', without('foreign')))),
      'masters/start@m-1 may begin before it is seen that m-1 has the journal of 2.8.0.',
      'masters/start@m-2 may begin before it is seen that m-2 has the journal of 2.8.0.',
      'masters/start@m-3 may begin before it is seen that m-3 has the journal of 2.8.0.',
    ],
    [
      'workers beside masters that nobody looked at',
      ofPhase('rest', everywhere(ofChecks('cluster', dropped))),
      'rest does not see, before and after its question, that the masters hold what was counted.',
      'rest/start@jm-1 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-2 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-3 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'content with fewer paths',
      ofStep('rest/start@w-1', everywhere(ofChecks('cluster', without('paths')))),
      'rest/start@w-1 trusts what was seen before others were started, and does not see itself that the masters hold what was counted.',
    ],
    [
      'content with any number of paths',
      ofPhase('rest', everywhere(ofChecks('cluster', expecting('paths', {atLeast: 1})))),
      'rest does not see, before and after its question, that the masters hold what was counted.',
      'rest/start@jm-1 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-2 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-3 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'mounts of the survey',
      ofPhase('rest', everywhere(ofChecks('cluster', expecting('mounts', [])))),
      'rest does not see, before and after its question, that the masters hold what was counted.',
      'rest/start@jm-1 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-2 may begin before it is seen that the masters hold what was counted.',
      'rest/start@jm-3 may begin before it is seen that the masters hold what was counted.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect(refused(plan)).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});

describe('in place, with a journal at a URI', async () => {
  const turn = retold('survey', line =>
    line.replace(
      /^prop=alluxio.master.journal.folder=.*/,
      'prop=alluxio.master.journal.folder=hdfs://nn/journal (SITE_PROPERTY)',
    ),
  );
  const booted = bootAlluxio({before: {from: '2.8.0', journalType: 'UFS'}, turn});
  const plan = await planFor(booted);
  const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

  const stopAgain = planSteps(plan).find(({id}) => id === 'rest/start@jm-1')?.undo;
  const ROWS: readonly Row[] = [
    [
      'a way back of its masters',
      ofStep('masters/start@m-2', step => ({
        undo:
          stopAgain?.kind === 'action'
            ? {
                ...stopAgain,
                action: {
                  ...stopAgain.action,
                  ...(step.action.kind === 'script' ? {body: 'alluxio.master.stop'} : {}),
                },
                done: [{...stopAgain.done[0], node: step.node}],
              }
            : step.undo,
      })),
      'masters/start@m-2 promises a way back, but 2.8.0 cannot read what 2.9.4 writes, and no journal was copied.',
    ],
    [
      'a master that is told of a folder',
      ofVar('masters/start@m-2', 'journal', '/srv/alluxio/journal'),
      'masters/start@m-2 is not told that the journal of m-2 is none.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect(refused(plan)).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});
