import {describe, expect, it} from 'vitest';
import type {GateRecipe, Move} from '../../src/model/procedure.ts';
import type {Choice} from '../../src/model/system.ts';
import type {Alluxio} from '../../src/systems/alluxio/fields.ts';
import {alluxio} from '../../src/systems/alluxio/system.ts';
import {alluxioSubjects} from './alluxio-subjects.ts';
import {simulate} from './simulate.ts';
import type {Subject} from './subject.ts';

// Each bug is one that the plan's own rules refuse: here they are silent, and what becomes of the caches has to name it.

type Bug = (moves: readonly [Move, ...Move[]]) => readonly [Move, ...Move[]];

const withBug = (name: string, bug: Bug): Subject => {
  const subject = alluxioSubjects.find(one => one.name === name);
  if (subject === undefined) throw new Error(`no such system: ${name}`);
  return {
    ...subject,
    system: {
      ...alluxio,
      choose: (survey): Choice<Alluxio> => {
        // The cluster of these subjects was made by this system's own schemas.
        const chosen = alluxio.choose(survey as Parameters<typeof alluxio.choose>[0]);
        if (chosen.kind !== 'procedure') return chosen;
        const {procedure} = chosen;
        const phases = procedure.phases.map(phase => ({
          ...phase,
          steps: (...of: Parameters<typeof phase.steps>) => bug(phase.steps(...of)),
        }));
        return {...chosen, procedure: {...procedure, phases}};
      },
      planProblems: () => [],
    },
  };
};

const withGates =
  (name: string, change: (gates: readonly GateRecipe[]) => readonly GateRecipe[]): Bug =>
  ([first, ...others]) => {
    const changed = (move: Move): Move => (move.name === name ? {...move, gates: change(move.gates)} : move);
    return [changed(first), ...others.map(changed)];
  };

/** The general rules would refuse a step that destroys without a question: so it does not say that it does. */
const unsaid =
  (name: string): Bug =>
  ([first, ...others]) => {
    const changed = ({destroys, ...move}: Move): Move =>
      move.name === name || destroys === undefined ? move : {...move, destroys};
    return [changed(first), ...others.map(changed)];
  };

const both =
  (...bugs: readonly Bug[]): Bug =>
  moves =>
    bugs.reduce((changed, bug) => bug(changed), moves);

const unasked = (gates: readonly GateRecipe[]): readonly GateRecipe[] =>
  gates.filter(({kind}) => kind !== 'confirm');

const notRestored: Bug = both(
  withGates('start', gates => gates.filter(gate => gate.kind !== 'check' || gate.check.probe !== 'cache')),
  ([first, ...others]) => {
    const [kept = first, ...more] = [first, ...others].filter(({name}) => name !== 'restore-cache');
    return [kept, ...more];
  },
);

const SEEDS = 40;

const caught = async (subject: Subject): Promise<string | null> => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const {problems} = await simulate(subject, seed);
    if (problems[0] !== undefined) return problems[0];
  }
  return null;
};

describe('the checkers name what was planted', () => {
  it.each<readonly [string, string, Bug, RegExp]>([
    [
      'a reboot that nobody looks for',
      'alluxio-copied',
      notRestored,
      /was started without \d+ blocks that it had/,
    ],
    [
      'a copy over what lies there',
      'alluxio-copied',
      both(withGates('keep-cache', unasked), unsaid('keep-cache')),
      /overwritten on w-2, and nobody was asked/,
    ],
    [
      'tiers that are formatted unasked',
      'alluxio-dropped',
      both(withGates('format-tiers', unasked), unsaid('format-tiers')),
      /format-tiers on w-\d, and nobody was asked/,
    ],
    [
      'tiers that are formatted by who was not told what is lost',
      'alluxio-dropped',
      withGates('format-tiers', gates =>
        gates.map(gate =>
          gate.kind === 'confirm'
            ? {...gate, blast: gate.blast.filter(({probe}) => probe !== 'unpersisted')}
            : gate,
        ),
      ),
      /nobody was told of files that only workers hold/,
    ],
  ])('%s', async (_, name, bug, sentence) => {
    expect(await caught(withBug(name, bug))).toMatch(sentence);
  });
});
