import {describe, expect, it} from 'vitest';
import {BUSY_EXIT, GUARD_EXIT} from '../../../src/lib/exit-codes.ts';
import type {Event} from '../../../src/model/event.ts';
import {StepId} from '../../../src/model/ids.ts';
import type {Step} from '../../../src/model/plan.ts';
import type {Script} from '../../../src/model/script.ts';
import type {RunState} from '../../../src/model/state.ts';
import {plain, text} from '../../../src/model/text.ts';
import {
  type Answer,
  type Answers,
  a,
  b,
  bodyText,
  check,
  checkGate,
  confirmGate,
  exited,
  lost,
  makeToy,
  numbered,
  phase,
  planned,
  planOf,
  ref,
  refused,
  START_MS,
  script,
  step,
  story,
  type Toy,
  taking,
} from './toy.ts';

const stepEvents = (events: readonly Event[]): Event[] => events.filter(({type}) => type.startsWith('step.'));
const ofType = <T extends Event['type']>(events: readonly Event[], type: T): Extract<Event, {type: T}>[] =>
  events.filter((event): event is Extract<Event, {type: T}> => event.type === type);
const actions = (toy: Toy): string[] =>
  toy.asked.filter(entry => !/ (status|files|standing|blast)$/.test(entry));

type Case = {
  readonly step?: Partial<Step>;
  readonly looks: readonly Answer[];
  readonly acts?: readonly Answer[];
  readonly answers?: Answers;
};

/** One step on one node: what is said to looks and to the action, one after the other. */
const actOut = async ({step: more = {}, looks, acts = [exited(0)], answers = {}}: Case): Promise<Toy> => {
  const toy = makeToy(answers);
  toy.says(a, 'status', ...looks);
  toy.says(a, 'stop', ...acts);
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop', more)])))});
  return toy;
};

describe('a step that is carried out', () => {
  it('does nothing when its effect is there already', async () => {
    const toy = await actOut({looks: [{stop: true, pid: 3}]});
    expect(actions(toy)).toEqual([]);
    expect(stepEvents(toy.events)).toMatchObject([{type: 'step.done', already: true, facts: {pid: 3}}]);
  });

  it('acts once, and is done when the facts say so, not when the exit code does', async () => {
    const toy = await actOut({looks: [{stop: false}, {stop: false}, {stop: false}, {stop: true}]});
    expect(actions(toy)).toEqual(['a stop']);
    expect(story(stepEvents(toy.events))).toEqual([
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
    ]);
    expect(toy.asked).toEqual(['a status', 'a stop', 'a status', 'a status', 'a status']);
  });

  it('takes no single good look for an effect that has to hold', async () => {
    const done: Step['done'] = [check(a, {stop: true}, {steadyMs: 2_000})];
    const held = await actOut({step: {done}, looks: [{stop: true}]});
    expect(actions(held)).toEqual([]);
    expect(stepEvents(held.events)).toMatchObject([{type: 'step.done', already: true}]);
    const flapped = await actOut({step: {done}, looks: [{stop: true}, {stop: false}, {stop: true}]});
    expect(actions(flapped)).toEqual(['a stop']);
  });

  it('only waits when its effect is on its way', async () => {
    const toy = await actOut({
      step: {done: [check(a, {stop: true}, {pending: {health: 'stopping'}})]},
      looks: [{stop: false, health: 'stopping'}, {stop: false, health: 'stopping'}, {stop: true}],
    });
    expect(actions(toy)).toEqual([]);
    expect(story(stepEvents(toy.events))).toEqual(['step.started p/stop@a', 'step.done p/stop@a']);
  });

  it('acts when nobody answers the first look: no answer is not "done"', async () => {
    const toy = await actOut({looks: [{silent: 'no route'}, {stop: true}]});
    expect(actions(toy)).toEqual(['a stop']);
  });

  it('fails when exit code 0 came and the facts never did', async () => {
    const toy = await actOut({looks: [{stop: false}]});
    const [failed] = ofType(toy.events, 'step.failed');
    expect(failed?.failure).toMatchObject({kind: 'unsettled', seen: {stop: false}, silent: null});
    expect(toy.clock.now()).toBeGreaterThanOrEqual(10_000);
  });

  it('holds all facts of all done checks', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false}, {stop: true, pid: 1});
    toy.says(a, 'files', {bin: 'dir'});
    toy.says(a, 'stop', exited(0));
    const both = step(a, 'stop', {done: [check(a, {stop: true}), check(a, {bin: 'dir'}, {probe: 'files'})]});
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [both])))});
    expect(ofType(toy.events, 'step.done')[0]?.facts).toEqual({stop: true, pid: 1, bin: 'dir'});
  });
});

describe('a connection that refuses', () => {
  it('is tried three times, for nothing was begun', async () => {
    const toy = await actOut({
      looks: [{stop: false}, {stop: false}, {stop: true}],
      acts: [refused(), refused(), exited(0)],
    });
    expect(actions(toy)).toEqual(['a stop', 'a stop', 'a stop']);
    expect(story(toy.events).at(-1)).toBe('run.ended');
  });

  it('fails the step after the third, with nothing acted', async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [refused('nothing listens')]});
    expect(actions(toy)).toHaveLength(3);
    expect(story(stepEvents(toy.events))).toEqual(['step.started p/stop@a', 'step.failed p/stop@a']);
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toEqual(refused('nothing listens'));
  });
});

describe('leaving while a connection refuses', () => {
  it('is no failure of the step: it is looked at when the run is resumed, and sent then', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'stop', refused());
    toy.onAsk(entry => {
      if (entry === 'a stop') toy.setWish('leave');
    });
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
    expect(story(toy.events).slice(-2)).toEqual(['step.started p/stop@a', 'run.left']);
    const again = makeToy();
    again.says(a, 'status', {stop: false}, {stop: false}, {stop: true});
    again.says(a, 'stop', exited(0));
    await again.run({kind: 'resumed', events: toy.events, lakeup: 'test'});
    expect(again.questions).toEqual([]);
    expect(story(again.events).at(-1)).toBe('run.ended');
  });
});

describe('a connection that is lost in the middle', () => {
  it('is never sent again: the facts decide, and they came', async () => {
    const toy = await actOut({looks: [{stop: false}, {stop: false}, {stop: true}], acts: [lost()]});
    expect(actions(toy)).toEqual(['a stop']);
    expect(story(stepEvents(toy.events))).toEqual(['step.started p/stop@a', 'step.done p/stop@a']);
  });

  it('is called lost when the facts never come', async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [lost('the link broke')]});
    expect(actions(toy)).toEqual(['a stop']);
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toEqual(lost('the link broke'));
  });
});

describe('an exit code', () => {
  it('fails the step where it is trusted and the facts are not there, without waiting', async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [exited(3, 'no such pid')]});
    const failure = ofType(toy.events, 'step.failed')[0]?.failure;
    expect(failure).toEqual({kind: 'exit', code: 3, tail: 'no such pid'});
    expect(toy.asked).toEqual(['a status', 'a stop', 'a status']);
  });

  it('counts for nothing against facts that are there', async () => {
    const toy = await actOut({looks: [{stop: false}, {stop: true}], acts: [exited(1)]});
    expect(story(stepEvents(toy.events)).at(-1)).toBe('step.done p/stop@a');
  });

  it('is not listened to where only facts are trusted', async () => {
    const toy = await actOut({
      step: {action: script('stop', {trust: 'facts'})},
      looks: [{stop: false}, {stop: false}, {stop: true}],
      acts: [exited(1, 'may not start successfully')],
    });
    expect(story(stepEvents(toy.events)).at(-1)).toBe('step.done p/stop@a');
  });

  it(`${GUARD_EXIT} without a word says so, and not to read what is not there`, async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [exited(GUARD_EXIT, '')]});
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toMatchObject({
      kind: 'refused',
      trouble: 'guard',
      detail: {en: expect.stringContaining('the words of why did not come through')},
    });
  });

  it(`${GUARD_EXIT} is a refusal: the script found that it must not begin`, async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [exited(GUARD_EXIT, 'process 7 still runs\n')]});
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toEqual({
      kind: 'refused',
      trouble: 'guard',
      detail: plain('process 7 still runs'),
    });
    expect(actions(toy)).toHaveLength(1);
  });

  it('keeps the end of what was printed', async () => {
    const toy = await actOut({
      looks: [{stop: false}, {stop: true}],
      acts: [exited(0, '', `${'x'.repeat(9_000)}END`)],
    });
    const outcome = ofType(toy.events, 'step.acted')[0]?.outcome;
    expect(outcome?.stdout).toHaveLength(4_000);
    expect(outcome?.stdout.endsWith('END')).toBe(true);
  });
});

describe('a step by hand', () => {
  const byHand: Partial<Step> = {
    action: {kind: 'manual', name: 'paste', instructions: text('paste it', '粘贴')},
  };

  it('is done when the facts agree with the operator', async () => {
    const toy = await actOut({step: byHand, looks: [{stop: false}, {stop: true}]});
    expect(toy.questions).toEqual(['manual p/stop@a']);
    expect(actions(toy)).toEqual([]);
    expect(story(toy.events).at(-1)).toBe('run.ended');
  });

  it('fails when the operator says done and the facts do not', async () => {
    const toy = await actOut({step: byHand, looks: [{stop: false}]});
    expect(ofType(toy.events, 'step.failed')[0]?.failure.kind).toBe('unsettled');
  });

  it('can be left, and is looked at first afterwards', async () => {
    const toy = await actOut({step: byHand, looks: [{stop: false}], answers: {manual: ['leave']}});
    expect(story(toy.events)).toEqual(['run.planned', 'lane.begun a', 'step.started p/stop@a', 'run.left']);
    const again = makeToy();
    again.says(a, 'status', {stop: true});
    await again.run({kind: 'resumed', events: toy.events, lakeup: 'test'});
    expect(again.questions).toEqual([]);
    expect(stepEvents(again.events)).toMatchObject([{type: 'step.done', already: true}]);
  });
});

describe('facts of earlier steps', () => {
  const restoring = (more: Partial<Step>) =>
    planOf(phase('p', [step(a, 'backup'), step(a, 'restore', more)]));
  const path = ref('p/backup@a', 'path');

  it('are variables of the script, beside those that were known before', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true, path: "/b/it's $(here).gz"}, {restore: false}, {restore: true});
    toy.says(a, 'restore', exited(0));
    const action = script('restore', {vars: {file: path, parts: ['bin', 'lib']}});
    await toy.run({kind: 'new', planned: planned(restoring({action}))});
    expect(toy.scripts).toEqual([
      {
        body: {name: 'restore', text: bodyText('restore')},
        vars: {file: "/b/it's $(here).gz", parts: ['bin', 'lib']},
      },
    ]);
  });

  it('are what a check expects, and what its probe is told', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true, path: '/b/x.gz', entries: 17}, {restored: 17});
    const done = taking(a, {restored: ref('p/backup@a', 'entries')}, {given: {path, stamp: 's1'}});
    let told: Script['vars'] = {};
    const ask: Toy['looker']['ask'] = (host, request) => {
      if (request.kind === 'shell') told = request.script.vars;
      return toy.looker.ask(host, request);
    };
    const {transport, ...rest} = toy.world;
    Object.assign(toy.world, {...rest, transport: {...transport, ask}});
    await toy.run({kind: 'new', planned: planned(restoring({done: [done]}))});
    expect(story(toy.events).at(-1)).toBe('run.ended');
    expect(told).toEqual({path: '/b/x.gz', stamp: 's1'});
  });

  it('that were not left hold the run before anything is begun', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true});
    const action = script('restore', {vars: {file: path}});
    await toy.run({kind: 'new', planned: planned(restoring({action}))});
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toEqual({
      kind: 'refused',
      trouble: 'guard',
      detail: text('the step p/backup@a left no fact "path"', '步骤 p/backup@a 没有留下事实“path”'),
    });
    expect(toy.scripts).toEqual([]);
  });
});

describe('a step that lakeup died in', () => {
  const done = [
    check(a, {up: true}),
    check(a, {joined: true}, {probe: 'files', pending: {joining: true}}),
  ] as const;
  const torn = planOf(phase('p', [step(a, 'start', {done: [...done], gates: [confirmGate('p/start@a')]})]));
  const events = numbered(
    planned(torn),
    {type: 'lane.begun', phase: phase('p', [step(a, 'x')]).id, node: a, ranks: {}},
    {type: 'gate.reached', gate: confirmGate('p/start@a').id, blast: []},
    {type: 'gate.opened', gate: confirmGate('p/start@a').id, by: 'operator', facts: {}},
    {type: 'step.started', step: StepId.parse('p/start@a'), attempt: 1},
  );
  const resume = async (write: (toy: Toy) => void, answers: Answers = {}): Promise<Toy> => {
    const toy = makeToy(answers);
    toy.says(a, 'start', exited(0));
    write(toy);
    await toy.run({kind: 'resumed', events, lakeup: 'test'});
    return toy;
  };

  it('is done when its effect is there', async () => {
    const toy = await resume(toy => {
      toy.says(a, 'status', {up: true});
      toy.says(a, 'files', {joined: true});
    });
    expect(toy.asked).toEqual(['a status', 'a files']);
    expect(toy.questions).toEqual([]);
  });

  it('is waited for when its effect is on its way', async () => {
    const toy = await resume(toy => {
      toy.says(a, 'status', {up: true});
      toy.says(a, 'files', {joining: true}, {joining: true}, {joined: true});
    });
    expect(toy.scripts).toEqual([]);
    expect(story(toy.events)).toContain('step.done p/start@a');
  });

  it('waits again behind its gates when its effect is not there', async () => {
    const toy = await resume(toy => {
      toy.says(a, 'status', {up: false}, {up: false}, {up: true});
      toy.says(a, 'files', {joined: true});
    });
    expect(story(toy.events)).toEqual([
      'run.resumed',
      'step.reset p/start@a',
      'gate.reached p/start@a#0',
      'gate.opened p/start@a#0',
      'step.started p/start@a',
      'step.acted p/start@a',
      'step.done p/start@a',
      'run.ended',
    ]);
  });

  it('is waited for while nobody answers, and no longer: who answers that it is not so is no silence', async () => {
    const toy = await resume(toy => {
      toy.says(a, 'status', {silent: 'no route'}, {up: false}, {up: false}, {up: false}, {up: true});
      toy.says(a, 'files', {joined: true});
    });
    expect(story(toy.events).slice(0, 3)).toEqual([
      'run.resumed',
      'step.reset p/start@a',
      'gate.reached p/start@a#0',
    ]);
  });

  it('holds the run when nobody answers', async () => {
    const toy = await resume(toy => toy.says(a, 'status', {silent: 'no route'}));
    expect(toy.scripts).toEqual([]);
    expect(ofType(toy.events, 'step.failed')).toMatchObject([
      {failure: {kind: 'unsettled', seen: null, silent: [{node: a, words: plain('no route')}]}},
    ]);
  });

  it('waits for the very look that was silent, and does not take another for it', async () => {
    const toy = await resume(toy => {
      toy.says(a, 'status', {up: true});
      toy.says(a, 'files', {silent: 'no master'}, {silent: 'no master'}, {joined: true});
    });
    expect(toy.scripts).toEqual([]);
    expect(story(toy.events)).toEqual(['run.resumed', 'step.done p/start@a', 'run.ended']);
  });
});

it('a failed step that is retried is looked at first and acts again only if its effect is missing', async () => {
  const toy = makeToy({choose: ['retry']});
  toy.says(a, 'status', {stop: false}, {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(4));
  await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
  expect(toy.scripts).toHaveLength(1);
  expect(story(toy.events).slice(-4)).toEqual([
    'step.failed p/stop@a',
    'run.released',
    'step.done p/stop@a',
    'run.ended',
  ]);
});

it('an action that was sent is waited for when the operator leaves', async () => {
  const toy = makeToy();
  toy.says(a, 'status', {stop: false}, {stop: true});
  toy.says(a, 'stop', exited(0));
  toy.onAsk(entry => {
    if (entry === 'a stop') toy.setWish('leave');
  });
  const {end} = await toy.run({
    kind: 'new',
    planned: planned(planOf(phase('p', [step(a, 'stop'), step(b, 'stop')]))),
  });
  expect(end).toBe('left');
  expect(story(toy.events)).toContain('step.acted p/stop@a');
  expect(toy.asked.filter(entry => entry.startsWith('b'))).toEqual([]);
});

describe('what was refused', () => {
  it('is not tried again where what allowed it is no longer so', async () => {
    const toy = makeToy({choose: ['leave']});
    const safe = check(a, {safe: true}, {probe: 'standing', withinMs: 2_000});
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'standing', {safe: true}, {safe: false});
    toy.says(a, 'stop', refused());
    const gated = step(a, 'stop', {gates: [checkGate('p/stop@a', 0, safe)]});
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [gated])))});
    expect(actions(toy)).toEqual(['a stop']);
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toMatchObject({kind: 'refused'});
  });
});

describe('gates that were opened one after the other', () => {
  const first = check(a, {safe: true}, {probe: 'standing', withinMs: 2_000});
  const slow = check(a, {ready: true}, {probe: 'files', withinMs: 60_000});
  const gates = [checkGate('p/stop@a', 0, first), checkGate('p/stop@a', 1, slow)];
  const notYet = Array.from({length: 20}, () => ({ready: false}));

  it('are looked at once more where the last of them was long in coming', async () => {
    const toy = makeToy({choose: ['leave']});
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'standing', {safe: true}, {safe: false});
    toy.says(a, 'files', ...notYet, {ready: true});
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop', {gates})])))});
    expect(toy.asked).not.toContain('a stop');
    expect(story(toy.events)).toContain('step.reset p/stop@a');
    expect(ofType(toy.events, 'gate.stuck')).toMatchObject([{gate: 'p/stop@a#0'}]);
  });

  it('hold the run with the one that comes and goes, when it has put the step back often enough', async () => {
    const toy = makeToy({choose: ['leave']});
    const rounds = Array.from({length: 30});
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'standing', ...rounds.flatMap(() => [{safe: true}, {safe: false}]));
    toy.says(a, 'files', ...rounds.flatMap(() => [...notYet, {ready: true}, {ready: true}]));
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop', {gates})])))});
    expect(ofType(toy.events, 'step.reset')).toHaveLength(10);
    expect(ofType(toy.events, 'gate.stuck')).toMatchObject([
      {gate: 'p/stop@a#0', failure: {kind: 'unsettled', seen: {safe: false}}},
    ]);
    expect(toy.asked).not.toContain('a stop');
  });

  it('are not looked at again where they opened just now', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false}, {stop: true});
    toy.says(a, 'standing', {safe: true});
    toy.says(a, 'files', {ready: true});
    toy.says(a, 'stop', exited(0));
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop', {gates})])))});
    expect(toy.asked.filter(entry => entry === 'a standing')).toHaveLength(1);
  });
});

describe('the last look at a node', () => {
  it('holds the run where it is not met, is taken again, and only then the run ends', async () => {
    const toy = makeToy({choose: ['retry']});
    const poor = {stop: true, ok: false};
    toy.says(a, 'status', poor, poor, poor, poor, {stop: true, ok: true});
    const last = check(a, {ok: true}, {withinMs: 500});
    const plan = {...planOf(phase('p', [step(a, 'stop')])), verify: [{node: a, checks: [last] as const}]};
    await toy.run({kind: 'new', planned: planned(plan)});
    expect(story(toy.events).filter(each => /^(node|run)\./.test(each))).toEqual([
      'run.planned',
      'node.unverified a',
      'run.released',
      'node.verified a',
      'run.ended',
    ]);
  });
});

describe('a node that was verified long before the end', () => {
  const plan = {
    ...planOf(phase('p', [step(a, 'stop')])),
    verify: [
      {node: a, checks: [check(a, {ok: true}, {probe: 'standing', withinMs: 3_000})] as const},
      {node: b, checks: [check(b, {ok: true}, {withinMs: 60_000})] as const},
    ],
  };
  const slowly = [...Array.from({length: 30}, () => ({ok: false})), {ok: true}];

  it('is looked at once more, and holds the run where it is not well any more', async () => {
    const toy = makeToy({choose: ['leave']});
    toy.says(a, 'status', {stop: true});
    toy.says(a, 'standing', {ok: true}, {ok: false});
    toy.says(b, 'status', ...slowly);
    await toy.run({kind: 'new', planned: planned(plan)});
    const told = story(toy.events).filter(each => /^(node|run)\./.test(each));
    expect(told).toEqual([
      'run.planned',
      'node.verified a',
      'node.verified b',
      'node.unverified a',
      'run.left',
    ]);
  });

  it('is verified anew where another process is well by now', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: true});
    toy.says(a, 'standing', {ok: true, pid: 1}, {ok: true, pid: 2});
    toy.says(b, 'status', ...slowly);
    await toy.run({kind: 'new', planned: planned(plan)});
    expect(story(toy.events).filter(each => /^(node|run)\./.test(each))).toEqual([
      'run.planned',
      'node.verified a',
      'node.verified b',
      'node.verified a',
      'run.ended',
    ]);
  });

  it('ends the run where it still is', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: true});
    toy.says(a, 'standing', {ok: true});
    toy.says(b, 'status', ...slowly);
    await toy.run({kind: 'new', planned: planned(plan)});
    expect(story(toy.events).at(-1)).toBe('run.ended');
    expect(toy.asked.filter(entry => entry === 'a standing')).toHaveLength(2);
  });
});

describe('an earlier action that is still at work', () => {
  const busy = exited(BUSY_EXIT, 'stage (process 7) is still at work on /srv/toy\n');

  it('is waited for, and then this one is carried out', async () => {
    const toy = await actOut({
      looks: [...Array.from({length: 5}, () => ({stop: false})), {stop: true}],
      acts: [busy, busy, exited(0)],
    });
    expect(actions(toy)).toEqual(['a stop', 'a stop', 'a stop']);
    expect(toy.clock.now() - START_MS).toBeGreaterThanOrEqual(10_000);
    expect(story(stepEvents(toy.events))).toEqual([
      'step.started p/stop@a',
      'step.busy p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
    ]);
  });

  it('is not followed by this one where what allowed it is no longer so: its gates are asked again', async () => {
    const toy = makeToy({choose: ['leave']});
    const safe = check(a, {safe: true}, {probe: 'standing', withinMs: 2_000});
    const gated = step(a, 'stop', {gates: [checkGate('p/stop@a', 0, safe)]});
    let asked = 0;
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'standing', {safe: true}, {safe: false});
    toy.says(a, 'stop', busy);
    toy.onAsk(entry => {
      if (entry === 'a stop') asked += 1;
    });
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [gated])))});
    expect(asked, 'it was sent once, while it was safe').toBe(1);
    expect(story(toy.events)).toContain('step.reset p/stop@a');
    expect(toy.events.map(({type}) => type)).toContain('gate.stuck');
  });

  it('is not followed by this one while the run is held', async () => {
    const toy = makeToy();
    let asked = 0;
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'stop', busy);
    toy.onAsk(entry => {
      if (entry !== 'a stop') return;
      asked += 1;
      toy.setWish('hold');
    });
    const choose = (_: RunState, signal: AbortSignal): Promise<'leave'> =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve('leave')));
    Object.assign(toy.world.operator, {choose});
    void toy.clock.sleep(20_000).then(() => toy.setWish('leave'));
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
    expect(asked).toBe(1);
    expect(story(toy.events)).toContain('step.reset p/stop@a');
  });

  it('may have brought about what was wanted: then nothing is done again', async () => {
    const looks = [...Array.from({length: 4}, () => ({stop: false})), {stop: true}];
    const toy = await actOut({looks, acts: [busy]});
    expect(actions(toy)).toEqual(['a stop', 'a stop']);
    expect(story(stepEvents(toy.events))).toEqual([
      'step.started p/stop@a',
      'step.busy p/stop@a',
      'step.done p/stop@a',
    ]);
  });

  it('fails the step when it does not end within the time of the action, and says so', async () => {
    const toy = await actOut({looks: [{stop: false}], acts: [busy]});
    expect(ofType(toy.events, 'step.failed')[0]?.failure).toEqual({
      kind: 'refused',
      trouble: 'still-running',
      detail: text(
        'stage (process 7) is still at work on /srv/toy; waited 30s for its end',
        '“stage (process 7) is still at work on /srv/toy”；已等待其结束 30s',
      ),
    });
    expect(story(stepEvents(toy.events))).toEqual([
      'step.started p/stop@a',
      'step.busy p/stop@a',
      'step.failed p/stop@a',
    ]);
  });

  it('is no failure of the step when lakeup is left meanwhile', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'stop', busy);
    toy.onAsk(entry => {
      if (entry === 'a stop') toy.setWish('leave');
    });
    await toy.run({kind: 'new', planned: planned(planOf(phase('p', [step(a, 'stop')])))});
    expect(story(toy.events).slice(-2)).toEqual(['step.started p/stop@a', 'run.left']);
  });
});
