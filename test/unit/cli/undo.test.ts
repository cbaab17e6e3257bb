import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {VERSION} from '../../../src/cli/version.ts';
import type {Happening} from '../../../src/model/event.ts';
import {PhaseId, RunId, StepId} from '../../../src/model/ids.ts';
import type {Plan, Step, Undo} from '../../../src/model/plan.ts';
import {text} from '../../../src/model/text.ts';
import {a, b, c, check, eventsOf, RUN, started} from './small-run.ts';
import {
  ALL,
  BACK,
  begun,
  cli,
  cliWithNewRules,
  inStateDir,
  keep,
  stateDir,
  through,
  undoable,
  upgrade,
} from './undoable.ts';

inStateDir();

const verifyAll = [a, b, c].map(node => ({node, checks: [check(node, {health: 'ok'})] as const}));

describe('lakeup undo', () => {
  it('has a plan for what was done, and needs a terminal to ask before each phase', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL)));
    const {code, stderr} = await cli('undo', RUN);
    expect(code).toBe(2);
    expect(stderr).toMatch(/terminal/);
  });

  it.each<[argv: readonly string[], says: RegExp]>([
    [['--node', 'z'], /no node "z".*its nodes are: a, b/s],
    [['--phase', 'z'], /no phase "z".*its phases are: p/s],
    [['--node', 'a', '--phase', 'p'], /do not go together/],
    [['--node', 'b'], /There is nothing to take back/],
  ])('%j is refused with what there is', async (argv, says) => {
    await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL)));
    const {code, stderr} = await cli('undo', RUN, ...argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  it.each(['resume', 'undo'])(
    'names the lakeup that can go on where the rules of this one refuse the plan: %s',
    async command => {
      const say = async (lakeup: string): Promise<string> => {
        const run = RunId.parse(lakeup === VERSION ? '20260101-000000-same' : '20260101-000000-othr');
        const events = eventsOf({...undoable(), verify: verifyAll}, ...through(a, ...ALL));
        const dir = await keep(
          run,
          events.map(event => (event.type === 'run.planned' ? {...event, lakeup} : event)),
        );
        const {code, stderr} = await cliWithNewRules(command, run);
        expect(code).toBe(2);
        expect(stderr).toContain('It does not look twice.');
        rmSync(dirname(dir.journal), {recursive: true});
        return stderr;
      };
      expect(await say('0.1.9')).toContain(`with lakeup 0.1.9, which began it`);
      expect(await say(VERSION)).toContain(`with the build of lakeup ${VERSION} that began it`);
    },
  );

  it('says behind which step there is no way back, why, and what to do instead', async () => {
    const final: Undo = {
      kind: 'impossible',
      because: text('What was written cannot be read.', '写入的内容无法读取。'),
      instead: text('restore the backup', '恢复备份'),
    };
    const plan = undoable(({name}) => (name === 'start' ? final : null));
    await keep(RUN, eventsOf(plan, ...through(a, ...ALL)));
    const {code, stderr} = await cli('undo');
    expect(code).toBe(2);
    expect(stderr).toContain('p/start@a: What was written cannot be read. Nothing was changed.');
    expect(stderr).toContain('to do: restore the backup');
    expect((await cli('undo', '--lang', 'zh')).stderr).toContain('恢复备份');
  });

  describe('of a part on which a later phase stands', () => {
    const final: Undo = {
      kind: 'impossible',
      because: text('What was written cannot be read.', '写入的内容无法读取。'),
    };
    /** The node b is taken in a second phase. */
    const inTwo = (other?: (step: Step) => Undo | null): Plan => {
      const {phases, ...plan} = undoable(other);
      return {
        ...plan,
        phases: phases.flatMap(phase => [
          {...phase, lanes: phase.lanes.filter(({node}) => node === a)},
          {
            ...phase,
            id: PhaseId.parse('q'),
            title: text('Later', '之后'),
            lanes: phase.lanes.filter(({node}) => node === b),
          },
        ]),
      };
    };
    const undoOf = async (plan: Plan, ...argv: readonly string[]) => {
      const ofB = through(b, ...ALL).map(each =>
        each.type === 'lane.begun' ? {...each, phase: PhaseId.parse('q')} : each,
      );
      await keep(RUN, eventsOf(plan, ...through(a, ...ALL), ...ofB));
      const {code, stderr} = await cli('undo', RUN, ...argv);
      expect(code).toBe(2);
      return stderr;
    };

    it.each([
      ['--node', 'a'],
      ['--phase', 'p'],
    ])('%s %s: names what is taken back before', async (...argv) => {
      const said = await undoOf(inTwo(), ...argv);
      expect(said).toContain(
        `take that back first: lakeup undo ${RUN} --phase q; or all of it: lakeup undo ${RUN}`,
      );
    });

    it.each([
      ['--node', 'a'],
      ['--phase', 'p'],
    ])('%s %s: says at once why that cannot be', async (...argv) => {
      const said = await undoOf(
        inTwo(({node}) => (node === b ? final : null)),
        ...argv,
      );
      expect(said).toContain('What was written cannot be read.');
      expect(said).not.toContain('take that back first');
      expect(said).not.toContain('all of it');
    });

    it('names only the way that there is', async () => {
      const said = await undoOf(
        inTwo(({node, name}) => (node === a && name === 'stage' ? final : null)),
        '--node',
        'a',
      );
      expect(said).toContain(`take that back first: lakeup undo ${RUN} --phase q`);
      expect(said).not.toContain('all of it');
    });
  });

  it('does not begin below what a later run has done', async () => {
    await keep(
      RUN,
      eventsOf(undoable(), ...through(a, ...ALL), {type: 'run.ended', verdict: {verified: [a]}}),
    );
    const later = RunId.parse('20260201-000000-late');
    await keep(later, eventsOf(undoable(), ...through(b, ...ALL)));
    const {code, stderr} = await cli('undo', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${later} has changed this cluster after run ${RUN}`);
    expect(stderr).toContain(`lakeup undo ${later}`);
  });
});

describe('a run that another one takes back', () => {
  const steps = ALL.map(name => StepId.parse(`p/${name}@a`));
  const backPlan = (whole = true): Plan => ({
    ...undoable(),
    direction: 'back',
    takesBack: {run: RUN, steps, whole},
    from: '2',
    to: '1',
  });
  const yields = async () =>
    keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), {type: 'run.yielded', to: BACK}));

  it('is neither resumed nor taken back a second time meanwhile', async () => {
    await yields();
    await keep(BACK, eventsOf(backPlan(), ...through(a, 'stage')));
    for (const command of ['resume', 'undo']) {
      const {code, stderr} = await cli(command, RUN);
      expect(code).toBe(2);
      expect(stderr).toContain(`run ${RUN} is being taken back by run ${BACK}`);
      expect(stderr).toContain(`lakeup resume ${BACK}`);
    }
    expect((await cli('runs')).stdout).toContain(`being taken back by run ${BACK}`);
    // The one that has not ended is the one that is meant.
    expect((await cli('resume')).stderr).toMatch(/terminal/);
    expect((await upgrade()).stderr).toContain(`go on with it: lakeup resume ${BACK}; or give it up`);
  });

  it('goes on when that one had only asked, which then has nothing more to say', async () => {
    await yields();
    const back = await keep(BACK, eventsOf(backPlan()));
    expect((await cli('resume', RUN)).stderr).toMatch(/terminal/);
    rmSync(join(stateDir(), 'lakeup/runs', RUN), {recursive: true});
    await keep(
      RUN,
      eventsOf(
        undoable(),
        ...through(a, ...ALL),
        {type: 'run.yielded', to: BACK},
        {type: 'run.resumed', lakeup: 'test'},
      ),
    );
    const {code, stderr} = await cli('resume', back.id);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${RUN} went on after run ${BACK} was made to take it back`);
    expect((await cli('resume')).stderr).toMatch(/terminal/);
  });

  it('is over once that one has ended, also where lakeup died between the two journals', async () => {
    await yields();
    await keep(
      BACK,
      eventsOf(backPlan(), ...through(a, ...ALL), {type: 'run.ended', verdict: {verified: [a, b]}}),
    );
    expect((await upgrade()).stderr).not.toContain(RUN);
    const {code, stderr} = await cli('resume', RUN);
    expect(code).toBe(2);
    expect(stderr).toContain(`run ${RUN} was taken back by run ${BACK}`);
    const {stdout} = await cli('runs');
    expect(stdout).toContain(`taken back by run ${BACK}`);
    expect(stdout).toContain(`(undo ${RUN})`);
  });

  it('can be gone on with where only a part of it was', async () => {
    await yields();
    await keep(
      BACK,
      eventsOf(backPlan(false), ...through(a, ...ALL), {type: 'run.ended', verdict: {verified: [a, b]}}),
    );
    expect((await cli('resume', BACK)).stdout).toContain(
      `2 of 2 nodes verified: what run ${RUN} did to a, b is taken back. To go on with it: lakeup resume ${RUN}`,
    );
    expect((await cli('resume', RUN)).stderr).toMatch(/terminal/);
    expect((await cli('undo', RUN)).stderr).toMatch(/There is nothing to take back/);
  });
});

it('a later run that was given up is not to be taken back: what it left is put right by hand', async () => {
  await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL)));
  const later = RunId.parse('20260201-000000-late');
  await keep(later, eventsOf(undoable(), ...through(b, ...ALL), {type: 'run.abandoned', because: 'no time'}));
  expect((await cli('undo', RUN)).stderr).toContain(
    'it was given up: bring the nodes to where you want them by hand',
  );
});

describe('lakeup abandon', () => {
  it('says how each node stands, and lets a new run begin', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, ...ALL), begun(b), started('stage', b)));
    const {code, stdout} = await cli('abandon', RUN, '--because', 'b is replaced');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '  a: all steps are done\n  b: done: nothing; begun, and how far is not known: stage\n',
    );
    expect((await upgrade()).stderr).not.toContain(RUN);
    expect((await cli('runs')).stdout).toContain('given up: b is replaced');
    for (const command of ['resume', 'undo']) {
      const refused = await cli(command, RUN);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`run ${RUN} was given up: b is replaced`);
    }
  });

  it('says that its lease stays where no host can be asked, and who may take it over then', async () => {
    const wanted: Happening = {type: 'lease.wanted', token: 1, hand: 'x', from: null};
    await keep(RUN, eventsOf(undoable(), wanted, ...through(a, 'stage')));
    const {code, stderr} = await cli('abandon', RUN, '--because', 'no time');
    expect(code).toBe(0);
    expect(stderr).toMatch(/the lease on 127\.0\.0\.1 \(\/srv\/a\) was not given back: /);
    expect(stderr).toContain(`lakeup upgrade toys -i FILE --take-over ${RUN}`);
  });

  it('names who does not serve, and who was not begun with', async () => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage', 'stop')));
    const {stdout} = await cli('abandon', RUN, '--because', 'no time');
    expect(stdout).toMatch(
      / {2}a: left out of service since (2026-)?01-01 00:00:04; done: stage, stop\n {2}not begun: b\n/,
    );
  });

  it.each([
    [[], /--because/],
    [['--because', ' '], /says nothing/],
  ])('wants a reason: %j', async (argv, says) => {
    await keep(RUN, eventsOf(undoable(), ...through(a, 'stage')));
    const {code, stderr} = await cli('abandon', RUN, ...argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});
