import {describe, expect, it} from 'vitest';
import type {Facts, Look, Sighting} from '../../../src/model/facts.ts';
import type {NodeId} from '../../../src/model/ids.ts';
import type {Probe, System} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import {watch} from '../../../src/probe/watch.ts';
import {makeVirtualClock} from '../../sim/virtual-clock.ts';
import {a, b, c, cluster, START_MS, system} from '../engine/toy.ts';
import {seen, silent} from './support.ts';

const MINUTE_MS = 60_000;

/** Watches three nodes for a minute; each answers as `says` tells, after the time it tells. */
const watchFor = async (
  says: (node: NodeId) => {look: Look; tookMs: number},
  chance = () => 0.5,
  beside?: System['beside'],
) => {
  const clock = makeVirtualClock(START_MS);
  const sightings: Sighting[] = [];
  const began: {node: NodeId; at: number}[] = [];
  const status: Probe = {
    roles: ['toy'],
    look: async ({id}) => {
      began.push({node: id, at: clock.now() - START_MS});
      const {look, tookMs} = says(id);
      await clock.sleep(tookMs);
      return look;
    },
  };
  const leave = new AbortController();
  const looker = {
    system: {
      ...system,
      probes: {...system.probes, status, dear: {roles: ['toy'], look: async () => seen({dear: 'yes'})}},
      ...(beside === undefined ? {} : {beside}),
    },
    cluster,
    clock,
    ask: () => {
      throw new Error('this probe asks nothing');
    },
  };
  const options = {
    periodMs: 2_000,
    slowestMs: 16_000,
    chance,
    signal: leave.signal,
    onSighting: (sighting: Sighting) => void sightings.push(sighting),
  };
  const ended = {yes: false};
  const watching = watch(looker, options).then(() => {
    ended.yes = true;
  });
  void clock.sleep(MINUTE_MS).then(() => leave.abort());
  await clock.turnUntil(() => ended.yes, START_MS + 2 * MINUTE_MS);
  await watching;
  const times = (node: NodeId): number[] => began.filter(look => look.node === node).map(({at}) => at);
  return {
    sightings,
    began,
    times,
    gaps: (node: NodeId) => times(node).map((at, i, all) => at - (all[i - 1] ?? 0)),
  };
};

describe('watching', () => {
  it('looks at every node about once a period, until it is told to stop', async () => {
    const {times} = await watchFor(() => ({look: seen({health: 'ok'}), tookMs: 10}));
    for (const node of [a, b, c]) {
      expect(times(node).length).toBeGreaterThan(26);
      expect(times(node).length).toBeLessThan(32);
    }
  });

  it('asks a silent node less and less often, and as before once it answers', async () => {
    let dead = true;
    const {gaps, times} = await watchFor(node => ({
      look: node === b && dead ? silent() : seen({}),
      tookMs: 0,
    }));
    expect(gaps(b).slice(1)).toEqual([4_000, 8_000, 16_000, 16_000]);
    expect(times(a).length).toBeGreaterThan(26);
    let looks = 0;
    const back = await watchFor(node => {
      if (node === b) looks += 1;
      dead = looks < 3;
      return {look: node === b && dead ? silent() : seen({}), tookMs: 0};
    });
    expect(back.gaps(b).slice(1, 5)).toEqual([4_000, 8_000, 2_000, 2_000]);
  });

  it('is not kept from the others by a node that hangs', async () => {
    const {times, sightings} = await watchFor(node => ({
      look: seen({}),
      tookMs: node === a ? 10 * MINUTE_MS : 0,
    }));
    expect(times(c).length).toBeGreaterThan(26);
    expect(sightings.find(({node}) => node === a)).toMatchObject({
      look: {
        kind: 'silent',
        reasons: [{node: a, words: text('no answer within 30s', '30s 内没有应答')}],
      },
    });
  });

  it('does not begin with all nodes at once', async () => {
    const chances = [0.1, 0.5, 0.9];
    const {began} = await watchFor(
      () => ({look: seen({}), tookMs: 0}),
      () => chances.shift() ?? 0.5,
    );
    expect(began.slice(0, 3).map(({at}) => at)).toEqual([50, 250, 450]);
  });

  it('asks what is dear at once, and then once in its own time, of its roles alone', async () => {
    const dear = {probe: 'dear', everyMs: 25_000, with: (status: Facts) => status};
    const told = async (roles: readonly string[]) => {
      const {sightings, times} = await watchFor(
        () => ({look: seen({health: 'ok'}), tookMs: 0}),
        () => 0.5,
        {...dear, roles},
      );
      expect(times(a).length).toBeGreaterThan(26);
      return sightings.filter(({probe, node}) => probe === 'dear' && node === a).map(({at}) => at - START_MS);
    };
    expect(await told(['toy'])).toEqual([0, 25_000, 50_000]);
    expect(await told(['other'])).toEqual([]);
  });

  it('shows nothing after it was told to stop', async () => {
    const {sightings} = await watchFor(() => ({look: seen({}), tookMs: 100}));
    expect(Math.max(...sightings.map(({at}) => at))).toBeLessThanOrEqual(START_MS + MINUTE_MS);
  });

  it('of a node whose role the system does not know is an error', async () => {
    const clock = makeVirtualClock(START_MS);
    const looker = {
      system: {...system, roles: []},
      cluster,
      clock,
      ask: () => Promise.reject(new Error('no')),
    };
    const options = {
      periodMs: 1,
      slowestMs: 1,
      chance: () => 0,
      signal: AbortSignal.abort(),
      onSighting: () => undefined,
    };
    await expect(watch(looker, options)).rejects.toThrow('toy has no role toy');
  });
});
