import {describe, expect, test} from 'vitest';
import {parseAbsPath} from '../../../src/lib/abs-path.ts';
import type {CopyProgress} from '../../../src/model/copy.ts';
import {HostId} from '../../../src/model/ids.ts';
import {plain} from '../../../src/model/text.ts';
import {makeCopies} from '../../../src/transport/copies.ts';
import {DEFAULT_LIMITS} from '../../../src/transport/env.ts';
import {makeVirtualClock, turned} from '../../sim/virtual-clock.ts';

const [ONE, TWO] = [HostId.parse('x1'), HostId.parse('x2')];
const WAIT_MS = 60_000;
/** How long each of these takes to find that nobody answers. */
const TAKES_MS = 50_000;

/** One copy at a time; each takes a while, and ends because nobody answers. */
const oneAtATime = () => {
  const clock = makeVirtualClock(0);
  const opened: number[] = [];
  const limits = {...DEFAULT_LIMITS, copiesEachWay: 1, queueMs: {...DEFAULT_LIMITS.queueMs, copy: WAIT_MS}};
  const copies = makeCopies({clock, chance: () => 0.5, vars: {}, limits}, async () => {
    opened.push(clock.now());
    await clock.sleep(TAKES_MS);
    return {kind: 'refused', trouble: 'unreachable', detail: plain('no route')};
  });
  const told: CopyProgress[] = [];
  const path = parseAbsPath('/b/x');
  const start = (mayBegin?: () => Promise<boolean>, signal?: AbortSignal) =>
    copies(
      {from: {host: ONE, path}, to: {host: TWO, path}, stallMs: 120_000},
      progress => void told.push(progress),
      signal,
      mayBegin,
    ).then(reply => ({reply, at: clock.now()}));
  return {clock, opened, told, start};
};

describe('a copy that has to wait for its turn', () => {
  test('says so, and for how long at most', async () => {
    const {clock, opened, told, start} = oneAtATime();
    await turned(clock, Promise.all([start(), start()]));
    expect(told).toEqual([{stage: 'waiting', bytes: 0, totalBytes: 0, withinMs: WAIT_MS}]);
    expect(opened).toEqual([0, TAKES_MS]);
  });

  test('is refused when that is over, and nothing was begun; whoever comes later is not kept by it', async () => {
    const {clock, opened, start} = oneAtATime();
    const all = await turned(clock, Promise.all([start(), start(), start()]));
    expect(all?.[2]).toMatchObject({
      at: WAIT_MS,
      reply: {
        kind: 'refused',
        trouble: 'guard',
        detail: {en: 'waited 60 s for its turn behind other copies'},
      },
    });
    expect(opened).toHaveLength(2);
    await turned(clock, start());
    expect(opened).toHaveLength(3);
  });

  test('asks again for what allowed it, and one that did not wait does not', async () => {
    const {clock, opened, start} = oneAtATime();
    const asked: string[] = [];
    const says = (who: string, answer: boolean) => async () => {
      asked.push(who);
      return answer;
    };
    const all = await turned(
      clock,
      Promise.all([start(says('first', false)), start(says('second', false)), start(says('third', true))]),
    );
    expect(asked).toEqual(['second', 'third']);
    expect(all?.[1].reply).toMatchObject({
      kind: 'refused',
      trouble: 'guard',
      detail: {en: 'what allowed it was no longer so when its turn came'},
    });
    expect(opened).toHaveLength(2);
  });

  test('is called off at once', async () => {
    const {clock, opened, start} = oneAtATime();
    const stop = new AbortController();
    const all = Promise.all([start(), start(undefined, stop.signal)]);
    void clock.sleep(1_000).then(() => stop.abort('over'));
    const replies = await turned(clock, all);
    expect(replies?.[1]).toMatchObject({at: 1_000, reply: {kind: 'refused', trouble: 'cancelled'}});
    expect(opened).toHaveLength(1);
  });
});
