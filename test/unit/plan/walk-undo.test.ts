import {beforeEach, describe, expect, it} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import {PhaseId, StepId} from '../../../src/model/ids.ts';
import {Plan, planSteps} from '../../../src/model/plan.ts';
import {outOfService} from '../../../src/model/state.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {takeBack} from '../../../src/plan/take-back.ts';
import {drive, fresh} from '../../walks/drive.ts';
import {
  beginStop,
  halfDone,
  losing,
  type Story,
  seenOf,
  stopFromOutside,
  UNREACHABLE,
  undoPlanOf,
} from '../../walks/undo-story.ts';

const stepsTaken = (events: readonly Event[]): string[] =>
  events.flatMap(event =>
    event.type === 'step.started' || (event.type === 'step.done' && event.already)
      ? [`${event.step.split('/')[1]}${event.type === 'step.done' ? ' (was so)' : ''}`]
      : [],
  );

const DEPLOY = {node: 'be-2', name: 'doris.be.deploy'};
let story: Story;
beforeEach(async () => {
  story = await halfDone({lose: DEPLOY});
});

/** Effects after the run that was left. */
const since = (before: number): string[] =>
  story.fake.effects
    .slice(before)
    .flatMap(({node, effect}) => (effect === 'ready' ? [] : [`${node} ${effect}`]));

describe('a backend phase that was left half done', () => {
  it('stands as the walk begins: one upgraded, one stopped and backed up, its deploy lost', async () => {
    expect(story.state.holds).toEqual([{kind: 'step', step: 'backends/deploy@be-2', at: expect.any(Number)}]);
    expect(await seenOf(story, 'be-1', 'status')).toMatchObject({health: 'ok', version: '3.1.2'});
    expect(await seenOf(story, 'be-2', 'status')).toMatchObject({health: 'down'});
    expect(await seenOf(story, 'be-2', 'tree')).toMatchObject({bin: 'none', lib: 'none'});
    expect(await seenOf(story, 'be-3', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
  });

  it('is taken back by an ordinary plan, last thing first', () => {
    const plan = undoPlanOf(story, 'backends');
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(planProblems(plan, story.system, story.cluster)).toEqual([]);
    expect(plan).toMatchObject({direction: 'back', from: '3.1.2', to: '3.0.6', procedure: 'undo'});
    expect(plan.phases.map(({id}) => id)).toEqual(['undo-backends']);
    expect(plan.phases[0]?.lanes.map(({node, steps}) => [node, steps.map(({name}) => name)])).toEqual([
      ['be-2', ['undo-deploy', 'undo-backup', 'undo-stop', 'undo-stage']],
      ['be-1', ['undo-start', 'undo-deploy', 'undo-backup', 'undo-stop', 'undo-stage']],
    ]);
  });

  it('asks about the other nodes before one that serves is taken down', () => {
    const gated = undoPlanOf(story, 'backends')
      .phases.flatMap(({lanes}) => lanes.flatMap(({steps}) => steps))
      .filter(({gates}) => gates.length > 0);
    expect(gated.map(({id}) => id)).toEqual(['undo-backends/undo-start@be-1']);
    expect(gated[0]?.gates).toMatchObject(
      ['cluster', 'be-safe-to-stop'].map(probe => ({
        kind: 'check',
        otherwise: 'hold',
        check: {node: 'be-1', probe},
      })),
    );
  });

  it('comes back whole: every node healthy at the version it had, nothing left of the run', async () => {
    const before = story.fake.effects.length;
    const {state, events} = await drive(fresh(undoPlanOf(story, 'backends')), story);
    expect(state.verdict).not.toBeNull();
    expect(since(before)).toEqual([
      'be-2 restore',
      'be-2 start',
      'be-2 unstage',
      'be-1 stop',
      'be-1 undeploy',
      'be-1 restore',
      'be-1 start',
    ]);
    expect(stepsTaken(events)).toEqual([
      'undo-deploy@be-2',
      'undo-backup@be-2',
      'undo-stop@be-2',
      'undo-stage@be-2',
      'undo-start@be-1',
      'undo-deploy@be-1',
      'undo-backup@be-1',
      'undo-stop@be-1',
      'undo-stage@be-1 (was so)',
    ]);
    for (const node of ['be-1', 'be-2', 'be-3']) {
      expect(await seenOf(story, node, 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
      expect(await seenOf(story, node, 'tree', {stamp: story.state.plan.stamp})).toMatchObject({
        bin: 'dir',
        lib: 'dir',
        stage: 'none',
        kept: 'none',
      });
    }
    expect(await seenOf(story, 'ms-1', 'status')).toMatchObject({version: '3.1.2'});
  });

  it('stops at the gate when another node is down, with nothing done to the one that serves', async () => {
    await stopFromOutside(story, 'be-3');
    const before = story.fake.effects.length;
    const {state, end} = await drive(fresh(undoPlanOf(story, 'backends')), story);
    expect(end).toBe('left');
    expect(state.holds).toEqual([
      {kind: 'gate', gate: 'undo-backends/undo-start@be-1#1', at: expect.any(Number)},
    ]);
    expect(since(before)).toEqual(['be-2 restore', 'be-2 start', 'be-2 unstage']);
    expect(await seenOf(story, 'be-1', 'status')).toMatchObject({health: 'ok', version: '3.1.2'});
  });

  it('goes on after lakeup died in the middle of it, and does nothing twice', async () => {
    const before = story.fake.effects.length;
    const plan = undoPlanOf(story, 'backends');
    const cut = losing(story, {node: 'be-1', name: 'doris.be.undeploy'});
    const first = await drive(fresh(plan), {...story, ask: cut});
    expect(first.state.holds).toHaveLength(1);
    const second = await drive(
      {kind: 'resumed', events: first.events, lakeup: 'test'},
      {...story, operator: {choose: async () => 'retry'}},
    );
    expect(second.state.verdict).not.toBeNull();
    expect(since(before).toSorted()).toEqual(
      [
        'be-1 restore',
        'be-1 start',
        'be-1 stop',
        'be-1 undeploy',
        'be-2 restore',
        'be-2 start',
        'be-2 unstage',
      ].toSorted(),
    );
  });
});

describe('an action whose end was not seen', () => {
  it('is waited for before what is there counts: a node that serves still, and is being stopped, is brought back', async () => {
    const torn = await halfDone({lose: {node: 'be-2', name: 'doris.be.stop'}});
    const plan = undoPlanOf(torn, 'backends');
    expect(planSteps(plan).flatMap(({id, unseen}) => (unseen === true ? [id] : []))).toEqual([
      'undo-backends/undo-stop@be-2',
    ]);
    const stopping = beginStop(torn, 'be-2');
    expect(await seenOf(torn, 'be-2', 'status')).toMatchObject({health: 'ok'});
    const before = torn.fake.effects.length;
    const {state} = await drive(fresh(plan), torn);
    await stopping;
    expect(
      torn.fake.effects.slice(before).flatMap(({node, effect}) => (node === 'be-2' ? [effect] : [])),
    ).toEqual(['start', 'ready', 'unstage']);
    expect(state.verdict).not.toBeNull();
  });
});

describe('around its question', () => {
  it('every other role is well, and those that go back before it run the old version, before and after the key press', async () => {
    const whole = await halfDone({to: '3.0.8'});
    const plan = undoPlanOf(whole);
    const looks = plan.phases.map(({id, gates}) => [
      id,
      gates.map(gate => (gate.kind === 'check' ? gate.check.expect : gate.danger)),
    ]);
    const be = {'ms.unwell': [], 'fe.unwell': [], 'fe.versions': ['3.0.6']};
    const fe = {'ms.unwell': [], 'be.unwell': []};
    const ms = {'be.unwell': [], 'be.versions': ['3.0.6'], 'fe.unwell': [], 'fe.versions': ['3.0.6']};
    expect(looks).toEqual([
      ['undo-frontends', [fe, 'outage', fe]],
      ['undo-backends', [be, 'phase', be]],
      ['undo-metaservice', [ms, 'outage', ms]],
    ]);
    expect(planProblems(plan, whole.system, whole.cluster)).toEqual([]);
  });

  it('holds the run while a role that is not taken back stands on this one, at the new version', async () => {
    const whole = await halfDone({to: '3.0.8'});
    const plan = undoPlanOf(whole, 'metaservice');
    expect(planProblems(plan, whole.system, whole.cluster)).toEqual([]);
    const before = whole.fake.effects.length;
    const {state} = await drive(fresh(plan), whole);
    expect(state.holds).toEqual([{kind: 'gate', gate: 'undo-metaservice#0', at: expect.any(Number)}]);
    expect(whole.fake.effects.slice(before)).toEqual([]);
  });

  it('holds the run while another role is not well', async () => {
    await stopFromOutside(story, 'ms-1');
    const {state} = await drive(fresh(undoPlanOf(story, 'backends')), story);
    expect(state.holds).toEqual([{kind: 'gate', gate: 'undo-backends#0', at: expect.any(Number)}]);
  });
});

describe('service', () => {
  it('is turned round: what the way there stopped comes back, what it started leaves', () => {
    const marks = planSteps(undoPlanOf(story, 'backends')).flatMap(({id, service}) =>
      service === undefined ? [] : [`${id.split('/')[1]} ${service}`],
    );
    expect(marks).toEqual(['undo-stop@be-2 returns', 'undo-start@be-1 leaves', 'undo-stop@be-1 returns']);
  });

  it.each(['doris.be.stop', 'doris.be.deploy', 'doris.be.start'])(
    'knows who is out from the beginning, and nobody at the end, where %s was lost',
    async name => {
      const torn = await halfDone({lose: {node: 'be-2', name}});
      const plan = undoPlanOf(torn, 'backends');
      expect(plan.out).toEqual(['be-2']);
      expect(planProblems(plan, torn.system, torn.cluster)).toEqual([]);
      const asked: (readonly string[])[] = [];
      const {state} = await drive(fresh(plan), {
        ...torn,
        operator: {
          confirm: async (_gate, now) => {
            asked.push(outOfService(now).map(({node}) => node));
            return {answer: 'yes', typed: ''};
          },
        },
      });
      expect(asked).toEqual([['be-2']]);
      expect(state.verdict).not.toBeNull();
      expect(outOfService(state)).toEqual([]);
    },
  );

  it('is not left behind: what is out has to come back in the same plan', () => {
    const plan = undoPlanOf(story, 'metaservice');
    expect(planProblems(plan, story.system, story.cluster).map(({en}) => en)).toEqual([
      'be-2 is out of service when the plan begins, and nothing brings it back.',
    ]);
  });
});

describe('frontends taken back', () => {
  const shape = {ms: 1, recyclers: 0, groups: {cg: 1}, fe: 4};
  /** The upgrade of the frontends stopped at the second that was taken: the first serves at the new version. */
  const tornFrontends = async (name: string): Promise<Story> => {
    const order = await halfDone({shape, to: '3.0.8'});
    const second = order.state.phases[PhaseId.parse('frontends')]?.begun[1];
    if (second === undefined) throw new Error('no frontend was taken');
    return halfDone({shape, to: '3.0.8', lose: {node: second, name}});
  };

  it.each(['doris.fe.deploy', 'doris.fe.start'])(
    'begin with the one whose %s was lost, and then ask who goes next, as the way there did',
    async name => {
      const torn = await tornFrontends(name);
      const plan = undoPlanOf(torn, 'frontends');
      const begun = torn.state.phases[PhaseId.parse('frontends')]?.begun ?? [];
      expect(begun).toHaveLength(2);
      expect(plan.phases.map(({id, order, lanes}) => [id, order.kind, lanes.map(({node}) => node)])).toEqual([
        ['undo-frontends-first', 'listed', [begun[1]]],
        ['undo-frontends', 'asked', [begun[0]]],
      ]);
      expect(plan.phases[1]?.order).toEqual(torn.state.plan.phases.find(({id}) => id === 'frontends')?.order);
      expect(planProblems(plan, torn.system, torn.cluster)).toEqual([]);
      const {state} = await drive(fresh(plan), torn);
      expect(state.verdict).not.toBeNull();
      for (const node of ['fe-1', 'fe-2', 'fe-3', 'fe-4'])
        expect(await seenOf(torn, node, 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
    },
  );

  it('take the master last, whoever it is by then', async () => {
    const whole = await halfDone({shape, to: '3.0.8'});
    const {state, events} = await drive(fresh(undoPlanOf(whole, 'frontends')), whole);
    expect(state.verdict).not.toBeNull();
    const ranks = events.flatMap(event => (event.type === 'lane.begun' ? [event.ranks[event.node]] : []));
    expect(ranks).toEqual(['observer', 'follower', 'follower', 'master']);
  });
});

describe('what an undo does not touch', () => {
  const namesIn = (of: Story, phase: string): readonly string[] => {
    const taken = takeBack(of, {kind: 'phase', phase});
    if (taken.kind !== 'plan') throw new Error(taken.because.en);
    return planSteps(taken.plan).map(({id}) => id.split('/')[1] ?? '');
  };

  it('is what the run found done before it: such a plan is refused, for the node cannot be as it was', () => {
    const {state} = story;
    const found = {
      status: 'done',
      attempt: 0,
      already: true,
      at: 0,
      ms: 0,
      facts: {},
      outcome: null,
    } as const;
    const stopped = {...state, steps: {...state.steps, [StepId.parse('backends/stop@be-2')]: found}};
    const other = {...story, state: stopped};
    expect(namesIn(other, 'backends').slice(0, 3)).toEqual([
      'undo-deploy@be-2',
      'undo-backup@be-2',
      'undo-stage@be-2',
    ]);
    const refusals = planProblems(undoPlanOf(other, 'backends'), story.system, story.cluster);
    expect(refusals.map(({en}) => en)).toEqual([
      'be-2 is out of service when the plan begins, and nothing brings it back.',
      'be-2 is taken through undo-deploy, undo-backup, undo-stage; it must be undo-start, undo-deploy, undo-backup, undo-stop, undo-stage, from where it stands.',
      'undo-backends/undo-backup@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ]);
  });

  it('is what was certainly refused', async () => {
    const refusing = await halfDone({lose: {...DEPLOY, reply: UNREACHABLE}});
    expect(refusing.state.holds).toEqual([
      {kind: 'step', step: 'backends/deploy@be-2', at: expect.any(Number)},
    ]);
    expect(namesIn(refusing, 'backends').slice(0, 3)).toEqual([
      'undo-backup@be-2',
      'undo-stop@be-2',
      'undo-stage@be-2',
    ]);
    const plan = undoPlanOf(refusing, 'backends');
    expect(planProblems(plan, refusing.system, refusing.cluster)).toEqual([]);
    expect((await drive(fresh(plan), refusing)).state.verdict).not.toBeNull();
  });

  it('nor does its plan hold scripts that it does not run', () => {
    const names = Object.keys(undoPlanOf(story, 'backends').scripts);
    expect(names.filter(name => !name.startsWith('doris.be.'))).toEqual([]);
    expect(names).toContain('doris.be.undeploy');
  });
});

describe('a point of no return', () => {
  it('refuses the phase behind it, with the reason', async () => {
    const passed = await halfDone();
    const taken = takeBack(passed, {kind: 'phase', phase: 'frontends'});
    expect(taken).toMatchObject({
      kind: 'refused',
      step: 'frontends/start@fe-1',
      because: {en: expect.stringContaining('3.0.6 cannot read'), zh: expect.stringContaining('3.0.6')},
    });
  });

  it('is not there before it was passed', async () => {
    const short = await halfDone({lose: {node: 'fe-1', name: 'doris.fe.deploy'}});
    const {state} = await drive(fresh(undoPlanOf(short, 'frontends')), short);
    expect(state.verdict).not.toBeNull();
  });

  it('is not there where the old version can read what the new one wrote', async () => {
    const patch = await halfDone({to: '3.0.8'});
    expect(takeBack(patch, {kind: 'phase', phase: 'frontends'}).kind).toBe('plan');
  });
});
