import {describe, expect, test} from 'vitest';
import type {Ask, Refused, ReplyTo, Request, ShellReply} from '../../../../src/model/ask.ts';
import {findNode} from '../../../../src/model/inventory.ts';
import {plain} from '../../../../src/model/text.ts';
import {clockFacts} from '../../../../src/systems/doris/probes/clock.ts';
import {makeMemoryCluster} from '../../../fakes/doris/cluster.ts';

const cluster = makeMemoryCluster();
const node = (id: string) => {
  const found = findNode(cluster, id);
  if (found === undefined) throw new Error(`no node ${id}`);
  return found;
};

const EPOCH = 1_764_117_376_000;

/** Hosts whose clocks are off by so much, and whose answers take so long, one after the other. */
const hosts = (
  skews: Readonly<Record<string, number>>,
  delays: readonly number[],
): {readonly ask: Ask; readonly asked: () => number} => {
  let now = EPOCH;
  let count = 0;
  const answer = async (host: string): Promise<ShellReply | Refused> => {
    const delay = delays[count % delays.length] ?? 0;
    count += 1;
    if (delay < 0) return {kind: 'refused', trouble: 'unreachable', detail: plain('gone')};
    now += delay;
    const at = now + (skews[host] ?? 0);
    now += delay;
    return {kind: 'shell', code: 0, stdout: `clock=${at}000000\n`, stderr: '', cut: false, ms: 0};
  };
  return {
    // Only looks are asked here, and a look is answered by a look's reply.
    ask: <R extends Request>(host: string) => answer(host) as Promise<ReplyTo<R>>,
    asked: () => count,
  };
};

describe('a frontend’s clock against the first one’s', () => {
  const [fe1, fe2] = [node('fe-1'), node('fe-2')];
  const factsOf = (ask: Ask, of = fe2) => clockFacts(of, cluster, ask);

  test.each([
    ['alike', 0],
    ['ahead', 6_000],
    ['behind', -7_000],
  ])('%s', async (_, skew) => {
    const facts = await factsOf(hosts({[fe2.host]: skew}, [10]).ask);
    expect(facts.clockLeast).toBeGreaterThan(skew - 50);
    expect(facts.clockMost).toBeLessThan(skew + 50);
  });

  test('a slow answer is asked for again, and the best of both counts', async () => {
    const world = hosts({[fe2.host]: 6_000}, [10, 4_000, 10, 10, 10]);
    const facts = await factsOf(world.ask);
    expect(world.asked()).toBe(5);
    expect(facts.clockLeast).toBeGreaterThan(5_900);
    expect(facts.clockMost).toBeLessThan(6_100);
  });

  test('hosts that are always slow tell only what is certain', async () => {
    const facts = await factsOf(hosts({[fe2.host]: 6_000}, [8_000]).ask);
    expect(facts.clockLeast).toBeLessThan(0);
    expect(facts.clockMost).toBeGreaterThan(6_000);
  });

  test('no answer, no fact; and the first one is what the others are held against', async () => {
    expect(await factsOf(hosts({}, [10, -1]).ask)).toEqual({});
    const world = hosts({}, [10]);
    expect(await factsOf(world.ask, fe1)).toEqual({clockLeast: 0, clockMost: 0});
    expect(world.asked()).toBe(0);
  });
});
