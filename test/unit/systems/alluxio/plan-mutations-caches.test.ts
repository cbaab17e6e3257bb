import {describe, expect, it} from 'vitest';
import {againOf} from '../../../../src/model/otherwise.ts';
import type {Gate} from '../../../../src/model/plan.ts';
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
  ofStep,
  without,
} from '../../../walks/mutate.ts';
import {
  behind,
  cases,
  everywhere,
  from,
  given,
  lanesWithout,
  notOfStops,
  ofQuestion,
  ofVar,
  type Row,
  refusalsOf,
  swapped,
  withoutQuestion,
} from './mutations.ts';

const planOf = async (...settings: readonly string[]) => {
  const booted = bootAlluxio({shape: {jobs: false}, settings});
  const plan = await planFor(booted);
  return {plan, refused: (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster)};
};

/** What a question measures, without the looks by that probe. */
const notMeasuring =
  (probe: string) =>
  (gates: readonly Gate[]): Gate[] =>
    gates.map(gate =>
      gate.kind === 'confirm' ? {...gate, blast: gate.blast.filter(each => each.probe !== probe)} : gate,
    );

describe('caches that stay where they are', async () => {
  const {plan, refused} = await planOf();
  const ROWS: readonly Row[] = [
    [
      'files that nobody lists',
      inTurn(ofLane('backup', 'm-1', steps => steps.filter(({name}) => name !== 'list'))),
      'm-1 is never taken through list.',
    ],
    [
      'a list that may not be there',
      ofStep('backup/list@m-1', ofDone('unpersisted', without('listed'))),
      'backup/list@m-1 counts as done before it is seen that files that only workers hold are listed.',
    ],
    [
      'a stop that shows none of them',
      ofPhase('stop', everywhere(notMeasuring('unpersisted'))),
      'stop stops workers without showing what only they hold.',
    ],
    [
      'masters that are stopped whatever room there is',
      ofPhase('stop', everywhere(ofChecks('journal-room', dropped))),
      ...['m-1', 'm-2', 'm-3'].map(
        id =>
          `stop does not see, before and after its question, that there is room for a copy of the journal of ${id}.`,
      ),
    ],
    [
      'masters that are stopped although there is none',
      ofPhase('stop', everywhere(ofChecks('journal-room', without('short')))),
      ...['m-1', 'm-2', 'm-3'].map(
        id =>
          `stop does not see, before and after its question, that there is room for a copy of the journal of ${id}.`,
      ),
    ],
  ];
  it('has no problem', () => expect(refused(plan)).toEqual([]));
  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});

describe('ramdisks that are copied', async () => {
  const {plan, refused} = await planOf('caches: copy');
  const [ONE, OTHER] = ['keep-caches/keep-cache@w-1', 'keep-caches/keep-cache@w-2'];
  const overwrites =
    'keep-caches/keep-cache@w-2 overwrites without a question of its own, the cluster’s name typed and that place measured.';
  const ROWS: readonly Row[] = [
    [
      'a ramdisk that is not copied',
      lanesWithout('keep-caches', 'w-1'),
      'w-1 is never taken through keep-cache.',
    ],
    [
      'one that is not put back',
      ofLane('rest', 'w-2', steps => steps.filter(({name}) => name !== 'restore-cache')),
      'rest/start@w-2#0 opens rest/restore-cache@w-2 again, which stands neither in an earlier phase nor earlier in its lane.',
      'w-2 is never taken through restore-cache.',
    ],
    [
      'one that is put back too late',
      ofLane('rest', 'w-2', steps => steps.toReversed()),
      'rest/start@w-2#0 opens rest/restore-cache@w-2 again, which stands neither in an earlier phase nor earlier in its lane.',
      'rest/restore-cache@w-2 stands behind the start of its worker.',
    ],
    [
      'a copy beside what runs',
      behind('keep-caches', 'stop'),
      'The question of stop covers stop-masters, keep, which do not come right after it.',
      ...notOfStops('stop-masters#0', 'stop-masters#6', 'keep#0', 'keep#2'),
      'A ramdisk is copied while something may run: keep-caches/keep-cache@w-1 stands before stop-masters/stop@m-3.',
    ],
    [
      'a copy behind the exchange of homes',
      swapped('keep-caches', 'install'),
      'A home is exchanged before all is stopped and copied: install/install@m-1 stands before keep-caches/keep-cache@w-2.',
    ],
    [
      'a copy that nobody looked whether anything runs before',
      ofPhase('keep-caches', everywhere(ofChecks('processes', dropped))),
      'keep-caches/keep-cache@w-1 may begin before it is seen that nothing runs anywhere.',
    ],
    [
      'a copy of another path',
      ofVar(ONE, 'path', '/tmp/x'),
      `${ONE} is not told that the path of w-1 is /data/cache.`,
    ],
    [
      'a copy of another ramdisk',
      ofVar(ONE, 'memories', ['/mnt/other']),
      `${ONE} is not told that the memories of w-1 is /mnt/ramdisk.`,
    ],
    [
      'a restore into what need not be mounted',
      ofVar('rest/restore-cache@w-1', 'ramdisks', []),
      'rest/restore-cache@w-1 is not told that the ramdisks of w-1 is /mnt/ramdisk.',
    ],
    [
      'blocks that are not compared with the count at the stop',
      ofStep(ONE, ofDone('cache-copy', expecting('blocks', {atLeast: 0}))),
      `${ONE} counts as done before it is seen that all that its ramdisks held was copied.`,
    ],
    [
      'blocks that are compared with another worker’s',
      ofStep(ONE, ofDone('cache-copy', expecting('blocks', from('stop/stop@w-2', 'memoryBlocks')))),
      `${ONE} counts as done before it is seen that all that its ramdisks held was copied.`,
    ],
    [
      'ramdisks that may differ from it',
      ofStep(ONE, ofDone('cache-copy', without('differs'))),
      `${ONE} counts as done before it is seen that all that its ramdisks held was copied.`,
    ],
    [
      'a restore that is done whatever is there',
      ofStep('rest/restore-cache@w-1', ofDone('cache', expecting('blocks', {atLeast: 0}))),
      'rest/restore-cache@w-1 counts as done before it is seen that its blocks are there.',
    ],
    [
      'a stop whatever room there is',
      ofStep('stop/stop@w-1', everywhere(ofChecks('cache-place', dropped))),
      'stop/stop@w-1 may begin before it is seen that there is room for the ramdisks of w-1.',
    ],
    [
      'an overwriting that nobody is asked about',
      ofVar(ONE, 'overwrite', 'yes'),
      overwrites.replaceAll('w-2', 'w-1'),
    ],
    [
      'an overwriting without a question',
      ofStep(OTHER, everywhere(withoutQuestion)),
      `${OTHER} destroys data and has no gate of its own that shows what it hits and wants a word typed.`,
      overwrites,
    ],
    ['an overwriting for another word', ofStep(OTHER, everywhere(ofQuestion({phrase: 'yes'}))), overwrites],
    [
      'an overwriting of another place than was measured',
      ofStep(
        OTHER,
        everywhere(gates =>
          gates.map(gate =>
            gate.kind === 'confirm'
              ? {...gate, blast: gate.blast.map(blast => ({...blast, given: {path: '/tmp'}}))}
              : gate,
          ),
        ),
      ),
      overwrites,
    ],
    [
      'an overwriting that says it can be taken back',
      ofStep(OTHER, ({title}) => ({undo: {kind: 'nothing', because: title}})),
      `${OTHER} promises a way back of what it destroys.`,
    ],
  ];
  it('has no problem', () => expect(refused(plan)).toEqual([]));
  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });

  it('is nothing of a cluster that keeps its caches', async () => {
    const keeping = await planOf();
    expect(keeping.refused(plan)).toEqual(
      expect.arrayContaining([`${ONE} is nothing that the inventory asks for.`]),
    );
    expect(refused(keeping.plan)).toEqual(expect.arrayContaining(['w-1 is never taken through keep-cache.']));
  });
});

describe('tiers that are given up', async () => {
  const {plan, refused} = await planOf('caches: drop', 'persist: true');
  const ONE = 'format-tiers/format-tiers@w-1';
  const asked = `${ONE} formats tiers without a question of its own, the cluster’s name typed and each tier measured.`;
  const told = `${ONE} does not tell how many files are lost with the tiers.`;
  const ROWS: readonly Row[] = [
    [
      'a worker whose tiers stay',
      lanesWithout('format-tiers', 'w-2'),
      'w-2 is never taken through format-tiers.',
    ],
    [
      'a format before the masters are started',
      swapped('masters', 'format-tiers'),
      'A tier is formatted before the masters are started: format-tiers/format-tiers@w-1 stands before masters/start@m-3.',
    ],
    [
      'a format behind a start',
      swapped('format-tiers', 'rest'),
      'A worker is started before all tiers are formatted: rest/start@w-1 stands before format-tiers/format-tiers@w-2.',
    ],
    [
      'a format beside masters that are not proved',
      ofPhase('format-tiers', everywhere(ofChecks('cluster', dropped))),
      'format-tiers does not see, before and after its question, that the masters hold what was counted.',
    ],
    [
      'a format without a question',
      ofStep(ONE, everywhere(withoutQuestion)),
      `${ONE} destroys data and has no gate of its own that shows what it hits and wants a word typed.`,
      asked,
      told,
      `${ONE} does not see, before and after its question, that files that only workers hold are listed.`,
      `${ONE} does not see, before and after its question, that masters alone run.`,
    ],
    ['a tier that is not measured', ofStep(ONE, everywhere(notMeasuring('folder-blast'))), asked],
    ['files that are lost untold', ofStep(ONE, everywhere(notMeasuring('unpersisted'))), told],
    [
      'a format that is not said to destroy',
      ofStep(ONE, ({destroys: _, ...step}) => ({...step, destroys: undefined})),
      asked,
    ],
    [
      'files that were not listed',
      ofStep(ONE, everywhere(ofChecks('unpersisted', expecting('listed', {oneOf: [true, false]})))),
      `${ONE} does not see, before and after its question, that files that only workers hold are listed.`,
    ],
    [
      'a list that may be none',
      ofStep('backup/list@m-1', ofDone('unpersisted', expecting('listed', {oneOf: [true, false]}))),
      'backup/list@m-1 counts as done before it is seen that files that only workers hold are listed.',
    ],
    [
      'a format beside what runs',
      inTurn(ofStep(ONE, everywhere(ofChecks('processes', dropped)))),
      `${ONE} does not see, before and after its question, that masters alone run.`,
    ],
    [
      'a format of other folders',
      ofVar(ONE, 'dirs', ['/mnt/other']),
      `${ONE} is not told that the dirs of w-1 is /mnt/ramdisk.`,
    ],
    [
      'a tier that need not be empty',
      ofStep(ONE, ofDone('cache', expecting('blocks', {atLeast: 0}))),
      `${ONE} counts as done before it is seen that its tiers are empty.`,
    ],
    [
      'a tier that nobody looked into',
      ofStep(ONE, ofDone('cache', given('dirs', ['/mnt/other']))),
      `${ONE} counts as done before it is seen that its tiers are empty.`,
    ],
    [
      'a way back that there is not',
      ofStep(ONE, ({title}) => ({undo: {kind: 'nothing', because: title}})),
      `${ONE} promises a way back of what it destroys.`,
    ],
    [
      'files that are persisted when they were counted',
      ofLane('backup', 'm-1', ([persist, mark, ...others]) =>
        persist === undefined || mark === undefined ? [] : [mark, persist, ...others],
      ),
      'Something is counted that is persisted later: backup/mark@m-1 stands before backup/persist@m-1.',
    ],
    [
      'files that need not be persisted',
      ofStep('backup/persist@m-1', ofDone('namespace', expecting('notPersisted', {atLeast: 0}))),
      'backup/persist@m-1 counts as done before it is seen that every file is persisted.',
    ],
    [
      'a round that persists nothing',
      ofPhase(
        'stop',
        everywhere(gates =>
          gates.map(gate =>
            gate.kind === 'check' && againOf(gate) !== null
              ? {...gate, otherwise: {again: from('backup/mark@m-1', '').from.step}}
              : gate,
          ),
        ),
      ),
      'stop#0 does not open again what was counted.',
      'stop#8 does not open again what was counted.',
    ],
    [
      'a round that persists what no worker is there to write',
      ofPhase(
        'stop-masters',
        everywhere(gates =>
          gates.map(gate =>
            gate.kind === 'check' && againOf(gate) !== null
              ? {...gate, otherwise: {again: from('backup/persist@m-1', '').from.step}}
              : gate,
          ),
        ),
      ),
      'stop-masters#1 does not open again what was counted.',
      'stop-masters#7 does not open again what was counted.',
    ],
  ];
  it('has no problem', () => expect(refused(plan)).toEqual([]));
  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });
});
