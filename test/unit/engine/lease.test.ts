import {describe, expect, it} from 'vitest';
import type {Claim} from '../../../src/engine/claim.ts';
import {freeLeft} from '../../../src/engine/free-left.ts';
import {type Lease, makeLease, type Taken} from '../../../src/engine/lease.ts';
import {changesSeen, lookAtLeases} from '../../../src/engine/look-lease.ts';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {Ask, Refused, ReplyTo, Request} from '../../../src/model/ask.ts';
import {HostId, NodeId, RunId} from '../../../src/model/ids.ts';
import type {Cluster} from '../../../src/model/inventory.ts';
import {leasePlaces} from '../../../src/model/lease.ts';
import {withLeases} from '../../fakes/common/memory-leases.ts';
import {did, shellReply} from '../../fakes/common/memory-replies.ts';
import type {FakeCluster} from '../../fakes/memory.ts';
import {seededRandom} from '../../sim/random.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {refused, START_MS, system} from './toy.ts';

const [ALICE, BOB] = [RunId.parse('20260101-000000-aaaa'), RunId.parse('20260101-000000-bbbb')];
const NOTHING_KNOWN: Claim['known'] = {token: 0, hands: []};

const clusterOf = (count: number): Cluster => ({
  name: 'lake',
  system: 'toy',
  hosts: [],
  nodes: Array.from({length: count}, (_, i) => ({
    id: NodeId.parse(`n-${i}`),
    host: HostId.parse(`host-${i}`),
    role: 'toy',
    home: parseAbsPath('/srv/home'),
    fields: {},
  })),
  settings: {},
});

/** Hosts that have leases and nothing else; an action takes ten seconds. */
const world = (count = 4) => {
  const clock = makeVirtualClock(START_MS);
  const bare: FakeCluster = {
    answer: async <R extends Request>() => {
      await clock.sleep(10_000);
      return shellReply(did('done'), 10_000) as ReplyTo<R>;
    },
    effects: [],
    down: () => [],
    lies: () => [],
    disturb: () => null,
    heal: () => undefined,
  };
  const fake = withLeases(bare, clock);
  const asked: string[] = [];
  const gone = new Set<string>();
  const ask: Ask = async <R extends Request>(host: HostId, request: R): Promise<ReplyTo<R>> => {
    if (request.kind === 'shell') asked.push(request.script.body.name);
    const none: Refused = refused('the host is gone');
    return gone.has(host) ? (none as ReplyTo<R>) : fake.answer(host, request);
  };
  const cluster = clusterOf(count);
  const places = leasePlaces(system, cluster.nodes);
  const of = (run: RunId, more: Partial<Claim> = {}, nodes = cluster.nodes): Lease => {
    const claim: Claim = {
      run,
      owner: run === ALICE ? 'alice' : 'bob',
      reason: () => ({reason: '1 → 2', stamp: ''}),
      seen: {},
      known: NOTHING_KNOWN,
      over: [],
      ...more,
    };
    return makeLease(
      {ask, clock, chance: seededRandom(run === ALICE ? 1 : 2)},
      {system, cluster: {...cluster, nodes}},
      claim,
    );
  };
  const settle = async <T>(work: Promise<T>): Promise<T> => {
    const box: {done: boolean} = {done: false};
    void work.finally(() => {
      box.done = true;
    });
    await clock.turnUntil(() => box.done, clock.now() + 3_600_000);
    return work;
  };
  const take = (lease: Lease, resumed = false): Promise<Taken> =>
    settle(lease.take(resumed, async () => undefined));
  const tops = async (): Promise<unknown[]> =>
    (await settle(lookAtLeases({ask, clock}, places))).map(each =>
      each.kind === 'seen' ? `${each.seen.state} ${each.seen.run} ${each.seen.top}` : each.kind,
    );
  const heard = async (): Promise<number[]> =>
    (await settle(lookAtLeases({ask, clock}, places))).map(each =>
      each.kind === 'seen' ? (each.seen.silentS ?? Number.NaN) : Number.NaN,
    );
  return {clock, ask, asked, gone, cluster, places, of, take, settle, tops, heard};
};
const whose = (taken: Taken): string | null =>
  taken.kind === 'refused' && taken.failure.kind === 'refused' ? taken.failure.detail.en : null;

describe('the lease of a cluster', () => {
  it('is taken everywhere or nowhere, and another run is told whose it is', async () => {
    const {of, take, tops, cluster} = world();
    expect(await take(of(ALICE, {}, cluster.nodes.slice(2, 3)))).toMatchObject({kind: 'taken', token: 1});
    const taken = await take(of(BOB));
    expect(whose(taken)).toMatch(/^host-2: run 20260101-000000-aaaa of alice \(1 → 2\) has the lease, since/);
    expect(await tops()).toEqual(['none null 0', 'none null 0', `held ${ALICE} 1`, 'none null 0']);
  });

  it.each(['the same', 'the other way round'])(
    'goes to one of two who begin at once, with %s lists',
    async how => {
      const {of, settle, tops, cluster} = world();
      const nodes = how === 'the same' ? cluster.nodes : cluster.nodes.toReversed();
      const both = [of(ALICE), of(BOB, {}, nodes)];
      const taken = await settle(Promise.all(both.map(lease => lease.take(false, async () => undefined))));
      expect(taken.map(({kind}) => kind).toSorted()).toEqual(['refused', 'taken']);
      const run = taken[0]?.kind === 'taken' ? ALICE : BOB;
      expect(new Set(await tops())).toEqual(new Set([expect.stringContaining(`held ${run}`)]));
    },
  );

  it('is taken by a new run only where every host answers; a resumed one takes the others when they are needed', async () => {
    const {of, take, gone, settle} = world();
    gone.add('host-1');
    expect(await take(of(ALICE))).toMatchObject({kind: 'refused', failure: {trouble: 'connect-refused'}});
    const lease = of(ALICE);
    expect(await take(lease, true)).toMatchObject({kind: 'taken', places: 3});
    const [, second] = clusterOf(2).nodes;
    if (second === undefined) throw new Error('there are two');
    expect(await settle(lease.hand(second.id))).toMatchObject({kind: 'refused', trouble: 'connect-refused'});
    gone.clear();
    expect(await settle(lease.hand(second.id))).toMatchObject({kind: 'vars', vars: {lease_run: ALICE}});
  });

  it('is taken over with consent, after what is at work has ended; given back unchanged it is the first one’s again', async () => {
    const {of, take, ask, settle, tops, clock} = world(1);
    const first = of(ALICE);
    await take(first);
    const hand = await first.hand(NodeId.parse('n-0'));
    if (hand.kind !== 'vars') throw new Error('it was taken');
    const script = {body: {name: 'toy.x.stop', text: '' as never}, vars: hand.vars};
    const act = () =>
      ask(HostId.parse('host-0'), {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 99});
    const acting = act();
    const second = of(BOB, {over: [ALICE]});
    expect(await take(second)).toMatchObject({kind: 'taken', from: ALICE});
    const busy: string[] = [];
    const began = clock.now();
    expect(await settle(second.quiet(what => void busy.push(...what)))).toBe(true);
    expect(clock.now() - began).toBeGreaterThan(7_000);
    expect(busy[0]).toMatch(/^host-0: toy.x.stop/);
    expect(await settle(acting)).toMatchObject({code: 0});
    expect(await settle(act())).toMatchObject({code: 97});
    expect(whose(await take(first))).toMatch(/of bob/);
    expect(await settle(second.free(false))).toEqual([]);
    expect(await tops()).toEqual([`free ${ALICE} 3`]);
    expect(await take(first)).toMatchObject({kind: 'taken'});
  });

  it('is refused to a plan that was made before somebody else changed something, and to a copy of the run', async () => {
    const {of, take, settle, ask, places, clock} = world(2);
    const seen = changesSeen(await settle(lookAtLeases({ask, clock}, places)));
    const first = of(ALICE, {seen});
    await take(first);
    expect(whose(await take(of(ALICE, {seen})))).toMatch(/gone on with elsewhere, by alice/);
    await settle(first.free(true));
    expect(whose(await take(of(BOB, {seen})))).toMatch(/has worked on it since this run's plan was made/);
    const anew = changesSeen(await settle(lookAtLeases({ask, clock}, places)));
    expect(await take(of(BOB, {seen: anew}))).toMatchObject({kind: 'taken'});
  });

  it('says once a minute in each place that its run lives, and hears of it when it is another’s', async () => {
    const {of, take, asked, clock, settle} = world(1_000);
    const lease = of(ALICE);
    const lost: unknown[] = [];
    lease.onLost(failure => void lost.push(failure));
    await take(lease);
    expect(asked.filter(name => name === 'lease.write')).toHaveLength(1_000);
    asked.length = 0;
    await settle(clock.sleep(10 * 60_000));
    expect(asked.length).toBeGreaterThan(9_000);
    expect(asked.length).toBeLessThan(11_000);
    await take(of(BOB, {over: [ALICE]}));
    await settle(clock.sleep(2 * 60_000));
    expect(lost.length).toBeGreaterThan(0);
    expect(lost[0]).toMatchObject({trouble: 'leased'});
    lease.rest();
  });

  it('is heard of again as soon as somebody goes on with its run, however long that only asks', async () => {
    const {of, take, asked, clock, settle, heard} = world(3);
    const first = of(ALICE);
    await take(first);
    first.rest();
    const hands = [first.wanted()?.hand ?? ''];
    await settle(clock.sleep(600_000));
    expect(Math.min(...(await heard()))).toBeGreaterThan(500);
    const second = of(ALICE, {known: {token: 1, hands}});
    const lost: unknown[] = [];
    second.onLost(failure => void lost.push(failure));
    second.attend();
    for (let minute = 0; minute < 10; minute += 1) {
      await settle(clock.sleep(60_000));
      expect(Math.max(...(await heard()))).toBeLessThan(90);
    }
    expect(asked.filter(name => name === 'lease.write')).toHaveLength(3);
    // Of one that somebody else took meanwhile nothing is said, and it is told where the run would take it.
    await take(of(BOB, {over: [ALICE]}));
    await settle(clock.sleep(180_000));
    expect(whose(await take(second))).toMatch(/bob/);
    expect(lost).toEqual([]);
    second.rest();
  });

  it('of a run that never had it is not said to live', async () => {
    const {of, asked, clock, settle} = world(2);
    of(ALICE).attend();
    await settle(clock.sleep(600_000));
    expect(asked).toEqual([]);
  });

  it('goes from a run to the one that takes it back without a question, unless that run went on elsewhere', async () => {
    const {of, take, settle, tops} = world(2);
    const first = of(ALICE);
    await take(first);
    const hands = [first.wanted()?.hand ?? ''];
    expect(whose(await take(of(BOB, {kin: [{run: ALICE, hands: ['another']}]})))).toMatch(/of alice/);
    const back = of(BOB, {kin: [{run: ALICE, hands}]});
    expect(await take(back)).toMatchObject({kind: 'taken', from: ALICE});
    // The run goes on after a part of it was taken back: what that changed is known to it.
    const kin = [{run: BOB, hands: [back.wanted()?.hand ?? '']}];
    await settle(back.free(true));
    const known = {token: 1, hands};
    expect(whose(await take(of(ALICE, {known})))).toMatch(/has worked on it since/);
    expect(await take(of(ALICE, {known, kin}))).toMatchObject({kind: 'taken', from: null});
    expect(await tops()).toEqual([`held ${ALICE} 4`, `held ${ALICE} 4`]);
  });

  it('is given back for a run that was given up, but where it is at work, elsewhere or silent', async () => {
    const {of, take, settle, tops, gone, ask, clock, places} = world(4);
    const first = of(ALICE);
    await take(first);
    first.rest();
    const kin = {run: ALICE, hands: [first.wanted()?.hand ?? '']};
    const hand = await first.hand(NodeId.parse('n-0'));
    if (hand.kind !== 'vars') throw new Error('it was taken');
    const script = {body: {name: 'toy.x.stop', text: '' as never}, vars: hand.vars};
    const request = {kind: 'shell', shell: 'act', script, timeoutMs: 60_000, maxBytes: 99} as const;
    const acting = ask(HostId.parse('host-0'), request);
    gone.add('host-1');
    const asking = {ask, clock, tries: 1};
    const {freed, kept} = await settle(freeLeft(asking, places, kin));
    expect(freed).toBe(2);
    expect(kept.map(({en}) => en)).toEqual([
      expect.stringMatching(/^the lease on host-0 .* still at work there: toy\.x\.stop/),
      expect.stringMatching(/^the lease on host-1 .* the host is gone/),
    ]);
    await settle(acting);
    gone.clear();
    expect(await tops()).toEqual([
      `held ${ALICE} 1`,
      `held ${ALICE} 1`,
      `free ${ALICE} 2`,
      `free ${ALICE} 2`,
    ]);
    const elsewhere = await settle(freeLeft(asking, places, {run: ALICE, hands: ['another']}));
    expect(elsewhere).toMatchObject({freed: 0, kept: [{}, {}]});
    expect(await settle(freeLeft(asking, places, kin))).toEqual({freed: 2, kept: []});
  });
});
