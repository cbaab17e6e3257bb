import {describe, expect, it} from 'vitest';
import {planBack, walk} from '../../../walks/alluxio-story.ts';
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
import {behind, cases, everywhere, ofBody, ofVar, type Row, refusalsOf, swapped} from './mutations.ts';

describe('the way back', async () => {
  const [whole, early, inPlace] = [
    await walk(),
    await walk({left: 'm-1 end'}),
    await walk({before: {from: '2.8.0', homes: 'dir'}, left: 'rest#'}),
  ];
  const {cluster} = whole;
  const [plan, earlyPlan, inPlacePlan] = [whole, early, inPlace].map(planBack);
  if (plan === undefined || earlyPlan === undefined || inPlacePlan === undefined)
    throw new Error('no way back');

  const OF_WHOLE: readonly Row[] = [
    [
      'workers that come back before the masters',
      swapped('undo-stop', 'undo-stop-masters'),
      'Something is started before the masters: undo-stop/undo-stop@jm-3 stands before undo-stop-masters/undo-stop@m-1.',
    ],
    [
      'masters that leave before the workers',
      swapped('undo-rest', 'undo-masters'),
      'A master is stopped while others may run: undo-masters/undo-start@m-3 stands before undo-rest/undo-start@jm-1.',
    ],
    [
      'a journal that comes back while new masters run',
      swapped('undo-masters', 'undo-format'),
      'A journal comes back while the new version may run: undo-format/undo-format@m-3 stands before undo-masters/undo-start@m-1.',
    ],
    [
      'a start out of the new home',
      swapped('undo-install', 'undo-stop-masters'),
      'Something is started before all is as it was: undo-stop-masters/undo-stop@m-3 stands before undo-install/undo-install@m-1.',
    ],
    [
      'a master that is started before its journal is back',
      behind('undo-format', 'undo-stop-masters'),
      'Something is started before all is as it was: undo-stop-masters/undo-stop@m-3 stands before undo-format/undo-format@m-1.',
    ],
    [
      'masters that come up one by one',
      ofPhase('undo-stop-masters', () => ({width: 1})),
      'undo-stop-masters starts fewer than 2 masters at once.',
    ],
    [
      'a journal that comes back under a process',
      ofStep('undo-format/undo-format@m-2', everywhere(ofChecks('processes', dropped))),
      'undo-format/undo-format@m-2 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'a journal that comes back from nothing',
      ofStep('undo-format/undo-format@m-2', everywhere(ofChecks('journal-copy', dropped))),
      'undo-format/undo-format@m-2 may begin before it is seen that the copy of m-2’s journal is there.',
    ],
    [
      'a home that is exchanged under a process',
      ofStep('undo-install/undo-install@w-1', () => ({gates: []})),
      'undo-install/undo-install@w-1 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'an old master that may find no journal, and formats the whole cluster',
      ofStep('undo-stop-masters/undo-stop@m-1', () => ({gates: []})),
      'undo-stop-masters/undo-stop@m-1 may begin before it is seen that m-1 has the journal of 2.3.0.',
    ],
    [
      'an old master that may find the new journal',
      ofStep(
        'undo-stop-masters/undo-stop@m-1',
        everywhere(ofChecks('journal', expecting('layout', {oneOf: ['copycat', 'raft']}))),
      ),
      'undo-stop-masters/undo-stop@m-1 may begin before it is seen that m-1 has the journal of 2.3.0.',
    ],
    [
      'an old master without its journal',
      ofVar('undo-stop-masters/undo-stop@m-1', 'journal', ''),
      'undo-stop-masters/undo-stop@m-1 is not told that the journal of m-1 is /srv/alluxio/journal.',
    ],
    [
      'an old master with a backup',
      ofVar('undo-stop-masters/undo-stop@m-1', 'backup', 'file:///mnt/x.gz'),
      'undo-stop-masters/undo-stop@m-1 gives a backup to the old version.',
    ],
    [
      'a worker beside masters that nobody looked at',
      ofStep('undo-stop/undo-stop@w-2', () => ({gates: []})),
      'undo-stop/undo-stop@w-2 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'content that is not expected',
      ofStep('undo-stop/undo-stop@w-2', everywhere(ofChecks('cluster', without('mounts')))),
      'undo-stop/undo-stop@w-2 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'a journal that is back although it differs',
      ofStep('undo-format/undo-format@m-2', ofDone('journal-copy', without('same'))),
      'undo-format/undo-format@m-2 counts as done before it is seen that the journal of m-2 equals its copy.',
    ],
    [
      'another journal that comes back',
      ofVar('undo-format/undo-format@m-2', 'journal', '/srv/other'),
      'undo-format/undo-format@m-2 is not told that the journal of m-2 is /srv/alluxio/journal.',
    ],
    [
      'a home that is back at the new version',
      ofStep('undo-install/undo-install@w-2', ofDone('home', expecting('version', '2.9.4'))),
      'undo-install/undo-install@w-2 counts as done before it is seen that its home says version 2.3.0, staged 2.9.4.',
    ],
    [
      'a copy of the new version that stays',
      ofStep('undo-stage/undo-stage@w-2', ofDone('home', without('staged'))),
      'undo-stage/undo-stage@w-2 counts as done before it is seen that its home says version 2.3.0, staged none.',
    ],
    [
      'a new worker that may run on',
      ofStep('undo-rest/undo-start@w-1', ofDone('process', without('running'))),
      'undo-rest/undo-start@w-1 counts as done before it is seen that its process is gone.',
    ],
    [
      'an old worker that never served',
      ofStep('undo-stop/undo-stop@w-1', ofDone('status', dropped)),
      'undo-stop/undo-stop@w-1 counts as done before it is seen that w-1 is well at 2.3.0.',
    ],
    [
      'an old job worker that looks for no worker',
      ofStep('undo-stop/undo-stop@jw-1', everywhere(ofChecks('workers', dropped))),
      'undo-stop/undo-stop@jw-1 may begin before it is seen that every worker is live.',
    ],
    [
      'a node that is left down',
      ofPhase('undo-stop', ({lanes}) => ({lanes: lanes.filter(({node}) => node !== 'jw-1')})),
      'undo-job-workers/undo-start@jw-1 takes jw-1 out of service, and nothing brings it back.',
    ],
    [
      'a step of the way there',
      ofStep('undo-format/undo-format@m-1', () => ({name: 'undo-clean'})),
      'undo-format/undo-format@m-1 is no step of such a plan.',
    ],
    [
      'a format instead of the copy',
      ofBody('undo-format/undo-format@m-1', 'alluxio.master.format'),
      'undo-format/undo-format@m-1 does not run alluxio.master.journal-back.',
    ],
    [
      'a last look for the new version',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'w-2'
            ? {...last, checks: [{...last.checks[0], ...expecting('version', '2.9.4')(last.checks[0])}]}
            : last,
        ),
      })),
      'The last looks do not see that w-2 is well at 2.3.0.',
    ],
  ];
  const OF_EARLY: readonly Row[] = [
    [
      'masters that come up one by one',
      ofPhase('undo-stop-masters', () => ({width: 1})),
      'undo-stop-masters starts fewer than 2 masters at once.',
    ],
    [
      'a worker beside masters that nobody looked at',
      ofStep('undo-stop/undo-stop@w-2', () => ({gates: []})),
      'undo-stop/undo-stop@w-2 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'a master that is left down',
      ofPhase('undo-stop-masters', ({lanes}) => ({lanes: lanes.filter(({node}) => node !== 'm-2')})),
      'm-2 is out of service when the plan begins, and nothing brings it back.',
    ],
  ];
  const OF_IN_PLACE: readonly Row[] = [
    [
      'a home that is exchanged while new masters run',
      behind('undo-masters', 'undo-install'),
      'A home is exchanged while the new version may run: undo-install/undo-install@w-2 stands before undo-masters/undo-start@m-1.',
    ],
    [
      'a journal that the new version wrote on',
      behind('undo-keep', 'undo-stop-masters'),
      'Something is started before all is as it was: undo-stop-masters/undo-stop@m-3 stands before undo-keep/undo-keep-journal@m-1.',
    ],
    [
      'a journal that is back although it differs',
      ofStep('undo-keep/undo-keep-journal@m-1', ofDone('journal-copy', without('same'))),
      'undo-keep/undo-keep-journal@m-1 counts as done before it is seen that the journal of m-1 equals its copy.',
    ],
    [
      'a journal that comes back under a process',
      ofStep('undo-keep/undo-keep-journal@m-1', everywhere(ofChecks('processes', dropped))),
      'undo-keep/undo-keep-journal@m-1 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'a journal that comes back from nothing',
      ofStep('undo-keep/undo-keep-journal@m-1', everywhere(ofChecks('journal-copy', dropped))),
      'undo-keep/undo-keep-journal@m-1 may begin before it is seen that the copy of m-1’s journal is there.',
    ],
    [
      'another metastore that comes back',
      ofVar('undo-keep/undo-keep-journal@m-1', 'metastore', '/srv/other'),
      'undo-keep/undo-keep-journal@m-1 is not told that the metastore of m-1 is /srv/alluxio/metastore.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect([plan, earlyPlan, inPlacePlan].flatMap(made => refusalsOf(made, cluster))).toEqual([]);
  });

  it.each(cases(OF_WHOLE))('from the end, with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(plan), cluster)).toEqual(sentences);
  });
  it.each(cases(OF_EARLY))('from the stop, with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(earlyPlan), cluster)).toEqual(sentences);
  });
  it.each(cases(OF_IN_PLACE))('in place, with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(inPlacePlan), cluster)).toEqual(sentences);
  });
});
