import {describe, expect, test} from 'vitest';
import type {Facts} from '../../src/model/facts.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import {plain} from '../../src/model/text.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {servesNow} from '../../src/store/service.ts';
import type {NodeLooks} from '../../src/store/state.ts';
import {makeStore} from '../../src/store/store.ts';
import {besideStatus} from '../../src/systems/doris/probes/store.ts';
import {makeHandClock, NIGHT} from './harness.ts';

// How a node is by its status, and by what is asked beside it now and then.

const ms = NodeId.parse('ms-1');
/** Between two looks at a status; and as long as a look at the store is told at most. */
const PERIOD_MS = 2_000;
const TOLD_MS = 90_000;

const AWAY: Facts = {store: 'away', storeAway: ['10.20.0.4:4500']};
const THERE: Facts = {store: 'there', storeAway: []};

/** A screen that watches one MetaService; every time is told from its beginning. */
const watched = () => {
  const {clock, turn} = makeHandClock();
  const store = makeStore({
    cluster: {
      name: 'lake',
      roles: [{name: 'ms', title: plain('MetaService'), columns: [], status: 'status'}],
      nodes: [{id: ms, role: 'ms', host: HostId.parse('10.20.0.1')}],
      beside: besideStatus,
    },
    lang: 'en',
    theme: 'plain',
    now: NIGHT,
    goingOn: 'never',
  });
  const feed = makeFeed({store, clock, probePeriodMs: PERIOD_MS});
  const looks = (): NodeLooks | undefined => {
    feed.tick();
    return store.getState().looks.get(ms);
  };
  return {
    store,
    looks,
    health: (): unknown => {
      const look = looks()?.status?.look;
      return look?.kind === 'seen' ? look.facts.health : look;
    },
    see: (after: number, probe: string, facts: Facts): void => {
      turn(NIGHT + after - clock.now());
      feed.sighting({node: ms, probe, at: clock.now(), look: {kind: 'seen', facts}});
    },
    turn: (after: number): void => turn(NIGHT + after - clock.now()),
  };
};

describe('what was seen of a store', () => {
  test.each([
    [TOLD_MS, 'not-serving'],
    [TOLD_MS + 1, 'ok'],
  ])('counts %i ms later: %s', (after, health) => {
    const {see, health: told} = watched();
    see(0, 'store', AWAY);
    see(0, 'status', {health: 'ok'});
    expect(told()).toBe('not-serving');
    see(after, 'status', {health: 'ok'});
    expect(told()).toBe(health);
  });

  test('counts anew with each look at it', () => {
    const {see, health} = watched();
    see(0, 'store', AWAY);
    see(TOLD_MS, 'store', AWAY);
    see(TOLD_MS + 1, 'status', {health: 'ok'});
    expect(health()).toBe('not-serving');
    see(TOLD_MS + 2, 'store', THERE);
    expect(health()).toBe('ok');
  });

  test('says at once how the node is, and makes its status no newer than that is', () => {
    const {see, looks, health, turn} = watched();
    see(0, 'status', {health: 'ok'});
    see(PERIOD_MS, 'store', AWAY);
    expect(health()).toBe('not-serving');
    expect(looks()?.status?.at).toBe(NIGHT);
    // Since when is told by the look that showed it: before, it was seen otherwise.
    expect(looks()?.changed).toEqual({at: NIGHT + PERIOD_MS, first: false});
    // What nobody has looked at for three periods is stale, whoever looked at the store meanwhile.
    turn(3 * PERIOD_MS + 1);
    expect(looks()?.stale).toBe(true);
  });

  test('lets nobody serve whose own status is from before', () => {
    const {see, looks, store, turn} = watched();
    see(0, 'status', {health: 'ok'});
    see(3 * PERIOD_MS, 'store', THERE);
    turn(3 * PERIOD_MS + 1);
    expect(looks()?.stale).toBe(true);
    expect(servesNow(store.getState(), ms)).toBe(false);
  });
});
