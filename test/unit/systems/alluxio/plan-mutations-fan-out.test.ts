import {describe, expect, it} from 'vitest';
import {NodeId, PhaseId, StepId} from '../../../../src/model/ids.ts';
import type {FanOut} from '../../../../src/model/plan.ts';
import {bootAlluxio} from '../../../walks/alluxio-cluster.ts';
import {planFor} from '../../../walks/drive.ts';
import {dropped, expecting, type Mutation, ofChecks, ofPhase, ofPlan} from '../../../walks/mutate.ts';
import {cases, everywhere, from, type Row, refusalsOf} from './mutations.ts';

const booted = bootAlluxio({settings: ['commands: cluster-wide']});
const plan = await planFor(booted);
const refused = (mutated: typeof plan): string[] => refusalsOf(mutated, booted.cluster);

const ofFanOut = (phase: string, change: (fanOut: FanOut) => Partial<FanOut>): Mutation =>
  ofPhase(phase, ({fanOut}) => (fanOut === undefined ? {} : {fanOut: {...fanOut, ...change(fanOut)}}));
const ofVar = (phase: string, name: string, value: FanOut['action']['vars'][string]): Mutation =>
  ofFanOut(phase, ({action}) => ({action: {...action, vars: {...action.vars, [name]: value}}}));

const otherNodes = (phase: string): string =>
  `${phase} sends a command that is not for the very nodes of its steps.`;
const otherCommand = (phase: string): string =>
  `${phase} sends another command than the one that the inventory asks for and its steps stand for.`;

const ROWS: readonly Row[] = [
  ['a command from a worker', ofFanOut('stop', () => ({node: NodeId.parse('w-1')})), otherCommand('stop')],
  ['another home', ofVar('stop', 'home', '/opt/other'), otherCommand('stop')],
  ['a stop where its steps start', ofVar('rest', 'does', 'stop'), otherCommand('rest')],
  [
    'another script',
    ofFanOut('stop', ({action}) => ({action: {...action, body: 'alluxio.worker.stop'}})),
    otherCommand('stop'),
  ],
  [
    'an exit code that is believed',
    ofFanOut('rest', ({action}) => ({action: {...action, trust: 'exit'}})),
    otherCommand('rest'),
  ],
  ['masters that restore nothing', ofVar('masters', 'backup', ''), otherCommand('masters')],
  [
    'masters that restore something else',
    ofVar('masters', 'backup', from('backup/backup@m-1', 'path')),
    otherCommand('masters'),
  ],
  [
    'workers that are started for proxies',
    ofVar('rest', 'commands', '-a job_masters\n-a proxies\n-a job_workers'),
    otherNodes('rest'),
    'rest sends a command that starts or stops a proxy where none is in the inventory.',
  ],
  ['everybody at once', ofVar('rest', 'commands', '-a all NoMount'), otherNodes('rest')],
  [
    'a command that leaves a node out',
    ofFanOut('masters', ({steps}) => ({steps: steps.slice(1)})),
    otherNodes('masters'),
  ],
  [
    'a command for a step of another phase',
    ofFanOut('masters', ({steps}) => ({steps: [...steps.slice(1), StepId.parse('rest/start@w-1')]})),
    otherNodes('masters'),
    'The command of masters is for rest/start@w-1, which is no step of that phase with a script of its own.',
  ],
  [
    'a command that waits for nodes that do not go yet',
    ofPhase('stop', () => ({width: 2})),
    'The command of stop waits for all its nodes, and they do not go at once.',
  ],
  [
    'a command that is for one twice',
    ofFanOut('stop-masters', ({steps}) => ({steps: [...steps, ...steps.slice(0, 1)]})),
    'The command of stop-masters is for no step, or for one twice.',
  ],
  [
    'a command without a look at whom it reaches',
    ofPhase('stop-masters', everywhere(ofChecks('fan-out', dropped))),
    'stop-masters does not see, before and after its question, that the command reaches the nodes of the inventory alone.',
  ],
  [
    'a look that takes strangers for well',
    ofPhase('rest', everywhere(ofChecks('fan-out', expecting('strange', ['workers: w9'])))),
    'rest does not see, before and after its question, that the command reaches the nodes of the inventory alone.',
  ],
];

describe('a plan of cluster-wide commands', () => {
  it('is not refused as it is made', () => {
    expect(refused(plan)).toEqual([]);
  });

  it.each(cases(ROWS))('is refused: $what', ({mutation, sentences}) => {
    expect(refused(mutation(plan)).toSorted()).toEqual([...sentences].toSorted());
  });

  it('is refused where the inventory asks for none, and on the way back', () => {
    const {cluster} = bootAlluxio();
    expect(refusalsOf(plan, cluster)).toContain(otherCommand('stop'));
    const back = ofPlan(({phases}) => ({
      direction: 'back',
      phases: phases.filter(({id}) => id === PhaseId.parse('stop')),
    }))(plan);
    expect(refused(back)).toContain('stop goes back by a command for all its nodes.');
  });
});
