import {describe, expect, it} from 'vitest';
import type {Lease} from '../../../src/engine/lease.ts';
import type {Failure} from '../../../src/model/event.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import {outagesOf} from '../../../src/model/outages.ts';
import type {Plan, Step} from '../../../src/model/plan.ts';
import {plain, text} from '../../../src/model/text.ts';
import {
  a,
  b,
  bodyText,
  c,
  check,
  checkGate,
  confirmGate,
  exited,
  lost,
  makeToy,
  phase,
  planned,
  planOf,
  RUN,
  refused,
  script,
  step,
  story,
  type Toy,
} from './toy.ts';

const TOYS = [a, b, c] as const;

/** A phase whose three steps one command on the first toy's host carries out. */
const planWith = (more: (node: NodeId) => Partial<Step> = () => ({})): Plan => {
  const steps = TOYS.map(node => step(node, 'start', more(node)));
  const fanOut = {
    node: a,
    title: text('start-all', 'start-all'),
    action: script('all', {trust: 'facts'}),
    steps: steps.map(({id}) => id),
  };
  const plan = planOf(phase('p', steps, {width: 3, gates: [confirmGate('p')], fanOut}));
  return {...plan, scripts: {...plan.scripts, all: bodyText('all')}};
};

/** Toys of which none is started; the command, sent so often, starts those that are named, and says the same in any case. */
const toysFor = (
  started: readonly NodeId[],
  answers: Parameters<typeof makeToy>[0] = {},
  sentOften = 1,
): Toy => {
  const toy = makeToy(answers);
  let sent = 0;
  for (const node of TOYS) {
    toy.says(node, 'status', {start: false});
    toy.says(node, 'start', exited(0));
  }
  toy.says(a, 'all', exited(0, '', 'All tasks finished\n'));
  toy.onAsk(asked => {
    if (asked === 'a all') sent += 1;
    if (asked === 'a all' && sent >= sentOften)
      for (const node of started) toy.says(node, 'status', {start: true});
    const alone = TOYS.find(node => asked === `${node} start`);
    if (alone !== undefined) toy.says(alone, 'status', {start: true});
  });
  return toy;
};
const acts = ({asked}: Toy): readonly string[] => asked.filter(line => !line.endsWith(' status'));
const run = (toy: Toy, plan = planWith(), lease: Lease | null = null) =>
  toy.run({kind: 'new', planned: planned(plan)}, lease);

describe('a command that carries out the steps of many', () => {
  it('is sent once, when all have started, and each is done by what is seen of it', async () => {
    const toy = toysFor(TOYS);
    const {end} = await run(toy);
    expect(end).toBe('ended');
    expect(acts(toy)).toEqual(['a all']);
    expect(story(toy.events).filter(line => /^(step|fanOut)/.test(line))).toEqual([
      'step.started p/start@a',
      'step.started p/start@b',
      'step.started p/start@c',
      'fanOut.begun',
      'fanOut.ended',
      'step.done p/start@a',
      'step.done p/start@b',
      'step.done p/start@c',
    ]);
  });

  it('holds the run at whom it did not reach, and a retry is that one’s own action', async () => {
    const toy = toysFor([a, c], {choose: ['retry']});
    const {end} = await run(toy);
    expect(end).toBe('ended');
    expect(acts(toy)).toEqual(['a all', 'b start']);
    expect(toy.questions).toContain('choose {"kind":"step","step":"p/start@b"}');
    const failed = toy.events.findIndex(event => event.type === 'step.failed');
    expect(toy.events[failed - 1]).toMatchObject({
      type: 'step.acted',
      outcome: {code: 0, stdout: 'All tasks finished\n'},
    });
  });

  it('is none where one of them is done already: it would reach that one too', async () => {
    const toy = toysFor(TOYS);
    toy.says(c, 'status', {start: true});
    const {end} = await run(toy);
    expect(end).toBe('ended');
    expect(acts(toy).toSorted()).toEqual(['a start', 'b start']);
    expect(toy.events.filter(({type}) => type === 'fanOut.passed')).toHaveLength(1);
  });

  it('is none where one of them was skipped: it would reach that one too, and nobody waits for it', async () => {
    const toy = toysFor(TOYS);
    const skipped = {
      type: 'nodes.skipped',
      nodes: [{node: c, as: 'out', agreedDown: true}],
      because: 'its disk is gone',
    } as const;
    const events = [planned(planWith()), skipped].map((happening, seq) => ({...happening, seq, at: seq}));
    await toy.run({kind: 'resumed', events, lakeup: 'test'});
    expect(acts(toy).toSorted()).toEqual(['a start', 'b start']);
    expect(toy.events.filter(({type}) => type === 'fanOut.passed')).toHaveLength(1);
  });

  it('is not sent where one comes to be done while the others are waited for', async () => {
    const toy = toysFor(TOYS);
    // Seen as not done when it came, and as done right before the command.
    toy.says(b, 'status', {start: false}, {start: true});
    const {end} = await run(toy);
    expect(end).toBe('ended');
    expect(acts(toy)).not.toContain('a all');
  });

  it('is not sent where one does not answer right before it: nothing was begun', async () => {
    const toy = toysFor(TOYS);
    toy.says(b, 'status', {start: false}, {silent: 'the link broke'});
    const {end, state} = await run(toy);
    expect(end).toBe('left');
    expect(acts(toy)).toEqual([]);
    expect(state.holds).toEqual([{kind: 'step', step: 'p/start@b', at: expect.any(Number)}]);
    expect(toy.events.some(({type}) => type === 'step.started')).toBe(false);
  });

  it('is not sent where what allowed one of them is not so any more', async () => {
    const toy = toysFor(TOYS, {choose: ['retry']});
    const plan = planWith(node =>
      node === b ? {gates: [checkGate('p/start@b', 0, check(c, {ready: true}, {withinMs: 0}))]} : {},
    );
    toy.says(
      c,
      'status',
      {start: false, ready: true},
      {start: false, ready: true},
      {start: false, ready: false},
    );
    const {end} = await run(toy, plan);
    expect(end).toBe('left');
    expect(acts(toy)).toEqual([]);
  });

  it('holds the run with one of them where its host refuses it; a retry sends it again', async () => {
    const toy = toysFor(TOYS, {choose: ['retry']}, 2);
    toy.says(a, 'all', exited(97, 'conf/workers names other hosts\n'), exited(0));
    const {end} = await run(toy);
    expect(end).toBe('ended');
    expect(acts(toy)).toEqual(['a all', 'a all']);
    const failures = toy.events.flatMap((event): Failure[] =>
      event.type === 'step.failed' ? [event.failure] : [],
    );
    expect(failures).toMatchObject([
      {kind: 'refused', trouble: 'guard', detail: {en: expect.stringContaining('other hosts')}},
    ]);
  });

  it('is sent again by itself where its host was not reached, a few times', async () => {
    const toy = toysFor(TOYS, {}, 3);
    toy.says(a, 'all', refused(), refused(), exited(0));
    expect((await run(toy)).end).toBe('ended');
    expect(acts(toy)).toEqual(['a all', 'a all', 'a all']);
    const never = toysFor([], {});
    never.says(a, 'all', refused());
    const {state} = await run(never);
    expect(state.holds).toHaveLength(1);
    expect(acts(never).length).toBeLessThan(10);
  });

  it('waits where an earlier action is still at work on its host', async () => {
    const toy = toysFor(TOYS, {}, 2);
    toy.says(a, 'all', exited(98, 'stop of an earlier call is still at work\n'), exited(0));
    expect((await run(toy)).end).toBe('ended');
    expect(acts(toy)).toEqual(['a all', 'a all']);
    expect(story(toy.events)).toContain('step.busy p/start@a');
  });

  it('of which nobody saw the end is not sent again: what is seen decides for each', async () => {
    const toy = toysFor([a, b], {choose: ['retry']});
    toy.says(a, 'all', lost());
    expect((await run(toy)).end).toBe('ended');
    expect(acts(toy)).toEqual(['a all', 'c start']);
  });

  it('is not sent again by whoever resumes: each goes by itself', async () => {
    const toy = toysFor([a]);
    await run(toy, planWith());
    const begun = toy.events.findIndex(({type}) => type === 'fanOut.begun');
    const later = toysFor(TOYS);
    later.says(a, 'status', {start: true});
    await later.run({kind: 'resumed', events: toy.events.slice(0, begun + 1), lakeup: 'test'});
    expect(acts(later).toSorted()).toEqual(['b start', 'c start']);
  });

  it('is not waited for where the operator holds between nodes: nobody is in the middle of anything', async () => {
    const toy = toysFor(TOYS, {choose: ['leave']});
    toy.onAsk(asked => {
      if (asked === 'a status') toy.setWish('hold-node');
    });
    const {end, state} = await run(toy);
    expect(end).toBe('left');
    expect(acts(toy)).toEqual([]);
    expect(state.holds).toEqual([{kind: 'operator', at: expect.any(Number)}]);
  });

  it('takes each out of service from its own start on', async () => {
    const toy = toysFor(TOYS);
    const plan = planWith(() => ({service: 'leaves'}));
    await run(toy, plan);
    expect(outagesOf(plan, 0, toy.events).map(({node, certain}) => [node, certain])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });
});

describe('the lease of every node that it reaches', () => {
  const leaseWith = (more: Partial<Lease>): Lease => ({
    take: async (_, intend) => {
      await intend({token: 1, hand: 'x', from: null});
      return {kind: 'taken', token: 1, places: 3, from: null};
    },
    wanted: () => null,
    quiet: async () => true,
    hand: async () => ({kind: 'vars', vars: {}}),
    stands: async () => null,
    busyAt: async () => [],
    onLost: () => undefined,
    attend: () => undefined,
    rest: () => undefined,
    free: async () => [],
    ...more,
  });

  it('is looked at right before it: where one is another’s nothing is sent', async () => {
    const toy = toysFor(TOYS);
    const lease = leaseWith({
      stands: async node =>
        node === c ? {kind: 'refused', trouble: 'leased', detail: plain('it is bob’s')} : null,
    });
    const {state} = await run(toy, planWith(), lease);
    expect(acts(toy)).toEqual([]);
    expect(state.holds).toEqual([{kind: 'step', step: 'p/start@c', at: expect.any(Number)}]);
    expect(state.lease.held).toBe(false);
  });

  it('says whether the command is still at work: a retry waits for its end', async () => {
    const toy = toysFor([a, c], {choose: ['retry']});
    const busy = [['all 7'], ['all 7'], []];
    const seen: string[] = [];
    const lease = leaseWith({
      busyAt: async node => {
        seen.push(node);
        return busy.shift() ?? [];
      },
    });
    expect((await run(toy, planWith(), lease)).end).toBe('ended');
    expect(seen).toEqual(['a', 'a', 'a']);
    // How the command and b ended is in the journal, and their receipts go.
    expect(acts(toy)).toEqual(['a all', 'a receipt.clear', 'b start', 'b receipt.clear']);
    const told = toy.events.find(event => event.type === 'step.busy');
    expect(told).toMatchObject({step: 'p/start@b', told: 'a: all 7'});
  });

  it('has its receipt under its number: where the link is lost the command is followed on, and its end is its own', async () => {
    const hand = {
      ...{lease_at: '/srv/toy', lease_kind: 'in', lease_run: RUN},
      ...{lease_token: 3, lease_hand: 'word'},
    };
    const toy = toysFor(TOYS);
    toy.says(a, 'all', lost());
    toy.says(a, 'receipt.look', refused(), exited(0, '', 'receipt=running\n'));
    toy.says(a, 'receipt.follow', exited(0, 'aside', 'All tasks finished\n'));
    toy.says(a, 'receipt.clear', exited(0));
    const lease = leaseWith({hand: async () => ({kind: 'vars', vars: hand})});
    expect((await run(toy, planWith(), lease)).end).toBe('ended');
    const ofReceipts = ['receipt.look', 'receipt.look', 'receipt.follow', 'receipt.clear'];
    expect(acts(toy)).toEqual(['a all', ...ofReceipts.map(name => `a ${name}`)]);
    expect(toy.events.find(({type}) => type === 'fanOut.ended')).toMatchObject({
      outcome: {code: 0, stderr: 'aside', stdout: 'All tasks finished\n'},
    });
  });
});
