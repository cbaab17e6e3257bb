import {describe, expect, test} from 'vitest';
import type {Look} from '../../src/model/facts.ts';
import {HostId, NodeId} from '../../src/model/ids.ts';
import {reason} from '../../src/model/reason.ts';
import {plain} from '../../src/model/text.ts';
import type {Link} from '../../src/model/world.ts';
import {makeFeed} from '../../src/store/feed.ts';
import {unwellByItself} from '../../src/store/service.ts';
import {silentHosts} from '../../src/store/silent-hosts.ts';
import type {State} from '../../src/store/state.ts';
import {makeStore} from '../../src/store/store.ts';
import {NOTHING_SAID, type Said, sayNext, standingSaid} from '../../src/ui/aloud.ts';
import {makeHandClock, NIGHT, openScenario, withScenario} from './harness.ts';

const hostsOf = ({cluster}: State): readonly HostId[] => [...new Set(cluster.nodes.map(({host}) => host))];

/** The links to so many hosts are cut, and their nodes have not answered for long. */
const cut = (state: State, n: number): State => {
  const silent = new Set(hostsOf(state).slice(0, n));
  const links = new Map(
    hostsOf(state).map(host => {
      const status: Link['status'] = silent.has(host) ? 'connecting' : 'up';
      return [host, {host, status, reason: null}] as const;
    }),
  );
  const looks = new Map(
    [...state.looks].map(([id, look]) => {
      const node = state.cluster.nodes.find(each => each.id === id);
      if (node === undefined || !silent.has(node.host) || look.status === null) return [id, look];
      const {status} = look;
      const said = {kind: 'silent' as const, reasons: [reason(plain('no answer'), id)] as const};
      const unwell = {is: 'silent' as const, at: NIGHT - 30_000, first: false};
      return [id, {...look, status: {...status, look: said}, unwell}];
    }),
  );
  return {...state, links, looks};
};

const running = async (): Promise<State> => {
  const opened = await openScenario('running', {theme: 'ascii'});
  try {
    return opened.store.getState();
  } finally {
    await opened.close();
  }
};

const saidOf = (...states: readonly State[]): readonly (readonly string[])[] => {
  let said: Said = NOTHING_SAID;
  return states.map(state => {
    const next = sayNext(said, state);
    said = next.said;
    return next.lines;
  });
};

describe('a host to which there is a connection again', () => {
  test('is not silent any more, nor are its nodes, until a look says so again', () => {
    const {clock, turn} = makeHandClock(NIGHT);
    const host = HostId.parse('host-a');
    const node = NodeId.parse('a');
    const store = makeStore({
      cluster: {
        name: 'toys',
        nodes: [{id: node, role: 'toy', host}],
        roles: [{name: 'toy', title: plain('toys'), status: 'status', columns: []}],
      },
      lang: 'en',
      theme: 'plain',
      now: clock.now(),
    });
    const feed = makeFeed({store, clock, probePeriodMs: 2_000});
    const seen = (): readonly [number, number] => {
      feed.tick();
      const state = store.getState();
      return [silentHosts(state).length, unwellByItself(state).length];
    };
    const look = (kind: 'seen' | 'silent'): void => {
      turn(15_000);
      const said: Look =
        kind === 'seen' ? {kind, facts: {health: 'ok'}} : {kind, reasons: [reason(plain('no answer'), node)]};
      feed.sighting({node, probe: 'status', at: clock.now(), look: said});
    };
    feed.link({host, status: 'up', reason: null});
    look('seen');
    feed.link({host, status: 'connecting', reason: null});
    look('silent');
    expect(seen()).toEqual([1, 1]);
    feed.link({host, status: 'up', reason: null});
    expect(seen()).toEqual([0, 0]);
    look('silent');
    expect(seen()).toEqual([0, 1]);
  });
});

describe('hosts that do not answer', () => {
  test('stand in a question once, and what becomes of their number is not said aloud', async () => {
    const opened = await openScenario('held', {theme: 'ascii'});
    const state = opened.store.getState();
    await opened.close();
    const told = saidOf(...[0, 14, 9, 3].map(n => cut(state, n)));
    const [, lines = [], ...later] = told;
    expect(lines.filter(words => words.includes('14 of 14 hosts do not answer'))).toHaveLength(1);
    expect(lines.join('\n')).not.toMatch(/answer: ms-1/);
    expect(later.flat().filter(words => words.includes('answer'))).toEqual([]);
  });

  test('are said aloud once, how many and since when, and once when they answer again', async () => {
    const state = await running();
    const all = hostsOf(state).length;
    const later = {...cut(state, all), now: state.now + 150_000};
    const [, lines, then, back, quiet] = saidOf(state, cut(state, all), later, cut(state, 0), cut(state, 0));
    expect(lines).toEqual([`${all} of ${all} hosts do not answer, the longest since 02:14:30`]);
    expect(then).toEqual([]);
    expect(back).toEqual(['all hosts answer again']);
    expect(quiet).toEqual([]);
  });

  test('are said by the key that says where it stands', async () => {
    const state = await running();
    expect(standingSaid(cut(state, 5)).join('\n')).toContain(
      '5 of 14 hosts do not answer, the longest since',
    );
  });

  test('are said again only once they have become many more', async () => {
    const state = await running();
    const told = saidOf(state, ...[4, 5, 7, 8, 14, 9].map(n => cut(state, n))).slice(1);
    expect(told.map(lines => lines.map(words => words.split(' ')[0]))).toEqual([
      ['4'],
      [],
      [],
      ['8'],
      [],
      [],
    ]);
  });

  test.each([
    [
      'en',
      /host does not answer: 10\.[\d.]+ \(ms-1\), since 02:14:30/,
      /6 of 14 hosts do not answer, the longest since/,
    ],
    ['zh', /主机无应答：10\.[\d.]+（ms-1），自 02:14:30 起/, /14 台主机中有 6 台无应答，最久自 02:14:30 起/],
  ] as const)('stand above the grid instead of their nodes, in %s', async (lang, one, many) => {
    await withScenario('running', {size: [120, 40], lang}, async opened => {
      const {run, ...before} = opened.store.getState();
      for (const [n, words] of [
        [1, one],
        [6, many],
      ] as const) {
        const {links, looks} = cut({run, ...before}, n);
        opened.store.setState({links, looks});
        await opened.settle();
        expect(opened.lines()[2]).toMatch(words);
        expect(opened.lines()[2]).not.toMatch(/answer: ms-1|无应答：ms-1/);
      }
    });
  });
});
