import {describe, expect, it} from 'vitest';
import type {GateRecipe, Move, Procedure, Recipe} from '../../src/model/procedure.ts';
import type {Choice} from '../../src/model/system.ts';
import {type Alluxio, Settings} from '../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {inPlace} from '../../src/systems/alluxio/upgrade/procedure.ts';
import {makeMemoryCluster} from '../fakes/alluxio/cluster.ts';
import {alluxioSubjects} from './alluxio-subjects.ts';
import {simulate} from './simulate.ts';

// Each bug is one that the plan's own rules refuse, or that nobody wrote down: here the rules are silent, and what the
// cluster does has to name it.

type Bug = (procedure: Procedure<Alluxio>) => Procedure<Alluxio>;

const [restoring] = alluxioSubjects;
const spreading = alluxioSubjects.find(({name}) => name === 'alluxio-local');
if (restoring === undefined || spreading === undefined) throw new Error('nothing of Alluxio is simulated');

/** The subject with another procedure than the one that is chosen, and nobody who checks the plan. */
const withBug = (bug: Bug, subject: typeof restoring): typeof restoring => ({
  ...subject,
  system: {
    ...alluxio,
    choose: (survey): Choice<Alluxio> => {
      const {settings} = survey.cluster;
      const cluster = {...makeMemoryCluster(), settings: Settings.parse(settings)};
      const chosen = alluxio.choose({cluster, facts: survey.facts});
      return chosen.kind === 'procedure' ? {...chosen, procedure: bug(chosen.procedure)} : chosen;
    },
    planProblems: () => [],
  },
});

const eachPhase =
  (change: (phase: Recipe<Alluxio>) => Recipe<Alluxio>): Bug =>
  procedure => ({...procedure, phases: procedure.phases.map(change)});

const eachMove =
  (change: (move: Move, phase: string) => Move): Bug =>
  procedure =>
    eachPhase(phase => ({
      ...phase,
      steps: (node, context) => {
        const [first, ...more] = phase.steps(node, context);
        return [change(first, phase.name), ...more.map(move => change(move, phase.name))];
      },
    }))(procedure);

/** No gate looks at what these say of it. */
const ungated = (isDropped: (gate: GateRecipe) => boolean): Bug => {
  const left = (gates: readonly GateRecipe[]): readonly GateRecipe[] =>
    gates.filter(gate => !isDropped(gate));
  return procedure =>
    eachMove(move => ({...move, gates: left(move.gates)}))(
      eachPhase(phase => ({...phase, gates: context => left(phase.gates(context))}))(procedure),
    );
};

const looksAt =
  (probe: string, fact?: string) =>
  (gate: GateRecipe): boolean =>
    gate.kind === 'check' &&
    gate.check.probe === probe &&
    (fact === undefined || gate.check.expect[fact] !== undefined);

/** Each phase is asked about by itself: what a question covers has to come right after it. */
const askedApart: Bug = eachPhase(phase => ({
  ...phase,
  gates: context =>
    phase.gates(context).map(gate => {
      if (gate.kind !== 'confirm') return gate;
      const {covers: _, ...question} = gate;
      return question;
    }),
}));

/** Phases in another order: the second named is moved to stand before the first. */
const swapped =
  (first: string, second: string): Bug =>
  asked => {
    const procedure = askedApart(asked);
    const moved = procedure.phases.find(({name}) => name === second);
    const others = procedure.phases.filter(({name}) => name !== second);
    if (moved === undefined) throw new Error(`there is no phase ${second}`);
    return {...procedure, phases: others.flatMap(phase => (phase.name === first ? [moved, phase] : [phase]))};
  };

const both =
  (...bugs: readonly Bug[]): Bug =>
  procedure =>
    bugs.reduce((changed, bug) => bug(changed), procedure);

const withoutBackup: Bug = eachMove((move, phase) =>
  phase === 'masters' && move.action.kind === 'script'
    ? {...move, action: {...move.action, vars: {...move.action.vars, backup: ''}}}
    : move,
);

/** No gate looks at anything; questions are asked. */
const blind = ungated(gate => gate.kind === 'check');

/** It is seen that masters alone run before the question, and not once more behind it. */
const notBehind: Bug = eachPhase(phase => ({
  ...phase,
  gates: context => {
    const gates = phase.gates(context);
    const question = gates.findIndex(({kind}) => kind === 'confirm');
    return phase.name === 'stop-masters'
      ? gates.filter((gate, i) => i < question || !looksAt('processes')(gate))
      : gates;
  },
}));

const SEEDS = 40;

const caught = async (bug: Bug, of = restoring): Promise<string | null> => {
  const subject = withBug(bug, of);
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const {problems} = await simulate(subject, seed);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
};

describe('the checkers name what was planted in the plan', () => {
  it.each<readonly [string, Bug, RegExp]>([
    ['no proof that each master can read the backup', ungated(looksAt('proof')), /cannot read the backup/],
    [
      'nobody looks whether something was written after the backup',
      ungated(looksAt('cluster', 'writes')),
      /written after the backup/,
    ],
    ['the masters are started without the backup', withoutBackup, /leads an empty namespace/],
    [
      'a journal of another generation counts as one that can be read',
      () => inPlace,
      /leads an empty namespace/,
    ],
    [
      'workers are started beside masters that were not asked what they hold',
      both(swapped('masters', 'rest'), blind),
      /was started before m-1|do not know its blocks/,
    ],
    [
      'job workers are started first',
      both(swapped('rest', 'job-workers'), blind),
      /was started before worker w-\d was/,
    ],
    ['somebody starts a service behind the question, and nobody looks', notBehind, /was told to stop while/],
    ['masters are stopped first', both(swapped('stop', 'stop-masters'), blind), /was told to stop while/],
    [
      'the cluster is stopped before it was backed up',
      both(swapped('backup', 'stop'), blind),
      /was stopped before the backup/,
    ],
    [
      'the cluster is stopped before the new version lies ready',
      both(
        swapped('stage', 'stop'),
        ungated(gate => gate.kind === 'check'),
      ),
      /was stopped before .* was staged/,
    ],
  ])('%s', async (_, bug, sentence) => {
    expect(await caught(bug)).toMatch(sentence);
  });

  it('nobody brings the backup to the other masters', async () => {
    const unspread: Bug = procedure => ({
      ...procedure,
      phases: procedure.phases
        .filter(({name}) => name !== 'spread')
        .map(phase => ({
          ...phase,
          gates: context =>
            phase.gates(context).map(gate => {
              if (gate.kind !== 'confirm') return gate;
              const {covers: _, ...uncovering} = gate;
              return phase.name === 'backup' ? uncovering : gate;
            }),
        })),
    });
    expect(await caught(both(unspread, ungated(looksAt('proof'))), spreading)).toMatch(
      /cannot read the backup/,
    );
  });
});
