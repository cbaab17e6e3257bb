import {beforeEach, describe, expect, it} from 'vitest';
import type {ReplyTo, Request} from '../../../src/model/ask.ts';
import {type HostId, NodeId} from '../../../src/model/ids.ts';
import {nodeOf} from '../../../src/model/inventory.ts';
import {outagesOf} from '../../../src/model/outages.ts';
import type {Plan} from '../../../src/model/plan.ts';
import {planProblems} from '../../../src/plan/plan-problems.ts';
import {takeBack} from '../../../src/plan/take-back.ts';
import {startBody, startVars} from '../../../src/systems/doris/scripts/start.ts';
import {drive, fresh, inTime, planFor} from '../../walks/drive.ts';
import {
  dropped,
  expecting,
  type Mutation,
  ofChecks,
  ofDone,
  ofLane,
  ofPlan,
  ofStep,
} from '../../walks/mutate.ts';
import {halfDone, losing, type Story, seenOf, stopFromOutside, undoPlanOf} from '../../walks/undo-story.ts';

// A run was lost in the middle of a backend, whose files are moved away; the journal is gone. It is taken on from there by a run
// of another stamp, carried out, and taken back.

const TO = '3.0.8';
const SHAPE = {ms: 1, recyclers: 0, groups: {cg: 3}, fe: 1};

const lostAt = async (name: string): Promise<Story> => {
  const story = await halfDone({shape: SHAPE, to: TO, lose: {node: 'be-2', name}});
  // A stamp is a second, and no run has that of another.
  await inTime(story.clock, story.clock.sleep(60_000));
  return story;
};

let story: Story;
let plan: Plan;
beforeEach(async () => {
  story = await lostAt('doris.be.deploy');
  plan = await planFor(story);
});

const since = (from: number): string[] =>
  story.fake.effects
    .slice(from)
    .filter(({effect}) => effect !== 'ready')
    .map(({node, effect}) => `${node} ${effect}`);

describe('a backend that a lost run left in the middle', () => {
  it('goes first, in a phase of its own, with its files before anything else', () => {
    expect(plan).toMatchObject({direction: 'forward', out: ['be-2']});
    expect(plan.phases.map(({id, lanes}) => [id, lanes.map(({node}) => node)])).toEqual([
      ['backends-cut', ['be-2']],
      ['backends', ['be-3']],
      ['frontends', ['fe-1']],
    ]);
    expect(plan.phases[0]?.lanes[0]?.steps.map(({name}) => name)).toEqual([
      'put-back',
      'stage',
      'stop',
      'backup',
      'deploy',
      'start',
    ]);
    // Nobody knows how long it was down before.
    expect(outagesOf(plan, 1_000, [])).toEqual([
      {node: 'be-2', from: 1_000, atLeast: true, to: null, certain: true},
    ]);
    const question = plan.phases[0]?.gates.find(({kind}) => kind === 'confirm');
    expect(question).toMatchObject({danger: 'phase', outages: []});
    expect(question?.kind === 'confirm' ? question.ask.en : '').toMatch(
      /^be-2 is down in the middle of an earlier upgrade, which this run does not go on with, and goes first: its old bin and lib \(3\.0\.6\) go back/,
    );
  });

  it('is upgraded before anybody else is stopped, and what was copied is not copied again', async () => {
    const before = story.fake.effects.length;
    const {state, end} = await drive(fresh(plan), story);
    expect(end).toBe('ended');
    expect(state.verdict?.verified).toEqual(story.cluster.nodes.map(({id}) => id));
    expect(since(before).slice(0, 6)).toEqual([
      'be-2 put-back',
      'be-2 backup',
      'be-2 deploy',
      'be-2 start',
      'be-3 stage',
      'be-3 stop',
    ]);
    expect(await seenOf(story, 'be-2', 'tree', {stamp: story.state.plan.stamp})).toMatchObject({
      same: true,
      kept: 'none',
      stage: 'none',
      [`lib_backup_${plan.stamp}`]: 'dir',
    });
  });

  it('is taken back to the old version, byte for byte, and serves', async () => {
    const {state} = await drive(fresh(plan), story);
    const taken = {...story, state};
    const back = undoPlanOf(taken);
    expect(back.phases.at(-1)?.lanes[0]?.steps.map(({name}) => name)).toEqual([
      'undo-start',
      'undo-deploy',
      'undo-backup',
      'undo-put-back',
    ]);
    const last = back.verify.find(({node}) => node === 'be-2')?.checks.map(({probe}) => probe);
    expect(last, 'its files are compared at the end').toContain('digest');
    const undone = await drive(fresh(back), story);
    expect(undone.end).toBe('ended');
    expect(await seenOf(story, 'be-2', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
  });

  it('is taken back where the new run was left in the middle of it too', async () => {
    let left = false;
    const {state} = await drive(fresh(plan), {
      ...story,
      operator: {wish: () => (left ? 'leave' : 'go')},
      onEvent: event => {
        left ||= event.type === 'step.done' && event.step === 'backends-cut/backup@be-2';
      },
    });
    const back = takeBack({...story, state}, {kind: 'run'});
    if (back.kind !== 'plan') throw new Error(back.because.en);
    const undone = await drive(fresh(back.plan), story);
    expect(undone.end).toBe('ended');
    expect(await seenOf(story, 'be-2', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
  });

  it.each([true, false])(
    'is taken back where nobody heard of its put-back, its files first; carried out: %s',
    async isDone => {
      let left = false;
      const {host} = nodeOf(story.cluster, NodeId.parse('be-2'));
      const ask = losing(story, {node: 'be-2', name: 'doris.be.put-back'});
      const {state} = await drive(fresh(plan), {
        ...story,
        ask: async (to, request) => {
          const isIt = request.kind === 'shell' && request.script.body.name === 'doris.be.put-back';
          if (isDone && isIt && to === host) await story.fake.answer(to, request);
          return ask(to, request);
        },
        onEvent: event => {
          left ||= event.type === 'step.started';
        },
        operator: {wish: () => (left ? 'leave' : 'go')},
      });
      const before = story.fake.effects.length;
      const back = undoPlanOf({...story, state});
      expect(back.phases.at(-1)?.lanes[0]?.steps.map(({name}) => name)).toEqual(['undo-put-back']);
      const undone = await drive(fresh(back), story);
      expect(undone.end).toBe('ended');
      expect(since(before)).toEqual([...(isDone ? [] : ['be-2 put-back']), 'be-2 start']);
      expect(await seenOf(story, 'be-2', 'status')).toMatchObject({health: 'ok', version: '3.0.6'});
    },
  );

  it('starts nothing on its way back where its old files are not known to be the old version', async () => {
    const {state} = await drive(fresh(plan), {
      ...story,
      ask: losing(story, {node: 'be-2', name: 'doris.be.put-back'}),
    });
    const before = story.fake.effects.length;
    const back = undoPlanOf({...story, state});
    const ask = losing(story, {node: 'be-2', name: 'doris.be.look.kept-version'});
    const undone = await drive(fresh(back), {...story, ask});
    expect(undone.state.holds).toMatchObject([
      {kind: 'gate', gate: 'undo-backends-cut/undo-put-back@be-2#0'},
    ]);
    expect(since(before)).toEqual([]);
    const [unasked] = planProblems(
      ofStep('undo-backends-cut/undo-put-back@be-2', () => ({gates: []}))(back),
      story.system,
      story.cluster,
    );
    expect(unasked?.en).toBe(
      'undo-backends-cut/undo-put-back@be-2 may begin before cut was seen with version 3.0.6.',
    );
  });

  describe('whose old files somebody starts once they are in their places again', () => {
    /** Starts it by its own script, behind the first action of that name. */
    const startedBehind = (name: string) => {
      let isOver = false;
      const node = nodeOf(story.cluster, NodeId.parse('be-2'));
      const script = {
        body: startBody('be'),
        vars: startVars(node, 'outside', {flags: [], env: {}, nofile: null}),
      };
      return async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
        const reply = await story.fake.answer(host, request);
        if (request.kind === 'shell' && request.script.body.name === name && host === node.host && !isOver) {
          isOver = true;
          await story.fake.answer(host, {
            kind: 'shell',
            shell: 'act',
            script,
            timeoutMs: 60_000,
            maxBytes: 1_000,
          });
        }
        return reply;
      };
    };

    it('is stopped before anything is moved, where that is while it is staged', async () => {
      const before = story.fake.effects.length;
      const {end} = await drive(fresh(plan), {...story, ask: startedBehind('doris.be.put-back')});
      expect(end).toBe('ended');
      expect(since(before).slice(0, 6)).toEqual([
        'be-2 put-back',
        'be-2 start',
        'be-2 stop',
        'be-2 backup',
        'be-2 deploy',
        'be-2 start',
      ]);
    });

    it('is stopped again at a retry, where that is right before its files are moved', async () => {
      const before = story.fake.effects.length;
      const choices: string[] = [];
      const {end, events} = await drive(fresh(plan), {
        ...story,
        ask: startedBehind('doris.be.look.digest'),
        operator: {
          choose: async ({holds: [hold]}) => {
            choices.push(hold?.kind === 'step' ? hold.step : 'another');
            return choices.length > 2 ? 'leave' : 'retry';
          },
        },
      });
      expect(choices).toEqual(['backends-cut/backup@be-2']);
      expect(events.filter(({type}) => type === 'step.lapsed')).toMatchObject([
        {step: 'backends-cut/stop@be-2', before: 'backends-cut/backup@be-2'},
      ]);
      expect(end).toBe('ended');
      expect(since(before).slice(0, 4)).toEqual(['be-2 put-back', 'be-2 start', 'be-2 stop', 'be-2 backup']);
    });
  });

  it('is held, with nothing moved, where another one went down meanwhile', async () => {
    await stopFromOutside(story, 'be-3');
    const before = story.fake.effects.length;
    const {state} = await drive(fresh(plan), story);
    expect(state.holds).toMatchObject([{kind: 'gate', gate: 'backends-cut/put-back@be-2#3'}]);
    expect(since(before)).toEqual([]);
  });

  it('is held, with nothing moved, where somebody has started it meanwhile', async () => {
    const cut = await lostAt('doris.be.backup');
    const planned = await planFor(cut);
    const node = nodeOf(cut.cluster, NodeId.parse('be-2'));
    const script = {
      body: startBody('be'),
      vars: startVars(node, 'outside', {flags: [], env: {}, nofile: null}),
    };
    await inTime(
      cut.clock,
      cut.fake.answer(node.host, {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 1_000}),
    );
    const before = cut.fake.effects.length;
    const {state} = await drive(fresh(planned), cut);
    expect(state.holds).toMatchObject([{kind: 'gate', gate: 'backends-cut/put-back@be-2#0'}]);
    expect(cut.fake.effects.slice(before).filter(({effect}) => effect !== 'ready')).toEqual([]);
  });

  it('is not taken on beside one that is down for another reason', async () => {
    await stopFromOutside(story, 'be-3');
    await expect(planFor(story)).rejects.toThrow(/^healthy: health=down/);
  });
});

describe('its plan is refused', () => {
  const gatesOf = (change: ReturnType<typeof ofChecks>): Mutation =>
    ofStep('backends-cut/put-back@be-2', ({gates}) => ({gates: change(gates)}));
  const ROWS: readonly (readonly [string, Mutation, string])[] = [
    [
      'without its files going back',
      ofLane('backends-cut', 'be-2', steps => steps.slice(1)),
      'be-2 is taken through stage, stop, backup, deploy, start; it must be put-back, stage, stop, backup, deploy, start.',
    ],
    [
      'where it does not say that the node is out',
      ofPlan(() => ({out: []})),
      'be-2 is taken through put-back, stage, stop, backup, deploy, start; it must be stage, stop, backup, deploy, start.',
    ],
    [
      'where another one may be down',
      gatesOf(ofChecks('be-safe-to-stop', dropped)),
      'backends-cut/put-back@be-2 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'where nobody sees that the old files are the old version',
      ofStep('backends-cut/put-back@be-2', ofDone('cut', expecting('version', TO))),
      'backends-cut/put-back@be-2 counts as done before cut was seen with bin old, lib old, stage none, version 3.0.6.',
    ],
    [
      'without a digest of them',
      ofStep('backends-cut/stop@be-2', ofDone('digest', dropped)),
      'backends-cut/stop@be-2 does not see to it that the old bin and lib come back byte for byte.',
    ],
    [
      'without a way back',
      ofStep('backends-cut/put-back@be-2', ({title}) => ({undo: {kind: 'nothing', because: title}})),
      'backends-cut/put-back@be-2 has no way back.',
    ],
    [
      'where its way back may start files that are not known to be the old ones',
      ofStep('backends-cut/put-back@be-2', ({undo}) =>
        undo.kind === 'action' ? {undo: {...undo, safe: []}} : {},
      ),
      'The way back of backends-cut/put-back@be-2 may begin before cut was seen with version 3.0.6.',
    ],
    [
      'where its way back starts what lies there, without putting it back',
      ofStep('backends-cut/put-back@be-2', ({undo}) =>
        undo.kind === 'action' && undo.action.kind === 'script'
          ? {undo: {...undo, action: {...undo.action, body: 'doris.be.start'}}}
          : {},
      ),
      'The way back of backends-cut/put-back@be-2 does not put the old bin and lib back before it starts them.',
    ],
    [
      'where somebody who started it meanwhile is stopped unasked',
      ofStep('backends-cut/stop@be-2', () => ({gates: []})),
      'backends-cut/stop@be-2 may begin before be-safe-to-stop was seen with othersDown none.',
    ],
    [
      'where somebody who serves goes first',
      ofPlan(({phases: [cut, rest, ...more]}) => ({
        phases: [rest, cut, ...more].flatMap(each => each ?? []),
      })),
      'backends-cut brings be-2 back only after be-3 was taken.',
    ],
  ];
  it.each(ROWS)('%s', (_, mutation, sentence) => {
    expect(planProblems(mutation(plan), story.system, story.cluster).map(({en}) => en)).toContain(sentence);
  });
});
