import {describe, expect, it} from 'vitest';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {planFor} from '../../../walks/drive.ts';
import {
  afterQuestion,
  beforeQuestion,
  dropped,
  expecting,
  ofChecks,
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
  ofUndo,
  ofVar,
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
      'a format while a master cannot read the backup',
      ofStep('format/format@m-1', beforeQuestion(notAt('proof', 'm-3'))),
      'format/format@m-1 formats without seeing, before and after its question, that m-3 can read the backup.',
    ],
    [
      'a format that trusts what was proved before the key press',
      ofStep('format/format@m-1', afterQuestion(notAt('proof', 'm-1'))),
      'format/format@m-1 formats without seeing, before and after its question, that m-1 can read the backup.',
    ],
    [
      'a format with another backup in hand',
      ofStep('format/format@m-1', everywhere(ofChecks('proof', given('path', '/tmp/x.gz')))),
      'format/format@m-1 formats without seeing, before and after its question, that m-1 can read the backup.',
      'format/format@m-1 formats without seeing, before and after its question, that m-2 can read the backup.',
      'format/format@m-1 formats without seeing, before and after its question, that m-3 can read the backup.',
    ],
    [
      'a format without the copy',
      ofStep('format/format@m-2', afterQuestion(ofChecks('journal-copy', dropped))),
      'format/format@m-2 formats without seeing, before and after its question, that the copy of m-2’s journal is there.',
    ],
    [
      'a format while something may run',
      ofStep('format/format@m-3', afterQuestion(ofChecks('processes', dropped))),
      'format/format@m-3 formats without seeing, before and after its question, that nothing runs anywhere.',
    ],
    [
      'a format that nobody is asked for',
      ofStep('format/format@m-1', everywhere(withoutQuestion)),
      'format/format@m-1 destroys data and has no gate of its own that shows what it hits and wants a word typed.',
      'format/format@m-1 formats without a question of its own, the cluster’s name typed and this journal measured.',
      'format/format@m-1 formats without seeing, before and after its question, that m-1 can read the backup.',
      'format/format@m-1 formats without seeing, before and after its question, that m-2 can read the backup.',
      'format/format@m-1 formats without seeing, before and after its question, that m-3 can read the backup.',
      'format/format@m-1 formats without seeing, before and after its question, that the copy of m-1’s journal is there.',
      'format/format@m-1 formats without seeing, before and after its question, that nothing runs anywhere.',
    ],
    [
      'a format without the cluster’s name',
      ofStep('format/format@m-1', everywhere(ofQuestion({phrase: 'yes'}))),
      'format/format@m-1 formats without a question of its own, the cluster’s name typed and this journal measured.',
    ],
    [
      'a format whose question shows nothing',
      ofStep('format/format@m-1', everywhere(ofQuestion({blast: []}))),
      'format/format@m-1 destroys data and has no gate of its own that shows what it hits and wants a word typed.',
      'format/format@m-1 formats without a question of its own, the cluster’s name typed and this journal measured.',
    ],
    [
      'a format that measures another journal',
      ofStep('format/format@m-1', ({gates}) => ({
        gates: gates.map(gate =>
          gate.kind === 'confirm'
            ? {
                ...gate,
                blast: gate.blast.map(blast => ({...blast, given: {...blast.given, journal: '/srv/other'}})),
              }
            : gate,
        ),
      })),
      'format/format@m-1 formats without a question of its own, the cluster’s name typed and this journal measured.',
    ],
    [
      'a format that does not say what it destroys',
      ofStep('format/format@m-1', ({destroys: _, ...step}) => ({...step, destroys: undefined})),
      'format/format@m-1 does not say what it destroys.',
    ],
    [
      'a format of another folder',
      ofVar('format/format@m-2', 'journal', '/srv/alluxio'),
      'format/format@m-2 is not told that the journal of m-2 is /srv/alluxio/journal.',
    ],
    [
      'an installation in the home of another node',
      ofVar('install/install@w-1', 'home', '/opt/other'),
      'install/install@w-1 is not told that the home of w-1 is /opt/alluxio.',
    ],
    [
      'a copy under the stamp of another run',
      ofVar('keep/keep-journal@m-2', 'stamp', '20260101_000000'),
      'keep/keep-journal@m-2 is not told that the stamp of m-2 is 20261122_010235.',
    ],
    [
      'a version that nobody chose',
      ofVar('stage/stage@w-1', 'to', '2.9.3'),
      'stage/stage@w-1 is not told that the to of w-1 is 2.9.4.',
    ],
    [
      'a way back to another old version',
      ofUndo('install/install@w-1', ({action}) => ({
        action:
          action.kind === 'script' ? {...action, vars: {...action.vars, old: '/opt/alluxio-2.2.0'}} : action,
      })),
      'The way back of install/install@w-1 is not told that the old of w-1 is /opt/alluxio-2.3.0.',
    ],
    [
      'a copy of another metastore',
      ofVar('keep/keep-journal@m-2', 'metastore', ''),
      'keep/keep-journal@m-2 is not told that the metastore of m-2 is /srv/alluxio/metastore.',
    ],
    [
      'masters that start without their journal',
      ofVar('masters/start@m-2', 'journal', ''),
      'masters/start@m-2 is not told that the journal of m-2 is /srv/alluxio/journal.',
    ],
    [
      'masters that restore what somebody wrote down',
      ofVar('masters/start@m-2', 'backup', 'file:///mnt/newest.gz'),
      'masters/start@m-2 restores something else than the backup that was proved.',
    ],
    [
      'masters that restore another fact',
      ofVar('masters/start@m-2', 'backup', from('backup/backup@m-1', 'path')),
      'masters/start@m-2 restores something else than the backup that was proved.',
    ],
    [
      'a master that starts empty',
      ofVar('masters/start@m-2', 'backup', ''),
      'masters/start@m-2 starts on a formatted journal without the backup.',
    ],
    [
      'masters that may find a journal',
      ofPhase('masters', everywhere(notAt('journal', 'm-3'))),
      'masters/start@m-3 may begin before it is seen that the journal of m-3 is empty.',
    ],
    [
      'masters that find the old journal',
      ofPhase('masters', everywhere(ofChecks('journal', expecting('layout', {oneOf: ['empty', 'copycat']})))),
      'masters/start@m-1 may begin before it is seen that the journal of m-1 is empty.',
      'masters/start@m-2 may begin before it is seen that the journal of m-2 is empty.',
      'masters/start@m-3 may begin before it is seen that the journal of m-3 is empty.',
    ],
    [
      'a way back that takes any journal for the old one',
      ofUndo('stop-masters/stop@m-1', ({safe = []}) => ({
        safe: safe.map(check => ({...check, ...expecting('layout', {oneOf: ['copycat', 'raft']})(check)})),
      })),
      'The way back of stop-masters/stop@m-1 may begin before it is seen that m-1 has the journal of 2.3.0.',
    ],
    [
      'a way back that starts the old masters on nothing',
      ofUndo('stop-masters/stop@m-1', () => ({safe: []})),
      'The way back of stop-masters/stop@m-1 may begin before it is seen that m-1 has the journal of 2.3.0.',
    ],
    [
      'a way back that restores',
      ofUndo('stop-masters/stop@m-1', ({action}) => ({
        action:
          action.kind === 'script'
            ? {...action, vars: {...action.vars, backup: from('backup/backup@m-1', 'uri')}}
            : action,
      })),
      'The way back of stop-masters/stop@m-1 gives a backup to the old version.',
    ],
    [
      'a way back that passes over the journal of the new version',
      ofUndo('format/format@m-1', ({done}) => ({done: [{...done[0], ...without('same')(done[0])}]})),
      'The way back of format/format@m-1 counts as done before it is seen that the journal of m-1 equals its copy.',
    ],
    [
      'a way back without the copy',
      ofUndo('keep/keep-journal@m-1', ({safe = []}) => ({
        safe: safe.filter(({probe}) => probe !== 'journal-copy'),
      })),
      'The way back of keep/keep-journal@m-1 may begin before it is seen that the copy of m-1’s journal is there.',
    ],
    [
      'a way back of a journal under a process',
      ofUndo('format/format@m-1', ({safe = []}) => ({safe: safe.filter(({probe}) => probe !== 'processes')})),
      'The way back of format/format@m-1 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'a way back of a home under a process',
      ofUndo('install/install@m-1', () => ({safe: []})),
      'The way back of install/install@m-1 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'a way back of a worker beside unproved masters',
      ofUndo('stop/stop@w-1', () => ({safe: []})),
      'The way back of stop/stop@w-1 may begin before it is seen that the masters hold what was counted.',
    ],
    [
      'a way back by another script',
      ofUndo('stage/stage@w-1', ({action}) => ({
        action: action.kind === 'script' ? {...action, body: 'alluxio.worker.uninstall'} : action,
      })),
      'The way back of stage/stage@w-1 does not run alluxio.worker.unstage.',
    ],
  ];

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});
