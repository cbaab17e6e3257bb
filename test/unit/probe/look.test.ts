import {describe, expect, it} from 'vitest';
import type {ReplyTo, Request} from '../../../src/model/ask.ts';
import {HostId} from '../../../src/model/ids.ts';
import type {Probe} from '../../../src/model/system.ts';
import {text} from '../../../src/model/text.ts';
import type {Looker} from '../../../src/probe/look.ts';
import {lookOnce} from '../../../src/probe/look.ts';
import {a, b, nodeId, START_MS} from '../engine/toy.ts';
import {inTime, makeLooking, seen, silent} from './support.ts';

describe('one look', () => {
  it('is dated when it is finished', async () => {
    const {clock, looker} = makeLooking([seen({health: 'ok'})], 250);
    expect(await inTime(clock, lookOnce(looker, a, 'status', 1_000))).toEqual({
      node: a,
      probe: 'status',
      at: START_MS + 250,
      look: {kind: 'seen', facts: {health: 'ok'}},
    });
  });

  it('that takes too long is silent, and says how long it was waited for', async () => {
    const {clock, looker} = makeLooking([seen({health: 'ok'})], 5_000);
    const {look, at} = await inTime(clock, lookOnce(looker, a, 'status', 1_000));
    expect(look).toEqual(silent(text('no answer within 1s', '1s 内没有应答')));
    expect(at).toBe(START_MS + 1_000);
  });

  it('that says itself that it takes longer is waited for that long, and a little to tell how it ended', async () => {
    const {clock, looker} = makeLooking([seen({health: 'ok'}), seen({health: 'ok'})], 5_000);
    const {status, ...others} = looker.system.probes;
    if (status === undefined) throw new Error('the toy has no status');
    const takesMs = (ms: number): typeof looker => ({
      ...looker,
      system: {...looker.system, probes: {...others, status: {...status, takesMs: () => ms}}},
    });
    const patient = await inTime(clock, lookOnce(takesMs(4_000), a, 'status', 1_000));
    expect(patient.look).toEqual({kind: 'seen', facts: {health: 'ok'}});
    // A limit that is shorter than usual changes nothing.
    const usual = await inTime(clock, lookOnce(takesMs(1), a, 'status', 6_000));
    expect(usual.look.kind).toBe('seen');
  });

  it('whose answer cannot be read is silent: what was not understood is no fact', async () => {
    const {clock, looker} = makeLooking([new Error('Alive is "maybe"')]);
    const {look} = await inTime(clock, lookOnce(looker, a, 'status', 1_000));
    expect(look).toEqual(
      silent(text('the answer cannot be read: Alive is "maybe"', '无法识别应答：“Alive is "maybe"”')),
    );
  });

  it('is told what the check gives it, and nothing otherwise', async () => {
    const {clock, looker, told} = makeLooking([seen({})]);
    await inTime(clock, lookOnce(looker, a, 'status', 1_000, {path: '/b/x.gz'}));
    await inTime(clock, lookOnce(looker, a, 'status', 1_000));
    expect(told).toEqual([{path: '/b/x.gz'}, {}]);
  });

  it('leaves no timer behind when it was answered', async () => {
    const {clock, looker} = makeLooking([seen({})]);
    await inTime(clock, lookOnce(looker, a, 'status', 60_000));
    await expect(clock.turnUntil(() => false, START_MS + 60_000)).rejects.toThrow('nothing is left');
  });

  it('with a probe or a node that does not exist is an error of the plan', async () => {
    const {looker} = makeLooking([seen({})]);
    await expect(lookOnce(looker, a, 'pulse', 1_000)).rejects.toThrow('toy has no probe pulse');
    await expect(lookOnce(looker, nodeId('z'), 'status', 1_000)).rejects.toThrow('toys has no node z');
  });
});

describe('a look that waits for answers', () => {
  /** The status of `a` asks a host for a page; each host answers after so long. */
  const asking = (hosts: readonly string[], afterMs: Readonly<Record<string, number>>) => {
    const {clock, looker} = makeLooking([seen({})]);
    const told: string[] = [];
    const page = {kind: 'http', port: 1, path: '/', timeoutMs: 1_000} as const;
    const status: Probe = {
      roles: ['toy'],
      look: async (_node, _cluster, ask) => {
        await Promise.all(hosts.map(host => ask(HostId.parse(host), page)));
        return seen({health: 'ok'});
      },
    };
    const ask: Looker['ask'] = async <R extends Request>(host: HostId) => {
      await clock.sleep(afterMs[host] ?? 0);
      return {kind: 'refused', trouble: 'port-refused', detail: text('closed', '已关闭')} as ReplyTo<R>;
    };
    const onAwaited: Looker['onAwaited'] = ({node, probe, hosts: late}) =>
      void told.push(
        `${node} ${probe}: ${late.map(({host, since}) => `${host} ${since - START_MS}`).join(', ')}`,
      );
    return {clock, told, looker: {...looker, system: {...looker.system, probes: {status}}, ask, onAwaited}};
  };

  it('tells who has not answered for some time, and that nobody is waited for at its end', async () => {
    const {clock, told, looker} = asking(['host-b', 'host-c'], {'host-b': 10_000, 'host-c': 500});
    await inTime(clock, lookOnce(looker, a, 'status', 60_000));
    expect(told).toEqual(['a status: host-b 0', 'a status: ']);
  });

  it('tells nothing where the answers come soon', async () => {
    const {clock, told, looker} = asking(['host-b'], {'host-b': 900});
    await inTime(clock, lookOnce(looker, a, 'status', 60_000));
    expect(told).toEqual([]);
  });

  it('is silent because of the one who has not answered, which is not its own node', async () => {
    const {clock, told, looker} = asking(['host-b', 'host-c'], {'host-b': 900_000, 'host-c': 500});
    const {look} = await inTime(clock, lookOnce(looker, a, 'status', 30_000));
    expect(look).toEqual({
      kind: 'silent',
      reasons: [{node: b, words: text('no answer within 30s', '30s 内没有应答')}],
    });
    expect(told.at(-1)).toBe('a status: ');
  });
});
