import {
  beatLease,
  fenceVars,
  type Holder,
  type LeaseSeen,
  type LeaseWords,
  parseLease,
  writeLease,
} from '../host/lease.ts';
import type {Ask, Refused} from '../model/ask.ts';
import type {Failure} from '../model/event.ts';
import type {NodeId, RunId} from '../model/ids.ts';
import {type Cluster, nodeOf} from '../model/inventory.ts';
import {type LeasePlace, leaseAtOf, leasePlaces, placeKey} from '../model/lease.ts';
import type {Vars} from '../model/script.ts';
import type {System} from '../model/system.ts';
import {type Text, text} from '../model/text.ts';
import type {Clock} from '../model/world.ts';
import {type Claim, leased, refusalOf} from './claim.ts';
import {describeLease} from './describe-lease.ts';
import {type Asking, askPlace, cannotRead, LEASE_LIMITS, lookAtLeases, untilQuiet} from './look-lease.ts';

/** How often a run says that it lives. Who has not been heard of for three times as long is told of as silent. */
export const BEAT_MS = 60_000;

/** Somebody may have written to it between look and taking; this often it is looked at again. */
const TRIES = 3;

/** Within so long whoever goes on with a run says for the first time that it lives: a large cluster is not asked all at once. */
const ATTENDED_WITHIN_MS = 5_000;

/** What a journal says before a lease is written, so that whoever resumes the run knows it for its own. */
export type Wanted = Pick<Holder, 'token' | 'hand'> & {
  /** Whose it is until then, where it is taken over. */
  readonly from: RunId | null;
};

export type Taken =
  | {readonly kind: 'taken'; readonly token: number; readonly places: number; readonly from: RunId | null}
  | {readonly kind: 'refused'; readonly failure: Failure};

/** What an action is told of the lease it acts under, or why it may not act. */
export type Hand = {readonly kind: 'vars'; readonly vars: Vars} | Refused;

/** The lease of one run, as one process of lakeup holds it. */
export type Lease = {
  /**
   * Says that the run lives, where an earlier process of it holds the lease: whoever goes on with a run may look and ask for long before
   * the lease is taken anew, and nobody is to think meanwhile that it was left.
   */
  attend(): void;
  /**
   * Takes it everywhere, under a number above all that is known and seen: nothing is taken where one place is another's.
   * `resumed`: what does not answer is taken once it is needed. `intend` hears of it before anything is written.
   */
  take(resumed: boolean, intend: (wanted: Wanted) => Promise<void>): Promise<Taken>;
  /** What was taken last; null where nothing was. */
  wanted(): Pick<Wanted, 'token' | 'hand'> | null;
  /** Waits until nothing that was begun under another's lease is at work any more; false where the signal ends that. */
  quiet(onBusy: (busy: readonly string[]) => void, signal?: AbortSignal): Promise<boolean>;
  /** What an action on that node is told. */
  hand(node: NodeId): Promise<Hand>;
  /** Whether the lease of that node still is this run's, as far as its host can be asked. */
  stands(node: NodeId): Promise<Refused | null>;
  /** What is at work in the place of that node, under whichever lease; or why it cannot be told. */
  busyAt(node: NodeId): Promise<readonly string[] | Refused>;
  /** Called once when it is found to be another's. */
  onLost(listener: (failure: Failure) => void): void;
  /** Says no more that the run lives. */
  rest(): void;
  /** Gives it back, `changed`: something may have been changed under it. Says where that could not be done. */
  free(changed: boolean): Promise<readonly Text[]>;
};

export const makeLease = (
  {ask, clock, chance}: {readonly ask: Ask; readonly clock: Clock; readonly chance: () => number},
  {system, cluster}: {readonly system: System; readonly cluster: Cluster},
  claim: Claim,
): Lease => {
  const places = leasePlaces(system, cluster.nodes);
  const asking: Asking = {ask, clock};
  /** What was at each place that this process has taken, before it took it first. */
  const own = new Map<string, LeaseSeen>();
  /** The places that are held under the present number. */
  const held = new Set<string>();
  const hands = new Set(claim.known.hands);
  let {token} = claim.known;
  let hand = '';
  const holder = (): Holder => ({run: claim.run, token, hand});
  let resting = new AbortController();
  let lost: (failure: Failure) => void = () => undefined;
  const words = (changed: number): LeaseWords => {
    const {run, owner} = claim;
    return {run, hand, owner, cluster: cluster.name, ...claim.reason(), changed};
  };

  const refusalAt = ({place, seen}: {place: LeasePlace; seen: LeaseSeen}): Refused | null =>
    refusalOf(claim, hands, place, seen);

  const write = (
    place: LeasePlace,
    seen: LeaseSeen,
    state: 'held' | 'free',
    number: number,
    what: LeaseWords,
  ) => askPlace(asking, place, writeLease(place, {token: number, seen: seen.top, state}, what), 'act');

  /** Takes one place, where it is as it was seen. */
  const takeAt = async (place: LeasePlace, seen: LeaseSeen): Promise<Refused | null> => {
    const told = await write(place, seen, 'held', token, words(token));
    if ('kind' in told) return told;
    const {seen: now} = told;
    if (now.top === token && now.hand === hand && now.state === 'held') {
      if (!own.has(placeKey(place))) own.set(placeKey(place), seen);
      held.add(placeKey(place));
      return null;
    }
    return leased(describeLease(place, now));
  };

  const beat = async (place: LeasePlace, by: Holder, withinMs: number, of: AbortSignal): Promise<void> => {
    // Each at its own moment: a large cluster is not asked all at once.
    await clock.sleep(withinMs * chance(), of);
    while (!of.aborted) {
      const request = {kind: 'shell', shell: 'look', script: beatLease(place, by), ...LEASE_LIMITS} as const;
      const reply = await ask(place.host, request);
      if (of.aborted) return;
      const seen = reply.kind === 'shell' && reply.code !== 0 ? parseLease(reply.stdout) : null;
      if (seen !== null && held.has(placeKey(place))) lost(leased(describeLease(place, seen)));
      await clock.sleep(BEAT_MS * (0.9 + 0.2 * chance()), of);
    }
  };

  const beatAll = (by: Holder, withinMs: number): void => {
    resting = new AbortController();
    for (const place of places) void beat(place, by, withinMs, resting.signal);
  };

  const giveBack = async (place: LeasePlace, before: LeaseSeen, changed: boolean): Promise<Text | null> => {
    const mine = {...before, top: token};
    const was = {
      ...words(token),
      ...(changed || before.run === null ? {} : {run: before.run, hand: before.hand, owner: before.owner}),
      changed: changed ? token : before.changed,
    };
    const told = await write(place, mine, 'free', token + 1, was);
    if (!('kind' in told) && told.seen.top !== token) {
      own.delete(placeKey(place));
      held.delete(placeKey(place));
      return null;
    }
    const why = 'kind' in told ? told.detail : describeLease(place, told.seen);
    return text(
      `the lease on ${place.host} (${place.at}) could not be given back: ${why.en}`,
      `${place.host}（${place.at}）上的租约未能交还：${why.zh}`,
    );
  };

  const giveAllBack = async (changed: boolean): Promise<readonly Text[]> => {
    const told = await Promise.all(
      places.map(async place => {
        const before = own.get(placeKey(place));
        return before === undefined || !held.has(placeKey(place)) ? null : giveBack(place, before, changed);
      }),
    );
    return told.filter(each => each !== null);
  };

  const rest = (): void => resting.abort('rest');

  const takeOnce = async (
    resumed: boolean,
    intend: (wanted: Wanted) => Promise<void>,
  ): Promise<Taken | 'again'> => {
    const looked = await lookAtLeases(asking, places);
    const seen: {place: LeasePlace; seen: LeaseSeen}[] = [];
    for (const each of looked) {
      if (each.kind === 'seen') seen.push(each);
      else if (!resumed) return {kind: 'refused', failure: each.why};
    }
    if (seen.length === 0 && places.length > 0)
      return {
        kind: 'refused',
        failure: leased(text('no host could be asked', '没有主机可以询问'), 'unreachable'),
      };
    for (const each of seen) {
      const failure = refusalAt(each);
      if (failure !== null) return {kind: 'refused', failure};
    }
    const next = Math.max(token, ...seen.map(({seen: {top}}) => top)) + 1;
    const word = Math.floor(chance() * 36 ** 8).toString(36);
    const from =
      seen.find(each => each.seen.state === 'held' && each.seen.run !== claim.run)?.seen.run ?? null;
    await intend({token: next, hand: word, from});
    token = next;
    hand = word;
    hands.add(word);
    held.clear();
    // Of two that begin at the same moment the one that has the first place goes on, whatever the order of their files.
    const [first, ...others] = seen.toSorted((a, b) =>
      (a.seen.place ?? '') < (b.seen.place ?? '') ? -1 : 1,
    );
    const failures = [first === undefined ? null : await takeAt(first.place, first.seen)];
    if (failures[0] === null)
      failures.push(...(await Promise.all(others.map(each => takeAt(each.place, each.seen)))));
    const failure = failures.find(each => each !== null);
    if (failure !== undefined && failure !== null) {
      await giveAllBack(false);
      return failure.trouble === 'leased' ? 'again' : {kind: 'refused', failure};
    }
    return {kind: 'taken', token, places: seen.length, from};
  };

  return {
    attend: () => {
      const before = claim.known.hands.at(-1);
      if (before !== undefined) beatAll({run: claim.run, token, hand: before}, ATTENDED_WITHIN_MS);
    },
    take: async (resumed, intend) => {
      rest();
      let taken: Taken | 'again' = 'again';
      for (let i = 0; i < TRIES && taken === 'again'; i += 1) taken = await takeOnce(resumed, intend);
      if (taken === 'again')
        return {
          kind: 'refused',
          failure: leased(text('somebody else takes it at this very moment', '此刻有人正在获取租约')),
        };
      if (taken.kind === 'taken') beatAll(holder(), BEAT_MS);
      return taken;
    },
    wanted: () => (hand === '' ? null : {token, hand}),
    quiet: (onBusy, signal) => untilQuiet(asking, places, onBusy, signal),
    hand: async node => {
      const {host} = nodeOf(cluster, node);
      const at = leaseAtOf(system, nodeOf(cluster, node));
      if (at === null) return {kind: 'vars', vars: {}};
      const place: LeasePlace = {...at, host};
      if (!held.has(placeKey(place))) {
        const [looked] = await lookAtLeases(asking, [place]);
        if (looked === undefined || looked.kind === 'unknown')
          return looked?.why ?? cannotRead(text('it was not asked', '没有询问'));
        const refusal = refusalAt(looked) ?? (await takeAt(place, looked.seen));
        if (refusal !== null) return refusal;
      }
      return {kind: 'vars', vars: fenceVars(at, holder())};
    },
    stands: async node => {
      const at = leaseAtOf(system, nodeOf(cluster, node));
      if (at === null) return null;
      const [looked] = await lookAtLeases(asking, [{...at, host: nodeOf(cluster, node).host}]);
      if (looked === undefined || looked.kind === 'unknown') return looked?.why ?? null;
      const {seen, place} = looked;
      return seen.top === token && seen.hand === hand ? null : leased(describeLease(place, seen));
    },
    busyAt: async node => {
      const at = leaseAtOf(system, nodeOf(cluster, node));
      if (at === null) return [];
      const [looked] = await lookAtLeases(asking, [{...at, host: nodeOf(cluster, node).host}]);
      if (looked === undefined) return [];
      return looked.kind === 'unknown' ? looked.why : looked.seen.busy;
    },
    onLost: listener => {
      lost = listener;
    },
    rest,
    free: async changed => {
      rest();
      return giveAllBack(changed);
    },
  };
};
