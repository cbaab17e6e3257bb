import {describe, expect, it} from 'vitest';
import type {Happening} from '../../../src/model/event.ts';
import {RunId, StepId} from '../../../src/model/ids.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {a, b, eventsOf, RUN} from './small-run.ts';
import {ALL, BACK, begun, cli, keep, through, undoable, upgrade} from './undoable.ts';

/*
 * What a refusal says to type is typed, word for word, before the same state directory: it is not refused in turn. A command that asks
 * on a screen comes as far as wanting a terminal, and then it would go on.
 */

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
const left = () => keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), begun(b)));
const yielded = () => keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), {type: 'run.yielded', to: BACK}));

type Refusal = {
  readonly before: () => Promise<unknown>;
  readonly typed: () => ReturnType<typeof cli>;
  /** The commands that it says to type. */
  readonly says: readonly string[];
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'an upgrade beside a run that was left': {
    before: left,
    typed: upgrade,
    says: [`resume ${RUN}`, `undo ${RUN}`, `abandon ${RUN} --because "…"`],
  },
  'an upgrade beside a run that takes another one back': {
    before: async () => [await yielded(), await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')))],
    typed: upgrade,
    says: [`resume ${BACK}`, `abandon ${BACK} --because "…"`],
  },
  'to resume what is being taken back': {
    before: async () => [await yielded(), await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')))],
    typed: () => cli('resume', RUN),
    says: [`resume ${BACK}`],
  },
  'to resume what was being taken back by a run that was given up': {
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
    before: async () => [
      await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), ENDED)),
      await keep(LATER, eventsOf(undoable(), ...through(b, ...ALL))),
    ],
    typed: () => cli('undo', RUN),
    says: [`undo ${LATER}`],
  },
  'to take back what has no way back any more': {
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
    before: async () => [await left(), await keep(LATER, eventsOf(undoable(), ...through(b, 'stage')))],
    typed: () => cli('resume'),
    says: ['resume RUN'],
  },
  'a part that was taken back': {
    before: async () => [
      await yielded(),
      await keep(BACK, eventsOf(backPlan(false), ...through(a, ...ALL), ENDED)),
    ],
    typed: () => cli('resume', BACK),
    says: [`resume ${RUN}`],
  },
};

/** Words as a shell splits them; what whoever types puts in the place of a word that stands for another. */
const wordsOf = (line: string): readonly string[] =>
  line
    .replace('"…"', 'enough')
    .replace(/\bRUN\b/, RUN)
    .split(' ');

describe.each(Object.entries(REFUSALS))('%s', (_, {before, typed, says}) => {
  it.each(says)('says to type lakeup %s, which goes on', async line => {
    await before();
    const told = await typed();
    expect(told.stdout + told.stderr).toContain(`lakeup ${line}`);
    const [command = '', ...more] = wordsOf(line);
    const then = await cli(command, ...more);
    if (command === 'abandon') expect(then.code).toBe(0);
    else expect(then.stderr).toMatch(/terminal/);
    // And what was refused is so no more, where that one has ended by it.
    if (command === 'abandon' && typed === upgrade)
      expect((await typed()).stderr).not.toContain(`lakeup ${line}`);
  });
});
