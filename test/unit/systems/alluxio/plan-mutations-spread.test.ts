import {describe, expect, it} from 'vitest';
import {NodeId} from '../../../../src/model/ids.ts';
import type {CopyAction} from '../../../../src/model/plan.ts';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {planFor} from '../../../walks/drive.ts';
import {expecting, type Mutation, ofDone, ofPlan, ofStep, without} from '../../../walks/mutate.ts';
import {behind, cases, from, given, lanesWithout, type Row, refusalsOf} from './mutations.ts';

const COPY = 'spread/copy@m-2';
const NOT_THE_BACKUP = `${COPY} does not copy the backup from whoever wrote it to the very path.`;

const ofCopy = (change: Partial<Pick<CopyAction, 'from' | 'to'>>): Mutation =>
  ofStep(COPY, ({action}) => ({action: action.kind === 'copy' ? {...action, ...change} : action}));
const [backupNode, path, uri] = ['backupNode', 'path', 'uri'].map(fact => from('backup/backup@m-1', fact));
if (backupNode === undefined || path === undefined || uri === undefined)
  throw new Error('three were asked for');

/** No question covers a phase that is not right behind its own. */
const uncovered: Mutation = ofPlan(({phases}) => ({
  phases: phases.map(phase => ({
    ...phase,
    gates: phase.gates.map(gate => {
      if (gate.kind !== 'confirm') return gate;
      const {covers: _, ...question} = gate;
      return question;
    }),
  })),
}));

describe.each([
  ['restored', {}],
  ['in place', {before: {from: '2.9.1'}}],
])('a backup that is brought to every master, %s', async (_, setting) => {
  const booted = bootAlluxio({settings: ['backupDirectory: /srv/bk'], ...setting});
  const plan = await planFor(booted);
  const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

  const ROWS: readonly Row[] = [
    ['a master that is left out', lanesWithout('spread', 'm-3'), 'm-3 is never taken through copy.'],
    ['a copy from whoever was asked', ofCopy({from: {node: NodeId.parse('m-1'), path}}), NOT_THE_BACKUP],
    ['a copy of something else', ofCopy({from: {node: backupNode, path: uri}}), NOT_THE_BACKUP],
    ['a copy to another place', ofCopy({to: uri}), NOT_THE_BACKUP],
    [
      'a copy that is done before it is there',
      ofStep(COPY, ofDone('proof', without('readable'))),
      `${COPY} counts as done before it is seen that m-2 can read the backup.`,
    ],
    [
      'a copy that may have other bytes',
      ofStep(COPY, ofDone('proof', without('sha256'))),
      `${COPY} counts as done before it is seen that m-2 can read the backup.`,
    ],
    [
      'a copy that is looked for at another path',
      ofStep(COPY, ofDone('proof', given('path', '/srv/bk/newest.gz'))),
      `${COPY} counts as done before it is seen that m-2 can read the backup.`,
    ],
    [
      'a copy that is looked for on another master',
      ofStep(
        COPY,
        ofDone('proof', () => ({node: NodeId.parse('m-1')})),
      ),
      `${COPY} counts as done before it is seen that m-2 can read the backup.`,
    ],
    [
      'a backup of nobody',
      ofStep('backup/backup@m-1', ofDone('backup', expecting('backupNode', ''))),
      'backup/backup@m-1 counts as done before it is seen that the backup is whole.',
    ],
  ];

  it('as it is made has no problem', () => {
    expect(refused(plan)).toEqual([]);
  });

  it.each(cases(ROWS))('with $what is refused', ({mutation, sentences}) => {
    expect(refused(mutation(plan))).toEqual(sentences);
  });

  it('is copied before anything stops', () => {
    expect(refused(behind('spread', 'stop')(uncovered(plan)))).toContain(
      'Something is stopped before every master has the backup: stop/stop@jw-1 stands before spread/copy@m-3.',
    );
  });

  it('is not copied before it is made', () => {
    expect(refused(behind('backup', 'spread')(uncovered(plan)))).toContain(
      'The backup is copied before it is made: spread/copy@m-1 stands before backup/backup@m-1.',
    );
  });

  it('is not brought by work of another kind', () => {
    const {action} = plan.phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))[0] ?? {};
    if (action === undefined) throw new Error('a plan has steps');
    expect(refused(ofStep(COPY, () => ({action}))(plan))).toContain(NOT_THE_BACKUP);
  });
});
