import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import {PhaseId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {commandsByFile} from '../advice/commands-named.ts';
import type {Followed} from '../advice/elsewhere.ts';
import {hasTest} from '../advice/tests-named.ts';
import {a, b, eventsOf, RUN} from './small-run.ts';
import {
  ALL,
  BACK,
  begun,
  cli,
  inStateDir,
  keep,
  look,
  prunes,
  through,
  undoable,
  upgrade,
} from './undoable.ts';

inStateDir();

/*
 * What a refusal says to type is typed, word for word, before the same state directory: it is not refused in turn. A command that asks
 * on a screen comes as far as wanting a terminal, and then it would go on.
 */

const EARLIER = RunId.parse('20250201-000000-earl');
const LATER = RunId.parse('20260201-000000-late');
const ENDED: Happening = {type: 'run.ended', verdict: {verified: [a, b]}};
const steps = ALL.map(name => StepId.parse(`p/${name}@a`));
const backPlan = (whole = true): Plan => ({
  ...undoable(),
  direction: 'back',
  takesBack: {run: RUN, steps, whole},
  from: '2',
  to: '1',
});
const PRUNE = RunId.parse('20260102-000000-prun');
/** An upgrade that has taken both nodes all the way. */
const ended = (run = RUN, ...more: readonly Happening[]) =>
  keep(run, eventsOf(undoable(), ...through(a, ...ALL), ...through(b, ...ALL), ENDED, ...more));
const left = () => keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), begun(b)));
const yielded = () => keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), {type: 'run.yielded', to: BACK}));

const [P, Q] = [PhaseId.parse('p'), PhaseId.parse('q')];
/** The second node in a phase of its own, after that of the first. */
const twoPhases = (): Plan => {
  const plan = undoable();
  const [phase] = plan.phases;
  if (phase === undefined) throw new Error('a plan has a phase');
  const lanesOf = (node: typeof a, id: string) =>
    phase.lanes
      .filter(lane => lane.node === node)
      .map(lane => {
        const [first, ...rest] = lane.steps.map(step => ({
          ...step,
          id: StepId.parse(`${id}/${step.name}@${node}`),
        }));
        if (first === undefined) throw new Error('a lane has a step');
        return {...lane, steps: [first, ...rest] as const};
      });
  return {
    ...plan,
    phases: [
      {...phase, id: P, lanes: lanesOf(a, 'p')},
      {...phase, id: Q, lanes: lanesOf(b, 'q')},
    ],
  };
};
const ofSecond = (): readonly Happening[] => [
  {type: 'lane.begun', phase: Q, node: b, ranks: {}},
  ...ALL.flatMap((name): Happening[] => {
    const step = StepId.parse(`q/${name}@b`);
    return [
      {type: 'step.started', step, attempt: 1},
      {type: 'step.done', step, already: false, facts: {}},
    ];
  }),
];

type Refusal = {
  /** The file that has its words. */
  readonly from: string;
  readonly before: () => Promise<unknown>;
  readonly typed: () => ReturnType<typeof cli>;
  /** The commands that it says to type. */
  readonly says: readonly string[];
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'an upgrade beside a run that was left': {
    from: 'left-run.ts',
    before: left,
    typed: upgrade,
    says: [`resume ${RUN}`, `undo ${RUN}`, `abandon ${RUN} --because "…"`],
  },
  'a look at a cluster whose run was left': {
    from: 'status.ts',
    before: left,
    typed: () => look(),
    says: [`resume ${RUN}`],
  },
  'an upgrade beside a run that takes another one back': {
    from: 'left-run.ts',
    before: async () => [await yielded(), await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')))],
    typed: upgrade,
    says: [`resume ${BACK}`, `abandon ${BACK} --because "…"`],
  },
  'to resume what is being taken back': {
    from: 'yielded.ts',
    before: async () => [await yielded(), await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')))],
    typed: () => cli('resume', RUN),
    says: [`resume ${BACK}`],
  },
  'to resume what was being taken back by a run that was given up': {
    from: 'yielded.ts',
    before: async () => [
      await yielded(),
      await keep(
        BACK,
        eventsOf(backPlan(), ...through(a, 'stage'), {type: 'run.abandoned', because: 'no time'}),
      ),
    ],
    typed: () => cli('resume', RUN),
    says: [`abandon ${RUN} --because "…"`],
  },
  'to resume a run back that the other one has outrun': {
    from: 'yielded.ts',
    before: async () => [
      await keep(
        RUN,
        eventsOf(
          undoable(),
          ...through(a, ...ALL),
          {type: 'run.yielded', to: BACK},
          {type: 'run.resumed', lakeup: 'test'},
        ),
      ),
      await keep(BACK, eventsOf(backPlan())),
    ],
    typed: () => cli('resume', BACK),
    says: [`undo ${RUN}`],
  },
  'to take back what a later run stands on': {
    from: 'undo.ts',
    before: async () => [
      await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), ENDED)),
      await keep(LATER, eventsOf(undoable(), ...through(b, ...ALL))),
    ],
    typed: () => cli('undo', RUN),
    says: [`undo ${LATER}`],
  },
  'to take back what has no way back any more': {
    from: 'undo.ts',
    before: () =>
      keep(
        RUN,
        eventsOf(
          undoable(({name}) =>
            name === 'start'
              ? {kind: 'impossible', because: {en: 'It cannot be read.', zh: '无法读取。'}}
              : null,
          ),
          ...through(a, ...ALL),
        ),
      ),
    typed: () => cli('undo', RUN),
    says: [`resume ${RUN}`],
  },
  'to resume, where several have not ended': {
    from: 'resume.ts',
    before: async () => [await left(), await keep(LATER, eventsOf(undoable(), ...through(b, 'stage')))],
    typed: () => cli('resume'),
    says: ['resume RUN'],
  },
  'to take back a run that takes another one back': {
    from: 'take-back.ts',
    before: async () => [await yielded(), await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')))],
    typed: () => cli('undo', BACK),
    says: ['resume'],
  },
  'to take back what a later phase stands on': {
    from: 'undo.ts',
    before: () => keep(RUN, eventsOf(twoPhases(), ...through(a, ...ALL), ...ofSecond())),
    typed: () => cli('undo', RUN, '--phase', 'p'),
    says: [`undo ${RUN} --phase q`, `undo ${RUN}`],
  },
  'to prune a run that has not ended': {
    from: 'prune.ts',
    before: left,
    typed: () => cli('prune', RUN),
    says: [`resume ${RUN}`],
  },
  'to prune a run that is no upgrade': {
    from: 'prune.ts',
    before: async () => [await ended(), await keep(PRUNE, eventsOf(prunes(), ...through(a, ...ALL), ENDED))],
    typed: () => cli('prune', PRUNE),
    says: [`runs ${PRUNE}`],
  },
  'to prune a run that another one has followed': {
    from: 'prune.ts',
    before: async () => [await ended(), await ended(LATER)],
    typed: () => cli('prune', RUN),
    says: [`prune ${LATER}`],
  },
  'to prune one of several runs': {
    from: 'prunable.ts',
    before: async () => [await ended(EARLIER), await ended()],
    typed: () => cli('prune'),
    says: ['prune RUN'],
  },
  'to take back what is pruned': {
    from: 'pruned.ts',
    before: async () => [
      await ended(RUN, {type: 'run.pruning', by: PRUNE}),
      await keep(PRUNE, eventsOf(prunes(), ...through(a, 'stage'))),
    ],
    typed: () => cli('undo', RUN),
    says: [`resume ${PRUNE}`],
  },
  'to go on with what another one prunes': {
    from: 'pruned.ts',
    before: async () => [
      await ended(RUN, {type: 'run.pruning', by: PRUNE}, {type: 'run.pruning', by: LATER}),
      await keep(PRUNE, eventsOf(prunes())),
      await keep(LATER, eventsOf(prunes())),
    ],
    typed: () => cli('resume', PRUNE),
    says: [`prune ${RUN}`],
  },
  'a run that was pruned in part': {
    from: 'verdict.ts',
    before: async () => [
      await ended(),
      await keep(PRUNE, eventsOf(prunes(false), ...through(a, ...ALL), ENDED)),
    ],
    typed: () => cli('resume', PRUNE),
    says: [`runs ${RUN}`],
  },
  'a part that was taken back': {
    from: 'verdict.ts',
    before: async () => [
      await yielded(),
      await keep(BACK, eventsOf(backPlan(false), ...through(a, ...ALL), ENDED)),
    ],
    typed: () => cli('resume', BACK),
    says: [`resume ${RUN}`],
  },
};

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Words as a shell splits them; what whoever types puts in the place of a word that stands for another. */
const wordsOf = (line: string): readonly string[] =>
  line
    .replace('"…"', 'enough')
    .replace(/\bRUN\b/, RUN)
    .split(' ');

const LEASES = 'test/unit/cli/take-over.test.ts';
const ELSEWHERE_DONE = 'test/unit/cli/refuse-elsewhere.test.ts';

/** What no refusal before a state directory alone says: the test that meets it and does it. */
const ELSEWHERE: Readonly<Record<string, Followed>> = {
  'abandon.ts: upgrade x -i FILE --take-over x': [
    LEASES,
    'it is taken over by the words that are printed, and the other one acts no more',
  ],
  'describe-run.ts: upgrade x -i x': ['test/sim/doris-taken-on.test.ts', 'is taken on, and upgraded whole'],
  'known-out.ts: runs x': [
    'test/unit/cli/runs-report.test.ts',
    'is printed in either language, with hosts out of the inventory that was kept',
  ],
  'need-terminal.ts: demo --autopilot': [
    'test/screen/third-system.test.ts',
    'a system of its own folder is upgraded by the real program over real SSH',
  ],
  'refuse-elsewhere.ts: undo x --take-over x': [
    ELSEWHERE_DONE,
    'goes on where the operator says that what went on elsewhere is lost',
  ],
  'refuse-elsewhere.ts: undo x': [ELSEWHERE_DONE, 'where the lease is %s, the way back may begin'],
  'describe-run.ts: resume x': [LEASES, 'of this machine, that was left: it is gone on with'],
  'take-over.ts: status x -i FILE --watch': [
    'test/lab/trouble.test.ts',
    'a pulled cable makes a node unknown while the others go on; mended, it is ok again',
  ],
  'verdict.ts: undo x': [
    'test/unit/cli/undo.test.ts',
    'has a plan for what was done, and needs a terminal to ask before each phase',
  ],
  'verdict.ts: upgrade x -i FILE': ['test/sim/doris-taken-on.test.ts', 'is taken on, and upgraded whole'],
};

it.each(Object.entries(ELSEWHERE))('%s is typed by a test that there is', (_, [file, title]) => {
  expect(hasTest(file, title), `${file}: ${title}`).toBe(true);
});

it('every command that a refusal names is typed here, or it is said where it is printed', () => {
  const form = (line: string): string =>
    line
      .replaceAll(/\b(?:\d{8}-\d{6}-\w+|RUN)\b/g, 'x')
      .replace('"…"', 'words')
      .replace(/--phase \w+/, '--phase x');
  const typed = Object.values(REFUSALS).flatMap(({from, says}) => says.map(line => `${from}: ${form(line)}`));
  const named = commandsByFile('src/cli/!(help|program).ts', 'src/plan/take-back.ts')
    .filter(line => !line.includes('文件'))
    .map(line => line.replace('RUN', 'x'));
  // A command's name alone says where to look, or what comes after; but where it is what is to be typed.
  const left = named.filter(line => line.split(' ').length > 2 && !typed.includes(line));
  expect(left.toSorted()).toEqual(Object.keys(ELSEWHERE).toSorted());
});

describe.each(Object.entries(REFUSALS))('%s', (_, {before, typed, says}) => {
  it.each(says)('says to type lakeup %s, which goes on', async line => {
    await before();
    const told = await typed();
    expect(told.stdout + told.stderr).toMatch(new RegExp(`lakeup ${escaped(line)}(?![\\w-])`));
    const [command = '', ...more] = wordsOf(line);
    const then = await cli(command, ...more);
    if (command === 'abandon' || command === 'runs') expect(then.code).toBe(0);
    else expect(then.stderr).toMatch(/terminal/);
    // And what was refused is so no more, where that one has ended by it.
    if (command === 'abandon' && typed === upgrade)
      expect((await typed()).stderr).not.toContain(`lakeup ${line}`);
  });
});
