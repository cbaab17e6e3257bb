import {describe, expect, it} from 'vitest';
import type {Event} from '../../../src/model/event.ts';
import type {ConfirmGate, Phase} from '../../../src/model/plan.ts';
import {plain, text} from '../../../src/model/text.ts';
import {
  a,
  asked,
  b,
  c,
  check,
  checkGate,
  confirmGate,
  exited,
  makeToy,
  phase,
  planned,
  planOf,
  ref,
  step,
  story,
  type Toy,
  taking,
} from './toy.ts';

const ofType = <T extends Event['type']>(events: readonly Event[], type: T): Extract<Event, {type: T}>[] =>
  events.filter((event): event is Extract<Event, {type: T}> => event.type === type);

const go = async (toy: Toy, ...phases: readonly Phase[]): Promise<string[]> => {
  await toy.run({kind: 'new', planned: planned(planOf(...phases))});
  return story(toy.events);
};

const destructive = (more: Partial<ConfirmGate> = {}) =>
  confirmGate('p/wipe@a', 0, {
    danger: 'destructive',
    phrase: 'toys',
    blast: [{node: a, probe: 'blast'}],
    ...more,
  });

const wiping = (more: Partial<ConfirmGate> = {}) =>
  phase('p', [step(a, 'wipe', {gates: [destructive(more)]})]);

describe('a phase gate', () => {
  it('opens by the operator before anything is done, and a refusal leaves with nothing done', async () => {
    const gates = [confirmGate('p')];
    const yes = makeToy();
    yes.says(a, 'status', {stop: false}, {stop: true});
    yes.says(a, 'stop', exited(0));
    expect(await go(yes, phase('p', [step(a, 'stop')], {gates}))).toEqual([
      'run.planned',
      'gate.reached p#0',
      'gate.opened p#0',
      'lane.begun a',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.done p/stop@a',
      'run.ended',
    ]);
    const no = makeToy({confirm: ['leave']});
    expect(await go(no, phase('p', [step(a, 'stop')], {gates}))).toEqual([
      'run.planned',
      'gate.reached p#0',
      'run.left',
    ]);
    expect(no.asked).toEqual([]);
  });

  it('opens in order: what is checked after the key press is looked at after it', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {ok: true, stop: true});
    const gates = [
      checkGate('p', 0, check(a, {ok: true})),
      confirmGate('p', 1),
      checkGate('p', 2, check(a, {ok: true})),
    ];
    expect((await go(toy, phase('p', [step(a, 'stop')], {gates}))).slice(1, 5)).toEqual([
      'gate.opened p#0',
      'gate.reached p#1',
      'gate.opened p#1',
      'gate.opened p#2',
    ]);
  });
});

describe('a check gate', () => {
  const safe = (otherwise: 'hold' | 'defer' = 'hold') =>
    checkGate('p/stop@a', 0, check(a, {safe: true}, {probe: 'files', withinMs: 3_000}), otherwise);

  it('waits as long as its patience, then holds the run with what was seen', async () => {
    const toy = makeToy();
    toy.says(a, 'files', {safe: false});
    expect(await go(toy, phase('p', [step(a, 'stop', {gates: [safe()]})]))).toEqual([
      'run.planned',
      'lane.begun a',
      'gate.stuck p/stop@a#0',
      'run.left',
    ]);
    expect(ofType(toy.events, 'gate.stuck')[0]?.failure).toMatchObject({
      kind: 'unsettled',
      seen: {safe: false},
    });
    expect(toy.scripts).toEqual([]);
    expect(toy.retriedLogins()).toBe(0);
  });

  it('opens when it comes true in time', async () => {
    const toy = makeToy();
    toy.says(a, 'files', {safe: false}, {safe: false}, {safe: true, alive: 3});
    toy.says(a, 'status', {stop: true});
    await go(toy, phase('p', [step(a, 'stop', {gates: [safe()]})]));
    expect(ofType(toy.events, 'gate.opened')).toMatchObject([{by: 'facts', facts: {safe: true, alive: 3}}]);
  });

  it('opens on an empty list, and not on one that names somebody', async () => {
    const toy = makeToy();
    toy.says(a, 'files', {down: ['b']}, {down: ['b', 'c']}, {down: []});
    toy.says(a, 'status', {stop: true});
    const nobody = checkGate('p/stop@a', 0, check(a, {down: []}, {probe: 'files'}));
    await go(toy, phase('p', [step(a, 'stop', {gates: [nobody]})]));
    expect(ofType(toy.events, 'gate.opened')).toMatchObject([{facts: {down: []}}]);
    expect(toy.asked.filter(entry => entry === 'a files')).toHaveLength(3);
  });

  it('is asked again after a retry, which lets refused logins be tried again', async () => {
    const toy = makeToy({choose: ['retry']});
    toy.says(a, 'files', ...Array.from({length: 10}, () => ({safe: false})), {safe: true});
    toy.says(a, 'status', {stop: true});
    expect(await go(toy, phase('p', [step(a, 'stop', {gates: [safe()]})]))).toEqual([
      'run.planned',
      'lane.begun a',
      'gate.stuck p/stop@a#0',
      'run.released',
      'gate.opened p/stop@a#0',
      'step.done p/stop@a',
      'run.ended',
    ]);
    expect(toy.retriedLogins()).toBe(1);
  });

  it('is asked again when its step failed and is retried', async () => {
    const toy = makeToy({choose: ['retry']});
    toy.says(a, 'files', {safe: true});
    toy.says(a, 'status', {stop: false});
    toy.says(a, 'stop', exited(5));
    expect(await go(toy, phase('p', [step(a, 'stop', {gates: [safe()]})]))).toEqual([
      'run.planned',
      'lane.begun a',
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.failed p/stop@a',
      'run.released',
      'gate.opened p/stop@a#0',
      'step.started p/stop@a',
      'step.acted p/stop@a',
      'step.failed p/stop@a',
      'run.left',
    ]);
  });

  it('expects and tells what an earlier step found', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true, entries: 17}, {stop: true});
    toy.says(a, 'files', {entries: 17});
    const proved = taking(a, {entries: ref('p/backup@a', 'entries')}, {probe: 'files'});
    const gates = [checkGate('p/stop@a', 0, proved)];
    expect(await go(toy, phase('p', [step(a, 'backup'), step(a, 'stop', {gates})]))).toContain(
      'gate.opened p/stop@a#0',
    );
  });

  it('stays shut, and says so, when an earlier step did not find it', async () => {
    const toy = makeToy();
    toy.says(a, 'status', {backup: true});
    const proved = taking(a, {entries: ref('p/backup@a', 'entries')}, {probe: 'files'});
    const gates = [checkGate('p/stop@a', 0, proved)];
    expect(await go(toy, phase('p', [step(a, 'backup'), step(a, 'stop', {gates})]))).toEqual([
      'run.planned',
      'lane.begun a',
      'step.done p/backup@a',
      'gate.stuck p/stop@a#0',
      'run.left',
    ]);
    expect(toy.scripts).toEqual([]);
  });
});

describe('a destructive gate', () => {
  it('shows what would be hit, wants the word, and measures again at the key press', async () => {
    const toy = makeToy();
    toy.says(a, 'blast', {files: 7});
    toy.says(a, 'status', {wipe: false}, {wipe: true});
    toy.says(a, 'wipe', exited(0));
    await go(toy, wiping());
    expect(ofType(toy.events, 'gate.reached')[0]?.blast).toEqual([{files: 7}]);
    expect(toy.asked.slice(0, 3)).toEqual(['a blast', 'a blast', 'a status']);
    expect(toy.scripts).toHaveLength(1);
  });

  it('does not open on another word', async () => {
    const toy = makeToy({confirm: [{typed: 'toy'}, {typed: ''}, {typed: 'TOYS'}, 'leave']});
    toy.says(a, 'blast', {files: 7});
    expect(await go(toy, wiping())).toEqual([
      'run.planned',
      'lane.begun a',
      'gate.reached p/wipe@a#0',
      'run.left',
    ]);
    expect(toy.questions).toHaveLength(4);
    expect(toy.scripts).toEqual([]);
  });

  it('is shown again, and asked again, when what would be hit has changed meanwhile', async () => {
    const toy = makeToy({confirm: [{typed: 'toys'}, 'leave']});
    toy.says(a, 'blast', {files: 7}, {files: 8});
    expect(await go(toy, wiping())).toEqual([
      'run.planned',
      'lane.begun a',
      'gate.reached p/wipe@a#0',
      'gate.drifted p/wipe@a#0',
      'run.left',
    ]);
    expect(ofType(toy.events, 'gate.drifted')[0]?.blast).toEqual([{files: 8}]);
    expect(toy.scripts).toEqual([]);
  });

  it.each([
    ['when it is reached', [{silent: 'no route'}]],
    ['at the key press', [{files: 7}, {silent: 'no route'}]],
  ])('stays shut when nobody answers %s', async (_when, answers) => {
    const toy = makeToy();
    toy.says(a, 'blast', ...answers);
    expect((await go(toy, wiping())).slice(-2)).toEqual(['gate.stuck p/wipe@a#0', 'run.left']);
    const failure = {kind: 'refused', trouble: 'guard', detail: text('a: no route', 'a：no route')};
    expect(ofType(toy.events, 'gate.stuck')[0]?.failure).toEqual(failure);
    expect(toy.scripts).toEqual([]);
  });

  it('is asked again when lakeup is started anew, though it was opened', async () => {
    const before = makeToy();
    before.says(a, 'blast', {files: 7});
    before.says(a, 'status', {wipe: false});
    before.says(a, 'wipe', exited(9));
    await go(before, wiping());
    const failed = before.events.filter(({type}) => type !== 'run.left');
    const toy = makeToy({choose: ['retry'], confirm: ['leave']});
    toy.says(a, 'blast', {files: 7});
    await toy.run({kind: 'resumed', events: failed, lakeup: 'test'});
    expect(story(toy.events)).toEqual(['run.resumed', 'run.released', 'gate.reached p/wipe@a#0', 'run.left']);
    expect(toy.scripts).toEqual([]);
  });

  it('measures with facts of earlier steps, and stays shut without them', async () => {
    const blast = [{node: a, probe: 'blast', given: {path: ref('p/backup@a', 'path')}}];
    const toy = makeToy();
    toy.says(a, 'status', {backup: true});
    const wipe = step(a, 'wipe', {gates: [destructive({blast})]});
    expect(await go(toy, phase('p', [step(a, 'backup'), wipe]))).toContain('gate.stuck p/wipe@a#0');
    expect(toy.asked).not.toContain('a blast');
  });
});

describe('the order of nodes', () => {
  const stops = [a, b, c].map(node => step(node, 'stop'));
  const three = (more: Partial<Phase> = {}) => phase('p', stops, {order: asked(), ...more});
  const stand = (toy: Toy, roles: Readonly<Record<string, string>>): void => {
    for (const node of [a, b, c]) toy.says(node, 'standing', {is: roles[node] ?? 'follower'});
  };
  const stoppable = (toy: Toy): void => {
    for (const node of [a, b, c]) {
      toy.says(node, 'status', {stop: false}, {stop: true});
      toy.says(node, 'stop', exited(0));
    }
  };
  const begun = (toy: Toy): string[] => ofType(toy.events, 'lane.begun').map(({node}) => node);

  it('follows ranks, and the list among equals', async () => {
    const toy = makeToy();
    stoppable(toy);
    stand(toy, {a: 'master', c: 'observer'});
    await go(toy, three());
    expect(begun(toy)).toEqual(['c', 'b', 'a']);
    expect(ofType(toy.events, 'lane.begun')[0]?.ranks).toEqual({a: 'master', b: 'follower', c: 'observer'});
  });

  it('is asked again before every node: a role that moved is seen', async () => {
    const toy = makeToy();
    stoppable(toy);
    stand(toy, {a: 'master'});
    toy.onAsk(entry => {
      if (entry === 'b stop') stand(toy, {c: 'master'});
    });
    await go(toy, three());
    expect(begun(toy)).toEqual(['b', 'a', 'c']);
  });

  it('waits while a role has no known place, and begins when it has', async () => {
    const toy = makeToy();
    stoppable(toy);
    stand(toy, {a: 'master'});
    toy.says(b, 'standing', {silent: 'electing'}, {is: 'candidate'}, {is: 'follower'});
    await go(toy, three());
    expect(begun(toy)).toEqual(['b', 'c', 'a']);
  });

  it('holds the run when it cannot be told, with the reason', async () => {
    const toy = makeToy();
    stand(toy, {});
    toy.says(b, 'standing', {is: 'candidate'});
    expect(await go(toy, three())).toEqual(['run.planned', 'order.stuck', 'run.left']);
    const reasons = ofType(toy.events, 'order.stuck')[0]?.reasons;
    expect(reasons).toEqual([{node: b, words: text('is is candidate', 'is 为 candidate')}]);
  });

  it('names every node that it cannot place, each with its own reason', async () => {
    const toy = makeToy();
    stand(toy, {});
    toy.says(a, 'standing', {silent: 'electing'});
    toy.says(b, 'standing', {is: ['master', 'follower']});
    toy.says(c, 'standing', {was: 'follower'});
    await go(toy, three());
    const [event] = ofType(toy.events, 'order.stuck');
    expect(event?.reasons).toEqual([
      {node: a, words: plain('electing')},
      {node: b, words: text('is is master, follower', 'is 为 master，follower')},
      {node: c, words: text('does not tell is', '没有给出 is')},
    ]);
  });

  it('puts a node back in the queue whose turn has not come after all', async () => {
    const toy = makeToy();
    stoppable(toy);
    stand(toy, {a: 'observer'});
    toy.says(a, 'files', {turn: 'later'}, {turn: 'now'});
    const gate = checkGate('p/stop@a', 0, check(a, {turn: 'now'}, {probe: 'files'}), 'defer');
    toy.onAsk(entry => {
      if (entry === 'a files') stand(toy, {a: 'master'});
    });
    const first = step(a, 'stop', {gates: [gate]});
    await go(toy, phase('p', [first, ...stops.slice(1)], {order: asked()}));
    expect(begun(toy)).toEqual(['a', 'b', 'c', 'a']);
    expect(ofType(toy.events, 'lane.deferred')).toMatchObject([{node: 'a', seen: {turn: 'later'}}]);
  });

  it('gives a silent look its patience before it puts a node back', async () => {
    const toy = makeToy();
    stoppable(toy);
    stand(toy, {});
    toy.says(a, 'files', {silent: 'electing'}, {turn: 'now'});
    const gate = checkGate('p/stop@a', 0, check(a, {turn: 'now'}, {probe: 'files'}), 'defer');
    await go(toy, phase('p', [step(a, 'stop', {gates: [gate]})], {order: asked()}));
    expect(begun(toy)).toEqual(['a']);
  });

  it('holds the run when a node was put back ten times', async () => {
    const toy = makeToy();
    stand(toy, {});
    toy.says(a, 'files', {turn: 'later'});
    const gate = checkGate('p/stop@a', 0, check(a, {turn: 'now'}, {probe: 'files'}), 'defer');
    const told = await go(toy, phase('p', [step(a, 'stop', {gates: [gate]})], {order: asked()}));
    expect(told.filter(line => line.startsWith('lane.deferred'))).toHaveLength(10);
    expect(told.slice(-2)).toEqual(['order.stuck', 'run.left']);
    expect(toy.scripts).toEqual([]);
  });

  it('begins as many lanes as the width allows, and no more', async () => {
    const toy = makeToy();
    stoppable(toy);
    await go(toy, three({order: {kind: 'listed'}, width: 2}));
    const types = story(toy.events).filter(line => /^lane\.begun|^step\.done/.test(line));
    expect(types.slice(0, 2)).toEqual(['lane.begun a', 'lane.begun b']);
    expect(types.indexOf('lane.begun c')).toBeGreaterThan(2);
  });
});

describe('the operator out of turn', () => {
  it('holds between two steps; what is in hand is finished; go on is a retry', async () => {
    const toy = makeToy({choose: ['retry']});
    for (const node of [a, b]) {
      toy.says(node, 'status', {stop: false}, {stop: true});
      toy.says(node, 'stop', exited(0));
    }
    toy.onAsk(entry => {
      if (entry === 'a stop') toy.setWish('hold');
      if (entry === 'b status') expect(story(toy.events)).toContain('run.released');
    });
    const {choose} = toy.world.operator;
    Object.assign(toy.world.operator, {
      choose: (...parts: Parameters<typeof choose>) => {
        toy.setWish('go');
        return choose(...parts);
      },
    });
    const told = await go(toy, phase('p', [step(a, 'stop'), step(b, 'stop')]));
    expect(told).toContain('run.held');
    expect(told.indexOf('step.done p/stop@a')).toBeLessThan(told.indexOf('lane.begun b'));
    expect(told.at(-1)).toBe('run.ended');
  });
});
