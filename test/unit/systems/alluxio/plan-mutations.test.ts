import {describe, expect, it} from 'vitest';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {planFor} from '../../../walks/drive.ts';
import {
  dropped,
  expecting,
  inTurn,
  ofChecks,
  ofDone,
  ofLane,
  ofPhase,
  ofPlan,
  ofStep,
  without,
} from '../../../walks/mutate.ts';
import {
  behind,
  cases,
  everywhere,
  given,
  lanesWithout,
  merged,
  notBeforeStops,
  notOfStops,
  ofBody,
  type Row,
  refusalsOf,
  swapped,
} from './mutations.ts';

describe('back up, format, restore', async () => {
  const booted = bootAlluxio();
  const plan = await planFor(booted);
  const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

  const ORDER: readonly Row[] = [
    [
      'a worker that is out when it begins',
      ofPlan(({verify}) => ({out: verify.slice(-1).map(({node}) => node)})),
      `${plan.verify.at(-1)?.node} is out of service when the plan begins; only a plan that takes another one back may begin so.`,
    ],
    [
      'workers that start before the masters',
      swapped('masters', 'rest'),
      'The question of rest covers job-workers, which do not come right after it.',
      'Something is started before the masters: rest/start@jm-1 stands before masters/start@m-3.',
    ],
    [
      'job workers that start before the workers',
      swapped('rest', 'job-workers'),
      'The question of rest covers job-workers, which do not come right after it.',
      'A job worker is started before every worker is back, and takes pins away: job-workers/start@jw-1 stands before rest/start@w-2.',
    ],
    [
      'a job worker that looks for no worker',
      ofStep('job-workers/start@jw-1', everywhere(ofChecks('workers', dropped))),
      'job-workers/start@jw-1 may begin before it is seen that every worker is live.',
    ],
    [
      'a job worker beside the workers',
      ofPlan(({phases}) => {
        const early = phases.find(({id}) => id === 'job-workers')?.lanes.slice(0, 1) ?? [];
        return {
          phases: phases.map(phase =>
            phase.id === 'rest'
              ? {...phase, lanes: [...phase.lanes, ...early]}
              : phase.id === 'job-workers'
                ? {...phase, lanes: phase.lanes.slice(1)}
                : phase,
          ),
        };
      }),
      'rest starts workers and job workers side by side.',
    ],
    [
      'masters that stop before the workers',
      swapped('stop', 'stop-masters'),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      ...notBeforeStops('stop-masters#0', 'stop-masters#6'),
      'A master is stopped while others may run: stop-masters/stop@m-1 stands before stop/stop@jm-3.',
    ],
    [
      'a stage after the stop',
      behind('stage', 'stop'),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      ...notOfStops('stop-masters#0', 'stop-masters#6', 'keep#0', 'keep#2'),
      'Something is stopped before the new version lies ready: stop/stop@jw-1 stands before stage/stage@w-2.',
    ],
    [
      'a mark after the backup',
      ofLane('backup', 'm-1', steps => steps.toReversed()),
      'backup/list@m-1 takes a fact of backup/mark@m-1, which does not come before it.',
      'The backup begins before there is counted: backup/backup@m-1 stands before backup/mark@m-1.',
    ],
    [
      'a copy of journals that are written to',
      swapped('stop-masters', 'keep'),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      ...notOfStops('stop-masters#0', 'stop-masters#6'),
      'A journal is copied while masters may write in it: keep/keep-journal@m-1 stands before stop-masters/stop@m-3.',
    ],
    [
      'homes that are exchanged before the copies',
      swapped('keep', 'install'),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      ...notOfStops('keep#0', 'keep#2'),
      'A home is exchanged before all is stopped and copied: install/install@m-1 stands before keep/keep-journal@m-3.',
    ],
    [
      'a format by the old version',
      swapped('install', 'format'),
      'A journal is formatted before all is installed: format/format@m-1 stands before install/install@w-2.',
    ],
    [
      'masters that start before the last format',
      swapped('format', 'masters'),
      'Something is started before all is installed and formatted: masters/start@m-1 stands before format/format@m-3.',
    ],
    [
      'job masters beside masters in one phase',
      merged('stop-masters', 'stop'),
      ...notBeforeStops('stop-masters#0', 'stop-masters#6', 'keep#0', 'keep#2'),
      'stop-masters moves masters and others side by side.',
      'stop-masters stops workers without showing what only they hold.',
      ...['m-1', 'm-2', 'm-3'].map(
        id =>
          `stop-masters does not see, before and after its question, that there is room for a copy of the journal of ${id}.`,
      ),
    ],
    [
      'masters that start one by one',
      ofPhase('masters', () => ({width: 1})),
      'masters starts fewer than 2 masters at once.',
    ],
    [
      'masters that stop one by one',
      ofPhase('stop-masters', () => ({width: 1})),
      'stop-masters stops fewer than 2 masters at once.',
    ],
  ];
  const STEPS: readonly Row[] = [
    [
      'a step under another name',
      ofStep('format/format@m-2', () => ({name: 'clean'})),
      'format/format@m-2 is no step of such a plan.',
      'm-2 is never taken through format.',
    ],
    [
      'a script that is not what the step is called',
      ofBody('stop/stop@w-1', 'alluxio.worker.start'),
      'stop/stop@w-1 does not run alluxio.worker.stop.',
    ],
    [
      'a stop that is no outage',
      ofStep('stop/stop@w-1', ({service: _, ...step}) => ({...step, service: 'restarts'})),
      'rest/start@w-1 brings w-1 back into service, which nothing took out of it.',
      ...notOfStops('stop-masters#0', 'stop-masters#6', 'keep#0', 'keep#2'),
      'stop/stop@w-1 does not say what it does to the service of its node.',
    ],
    ['a home without the new version', lanesWithout('stage', 'w-2'), 'w-2 is never taken through stage.'],
    ['a home that is not exchanged', lanesWithout('install', 'w-2'), 'w-2 is never taken through install.'],
    ['a journal that is not copied', lanesWithout('keep', 'm-2'), 'm-2 is never taken through keep-journal.'],
    ['a journal that is not formatted', lanesWithout('format', 'm-3'), 'm-3 is never taken through format.'],
    [
      'a job master that is left down',
      lanesWithout('rest', 'jm-2'),
      'stop/stop@jm-2 takes jm-2 out of service, and nothing brings it back.',
      'jm-2 is never taken through start.',
    ],
    [
      'a home that only holds the new version',
      ofStep('stage/stage@w-1', ofDone('home', without('staged'))),
      'stage/stage@w-1 counts as done before it is seen that its home says version 2.3.0, staged 2.9.4.',
    ],
    [
      'a configuration that nobody asked about',
      ofStep('stage/stage@w-1', ofDone('conf', dropped)),
      'stage/stage@w-1 counts as done before it is seen that the new version knows its configuration.',
    ],
    [
      'unknown properties',
      ofStep('stage/stage@w-1', ofDone('conf', without('unknown'))),
      'stage/stage@w-1 counts as done before it is seen that the new version knows its configuration.',
    ],
    [
      'masters whose journal may be of another type',
      ofStep('stage/stage@m-2', ofDone('conf', without('journalType'))),
      'stage/stage@m-2 counts as done before it is seen that the new version knows its configuration.',
    ],
    [
      'a backup of nothing',
      ofStep('backup/backup@m-1', ofDone('backup', expecting('bytes', {atLeast: 0}))),
      'backup/backup@m-1 counts as done before it is seen that the backup is whole.',
    ],
    [
      'a backup that may be torn',
      ofStep('backup/backup@m-1', ofDone('backup', without('gzip'))),
      'backup/backup@m-1 counts as done before it is seen that the backup is whole.',
    ],
    [
      'writes that are not counted',
      ofStep('backup/mark@m-1', ofDone('cluster', without('writes'))),
      'backup/mark@m-1 counts as done before it is seen that paths, mounts and operations are counted.',
    ],
    [
      'paths that nobody counts',
      ofStep('backup/mark@m-1', ofDone('namespace', dropped)),
      'backup/mark@m-1 counts as done before it is seen that every path is listed.',
    ],
    [
      'a stop that is done while the process lives',
      ofStep('stop/stop@jw-1', ofDone('process', without('running'))),
      'stop/stop@jw-1 counts as done before it is seen that its process is gone.',
    ],
    [
      'blocks that are not counted at the stop',
      ofStep('stop/stop@w-1', ofDone('cache', dropped)),
      'stop/stop@w-1 counts as done before it is seen that its blocks are counted.',
    ],
    [
      'a copy that is not compared',
      ofStep('keep/keep-journal@m-1', ofDone('journal-copy', without('same'))),
      'keep/keep-journal@m-1 counts as done before it is seen that the journal of m-1 equals its copy.',
    ],
    [
      'a copy of another folder',
      ofStep('keep/keep-journal@m-1', ofDone('journal-copy', given('journal', '/tmp'))),
      'keep/keep-journal@m-1 counts as done before it is seen that the journal of m-1 equals its copy.',
    ],
    [
      'a home that may be the old one',
      ofStep('install/install@w-1', ofDone('home', without('version'))),
      'install/install@w-1 counts as done before it is seen that its home says version 2.9.4, kept 2.3.0.',
    ],
    [
      'a format that left something',
      ofStep('format/format@m-1', ofDone('journal', without('foreign'))),
      'format/format@m-1 counts as done before it is seen that the journal of m-1 is empty.',
    ],
    [
      'a start that is done before it serves',
      ofStep('job-workers/start@jw-1', ofDone('status', dropped)),
      'job-workers/start@jw-1 counts as done before it is seen that jw-1 is well at 2.9.4.',
    ],
    [
      'a start of the old version',
      ofStep('masters/start@m-2', ofDone('process', expecting('version', '2.3.0'))),
      'masters/start@m-2 counts as done before it is seen that its process runs 2.9.4.',
    ],
    [
      'a worker that may delete its blocks',
      ofStep('rest/start@w-1', ofDone('cache', dropped)),
      'rest/start@w-1 counts as done before it is seen that its blocks are there.',
    ],
    [
      'no way back of an installation',
      ofStep('install/install@w-1', ({title}) => ({undo: {kind: 'nothing', because: title}})),
      'install/install@w-1 has no way back.',
    ],
    [
      'a last look for the old version',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'w-2'
            ? {...last, checks: [{...last.checks[0], ...expecting('version', '2.3.0')(last.checks[0])}]}
            : last,
        ),
      })),
      'The last looks do not see that w-2 is well at 2.9.4.',
    ],
    [
      'last looks that expect no content',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'm-1'
            ? {
                ...last,
                checks: [
                  last.checks[0],
                  ...last.checks.slice(1).filter(({expect}) => expect.mounts === undefined),
                ],
              }
            : last,
        ),
      })),
      'The last looks do not see that the masters hold what was counted.',
    ],
    [
      'last looks that do not see the workers',
      ofPlan(({verify}) => ({
        verify: verify.map(last =>
          last.node === 'm-1'
            ? {
                ...last,
                checks: [
                  last.checks[0],
                  ...last.checks.slice(1).map(check => ({...check, ...without('missing')(check)})),
                ],
              }
            : last,
        ),
      })),
      'The last looks do not see that the cluster is whole at 2.9.4.',
    ],
    [
      'no last look at all',
      ofPlan(({verify}) => ({verify: verify.filter(({node}) => node !== 'jm-3')})),
      'Nothing verifies jm-3 at the end.',
    ],
    [
      'a node whose stop and start say nothing',
      inTurn(
        ofStep('stop/stop@jw-1', ({service: _, ...step}) => ({...step, service: undefined})),
        ofStep('job-workers/start@jw-1', ({service: _, ...step}) => ({...step, service: undefined})),
      ),
      ...notOfStops('stop-masters#0', 'stop-masters#6', 'keep#0', 'keep#2'),
      'stop/stop@jw-1 does not say what it does to the service of its node.',
      'job-workers/start@jw-1 does not say what it does to the service of its node.',
    ],
    [
      'a job master that is passed over',
      inTurn(lanesWithout('stop', 'jm-2'), lanesWithout('rest', 'jm-2')),
      'jm-2 is never taken through stop.',
      'jm-2 is never taken through start.',
    ],
  ];
  it('as it is made has no problem', () => {
    expect(refused(plan)).toEqual([]);
  });

  it.each(cases([...ORDER, ...STEPS]))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});
