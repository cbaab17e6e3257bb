import {describe, expect, it} from 'vitest';
import type {Gate, Plan, Step} from '../../../src/model/plan.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {alluxio} from '../../walks/alluxio/system.ts';
import {cluster, leavingAt, plan, walk} from '../../walks/alluxio/walk.ts';
import {
  afterQuestion,
  beforeQuestion,
  dropped,
  type Mutation,
  ofChecks,
  ofLane,
  ofPhase,
  ofPlan,
  ofStep,
} from '../../walks/mutate.ts';
import {takeBack} from '../../walks/undo-plan.ts';

const refusalsOf = (of: Plan): string[] =>
  planProblems(of, alluxio, cluster).map(({en, zh}) => {
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    return en;
  });

type Row = readonly [what: string, mutation: Mutation, ...sentences: readonly string[]];

const cases = (rows: readonly Row[]) =>
  rows.map(([what, mutation, ...sentences]) => ({what, mutation, sentences}));

const swapped = (one: string, other: string): Mutation =>
  ofPlan(({phases}) => {
    const [a, b] = [phases.findIndex(({id}) => id === one), phases.findIndex(({id}) => id === other)];
    const [first, second] = [phases[a], phases[b]];
    if (first === undefined || second === undefined) throw new Error(`${one} or ${other} is not there`);
    return {phases: phases.with(a, second).with(b, first)};
  });

/** Without the look at one node by a probe. */
const notAt =
  (probe: string, node: string) =>
  (gates: readonly Gate[]): Gate[] =>
    gates.filter(gate => gate.kind !== 'check' || gate.check.probe !== probe || gate.check.node !== node);

const gatesOf = (change: (gates: readonly Gate[]) => readonly Gate[]) => (of: Pick<Step, 'gates'>) => ({
  gates: change(of.gates),
});

const withoutQuestion = (gates: readonly Gate[]): readonly Gate[] =>
  gates.filter(({kind}) => kind !== 'confirm');

const lanesWithout = (node: string) =>
  ofPhase('rest', ({lanes}) => ({lanes: lanes.filter(of => of.node !== node)}));

describe('the plan of the walk', () => {
  const ROWS: readonly Row[] = [
    [
      'a format while the backup is not proved on a master',
      ofStep('format/format@m-1', beforeQuestion(notAt('proof', 'm-3'))),
      'format/format@m-1 does not prove on m-3, before and after its question, that the backup can be read.',
    ],
    [
      'a format that trusts what was proved before the key press',
      ofStep('format/format@m-1', afterQuestion(notAt('proof', 'm-1'))),
      'format/format@m-1 does not prove on m-1, before and after its question, that the backup can be read.',
    ],
    [
      'a format of a journal that was not copied',
      ofStep('format/format@m-2', afterQuestion(ofChecks('journal-copy', dropped))),
      'format/format@m-2 formats a journal whose copy is not looked at.',
    ],
    [
      'a format while a cache may be lost',
      ofStep('format/format@m-2', beforeQuestion(notAt('cache-copy', 'w-2'))),
      'format/format@m-2 does not count the copy of w-2’s cache.',
    ],
    [
      'a format while something may run',
      ofStep('format/format@m-3', afterQuestion(ofChecks('processes', dropped))),
      'format/format@m-3 formats while something may run.',
    ],
    [
      'a format that nobody is asked for',
      ofStep('format/format@m-1', gatesOf(withoutQuestion)),
      'format/format@m-1 destroys data and has no gate of its own that shows what it hits and wants a word typed.',
      ...['m-1', 'm-2', 'm-3'].map(
        node =>
          `format/format@m-1 does not prove on ${node}, before and after its question, that the backup can be read.`,
      ),
      'format/format@m-1 formats a journal whose copy is not looked at.',
      'format/format@m-1 does not count the copy of w-1’s cache.',
      'format/format@m-1 does not count the copy of w-2’s cache.',
      'format/format@m-1 formats while something may run.',
    ],
    [
      'a format whose question shows nothing',
      ofStep(
        'format/format@m-1',
        gatesOf(gates => gates.map(gate => (gate.kind === 'confirm' ? {...gate, blast: []} : gate))),
      ),
      'format/format@m-1 destroys data and has no gate of its own that shows what it hits and wants a word typed.',
    ],
    [
      'homes that are exchanged under a process',
      ofPhase('install', afterQuestion(ofChecks('processes', dropped))),
      ...['m-1', 'm-2', 'm-3', 'w-1', 'w-2'].map(
        node => `install/link@${node} does not look whether anything still runs.`,
      ),
    ],
    [
      'a worker beside masters that nobody looked at',
      ofStep('rest/start@w-1', gatesOf(ofChecks('masters', dropped))),
      'rest/start@w-1 does not look whether the masters know what was backed up.',
    ],
    [
      'workers before masters',
      swapped('masters', 'rest'),
      'A worker is started before a master: rest/start@w-1 stands before masters/start@m-3.',
    ],
    [
      'masters that are stopped before the workers',
      ofPhase('stop', ({lanes}) => ({lanes: lanes.toReversed()})),
      'A worker is stopped after a master: stop/stop@m-3 stands before stop/stop@w-1.',
    ],
    [
      'a start before the last format',
      swapped('format', 'masters'),
      'Something is started before every journal was formatted: masters/start@m-1 stands before format/format@m-3.',
    ],
    [
      'a format of what the old version still runs from',
      swapped('install', 'format'),
      'A journal is formatted before all is installed: format/format@m-1 stands before install/link@w-2.',
    ],
    [
      'a stop that does not ask for late writes',
      ofPhase('stop', beforeQuestion(ofChecks('writes', dropped))),
      'stop does not look whether anything was written since the mark.',
    ],
    [
      'a stop for a backup that one master cannot read',
      ofPhase('stop', afterQuestion(notAt('proof', 'm-2'))),
      'stop stops before m-2 can read the backup.',
    ],
    [
      'masters that are started one by one',
      ofPhase('masters', () => ({width: 1})),
      'masters starts fewer than 2 masters at once.',
    ],
    [
      'a worker whose cache is not copied',
      ofLane('stop', 'w-1', steps => steps.filter(({name}) => name !== 'keep-cache')),
      ...[
        ...['m-1', 'm-2', 'm-3'].flatMap(node => [`format/format@${node}#4`, `format/format@${node}#12`]),
        'rest/start@w-1#0',
        'rest/start@w-1',
        'The verification of w-1',
      ].map(who => `${who} takes a fact of stop/keep-cache@w-1, which does not come before it.`),
      'w-1 is never taken through keep-cache.',
    ],
    [
      'a job master that is left down',
      lanesWithout('jm-2'),
      'stop/stop@jm-2 takes jm-2 out of service, and nothing brings it back.',
      'jm-2 is never taken through start.',
    ],
    [
      'an application that restarts before the workers are back',
      swapped('rest', 'clients'),
      'An application is restarted before all is started: clients/restart@spark-1 stands before rest/start@jw-2.',
    ],
    [
      'a server that is not said to be out',
      ofStep('stop/stop@m-1', ({service: _, ...step}) => ({...step, service: 'restarts'})),
      'masters/start@m-1 brings m-1 back into service, which nothing took out of it.',
      'An application is restarted before all is started: stop/stop@m-1 stands before rest/start@jw-2.',
    ],
    [
      'a phase that is not confirmed',
      ofPhase('backup', gatesOf(withoutQuestion)),
      'The phase backup would begin without being asked.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect(refusalsOf(plan)).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(plan))).toEqual(sentences);
  });
});

describe('a plan that takes the walk back', async () => {
  const {state} = await walk({operator: leavingAt('clients#')});
  const taken = takeBack({state, system: alluxio, cluster}, [
    'stage',
    'stop',
    'install',
    'format',
    'masters',
    'rest',
  ]);
  if (taken.kind !== 'plan') throw new Error(taken.because.en);
  const back = taken.plan;

  const ROWS: readonly Row[] = [
    [
      'a journal that is exchanged under a process',
      ofStep('undo-format/undo-format@m-2', () => ({gates: []})),
      'undo-format/undo-format@m-2 does not look whether anything still runs.',
    ],
    [
      'a home that is exchanged under a process',
      ofStep('undo-install/undo-link@w-1', () => ({gates: []})),
      'undo-install/undo-link@w-1 does not look whether anything still runs.',
    ],
    [
      'an old master that may find no journal, and formats the whole cluster',
      ofStep('undo-stop/undo-stop@m-1', () => ({gates: []})),
      'undo-stop/undo-stop@m-1 does not look whether the old journal is there.',
    ],
    [
      'a worker beside masters that nobody looked at',
      ofStep('undo-stop/undo-stop@w-2', () => ({gates: []})),
      'undo-stop/undo-stop@w-2 does not look whether the masters know what was recorded.',
    ],
    [
      'workers that come back before the masters',
      ofPhase('undo-stop', ({lanes}) => ({lanes: lanes.toReversed()})),
      'A worker is started before a master: undo-stop/undo-stop@w-1 stands before undo-stop/undo-stop@m-3.',
    ],
    [
      'masters that leave before the workers',
      swapped('undo-rest', 'undo-masters'),
      'A worker is stopped after a master: undo-masters/undo-start@m-3 stands before undo-rest/undo-start@w-1.',
    ],
    [
      'a journal that comes back while new masters run',
      swapped('undo-masters', 'undo-format'),
      'A journal is brought back while something of the new version may run: undo-format/undo-format@m-3 stands before undo-masters/undo-start@m-1.',
    ],
    [
      'a start out of the new home',
      swapped('undo-install', 'undo-stop'),
      'Something is started before all is as it was: undo-stop/undo-stop@m-3 stands before undo-install/undo-link@m-1.',
    ],
    [
      'a server that is left down',
      ofPhase('undo-stop', ({lanes}) => ({lanes: lanes.filter(({node}) => node !== 'jw-1')})),
      'undo-rest/undo-start@jw-1 takes jw-1 out of service, and nothing brings it back.',
    ],
    [
      'an application that has written meanwhile',
      ofStep('undo-stop/undo-stop@jw-1', () => ({name: 'undo-restart'})),
      'jw-1 has written what the old version cannot read: it cannot be taken back.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect(refusalsOf(back)).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refusalsOf(mutation(back))).toEqual(sentences);
  });
});
